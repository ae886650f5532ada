-- People, what lets them in, and the organisations they belong to.

create table users (
    id uuid constraint users_pkey primary key,
    email text not null constraint users_email_length check (length(email) between 3 and 254),
    email_verified_at timestamptz,
    name text not null default '' constraint users_name_length check (length(name) <= 100),
    -- Null for somebody who only ever signs in by Google.
    password_hash text,
    google_subject text constraint users_google_subject_key unique,
    -- Set by an administrator: nothing lets the person in until it is null again.
    disabled_at timestamptz,
    -- Part of every bearer token: one more, and those from before are over.
    token_epoch integer not null default 0,
    created_at timestamptz not null,
    last_login_at timestamptz
);
create unique index users_email_key on users (lower(email));

create table sessions (
    id uuid constraint sessions_pkey primary key,
    user_id uuid not null constraint sessions_user_id_fkey references users on delete cascade,
    -- SHA-256 of the cookie's token: who reads the table cannot log in with it.
    token_hash bytea not null constraint sessions_token_hash_key unique,
    remember boolean not null,
    user_agent text not null,
    address text not null,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null
);
create index sessions_user_id_idx on sessions (user_id);
create index sessions_expires_at_idx on sessions (expires_at);

create table api_keys (
    id uuid constraint api_keys_pkey primary key,
    user_id uuid not null constraint api_keys_user_id_fkey references users on delete cascade,
    name text not null constraint api_keys_name_length check (length(name) between 1 and 100),
    token_hash bytea not null constraint api_keys_token_hash_key unique,
    -- The first characters, by which its owner tells one key from another.
    prefix text not null,
    created_at timestamptz not null,
    last_used_at timestamptz
);
create unique index api_keys_name_key on api_keys (user_id, lower(name));

-- An address that waits to be confirmed: at sign-up, or when somebody changes theirs.
create table email_verifications (
    id uuid constraint email_verifications_pkey primary key,
    user_id uuid not null constraint email_verifications_user_id_fkey references users on delete cascade,
    email text not null,
    token_hash bytea not null constraint email_verifications_token_hash_key unique,
    -- The password of the sign-up that this link belongs to; null for a link that leaves the password alone. Whoever
    -- follows the link gets the password of their own sign-up, and not that of somebody who was there before them.
    password_hash text,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index email_verifications_user_id_idx on email_verifications (user_id);

-- A request whose code was used is deleted.
create table password_resets (
    id uuid constraint password_resets_pkey primary key,
    -- Null where no account has the address: such a request behaves like any other until it expires.
    user_id uuid constraint password_resets_user_id_fkey references users on delete cascade,
    code_hash bytea not null,
    tries integer not null default 0,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index password_resets_user_id_idx on password_resets (user_id);

-- Failures in a row, by what was tried (a hash of the address), so that the next try has to wait longer.
create table login_failures (
    subject_hash bytea constraint login_failures_pkey primary key,
    failures integer not null,
    last_failed_at timestamptz not null
);

-- Mails that were asked for by people who are not logged in, by what for and to whom (a keyed hash), in the hour that
-- began then.
create table mail_requests (
    subject_hash bytea constraint mail_requests_pkey primary key,
    requests integer not null,
    started_at timestamptz not null
);

-- A sign-in that was sent to Google and has not come back.
create table google_logins (
    state_hash bytea constraint google_logins_pkey primary key,
    nonce text not null,
    pkce_verifier text not null,
    -- Who links their account; null at log-in.
    user_id uuid constraint google_logins_user_id_fkey references users on delete cascade,
    return_to text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null
);

create table orgs (
    id uuid constraint orgs_pkey primary key,
    name text not null constraint orgs_name_length check (length(name) between 1 and 100),
    -- The user whose personal organisation this is; null for a shared one.
    personal_user_id uuid constraint orgs_personal_user_id_key unique
        constraint orgs_personal_user_id_fkey references users on delete cascade,
    -- Null: the default of the server's configuration.
    quota_bytes bigint constraint orgs_quota_bytes_positive check (quota_bytes >= 0),
    quota_files bigint constraint orgs_quota_files_positive check (quota_files >= 0),
    created_at timestamptz not null
);

create table members (
    org_id uuid not null constraint members_org_id_fkey references orgs on delete cascade,
    user_id uuid not null constraint members_user_id_fkey references users on delete cascade,
    role text not null constraint members_role_known check (role in ('owner', 'admin', 'member', 'viewer')),
    created_at timestamptz not null,
    constraint members_pkey primary key (org_id, user_id)
);
create index members_user_id_idx on members (user_id);

create table invitations (
    id uuid constraint invitations_pkey primary key,
    org_id uuid not null constraint invitations_org_id_fkey references orgs on delete cascade,
    email text not null,
    role text not null constraint invitations_role_known check (role in ('owner', 'admin', 'member', 'viewer')),
    token_hash bytea not null constraint invitations_token_hash_key unique,
    -- An invitation stands as long as the account of whoever sent it.
    invited_by uuid not null constraint invitations_invited_by_fkey references users on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create unique index invitations_email_key on invitations (org_id, lower(email));
create index invitations_invited_by_idx on invitations (invited_by);
