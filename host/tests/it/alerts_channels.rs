//! Channels: what their receivers answer, what is tried again, what is sealed, and the limits of alerts.

use chrono::TimeDelta;
use glovebox::{
    jobs,
    queue::{self, Job},
};
use serde_json::{Value, json};

use crate::{
    alerts::Watch,
    dashboards::{answer, dashboard, run_id},
    server_kills::Server,
    smtp_sink::Manners,
    webhook_sink::Received,
};

#[tokio::test]
async fn a_receiver_that_is_busy_gets_the_same_message_again() {
    let watch = Watch::start().await;
    watch.hook.answer(503);
    let alert = watch.alert(json!({})).await;
    watch.hour().await;
    let path = format!("{alert}/deliveries");
    let waiting = watch
        .items(&path)
        .await
        .into_iter()
        .find(|one| one["channel"] == "webhook")
        .unwrap();
    assert_eq!(
        (&waiting["state"], &waiting["answer"]),
        (&json!("queued"), &json!("503 heard you"))
    );
    watch.hook.answer(200);
    let app = &watch.chat.fixture.app;
    app.app.clock.skip(TimeDelta::minutes(1));
    jobs::put_down_due(&app.app).await.unwrap();
    app.settle().await;
    let received = watch.hook.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].header("webhook-id"), received[1].header("webhook-id"));
    assert_eq!(received[0].body, received[1].body);
    received[1].verify(&watch.secret);
    let sent = watch
        .items(&path)
        .await
        .into_iter()
        .find(|one| one["channel"] == "webhook")
        .unwrap();
    assert_eq!((&sent["state"], &sent["attempts"]), (&json!("sent"), &json!(2)));
}

#[tokio::test]
async fn a_receiver_that_refuses_is_not_asked_again() {
    let watch = Watch::start().await;
    watch.hook.answer(410);
    let alert = watch.alert(json!({})).await;
    watch.hour().await;
    watch.chat.fixture.app.app.clock.skip(TimeDelta::minutes(30));
    jobs::put_down_due(&watch.chat.fixture.app.app).await.unwrap();
    watch.chat.fixture.app.settle().await;
    watch.hook.only();
    let failed = watch.items(&format!("{alert}/deliveries")).await;
    assert!(
        failed
            .iter()
            .any(|one| one["state"] == "failed" && one["answer"] == "410 heard you"),
        "{failed:?}"
    );
}

#[tokio::test]
async fn a_mail_that_may_have_arrived_is_unknown_and_not_sent_twice() {
    let watch = Watch::start().await;
    watch.mail.behave(Manners {
        hangs_up: true,
        ..Manners::default()
    });
    let alert = watch.alert(json!({})).await;
    watch.hour().await;
    watch.hour().await;
    watch.mail.only();
    let deliveries = watch.items(&format!("{alert}/deliveries")).await;
    let mail = deliveries.iter().find(|one| one["channel"] == "email").unwrap();
    assert_eq!(mail["state"], "unknown", "{mail}");
    // One that was refused for now comes later.
    watch.mail.behave(Manners {
        end: Some("451 later"),
        ..Manners::default()
    });
    watch.sales("North,1,10\n").await;
    watch.hour().await;
    watch.mail.behave(Manners::default());
    watch.hour().await;
    assert_eq!(watch.mail.received().len(), 2);
}

#[tokio::test]
async fn slack_and_teams_are_told_in_their_own_forms() {
    let mut watch = Watch::start().await;
    let address = watch.hook.url.clone();
    let mut ids = Vec::new();
    for kind in ["slack", "teams"] {
        ids.push(watch.channel(kind, &address).await["id"].as_str().unwrap().to_owned());
    }
    watch.channels = ids;
    watch.alert(json!({})).await;
    watch.hour().await;
    let bodies: Vec<_> = watch.hook.received().iter().map(Received::json).collect();
    assert_eq!(bodies.len(), 2);
    let slack = bodies.iter().find(|body| body["text"].is_string()).unwrap();
    assert!(
        slack["text"]
            .as_str()
            .unwrap()
            .starts_with("High sales: North is firing\nNorth: 40, firing"),
        "{slack}"
    );
    let teams = bodies.iter().find(|body| body["type"] == "message").unwrap();
    assert_eq!(
        teams["attachments"][0]["contentType"],
        "application/vnd.microsoft.card.adaptive"
    );
}

