-- A query's rows may belong to a conversation in place of the project's files.
alter table source_extracts
    alter column file_version drop not null,
    -- Null once the file is gone for good, and where the rows became a file of the project.
    add column generated_file_id uuid
        constraint source_extracts_generated_file_id_fkey references generated_files on delete set null;
create index source_extracts_generated_file_id_idx on source_extracts (generated_file_id);
