//! Pages of a table's rows.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::files::{Fixture, path};

async fn rows(fixture: &Fixture, file: &Value, query: &str) -> Value {
    fixture
        .ada
        .get(&format!("{}/rows{query}", path(file)))
        .await
        .expect(200)
}

#[tokio::test]
async fn a_page_has_the_text_of_its_rows() {
    let fixture = Fixture::start().await;
    let file = fixture
        .examined(
            "a.csv",
            "name,note\r\nAda,\"two\r\nlines, \"\"quoted\"\"\"\r\nBob,\r\n\r\nEve,\"\"",
        )
        .await;
    let page = rows(&fixture, &file, "").await;
    assert_eq!(
        page,
        json!({
            "columns": ["name", "note"],
            "rows": [["Ada", "two\r\nlines, \"quoted\""], ["Bob", null], ["Eve", ""]],
            "offset": 0,
            "total": 3,
        })
    );
    assert_eq!(
        rows(&fixture, &file, "?offset=1&limit=1").await["rows"],
        json!([["Bob", null]])
    );
    assert_eq!(rows(&fixture, &file, "?offset=3").await["rows"], json!([]));
    assert_eq!(rows(&fixture, &file, "?offset=99999999999").await["rows"], json!([]));
}

#[tokio::test]
async fn a_page_has_the_rows_that_scripts_read_and_no_others() {
    let fixture = Fixture::start().await;
    let text = "Report:,Sales,\n,,\nday,region,n\n,,[m]\n1,a,10\n,,\n2,b,20\nTotal,,30\nSource: the till\n";
    let file = fixture.examined("a.csv", text).await;
    let page = rows(&fixture, &file, "").await;
    assert_eq!(
        (&page["columns"], &page["rows"], &page["total"]),
        (
            &json!(["day", "region", "n"]),
            &json!([["1", "a", "10"], ["2", "b", "20"]]),
            &json!(2)
        )
    );
    let told = fixture.ada.get(&format!("{}/profile", path(&file))).await.expect(200);
    assert_eq!(told["notes"].as_array().unwrap().len(), 5, "{}", told["notes"]);
    assert_eq!(told["columns"][2]["unit"], "m");
    // The settings are the file's: of this version and of the next.
    let settings = json!({"totals": "keep"});
    let file = fixture
        .ada
        .put(&format!("{}/reading", path(&file)), settings.clone())
        .await
        .expect(200);
    assert_eq!(
        (&file["reading"], &file["latest"]["state"]),
        (&settings, &json!("pending"))
    );
    fixture.app.settle().await;
    assert_eq!(rows(&fixture, &file, "").await["total"], 4);
    let file = fixture.examined("a.csv", "region,n\nNorth,1\nTotal,1\n").await;
    assert_eq!(file["latest"]["version"], 2);
    assert_eq!(rows(&fixture, &file, "").await["total"], 2);
}

#[tokio::test]
async fn a_page_deep_in_a_large_table_has_the_right_rows() {
    let fixture = Fixture::start().await;
    let mut text = String::from("n,text\n");
    for n in 0..100_000 {
        let _ = writeln!(text, "{n},\"row\n{n}\"");
    }
    let file = fixture.examined("large.csv", &text).await;
    assert_eq!(file["latest"]["row_count"], 100_000);
    for offset in [0, 1, 31_337, 77_777, 99_990] {
        let page = rows(&fixture, &file, &format!("?offset={offset}&limit=10")).await;
        let expected: Vec<_> = (offset..offset + 10)
            .map(|n| json!([n.to_string(), format!("row\n{n}")]))
            .collect();
        assert_eq!(page["rows"], json!(expected));
        assert_eq!(page["total"], 100_000);
    }
    assert_eq!(
        rows(&fixture, &file, "?offset=99995&limit=500").await["rows"]
            .as_array()
            .unwrap()
            .len(),
        5
    );
    assert_eq!(
        rows(&fixture, &file, "?offset=500&limit=500").await["rows"]
            .as_array()
            .unwrap()
            .len(),
        500
    );
}

#[tokio::test]
async fn a_page_of_a_zipped_or_recoded_table_is_of_the_table() {
    let fixture = Fixture::start().await;
    let file = fixture
        .examined("latin.csv", b"stadt;wert\nK\xf6ln;1\nM\xfcnchen;2\nZ\xfcrich;3\n")
        .await;
    assert_eq!(
        rows(&fixture, &file, "?offset=1&limit=1").await["rows"],
        json!([["München", "2"]])
    );
}

#[tokio::test]
async fn there_is_no_page_before_it_is_a_table_and_none_where_it_is_not() {
    let fixture = Fixture::start().await;
    let file = fixture.upload("a.csv", "a,b\n1,2\n1,2,3\n").await;
    let place = path(&file);
    fixture
        .ada
        .get(&format!("{place}/rows"))
        .await
        .expect_problem(409, "profile_pending");
    fixture
        .ada
        .get(&format!("{place}/profile"))
        .await
        .expect_problem(409, "profile_pending");
    fixture.app.settle().await;
    let problem = fixture
        .ada
        .get(&format!("{place}/rows"))
        .await
        .expect_problem(409, "not_a_table");
    assert!(problem["detail"].as_str().unwrap().starts_with("Line 3: "), "{problem}");
    fixture
        .ada
        .get(&format!("{place}/profile"))
        .await
        .expect_problem(409, "not_a_table");
}

#[tokio::test]
async fn a_page_has_a_size() {
    let fixture = Fixture::start().await;
    let file = fixture.examined("a.csv", "a\n1\n2\n").await;
    for query in [
        "limit=0",
        "limit=501",
        "limit=x",
        "offset=-1",
        "offset=99999999999999999999",
        "version=x",
    ] {
        let answer = fixture.ada.get(&format!("{}/rows?{query}", path(&file))).await;
        answer.expect_problem(422, "invalid");
    }
    assert_eq!(rows(&fixture, &file, "?limit=500").await["total"], 2);
}

#[tokio::test]
async fn very_long_rows_come_fewer_at_a_time_and_one_too_long_is_told() {
    let fixture = Fixture::start().await;
    let long = "x".repeat(1 << 20);
    let mut text = String::from("a\n");
    for _ in 0..8 {
        text += &long;
        text.push('\n');
    }
    let file = fixture.examined("long.csv", &text).await;
    let page = rows(&fixture, &file, "?limit=8").await;
    assert_eq!((page["rows"].as_array().unwrap().len(), &page["total"]), (3, &json!(8)));
    assert_eq!(
        rows(&fixture, &file, "?offset=7").await["rows"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let file = fixture
        .examined("longer.csv", format!("a\n{}\n", "x".repeat(5 << 20)))
        .await;
    let answer = fixture.ada.get(&format!("{}/rows", path(&file))).await;
    answer.expect_problem(409, "row_too_long");
}
