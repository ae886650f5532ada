//! Organisations' own models, over HTTP, at providers on loopback: who sees and changes them, where keys go and never go,
//! what tests say, what is spent, and what answers a question.

use glovebox::llm::Provider;
use serde_json::{Value, json};
use sqlx::Row;

use crate::{
    openai::Api,
    orgs::joined,
    server_kills::Server,
    test_app::{Client, TestApp},
    test_models::{Answer, End, FakeProvider, KEY, sse},
    test_replies::{Reply, runs, says},
    test_turns::{Reader, said},
    turns::{Chat, parts, text},
};

const MODEL: &str = "qwen3:8b";

/// A provider that gives these replies in turn.
async fn ollama(replies: impl IntoIterator<Item = Reply>) -> FakeProvider {
    let answers = replies.into_iter().map(|reply| reply.answer(Provider::Compatible));
    FakeProvider::start(Provider::Compatible, answers).await
}

fn body(name: &str, url: &str) -> Value {
    json!({"name": name, "kind": "compatible", "url": url, "key": KEY, "models": [MODEL, "llama3"]})
}

fn org_of(client: &Client) -> String {
    format!("/api/v1/orgs/{}", client.org())
}

/// Adds a provider; its path.
async fn add(client: &Client, body: Value) -> String {
    let made = client
        .post(&format!("{}/model-providers", org_of(client)), body)
        .await
        .expect(201);
    format!("/api/v1/model-providers/{}", made["id"].as_str().unwrap())
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

async fn asked(chat: &Chat, body: Value) -> Value {
    let answer = chat.ask_in(&chat.conversation, body).await;
    chat.fixture.app.settle().await;
    chat.get(&answer).await
}

/// Everything that the database keeps, as text.
async fn dump(app: &TestApp) -> String {
    let tables = "select table_schema || '.' || table_name from information_schema.tables
                  where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&app.app.db).await.unwrap();
    assert!(tables.contains(&"public.model_providers".to_owned()), "{tables:?}");
    let mut dump = String::new();
    for table in tables {
        let rows = format!("select coalesce(string_agg(t::text, ' '), '') from {table} t");
        dump += &sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(rows))
            .fetch_one(&app.app.db)
            .await
            .unwrap();
    }
    dump
}

#[tokio::test]
async fn a_question_is_answered_by_the_organisations_own_model() {
    let mut provider = ollama([
        runs("I look.", "print(6 * 7)").used(900, 60),
        says("It is 42.").used(1_000, 40),
    ])
    .await;
    let chat = Chat::offline().await;
    let ada = &chat.fixture.ada;
    let path = add(ada, body("Our Ollama", &provider.url)).await;
    let choice = json!({"provider": id_of(&path), "model": MODEL});

    let offered = ada.get(&format!("{}/models", org_of(ada))).await.expect(200);
    let expected = json!([
        {"provider": "offline", "model": null, "account": null},
        {"provider": id_of(&path), "model": MODEL, "account": "Our Ollama"},
        {"provider": id_of(&path), "model": "llama3", "account": "Our Ollama"},
    ]);
    assert_eq!(offered, expected);

    let answer = asked(&chat, json!({"text": "What is six times seven?", "model": choice})).await;
    assert_eq!(text(&answer), "I look.It is 42.", "{answer}");
    assert_eq!(parts(&answer, "output")[0]["text"], "42\n");
    let seen = provider.seen().unwrap();
    assert!(seen.head.starts_with("post /v1/chat/completions"), "{}", seen.head);
    assert!(seen.head.contains(&format!("authorization: bearer {KEY}")));
    assert_eq!(seen.body["model"], MODEL);

    // The choice stays with the conversation, and a default answers where nobody chooses.
    assert_eq!(chat.get(&chat.conversation).await["model"], choice);
    ada.patch(&path, json!({"default_model": "llama3"})).await.expect(200);
    let offered = ada.get(&format!("{}/models", org_of(ada))).await.expect(200);
    assert_eq!(offered[0]["model"], "llama3");
    provider.answer([says("Yes.").answer(Provider::Compatible)]);
    let answer = asked(&chat, json!({"text": "Is that right?"})).await;
    assert_eq!(text(&answer), "Yes.");
    let last = std::iter::from_fn(|| provider.seen()).last().unwrap();
    assert_eq!(last.body["model"], "llama3");
    let by_rules = json!({"text": "How many rows are there?", "model": {"provider": "offline"}});
    let answer = asked(&chat, by_rules).await;
    assert_eq!(answer["state"], "done");
    assert_eq!(provider.count(), 0);
}

