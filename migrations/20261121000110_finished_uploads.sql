-- A finished upload is remembered with the file it became until it expires, for clients that lost the last answer.

alter table uploads add column file_id uuid constraint uploads_file_id_fkey references files on delete cascade;
create index uploads_file_id_idx on uploads (file_id);
create index uploads_project_id_idx on uploads (org_id, project_id);
