//! Whole tables of answers, tiles and shared pages.

use serde_json::{Value, json};

use crate::{
    dashboards::{Board, answer, run_id},
    test_app::{Answer, Client},
    turns::Chat,
};

const ROWS: usize = 25_000;

/// Displays two tables: one of polars, one of pandas, whose texts are longer than a displayed cell.
const LONG: &str = "import pandas as pd
import polars as pl

assert len(pl.read_csv('/data/sales.csv')) == 4
numbers = range(25_000)
display(pl.DataFrame({'n': numbers, 'half': [n / 2 for n in numbers], 'word': [f'=w{n}' for n in numbers]}))
display(pd.DataFrame({'text': ['x' * 9_000, None], 'ok': [True, False]}))
";

/// Asks until the table is there, with the work done in between.
async fn table(chat: &Chat, by: &Client, path: &str) -> Answer {
    for _ in 0..3 {
        let answer = by.get(path).await;
        if answer.status != 202 {
            return answer;
        }
        assert_eq!(answer.header("retry-after"), "1");
        chat.fixture.app.settle().await;
    }
    panic!("{path} is never made")
}

fn place(answer: &Value, number: u32) -> String {
    let id = answer["id"].as_str().unwrap();
    format!("/api/v1/messages/{id}/runs/{}/tables/{number}", run_id(answer))
}

#[tokio::test]
async fn all_rows_of_an_answers_table_can_be_had_and_are_made_once() {
    let chat = Chat::offline().await;
    let answer = answer(&chat, LONG).await;
    let ada = &chat.fixture.ada;
    let csv = table(&chat, ada, &place(&answer, 0)).await;
    assert_eq!(csv.status, 200);
    assert!(csv.header("content-disposition").contains("table.csv"));
    let text = csv.text();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 1 + ROWS);
    assert_eq!((lines[0], lines[1]), ("\u{feff}n,half,word", "0,0.0,'=w0"));
    assert_eq!(lines[ROWS], "24999,12499.5,'=w24999");

    let some = ada
        .get(&format!("{}?format=json&offset=24998&limit=500", place(&answer, 0)))
        .await
        .expect(200);
    assert_eq!(some["row_count"], ROWS);
    assert_eq!(
        some["rows"],
        json!([[24_998, 12_499.0, "=w24998"], [24_999, 12_499.5, "=w24999"]])
    );
    assert_eq!(some["columns"][1], json!({"name": "half", "dtype": "f64"}));

    let runs: i64 = sqlx::query_scalar("select coalesce(sum(refreshes), 0)::bigint from usage_days")
        .fetch_one(&chat.fixture.app.app.db)
        .await
        .unwrap();
    assert_eq!(runs, 1, "whoever asks again gets what is kept");
    let words = table(&chat, ada, &place(&answer, 1)).await.text();
    assert_eq!(
        words,
        format!("\u{feff}text,ok\r\n{},true\r\n,false\r\n", "x".repeat(9_000))
    );
    ada.get(&place(&answer, 2)).await.expect_problem(404, "not_found");

    let bob = chat.fixture.app.user("bob@example.com").await;
    bob.get(&place(&answer, 0)).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_shared_conversation_has_its_whole_tables() {
    let chat = Chat::offline().await;
    let answer = answer(&chat, LONG).await;
    let share = chat
        .fixture
        .ada
        .put(&format!("{}/share", chat.conversation), json!({}))
        .await
        .expect(200);
    let token = share["token"].as_str().unwrap();
    let id = answer["id"].as_str().unwrap();
    let path = format!("/api/v1/shares/{token}/messages/{id}/runs/{}/tables/0", run_id(&answer));
    let csv = table(&chat, &chat.fixture.app.anonymous(), &path).await;
    assert_eq!(csv.text().lines().count(), 1 + ROWS);
    assert_eq!(csv.header("x-robots-tag"), "noindex, nofollow");
}

#[tokio::test]
async fn a_table_is_made_of_the_version_that_the_answer_read_and_refused_where_that_is_gone() {
    let chat = Chat::offline().await;
    let script = "import polars as pl\ndisplay(pl.concat([pl.read_csv('sales.csv')] * 50))";
    let answer = answer(&chat, script).await;
    let ada = &chat.fixture.ada;
    let files = ada.get(&format!("{}/files", chat.fixture.project)).await.expect(200);
    let file = format!("/api/v1/files/{}", files["items"][0]["id"].as_str().unwrap());
    chat.fixture
        .examined("sales.csv", "region,month,amount\nEast,1,99\n")
        .await;
    let csv = table(&chat, ada, &place(&answer, 0)).await.text();
    assert_eq!(csv.lines().count(), 201);
    assert!(!csv.contains("East"), "{csv}");

    ada.delete(&file).await.expect(204);
    ada.get(&place(&answer, 0)).await.expect_problem(409, "not_repeatable");
}

