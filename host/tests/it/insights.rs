//! Insights: what was planted into tables is found, noise stays silent, and findings reach people and dashboards.

use std::{env, fs, path::Path, process::Command};

use glovebox::{
    insights::{Finding, Kind, findings},
    rules::Insights,
    sandbox::Task,
};
use glovebox_sdk::{Event, Outcome};
use serde_json::{Value, json};

use crate::{
    command::{skip, workspace},
    dashboards::Board,
    files::upload,
    test_rules::Bench,
};

/// Runs `measure.py` under the CPython that `GLOVEBOX_PEER_PYTHON` names.
fn measure(arguments: &[&str]) -> Option<String> {
    let Some(python) = env::var_os("GLOVEBOX_PEER_PYTHON") else {
        skip("insights are not measured: GLOVEBOX_PEER_PYTHON is not set; ./dev test sets it");
        return None;
    };
    let run = Command::new(python)
        .arg(workspace().join("host/tests/insights/measure.py"))
        .arg(workspace().join("host/src/insights"))
        .args(arguments)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    Some(String::from_utf8(run.stdout).unwrap())
}

#[test]
fn what_was_planted_is_found_and_noise_is_silent() {
    let Some(figures) = measure(&["200", "100"]) else {
        return;
    };
    println!("{figures}");
    let figures: Value = serde_json::from_str(&figures).unwrap();
    assert!(figures["recall"].as_f64().unwrap() >= 0.9, "{figures}");
    assert!(figures["false"].as_f64().unwrap() <= 0.1, "{figures}");
}

/// The findings of a bench's only table, all charts of which are drawn.
async fn found(bench: &Bench) -> Vec<Finding> {
    let table = &bench.told()[0];
    let mut task = Task::new("insights.py", Insights::of(table, 20).script);
    task.inputs = vec![(table.name.to_owned(), bench.tables[0].path.clone())];
    let mut run = bench.sandbox().run(task).await.unwrap();
    let (mut rows, mut charts) = (None, 0);
    while let Some(event) = run.next().await {
        match event {
            Event::Table(table) => rows = Some(table.rows),
            Event::Chart { .. } => charts += 1,
            _ => {}
        }
    }
    let report = run.finish().await.unwrap().report;
    assert!(matches!(report.outcome, Outcome::Done { .. }), "{:?}", report.outcome);
    let found = findings(&rows.unwrap()).unwrap();
    assert_eq!(charts, found.len());
    found
}

#[tokio::test]
async fn the_sandbox_finds_what_cpython_finds() {
    let folder = tempfile::tempdir().unwrap();
    if measure(&["--write", folder.path().to_str().unwrap(), "14"]).is_none() {
        return;
    }
    for number in 0..14 {
        let file = |ending: &str| folder.path().join(format!("table{number}.{ending}"));
        let known: Value = serde_json::from_str(&fs::read_to_string(file("json")).unwrap()).unwrap();
        let mut bench = Bench::start().await;
        bench.load(&file("csv")).await;
        let here: Vec<_> = found(&bench).await.into_iter().map(|one| told(&json!(one))).collect();
        let there: Vec<_> = known["findings"].as_array().unwrap().iter().map(told).collect();
        assert_eq!(here, there, "table {number}");
    }
}

/// A finding with its figures to six digits.
fn told(finding: &Value) -> String {
    let number = |name: &str| format!("{:.6}", finding[name].as_f64().unwrap());
    format!(
        "{} {} {} {} {}",
        finding["kind"],
        finding["sentence"],
        number("statistic"),
        number("p"),
        number("score")
    )
}

/// A year of days: sales rise and are higher at weekends, one region sells most, returns fall.
fn shop() -> String {
    let mut text = String::from("day,region,sales,returns\n");
    let start = chrono::NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    for day in 0..700_u64 {
        let date = start + chrono::Days::new(day);
        // A plain generator of numbers that look random.
        let noise = |seed: u64| ((day * 7_919 + seed * 104_729) % 1_009) as f64 / 1_009.0;
        for (place, region) in ["North", "South", "West"].iter().enumerate() {
            let sales = (100.0 + day as f64 / 4.0) * [1.0, 1.1, 4.0][place] + 40.0 * noise(place as u64 + 1);
            let returns = 60.0 - day as f64 / 20.0 + 10.0 * noise(place as u64 + 9);
            text.push_str(
                &[
                    date.to_string(),
                    (*region).to_owned(),
                    format!("{sales:.2}"),
                    format!("{returns:.2}"),
                ]
                .join(","),
            );
            text.push('\n');
        }
    }
    text
}

