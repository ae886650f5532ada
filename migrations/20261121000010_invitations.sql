-- An invitation stands as long as the account of whoever sent it.

alter table invitations
    drop constraint invitations_invited_by_fkey,
    alter column invited_by set not null,
    add constraint invitations_invited_by_fkey foreign key (invited_by) references users on delete cascade;
create index invitations_invited_by_idx on invitations (invited_by);
