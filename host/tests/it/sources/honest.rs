//! Queries that people and models write about a shop: TPC-H's own and others, which have to pass and to run.

/// TPC-H's tables, without rows, and one with JSON.
pub const TABLES: &str = "
    create table region (r_regionkey int, r_name text, r_comment text);
    create table nation (n_nationkey int, n_name text, n_regionkey int, n_comment text);
    create table supplier (s_suppkey int, s_name text, s_address text, s_nationkey int, s_phone text, s_acctbal numeric, s_comment text);
    create table customer (c_custkey int, c_name text, c_address text, c_nationkey int, c_phone text, c_acctbal numeric, c_mktsegment text, c_comment text);
    create table part (p_partkey int, p_name text, p_mfgr text, p_brand text, p_type text, p_size int, p_container text, p_retailprice numeric, p_comment text);
    create table partsupp (ps_partkey int, ps_suppkey int, ps_availqty int, ps_supplycost numeric, ps_comment text);
    create table orders (o_orderkey int, o_custkey int, o_orderstatus text, o_totalprice numeric, o_orderdate date, o_orderpriority text, o_clerk text, o_shippriority int, o_comment text);
    create table lineitem (l_orderkey int, l_partkey int, l_suppkey int, l_linenumber int, l_quantity numeric, l_extendedprice numeric,
        l_discount numeric, l_tax numeric, l_returnflag text, l_linestatus text, l_shipdate date, l_commitdate date, l_receiptdate date,
        l_shipinstruct text, l_shipmode text, l_comment text);
    create table events (id bigint, at timestamptz, body jsonb, plain json, tags text[], mood text);
    insert into events values (1, now(), '{\"a\": {\"b\": [1, 2]}, \"n\": 5}', '{\"a\": 1}', '{x,y}', 'good');
";

/// Each on lines of its own, with an empty line between.
pub fn queries() -> Vec<String> {
    QUERIES
        .split("\n\n")
        .map(str::trim)
        .filter(|query| !query.is_empty())
        .map(str::to_owned)
        .collect()
}

const QUERIES: &str = r#"
select l_returnflag, l_linestatus, sum(l_quantity) as sum_qty, sum(l_extendedprice) as sum_base_price,
 sum(l_extendedprice * (1 - l_discount)) as sum_disc_price, sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) as sum_charge,
 avg(l_quantity) as avg_qty, avg(l_extendedprice) as avg_price, avg(l_discount) as avg_disc, count(*) as count_order
from lineitem where l_shipdate <= date '1998-12-01' - interval '90' day
group by l_returnflag, l_linestatus order by l_returnflag, l_linestatus;

select s_acctbal, s_name, n_name, p_partkey, p_mfgr, s_address, s_phone, s_comment from part, supplier, partsupp, nation, region
where p_partkey = ps_partkey and s_suppkey = ps_suppkey and p_size = 15 and p_type like '%BRASS' and s_nationkey = n_nationkey
 and n_regionkey = r_regionkey and r_name = 'EUROPE' and ps_supplycost = (select min(ps_supplycost) from partsupp, supplier, nation, region
 where p_partkey = ps_partkey and s_suppkey = ps_suppkey and s_nationkey = n_nationkey and n_regionkey = r_regionkey and r_name = 'EUROPE')
order by s_acctbal desc, n_name, s_name, p_partkey limit 100

select l_orderkey, sum(l_extendedprice * (1 - l_discount)) as revenue, o_orderdate, o_shippriority from customer, orders, lineitem
where c_mktsegment = 'BUILDING' and c_custkey = o_custkey and l_orderkey = o_orderkey and o_orderdate < date '1995-03-15'
 and l_shipdate > date '1995-03-15' group by l_orderkey, o_orderdate, o_shippriority order by revenue desc, o_orderdate limit 10

select o_orderpriority, count(*) as order_count from orders where o_orderdate >= date '1993-07-01'
 and o_orderdate < date '1993-07-01' + interval '3' month and exists (select * from lineitem where l_orderkey = o_orderkey and l_commitdate < l_receiptdate)
group by o_orderpriority order by o_orderpriority

select n_name, sum(l_extendedprice * (1 - l_discount)) as revenue from customer, orders, lineitem, supplier, nation, region
where c_custkey = o_custkey and l_orderkey = o_orderkey and l_suppkey = s_suppkey and c_nationkey = s_nationkey and s_nationkey = n_nationkey
 and n_regionkey = r_regionkey and r_name = 'ASIA' and o_orderdate >= date '1994-01-01' and o_orderdate < date '1994-01-01' + interval '1' year
group by n_name order by revenue desc

select sum(l_extendedprice * l_discount) as revenue from lineitem where l_shipdate >= date '1994-01-01'
 and l_shipdate < date '1994-01-01' + interval '1' year and l_discount between .06 - 0.01 and .06 + 0.01 and l_quantity < 24

