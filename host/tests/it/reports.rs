//! Reports: a dashboard by mail on a schedule, once for each recipient, with pictures, files and a way out.

use chrono::{TimeDelta, Timelike};
use glovebox::{config::ServerConfig, jobs, llm::Catalog};
use mail_parser::{Message, MessageParser, MimeHeaders};
use serde_json::{Value, json};

use crate::{
    dashboards::{SCRIPT, answer, dashboard, run_id},
    pdf::read,
    smtp_sink::{Manners, Received, SmtpSink},
    test_app::{Answer, Client, TestApp},
    turns::Chat,
};

/// A dashboard with a number, a table and a chart, and a mail server.
struct Post {
    chat: Chat,
    mail: SmtpSink,
    board: String,
}

impl Post {
    async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    async fn start_with(change: impl FnOnce(&mut ServerConfig)) -> Self {
        let mail = SmtpSink::start(Manners::default()).await;
        let mail_config = mail.mail_config();
        let chat = Chat::start(Catalog::default(), None, |config| {
            config.mail = mail_config;
            // Hours pass by the clock.
            config.limits.session_idle_minutes = 1_000_000;
            change(config);
        });
        let chat = chat.await;
        // A sending that is due at the full hour must not come due while a test goes on.
        let clock = &chat.fixture.app.app.clock;
        clock.skip(TimeDelta::minutes(i64::from(65 - clock.now().minute())));
        let made = answer(&chat, SCRIPT).await;
        let board = dashboard(&chat.fixture.ada, &chat.fixture.project, "Sales").await;
        for (output, number) in [("table", 0), ("table", 1), ("chart", 0)] {
            let body = json!({"message_id": made["id"], "run_id": run_id(&made), "output": output, "number": number});
            chat.fixture.ada.post(&format!("{board}/tiles"), body).await.expect(201);
        }
        Self { chat, mail, board }
    }

    fn ada(&self) -> &Client {
        &self.chat.fixture.ada
    }

    fn app(&self) -> &TestApp {
        &self.chat.fixture.app
    }

    async fn try_report(&self, by: &Client, change: Value) -> Answer {
        let mut body = json!({"name": "Sales today", "addresses": ["ada@example.com", "out@elsewhere.example"],
            "schedule": "hourly", "time_zone": "Europe/Berlin"});
        for (field, value) in change.as_object().unwrap() {
            body[field] = value.clone();
        }
        by.post(&format!("{}/reports", self.board), body).await
    }

    async fn report(&self, change: Value) -> String {
        let made = self.try_report(self.ada(), change).await.expect(201);
        format!("/api/v1/reports/{}", made["id"].as_str().unwrap())
    }

    /// Lets an hour pass, and does what is due then.
    async fn hour(&self) {
        self.app().app.clock.skip(TimeDelta::hours(1));
        self.due().await;
    }

    async fn due(&self) {
        for _ in 0..3 {
            // A sending looks a second later whether the dashboard's results are there.
            self.app().app.clock.skip(TimeDelta::seconds(2));
            jobs::put_down_due(&self.app().app).await.unwrap();
            self.app().settle().await;
        }
    }

    async fn sends(&self, report: &str) -> Vec<Value> {
        let found = self.ada().get(&format!("{report}/sends")).await.expect(200);
        found["items"].as_array().unwrap().clone()
    }

    async fn run(&self, sql: &'static str) {
        sqlx::query(sql).execute(&self.app().app.db).await.unwrap();
    }
}

fn parsed(mail: &Received) -> Message<'_> {
    MessageParser::default().parse(&mail.bytes).unwrap()
}

