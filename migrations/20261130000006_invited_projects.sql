-- Where somebody begins who accepts an invitation; null for the organisation's first project.
alter table invitations
    add column project_id uuid,
    add constraint invitations_project_fkey foreign key (org_id, project_id) references projects (org_id, id)
        on delete set null (project_id);
create index invitations_project_id_idx on invitations (project_id);