#[tokio::test]
async fn a_key_is_sealed_never_told_and_in_no_log_or_dump() {
    let wrong = json!({"error": {"message": format!("Incorrect API key provided: {KEY}"), "code": "invalid_api_key"}});
    let provider = FakeProvider::start(Provider::Compatible, [Answer::error(401, &wrong)]).await;
    let chat = Chat::offline().await;
    let (app, ada) = (&chat.fixture.app, &chat.fixture.ada);
    let path = add(ada, body("Our Ollama", &provider.url)).await;
    for told in [
        ada.get(&path).await.text(),
        ada.get(&format!("{}/model-providers", org_of(ada))).await.text(),
        ada.get(&format!("{}/models", org_of(ada))).await.text(),
        ada.patch(&path, json!({"name": "Other"})).await.text(),
        ada.post(&format!("{path}/check"), json!({})).await.text(),
    ] {
        assert!(!told.contains(KEY) && !told.contains("key_sealed"), "{told}");
    }
    assert_eq!(ada.get(&path).await.expect(200)["has_key"], true);

    // Another process takes the turn, as a server or a worker elsewhere would.
    let other = Server::start(&app.app.db, app.folder.path(), &[]).await;
    let choice = json!({"provider": id_of(&path), "model": MODEL});
    let answer = chat
        .ask_in(&chat.conversation, json!({"text": "What?", "model": choice}))
        .await;
    let ada_there = app.api_key(ada).await.at(&other.url);
    let (chunks, _) = Reader::to_the_end(&ada_there, &answer).await;
    let error = chunks.iter().find(|chunk| chunk["type"] == "error").unwrap();
    let error = error["errorText"].as_str().unwrap();
    assert!(error.starts_with("Other does not accept the key."), "{error}");
    assert!(error.contains("Incorrect API key provided: (key)"), "{error}");
    assert_eq!(said(&chunks), "");
    let log = std::fs::read_to_string(app.folder.path().join("log")).unwrap();
    assert!(!log.is_empty() && !log.contains(KEY), "{log}");
    let dump = dump(app).await;
    assert!(dump.contains("Other does not accept"), "the dump has what was said");
    assert!(!dump.contains(KEY));
    // `bytea` is told in hexadecimal digits.
    let hex: Vec<String> = KEY.bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(!dump.contains(&hex.concat()));
}

#[tokio::test]
async fn a_key_is_entered_again_where_it_would_go_elsewhere() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let path = add(&ada, body("Ours", "http://127.0.0.1:1")).await;
    let moved = json!({"url": "https://elsewhere.example/v1"});
    let problem = ada.patch(&path, moved.clone()).await.expect_problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "key", "{problem}");
    let mut with_key = moved.clone();
    with_key["key"] = json!("sk-another");
    assert_eq!(ada.patch(&path, with_key).await.expect(200)["url"], moved["url"]);
    // Without one there is nothing to protect.
    let bare = ada.patch(&path, json!({"key": null})).await.expect(200);
    assert_eq!(bare["has_key"], false);
    ada.patch(&path, json!({"url": "https://third.example/v1"}))
        .await
        .expect(200);

    // A row that somebody changed past the server does not send the key elsewhere.
    ada.patch(&path, json!({"key": KEY})).await.expect(200);
    sqlx::query("update model_providers set url = 'http://127.0.0.1:2/v1'")
        .execute(&app.app.db)
        .await
        .unwrap();
    let check = ada.post(&format!("{path}/check"), json!({})).await;
    check.expect_problem(409, "secret_unreadable");
}

