//! Alerts over HTTP and through the queue: from a tile to a mail and a webhook, once.

use chrono::TimeDelta;
use glovebox::{config::ServerConfig, jobs, llm::Catalog};
use serde_json::{Value, json};

use crate::{
    dashboards::{answer, dashboard, run_id},
    smtp_sink::{Manners, SmtpSink},
    test_app::{Answer, Client},
    turns::{Chat, SALES},
    webhook_sink::WebhookSink,
};

const BY_REGION: &str = "import polars as pl

sales = pl.read_csv('/data/sales.csv')
display(sales.group_by('region').agg(pl.col('amount').sum()).sort('region'))
display(sales.select(pl.col('amount').sum().alias('Total')))
";

/// A dashboard with a table of two regions, a mail channel and a webhook.
pub struct Watch {
    pub chat: Chat,
    pub mail: SmtpSink,
    pub hook: WebhookSink,
    pub table: String,
    pub number: String,
    pub channels: Vec<String>,
    pub secret: String,
    pub org: String,
}

impl Watch {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut ServerConfig)) -> Self {
        let (mail, hook) = (SmtpSink::start(Manners::default()).await, WebhookSink::start().await);
        let mail_config = mail.mail_config();
        let chat = Chat::start(Catalog::default(), None, |config| {
            config.mail = mail_config;
            // Hours pass by the clock.
            config.limits.session_idle_minutes = 1_000_000;
            change(config);
        });
        let chat = chat.await;
        let org = format!("/api/v1/orgs/{}", chat.fixture.ada.org());
        let made = answer(&chat, BY_REGION).await;
        let board = dashboard(&chat.fixture.ada, &chat.fixture.project, "Sales").await;
        let mut tiles = Vec::new();
        for number in 0..2 {
            let body = json!({"message_id": made["id"], "run_id": run_id(&made), "output": "table", "number": number});
            let added = chat.fixture.ada.post(&format!("{board}/tiles"), body).await.expect(201);
            tiles.push(added["tile"]["id"].as_str().unwrap().to_owned());
        }
        let mut watch = Self {
            chat,
            mail,
            hook,
            table: tiles.remove(0),
            number: tiles.remove(0),
            channels: Vec::new(),
            secret: String::new(),
            org,
        };
        let address = watch.hook.url.clone();
        let hook = watch.channel("webhook", &address).await;
        watch.member("team@example.com").await;
        let mail = watch.channel("email", "team@example.com").await;
        assert_eq!(mail["secret"], Value::Null);
        watch.secret = hook["secret"].as_str().unwrap().to_owned();
        watch.channels = [hook, mail]
            .iter()
            .map(|made| made["id"].as_str().unwrap().to_owned())
            .collect();
        watch
    }

    pub fn ada(&self) -> &Client {
        &self.chat.fixture.ada
    }

    /// Somebody else of the organisation.
    pub async fn member(&self, address: &str) {
        let (app, org) = (&self.chat.fixture.app, self.ada().org());
        let user = app.user(address).await.user.unwrap();
        let org: uuid::Uuid = org.to_string().parse().unwrap();
        sqlx::query("insert into members (org_id, user_id, role, created_at) values ($1, $2, 'member', now())")
            .bind(org)
            .bind(user.0)
            .execute(&app.app.db)
            .await
            .unwrap();
    }

    pub async fn channel(&self, kind: &str, address: &str) -> Value {
        let body = json!({"name": kind, "kind": kind, "address": address});
        self.ada()
            .post(&format!("{}/channels", self.org), body)
            .await
            .expect(201)
    }

    /// An alert that fires where a region has more than 20, with these rules.
    pub async fn alert(&self, rules: Value) -> String {
        let condition = json!({"type": "threshold", "value_column": "amount", "label_column": "region", "is": "above", "limit": 20});
        self.on(&self.table, condition, rules).await
    }

    pub async fn on(&self, tile: &str, condition: Value, rules: Value) -> String {
        let made = self.try_on(tile, condition, rules).await.expect(201);
        format!("/api/v1/alerts/{}", made["id"].as_str().unwrap())
    }

    pub async fn try_on(&self, tile: &str, condition: Value, rules: Value) -> Answer {
        let body = json!({"tile_id": tile, "name": "High sales", "condition": condition, "rules": rules,
            "schedule": "hourly", "time_zone": "Europe/Berlin", "channel_ids": self.channels});
        self.ada()
            .post(&format!("{}/alerts", self.chat.fixture.project), body)
            .await
    }

    /// Lets an hour pass, and does what is due then.
    pub async fn hour(&self) {
        let app = &self.chat.fixture.app;
        app.app.clock.skip(TimeDelta::hours(1));
        jobs::put_down_due(&app.app).await.unwrap();
        // What the checks have to tell is sent by the second round.
        app.settle().await;
        app.settle().await;
    }

    pub async fn whole(&self, alert: &str) -> Value {
        self.ada().get(alert).await.expect(200)
    }

    /// The states of the labels, by label.
    pub async fn states(&self, alert: &str) -> Value {
        let whole = self.whole(alert).await;
        let labels = whole["labels"].as_array().unwrap().iter();
        labels
            .map(|label| (label["label"].as_str().unwrap().to_owned(), label["state"].clone()))
            .collect()
    }

    pub async fn items(&self, path: &str) -> Vec<Value> {
        self.ada().get(path).await.expect(200)["items"]
            .as_array()
            .unwrap()
            .clone()
    }

    pub async fn sales(&self, rows: &str) {
        self.chat
            .fixture
            .examined("sales.csv", format!("region,month,amount\n{rows}"))
            .await;
    }

    pub async fn count(&self, table: &str) -> i64 {
        let count = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        sqlx::query_scalar(count)
            .fetch_one(&self.chat.fixture.app.app.db)
            .await
            .unwrap()
    }

    pub async fn run(&self, sql: &'static str) {
        sqlx::query(sql).execute(&self.chat.fixture.app.app.db).await.unwrap();
    }
}