#[tokio::test]
async fn a_trial_is_sent_and_its_answer_kept() {
    let watch = Watch::start().await;
    let channel = format!("/api/v1/channels/{}", watch.channels[0]);
    let trial = watch
        .ada()
        .post(&format!("{channel}/test"), json!({}))
        .await
        .expect(202);
    assert_eq!(trial["state"], "queued");
    watch.chat.fixture.app.settle().await;
    assert_eq!(watch.hook.only().json()["type"], "trial");
    let sent = watch.items(&format!("{channel}/deliveries")).await;
    assert_eq!((&sent[0]["state"], &sent[0]["answer"]), (&json!("sent"), &json!("204")));
}

#[tokio::test]
async fn a_channels_secrets_are_neither_shown_nor_stored_in_the_clear() {
    let watch = Watch::start().await;
    let listed = watch.ada().get(&format!("{}/channels", watch.org)).await.text();
    let bare = watch.secret.strip_prefix("whsec_").unwrap();
    assert!(!listed.contains(bare) && !listed.contains("/hook"), "{listed}");
    let rows: Vec<String> = sqlx::query_scalar("select channels::text || encode(sealed, 'escape') from channels")
        .fetch_all(&watch.chat.fixture.app.app.db)
        .await
        .unwrap();
    assert!(
        rows.iter().all(|row| !row.contains(bare) && !row.contains("/hook")),
        "{rows:?}"
    );
}

#[tokio::test]
async fn limits_of_alerts_and_channels_are_told() {
    let watch = Watch::start_with(|config| {
        config.limits.alerts_per_project = 1;
        config.limits.channels_per_org = 2;
        config.limits.alert_interval_s = 3600;
        config.limits.labels_per_alert = 1;
        config.limits.messages_per_channel_per_hour = 1;
        config.limits.alert_failures = 1;
    })
    .await;
    let body = json!({"name": "third", "kind": "email", "address": "team@example.com"});
    let third = watch.ada().post(&format!("{}/channels", watch.org), body).await;
    third.expect_problem(403, "too_many_channels");
    let alert = watch.alert(json!({})).await;
    let second = watch.try_on(&watch.table, json!({"type": "no_data"}), json!({})).await;
    second.expect_problem(403, "too_many_alerts");
    let often = json!({"name": "High sales", "condition": {"type": "no_data"}, "schedule": "every 30 minutes", "time_zone": "UTC"});
    watch.ada().put(&alert, often).await.expect_problem(422, "invalid");
    // Two labels are one too many; one failure pauses.
    watch.hour().await;
    let whole = watch.whole(&alert).await;
    assert!(whole["problem"].as_str().unwrap().contains("2 labels"), "{whole}");
    assert!(!whole["paused_at"].is_null(), "{whole}");
    // The second message within an hour is not sent.
    let channel = format!("/api/v1/channels/{}", watch.channels[0]);
    watch
        .ada()
        .post(&format!("{channel}/test"), json!({}))
        .await
        .expect(202);
    watch.chat.fixture.app.settle().await;
    let last = &watch.items(&format!("{channel}/deliveries")).await[0];
    assert_eq!(last["state"], "failed");
    assert!(last["answer"].as_str().unwrap().contains("per hour"), "{last}");
}

#[tokio::test]
async fn mail_goes_to_confirmed_addresses_of_members_only() {
    let watch = Watch::start().await;
    let stranger = json!({"name": "other", "kind": "email", "address": "stranger@example.com"});
    let refused = watch.ada().post(&format!("{}/channels", watch.org), stranger).await;
    refused.expect_problem(422, "invalid");
    watch
        .run("delete from members where user_id = (select id from users where email = 'team@example.com')")
        .await;
    let channel = format!("/api/v1/channels/{}", watch.channels[1]);
    watch
        .ada()
        .post(&format!("{channel}/test"), json!({}))
        .await
        .expect(202);
    watch.chat.fixture.app.settle().await;
    let last = &watch.items(&format!("{channel}/deliveries")).await[0];
    assert_eq!(last["state"], "failed");
    assert!(last["answer"].as_str().unwrap().contains("no longer"), "{last}");
    assert!(watch.mail.received().is_empty());
}

#[tokio::test]
async fn messages_of_one_organisation_are_sent_two_at_a_time() {
    let watch = Watch::start().await;
    let channel = format!("/api/v1/channels/{}", watch.channels[0]);
    let trial = async || {
        watch
            .ada()
            .post(&format!("{channel}/test"), json!({}))
            .await
            .expect(202);
    };
    trial().await;
    trial().await;
    watch
        .run("update deliveries set state = 'sending', leased_until = now() + interval '1 hour'")
        .await;
    trial().await;
    watch.chat.fixture.app.settle().await;
    let states = async || -> Vec<Value> {
        let items = watch.items(&format!("{channel}/deliveries")).await;
        items.iter().map(|item| item["state"].clone()).collect()
    };
    assert_eq!(states().await, ["queued", "sending", "sending"]);
    watch
        .run("update deliveries set state = 'unknown', leased_until = null where state = 'sending'")
        .await;
    trial().await;
    watch.chat.fixture.app.settle().await;
    assert_eq!(states().await, ["sent", "sent", "unknown", "unknown"]);
}

