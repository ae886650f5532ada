//! Tables in other forms than CSV, made by the libraries that people make them with.

use std::{
    env,
    io::{Cursor, Write as _},
    process::Command,
};

use flate2::{Compression, write::GzEncoder};
use glovebox::{
    files::{inspect::Verdict, settings::ReadingSettings},
    sandbox::Task,
};
use glovebox_sdk::Outcome;
use serde_json::json;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    command::skip,
    files::{Fixture, path},
    messy::Shelf,
};

const MAKE: &str = r#"
import datetime
import json

import openpyxl
import polars as pl

book = openpyxl.Workbook()
sheet = book.active
sheet.title = "Sales"
sheet["A1"] = "Sales of 2024"
sheet.merge_cells("A1:C1")
sheet.append([])
sheet.append(["day", "amount", "code", "share"])
for n in range(3):
    sheet.append([datetime.datetime(2024, 1, n + 1), 10.5 * n, 7 + n, 0.125])
    sheet.cell(sheet.max_row, 3).number_format = "0000"
    sheet.cell(sheet.max_row, 4).number_format = "0.0%"
hidden = book.create_sheet("Notes")
hidden.append(["secret", 1])
hidden.sheet_state = "hidden"
book.save("one.xlsx")
costs = book.create_sheet("Costs")
costs.append(["item", "cost"])
costs.append(["rent", 5])
book.save("two.xlsx")
df = pl.DataFrame({"id": [1, 2], "day": [datetime.date(2024, 1, 5)] * 2, "at": [{"x": 1.5, "y": "p"}] * 2, "tags": [[1, 2], [3]]})
df.write_parquet("a.parquet")
df.select("id", "day").write_ipc("a.arrow")
df.select("id", "at").write_ndjson("a.ndjson")
with open("a.json", "w") as file:
    json.dump([{"id": 9007199254740993, "at": {"x": 1.5}}, {"id": 2, "tags": ["a"]}], file)
"#;

