//! Statements that would change something, or read what is not a table, if they were let through.

/// With a folder that the server could write to, and its own port.
#[expect(clippy::too_many_lines, reason = "a list")]
pub fn postgresql(outbox: &str, port: u16) -> Vec<String> {
    let list = r#"
        insert into orders (id) values (99)
        update orders set amount = 0
        delete from orders
        truncate orders
        drop table orders
        create table stolen (n int)
        create table stolen as select 1
        select * into stolen from orders
        select 1 into stolen
        alter table orders add column n int
        create view stolen as select 1
        create function f() returns int language sql as 'select 1'
        create role mallory superuser
        alter role reader superuser
        grant all on orders to reader
        with gone as (delete from orders returning *) select * from gone
        with gone as (insert into orders (id) values (98) returning *) select * from gone
        with gone as (update orders set amount = 1 returning *) select * from gone
        with a as (select 1), gone as (delete from orders returning 1) select * from a
        select * from (delete from orders returning *) x
        merge into orders o using customers c on o.id = c.id when matched then delete
        set transaction read write
        set session characteristics as transaction read write
        set default_transaction_read_only = off
        set role postgres
        reset all
        begin
        commit
        rollback
        commit; delete from orders
        select 1; delete from orders
        select 1;; delete from orders
        /* a */ delete from orders
        -- a comment
        explain analyze delete from orders
        explain (analyze) delete from orders
        explain analyze select 1
        explain (analyze, buffers) select 1
        explain delete from orders
        copy orders to 'OUTBOX/orders.csv'
        copy (select 1) to 'OUTBOX/one.csv'
        copy orders to program 'touch OUTBOX/touched'
        copy orders from program 'touch OUTBOX/touched'
        copy orders to stdout
        select set_config('default_transaction_read_only', 'off', false)
        select set_config('transaction_read_only', 'off', true)
        select pg_catalog.set_config('statement_timeout', '0', false)
        select current_setting('data_directory')
        select pg_read_file('postgresql.conf')
        select pg_read_binary_file('PG_VERSION')
        select * from pg_ls_dir('.')
        select pg_stat_file('PG_VERSION')
        select lo_creat(-1)
        select lo_create(0)
        select lo_import('/etc/passwd')
        select lo_export(1, 'OUTBOX/lo')
        select lo_from_bytea(0, 'a')
        select nextval('counter')
        select setval('counter', 100)
        select dblink_exec('host=127.0.0.1 port=PORT dbname=attacked user=postgres', 'delete from orders')
        select * from dblink('host=127.0.0.1 port=PORT', 'select 1') as t(n int)
        select query_to_xml('delete from orders', true, true, '')
        select query_to_xml_and_xmlschema('select nextval(''counter'')', true, true, '')
        select * from ts_stat('select nextval(''counter'')::text::tsvector')
        select ts_rewrite('a'::tsquery, 'select ''a''::tsquery, nextval(''counter'')::text::tsquery')
        select pg_advisory_lock(1)
        select pg_try_advisory_lock(1)
        select pg_notify('a', 'b')
        notify a
        listen a
        lock table orders in access exclusive mode
        select * from orders for update
        select * from orders for share
        select * from (select * from orders for no key update) x
        select pg_sleep(100)
        select pg_terminate_backend(1)
        select pg_cancel_backend(1)
        select pg_reload_conf()
        select pg_switch_wal()
        select pg_create_restore_point('a')
        select pg_logical_emit_message(false, 'a', 'b')
        select * from pg_authid
        select * from pg_shadow
        select rolpassword from pg_catalog.pg_authid
        select * from pg_hba_file_rules
        select 1 from orders where (select pg_sleep(1)) is null
        select case when true then pg_advisory_lock(2) end
        select * from orders order by nextval('counter')
        select count(*) from orders group by pg_advisory_lock(3)
        select count(*) filter (where nextval('counter') > 0) from orders
        select sum(nextval('counter')) over () from orders
        select * from orders limit nextval('counter')
        select '{}'::jsonb ?-- '\n', ', pg_sleep(1)::text -- '
        select U&"\006e\0065xtval"('counter')
        select 1 @-@ nextval('counter')
        select E'\\', nextval('counter') -- '
        select b'1'' , ', nextval('counter') -- '
        select N'\' , nextval('counter') -- '
        select x'zz', nextval('counter')
        select $a$ $b$ $a$, nextval('counter'), $b$ $b$
        select * from orders join lateral nextval('counter') n on true
        select * from rows from (nextval('counter')) x
        values (nextval('counter'))
        select array[nextval('counter')]
        select (nextval('counter'), 1)
        select public.now()
        select 1 operator(public.+) 2
        do $$ begin delete from orders; end $$
        call p()
        prepare p as delete from orders
        execute p
        declare c cursor with hold for select 1
        vacuum orders
        analyze orders
        reindex table orders
        cluster
        checkpoint
        discard all
        load 'auto_explain'
        refresh materialized view v
        comment on table orders is 'mine'
        security label on table orders is 'a'
        create extension dblink
        import foreign schema public from server s into public
        table orders
        show all
    "#;
    lines(list, outbox, port)
}