#[tokio::test]
async fn admins_edit_members_choose_and_other_organisations_see_nothing() {
    let provider = ollama([says("Hello.")]).await;
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let org = org_of(&ada);
    let path = add(&ada, body("For all", &provider.url)).await;
    let mut closed = body("For admins", &provider.url);
    closed["members_may_use"] = json!(false);
    let closed = add(&ada, closed).await;
    let project = ada
        .post(&format!("{org}/projects"), json!({"name": "Shared"}))
        .await
        .expect(201);
    let project = format!("/api/v1/projects/{}", project["id"].as_str().unwrap());

    let member = joined(&app, &org, "member").await;
    let offered = member.get(&format!("{org}/models")).await.expect(200);
    let accounts: Vec<_> = offered
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["account"].clone())
        .collect();
    assert_eq!(accounts, [json!(null), json!("For all"), json!("For all")]);
    for response in [
        member.get(&format!("{org}/model-providers")).await,
        member.get(&path).await,
        member
            .post(&format!("{org}/model-providers"), body("Mine", &provider.url))
            .await,
        member.patch(&path, json!({"name": "Mine"})).await,
        member.post(&format!("{path}/check"), json!({})).await,
        member.delete(&path).await,
        member.put(&format!("{org}/model-cap"), json!({"tokens": 1})).await,
    ] {
        response.expect_problem(403, "forbidden");
    }
    let conversation = member
        .post(&format!("{project}/conversations"), json!({}))
        .await
        .expect(201);
    let messages = format!(
        "/api/v1/conversations/{}/messages",
        conversation["id"].as_str().unwrap()
    );
    let ask = async |by: &Client, provider: &str| {
        let choice = json!({"provider": provider, "model": MODEL});
        by.post(&messages, json!({"text": "Hello?", "model": choice})).await
    };
    let problem = ask(&member, id_of(&closed)).await.expect_problem(422, "invalid");
    assert_eq!(problem["errors"][0]["code"], "admins_only", "{problem}");
    ask(&member, id_of(&path)).await.expect(201);
    // A model that the provider does not offer is not asked.
    let other = json!({"provider": id_of(&path), "model": "gpt-5"});
    let problem = member.post(&messages, json!({"text": "?", "model": other})).await;
    problem.expect_problem(422, "invalid");

    let bob = app.user("bob@example.com").await;
    for response in [
        bob.get(&path).await,
        bob.patch(&path, json!({"name": "Mine"})).await,
        bob.delete(&path).await,
        bob.post(&format!("{path}/check"), json!({})).await,
        bob.get(&format!("{org}/models")).await,
        bob.get(&format!("{org}/model-providers")).await,
        bob.get(&format!("{org}/model-spending")).await,
    ] {
        response.expect_problem(404, "not_found");
    }
    let theirs = bob.get(&format!("{}/models", org_of(&bob))).await.expect(200);
    assert_eq!(theirs.as_array().unwrap().len(), 1, "{theirs}");
    let project = bob
        .post(&format!("{}/projects", org_of(&bob)), json!({"name": "Own"}))
        .await
        .expect(201);
    let path_of_project = format!("/api/v1/projects/{}/conversations", project["id"].as_str().unwrap());
    let conversation = bob.post(&path_of_project, json!({})).await.expect(201);
    let messages = format!(
        "/api/v1/conversations/{}/messages",
        conversation["id"].as_str().unwrap()
    );
    let stolen = json!({"provider": id_of(&path), "model": MODEL});
    let problem = bob.post(&messages, json!({"text": "?", "model": stolen})).await;
    assert_eq!(problem.expect_problem(422, "invalid")["errors"][0]["code"], "deleted");
}

