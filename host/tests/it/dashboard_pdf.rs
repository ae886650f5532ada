//! Dashboards and conversations as PDF: the figures of their tiles and answers, filters, ages and failures.

use serde_json::json;

use crate::{
    conversations::{conversation, exchange},
    dashboards::{Board, SCRIPT, answer},
    files::Fixture,
    pdf::read,
    turns::Chat,
};

#[tokio::test]
async fn a_dashboard_becomes_pages_with_the_figures_of_its_tiles_and_costs_no_run() {
    let board = Board::start().await;
    board.add("table", 0).await;
    let table = board.add("table", 1).await;
    board.add("chart", 0).await;
    let mut document = board.whole().await["document"].clone();
    let items = document["tabs"][0]["items"].as_array_mut().unwrap();
    items.push(json!({"id": "note", "x": 0, "y": 40, "width": 12, "height": 2,
        "content": {"type": "text", "text": "## About\n\nOnly **paid** orders."}}));
    document["tabs"][0]["title"] = json!("Now");
    document["tabs"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": "later", "title": "Later", "items": []}));
    document["filters"] = json!([{"id": "region", "title": "Region", "file_id": table["tile"]["inputs"][0]["file_id"],
        "column": "region", "kind": "values"}]);
    board.save(4, &document).await.expect(200);
    let path = format!("{}/export?format=pdf", board.path);

    // Nothing is kept, and nothing is run for a file.
    let before = board.ada().get(&path).await;
    assert_eq!(before.header("content-type"), "application/pdf");
    assert!(before.header("content-disposition").contains("Sales.pdf"));
    board.settled(json!({})).await;
    let runs = board.runs().await;
    let whole = board.ada().get(&path).await;
    let filter = json!({"region": {"type": "values", "values": ["North"]}});
    board.settled(filter.clone()).await;
    let filtered_runs = board.runs().await;
    let filtered = board.ada().get(&format!("{path}&paper=letter&filters={filter}")).await;
    assert_eq!((runs, filtered_runs), (1, board.runs().await));
    board
        .ada()
        .get(&format!("{path}&filters=region"))
        .await
        .expect_problem(422, "invalid");

    let Some(before) = read(&before.bytes) else { return };
    before.says("There is no stored result of this tile.");
    let whole = read(&whole.bytes).unwrap();
    assert_eq!(
        (whole.title.as_str(), whole.pages.len(), whole.pictures()),
        ("Sales", 2, 1)
    );
    for words in [
        "Filters: none",
        "Total 52",
        "region amount North 40 South 12",
        "Sales by region",
        "About Only paid orders.",
    ] {
        whole.says(words);
    }
    whole.says("just now");
    whole.says("Later There is nothing here.");
    let filtered = read(&filtered.bytes).unwrap();
    filtered.says("Filters: Region: North");
    filtered.says("Total 40");
    assert!(!filtered.text().contains("South"), "{}", filtered.text());
    assert_eq!(filtered.pages[0]["size"], json!([612.0, 792.0]));
}

#[tokio::test]
async fn a_tile_that_failed_says_so_on_its_page() {
    let board = Board::start().await;
    board.add("table", 1).await;
    board
        .chat
        .fixture
        .examined("sales.csv", "place,amount\nNorth,1\n")
        .await;
    board.settled(json!({})).await;
    let pdf = board.ada().get(&format!("{}/export?format=pdf", board.path)).await;
    let Some(pdf) = read(&pdf.bytes) else { return };
    pdf.says("This tile failed:");
    pdf.says("region");
}

#[tokio::test]
async fn whoever_has_a_link_gets_the_pages_of_what_it_shows() {
    let board = Board::start().await;
    board.add("table", 1).await;
    board.settled(json!({})).await;
    let body = json!({"password": "a long password 1"});
    let link = board
        .ada()
        .post(&format!("{}/shares", board.path), body.clone())
        .await
        .expect(201);
    let path = format!("/api/v1/shared-dashboards/{}/export", link["token"].as_str().unwrap());
    let anyone = board.chat.fixture.app.anonymous();
    anyone
        .post(&path, json!({}))
        .await
        .expect_problem(401, "unauthenticated");
    let pdf = anyone.post(&path, body).await;
    assert_eq!(
        (pdf.status.as_u16(), pdf.header("x-robots-tag")),
        (200, "noindex, nofollow")
    );
    let Some(pdf) = read(&pdf.bytes) else { return };
    pdf.says("North 40 South 12");
}

#[tokio::test]
async fn a_conversation_becomes_pages_with_its_charts_tables_and_scripts() {
    let chat = Chat::offline().await;
    answer(&chat, SCRIPT).await;
    let path = format!("{}/export?format=pdf", chat.conversation);
    let pdf = chat.fixture.ada.get(&path).await;
    assert_eq!(pdf.header("content-type"), "application/pdf");
    let Some(pdf) = read(&pdf.bytes) else { return };
    assert_eq!(pdf.pictures(), 1);
    for words in [
        "1. Question",
        "Run it",
        "2. Answer",
        "Script 1 is at the end.",
        "North 40 South 12",
        "plt.title('Sales by region')",
    ] {
        pdf.says(words);
    }
}

#[tokio::test]
async fn pictures_beyond_the_limit_are_left_out_of_a_document() {
    let chat = Chat::start(glovebox::llm::Catalog::default(), None, |config| {
        config.limits.pdf_pictures_bytes = 100;
    })
    .await;
    answer(&chat, SCRIPT).await;
    let pdf = chat
        .fixture
        .ada
        .get(&format!("{}/export?format=pdf", chat.conversation))
        .await;
    let Some(pdf) = read(&pdf.bytes) else { return };
    assert_eq!(pdf.pictures(), 0);
    pdf.says("The picture of this chart is not stored, or is too large. Sales by region");
}

#[tokio::test]
async fn branches_of_a_conversation_say_what_they_follow() {
    let fixture = Fixture::start().await;
    let place = conversation(&fixture.ada, &fixture.project, None).await;
    let first = exchange(&fixture.app, &fixture.ada, &place, None, "How many?", "398").await;
    exchange(
        &fixture.app,
        &fixture.ada,
        &place,
        Some(first.answer),
        "And now?",
        "400",
    )
    .await;
    exchange(
        &fixture.app,
        &fixture.ada,
        &place,
        Some(first.answer),
        "And then?",
        "401",
    )
    .await;
    let pdf = fixture.ada.get(&format!("{place}/export?format=pdf")).await;
    let Some(pdf) = read(&pdf.bytes) else { return };
    pdf.says("5. Question (follows 2) And then?");
}