async fn made(shelf: &Shelf) -> impl Fn(&str) -> Vec<u8> {
    let mut task = Task::new("make.py", MAKE);
    // Zip archives know no time before 1980.
    task.clock_unix_ms = 1_795_000_000_000;
    let run = shelf.sandbox().run(task).await.unwrap();
    let finished = run.finish().await.unwrap();
    let outcome = &finished.report.outcome;
    assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
    move |name| std::fs::read(finished.out.path().join(name)).unwrap()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

#[tokio::test]
async fn every_kind_becomes_a_table_that_scripts_read() {
    let shelf = Shelf::start().await;
    let bytes = made(&shelf).await;
    let check = async |name: &str, bytes: Vec<u8>, expected: &str| {
        let (path, table) = shelf.table(name, &bytes, &ReadingSettings::default()).await;
        let call = table.profile.read_call("table.csv");
        let script = format!("import polars as pl\ndf = {call}\nprint(df.columns, df.rows())\n");
        let printed = shelf.printed(&script, vec![("table.csv".to_owned(), path)]).await;
        assert_eq!(printed.trim(), expected, "{name}: {call}");
    };
    let day = |day: u32| format!("datetime.date(2024, 1, {day})");
    check(
        "one.xlsx",
        bytes("one.xlsx"),
        &format!(
            "['day', 'amount', 'code', 'share'] [({}, 0.0, '0007', 12.5), ({}, 10.5, '0008', 12.5), ({}, 21.0, '0009', 12.5)]",
            day(1),
            day(2),
            day(3)
        ),
    )
    .await;
    check(
        "a.parquet",
        bytes("a.parquet"),
        &format!(
            "['id', 'day', 'at.x', 'at.y', 'tags'] [(1, {0}, 1.5, 'p', '[1, 2]'), (2, {0}, 1.5, 'p', '[3]')]",
            day(5)
        ),
    )
    .await;
    check(
        "a.arrow",
        bytes("a.arrow"),
        &format!("['id', 'day'] [(1, {0}), (2, {0})]", day(5)),
    )
    .await;
    check(
        "a.ndjson",
        bytes("a.ndjson"),
        "['id', 'at.x', 'at.y'] [(1, 1.5, 'p'), (2, 1.5, 'p')]",
    )
    .await;
    check(
        "a.json",
        bytes("a.json"),
        "['id', 'at.x', 'tags'] [('9007199254740993', 1.5, None), ('2', None, '[\"a\"]')]",
    )
    .await;
    check(
        "a.csv.gz",
        gzipped(b"a;b\n1,5;x\n2,5;y\n"),
        "['a', 'b'] [(1.5, 'x'), (2.5, 'y')]",
    )
    .await;
}

/// A workbook of Excel's form of before 2007, as `xlwt` writes it under CPython.
fn old_workbook() -> Option<Vec<u8>> {
    const WRITE: &str = "
import datetime, io, sys, xlwt
book = xlwt.Workbook()
page = book.add_sheet('Sales')
for row, values in enumerate([['day', 'amount', 'name'], [1, 10.5, 'Ada'], [2, 12, 'Łukasz']]):
    for column, value in enumerate(values):
        if row and not column:
            page.write(row, 0, datetime.datetime(2024, 1, value), xlwt.easyxf(num_format_str='YYYY-MM-DD'))
        else:
            page.write(row, column, value)
kept = io.BytesIO()
book.save(kept)
sys.stdout.buffer.write(kept.getvalue())
";
    let Some(python) = env::var_os("GLOVEBOX_PEER_PYTHON") else {
        skip("no workbook of xlwt is read: GLOVEBOX_PEER_PYTHON is not set; ./dev test sets it");
        return None;
    };
    let made = Command::new(python).args(["-c", WRITE]).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Some(made.stdout)
}

#[tokio::test]
async fn an_old_workbook_is_read_and_its_doubt_is_told() {
    let Some(bytes) = old_workbook() else { return };
    let shelf = Shelf::start().await;
    let (path, table) = shelf.table("old.xls", &bytes, &ReadingSettings::default()).await;
    let call = table.profile.read_call("table.csv");
    let script = format!("import polars as pl\ndf = {call}\nprint(df.rows())\n");
    let printed = shelf.printed(&script, vec![("table.csv".to_owned(), path)]).await;
    let rows = "[(datetime.date(2024, 1, 1), 10.5, 'Ada'), (datetime.date(2024, 1, 2), 12.0, 'Łukasz')]";
    assert_eq!(printed.trim(), rows);
    let told = |words: &str| table.profile.notes.iter().any(|note| note.text.contains(words));
    assert!(told("0042 is 42"), "{:?}", table.profile.notes);
}

#[tokio::test]
async fn a_workbook_of_several_sheets_and_a_zip_of_several_tables_become_files_of_their_own() {
    let shelf = Shelf::start().await;
    let bytes = made(&shelf).await;
    let (_, verdict) = shelf
        .look("two.xlsx", &bytes("two.xlsx"), &ReadingSettings::default())
        .await;
    let Verdict::Several(parts) = verdict else {
        panic!("{verdict:?}")
    };
    let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["two - Sales.csv", "two - Costs.csv"]);

    let fixture = Fixture::start().await;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("README.md", "What this is\n"),
        ("__MACOSX/._a.csv", "\0"),
        ("a.csv", "n\n1\n"),
        ("in/b.csv", "n\n1\n2\n"),
        ("Thumbs.db", "\0"),
    ] {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    let archive = archive.finish().unwrap().into_inner();
    let file = fixture.examined("both.zip", &archive).await;
    // The tables are looked into by jobs of their own.
    fixture.app.settle().await;
    assert_eq!(file["latest"]["state"], "not_a_table");
    let message = file["latest"]["problem"]["message"].as_str().unwrap();
    assert!(
        message.contains("2 tables") && message.contains("both - a.csv"),
        "{message}"
    );
    let listed = async || fixture.ada.get(&format!("{}/files", fixture.project)).await.expect(200);
    let told: Vec<_> = listed().await["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| json!([file["name"], file["latest"]["row_count"], file["latest"]["version"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["both - b.csv", 2, 1]),
            json!(["both - a.csv", 1, 1]),
            json!(["both.zip", null, 1])
        ]
    );
    // The archive's next version brings their next ones.
    fixture.examined("both.zip", &archive).await;
    fixture.app.settle().await;
    let again = listed().await;
    assert_eq!(again["items"].as_array().unwrap().len(), 3);
    assert_eq!(again["items"][0]["latest"]["version"], 2);
    let rows = fixture
        .ada
        .get(&format!("{}/rows", path(&again["items"][0])))
        .await
        .expect(200);
    assert_eq!(rows["total"], 2);
}