#[tokio::test]
async fn findings_are_good_or_bad_news_by_the_name_of_the_measure() {
    let bench = Bench::of("shop.csv", &shop()).await;
    let found = found(&bench).await;
    let trend = |column: &str| {
        let is_of = |one: &&Finding| one.kind == Kind::Trend && one.columns.contains(&column.to_owned());
        let one = found
            .iter()
            .find(is_of)
            .unwrap_or_else(|| panic!("{column}: {found:#?}"));
        (json!(one.direction), one.sentence.clone())
    };
    let (direction, sentence) = trend("sales");
    assert_eq!(direction, "positive");
    assert!(sentence.starts_with("The total sales rose over "), "{sentence}");
    let (direction, sentence) = trend("returns");
    assert_eq!(direction, "positive", "fewer returns are good: {sentence}");
    let top = found.iter().find(|one| one.kind == Kind::Top).unwrap();
    assert!(
        top.sentence.contains("West has by far the greatest total sales"),
        "{}",
        top.sentence
    );
    for one in &found {
        assert!(one.significance >= 0.95 && one.impact >= 0.01, "{one:?}");
        assert!((one.score - (0.8 * one.significance + 0.2 * one.impact)).abs() < 1e-9);
    }
    assert!(found.is_sorted_by(|one, next| one.score > next.score - 1e-3));
}

#[tokio::test]
async fn questions_for_what_is_interesting_are_answered_by_findings_and_three_charts() {
    let bench = Bench::of("shop.csv", &shop()).await;
    for question in [
        "What is interesting?",
        "Key findings",
        "insights",
        "Is there anything unusual?",
    ] {
        let turn = bench.ask(question).await;
        assert!(turn.faults.is_empty(), "{question}: {:?}", turn.faults);
        assert!(
            turn.answer.contains("West has by far the greatest total sales"),
            "{question}: {}",
            turn.answer
        );
        let charts = turn
            .files
            .iter()
            .filter(|(name, _)| Path::new(name).extension().is_some_and(|kind| kind == "png"));
        assert_eq!(charts.count(), 3, "{question}");
    }
}

#[tokio::test]
async fn noise_is_called_noise() {
    let mut text = String::from("day,group,value\n");
    let start = chrono::NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    let mut state = 12_345_u64;
    let mut next = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for _ in 0..600 {
        let date = start + chrono::Days::new(next(300));
        let group = ["a", "b", "c"][next(3) as usize];
        text.push_str(&[date.to_string(), group.to_owned(), next(1_000).to_string()].join(","));
        text.push('\n');
    }
    let bench = Bench::of("noise.csv", &text).await;
    let turn = bench.ask("any anomalies?").await;
    assert!(
        turn.answer.contains("I found nothing that stands out from noise"),
        "{}",
        turn.answer
    );
    assert!(found(&bench).await.is_empty());
}

#[tokio::test]
async fn a_finding_becomes_a_tile_of_a_dashboard() {
    let board = Board::start().await;
    let chat = &board.chat;
    let file = upload(board.ada(), &chat.fixture.project, "shop.csv", shop().as_bytes())
        .await
        .expect(201);
    let path = format!("/api/v1/files/{}/insights", file["id"].as_str().unwrap());
    board.ada().get(&path).await.expect_problem(409, "profile_pending");
    chat.fixture.app.settle().await;
    let before = board.runs().await;
    let waiting = board.ada().get(&path).await;
    assert_eq!(waiting.status, 202);
    assert_eq!(waiting.header("retry-after"), "1");
    chat.fixture.app.settle().await;
    let found = board.ada().get(&path).await.expect(200);
    let findings = found["findings"].as_array().unwrap();
    assert!(
        findings.iter().take(12).all(|one| one["drawn"]["spec"].is_object()),
        "{found}"
    );
    let again = board.ada().get(&path).await.expect(200);
    assert_eq!(found, again);
    assert_eq!(board.runs().await, before + 1, "it is computed once, and counted");

    let tiles = format!("{}/insights", board.path);
    let top = findings.iter().position(|one| one["kind"] == "top").unwrap();
    let body = |sentence: &Value| json!({"file_id": file["id"], "number": top, "sentence": sentence});
    board
        .ada()
        .post(&tiles, body(&json!("Something else.")))
        .await
        .expect_problem(409, "no_insight");
    let added = board
        .ada()
        .post(&tiles, body(&findings[top]["sentence"]))
        .await
        .expect(201);
    assert_eq!(added["tile"]["title"], findings[top]["drawn"]["title"]);
    let results = board.settled(json!({})).await;
    let drawn = results
        .iter()
        .find(|one| one["tile_id"] == added["tile"]["id"])
        .unwrap();
    assert_eq!(drawn["state"], "done", "{drawn}");
    assert_eq!(drawn["output"]["spec"], findings[top]["drawn"]["spec"]);
}
