//! Filters, links and generated dashboards.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::{dashboards::Board, test_app::Client};

const DAYS: &str = "day,region,amount\n2026-01-01,North,1\n2026-01-20,South,2\n2026-01-31,North,4\n2026-02-01,West,8\n";

/// The board with filters on the file that its tiles read.
async fn filtered() -> (Board, Value) {
    let board = Board::start().await;
    let tile = board.add("table", 1).await;
    board.add("chart", 0).await;
    let file = tile["tile"]["inputs"][0]["file_id"].clone();
    let filter = |id: &str, column: &str, kind: &str| json!({"id": id, "title": id, "file_id": file, "column": column, "kind": kind});
    let mut document = board.whole().await["document"].clone();
    document["filters"] = json!([
        filter("region", "region", "values"),
        filter("amount", "amount", "range"),
        filter("day", "day", "dates"),
    ]);
    board.save(3, &document).await.expect(200);
    (board, file)
}

async fn total(board: &Board, filters: Value) -> Value {
    let results = board.settled(filters).await;
    assert_eq!(results[0]["state"], "done", "{results:?}");
    results[0]["output"]["rows"].clone()
}

#[tokio::test]
async fn a_filter_acts_on_the_input_of_every_tile_by_one_run() {
    let (board, _) = filtered().await;
    let north = json!({"region": {"type": "values", "values": ["North"]}});
    let results = board.settled(north.clone()).await;
    assert_eq!(results[0]["output"]["rows"], json!([["North", 40]]));
    assert_eq!(results[0]["filtered_by"], json!(["region"]));
    assert_eq!(results[1]["state"], "done");
    // The filter, and the script that both tiles share.
    assert_eq!(board.runs().await, 2);
    board.settled(north).await;
    assert_eq!(board.runs().await, 2);
    assert_eq!(
        total(&board, json!({"amount": {"type": "range", "min": 7, "max": 10}})).await,
        json!([["North", 10], ["South", 7]])
    );
    let both = json!({"region": {"type": "values", "values": ["South"]}, "amount": {"type": "range", "min": 6}});
    assert_eq!(total(&board, both).await, json!([["South", 7]]));
}

#[tokio::test]
async fn filters_that_leave_nothing_show_no_rows() {
    let (board, _) = filtered().await;
    let results = board
        .settled(json!({"region": {"type": "values", "values": ["Atlantis"]}}))
        .await;
    assert!(results.iter().all(|result| result["state"] == "empty"), "{results:?}");
}

#[tokio::test]
async fn dates_are_days_and_the_last_days_count_from_the_datas_own() {
    let (board, _) = filtered().await;
    board.chat.fixture.examined("sales.csv", DAYS).await;
    assert_eq!(
        total(
            &board,
            json!({"day": {"type": "dates", "from": "2026-01-20", "to": "2026-01-31"}})
        )
        .await,
        json!([["North", 4], ["South", 2]])
    );
    assert_eq!(
        total(&board, json!({"day": {"type": "last_days", "days": 2}})).await,
        json!([["North", 4], ["West", 8]])
    );
}

#[tokio::test]
async fn a_filter_on_a_column_that_is_gone_says_so() {
    let (board, _) = filtered().await;
    board.chat.fixture.examined("sales.csv", "area,amount\nNorth,1\n").await;
    let results = board
        .settled(json!({"region": {"type": "values", "values": ["North"]}}))
        .await;
    assert_eq!(results[0]["state"], "failed");
    assert!(
        results[0]["problem"]
            .as_str()
            .unwrap()
            .contains("no longer has a column region"),
        "{results:?}"
    );
}

#[tokio::test]
async fn a_filter_that_no_tile_has_to_do_with_is_told() {
    let (board, _) = filtered().await;
    let costs = board.chat.fixture.examined("costs.csv", "region,cost\nNorth,1\n").await;
    let mut document = board.whole().await["document"].clone();
    document["filters"] = json!([{"id": "cost", "title": "Cost", "file_id": costs["id"], "column": "cost", "kind": "range",
        "default": {"type": "range", "min": 1}}]);
    board.save(4, &document).await.expect(200);
    let answer = board
        .ada()
        .post(&format!("{}/results", board.path), json!({}))
        .await
        .expect(200);
    assert_eq!(answer["idle_filters"], json!(["cost"]));
    let all = json!({"filters": {"cost": {"type": "all"}}});
    let answer = board
        .ada()
        .post(&format!("{}/results", board.path), all)
        .await
        .expect(200);
    assert_eq!(answer["idle_filters"], json!([]));
}

