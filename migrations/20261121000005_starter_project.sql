-- When a new account got the project that it begins with, or it was found that it cannot; null until then.

alter table users add column starter_project_at timestamptz;