fn names(mail: &Message<'_>) -> Vec<String> {
    let named = mail.attachments().filter_map(|part| part.attachment_name());
    named.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_dashboard_is_mailed_when_it_is_due_with_its_figures_pictures_and_files() {
    let post = Post::start().await;
    let report = post.report(json!({"with_csv": true})).await;
    post.hour().await;
    let mails = post.mail.received();
    let mut to: Vec<_> = mails.iter().flat_map(|mail| mail.to.clone()).collect();
    to.sort();
    assert_eq!(to, ["ada@example.com", "out@elsewhere.example"]);
    let mail = parsed(&mails[0]);
    assert_eq!(mail.subject(), Some("Sales today"));
    let (text, html) = (mail.body_text(0).unwrap(), mail.body_html(0).unwrap());
    for words in ["Filters: none", "Total", "52", "North", "40", "Sales by region"] {
        assert!(text.contains(words), "{words} is not in {text}");
        assert!(html.contains(words), "{words} is not in {html}");
    }
    assert!(html.contains("src=\"cid:chart1@report\""), "{html}");
    assert!(!html.contains("<script") && !html.contains("http://fonts"));
    let picture = mail
        .attachments()
        .find(|part| part.content_id() == Some("chart1@report"))
        .unwrap();
    assert!(picture.contents().starts_with(b"\x89PNG"));
    assert_eq!(names(&mail), ["1-Table.csv", "Sales.pdf"]);
    let csv = mail
        .attachments()
        .find(|part| part.attachment_name() == Some("1-Table.csv"))
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(csv.contents()),
        "\u{feff}region,amount\r\nNorth,40\r\nSouth,12\r\n"
    );
    let pdf = mail
        .attachments()
        .find(|part| part.attachment_name() == Some("Sales.pdf"))
        .unwrap();
    if let Some(pdf) = read(pdf.contents()) {
        pdf.says("North 40 South 12");
    }

    let sends = post.sends(&report).await;
    assert_eq!(
        (sends.len(), &sends[0]["state"], &sends[0]["problem"]),
        (1, &json!("sent"), &Value::Null),
        "{sends:?}"
    );
    let whole = post.ada().get(&report).await.expect(200);
    assert_eq!((&whole["last_state"], &whole["failures"]), (&json!("sent"), &json!(0)));
    // The same files give the same results: the next hour costs no run, and is another mail.
    let runs = "select coalesce(sum(refreshes), 0)::bigint from usage_days";
    let before: i64 = sqlx::query_scalar(runs).fetch_one(&post.app().app.db).await.unwrap();
    post.hour().await;
    let after: i64 = sqlx::query_scalar(runs).fetch_one(&post.app().app.db).await.unwrap();
    assert_eq!((before, post.mail.received().len()), (after, 4));
}

