//! Every operation of the API, with everybody who may and may not: success, bad input, nobody, another tenant, each
//! role. The checks are made from a table, and an operation that is not in it fails the tests.

mod table;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicU32, Ordering},
};

use futures_util::future::BoxFuture;
use glovebox::{
    conversations::messages::{Asked, State},
    ids::{GeneratedFileId, OrgId},
    objects::{Digest, ObjectKey},
    orgs::Role,
    storage,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    conversations::{ask, conversation, exchange, generate, write},
    files::upload,
    google_issuer::GoogleIssuer,
    openapi::{document, operations, problem_codes},
    test_app::{Answer, Client, TestApp},
    test_sources::postgres,
};

/// Who may do something.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    /// Nobody has to be logged in.
    Anyone,
    /// Everybody who is logged in, with what is their own.
    User,
    /// Whoever has at least this role in the organisation.
    Role(Role),
}

/// One operation.
struct Route {
    method: &'static str,
    /// As it stands in the document.
    path: &'static str,
    who: Who,
    /// The status of success.
    success: u16,
    /// Makes what the request needs, and the request.
    prepare: for<'a> fn(&'a World) -> BoxFuture<'a, Call>,
    /// What can be wrong with it, and the status and code that follow.
    bad: &'static [(Flaw, u16, &'static str)],
}