#[tokio::test]
async fn a_firing_alert_ends_as_one_mail_and_one_signed_webhook() {
    let watch = Watch::start().await;
    let alert = watch.alert(json!({})).await;
    watch.hour().await;
    assert_eq!(
        watch.states(&alert).await,
        json!({"North": "firing", "South": "normal"})
    );

    let hook = watch.hook.only();
    hook.verify(&watch.secret);
    let body = hook.json();
    assert_eq!(body["type"], "alert");
    assert_eq!(body["id"], hook.header("webhook-id"));
    assert_eq!(
        body["data"]["labels"],
        json!([{"label": "North", "state": "firing", "value": 40.0, "reminder": false}])
    );
    let mail = watch.mail.only();
    assert_eq!(mail.to, ["team@example.com"]);
    assert_eq!(mail.subject(), "High sales: North is firing");
    assert!(mail.text().contains("North: 40, firing"), "{}", mail.text());
    assert!(mail.html().contains("North: 40, firing"), "{}", mail.html());

    // It goes on firing, and nobody hears it again.
    watch.hour().await;
    assert_eq!((watch.hook.received().len(), watch.mail.received().len()), (1, 1));
    // The end of it is told.
    watch.sales("North,1,10\nSouth,1,5\n").await;
    watch.hour().await;
    assert_eq!(
        watch.states(&alert).await,
        json!({"North": "normal", "South": "normal"})
    );
    assert_eq!(watch.mail.received()[1].subject(), "High sales: North is normal again");
    assert_eq!(watch.hook.received().len(), 2);

    let events = watch.items(&format!("{alert}/events")).await;
    let changes: Vec<_> = events
        .iter()
        .map(|event| (&event["label"], &event["to"], &event["told"]))
        .collect();
    assert_eq!(
        changes,
        [
            (&json!("North"), &json!("normal"), &json!(true)),
            (&json!("North"), &json!("firing"), &json!(true))
        ]
    );
    let of_project = watch
        .items(&format!("{}/alert-events", watch.chat.fixture.project))
        .await;
    assert_eq!(of_project, events);
    let deliveries = watch.items(&format!("{alert}/deliveries")).await;
    assert_eq!(deliveries.len(), 4);
    assert!(
        deliveries.iter().all(|delivery| delivery["state"] == "sent"),
        "{deliveries:?}"
    );
    let history = watch
        .ada()
        .get(&format!("{alert}/history?label=North"))
        .await
        .expect(200);
    let values: Vec<_> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|point| &point["value"])
        .collect();
    assert_eq!(values, [&json!(40.0), &json!(40.0), &json!(10.0)]);
}