#[tokio::test]
async fn addresses_inside_are_refused_with_the_setting_that_allows_them() {
    let app = TestApp::start_with(|config| config.private_networks = Vec::new()).await;
    let ada = app.user("ada@example.com").await;
    let org = org_of(&ada);
    for url in [
        "http://127.0.0.1:11434",
        "https://10.0.0.1/v1",
        "https://[::1]/v1",
        "https://169.254.169.254/",
        "https://2130706433/",
        "https://[::ffff:192.168.0.1]/v1",
    ] {
        let answer = ada.post(&format!("{org}/model-providers"), body("A", url)).await;
        let problem = answer.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "url", "{url} {problem}");
        let message = problem["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains("GLOVEBOX_PRIVATE_NETWORKS"), "{message}");
    }
    // A name is resolved when it is called: by the test, and by a turn.
    let checks = format!("{org}/model-provider-checks");
    let check = ada.post(&checks, body("A", "https://localhost/v1")).await.expect(200);
    let problem = check["problem"].as_str().unwrap();
    assert!(problem.contains("GLOVEBOX_PRIVATE_NETWORKS"), "{problem}");
    let path = add(&ada, body("A", "https://localhost/v1")).await;
    let chat = Chat {
        conversation: String::new(),
        fixture: crate::files::Fixture {
            project: crate::projects::project(&ada, &org, "P").await,
            app,
            ada,
        },
        provider: None,
    };
    let conversation = Chat::conversation(&chat.fixture).await;
    let choice = json!({"provider": id_of(&path), "model": MODEL});
    let answer = chat.ask_in(&conversation, json!({"text": "?", "model": choice})).await;
    chat.fixture.app.settle().await;
    let answer = chat.get(&answer).await;
    assert_eq!(answer["state"], "failed");
    assert!(answer.to_string().contains("GLOVEBOX_PRIVATE_NETWORKS"), "{answer}");
}

#[tokio::test]
async fn our_own_listeners_are_not_called_and_redirects_are_not_followed() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let checks = format!("{}/model-provider-checks", org_of(&ada));
    let check = ada.post(&checks, body("A", &app.url)).await.expect(200);
    assert!(
        check["problem"].as_str().unwrap().contains("may not connect"),
        "{check}"
    );
    let mut inner = ollama([says("Stolen.")]).await;
    let away = Answer::error(307, &json!({})).header("location", &format!("{}/v1/chat/completions", inner.url));
    let outer = FakeProvider::start(Provider::Compatible, [away]).await;
    let check = ada.post(&checks, body("A", &outer.url)).await.expect(200);
    assert!(
        check["problem"].as_str().unwrap().contains("sends requests elsewhere"),
        "{check}"
    );
    assert_eq!(inner.count(), 0);
}