#[tokio::test]
async fn one_request_without_a_login_ends_the_mails_to_an_address() {
    let post = Post::start().await;
    let report = post.report(json!({})).await;
    post.hour().await;
    let mails = post.mail.received();
    let out = mails.iter().find(|mail| mail.to == ["out@elsewhere.example"]).unwrap();
    let raw = String::from_utf8_lossy(&out.bytes)
        .replace("\r\n ", "")
        .replace("\r\n\t", "");
    assert!(raw.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
    let link = raw
        .split("List-Unsubscribe: <")
        .nth(1)
        .unwrap()
        .split('>')
        .next()
        .unwrap();
    let path = &link[link.find("/api/").unwrap()..];
    let anyone = post.app().anonymous();
    // What only follows links changes nothing.
    let page = anyone.get(path).await;
    assert!(
        page.text()
            .contains("Stop sending the report <b>Sales today</b> to out@elsewhere.example?")
    );
    assert_eq!(post.ada().get(&report).await.expect(200)["unsubscribed"], json!([]));
    let form = anyone
        .request(reqwest::Method::POST, path)
        .form(&[("List-Unsubscribe", "One-Click")]);
    assert_eq!(anyone.send(form).await.status, 200);
    let form = anyone.request(reqwest::Method::POST, path);
    assert_eq!(anyone.send(form).await.status, 200);
    anyone
        .post(&format!("{path}x"), json!({}))
        .await
        .expect_problem(404, "not_found");
    assert_eq!(
        post.ada().get(&report).await.expect(200)["unsubscribed"],
        json!(["out@elsewhere.example"])
    );
    post.hour().await;
    let to: Vec<_> = post
        .mail
        .received()
        .iter()
        .skip(2)
        .flat_map(|mail| mail.to.clone())
        .collect();
    assert_eq!(to, ["ada@example.com"]);
}

#[tokio::test]
async fn a_mail_that_a_dying_server_was_sending_is_unknown_and_the_others_are_sent_once() {
    let post = Post::start().await;
    let report = post.report(json!({})).await;
    post.hour().await;
    // The server had claimed the first mail and not the second, and died.
    post.run("update report_sends set state = 'running', ended_at = null, leased_until = now() - interval '1 s'")
        .await;
    post.run("update report_mails set state = case address when 'ada@example.com' then 'sending' else 'queued' end, ended_at = null").await;
    post.due().await;
    let sends = post.sends(&report).await;
    assert_eq!((sends.len(), &sends[0]["state"]), (1, &json!("partial")), "{sends:?}");
    assert!(
        sends[0]["problem"]
            .as_str()
            .unwrap()
            .contains("1 of 2 mails may have arrived or not.")
    );
    let states: Vec<_> = sends[0]["mails"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mail| (&mail["address"], &mail["state"]))
        .collect();
    assert!(
        states.contains(&(&json!("ada@example.com"), &json!("unknown"))),
        "{states:?}"
    );
    assert!(
        states.contains(&(&json!("out@elsewhere.example"), &json!("sent"))),
        "{states:?}"
    );
    let to_ada = post
        .mail
        .received()
        .iter()
        .filter(|mail| mail.to == ["ada@example.com"])
        .count();
    assert_eq!(to_ada, 1, "what may have arrived is not sent again");
}

#[tokio::test]
async fn two_workers_at_once_send_each_mail_once() {
    let post = Post::start().await;
    let report = post.report(json!({})).await;
    let app = &post.app().app;
    app.clock.skip(TimeDelta::hours(1));
    let (one, other) = tokio::join!(jobs::put_down_due(app), jobs::put_down_due(app));
    one.and(other).unwrap();
    let reporter = jobs::reporter(app);
    let (one, other) = tokio::join!(reporter.work(), reporter.work());
    one.and(other).unwrap();
    post.due().await;
    assert_eq!((post.mail.received().len(), post.sends(&report).await.len()), (2, 1));
}

#[tokio::test]
async fn a_mail_server_that_is_down_is_tried_again_and_one_that_refuses_is_told() {
    let post = Post::start().await;
    let report = post.report(json!({"addresses": ["ada@example.com"]})).await;
    post.mail.behave(Manners {
        end: Some("451 later"),
        ..Manners::default()
    });
    post.hour().await;
    assert_eq!(post.sends(&report).await[0]["mails"][0]["state"], "queued");
    // No other one is due meanwhile; what was begun goes on.
    post.ada()
        .post(&format!("{report}/pause"), json!({"paused": true}))
        .await
        .expect(200);
    post.mail.behave(Manners::default());
    post.app().app.clock.skip(TimeDelta::minutes(20));
    post.due().await;
    let sends = post.sends(&report).await;
    assert_eq!(
        (&sends[0]["state"], post.mail.received().len()),
        (&json!("sent"), 1),
        "{sends:?}"
    );
    post.ada()
        .post(&format!("{report}/pause"), json!({"paused": false}))
        .await
        .expect(200);

    post.mail.behave(Manners {
        rcpt: Some("550 no such mailbox"),
        ..Manners::default()
    });
    post.hour().await;
    let sends = post.sends(&report).await;
    assert_eq!(sends[0]["state"], "failed", "{sends:?}");
    assert!(
        sends[0]["mails"][0]["answer"]
            .as_str()
            .unwrap()
            .contains("no such mailbox"),
        "{sends:?}"
    );
}

#[tokio::test]
async fn five_failures_in_a_row_pause_a_report_and_tell_its_maker_once() {
    let post = Post::start().await;
    let report = post.report(json!({"addresses": ["out@elsewhere.example"]})).await;
    post.chat
        .fixture
        .examined("sales.csv", "place,amount\nNorth,1\nSouth,2\n")
        .await;
    for failures in 1..=5 {
        post.hour().await;
        let whole = post.ada().get(&report).await.expect(200);
        assert_eq!(whole["failures"], failures, "{whole}");
        assert_eq!(
            (&whole["last_state"], whole["paused_at"].is_null()),
            (&json!("failed"), failures < 5),
            "{whole}"
        );
    }
    post.hour().await;
    let told: Vec<_> = post
        .mail
        .received()
        .iter()
        .map(|mail| (mail.to.clone(), mail.subject()))
        .collect();
    assert_eq!(
        told,
        [(
            vec!["ada@example.com".to_owned()],
            "The report Sales today is paused".to_owned()
        )]
    );
    let going = post
        .ada()
        .post(&format!("{report}/pause"), json!({"paused": false}))
        .await
        .expect(200);
    assert_eq!((&going["failures"], &going["paused_at"]), (&json!(0), &Value::Null));
}

#[tokio::test]
async fn a_tile_that_failed_makes_a_report_partial_and_is_told_in_the_mail() {
    let post = Post::start().await;
    let script =
        "import polars as pl\nsales = pl.read_csv('/data/sales.csv')\ndisplay(sales.select(pl.len().alias('Rows')))\n";
    let made = answer(&post.chat, script).await;
    let body = json!({"message_id": made["id"], "run_id": run_id(&made), "output": "table", "number": 0});
    post.ada()
        .post(&format!("{}/tiles", post.board), body)
        .await
        .expect(201);
    let report = post.report(json!({"addresses": ["ada@example.com"]})).await;
    post.chat
        .fixture
        .examined("sales.csv", "place,amount\nNorth,1\nSouth,2\nWest,3\n")
        .await;
    post.hour().await;
    let sends = post.sends(&report).await;
    assert_eq!(sends[0]["state"], "partial", "{sends:?}");
    assert!(
        sends[0]["problem"].as_str().unwrap().contains("This tile failed"),
        "{sends:?}"
    );
    let mails = post.mail.received();
    assert!(parsed(&mails[0]).body_text(0).unwrap().contains("This tile failed"));
    assert_eq!(post.ada().get(&report).await.expect(200)["failures"], 0);
}

#[tokio::test]
async fn members_receive_it_by_their_role_and_only_admins_add_people_from_outside() {
    let post = Post::start().await;
    let report = post
        .report(json!({"addresses": [], "to_role": "viewer", "filters": {}}))
        .await;
    let whole = post.ada().get(&report).await.expect(200);
    assert_eq!((&whole["to_role"], &whole["addresses"]), (&json!("viewer"), &json!([])));
    post.hour().await;
    assert_eq!(post.mail.only().to, ["ada@example.com"]);
    sqlx::query("update members set role = 'member'")
        .execute(&post.app().app.db)
        .await
        .unwrap();
    let refused = post
        .try_report(post.ada(), json!({}))
        .await
        .expect_problem(422, "invalid");
    assert!(refused.to_string().contains("Only admins"), "{refused}");
    post.try_report(post.ada(), json!({"addresses": ["ada@example.com"]}))
        .await
        .expect(201);
    post.try_report(post.ada(), json!({"addresses": []}))
        .await
        .expect_problem(422, "invalid");
    sqlx::query("update members set role = 'viewer'")
        .execute(&post.app().app.db)
        .await
        .unwrap();
    post.ada().get(&report).await.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn a_preview_and_a_trial_reach_nobody_else() {
    let post = Post::start().await;
    let report = post.report(json!({})).await;
    let page = post.ada().get(&format!("{report}/preview")).await;
    assert!(
        page.text().contains("There is no stored result of this tile."),
        "{}",
        page.text()
    );
    post.ada().post(&format!("{report}/send"), json!({})).await.expect(202);
    post.due().await;
    assert_eq!(post.mail.only().to, ["ada@example.com"]);
    let page = post.ada().get(&format!("{report}/preview")).await;
    assert!(page.header("content-security-policy").contains("sandbox"));
    assert!(page.text().contains("src=\"data:image/png;base64,"));
    assert!(page.text().contains("52"));
    let sends = post.sends(&report).await;
    assert_eq!((&sends[0]["trial"], &sends[0]["state"]), (&json!(true), &json!("sent")));
    assert_eq!(post.ada().get(&report).await.expect(200)["last_state"], Value::Null);
}

#[tokio::test]
async fn a_report_sends_what_its_filters_leave() {
    let post = Post::start().await;
    let mut document = post.ada().get(&post.board).await.expect(200)["document"].clone();
    let tiles = post.ada().get(&post.board).await.expect(200)["tiles"].clone();
    document["filters"] = json!([{"id": "region", "title": "Region", "file_id": tiles[0]["inputs"][0]["file_id"],
        "column": "region", "kind": "values"}]);
    let save = post
        .ada()
        .request(reqwest::Method::PUT, &post.board)
        .header("if-match", "\"4\"");
    post.ada()
        .send(save.json(&json!({"document": document})))
        .await
        .expect(200);
    let filters = json!({"region": {"type": "values", "values": ["South"]}});
    let report = post
        .report(json!({"filters": filters, "addresses": ["ada@example.com"]}))
        .await;
    post.try_report(post.ada(), json!({"filters": {"city": {"type": "all"}}}))
        .await
        .expect_problem(422, "invalid");
    post.hour().await;
    let mails = post.mail.received();
    let text = parsed(&mails[0]).body_text(0).unwrap().to_string();
    assert!(
        text.contains("Filters: Region: South") && text.contains("12") && !text.contains("North"),
        "{text}"
    );
    // Without the filter, another figure would be sent than was asked for: nothing is.
    let mut document = document.clone();
    document["filters"] = json!([]);
    let save = post
        .ada()
        .request(reqwest::Method::PUT, &post.board)
        .header("if-match", "\"5\"");
    post.ada()
        .send(save.json(&json!({"document": document})))
        .await
        .expect(200);
    post.hour().await;
    let sends = post.sends(&report).await;
    assert_eq!(
        (&sends[0]["state"], post.mail.received().len()),
        (&json!("failed"), 1),
        "{sends:?}"
    );
    assert!(sends[0]["problem"].as_str().unwrap().contains("Edit the report"));
}

#[tokio::test]
async fn reports_have_limits_and_say_what_was_left_out() {
    let post = Post::start_with(|config| {
        config.limits.reports_per_dashboard = 1;
        config.limits.report_addresses = 2;
        config.limits.report_interval_s = 3_600;
        config.limits.report_pictures_max_bytes = 100;
        config.limits.report_files_max_bytes = 1_000;
        config.limits.report_history_days = 1;
    })
    .await;
    let many = json!({"addresses": ["a@x.example", "b@x.example", "c@x.example"]});
    post.try_report(post.ada(), many).await.expect_problem(422, "invalid");
    post.try_report(post.ada(), json!({"schedule": "every 5 minutes"}))
        .await
        .expect_problem(422, "invalid");
    let report = post.report(json!({"addresses": ["ada@example.com"]})).await;
    post.try_report(post.ada(), json!({}))
        .await
        .expect_problem(403, "too_many_reports");
    post.hour().await;
    let mails = post.mail.received();
    let mail = parsed(&mails[0]);
    assert!(names(&mail).is_empty());
    let text = mail.body_text(0).unwrap();
    assert!(text.contains("The picture is left out here."), "{text}");
    assert!(
        text.contains("Sales.pdf is not attached: the files of a mail have at most 1000 bytes together."),
        "{text}"
    );
    let sends = post.sends(&report).await;
    assert_eq!(sends[0]["state"], "partial");
    post.app().app.clock.skip(TimeDelta::hours(25));
    let mut db = post.app().app.db.acquire().await.unwrap();
    let gone = glovebox::reports::sends::expire(&mut db, post.app().app.clock.now(), &post.app().app.config.limits);
    assert_eq!(gone.await.unwrap(), 1);
}

#[tokio::test]
async fn a_dashboard_that_is_not_ready_in_time_is_sent_with_what_is_there() {
    let post = Post::start_with(|config| config.limits.report_wait_s = 0).await;
    let report = post.report(json!({"addresses": ["ada@example.com"]})).await;
    // Another server has the runs, and does not end.
    post.ada()
        .post(&format!("{}/results", post.board), json!({}))
        .await
        .expect(200);
    post.run("update tile_results set state = 'running', leased_until = now() + interval '1 day'")
        .await;
    post.hour().await;
    let sends = post.sends(&report).await;
    assert_eq!(sends[0]["state"], "partial", "{sends:?}");
    let mails = post.mail.received();
    assert!(parsed(&mails[0]).body_text(0).unwrap().contains("still being computed"));
}
