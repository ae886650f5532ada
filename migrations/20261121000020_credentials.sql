-- What ends tokens, whose password a link confirms, and how many mails an address was sent.

-- Part of every bearer token: one more, and those from before are over.
alter table users add column token_epoch integer not null default 0;

-- The password of the sign-up that this link belongs to; null for a link that leaves the password alone. Whoever
-- follows the link gets the password of their own sign-up, and not that of somebody who was there before them.
alter table email_verifications add column password_hash text;

-- Mails that were asked for by people who are not logged in, by what for and to whom (a keyed hash), in the hour that
-- began then.
create table mail_requests (
    subject_hash bytea constraint mail_requests_pkey primary key,
    requests integer not null,
    started_at timestamptz not null
);

-- A request whose code was used is deleted.
alter table password_resets drop column used_at;