#[tokio::test]
async fn a_test_tells_the_providers_own_error() {
    let app = TestApp::start_with(|config| config.limits.model_check_s = 1).await;
    let ada = app.user("ada@example.com").await;
    let checks = format!("{}/model-provider-checks", org_of(&ada));
    let provider = ollama([says("OK").used(12, 1)]).await;
    let check = ada.post(&checks, body("Mine", &provider.url)).await.expect(200);
    assert_eq!(
        (&check["problem"], &check["model"]),
        (&json!(null), &json!(MODEL)),
        "{check}"
    );

    let says_error = |status, message: &str| Answer::error(status, &json!({"error": {"message": message}}));
    for (answer, expected) in [
        (says_error(401, "bad token"), ["does not accept the key", "bad token"]),
        (
            says_error(404, "model 'qwen3:8b' not found"),
            ["has no model \"qwen3:8b\"", "not found"],
        ),
        (says_error(402, "pay first"), ["no credit or quota", "pay first"]),
        (says_error(429, "slow down"), ["rate-limiting", "slow down"]),
        (
            says_error(500, "out of memory"),
            ["overloaded or has a problem", "out of memory"],
        ),
        (
            says_error(400, "max_tokens is unknown"),
            ["unexpected response", "max_tokens is unknown"],
        ),
        (
            says("").answer(Provider::Compatible).end(End::Deaf),
            ["did not answer in time", "try again"],
        ),
    ] {
        provider.answer([answer]);
        let check = ada.post(&checks, body("Mine", &provider.url)).await.expect(200);
        let problem = check["problem"].as_str().unwrap();
        assert!(problem.starts_with("Mine "), "{problem}");
        assert!(expected.iter().all(|words| problem.contains(words)), "{problem}");
        assert!(!problem.contains("GLOVEBOX"), "{problem}");
    }
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let check = ada
        .post(&checks, body("Mine", &format!("http://{nobody}")))
        .await
        .expect(200);
    assert!(
        check["problem"].as_str().unwrap().contains("cannot be reached"),
        "{check}"
    );
    let check = ada
        .post(&checks, body("Mine", "https://nowhere.invalid"))
        .await
        .expect(200);
    assert!(
        check["problem"].as_str().unwrap().contains("cannot be resolved"),
        "{check}"
    );

    // The tokens of the test count, its failures do not.
    let spending = ada.get(&format!("{}/model-spending", org_of(&ada))).await.expect(200);
    let used = &spending["months"][0]["models"];
    assert_eq!(used.as_array().unwrap().len(), 1, "{spending}");
    assert_eq!((&used[0]["turns"], &used[0]["input_tokens"]), (&json!(0), &json!(12)));

    // A stored one is tested with its own key, for any model that it offers.
    provider.answer([says("OK").answer(Provider::Compatible)]);
    let path = add(&ada, body("Mine", &provider.url)).await;
    let check = ada
        .post(&format!("{path}/check"), json!({"model": "llama3"}))
        .await
        .expect(200);
    assert_eq!((&check["problem"], &check["model"]), (&json!(null), &json!("llama3")));
}

#[tokio::test]
async fn spending_is_told_by_model_and_a_cap_stops_models_but_not_the_rules() {
    let mut provider = ollama([says("Yes.").used(900, 100)]).await;
    let chat = Chat::offline().await;
    let (app, ada) = (&chat.fixture.app, &chat.fixture.ada);
    let org = org_of(ada);
    let path = add(ada, body("Our Ollama", &provider.url)).await;
    let choice = json!({"provider": id_of(&path), "model": MODEL});
    let question = json!({"text": "Really?", "model": choice});
    let capped = ada
        .put(&format!("{org}/model-cap"), json!({"tokens": 1_500}))
        .await
        .expect(200);
    assert_eq!(capped["cap"], json!({"cost_micro_usd": null, "tokens": 1_500}));
    asked(&chat, question.clone()).await;

    let spending = ada.get(&format!("{org}/model-spending")).await.expect(200);
    let used = &spending["months"][0];
    assert_eq!(used["month"], spending["this_month"]);
    let expected = json!([{"account": "Our Ollama", "provider": "compatible", "model": MODEL, "turns": 1,
        "input_tokens": 900, "output_tokens": 100, "cost_micro_usd": 0, "unpriced_tokens": 1_000}]);
    assert_eq!(used["models"], expected);

    // Two are asked below the cap; the first one reaches it, and the second waited too long.
    let first = chat.ask_in(&chat.conversation, question.clone()).await;
    let second = chat.ask_in(&chat.conversation, question.clone()).await;
    app.settle().await;
    // The end of the first one is what lets the second one begin.
    app.settle().await;
    assert_eq!(chat.get(&first).await["state"], "done");
    let second = chat.get(&second).await;
    assert_eq!(second["state"], "failed");
    assert!(second.to_string().contains("cap is 1500 tokens"), "{second}");
    assert_eq!(provider.count(), 2);

    let refused = chat.send(&chat.conversation, question.clone()).await;
    let problem = refused.expect_problem(403, "model_cap");
    assert!(
        problem["detail"].as_str().unwrap().contains("Built-in rules"),
        "{problem}"
    );
    let rules = json!({"text": "How many rows are there?", "model": {"provider": "offline"}});
    assert_eq!(asked(&chat, rules).await["state"], "done");
    let script = json!({"text": "Run it.", "script": "print(1)", "model": choice});
    assert_eq!(asked(&chat, script).await["state"], "done");

    // A month later it starts again, and a cap can be lifted.
    ada.put(&format!("{org}/model-cap"), json!({})).await.expect(200);
    assert_eq!(asked(&chat, question.clone()).await["state"], "done");
    ada.put(&format!("{org}/model-cap"), json!({"tokens": 1}))
        .await
        .expect(200);
    sqlx::query("update model_usage set month = (month - interval '1 month')::date")
        .execute(&app.app.db)
        .await
        .unwrap();
    assert_eq!(asked(&chat, question).await["state"], "done");
    for wrong in [
        json!({"tokens": 0}),
        json!({"cost_micro_usd": 0}),
        json!({"tokens": -1}),
    ] {
        ada.put(&format!("{org}/model-cap"), wrong)
            .await
            .expect_problem(422, "invalid");
    }
}

