//! Data sources over HTTP, at a real PostgreSQL and a real MariaDB: what people read, and what nobody can write.

mod attacks;
mod honest;

use serde_json::{Value, json};
use sqlx::Row;

use crate::{
    test_app::{Client, TestApp},
    test_sources::{self, PASSWORD, maria, postgres},
};

/// Orders of a shop, with what is hard to carry over.
const SHOP: &str = "
    create table customers (id int primary key, name text not null);
    comment on table customers is 'Who buys';
    create table orders (id int primary key, customer_id int references customers, city text, amount numeric(10, 2),
        paid boolean, placed timestamptz, tags text[], details jsonb, mood text);
    comment on column orders.amount is 'In euros';
    insert into customers values (1, 'Ada'), (2, 'Grace');
    insert into orders values
        (1, 1, 'London', 12.50, true, '2026-01-02 03:04:05+00', '{a,b}', '{\"n\": 1}', ''),
        (2, 2, 'Paris', 7, false, null, null, null, null),
        (3, 1, 'London', 100, null, '2026-02-03 00:00:00+02', '{}', '[]', 'a, \"b\"');
    analyze;
";

struct Fixture {
    app: TestApp,
    ada: Client,
    org: String,
    project: String,
}

impl Fixture {
    async fn start_with(change: impl FnOnce(&mut glovebox::config::ServerConfig)) -> Self {
        let app = TestApp::start_with(change).await;
        let ada = app.user("ada@example.com").await;
        let org = format!("/api/v1/orgs/{}", ada.org());
        let project = ada
            .post(&format!("{org}/projects"), json!({"name": "Shop"}))
            .await
            .expect(201);
        Self {
            app,
            ada,
            org,
            project: project["id"].as_str().unwrap().to_owned(),
        }
    }

    async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Adds a source; its path.
    async fn add(&self, body: Value) -> String {
        let made = self.ada.post(&format!("{}/sources", self.org), body).await.expect(201);
        format!("/api/v1/sources/{}", made["id"].as_str().unwrap())
    }

    async fn check(&self, body: Value) -> Value {
        self.ada
            .post(&format!("{}/source-checks", self.org), body)
            .await
            .expect(200)
    }
}

async fn shop(name: &str) -> Value {
    postgres().await.database(name, SHOP).await
}