const MYSQL: &str = r#"
        insert into orders (city) values ('a')
        replace into orders (id, city) values (1, 'a')
        update orders set amount = 0
        delete from orders
        truncate table orders
        drop table orders
        create table stolen (n int)
        create table stolen as select 1
        create temporary table stolen (n int)
        alter table orders add column n int
        create view stolen as select 1
        create user mallory
        grant all on *.* to reader@'127.0.0.1'
        set password = 'a'
        rename table orders to stolen
        select 1 into outfile 'OUTBOX/one'
        select 1 into dumpfile 'OUTBOX/one'
        select * from orders into outfile 'OUTBOX/orders'
        select * into outfile 'OUTBOX/orders' from orders
        select 1 /*! into outfile 'OUTBOX/one' */
        select 1 /*!50000 into outfile 'OUTBOX/one' */
        select 1 /*M! into outfile 'OUTBOX/one' */
        select 1 /*M!100000 into dumpfile 'OUTBOX/one' */
        select 1 union select 2 into outfile 'OUTBOX/two'
        select load_file('/etc/passwd')
        select (select load_file('/etc/passwd'))
        load data infile '/etc/passwd' into table orders
        load data local infile '/etc/passwd' into table orders
        set global read_only = 0
        set global max_connections = 1
        set session transaction read write
        set transaction read write
        set @a = 1
        set sql_mode = 'ANSI_QUOTES'
        select @a := 1
        select @@global.read_only
        select 1 into @a
        flush tables
        flush tables with read lock
        flush privileges
        analyze table orders
        optimize table orders
        check table orders
        repair table orders
        kill 1
        kill query 1
        select get_lock('a', 1)
        select release_lock('a')
        select is_used_lock('a')
        select sleep(100)
        select benchmark(1000000000, md5('a'))
        select last_insert_id(5)
        select b'1''\' , ', load_file(0x2f6574632f706173737764) -- '
        select b"\" , ", sleep(10) from (select 1 as b) t -- "
        select x'\' , ', sleep(10) -- '
        select N'\' , ', sleep(10) -- '
        select _utf8'\' , ', sleep(10) -- '
        select _gbk'\' , ', sleep(10) -- '
        select 'a' 'b', sleep(10)
        select 'a\' , ', sleep(10) -- '
        select "a\" , ", sleep(10) -- "
        select 1 --1, sleep(10)
        select {fn sleep(10)}
        select nextval(s)
        select next value for s
        select lastval(s)
        lock tables orders write
        unlock tables
        select * from orders for update
        select * from orders lock in share mode
        select * from (select * from orders for update) x
        start transaction
        start transaction read write
        commit
        commit; delete from orders
        select 1; delete from orders
        begin not atomic delete from orders; end
        handler orders open
        call p()
        do sleep(10)
        prepare p from 'delete from orders'
        execute immediate 'delete from orders'
        install plugin a soname 'a.so'
        install soname 'a'
        create function f returns string soname 'udf.so'
        select * from mysql.user
        select * from mysql.global_priv
        select * from performance_schema.threads
        with gone as (delete from orders) select 1
        with gone as (select 1) delete from orders
        explain delete from orders
        analyze select 1
        explain analyze select 1
        show grants
        show variables
        use mysql
        shutdown
        purge binary logs to 'a'
        reset master
        change master to master_host = 'a'
        xa start 'a'
        select shop.f()
        select 1 procedure analyse()
        select /*+ SET_VAR(sql_mode='') */ 1
    "#;

pub fn mysql(outbox: &str) -> Vec<String> {
    lines(MYSQL, outbox, 0)
}

fn lines(list: &str, outbox: &str, port: u16) -> Vec<String> {
    let list = list.replace("OUTBOX", outbox).replace("PORT", &port.to_string());
    list.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}