#[tokio::test]
async fn a_cap_of_money_counts_models_whose_price_is_known() {
    let provider = FakeProvider::start(
        Provider::Anthropic,
        [says("Yes.").used(1_000_000, 0).answer(Provider::Anthropic)],
    );
    let provider = provider.await;
    let chat = Chat::offline().await;
    let ada = &chat.fixture.ada;
    let path = add(
        ada,
        json!({"name": "Claude", "kind": "anthropic", "url": provider.url, "key": KEY, "models": ["claude-sonnet-5-5"]}),
    )
    .await;
    let question = json!({"text": "Really?", "model": {"provider": id_of(&path)}});
    ada.put(
        &format!("{}/model-cap", org_of(ada)),
        json!({"cost_micro_usd": 1_500_000}),
    )
    .await
    .expect(200);
    assert_eq!(asked(&chat, question.clone()).await["state"], "done");
    let problem = chat
        .send(&chat.conversation, question)
        .await
        .expect_problem(403, "model_cap");
    assert!(
        problem["detail"].as_str().unwrap().contains("cap is $1.50"),
        "{problem}"
    );
}

#[tokio::test]
async fn a_question_that_waits_is_told_that_its_model_was_deleted() {
    let mut provider = ollama([says("Yes.")]).await;
    let chat = Chat::offline().await;
    let ada = &chat.fixture.ada;
    let path = add(ada, body("Our Ollama", &provider.url)).await;
    // Also where it was the default: nobody else is sent the question in its place.
    ada.patch(&path, json!({"default_model": MODEL})).await.expect(200);
    let answer = chat.ask("Really?").await;
    ada.delete(&path).await.expect(204);
    chat.fixture.app.settle().await;
    let answer = chat.get(&answer).await;
    assert_eq!(answer["state"], "failed");
    let told = answer.to_string();
    assert!(
        told.contains("no longer available") && told.contains("Choose another model"),
        "{told}"
    );
    assert_eq!(provider.count(), 0);
    let gone = json!({"text": "?", "model": {"provider": id_of(&path), "model": MODEL}});
    let problem = chat.send(&chat.conversation, gone).await.expect_problem(422, "invalid");
    assert_eq!(problem["errors"][0]["code"], "deleted", "{problem}");
}