#[tokio::test]
async fn each_check_keeps_its_receipt_and_the_result_it_looked_at() {
    let watch = Watch::start().await;
    let alert = watch.alert(json!({})).await;
    watch.hour().await;
    let events = watch.items(&format!("{alert}/events")).await;
    let check = watch
        .ada()
        .get(&format!("{alert}/checks/{}", events[0]["check_id"].as_str().unwrap()))
        .await
        .expect(200);
    assert_eq!(
        check["rows"][0],
        json!({"label": "North", "value": 40.0, "firing": true})
    );
    assert_eq!(check["receipt"]["inputs"][0]["name"], "table.csv");
    assert_eq!(check["receipt"]["parameters"]["condition"]["limit"], 20.0);
    assert_eq!(check["tile_key"].as_str().unwrap().len(), 64);
}

#[tokio::test]
async fn two_workers_at_once_give_one_event_and_one_message() {
    let watch = Watch::start().await;
    let alert = watch.alert(json!({})).await;
    let app = watch.chat.fixture.app.app.clone();
    app.clock.skip(TimeDelta::hours(1));
    // Both see that it is due, both work on the queue, twice.
    for _ in 0..2 {
        let (one, other) = tokio::join!(jobs::put_down_due(&app), jobs::put_down_due(&app));
        one.and(other).unwrap();
        let (one, other) = tokio::join!(jobs::work_off(app.clone()), jobs::work_off(app.clone()));
        one.and(other).unwrap();
    }
    watch.chat.fixture.app.settle().await;
    assert_eq!(watch.count("alert_checks").await, 1);
    assert_eq!(watch.items(&format!("{alert}/events")).await.len(), 1);
    watch.hook.only();
    watch.mail.only();
}

#[tokio::test]
async fn a_check_whose_server_died_is_done_by_another() {
    let watch = Watch::start().await;
    let alert = watch.alert(json!({})).await;
    let app = &watch.chat.fixture.app;
    app.app.clock.skip(TimeDelta::hours(1));
    jobs::put_down_due(&app.app).await.unwrap();
    watch
        .run(
            "update alert_checks set state = 'running', fence = 1, attempts = 1, leased_until = now() - interval '1 s'",
        )
        .await;
    app.settle().await;
    assert_eq!(watch.states(&alert).await, json!({}));
    jobs::put_down_due(&app.app).await.unwrap();
    app.settle().await;
    app.settle().await;
    assert_eq!(
        watch.states(&alert).await,
        json!({"North": "firing", "South": "normal"})
    );
    watch.mail.only();
}

#[tokio::test]
async fn a_sending_that_was_cut_off_is_unknown_and_never_repeated() {
    let watch = Watch::start().await;
    let alert = watch.alert(json!({})).await;
    let app = &watch.chat.fixture.app;
    app.app.clock.skip(TimeDelta::hours(1));
    jobs::put_down_due(&app.app).await.unwrap();
    app.settle().await;
    // The server has claimed both messages, and dies.
    watch
        .run("update deliveries set state = 'sending', attempts = 1, leased_until = now() - interval '1 s', ended_at = null")
        .await;
    let before = (watch.hook.received().len(), watch.mail.received().len());
    jobs::put_down_due(&app.app).await.unwrap();
    watch.hour().await;
    let deliveries = watch.items(&format!("{alert}/deliveries")).await;
    assert!(
        deliveries.iter().all(|delivery| delivery["state"] == "unknown"),
        "{deliveries:?}"
    );
    assert!(deliveries[0]["answer"].as_str().unwrap().contains("not sent again"));
    assert_eq!((watch.hook.received().len(), watch.mail.received().len()), before);
}