/// A change that makes a good request wrong.
#[derive(Debug)]
enum Flaw {
    /// Another body.
    Body(&'static str),
    Query(&'static str),
    Header(&'static str, &'static str),
}

/// A request that will go well.
struct Call {
    path: String,
    body: Body,
    headers: Vec<(&'static str, String)>,
    /// Who has to send it, where that is not a matter of roles.
    by: Option<Client>,
}

enum Body {
    None,
    Json(Value),
    /// Bytes and their type.
    Bytes(Vec<u8>, &'static str),
}

/// What the requests are about.
struct World {
    app: TestApp,
    /// A shared organisation.
    org: String,
    /// A project in it.
    project: String,
    /// A file in it that is a table.
    table: String,
    /// The id of another one, of which a dashboard can be made.
    sales: String,
    /// Everybody in the organisation, by role.
    members: Vec<(Role, Client)>,
    /// Somebody with an organisation of their own.
    stranger: Client,
    made: AtomicU32,
    _google: GoogleIssuer,
}

const ROLES: [Role; 4] = [Role::Viewer, Role::Member, Role::Admin, Role::Owner];

#[test]
fn every_operation_is_in_the_table() {
    let document = document();
    let described: BTreeSet<_> = operations(&document)
        .into_iter()
        .filter(|(_, _, operation)| is_our_own(operation))
        .map(|(method, path, _)| (method, path))
        .collect();
    let listed: BTreeSet<_> = table::ROUTES
        .iter()
        .map(|route| (route.method.to_owned(), route.path.to_owned()))
        .collect();
    let missing: Vec<_> = described.difference(&listed).collect();
    assert!(
        missing.is_empty(),
        "list these in host/tests/it/routes/table.rs: {missing:#?}"
    );
    let gone: Vec<_> = listed.difference(&described).collect();
    assert!(gone.is_empty(), "these are in the table and nowhere else: {gone:#?}");
    assert_eq!(table::ROUTES.len(), listed.len(), "an operation is listed twice");
}

/// Whether an operation is not one of those that stand in for other makers' servers: these have errors of their own form,
/// and are tried in `openai.rs` and `legacy.rs`.
fn is_our_own(operation: &Value) -> bool {
    !["openai", "legacy"].iter().any(|tag| operation["tags"][0] == *tag)
}

/// A route that was added past the document would be past the table as well.
#[test]
fn no_route_goes_past_the_document() {
    let folder = crate::command::workspace().join("host/src/http");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.push(folder.with_extension("rs"));
    // They hand out pages, figures and another protocol, which are no operations.
    let own = ["docs.rs", "mcp.rs", "metrics.rs", "web.rs"];
    for path in files
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
    {
        if own.contains(&path.file_name().unwrap().to_str().unwrap()) {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for way in [".route(", ".route_service(", ".nest", ".fallback"] {
            assert!(!code.contains(way), "{} adds a route by {way}", path.display());
        }
    }
}

#[test]
fn the_document_says_of_every_operation_whether_it_is_public() {
    let document = document();
    for (method, path, operation) in operations(&document) {
        if !is_our_own(operation) {
            continue;
        }
        let public = operation["security"] == json!([{}]);
        let listed = table::ROUTES
            .iter()
            .find(|route| route.method == method && route.path == path)
            .unwrap();
        assert_eq!(public, listed.who == Who::Anyone, "{method} {path}");
    }
}

#[tokio::test]
async fn every_operation_goes_well_for_whoever_may() {
    let world = World::new().await;
    for route in table::ROUTES {
        match route.who {
            Who::Anyone | Who::User => {
                let call = (route.prepare)(&world).await;
                let by = call.by.clone().unwrap_or_else(|| world.app.anonymous());
                route.check(&by.run(route.method, &call).await, "good", route.success, None);
            }
            Who::Role(least) => {
                for (role, client) in world.members.iter().filter(|(role, _)| *role >= least) {
                    let call = (route.prepare)(&world).await;
                    let what = format!("as {}", role.name());
                    route.check(&client.run(route.method, &call).await, &what, route.success, None);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_lesser_role_may_not() {
    let world = World::new().await;
    for route in table::ROUTES {
        let Who::Role(least) = route.who else { continue };
        for (role, client) in world.members.iter().filter(|(role, _)| *role < least) {
            let call = (route.prepare)(&world).await;
            let what = format!("as {}", role.name());
            route.check(&client.run(route.method, &call).await, &what, 403, Some("forbidden"));
        }
    }
}

#[tokio::test]
async fn nobody_gets_in_without_saying_who_they_are() {
    let world = World::new().await;
    let wrong = world.app.anonymous().with("authorization", "Bearer wrong");
    for route in table::ROUTES.iter().filter(|route| route.who != Who::Anyone) {
        let call = (route.prepare)(&world).await;
        for (what, client) in [
            ("anonymous", world.app.anonymous()),
            ("with a wrong token", wrong.clone()),
        ] {
            route.check(
                &client.run(route.method, &call).await,
                what,
                401,
                Some("unauthenticated"),
            );
        }
    }
}

#[tokio::test]
async fn what_belongs_to_others_is_not_there() {
    let world = World::new().await;
    for route in table::ROUTES
        .iter()
        .filter(|route| route.who != Who::Anyone && route.path.contains('{'))
    {
        let call = (route.prepare)(&world).await;
        route.check(
            &world.stranger.run(route.method, &call).await,
            "a stranger",
            404,
            Some("not_found"),
        );
        // It is still there for those to whom it belongs.
        let by = call.by.clone().unwrap_or_else(|| world.as_role(Role::Owner));
        route.check(
            &by.run(route.method, &call).await,
            "after a stranger",
            route.success,
            None,
        );
    }
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let world = World::new().await;
    for route in table::ROUTES {
        let template = || route.path.replace('{', "not-a-").replace('}', "");
        let general = (route.prepare)(&world).await;
        let by = general.by.clone().unwrap_or_else(|| match route.who {
            Who::Role(_) => world.as_role(Role::Owner),
            _ => world.app.anonymous(),
        });
        if route.path.contains('{') {
            let call = Call {
                path: template(),
                ..(route.prepare)(&world).await
            };
            let by = call.by.clone().unwrap_or_else(|| by.clone());
            route.check(
                &by.run(route.method, &call).await,
                "an id that does not read",
                404,
                Some("not_found"),
            );
        }
        if matches!(general.body, Body::Json(_)) {
            for (text, kind) in [
                ("{", "application/json"),
                ("[]", "application/json"),
                ("{}", "text/plain"),
            ] {
                let call = (route.prepare)(&world).await;
                let call = Call {
                    body: Body::Bytes(text.into(), kind),
                    ..call
                };
                let by = call.by.clone().unwrap_or_else(|| by.clone());
                let what = format!("{text} as {kind}");
                route.check(&by.run(route.method, &call).await, &what, 422, Some("invalid"));
            }
        }
        for (flaw, status, code) in route.bad {
            let mut call = (route.prepare)(&world).await;
            match flaw {
                Flaw::Body(text) => call.body = Body::Bytes((*text).into(), "application/json"),
                Flaw::Query(query) => call.path = format!("{}?{query}", call.path),
                Flaw::Header(name, value) => {
                    call.headers.retain(|(kept, _)| kept != name);
                    call.headers.push((name, (*value).to_owned()));
                }
            }
            let by = call.by.clone().unwrap_or_else(|| by.clone());
            route.check(
                &by.run(route.method, &call).await,
                &format!("{flaw:?}"),
                *status,
                Some(code),
            );
        }
    }
}

impl Route {
    /// Asserts the answer, and that the document knows it.
    #[track_caller]
    fn check(&self, answer: &Answer, what: &str, status: u16, code: Option<&str>) {
        let name = format!("{} {} ({what})", self.method, self.path);
        assert_eq!(answer.status.as_u16(), status, "{name}: {answer}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{name}");
        assert!(!answer.header("x-request-id").is_empty(), "{name}");
        let watched = ["/health", "/livez", "/readyz"].contains(&self.path);
        assert_eq!(answer.headers.contains_key("ratelimit-remaining"), !watched, "{name}");
        let described = documented(self.method, self.path);
        assert!(
            described.contains(&status),
            "{name}: the document does not know {status}, only {described:?}"
        );
        if self.method == "HEAD" {
            return;
        }
        if let Some(code) = code {
            let problem = answer.json();
            assert_eq!(problem["code"], code, "{name}: {problem}");
            assert_eq!(answer.header("content-type"), "application/problem+json", "{name}");
            assert_eq!(
                problem_codes().get(code),
                Some(&status),
                "{name}: {code} is not explained so"
            );
        }
    }
}

/// The statuses that the document knows of an operation.
fn documented(method: &str, path: &str) -> BTreeSet<u16> {
    static STATUSES: std::sync::OnceLock<BTreeMap<(String, String), BTreeSet<u16>>> = std::sync::OnceLock::new();
    let statuses = STATUSES.get_or_init(|| {
        let document = document();
        let of = |operation: &Value| {
            operation["responses"]
                .as_object()
                .unwrap()
                .keys()
                .map(|s| s.parse().unwrap())
                .collect()
        };
        operations(&document)
            .into_iter()
            .map(|(method, path, operation)| ((method, path), of(operation)))
            .collect()
    });
    statuses[&(method.to_owned(), path.to_owned())].clone()
}

impl Client {
    async fn run(&self, method: &str, call: &Call) -> Answer {
        let mut request = self.request(Method::from_bytes(method.as_bytes()).unwrap(), &call.path);
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        request = match &call.body {
            Body::None => request,
            Body::Json(value) => request.json(value),
            Body::Bytes(bytes, kind) => request.header("content-type", *kind).body(bytes.clone()),
        };
        self.send(request).await
    }
}

impl World {
    async fn new() -> Self {
        let google = GoogleIssuer::start().await;
        let app = TestApp::start_with(|config| {
            config.google = Some(google.config());
            config.limits.orgs_per_owner = 1_000;
            config.limits.channels_per_org = 1_000;
            config.limits.alerts_per_project = 1_000;
            config.limits.invitations_per_org = 1_000;
            config.limits.sources_per_org = 1_000;
            config.limits.model_providers_per_org = 1_000;
        })
        .await;
        google.set_clock(app.app.clock.clone());
        let mut members = Vec::new();
        for role in ROLES {
            members.push((role, app.user(&format!("{}@example.com", role.name())).await));
        }
        let mut world = Self {
            stranger: app.user("stranger@example.com").await,
            app,
            org: String::new(),
            project: String::new(),
            table: String::new(),
            sales: String::new(),
            members,
            made: AtomicU32::new(0),
            _google: google,
        };
        world.org = world.an_org().await;
        world.project = world.a_project().await;
        world.table = world.a_file().await;
        let rows: Vec<String> = (0..40)
            .map(|n| format!("{},{}\n", ["North", "South"][n % 2], n * 7 % 31 + n % 2 * 50))
            .collect();
        let rows = rows.concat();
        let sales = format!("region,amount\n{rows}");
        let sales = upload(
            &world.as_role(Role::Owner),
            &world.project,
            "sales.csv",
            sales.as_bytes(),
        )
        .await;
        sales.expect(201)["id"].as_str().unwrap().clone_into(&mut world.sales);
        world.app.settle().await;
        let table = world.as_role(Role::Owner).get(&world.table).await.expect(200);
        assert_eq!(table["latest"]["state"], "table", "{table}");
        world
    }

    fn as_role(&self, wanted: Role) -> Client {
        self.members.iter().find(|(role, _)| *role == wanted).unwrap().1.clone()
    }

    /// A name that nothing has yet.
    fn name(&self) -> String {
        format!("n{}", self.made.fetch_add(1, Ordering::Relaxed))
    }

    fn address(&self) -> String {
        format!("{}@example.com", self.name())
    }

    /// Somebody new.
    async fn user(&self) -> Client {
        self.app.user(&self.address()).await
    }

    /// A new organisation with everybody in it; its path.
    async fn an_org(&self) -> String {
        let owner = self.as_role(Role::Owner);
        let org = owner
            .post("/api/v1/orgs", json!({"name": self.name()}))
            .await
            .expect(201);
        let id = org["id"].as_str().unwrap();
        for (role, client) in self.members.iter().filter(|(role, _)| *role != Role::Owner) {
            self.join(id, client, role.name()).await;
        }
        format!("/api/v1/orgs/{id}")
    }

    async fn join(&self, org_id: &str, client: &Client, role: &str) {
        let insert = "insert into members (org_id, user_id, role, created_at) values ($1::uuid, $2, $3, now())";
        let insert = sqlx::query(insert).bind(org_id).bind(client.user.unwrap().0).bind(role);
        insert.execute(&self.app.app.db).await.unwrap();
    }

    /// A new member of the organisation; their path in it.
    async fn a_member(&self) -> String {
        let member = self.user().await;
        self.join(self.org.rsplit('/').next().unwrap(), &member, "member").await;
        format!("{}/members/{}", self.org, member.user.unwrap().0)
    }

    async fn create(&self, path: String, body: Value) -> String {
        self.as_role(Role::Owner).post(&path, body).await.expect(201)["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    async fn a_project(&self) -> String {
        let id = self
            .create(format!("{}/projects", self.org), json!({"name": self.name()}))
            .await;
        format!("/api/v1/projects/{id}")
    }

    async fn a_prompt(&self, project: &str) -> String {
        let body = json!({"name": self.name(), "text": "Answer in pounds."});
        self.create(format!("{project}/prompts"), body).await
    }

    /// A new file; its path.
    async fn a_file(&self) -> String {
        let call = self.an_upload_of_a_form();
        let answer = self.as_role(Role::Owner).run("POST", &call).await.expect(201);
        format!("/api/v1/files/{}", answer["id"].as_str().unwrap())
    }

    fn an_upload_of_a_form(&self) -> Call {
        let (name, boundary) = (self.name(), "----a-boundary");
        let form = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}.csv\"\r\n\
             content-type: text/csv\r\n\r\ncity,sales\nLondon,3\nParis,4\n\r\n--{boundary}--\r\n"
        );
        let kind = "multipart/form-data; boundary=----a-boundary";
        call(format!("{}/files", self.project)).bytes(form.into_bytes(), kind)
    }

    /// A new resumable upload of ten bytes; its path.
    async fn an_upload(&self) -> String {
        let call = call(format!("{}/uploads", self.project)).tus().upload(&self.name());
        let answer = self.as_role(Role::Owner).run("POST", &call).await;
        assert_eq!(answer.status, 201, "{answer}");
        let place = answer.header("location");
        place.strip_prefix(&self.app.url).unwrap_or(place).to_owned()
    }
}

impl World {
    /// A new conversation with a question and its answer; its path.
    /// The path of an answer that was asked for and stopped.
    async fn a_stopped_answer(&self) -> String {
        let member = self.as_role(Role::Member);
        let path = format!("{}/messages", self.a_conversation().await.0);
        let asked = member.post(&path, json!({"text": "How many rows?"})).await.expect(201);
        let answer = format!("/api/v1/messages/{}", asked["answer"]["id"].as_str().unwrap());
        member.post(&format!("{answer}/stop"), json!({})).await.expect(200);
        answer
    }

    async fn a_conversation(&self) -> (String, Asked) {
        let owner = self.as_role(Role::Owner);
        let place = conversation(&owner, &self.project, None).await;
        let asked = exchange(&self.app, &owner, &place, None, "How many?", "398").await;
        (place, asked)
    }

    async fn a_generated_file(&self) -> GeneratedFileId {
        let (place, asked) = self.a_conversation().await;
        let owner = self.as_role(Role::Owner);
        let made = generate(&self.app, &owner, &place, asked.answer, "a.csv", b"a\n1\n").await;
        made.unwrap()
    }

    /// An answer with a run that displayed a table.
    async fn a_table_answer(&self) -> String {
        let owner = self.as_role(Role::Owner);
        let place = conversation(&owner, &self.project, None).await;
        let asked = ask(&self.app, &owner, &place, None, "How many?").await;
        let receipt = json!({"version": 2, "outcome": "done", "fuel_used": 1, "peak_memory_bytes": 1, "wall_us": 1,
            "instantiate_us": 1, "input_bytes": 0, "output_bytes": 0, "module_sha256": "", "script_sha256": "",
            "stdout_sha256": "", "inputs": [], "outputs": [], "parameters": {}, "seed": 0, "clock_unix_ms": 0, "limits": {}});
        let parts = json!([
            {"type": "script", "run_id": "1", "script": "print(1)"},
            {"type": "table", "run_id": "1", "table": {"columns": [{"name": "n", "dtype": "i64"}], "row_count": 2, "rows": [[1], [2]]}},
            {"type": "receipt", "run_id": "1", "outcome": "done", "receipt": receipt},
        ]);
        write(&self.app, asked.answer, State::Done, parts).await;
        asked.answer.to_string()
    }

    /// What a data source at a real PostgreSQL is made of.
    async fn a_source_body(&self) -> Value {
        let mut body = postgres().await.source("postgresql", "postgres", "reader");
        body["name"] = json!(self.name());
        body
    }

    /// A new data source; its path.
    async fn a_source(&self) -> String {
        let id = self
            .create(format!("{}/sources", self.org), self.a_source_body().await)
            .await;
        format!("/api/v1/sources/{id}")
    }

    /// What a model provider is made of, where nothing answers.
    fn a_model_provider_body(&self) -> Value {
        json!({"name": self.name(), "kind": "compatible", "url": "http://127.0.0.1:1", "models": ["a"]})
    }

    /// A new model provider; its path.
    async fn a_model_provider(&self) -> String {
        let id = self
            .create(format!("{}/model-providers", self.org), self.a_model_provider_body())
            .await;
        format!("/api/v1/model-providers/{id}")
    }

    fn an_extract_body(&self) -> Value {
        let project = self.project.rsplit('/').next().unwrap();
        json!({"sql": "select 1 as n", "project_id": project, "file_name": format!("{}.csv", self.name())})
    }

    /// A new dashboard with a tile: the paths of both.
    async fn a_dashboard(&self) -> (String, String) {
        let id = self
            .create(format!("{}/dashboards", self.project), json!({"name": self.name()}))
            .await;
        let path = format!("/api/v1/dashboards/{id}");
        let body = json!({"message_id": self.a_table_answer().await, "run_id": "1", "output": "table"});
        let added = self
            .as_role(Role::Owner)
            .post(&format!("{path}/tiles"), body)
            .await
            .expect(201);
        let tile = format!("{path}/tiles/{}", added["tile"]["id"].as_str().unwrap());
        (path, tile)
    }

    /// A tile with a kept result of this kind; its path.
    async fn a_kept_tile(&self, kind: &str) -> String {
        let (_, tile) = self.a_dashboard().await;
        let id = tile.rsplit('/').next().unwrap();
        let app = &self.app.app;
        let org = self.org.rsplit('/').next().unwrap().parse::<uuid::Uuid>().unwrap();
        let key: [u8; 32] = std::array::from_fn(|i| id.as_bytes()[i]);
        let outputs = if kind == "table" {
            json!([{"type": "table", "columns": [{"name": "n", "dtype": "i64"}], "row_count": 1, "rows": [[1]]}])
        } else {
            json!([{"type": "chart", "title": "", "alt": "", "spec": null, "image": "a.png"}])
        };
        let result = "insert into tile_results (org_id, key, state, priority, task, asked_at, ended_at, used_at, outcome, outputs)
                      values ($1, $2, 'done', 0, '{}', now(), now(), now(), 'done', $3)";
        sqlx::query(result)
            .bind(org)
            .bind(&key[..])
            .bind(&outputs)
            .execute(&app.db)
            .await
            .unwrap();
        let object = ObjectKey::new(OrgId(org));
        app.objects.put_bytes(&object, b"image").await.unwrap();
        let mut db = app.db.acquire().await.unwrap();
        storage::record(&mut db, app.clock.now(), OrgId(org), &object, &Digest::of(b"image"))
            .await
            .unwrap();
        let file = "insert into tile_result_files (org_id, key, name, media_type, object_key) values ($1, $2, 'a.png', 'image/png', $3)";
        sqlx::query(file)
            .bind(org)
            .bind(&key[..])
            .bind(object.as_str())
            .execute(&app.db)
            .await
            .unwrap();
        let last = "update tiles set last_key = $2, kind = $3 where id = $1::uuid";
        sqlx::query(last)
            .bind(id)
            .bind(&key[..])
            .bind(kind)
            .execute(&app.db)
            .await
            .unwrap();
        tile
    }

    /// The sentence of the first insight of the table that a dashboard can be made of, once they are computed.
    async fn an_insight(&self) -> String {
        let path = format!("/api/v1/files/{}/insights", self.sales);
        let mut found = self.as_role(Role::Owner).get(&path).await;
        if found.status == 202 {
            self.app.settle().await;
            found = self.as_role(Role::Owner).get(&path).await;
        }
        let found = found.expect(200);
        found["findings"][0]["sentence"].as_str().unwrap_or_default().to_owned()
    }

    /// A new alert on a new tile; its path.
    async fn an_alert(&self) -> String {
        let tile = self.a_kept_tile("table").await;
        let body = json!({"tile_id": tile.rsplit('/').next().unwrap(), "name": self.name(), "condition": {"type": "any_row"},
            "schedule": "hourly", "time_zone": "UTC"});
        let id = self.create(format!("{}/alerts", self.project), body).await;
        format!("/api/v1/alerts/{id}")
    }

    async fn a_report(&self) -> String {
        let body = json!({"name": self.name(), "to_role": "viewer", "schedule": "hourly", "time_zone": "UTC"});
        let id = self
            .create(format!("{}/reports", self.a_dashboard().await.0), body)
            .await;
        format!("/api/v1/reports/{id}")
    }

    /// The link by which somebody gets a report no more.
    async fn an_unsubscribe_link(&self) -> String {
        let report = self.a_report().await;
        let id = glovebox::ids::ReportId(report.rsplit('/').next().unwrap().parse().unwrap());
        let unsubscribe = glovebox::reports::unsubscribe::Unsubscribe::new(id, "a@example.com");
        format!("/api/v1/unsubscribe/{}", unsubscribe.token(&self.app.app.signing_key))
    }

    async fn a_firing_label(&self, alert: &str) {
        let label = "insert into alert_labels (org_id, alert_id, label, state, since, told, sequence, seen_at)
                     select org_id, id, '', 'firing', now(), 'firing', 1, now() from alerts where id = $1::uuid";
        let label = sqlx::query(label).bind(alert.rsplit('/').next().unwrap());
        label.execute(&self.app.app.db).await.unwrap();
    }

    async fn a_check(&self, alert: &str) -> uuid::Uuid {
        let check = "insert into alert_checks (id, org_id, alert_id, planned_at, state)
                     select gen_random_uuid(), org_id, id, now(), 'done' from alerts where id = $1::uuid returning id";
        let check = sqlx::query_scalar(check).bind(alert.rsplit('/').next().unwrap());
        check.fetch_one(&self.app.app.db).await.unwrap()
    }

    async fn a_channel(&self) -> String {
        let body = json!({"name": self.name(), "kind": "email", "address": "member@example.com"});
        let id = self.create(format!("{}/channels", self.org), body).await;
        format!("/api/v1/channels/{id}")
    }

    /// A link to the conversation at `place`.
    async fn a_share(&self, place: &str) -> String {
        let link = self
            .as_role(Role::Owner)
            .put(&format!("{place}/share"), json!(null))
            .await
            .expect(200);
        format!("/api/v1/shares/{}", link["token"].as_str().unwrap())
    }
}

fn call(path: impl Into<String>) -> Call {
    Call {
        path: path.into(),
        body: Body::None,
        headers: Vec::new(),
        by: None,
    }
}

impl Call {
    fn json(self, body: Value) -> Self {
        Self {
            body: Body::Json(body),
            ..self
        }
    }

    fn bytes(self, bytes: Vec<u8>, kind: &'static str) -> Self {
        Self {
            body: Body::Bytes(bytes, kind),
            ..self
        }
    }

    fn by(self, client: Client) -> Self {
        Self {
            by: Some(client),
            ..self
        }
    }

    fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn tus(self) -> Self {
        self.header("tus-resumable", "1.0.0")
    }

    fn upload(self, name: &str) -> Self {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let name = STANDARD.encode(format!("{name}.csv"));
        self.header("upload-length", "10")
            .header("upload-metadata", format!("filename {name}"))
    }
}
