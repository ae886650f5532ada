-- Alerts on tiles, their checks, states and events, and the channels by which they are told.

-- Where alerts are told.
create table channels (
    id uuid constraint channels_pkey primary key,
    org_id uuid not null constraint channels_org_id_fkey references orgs on delete cascade,
    name text not null constraint channels_name_length check (length(name) between 1 and 100),
    kind text not null constraint channels_kind_known check (kind in ('email', 'webhook', 'slack', 'teams')),
    -- What of its address may be shown: the mail address, or the host of a URL.
    shown text not null,
    -- Its address and its secret.
    sealed bytea not null,
    created_by uuid constraint channels_created_by_fkey references users on delete set null,
    created_at timestamptz not null,
    constraint channels_org_id_id_key unique (org_id, id)
);
create unique index channels_name_key on channels (org_id, lower(name));
create index channels_created_by_idx on channels (created_by);

create table alerts (
    id uuid constraint alerts_pkey primary key,
    org_id uuid not null,
    project_id uuid not null,
    tile_id uuid not null,
    name text not null constraint alerts_name_length check (length(name) between 1 and 100),
    condition jsonb not null,
    rules jsonb not null,
    -- As it was written: words or a cron pattern.
    schedule text not null,
    time_zone text not null,
    -- When it is checked next; null while it is paused.
    next_at timestamptz,
    -- Failed checks in a row.
    failures integer not null default 0,
    paused_at timestamptz,
    snoozed_until timestamptz,
    created_by uuid constraint alerts_created_by_fkey references users on delete set null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint alerts_project_fkey foreign key (org_id, project_id) references projects (org_id, id) on delete cascade,
    constraint alerts_tile_fkey foreign key (org_id, tile_id) references tiles (org_id, id) on delete cascade,
    constraint alerts_paused check ((next_at is null) = (paused_at is not null)),
    constraint alerts_org_id_id_key unique (org_id, id)
);
create index alerts_project_idx on alerts (project_id, id);
create index alerts_tile_idx on alerts (tile_id);
create index alerts_due_idx on alerts (next_at) where next_at is not null;
create index alerts_created_by_idx on alerts (created_by);

create table alert_channels (
    org_id uuid not null,
    alert_id uuid not null,
    channel_id uuid not null,
    constraint alert_channels_pkey primary key (alert_id, channel_id),
    constraint alert_channels_alert_fkey foreign key (org_id, alert_id) references alerts (org_id, id) on delete cascade,
    constraint alert_channels_channel_fkey foreign key (org_id, channel_id)
        references channels (org_id, id) on delete cascade
);
create index alert_channels_channel_idx on alert_channels (channel_id);

-- How each label of an alert stands; the empty label is the alert as a whole.
create table alert_labels (
    org_id uuid not null,
    alert_id uuid not null,
    label text not null,
    state text not null constraint alert_labels_state_known
        check (state in ('normal', 'pending', 'firing', 'recovering', 'no_data', 'error')),
    since timestamptz not null,
    -- What its channels were told last.
    told text not null constraint alert_labels_told_known check (told in ('normal', 'firing', 'no_data', 'error')),
    told_at timestamptz,
    value double precision,
    -- Of its newest event.
    sequence integer not null,
    acknowledged_by uuid constraint alert_labels_acknowledged_by_fkey references users on delete set null,
    acknowledged_at timestamptz,
    note text constraint alert_labels_note_length check (length(note) <= 500),
    -- When it last had a value.
    seen_at timestamptz not null,
    constraint alert_labels_pkey primary key (alert_id, label),
    constraint alert_labels_alert_fkey foreign key (org_id, alert_id) references alerts (org_id, id) on delete cascade
);
create index alert_labels_acknowledged_by_idx on alert_labels (acknowledged_by);

-- The checks: one row for each time that an alert was due.
create table alert_checks (
    id uuid constraint alert_checks_pkey primary key,
    org_id uuid not null,
    alert_id uuid not null,
    planned_at timestamptz not null,
    state text not null constraint alert_checks_state_known check (state in ('queued', 'running', 'done', 'skipped')),
    attempts integer not null default 0,
    -- As in turns.
    fence bigint not null default 0,
    leased_until timestamptz,
    not_before timestamptz,
    ended_at timestamptz,
    -- Why it failed, for people.
    problem text,
    -- Of the tile's result that it looked at.
    tile_key bytea,
    -- What the condition showed: label, value, firing.
    rows jsonb,
    receipt jsonb,
    constraint alert_checks_planned_key unique (alert_id, planned_at),
    constraint alert_checks_alert_fkey foreign key (org_id, alert_id) references alerts (org_id, id) on delete cascade,
    constraint alert_checks_org_id_id_key unique (org_id, id)
);
create index alert_checks_waiting_idx on alert_checks (planned_at) where state = 'queued';
create index alert_checks_leased_until_idx on alert_checks (leased_until) where state = 'running';
create index alert_checks_planned_idx on alert_checks (planned_at);

-- What changed, and what was told: one row for each transition or reminder of a label.
create table alert_events (
    id uuid constraint alert_events_pkey primary key,
    org_id uuid not null,
    alert_id uuid not null,
    check_id uuid not null,
    label text not null,
    -- From 1, without gaps.
    sequence integer not null,
    from_state text not null,
    to_state text not null,
    value double precision,
    -- Whether its channels were told.
    told boolean not null,
    happened_at timestamptz not null,
    constraint alert_events_transition_key unique (alert_id, label, sequence),
    constraint alert_events_check_key unique (check_id, label),
    constraint alert_events_alert_fkey foreign key (org_id, alert_id) references alerts (org_id, id) on delete cascade,
    constraint alert_events_check_fkey foreign key (org_id, check_id)
        references alert_checks (org_id, id) on delete cascade
);
create index alert_events_alert_idx on alert_events (alert_id, id);

-- Messages to channels. What one check has to tell is one message to each.
create table deliveries (
    -- Also the message's id for its receiver.
    id uuid constraint deliveries_pkey primary key,
    org_id uuid not null,
    channel_id uuid not null,
    -- Null for a trial.
    check_id uuid,
    notice jsonb not null,
    -- A sending that was cut off is unknown, and never repeated.
    state text not null constraint deliveries_state_known
        check (state in ('queued', 'sending', 'sent', 'failed', 'unknown')),
    attempts integer not null default 0,
    leased_until timestamptz,
    not_before timestamptz,
    -- What the receiver answered, or why it was not sent.
    answer text,
    created_at timestamptz not null,
    ended_at timestamptz,
    constraint deliveries_event_key unique (check_id, channel_id),
    constraint deliveries_channel_fkey foreign key (org_id, channel_id) references channels (org_id, id) on delete cascade,
    constraint deliveries_check_fkey foreign key (org_id, check_id)
        references alert_checks (org_id, id) on delete cascade
);
create index deliveries_channel_idx on deliveries (channel_id, id);
create index deliveries_waiting_idx on deliveries (created_at) where state = 'queued';
create index deliveries_leased_until_idx on deliveries (leased_until) where state = 'sending';