select supp_nation, cust_nation, l_year, sum(volume) as revenue from (select n1.n_name as supp_nation, n2.n_name as cust_nation,
 extract(year from l_shipdate) as l_year, l_extendedprice * (1 - l_discount) as volume from supplier, lineitem, orders, customer, nation n1, nation n2
 where s_suppkey = l_suppkey and o_orderkey = l_orderkey and c_custkey = o_custkey and s_nationkey = n1.n_nationkey and c_nationkey = n2.n_nationkey
 and ((n1.n_name = 'FRANCE' and n2.n_name = 'GERMANY') or (n1.n_name = 'GERMANY' and n2.n_name = 'FRANCE'))
 and l_shipdate between date '1995-01-01' and date '1996-12-31') as shipping group by supp_nation, cust_nation, l_year order by 1, 2, 3

select o_year, sum(case when nation = 'BRAZIL' then volume else 0 end) / sum(volume) as mkt_share from (select extract(year from o_orderdate) as o_year,
 l_extendedprice * (1 - l_discount) as volume, n2.n_name as nation from part, supplier, lineitem, orders, customer, nation n1, nation n2, region
 where p_partkey = l_partkey and s_suppkey = l_suppkey and l_orderkey = o_orderkey and o_custkey = c_custkey and c_nationkey = n1.n_nationkey
 and n1.n_regionkey = r_regionkey and r_name = 'AMERICA' and s_nationkey = n2.n_nationkey and p_type = 'ECONOMY ANODIZED STEEL') as all_nations
group by o_year order by o_year

select c_count, count(*) as custdist from (select c_custkey, count(o_orderkey) from customer left outer join orders on c_custkey = o_custkey
 and o_comment not like '%special%requests%' group by c_custkey) as c_orders (c_custkey, c_count) group by c_count order by custdist desc, c_count desc

select 100.00 * sum(case when p_type like 'PROMO%' then l_extendedprice * (1 - l_discount) else 0 end) / nullif(sum(l_extendedprice * (1 - l_discount)), 0)
 as promo_revenue from lineitem, part where l_partkey = p_partkey and l_shipdate >= date '1995-09-01'

with revenue (supplier_no, total_revenue) as (select l_suppkey, sum(l_extendedprice * (1 - l_discount)) from lineitem group by l_suppkey)
select s_suppkey, s_name, total_revenue from supplier, revenue where s_suppkey = supplier_no and total_revenue = (select max(total_revenue) from revenue)

select p_brand, p_type, p_size, count(distinct ps_suppkey) as supplier_cnt from partsupp, part where p_partkey = ps_partkey and p_brand <> 'Brand#45'
 and p_type not like 'MEDIUM POLISHED%' and p_size in (49, 14, 23) and ps_suppkey not in (select s_suppkey from supplier where s_comment like '%Complaints%')
group by p_brand, p_type, p_size order by supplier_cnt desc

select sum(l_extendedprice) / 7.0 as avg_yearly from lineitem, part where p_partkey = l_partkey and p_brand = 'Brand#23'
 and l_quantity < (select 0.2 * avg(l_quantity) from lineitem where l_partkey = p_partkey)

select c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice, sum(l_quantity) from customer, orders, lineitem
where o_orderkey in (select l_orderkey from lineitem group by l_orderkey having sum(l_quantity) > 300) and c_custkey = o_custkey and o_orderkey = l_orderkey
group by c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice order by o_totalprice desc, o_orderdate limit 100

select s_name, count(*) as numwait from supplier, lineitem l1, orders where s_suppkey = l1.l_suppkey and o_orderkey = l1.l_orderkey and o_orderstatus = 'F'
 and exists (select * from lineitem l2 where l2.l_orderkey = l1.l_orderkey and l2.l_suppkey <> l1.l_suppkey)
 and not exists (select * from lineitem l3 where l3.l_orderkey = l1.l_orderkey and l3.l_receiptdate > l3.l_commitdate) group by s_name

select cntrycode, count(*) as numcust, sum(c_acctbal) as totacctbal from (select substring(c_phone from 1 for 2) as cntrycode, c_acctbal from customer
 where substring(c_phone from 1 for 2) in ('13', '31') and c_acctbal > (select avg(c_acctbal) from customer where c_acctbal > 0.00)) as custsale group by cntrycode

select * from orders

select count(*) from orders

select distinct o_orderstatus from orders order by 1

select distinct on (o_custkey) o_custkey, o_orderdate from orders order by o_custkey, o_orderdate desc

select date_trunc('month', o_orderdate) as month, sum(o_totalprice) from orders group by 1 order by 1

select to_char(o_orderdate, 'YYYY-MM') m, count(*) filter (where o_orderstatus = 'F') as finished from orders group by m having count(*) > 1

select o_custkey, row_number() over (partition by o_custkey order by o_orderdate) as n from orders

select o_orderdate, sum(o_totalprice) over (order by o_orderdate rows between 6 preceding and current row) from orders