#[tokio::test]
async fn what_one_provider_wrote_in_its_own_form_goes_to_no_other() {
    let thinking = sse(&[
        json!({"type": "message_start", "message": {"usage": {"input_tokens": 9, "output_tokens": 1}}}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm."}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "c2lnbmVk"}}),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}}),
        json!({"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "One."}}),
        json!({"type": "content_block_stop", "index": 1}),
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 9}}),
        json!({"type": "message_stop"}),
    ]);
    let mut first = FakeProvider::start(Provider::Anthropic, [Answer::stream(&thinking)]).await;
    let mut second = FakeProvider::start(Provider::Anthropic, [says("Two.").answer(Provider::Anthropic)]).await;
    let chat = Chat::offline().await;
    let mut questions = Vec::new();
    for (name, url) in [("First", &first.url), ("Second", &second.url)] {
        let body = json!({"name": name, "kind": "anthropic", "url": url, "key": KEY, "models": ["claude"]});
        let path = add(&chat.fixture.ada, body).await;
        questions.push(json!({"text": "And?", "model": {"provider": id_of(&path)}}));
    }
    for at in [0, 0, 1] {
        assert_eq!(asked(&chat, questions[at].clone()).await["state"], "done");
    }
    let last = std::iter::from_fn(|| first.seen()).last().unwrap().body.to_string();
    assert!(last.contains("c2lnbmVk"), "it gets its own form back: {last}");
    let other = second.seen().unwrap().body.to_string();
    assert!(other.contains("One.") && !other.contains("c2lnbmVk"), "{other}");
}

#[tokio::test]
async fn clients_of_openai_list_and_name_own_models() {
    let provider = ollama([says("It is 42.")]).await;
    let api = Api::start().await;
    add(&api.fixture.ada, body("Our Ollama", &provider.url)).await;
    let models = api.client.get("/v1/models").await.expect(200);
    let names: Vec<_> = models["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|model| model["id"].clone())
        .collect();
    let expected = ["glovebox", "offline", "Our Ollama/qwen3:8b", "Our Ollama/llama3"];
    assert_eq!(names, expected);
    let request = json!({"model": "Our Ollama/llama3", "messages": [{"role": "user", "content": "What?"}]});
    let answer = api.client.post("/v1/chat/completions", request).await;
    let answer = answer.expect(200);
    assert_eq!(answer["choices"][0]["message"]["content"], "It is 42.", "{answer}");
}

#[tokio::test]
async fn what_a_provider_is_made_of_is_checked() {
    let app = TestApp::start_with(|config| {
        config.limits.model_providers_per_org = 2;
        config.limits.models_per_provider = 2;
    })
    .await;
    let ada = app.user("ada@example.com").await;
    let providers = format!("{}/model-providers", org_of(&ada));
    let url = "https://api.example.com/v1";
    let wrong = |field: &str, value: Value| {
        let mut body = body("Ours", url);
        body[field] = value;
        body
    };
    for (field, value) in [
        ("name", json!("a/b")),
        ("name", json!("openai")),
        ("name", json!("01890000-0000-7000-8000-000000000000")),
        ("url", json!("https://me:pass@example.com")),
        ("url", json!("http://93.184.216.34/v1")),
        ("key", json!("two words")),
        ("key", json!(" ")),
        ("models", json!([])),
        ("models", json!(["a", "b", "c"])),
        ("models", json!(["a\nb"])),
        ("default_model", json!("gpt")),
    ] {
        let problem = ada
            .post(&providers, wrong(field, value.clone()))
            .await
            .expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{value} {problem}");
    }
    let path = add(&ada, wrong("default_model", json!(MODEL))).await;
    let second = add(
        &ada,
        json!({"name": "Second", "kind": "openai", "url": url, "models": ["a"], "default_model": "a"}),
    )
    .await;
    // One default for all, and none that is not offered any more.
    assert_eq!(ada.get(&path).await.expect(200)["default_model"], json!(null));
    let changed = ada.patch(&second, json!({"models": ["b"]})).await.expect(200);
    assert_eq!(changed["default_model"], json!(null));
    ada.patch(&second, json!({"name": "ours"}))
        .await
        .expect_problem(409, "name_taken");
    ada.post(&providers, body("Third", url))
        .await
        .expect_problem(403, "too_many_model_providers");
    let row = sqlx::query("select key_sealed is null from model_providers where name = 'Second'")
        .fetch_one(&app.app.db)
        .await
        .unwrap();
    assert!(row.get::<bool, _>(0), "without a key there is nothing to seal");
}
