-- Dashboards, their versions and tiles, the results that tiles show, and links to share them.

create table dashboards (
    id uuid constraint dashboards_pkey primary key,
    org_id uuid not null,
    project_id uuid not null,
    name text not null constraint dashboards_name_length check (length(name) between 1 and 100),
    description text not null default '' constraint dashboards_description_length check (length(description) <= 2000),
    -- The newest of its versions.
    version integer not null constraint dashboards_version_positive check (version > 0),
    created_by uuid constraint dashboards_created_by_fkey references users on delete set null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint dashboards_project_fkey foreign key (org_id, project_id)
        references projects (org_id, id) on delete cascade,
    constraint dashboards_org_id_id_key unique (org_id, id)
);
create unique index dashboards_name_key on dashboards (project_id, lower(name));
create index dashboards_created_by_idx on dashboards (created_by);

create table dashboard_versions (
    org_id uuid not null,
    dashboard_id uuid not null,
    -- From 1, without gaps.
    version integer not null,
    document jsonb not null,
    -- What the change was, in a few words.
    note text not null constraint dashboard_versions_note_length check (length(note) <= 200),
    saved_by uuid constraint dashboard_versions_saved_by_fkey references users on delete set null,
    saved_at timestamptz not null,
    constraint dashboard_versions_pkey primary key (dashboard_id, version),
    constraint dashboard_versions_dashboard_fkey foreign key (org_id, dashboard_id)
        references dashboards (org_id, id) on delete cascade
);
create index dashboard_versions_saved_by_idx on dashboard_versions (saved_by);

-- A kept script and which of its outputs is shown. It never changes; versions of the dashboard place it or do not.
create table tiles (
    id uuid constraint tiles_pkey primary key,
    org_id uuid not null,
    dashboard_id uuid not null,
    title text not null constraint tiles_title_length check (length(title) <= 200),
    kind text not null constraint tiles_kind_known check (kind in ('chart', 'table', 'number')),
    script text not null,
    parameters jsonb not null,
    seed bigint not null,
    -- What the script's clock shows where it does not look at it.
    clock_unix_ms bigint not null,
    -- Which of the run's charts or tables it shows, from 0.
    output integer not null constraint tiles_output_positive check (output >= 0),
    -- The last result without filters that went well.
    last_key bytea,
    created_by uuid constraint tiles_created_by_fkey references users on delete set null,
    created_at timestamptz not null,
    constraint tiles_dashboard_fkey foreign key (org_id, dashboard_id)
        references dashboards (org_id, id) on delete cascade,
    constraint tiles_org_id_id_key unique (org_id, id)
);
create index tiles_dashboard_idx on tiles (dashboard_id, id);
create index tiles_created_by_idx on tiles (created_by);

-- A file that a tile's script reads: always its newest version.
create table tile_inputs (
    org_id uuid not null,
    tile_id uuid not null,
    -- As the script knows it.
    name text not null,
    -- Null once the file is gone for good.
    file_id uuid constraint tile_inputs_file_id_fkey references files on delete set null,
    constraint tile_inputs_pkey primary key (tile_id, name),
    constraint tile_inputs_tile_fkey foreign key (org_id, tile_id) references tiles (org_id, id) on delete cascade
);
create index tile_inputs_file_id_idx on tile_inputs (file_id);

-- What scripts make of inputs, by the digest of everything that decides it; first a run that waits, then its result.
create table tile_results (
    org_id uuid not null constraint tile_results_org_id_fkey references orgs on delete cascade,
    key bytea not null constraint tile_results_key_length check (length(key) = 32),
    state text not null constraint tile_results_state_known check (state in ('queued', 'running', 'done')),
    -- Who waits for it: 0 a viewer, 3 nobody yet.
    priority smallint not null constraint tile_results_priority_known check (priority between 0 and 3),
    -- The script and where its inputs are.
    task jsonb not null,
    attempts integer not null default 0,
    -- As in turns.
    fence bigint not null default 0,
    leased_until timestamptz,
    -- Not taken before that, after a failure of ours.
    not_before timestamptz,
    asked_at timestamptz not null,
    ended_at timestamptz,
    -- When somebody last looked at it, to the day.
    used_at timestamptz not null,
    outcome text,
    -- Why it did not go well, for people.
    problem text,
    printed text,
    outputs jsonb,
    receipt jsonb,
    constraint tile_results_pkey primary key (org_id, key),
    constraint tile_results_done check ((state = 'done') = (outcome is not null and ended_at is not null))
);
create index tile_results_waiting_idx on tile_results (priority, asked_at) where state = 'queued';
create index tile_results_leased_until_idx on tile_results (leased_until) where state = 'running';
create index tile_results_used_at_idx on tile_results (used_at);

-- A file that such a run made.
create table tile_result_files (
    org_id uuid not null,
    key bytea not null,
    -- A path below the script's output folder.
    name text not null,
    media_type text not null,
    object_key text not null constraint tile_result_files_object_key_key unique
        constraint tile_result_files_object_key_fkey references objects,
    constraint tile_result_files_pkey primary key (org_id, key, name),
    constraint tile_result_files_result_fkey foreign key (org_id, key)
        references tile_results (org_id, key) on delete cascade
);

-- A link that shows a dashboard to whoever has it.
create table dashboard_shares (
    id uuid constraint dashboard_shares_pkey primary key,
    org_id uuid not null,
    dashboard_id uuid not null,
    token_hash bytea not null constraint dashboard_shares_token_hash_key unique,
    -- Null where the link alone is enough.
    password_hash text,
    -- Null where it does not end by itself.
    expires_at timestamptz,
    -- The sites that may show it inside their own pages.
    origins text[] not null,
    created_by uuid constraint dashboard_shares_created_by_fkey references users on delete set null,
    created_at timestamptz not null,
    constraint dashboard_shares_dashboard_fkey foreign key (org_id, dashboard_id)
        references dashboards (org_id, id) on delete cascade
);
create index dashboard_shares_dashboard_idx on dashboard_shares (dashboard_id);
create index dashboard_shares_created_by_idx on dashboard_shares (created_by);

-- What refreshes used, beside what turns used.
alter table usage_days add column refreshes bigint not null default 0;
alter table usage_days add column refresh_fuel bigint not null default 0;

create or replace view named_objects as
    select object_key as key from file_versions
    union all
    select table_key as key from file_versions where table_key is not null
    union all
    select object_key as key from upload_parts
    union all
    select object_key as key from generated_files where object_key is not null
    union all
    select object_key as key from tile_result_files;

create trigger tile_result_files_bury_objects after delete on tile_result_files
    for each row execute function bury_objects();