select o_custkey, lag(o_totalprice, 1, 0) over w, lead(o_totalprice) over w, first_value(o_totalprice) over w from orders window w as (partition by o_custkey order by o_orderdate)

select ntile(4) over (order by o_totalprice), rank() over (order by o_totalprice), dense_rank() over (order by o_totalprice), percent_rank() over (order by o_totalprice) from orders

select percentile_cont(0.5) within group (order by o_totalprice) as median from orders

select mode() within group (order by o_orderstatus) from orders

with recursive days(d) as (select date '2024-01-01' union all select d + 1 from days where d < date '2024-01-31') select d from days

with a as (select 1 as n), b as (select n + 1 as n from a) select * from a union all select * from b

select n from generate_series(1, 10) as n

select d::date from generate_series(date '2024-01-01', date '2024-02-01', interval '1 day') d

select * from (values (1, 'a'), (2, 'b')) as t(n, name)

values (1, 2), (3, 4)

select 1 union select 2 except select 3 intersect select 4

select coalesce(sum(o_totalprice), 0), nullif(count(*), 0), greatest(1, 2), least(1, 2) from orders

select case o_orderstatus when 'F' then 'done' when 'O' then 'open' else 'other' end, count(*) from orders group by 1

select cast(o_totalprice as int), o_totalprice::float8, o_orderkey::text from orders

select o_orderpriority, o_orderstatus, count(*) from orders group by grouping sets ((o_orderpriority), (o_orderstatus), ())

select o_orderpriority, o_orderstatus, count(*), grouping(o_orderpriority) from orders group by rollup (o_orderpriority, o_orderstatus)

select o_orderpriority, o_orderstatus, count(*) from orders group by cube (o_orderpriority, o_orderstatus)

select body->'a'->'b'->>0, body #>> '{a,b,1}', body ? 'n', body @> '{"n": 5}' from events

select jsonb_array_elements_text(body->'a'->'b') from events

select key, value from events, jsonb_each_text(body)

select e.id, x.value from events e cross join lateral jsonb_array_elements(e.body->'a'->'b') as x(value)

select jsonb_build_object('n', id, 'mood', mood), json_agg(mood), jsonb_object_agg(id, mood) from events group by id, mood

select jsonb_path_query(body, '$.a.b[*]') from events

select unnest(tags), array_length(tags, 1), array_to_string(tags, ', ') from events

select id from events where 'x' = any(tags) and tags && array['y'] and id = any(array[1, 2])

select string_agg(distinct mood, ', ' order by mood) from events

select split_part(o_clerk, '#', 2), regexp_replace(o_clerk, '[0-9]+', ''), o_comment ~* 'special' from orders

select * from customer where c_name ilike 'cust%' and c_phone similar to '[0-9]+%' escape '\'

select trim(both ' ' from c_name), upper(c_name), initcap(c_name), length(c_name), left(c_name, 3), lpad(c_name, 10, '0'), position('a' in c_name), c_name || ' ' || c_phone from customer

select round(avg(o_totalprice), 2), stddev(o_totalprice), variance(o_totalprice), corr(o_totalprice, o_custkey), width_bucket(o_totalprice, 0, 100, 10) from orders group by o_totalprice

select at at time zone 'Europe/Berlin', extract(dow from at), date_part('hour', at), age(now(), at), current_date - 7, now() - interval '7 days' from events

select extract(epoch from (max(at) - min(at))) / 3600 from events

select o.o_orderkey, l.total from orders o left join lateral (select sum(l_extendedprice) as total from lineitem where l_orderkey = o.o_orderkey) l on true

select a.n_name, b.r_name from nation a full outer join region b on a.n_regionkey = b.r_regionkey

select n_name, r_name from nation natural join (select r_regionkey as n_regionkey, r_name from region) r

select n_name from nation join (select n_regionkey, count(*) as n from nation group by 1) c using (n_regionkey) limit 5 offset 0

select * from nation cross join region fetch first 5 rows only

select table_name, column_name, data_type from information_schema.columns where table_schema = 'public'

explain select * from orders

select "o_orderkey" as "Order key" from "public"."orders" where o_comment = 'it''s' -- trailing

select /* a comment */ count(*) /* nested /* one */ */ from orders

select $$dollar$$ as text, E'tab\t' as escaped, U&'\0041' as letter

select exists (select 1 from orders), not true, true and false or null is null, 5 between symmetric 9 and 1

select o_totalprice is distinct from 5, o_orderstatus in ('F', 'O'), (o_orderkey, o_custkey) in ((1, 2)) from orders

select bool_and(o_orderkey > 0), bool_or(o_orderkey > 0), every(o_orderkey > 0), array_agg(o_orderkey order by o_orderkey desc) from orders

select md5(c_name), encode(sha256('a'::bytea), 'hex'), gen_random_uuid() from customer

select to_tsvector('english', o_comment) @@ to_tsquery('english', 'special & request') from orders

select count(*) from orders tablesample system (10)
"#;