#[tokio::test]
async fn rows_of_a_postgresql_become_a_table_with_a_receipt() {
    let fixture = Fixture::start().await;
    let source = fixture.add(shop("receipts").await).await;
    let query = json!({
        "sql": "select o.*, c.name from orders o join customers c on c.id = o.customer_id where city in {{cities}} and amount > {{least}} order by o.id",
        "parameters": {"cities": ["London", "Paris"], "least": 7.5},
    });
    let seen = fixture
        .ada
        .post(&format!("{source}/query"), query.clone())
        .await
        .expect(200);
    assert_eq!(seen["truncated"], false, "{seen}");
    assert_eq!(
        seen["rows"][0],
        json!([
            "1",
            "1",
            "London",
            "12.50",
            "true",
            "2026-01-02 03:04:05+00",
            "[\"a\",\"b\"]",
            "{\"n\": 1}",
            "",
            "Ada"
        ])
    );
    assert_eq!(
        seen["rows"][1],
        json!([
            "3",
            "1",
            "London",
            "100.00",
            null,
            "2026-02-02 22:00:00+00",
            "[]",
            "[]",
            "a, \"b\"",
            "Ada"
        ])
    );
    assert_eq!(seen["rows"].as_array().unwrap().len(), 2);

    let mut wanted = query.clone();
    wanted["project_id"] = json!(fixture.project);
    wanted["file_name"] = json!("orders.csv");
    let taken = fixture
        .ada
        .post(&format!("{source}/extracts"), wanted)
        .await
        .expect(201);
    let receipt = &taken["extract"];
    assert_eq!(
        (&receipt["rows"], &receipt["truncated"]),
        (&json!(2), &json!(false)),
        "{receipt}"
    );
    assert_eq!(receipt["parameters"], query["parameters"]);
    assert!(
        receipt["server"].as_str().unwrap().starts_with("PostgreSQL "),
        "{receipt}"
    );
    assert_eq!(receipt["sql_sha256"].as_str().unwrap().len(), 64);
    fixture.app.settle().await;
    let file = format!("/api/v1/files/{}", taken["file"]["id"].as_str().unwrap());
    let table = fixture.ada.get(&file).await.expect(200);
    assert_eq!(
        (&table["latest"]["state"], &table["latest"]["row_count"]),
        (&json!("table"), &json!(2)),
        "{table}"
    );

    let again = format!("{source}/extracts/{}/refresh", receipt["id"].as_str().unwrap());
    let again = fixture.ada.post(&again, json!({})).await.expect(201);
    assert_eq!(
        (&again["file"]["id"], &again["file"]["latest"]["version"]),
        (&table["id"], &json!(2)),
        "{again}"
    );
    let receipts = fixture.ada.get(&format!("{source}/extracts")).await.expect(200);
    assert_eq!(receipts["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_refresh_goes_to_its_file_whatever_the_file_is_called_by_now() {
    let fixture = Fixture::start().await;
    let source = fixture.add(shop("renamed").await).await;
    let wanted = json!({
        "sql": "select id, city from orders order by id",
        "project_id": fixture.project,
        "file_name": "orders.csv",
    });
    let taken = fixture
        .ada
        .post(&format!("{source}/extracts"), wanted.clone())
        .await
        .expect(201);
    let id = &taken["file"]["id"];
    let file = format!("/api/v1/files/{}", id.as_str().unwrap());
    let refresh = format!("{source}/extracts/{}/refresh", taken["extract"]["id"].as_str().unwrap());
    fixture
        .ada
        .patch(&file, json!({"name": "renamed.csv"}))
        .await
        .expect(200);
    let other = fixture
        .ada
        .post(&format!("{source}/extracts"), wanted)
        .await
        .expect(201);
    assert_ne!(other["file"]["id"], *id);
    let again = fixture.ada.post(&refresh, json!({})).await.expect(201);
    assert_eq!(
        (
            &again["file"]["id"],
            &again["file"]["name"],
            &again["file"]["latest"]["version"]
        ),
        (id, &json!("renamed.csv"), &json!(2)),
        "{again}"
    );
    fixture.ada.delete(&file).await.expect(204);
    fixture
        .ada
        .post(&refresh, json!({}))
        .await
        .expect_problem(409, "file_gone");
}

#[tokio::test]
async fn the_schema_has_columns_keys_and_comments() {
    let fixture = Fixture::start().await;
    let source = fixture.add(shop("schemas").await).await;
    fixture
        .ada
        .get(&format!("{source}/schema"))
        .await
        .expect_problem(409, "schema_missing");
    fixture
        .ada
        .post(&format!("{source}/schema"), json!({}))
        .await
        .expect(200);
    let schema = fixture.ada.get(&format!("{source}/schema")).await.expect(200);
    let [customers, orders] = &schema["tables"].as_array().unwrap()[..] else {
        panic!("{schema}")
    };
    assert_eq!(
        (&customers["name"], &customers["comment"]),
        (&json!("customers"), &json!("Who buys"))
    );
    assert_eq!(
        customers["columns"][0],
        json!({"name": "id", "data_type": "integer", "nullable": false, "primary_key": true, "comment": ""})
    );
    assert_eq!(orders["columns"][3]["comment"], "In euros");
    assert_eq!(orders["estimated_rows"], 3);
    assert_eq!(
        orders["foreign_keys"][0],
        json!({"columns": ["customer_id"], "to_schema": "public", "to_table": "customers", "to_columns": ["id"]})
    );
}

#[tokio::test]
async fn sources_and_their_tables_have_a_most() {
    let fixture = Fixture::start_with(|config| {
        config.limits.sources_per_org = 1;
        config.limits.source_tables = 1;
    })
    .await;
    let body = shop("most").await;
    let source = fixture.add(body.clone()).await;
    let schema = fixture
        .ada
        .post(&format!("{source}/schema"), json!({}))
        .await
        .expect(200);
    assert_eq!(
        (schema["tables"].as_array().unwrap().len(), &schema["truncated"]),
        (1, &json!(true))
    );
    let second = fixture.ada.post(&format!("{}/sources", fixture.org), body).await;
    second.expect_problem(403, "too_many_sources");
}

/// What listens there takes the connection and never says a word.
#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let fixture = Fixture::start_with(|config| config.limits.source_connect_s = 1).await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut body = shop("silent").await;
    body["port"] = json!(silent.local_addr().unwrap().port());
    let check = fixture.check(body).await;
    assert_eq!(check["problem"]["kind"], "network", "{check}");
}

#[tokio::test]
async fn a_test_of_a_connection_says_what_is_wrong() {
    let fixture = Fixture::start().await;
    let good = shop("checks").await;
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    let certificate = &postgres().await.certificate;
    let mut tls = with("tls", json!("verify_full"));
    tls["host"] = json!("localhost");
    let mut trusted = tls.clone();
    trusted["tls_ca"] = json!(certificate);
    let mut other_name = trusted.clone();
    other_name["host"] = json!("127.0.0.1");
    for (body, kind) in [
        (with("host", json!("no-such-name.invalid")), "name"),
        (with("host", json!("10.0.0.1")), "address"),
        (with("host", json!("169.254.169.254")), "address"),
        (with("port", json!(1)), "network"),
        (with("port", json!(fixture.app.app.config.listen.port())), "address"),
        (tls, "tls"),
        (other_name, "tls"),
        (with("password", json!("wrong")), "login"),
        (with("user", json!("nobody")), "login"),
        (with("database", json!("nothing")), "login"),
    ] {
        let check = fixture.check(body.clone()).await;
        assert_eq!(check["problem"]["kind"], kind, "{body}: {check}");
    }
    let check = fixture.check(trusted).await;
    assert_eq!(check["problem"], Value::Null, "{check}");
    assert!(check["warnings"][0].as_str().unwrap().contains("superuser"), "{check}");
    let reader = fixture.check(with("user", json!("reader"))).await;
    assert_eq!(reader["problem"], Value::Null, "{reader}");
    assert_eq!(reader["warnings"].as_array().unwrap().len(), 1, "{reader}");
    assert!(
        reader["server"].as_str().unwrap().starts_with("PostgreSQL "),
        "{reader}"
    );
}

#[tokio::test]
async fn a_password_is_never_shown_and_is_entered_again_where_it_would_go_elsewhere() {
    let fixture = Fixture::start().await;
    let source = fixture.add(shop("secrets").await).await;
    for path in [source.clone(), format!("{}/sources", fixture.org)] {
        let text = fixture.ada.get(&path).await.text();
        assert!(!text.contains(PASSWORD) && !text.contains("password"), "{text}");
    }
    let sealed: Vec<u8> = sqlx::query("select password_sealed from sources")
        .fetch_one(&fixture.app.app.db)
        .await
        .unwrap()
        .get(0);
    assert!(
        !sealed
            .windows(5)
            .any(|bytes| PASSWORD.as_bytes().windows(5).any(|part| part == bytes))
    );
    for moved in [
        json!({"host": "127.0.0.2"}),
        json!({"user": "reader"}),
        json!({"database": "postgres"}),
        json!({"port": 5433}),
    ] {
        fixture.ada.patch(&source, moved).await.expect_problem(422, "invalid");
    }
    fixture.ada.patch(&source, json!({"name": "Renamed"})).await.expect(200);
    let one = json!({"sql": "select 1"});
    fixture
        .ada
        .post(&format!("{source}/query"), one.clone())
        .await
        .expect(200);
    // A row that somebody changed past the server does not send the password elsewhere.
    sqlx::query("update sources set host = 'localhost'")
        .execute(&fixture.app.app.db)
        .await
        .unwrap();
    fixture
        .ada
        .post(&format!("{source}/query"), one)
        .await
        .expect_problem(409, "secret_unreadable");
}

#[tokio::test]
async fn rows_bytes_values_and_time_have_a_most() {
    let fixture = Fixture::start_with(|config| {
        config.limits.source_preview_rows = 5;
        config.limits.source_rows = 10;
        config.limits.source_bytes = 1_000;
        config.limits.source_cell_bytes = 900;
        config.limits.source_query_s = 4;
    })
    .await;
    let source = fixture.add(shop("limits").await).await;
    let rows = json!({"sql": "select generate_series(1, 100000000) n"});
    let seen = fixture
        .ada
        .post(&format!("{source}/query"), rows.clone())
        .await
        .expect(200);
    assert_eq!(
        (seen["rows"].as_array().unwrap().len(), &seen["truncated"]),
        (5, &json!(true))
    );
    let extract = |sql: &str| json!({"sql": sql, "project_id": fixture.project, "file_name": "n.csv"});
    let check = async |sql: &str, rows: u64, truncated: bool| {
        let taken = fixture
            .ada
            .post(&format!("{source}/extracts"), extract(sql))
            .await
            .expect(201);
        let receipt = &taken["extract"];
        assert_eq!(
            (&receipt["rows"], &receipt["truncated"]),
            (&json!(rows), &json!(truncated)),
            "{sql}"
        );
    };
    check("select n from generate_series(1, 10) n", 10, false).await;
    check("select n from generate_series(1, 11) n", 10, true).await;
    check("select repeat('x', 400) from generate_series(1, 3)", 2, true).await;
    let long = json!({"sql": "select repeat('x', 901) as long"});
    fixture
        .ada
        .post(&format!("{source}/query"), long)
        .await
        .expect_problem(409, "source_value");
    // Each takes a few bytes on the way, and many as text.
    for sql in [
        "select array_agg(null::int) from generate_series(1, 1000000)",
        "select 1e100000::numeric as many",
        "select array_agg(1e10000::numeric) from generate_series(1, 1000)",
    ] {
        let answer = fixture.ada.post(&format!("{source}/query"), json!({"sql": sql})).await;
        answer.expect_problem(409, "source_value");
    }
    let slow = json!({"sql": "select count(*) from generate_series(1, 100000000000) n"});
    fixture
        .ada
        .post(&format!("{source}/query"), slow)
        .await
        .expect_problem(409, "source_timeout");
    // The server has seen the end of all of them.
    let mut admin = postgres().await.admin("limits").await;
    let running = "select count(*) from pg_stat_activity where datname = 'limits' and application_name = 'glovebox' and state = 'active'";
    let mut left = 1_i64;
    for _ in 0..10_000 {
        left = sqlx::query_scalar(running).fetch_one(&mut admin).await.unwrap();
        if left == 0 {
            break;
        }
    }
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_wrong_statement_is_told_with_its_line_and_column() {
    let fixture = Fixture::start().await;
    let source = fixture.add(shop("wrong").await).await;
    for (sql, expected) in [
        ("select nothing\nfrom  orders", "line 1, column 8"),
        ("select * from\n nowhere", "line 2, column 2"),
        ("selec 1", "not a valid query"),
        ("select 1; select 2", "exactly one"),
        ("select point(1, 2)", "::text"),
        ("select * from orders where city = {{city}}", "{{city}}"),
    ] {
        let problem = fixture
            .ada
            .post(&format!("{source}/query"), json!({"sql": sql}))
            .await
            .json();
        assert!(
            problem["detail"].as_str().unwrap().contains(expected),
            "{sql}: {problem}"
        );
    }
}

#[tokio::test]
async fn members_query_only_where_the_source_lets_them() {
    let fixture = Fixture::start().await;
    let org = fixture
        .ada
        .post("/api/v1/orgs", json!({"name": "Team"}))
        .await
        .expect(201);
    let org_id: uuid::Uuid = org["id"].as_str().unwrap().parse().unwrap();
    let grace = fixture.app.user("grace@example.com").await;
    sqlx::query("insert into members (org_id, user_id, role, created_at) values ($1, $2, 'member', now())")
        .bind(org_id)
        .bind(grace.user.unwrap().0)
        .execute(&fixture.app.app.db)
        .await
        .unwrap();
    let mut body = shop("roles").await;
    body["members_may_query"] = json!(false);
    let made = fixture
        .ada
        .post(&format!("/api/v1/orgs/{org_id}/sources"), body)
        .await
        .expect(201);
    let source = format!("/api/v1/sources/{}", made["id"].as_str().unwrap());
    let one = json!({"sql": "select 1"});
    grace
        .post(&format!("{source}/query"), one.clone())
        .await
        .expect_problem(403, "forbidden");
    fixture
        .ada
        .patch(&source, json!({"members_may_query": true}))
        .await
        .expect(200);
    grace.post(&format!("{source}/query"), one).await.expect(200);
}

#[tokio::test]
async fn rows_of_a_mariadb_are_read_and_nothing_is_written() {
    let Some(server) = maria().await else { return };
    let fixture = Fixture::start().await;
    let check = fixture.check(server.source("mysql", "shop", "reader")).await;
    assert_eq!(check["problem"], Value::Null, "{check}");
    assert_eq!(check["warnings"].as_array().unwrap().len(), 1, "{check}");
    let check = fixture.check(server.source("mysql", "shop", "root")).await;
    assert!(
        check["warnings"][1].as_str().unwrap().contains("ALL PRIVILEGES"),
        "{check}"
    );
    let mut wrong = server.source("mysql", "shop", "reader");
    wrong["password"] = json!("wrong");
    assert_eq!(fixture.check(wrong).await["problem"]["kind"], "login");
    let source = fixture.add(server.source("mysql", "shop", "root")).await;
    let query = json!({"sql": "select id, city, amount, placed, note from orders where city = {{city}} order by id", "parameters": {"city": "London"}});
    let seen = fixture.ada.post(&format!("{source}/query"), query).await.expect(200);
    assert_eq!(
        seen["rows"][0],
        json!(["1", "London", "12.50", "2026-01-02 03:04:05", ""]),
        "{seen}"
    );
    assert_eq!(
        seen["rows"][1],
        json!(["3", "London", "100.00", "2026-02-03 00:00:00", "a, \"b\""])
    );
    // A column beside a total has no value of its own, and what is joined is not cut.
    let any = json!({"sql": "select city, note, sum(amount) from orders group by city"});
    let any = fixture.ada.post(&format!("{source}/query"), any).await;
    any.expect_problem(422, "invalid");
    let joined = "select length(group_concat(a.ordinal_position separator '----------')) > 1024 as whole
        from information_schema.columns a";
    let joined = fixture
        .ada
        .post(&format!("{source}/query"), json!({"sql": joined}))
        .await
        .expect(200);
    assert_eq!(joined["rows"][0], json!(["1"]));
    let schema = fixture
        .ada
        .post(&format!("{source}/schema"), json!({}))
        .await
        .expect(200);
    let tables = schema["tables"].as_array().unwrap();
    let orders = tables.iter().find(|table| table["name"] == "orders").unwrap();
    assert_eq!(orders["columns"][1]["comment"], "Where it went");
    let lines = tables.iter().find(|table| table["name"] == "lines").unwrap();
    assert_eq!(lines["foreign_keys"][0]["to_table"], "orders");

    let reader = fixture.add(server.source("mysql", "shop", "reader")).await;
    let attacks = attacks::mysql(&server.outbox());
    assert!(attacks.len() >= 60, "{}", attacks.len());
    for source in [&source, &reader] {
        for attack in &attacks {
            let answer = fixture
                .ada
                .post(&format!("{source}/query"), json!({"sql": attack}))
                .await;
            assert!(answer.status.is_client_error(), "{attack}: {answer}");
        }
    }
    assert_eq!(server.strange_files(), Vec::<String>::new());
    let left = json!({"sql": "select (select count(*) from orders), (select count(*) from information_schema.tables where table_schema = 'shop')"});
    let left = fixture.ada.post(&format!("{source}/query"), left).await.expect(200);
    assert_eq!(left["rows"][0], json!(["3", "2"]));
}

/// What a database has that a write would change.
async fn state(database: &str) -> Vec<String> {
    let mut admin = test_sources::postgres().await.admin(database).await;
    let queries = [
        "select coalesce(sum(id), 0)::text || count(*)::text from orders",
        "select string_agg(relname, ',' order by oid) from pg_class where relnamespace = 'public'::regnamespace",
        "select string_agg(rolname || rolsuper::text || coalesce(rolpassword, ''), ',' order by oid) from pg_authid",
        "select count(*)::text from pg_largeobject_metadata",
        "select count(*)::text from pg_proc where pronamespace = 'public'::regnamespace",
        "select count(*)::text from pg_locks where locktype = 'advisory'",
        "select last_value::text || is_called::text from counter",
        "select coalesce(setconfig::text, '') from pg_db_role_setting union all select '' limit 1",
    ];
    let mut found = Vec::new();
    for query in queries {
        let text: Option<String> = sqlx::query_scalar(query).fetch_one(&mut admin).await.unwrap();
        found.push(text.unwrap_or_default());
    }
    found
}

#[tokio::test]
async fn no_attack_on_a_postgresql_writes_anything_as_superuser_or_as_reader() {
    let server = postgres().await;
    let setup = format!("{SHOP} create sequence counter; create extension if not exists dblink;");
    let setup = match std::process::Command::new("sh")
        .args(["-c", "ls /usr/share/postgresql/*/extension/dblink.control"])
        .output()
    {
        Ok(found) if found.status.success() => setup,
        _ => setup.replace("create extension if not exists dblink;", ""),
    };
    let root = server.database("attacked", &setup).await;
    let fixture = Fixture::start().await;
    let reader = server.source("postgresql", "attacked", "reader");
    let before = state("attacked").await;
    let attacks = attacks::postgresql(&server.outbox(), server.port);
    assert!(attacks.len() >= 60, "{}", attacks.len());
    for body in [root, reader] {
        let source = fixture.add(body).await;
        for attack in &attacks {
            let answer = fixture
                .ada
                .post(&format!("{source}/query"), json!({"sql": attack}))
                .await;
            assert!(answer.status.is_client_error(), "{attack}: {answer}");
        }
    }
    assert_eq!(state("attacked").await, before);
    assert_eq!(server.strange_files(), Vec::<String>::new());
}

#[tokio::test]
async fn honest_queries_pass_the_gate_and_run() {
    let server = postgres().await;
    let fixture = Fixture::start().await;
    let source = fixture.add(server.database("honest", honest::TABLES).await).await;
    let queries = honest::queries();
    let mut refused = Vec::new();
    for query in &queries {
        let answer = fixture
            .ada
            .post(&format!("{source}/query"), json!({"sql": query}))
            .await;
        if answer.status != 200 {
            refused.push(format!("{query}: {answer}"));
        }
    }
    assert!(queries.len() >= 60, "{}", queries.len());
    assert!(refused.len() * 50 <= queries.len(), "{refused:#?}");
}
