-- What the sweep needs to know: what names an object, what was found without a row, and whose store it is.

-- Null for an object that was recorded after its bytes were stored. The sweep found the others without a row, and holds
-- their keys, so that whoever would record one late is refused: 'claimed' until the bytes are gone, then 'removed' for a
-- while.
alter table objects add column orphan text
    constraint objects_orphan_known check (orphan in ('claimed', 'removed'))
    constraint objects_orphan_buried check (orphan is null or deleted_at is not null);

-- Rows and a listing of the store are walked side by side, and the store sorts by byte.
create index objects_key_bytewise_idx on objects (key collate "C");

-- Every key that something lives on. What gets a reference to objects gets a line here, or the sweep buries its bytes.
create view named_objects as
    select object_key as key from file_versions
    union all
    select table_key as key from file_versions where table_key is not null
    union all
    select object_key as key from upload_parts;

-- The id by which a store of objects knows this database. A store with another id is not swept: its objects are
-- somebody else's, not orphans.
create table object_store (
    id uuid constraint object_store_pkey primary key,
    only_row boolean not null default true constraint object_store_only_row_key unique
        constraint object_store_only_row check (only_row)
);
insert into object_store (id) values (gen_random_uuid());