async fn read(anyone: &Client, token: &str, body: Value) -> crate::test_app::Answer {
    anyone.post(&format!("/api/v1/shared-dashboards/{token}"), body).await
}

#[tokio::test]
async fn a_link_shows_kept_results_and_runs_nothing() {
    let board = Board::start().await;
    board.add("table", 1).await;
    let link = board
        .ada()
        .post(&format!("{}/shares", board.path), json!({}))
        .await
        .expect(201);
    let (token, anyone) = (link["token"].as_str().unwrap(), board.chat.fixture.app.anonymous());
    let cold = read(&anyone, token, json!({})).await.expect(200);
    assert_eq!(cold["results"][0]["state"], "not_kept");
    board.chat.fixture.app.settle().await;
    assert_eq!(board.runs().await, 0);
    board.settled(json!({})).await;
    let shared = read(&anyone, token, json!({})).await;
    assert_eq!(shared.header("x-robots-tag"), "noindex, nofollow");
    let shared = shared.expect(200);
    assert_eq!(shared["results"][0]["output"]["row_count"], 2);
    assert!(!shared.to_string().contains("read_csv"), "{shared}");

    let id = link["id"].as_str().unwrap();
    board
        .ada()
        .delete(&format!("{}/shares/{id}", board.path))
        .await
        .expect(204);
    read(&anyone, token, json!({})).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_link_asks_for_its_password_and_ends_by_itself() {
    let board = Board::start().await;
    let ends = board.chat.fixture.app.app.clock.now() + chrono::TimeDelta::days(1);
    let body =
        json!({"password": "correct horse 7 battery", "expires_at": ends, "origins": ["https://intranet.example.com"]});
    let link = board
        .ada()
        .post(&format!("{}/shares", board.path), body)
        .await
        .expect(201);
    let (token, anyone) = (link["token"].as_str().unwrap(), board.chat.fixture.app.anonymous());
    read(&anyone, token, json!({}))
        .await
        .expect_problem(401, "unauthenticated");
    read(&anyone, token, json!({"password": "wrong horse 7 battery"}))
        .await
        .expect_problem(401, "unauthenticated");
    read(&anyone, token, json!({"password": "correct horse 7 battery"}))
        .await
        .expect(200);
    let page = anyone
        .send(
            anyone
                .request(reqwest::Method::GET, &format!("/shared/{token}"))
                .header("accept", "text/html"),
        )
        .await;
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("frame-ancestors https://intranet.example.com;"),
        "{policy}"
    );
    let other = anyone
        .send(
            anyone
                .request(reqwest::Method::GET, "/shared/other")
                .header("accept", "text/html"),
        )
        .await;
    assert!(
        other
            .header("content-security-policy")
            .contains("frame-ancestors 'none'")
    );
    board.chat.fixture.app.app.clock.skip(chrono::TimeDelta::days(2));
    read(&anyone, token, json!({"password": "correct horse 7 battery"}))
        .await
        .expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_dashboard_of_a_file_shows_what_is_worth_it_and_every_tile_runs() {
    let board = Board::start().await;
    let mut orders = "order_id,order_date,region,product,amount,unit_price,currency\n".to_owned();
    for n in 0..400_u32 {
        let (month, day) = (1 + n % 12, 1 + n % 28);
        let (region, product) = (["North", "South", "East", "West"][(n % 4) as usize], n % 9);
        let (quantity, price) = (3 * n + 7, n % 37);
        let _ = writeln!(
            orders,
            "{n},2025-{month:02}-{day:02},{region},P{product},{quantity},{price}.5,EUR"
        );
    }
    let file = board.chat.fixture.examined("orders.csv", orders).await;
    let path = format!("{}/dashboards/generate", board.chat.fixture.project);
    let made = board
        .ada()
        .post(&path, json!({"file_id": file["id"]}))
        .await
        .expect(201);
    assert_eq!(made["name"], "Orders");
    let board = Board {
        path: format!("/api/v1/dashboards/{}", made["id"].as_str().unwrap()),
        ..board
    };
    let results = board.settled(json!({})).await;
    let wrong: Vec<_> = results.iter().filter(|result| result["state"] != "done").collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let whole = board.whole().await;
    assert!((6..=12).contains(&results.len()), "{}", results.len());
    let filters: Vec<_> = whole["document"]["filters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|filter| &filter["column"])
        .collect();
    assert_eq!(filters, ["order_date", "region", "product"]);
    let notes = board.chat.fixture.examined("notes.csv", "note\nhello\nworld\n").await;
    board
        .ada()
        .post(&path, json!({"file_id": notes["id"]}))
        .await
        .expect_problem(409, "nothing_to_show");
}
