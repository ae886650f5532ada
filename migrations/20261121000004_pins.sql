-- Answers that somebody pinned, so that the model is told of them however long the conversation grows.

alter table messages add column pinned_at timestamptz;
alter table messages add constraint messages_pinned_answer check (pinned_at is null or role = 'assistant');
create index messages_pinned_idx on messages (conversation_id) where pinned_at is not null;
