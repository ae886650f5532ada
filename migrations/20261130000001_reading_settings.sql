-- How a file is to be read, as people have set it: of every version that is looked into from then on.

alter table files add column reading jsonb not null default '{}';
