-- Projects, their prompts and files, and the objects that hold the bytes.

create table projects (
    id uuid constraint projects_pkey primary key,
    org_id uuid not null constraint projects_org_id_fkey references orgs on delete cascade,
    name text not null constraint projects_name_length check (length(name) between 1 and 100),
    description text not null default '' constraint projects_description_length check (length(description) <= 2000),
    created_by uuid constraint projects_created_by_fkey references users on delete set null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint projects_org_id_id_key unique (org_id, id)
);
create unique index projects_name_key on projects (org_id, lower(name));

create table prompts (
    id uuid constraint prompts_pkey primary key,
    org_id uuid not null,
    project_id uuid not null,
    name text not null constraint prompts_name_length check (length(name) between 1 and 100),
    text text not null constraint prompts_text_length check (length(text) <= 20000),
    -- From 0, without gaps, within the project.
    position integer not null,
    enabled boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint prompts_project_fkey foreign key (org_id, project_id) references projects (org_id, id) on delete cascade,
    constraint prompts_position_key unique (project_id, position) deferrable initially deferred
);
create unique index prompts_name_key on prompts (project_id, lower(name));

-- Every object in the store that something lives on. A key is never used twice.
create table objects (
    key text constraint objects_pkey primary key,
    -- No reference: the row outlives its organisation until its bytes are gone.
    org_id uuid not null,
    bytes bigint not null constraint objects_bytes_positive check (bytes >= 0),
    sha256 bytea not null constraint objects_sha256_length check (length(sha256) = 32),
    created_at timestamptz not null,
    -- The tombstone: nothing refers to the object, and its bytes are to be removed.
    deleted_at timestamptz,
    -- Null for an object that was recorded after its bytes were stored. The sweep found the others without a row, and
    -- holds their keys, so that whoever would record one late is refused: 'claimed' until the bytes are gone, then
    -- 'removed' for a while.
    orphan text
        constraint objects_orphan_known check (orphan in ('claimed', 'removed'))
        constraint objects_orphan_buried check (orphan is null or deleted_at is not null)
);
-- Rows and a listing of the store are walked side by side, and the store sorts by byte.
create index objects_key_bytewise_idx on objects (key collate "C");
create index objects_org_id_idx on objects (org_id) where deleted_at is null;
create index objects_deleted_at_idx on objects (deleted_at) where deleted_at is not null;

create table files (
    id uuid constraint files_pkey primary key,
    org_id uuid not null,
    project_id uuid not null,
    name text not null constraint files_name_length check (length(name) between 1 and 255),
    created_by uuid constraint files_created_by_fkey references users on delete set null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- Deleted, and still to be had back for a while.
    deleted_at timestamptz,
    constraint files_project_fkey foreign key (org_id, project_id) references projects (org_id, id) on delete cascade,
    constraint files_org_id_id_key unique (org_id, id)
);
create unique index files_name_key on files (project_id, lower(name)) where deleted_at is null;
create index files_deleted_at_idx on files (deleted_at) where deleted_at is not null;

create table file_versions (
    id uuid constraint file_versions_pkey primary key,
    org_id uuid not null,
    file_id uuid not null,
    -- From 1, the newest being the file as it is.
    version integer not null,
    -- The bytes as they were uploaded.
    object_key text not null constraint file_versions_object_key_key unique
        constraint file_versions_object_key_fkey references objects,
    -- The table as scripts read it, UTF-8 and unpacked, where the uploaded bytes are not that already.
    table_key text constraint file_versions_table_key_key unique
        constraint file_versions_table_key_fkey references objects,
    state text not null constraint file_versions_state_known check (state in ('pending', 'table', 'not_a_table')),
    -- Why it is not a table: {"message", "line"}.
    problem jsonb,
    -- What the sandbox found in it.
    profile jsonb,
    -- Where rows start in the bytes of the table, for previews.
    row_index jsonb,
    row_count bigint,
    column_count integer,
    created_by uuid constraint file_versions_created_by_fkey references users on delete set null,
    created_at timestamptz not null,
    constraint file_versions_file_fkey foreign key (org_id, file_id) references files (org_id, id) on delete cascade,
    constraint file_versions_version_key unique (file_id, version)
);
create index file_versions_pending_idx on file_versions (created_at) where state = 'pending';

-- A resumable upload, until it is complete or has expired.
create table uploads (
    id uuid constraint uploads_pkey primary key,
    org_id uuid not null,
    project_id uuid not null,
    user_id uuid not null constraint uploads_user_id_fkey references users on delete cascade,
    name text not null,
    bytes_total bigint not null,
    -- What it became, which is remembered until it expires, for clients that lost the last answer.
    file_id uuid constraint uploads_file_id_fkey references files on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint uploads_project_fkey foreign key (org_id, project_id) references projects (org_id, id) on delete cascade
);
create index uploads_expires_at_idx on uploads (expires_at);
create index uploads_file_id_idx on uploads (file_id);
create index uploads_project_id_idx on uploads (org_id, project_id);

create table upload_parts (
    upload_id uuid not null constraint upload_parts_upload_id_fkey references uploads on delete cascade,
    -- Where the part's first byte stands in the file.
    start_byte bigint not null,
    object_key text not null constraint upload_parts_object_key_key unique
        constraint upload_parts_object_key_fkey references objects,
    constraint upload_parts_pkey primary key (upload_id, start_byte)
);

-- Every key that something lives on. What gets a reference to objects gets a line here, or the sweep buries its bytes.
create view named_objects as
    select object_key as key from file_versions
    union all
    select table_key as key from file_versions where table_key is not null
    union all
    select object_key as key from upload_parts;

-- The id by which a store of objects knows this database. A store with another id is not swept: its objects are
-- somebody else's, not orphans.
create table object_store (
    id uuid constraint object_store_pkey primary key,
    only_row boolean not null default true constraint object_store_only_row_key unique
        constraint object_store_only_row check (only_row)
);
insert into object_store (id) values (gen_random_uuid());

-- A row that named an object is gone, by itself or with its organisation: so is the object.
create function bury_objects() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'file_versions' then
        update objects set deleted_at = now() where key in (old.object_key, old.table_key) and deleted_at is null;
    else
        update objects set deleted_at = now() where key = old.object_key and deleted_at is null;
    end if;
    return null;
end
$$;
create trigger file_versions_bury_objects after delete on file_versions for each row execute function bury_objects();
create trigger upload_parts_bury_objects after delete on upload_parts for each row execute function bury_objects();

-- What a creation answered, so that a client that asks again with the same key gets the same answer.
create table idempotency_keys (
    user_id uuid not null constraint idempotency_keys_user_id_fkey references users on delete cascade,
    key text not null constraint idempotency_keys_key_length check (length(key) between 1 and 255),
    -- SHA-256 of method, path and body.
    request_hash bytea not null,
    -- Null while the first request is still being answered.
    status smallint,
    headers jsonb,
    body bytea,
    created_at timestamptz not null,
    -- Until when a request that is being answered holds the key; null once it is answered. Whoever dies while holding
    -- one does not renew it.
    leased_until timestamptz,
    constraint idempotency_keys_pkey primary key (user_id, key)
);
create index idempotency_keys_created_at_idx on idempotency_keys (created_at);