#[tokio::test]
async fn every_row_of_a_long_table_is_watched() {
    let watch = Watch::start().await;
    let script = "import polars as pl\n\n\
                  display(pl.DataFrame({'label': [f'row {n}' for n in range(150)], 'n': range(150)}))\n";
    let made = answer(&watch.chat, script).await;
    let board = dashboard(watch.ada(), &watch.chat.fixture.project, "Long").await;
    let body = json!({"message_id": made["id"], "run_id": run_id(&made), "output": "table", "number": 0});
    let added = watch.ada().post(&format!("{board}/tiles"), body).await.expect(201);
    let condition =
        json!({"type": "threshold", "value_column": "n", "label_column": "label", "is": "above", "limit": 148});
    let alert = watch
        .on(added["tile"]["id"].as_str().unwrap(), condition, json!({}))
        .await;
    watch.hour().await;
    let whole = watch.whole(&alert).await;
    assert_eq!(
        (&whole["state"], &whole["problem"]),
        (&json!("firing"), &Value::Null),
        "{whole}"
    );
}

#[tokio::test]
async fn old_checks_go_with_their_events_and_messages() {
    let watch = Watch::start().await;
    watch.alert(json!({})).await;
    watch.hour().await;
    let app = &watch.chat.fixture.app.app;
    let sweep = glovebox::cleanup::Sweep {
        db: &app.db,
        objects: &app.objects,
        limits: &app.config.limits,
        now: app.clock.now() + TimeDelta::days(91),
        spool: app.spool.shared(),
        dry_run: false,
    };
    sweep.run().await.unwrap();
    for table in ["alert_checks", "alert_events", "deliveries"] {
        assert_eq!(watch.count(table).await, 0, "{table}");
    }
}

/// As if the dead servers' leases were over, and with a worker that looks.
async fn after_the_leases(watch: &Watch) {
    watch
        .run("update alert_checks set leased_until = now() - interval '1 s' where state = 'running'")
        .await;
    watch
        .run("update deliveries set leased_until = now() - interval '1 s' where state = 'sending'")
        .await;
    let app = &watch.chat.fixture.app;
    jobs::put_down_due(&app.app).await.unwrap();
    for job in [Job::CheckAlerts, Job::Deliver] {
        queue::add(&mut app.app.db.acquire().await.unwrap(), &job)
            .await
            .unwrap();
        app.settle().await;
    }
}

#[tokio::test]
async fn a_server_that_is_killed_while_it_sends_leaves_one_message_that_is_unknown() {
    let watch = Watch::start().await;
    watch.hook.be_silent();
    let channel = format!("/api/v1/channels/{}", watch.channels[0]);
    watch
        .ada()
        .post(&format!("{channel}/test"), json!({}))
        .await
        .expect(202);
    let app = &watch.chat.fixture.app;
    let mut server = Server::start(&app.app.db, app.folder.path(), &[]).await;
    watch.hook.arrived().await;
    server.kill();
    after_the_leases(&watch).await;
    let sent = watch.items(&format!("{channel}/deliveries")).await;
    assert_eq!((sent.len(), &sent[0]["state"]), (1, &json!("unknown")), "{sent:?}");
    watch.hook.only();
}

#[tokio::test]
async fn a_server_that_is_killed_in_a_check_loses_and_doubles_nothing() {
    let watch = Watch::start().await;
    let alert = watch.alert(json!({})).await;
    watch.ada().post(&format!("{alert}/check"), json!({})).await.expect(202);
    let app = &watch.chat.fixture.app;
    let mut server = Server::start(&app.app.db, app.folder.path(), &[]).await;
    // It has begun with the check; how far it gets is a matter of luck.
    while watch.count("alert_checks where state <> 'queued'").await == 0 {
        tokio::task::yield_now().await;
    }
    server.kill();
    after_the_leases(&watch).await;
    assert_eq!(watch.count("alert_checks").await, 1);
    assert_eq!(
        watch.states(&alert).await,
        json!({"North": "firing", "South": "normal"})
    );
    assert_eq!(watch.items(&format!("{alert}/events")).await.len(), 1);
    let deliveries = watch.items(&format!("{alert}/deliveries")).await;
    assert_eq!(deliveries.len(), 2);
    assert!(
        deliveries
            .iter()
            .all(|one| one["state"] == "sent" || one["state"] == "unknown"),
        "{deliveries:?}"
    );
    assert!(watch.hook.received().len() <= 1);
}