#[tokio::test]
async fn after_a_downtime_the_latest_missed_check_alone_is_made() {
    let watch = Watch::start().await;
    let alert = watch.alert(json!({})).await;
    let app = &watch.chat.fixture.app.app;
    app.clock.skip(TimeDelta::hours(49));
    for _ in 0..3 {
        jobs::put_down_due(app).await.unwrap();
    }
    assert_eq!(watch.count("alert_checks").await, 1);
    let planned: chrono::DateTime<chrono::Utc> = sqlx::query_scalar("select planned_at from alert_checks")
        .fetch_one(&app.db)
        .await
        .unwrap();
    let now = app.clock.now();
    assert!(planned <= now && now - planned < TimeDelta::hours(1), "{planned} {now}");
    let next: chrono::DateTime<chrono::Utc> = watch.whole(&alert).await["next_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(next - planned, TimeDelta::hours(1));
}

#[tokio::test]
async fn five_failures_in_a_row_pause_an_alert_and_tell_its_maker_once() {
    let watch = Watch::start().await;
    let alert = watch.alert(json!({})).await;
    watch.sales("North,1,ten\n").await;
    for hour in 1..=5 {
        watch.hour().await;
        let whole = watch.whole(&alert).await;
        assert_eq!(whole["failures"], hour, "{whole}");
        assert_eq!(whole["paused_at"].is_null(), hour < 5, "{whole}");
        assert!(!whole["problem"].is_null(), "{whole}");
        assert_eq!(whole["state"], "error");
    }
    watch.hour().await;
    assert_eq!(watch.count("alert_checks").await, 5);
    let mails = watch.mail.received();
    let to_ada: Vec<_> = mails.iter().filter(|mail| mail.to == ["ada@example.com"]).collect();
    assert_eq!(to_ada.len(), 1);
    assert_eq!(to_ada[0].subject(), "The alert High sales is paused");
    // The failure itself was told once as well.
    watch.hook.only();

    watch.sales(SALES.split_once('\n').unwrap().1).await;
    let going = watch
        .ada()
        .post(&format!("{alert}/pause"), json!({"paused": false}))
        .await
        .expect(200);
    assert_eq!((&going["failures"], &going["paused_at"]), (&json!(0), &Value::Null));
    watch.hour().await;
    assert_eq!(
        watch.states(&alert).await,
        json!({"": "normal", "North": "firing", "South": "normal"})
    );
}

#[tokio::test]
async fn a_label_that_is_gone_is_without_data_and_an_empty_list_is_quiet() {
    let watch = Watch::start().await;
    let own = watch.alert(json!({})).await;
    let firing = watch.alert(json!({"no_data": "firing"})).await;
    let any = watch
        .on(
            &watch.table,
            json!({"type": "any_row", "label_column": "region"}),
            json!({}),
        )
        .await;
    watch.hour().await;
    assert_eq!(watch.states(&any).await, json!({"North": "firing", "South": "firing"}));
    watch.sales("North,1,30\n").await;
    watch.hour().await;
    assert_eq!(watch.states(&own).await, json!({"North": "firing", "South": "no_data"}));
    assert_eq!(
        watch.states(&firing).await,
        json!({"North": "firing", "South": "firing"})
    );
    // Where any row fires, one that is gone is of no interest any more.
    assert_eq!(watch.states(&any).await, json!({"North": "firing"}));
}

#[tokio::test]
async fn a_check_that_is_tried_again_is_not_put_off_by_the_next() {
    let watch = Watch::start().await;
    let alert = watch.alert(json!({})).await;
    let app = &watch.chat.fixture.app;
    let due = async || {
        app.app.clock.skip(TimeDelta::hours(1));
        jobs::put_down_due(&app.app).await.unwrap();
    };
    due().await;
    watch
        .run("update alert_checks set fence = 1, attempts = 1, not_before = now() + interval '10 minutes'")
        .await;
    due().await;
    watch
        .ada()
        .post(&format!("{alert}/check"), json!({}))
        .await
        .expect_problem(409, "checked_already");
    let states: Vec<String> = sqlx::query_scalar("select state from alert_checks")
        .fetch_all(&app.app.db)
        .await
        .unwrap();
    assert_eq!(states, ["queued"]);
}

#[tokio::test]
async fn the_daily_limit_of_dashboards_pauses_no_alert() {
    let watch = Watch::start_with(|config| {
        config.limits.refresh_fuel_per_day = 0;
        config.limits.alert_failures = 1;
    })
    .await;
    let alert = watch.alert(json!({})).await;
    watch.sales("North,1,30\n").await;
    for _ in 0..2 {
        watch.hour().await;
        let whole = watch.whole(&alert).await;
        assert!(whole["problem"].as_str().unwrap().contains("daily limit"), "{whole}");
        assert_eq!(
            (&whole["failures"], &whole["paused_at"]),
            (&json!(0), &Value::Null),
            "{whole}"
        );
    }
}

#[tokio::test]
async fn a_snoozed_alert_tells_nobody_until_the_snooze_is_over() {
    let watch = Watch::start().await;
    let alert = watch.alert(json!({})).await;
    let until = watch.chat.fixture.app.app.clock.now() + TimeDelta::minutes(90);
    watch
        .ada()
        .post(&format!("{alert}/snooze"), json!({"until": until}))
        .await
        .expect(200);
    watch.hour().await;
    assert_eq!(
        watch.states(&alert).await,
        json!({"North": "firing", "South": "normal"})
    );
    assert!(watch.mail.received().is_empty());
    watch.hour().await;
    watch.mail.only();
    watch.hook.only();
}

#[tokio::test]
async fn reminders_come_until_somebody_knows() {
    let watch = Watch::start().await;
    let alert = watch.alert(json!({"remind_s": 3600})).await;
    watch.hour().await;
    watch.hour().await;
    let mails = watch.mail.received();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[1].subject(), "High sales: North is still firing");
    let known = json!({"label": "North", "note": "It is the fair."});
    watch
        .ada()
        .post(&format!("{alert}/acknowledge"), known.clone())
        .await
        .expect(204);
    watch.hour().await;
    assert_eq!(watch.mail.received().len(), 2);
    assert_eq!(watch.whole(&alert).await["labels"][0]["note"], "It is the fair.");
    let other = json!({"label": "South"});
    let refused = watch.ada().post(&format!("{alert}/acknowledge"), other).await;
    refused.expect_problem(409, "nothing_to_acknowledge");
}

