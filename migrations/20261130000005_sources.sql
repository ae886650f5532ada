-- Data sources: databases of others, what is known of their tables, and the files that their rows became.

create table sources (
    id uuid constraint sources_pkey primary key,
    org_id uuid not null constraint sources_org_id_fkey references orgs on delete cascade,
    name text not null constraint sources_name_length check (length(name) between 1 and 100),
    engine text not null constraint sources_engine_known check (engine in ('postgresql', 'mysql')),
    host text not null,
    port integer not null constraint sources_port_range check (port between 1 and 65535),
    database text not null,
    username text not null,
    tls text not null constraint sources_tls_known check (tls in ('verify_full', 'off')),
    -- Certificates in PEM that are trusted in place of the system's.
    tls_ca text,
    -- Sealed with the server's key, bound to the row, engine, host, port, database and user.
    password_sealed bytea not null,
    -- Whether members may query it, or admins alone.
    members_may_query boolean not null,
    -- What tables there are, as far as it was looked up.
    schema jsonb,
    schema_taken_at timestamptz,
    created_by uuid constraint sources_created_by_fkey references users on delete set null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint sources_org_id_id_key unique (org_id, id)
);
create unique index sources_name_key on sources (org_id, lower(name));
create index sources_created_by_idx on sources (created_by);

-- A query whose rows became a version of a file, with its receipt.
create table source_extracts (
    id uuid constraint source_extracts_pkey primary key,
    org_id uuid not null,
    source_id uuid not null,
    -- Null once the file is gone for good.
    file_id uuid constraint source_extracts_file_id_fkey references files on delete set null,
    file_version integer not null,
    project_id uuid not null,
    file_name text not null,
    sql text not null,
    sql_sha256 bytea not null constraint source_extracts_sql_sha256_length check (length(sql_sha256) = 32),
    parameters jsonb not null,
    columns jsonb not null,
    rows bigint not null,
    bytes bigint not null,
    -- Whether there were more rows than were read.
    truncated boolean not null,
    server text not null,
    taken_by uuid constraint source_extracts_taken_by_fkey references users on delete set null,
    taken_at timestamptz not null,
    duration_ms bigint not null,
    constraint source_extracts_source_fkey foreign key (org_id, source_id)
        references sources (org_id, id) on delete cascade,
    constraint source_extracts_project_fkey foreign key (org_id, project_id)
        references projects (org_id, id) on delete cascade
);
create index source_extracts_source_idx on source_extracts (source_id, id);
create index source_extracts_file_id_idx on source_extracts (file_id);
create index source_extracts_project_idx on source_extracts (project_id);
create index source_extracts_taken_by_idx on source_extracts (taken_by);