#[tokio::test]
async fn a_table_that_comes_out_differently_is_not_handed_out() {
    let chat = Chat::offline().await;
    let answer = answer(&chat, LONG).await;
    let shown =
        "update messages set parts = replace(parts::text, '[0, 0.0', '[7, 0.0')::jsonb where role = 'assistant'";
    sqlx::query(shown).execute(&chat.fixture.app.app.db).await.unwrap();
    let problem = table(&chat, &chat.fixture.ada, &place(&answer, 0)).await;
    let problem = problem.expect_problem(409, "no_whole_table");
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("produced a different table"),
        "{problem}"
    );
}

#[tokio::test]
async fn a_tile_has_its_whole_table() {
    let board = Board::start().await;
    let long = answer(&board.chat, LONG).await;
    let body = json!({"message_id": long["id"], "run_id": run_id(&long), "output": "table", "number": 0});
    let added = board
        .ada()
        .post(&format!("{}/tiles", board.path), body)
        .await
        .expect(201);
    let results = board.settled(json!({})).await;
    assert_eq!(results[0]["output"]["rows"].as_array().unwrap().len(), 100);
    let path = format!("{}/tiles/{}/table", board.path, added["tile"]["id"].as_str().unwrap());
    let key = results[0]["key"].as_str().unwrap();
    let csv = table(&board.chat, board.ada(), &format!("{path}?key={key}")).await;
    assert_eq!(csv.text().lines().count(), 1 + ROWS);

    let share = board
        .ada()
        .post(
            &format!("{}/shares", board.path),
            json!({"password": "an engine of 1843"}),
        )
        .await
        .expect(201);
    let id = added["tile"]["id"].as_str().unwrap();
    let path = format!(
        "/api/v1/shared-dashboards/{}/tiles/{id}/table",
        share["token"].as_str().unwrap()
    );
    let anyone = board.chat.fixture.app.anonymous();
    anyone
        .post(&path, json!({}))
        .await
        .expect_problem(401, "unauthenticated");
    let ask = async || anyone.post(&path, json!({"password": "an engine of 1843"})).await;
    let shared = ask().await;
    assert_eq!((shared.status.as_u16(), shared.text()), (200, csv.text()));

    // One that failed is not run again at the pace of those who ask.
    let app = &board.chat.fixture.app;
    sqlx::query(
        "update tile_results r set outcome = 'fault', problem = 'No.'
         where exists (select from tile_result_files f where f.org_id = r.org_id and f.key = r.key)",
    )
    .execute(&app.app.db)
    .await
    .unwrap();
    for _ in 0..2 {
        ask().await.expect_problem(409, "no_whole_table");
    }
    app.app.clock.skip(chrono::TimeDelta::hours(2));
    ask().await.expect_problem(409, "no_whole_table");
    assert_eq!(ask().await.status.as_u16(), 202);
}

#[tokio::test]
async fn cells_of_a_whole_table_are_spelt_as_displayed_ones() {
    let chat = Chat::offline().await;
    let script = r#"from datetime import date, datetime, timedelta
import polars as pl

display(pl.DataFrame({
    'date': [date(2024, 1, 1), None] * 75, 'moment': [datetime(2024, 1, 1, 12, 0, 0, 500_000)] * 150,
    'span': [timedelta(hours=1)] * 150, 'odd': [float('nan'), float('inf')] * 75, 'far': [1e-300, 1e22] * 75,
    'big': [2**60, 3] * 75, 'list': [[1, None]] * 150, 'flag': [True, False] * 75, 'text': ['a"\\\n\u2028\u00e9'] * 150,
}))"#;
    let answer = answer(&chat, script).await;
    let path = format!("{}?format=json", place(&answer, 0));
    let whole = table(&chat, &chat.fixture.ada, &path).await.expect(200);
    let parts = answer["parts"].as_array().unwrap();
    let shown = parts.iter().find(|part| part["type"] == "table").unwrap();
    assert_eq!(whole["rows"].as_array().unwrap().len(), 100);
    assert_eq!(whole["rows"], shown["table"]["rows"]);
}
