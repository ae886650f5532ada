-- Conversations, their messages, the turns that answer them, and the files that scripts made.

create table conversations (
    id uuid constraint conversations_pkey primary key,
    org_id uuid not null,
    project_id uuid not null,
    created_by uuid constraint conversations_created_by_fkey references users on delete set null,
    title text not null constraint conversations_title_length check (length(title) between 1 and 200),
    -- Whether a person gave the title; else it comes from the first question.
    titled boolean not null default false,
    archived_at timestamptz,
    -- SHA-256 of the token of its read-only link; null without one.
    share_token_hash bytea constraint conversations_share_token_hash_key unique,
    shared_at timestamptz,
    created_at timestamptz not null,
    -- When something was last said.
    updated_at timestamptz not null,
    constraint conversations_project_fkey foreign key (org_id, project_id)
        references projects (org_id, id) on delete cascade,
    constraint conversations_org_id_id_key unique (org_id, id)
);
create index conversations_project_idx on conversations (org_id, project_id, updated_at desc, id desc);
create index conversations_created_by_idx on conversations (created_by);

-- A tree: an edited question, and a retried answer, is a sibling of what it stands in for.
create table messages (
    id uuid constraint messages_pkey primary key,
    org_id uuid not null,
    conversation_id uuid not null,
    -- Null for the first question and those that stand in for it.
    parent_id uuid constraint messages_parent_id_fkey references messages on delete cascade,
    role text not null constraint messages_role_known check (role in ('user', 'assistant')),
    created_by uuid constraint messages_created_by_fkey references users on delete set null,
    -- Of an answer: how its turn stands. Of a question: always 'done'.
    state text not null constraint messages_state_known
        check (state in ('queued', 'running', 'done', 'stopped', 'failed', 'interrupted')),
    -- What is shown, in order.
    parts jsonb not null,
    -- The plain words of the parts, as far as the search goes; empty while an answer is being written.
    text text not null default '',
    words tsvector not null generated always as (to_tsvector('english', text)) stored,
    -- Whether it came out of a file that somebody brought, so that nothing vouches for it.
    imported boolean not null default false,
    -- What the model is told of an answer in later turns; null for questions.
    memory jsonb,
    -- What the reader thought of an answer: 1 or -1.
    feedback smallint constraint messages_feedback_known check (feedback in (-1, 1)),
    feedback_text text constraint messages_feedback_text_length check (length(feedback_text) <= 2000),
    created_at timestamptz not null,
    ended_at timestamptz,
    constraint messages_conversation_fkey foreign key (org_id, conversation_id)
        references conversations (org_id, id) on delete cascade
);
create index messages_conversation_idx on messages (conversation_id, id);
create index messages_parent_id_idx on messages (parent_id);
create index messages_created_by_idx on messages (created_by) where created_by is not null;
create index messages_words_idx on messages using gin (words);

-- A file that somebody put a question about.
create table message_files (
    message_id uuid not null constraint message_files_message_id_fkey references messages on delete cascade,
    file_id uuid not null constraint message_files_file_id_fkey references files on delete cascade,
    position integer not null,
    constraint message_files_pkey primary key (message_id, file_id)
);
create index message_files_file_id_idx on message_files (file_id);

-- A file that a script made. Deleted, its row stays with its name, and its bytes go.
create table generated_files (
    id uuid constraint generated_files_pkey primary key,
    org_id uuid not null,
    conversation_id uuid not null,
    message_id uuid not null constraint generated_files_message_id_fkey references messages on delete cascade,
    -- The call of the script that made it, as the answer's parts have it.
    run_id text not null,
    -- A path below the script's output folder.
    name text not null constraint generated_files_name_length check (length(name) between 1 and 1000),
    media_type text not null,
    bytes bigint not null constraint generated_files_bytes_positive check (bytes >= 0),
    object_key text constraint generated_files_object_key_key unique
        constraint generated_files_object_key_fkey references objects,
    created_at timestamptz not null,
    deleted_at timestamptz,
    constraint generated_files_gone check ((object_key is null) = (deleted_at is not null)),
    constraint generated_files_conversation_fkey foreign key (org_id, conversation_id)
        references conversations (org_id, id) on delete cascade
);
create index generated_files_conversation_idx on generated_files (conversation_id, id);
create index generated_files_message_id_idx on generated_files (message_id);

create or replace view named_objects as
    select object_key as key from file_versions
    union all
    select table_key as key from file_versions where table_key is not null
    union all
    select object_key as key from upload_parts
    union all
    select object_key as key from generated_files where object_key is not null;

create trigger generated_files_bury_objects after delete on generated_files
    for each row when (old.object_key is not null) execute function bury_objects();
create trigger generated_files_bury_deleted after update of object_key on generated_files
    for each row when (old.object_key is distinct from new.object_key) execute function bury_objects();

-- The work on an answer, from the question to the answer's end; gone then.
create table turns (
    message_id uuid constraint turns_pkey primary key
        constraint turns_message_id_fkey references messages on delete cascade,
    org_id uuid not null,
    conversation_id uuid not null,
    asked_by uuid not null constraint turns_asked_by_fkey references users on delete cascade,
    -- Which model was asked for: {"provider", "model"}; null for the server's own choice.
    model jsonb,
    -- The number of whoever works on it, one more each time it is taken: what an older one writes is refused.
    fence bigint not null default 0,
    -- Until when that one holds it, unless renewed; null while nobody does.
    leased_until timestamptz,
    stop_asked_at timestamptz,
    created_at timestamptz not null,
    started_at timestamptz,
    constraint turns_conversation_fkey foreign key (org_id, conversation_id)
        references conversations (org_id, id) on delete cascade
);
create index turns_conversation_idx on turns (conversation_id, created_at);
create index turns_waiting_idx on turns (created_at) where started_at is null;
create index turns_leased_until_idx on turns (leased_until) where leased_until is not null;
create index turns_asked_by_idx on turns (asked_by);

-- What was streamed of an answer, in order, so that a reader who comes back misses nothing.
create table turn_chunks (
    message_id uuid not null constraint turn_chunks_message_id_fkey references messages on delete cascade,
    -- From 1, without gaps.
    position bigint not null,
    chunk jsonb not null,
    constraint turn_chunks_pkey primary key (message_id, position)
);

-- What was used, by day (UTC), for limits and for the account page.
create table usage_days (
    org_id uuid not null constraint usage_days_org_id_fkey references orgs on delete cascade,
    day date not null,
    runs bigint not null default 0,
    fuel bigint not null default 0,
    input_tokens bigint not null default 0,
    output_tokens bigint not null default 0,
    cost_micro_usd bigint not null default 0,
    constraint usage_days_pkey primary key (org_id, day)
);
