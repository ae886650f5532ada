//! Limits of dashboards: how many there may be, and what is refused beyond.

use serde_json::json;

use crate::dashboards::{Board, dashboard};

#[tokio::test]
async fn a_dashboard_a_tile_and_a_link_too_many_are_refused() {
    let board = Board::start_with(|config| {
        config.limits.dashboards_per_project = 2;
        config.limits.tiles_per_dashboard = 2;
        config.limits.shares_per_dashboard = 1;
    })
    .await;
    let project = &board.chat.fixture.project;
    dashboard(board.ada(), project, "Second").await;
    let all = format!("{project}/dashboards");
    let third = board.ada().post(&all, json!({"name": "Third"})).await;
    third.expect_problem(403, "too_many_dashboards");

    board.add("table", 0).await;
    board.add("table", 1).await;
    board.try_add("chart", 0).await.expect_problem(403, "too_many_tiles");

    let shares = format!("{}/shares", board.path);
    board.ada().post(&shares, json!({})).await.expect(201);
    let second = board.ada().post(&shares, json!({})).await;
    second.expect_problem(403, "too_many_shares");
}

#[tokio::test]
async fn old_versions_go_when_there_are_too_many() {
    let board = Board::start_with(|config| config.limits.dashboard_versions = 2).await;
    for number in 0..2 {
        board.add("table", number).await;
    }
    board.add("chart", 0).await;
    let versions = board.ada().get(&format!("{}/versions", board.path)).await.expect(200);
    let versions = versions["items"].as_array().unwrap();
    let kept: Vec<_> = versions
        .iter()
        .map(|version| version["version"].as_i64().unwrap())
        .collect();
    assert_eq!(kept, [4, 3]);
}

#[tokio::test]
async fn more_runs_than_may_wait_are_refused_in_the_tile() {
    let board = Board::start_with(|config| config.limits.refreshes_waiting_per_org = 0).await;
    board.add("table", 1).await;
    let results = board.results(json!({})).await;
    let problem = results[0]["problem"].as_str().unwrap();
    assert!(problem.contains("Try again in a few minutes"), "{results:?}");
}
