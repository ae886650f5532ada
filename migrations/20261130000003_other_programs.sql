-- What programs of other makers need: whole numbers for things, and where a conversation goes on that a program keeps itself.

-- The number under which a thing is known at the addresses of older systems. It stays when the thing is gone, so that it never
-- means another one.
create table legacy_numbers (
    org_id uuid not null constraint legacy_numbers_org_id_fkey references orgs on delete cascade,
    kind text not null constraint legacy_numbers_kind_known
        check (kind in ('user', 'project', 'prompt', 'file', 'conversation', 'message')),
    number bigint not null constraint legacy_numbers_number_positive check (number > 0),
    id uuid not null,
    constraint legacy_numbers_pkey primary key (org_id, kind, number),
    constraint legacy_numbers_id_key unique (org_id, kind, id)
);

-- The answers that were given to programs which send the whole conversation each time, by the digest of what was said up to them.
create table threads (
    answer_id uuid constraint threads_pkey primary key
        constraint threads_answer_id_fkey references messages on delete cascade,
    org_id uuid not null,
    project_id uuid not null,
    user_id uuid not null constraint threads_user_id_fkey references users on delete cascade,
    digest bytea not null constraint threads_digest_length check (length(digest) = 32),
    constraint threads_project_fkey foreign key (org_id, project_id)
        references projects (org_id, id) on delete cascade
);
create index threads_digest on threads (project_id, user_id, digest);
create index threads_user_id on threads (user_id);
create index threads_org_id_project_id on threads (org_id, project_id);
