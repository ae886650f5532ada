-- Reports: dashboards that are mailed on a schedule.

create table reports (
    id uuid constraint reports_pkey primary key,
    org_id uuid not null,
    dashboard_id uuid not null,
    name text not null constraint reports_name_length check (length(name) between 1 and 100),
    -- Conditions by the ids of the dashboard's filters.
    filters jsonb not null,
    -- Members with at least this role get it; null where no members do by their role.
    to_role text constraint reports_to_role_known check (to_role in ('viewer', 'member', 'admin', 'owner')),
    -- Who gets it besides them.
    addresses text[] not null,
    with_csv boolean not null,
    -- As it was written: words or a cron pattern.
    schedule text not null,
    time_zone text not null,
    -- When it is sent next; null while it is paused.
    next_at timestamptz,
    -- Failed sendings in a row.
    failures integer not null default 0,
    paused_at timestamptz,
    created_by uuid constraint reports_created_by_fkey references users on delete set null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint reports_dashboard_fkey foreign key (org_id, dashboard_id)
        references dashboards (org_id, id) on delete cascade,
    constraint reports_paused check ((next_at is null) = (paused_at is not null)),
    constraint reports_org_id_id_key unique (org_id, id)
);
create index reports_dashboard_idx on reports (dashboard_id, id);
create index reports_due_idx on reports (next_at) where next_at is not null;
create index reports_created_by_idx on reports (created_by);

-- Who does not want a report any more.
create table report_unsubscribes (
    org_id uuid not null,
    report_id uuid not null,
    -- In lower case.
    address text not null,
    at timestamptz not null,
    constraint report_unsubscribes_pkey primary key (report_id, address),
    constraint report_unsubscribes_report_fkey foreign key (org_id, report_id)
        references reports (org_id, id) on delete cascade
);

-- The sendings: one row for each time that a report was due.
create table report_sends (
    id uuid constraint report_sends_pkey primary key,
    org_id uuid not null,
    report_id uuid not null,
    planned_at timestamptz not null,
    -- The one address of a trial; null where the report went to its recipients.
    trial_to text,
    state text not null constraint report_sends_state_known
        check (state in ('queued', 'running', 'sent', 'partial', 'failed', 'skipped')),
    attempts integer not null default 0,
    -- As in turns.
    fence bigint not null default 0,
    leased_until timestamptz,
    not_before timestamptz,
    ended_at timestamptz,
    -- What did not go well, for people.
    problem text,
    constraint report_sends_planned_key unique (report_id, planned_at),
    constraint report_sends_report_fkey foreign key (org_id, report_id)
        references reports (org_id, id) on delete cascade,
    constraint report_sends_org_id_id_key unique (org_id, id)
);
create index report_sends_waiting_idx on report_sends (planned_at) where state = 'queued';
create index report_sends_leased_until_idx on report_sends (leased_until) where state = 'running';
create index report_sends_planned_idx on report_sends (planned_at);

-- The mails of a sending: one to each address.
create table report_mails (
    -- Also the id of the message.
    id uuid constraint report_mails_pkey primary key,
    org_id uuid not null,
    send_id uuid not null,
    address text not null,
    -- A mail that was cut off is unknown, and never repeated.
    state text not null constraint report_mails_state_known
        check (state in ('queued', 'sending', 'sent', 'failed', 'unknown')),
    attempts integer not null default 0,
    -- What the mail server answered, or why it was not sent.
    answer text,
    ended_at timestamptz,
    constraint report_mails_address_key unique (send_id, address),
    constraint report_mails_send_fkey foreign key (org_id, send_id)
        references report_sends (org_id, id) on delete cascade
);