#[tokio::test]
async fn a_change_is_measured_by_the_check_before() {
    let watch = Watch::start().await;
    let condition = json!({"type": "change", "direction": "down", "by": 50, "unit": "percent"});
    let alert = watch.on(&watch.number, condition, json!({})).await;
    watch.hour().await;
    assert_eq!(watch.states(&alert).await, json!({"": "normal"}));
    watch.sales("North,1,26\n").await;
    watch.hour().await;
    assert_eq!(watch.states(&alert).await, json!({"": "firing"}));
    watch.hour().await;
    assert_eq!(watch.states(&alert).await, json!({"": "normal"}));
}

#[tokio::test]
async fn a_preview_says_what_would_fire_and_stores_nothing() {
    let watch = Watch::start().await;
    let path = format!("{}/alerts/preview", watch.chat.fixture.project);
    let condition =
        json!({"type": "threshold", "value_column": "amount", "label_column": "region", "is": "at_least", "limit": 12});
    let body = json!({"tile_id": watch.table, "condition": condition});
    watch
        .ada()
        .post(&path, body.clone())
        .await
        .expect_problem(409, "no_result");
    watch.alert(json!({})).await;
    watch.hour().await;
    let seen = watch.ada().post(&path, body).await.expect(200);
    assert_eq!(seen["firing"], 2);
    assert_eq!(
        seen["rows"][1],
        json!({"label": "South", "value": 12.0, "firing": true})
    );
    for (condition, why) in [
        (
            json!({"type": "threshold", "is": "above", "limit": 1}),
            "several columns",
        ),
        (
            json!({"type": "threshold", "value_column": "amount", "is": "above", "limit": 1}),
            "2 rows",
        ),
        (
            json!({"type": "threshold", "value_column": "region", "label_column": "amount", "is": "above", "limit": 1}),
            "not a number",
        ),
        (
            json!({"type": "any_row", "label_column": "city"}),
            "no longer has a column city",
        ),
    ] {
        let body = json!({"tile_id": watch.table, "condition": condition});
        let seen = watch.ada().post(&path, body).await.expect(200);
        assert!(seen["problem"].as_str().unwrap().contains(why), "{seen}");
    }
    assert_eq!(watch.count("alert_checks").await, 1);
}
