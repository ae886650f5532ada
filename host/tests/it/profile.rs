//! What is found out about uploads: dialects, encodings, types, figures, and why something is no table.

use std::{
    fmt::Write as _,
    fs,
    io::{Cursor, Write as _},
    path::Path,
};

use glovebox::{
    files::{
        profile::SCRIPT,
        profile_job::{Attempt, Examiner},
    },
    ids::FileVersionId,
};
use serde_json::{Value, json};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    command::{run_json, skip, workspace},
    files::{Fixture, path},
    peer::Peer,
};

async fn profile(fixture: &Fixture, name: &str, bytes: impl AsRef<[u8]>) -> Value {
    let file = fixture.examined(name, bytes).await;
    assert_eq!(file["latest"]["state"], "table", "{name}: {file}");
    fixture.ada.get(&format!("{}/profile", path(&file))).await.expect(200)
}

/// Why an upload is no table, after its line.
async fn problem(fixture: &Fixture, name: &str, bytes: impl AsRef<[u8]>) -> (Option<u64>, String) {
    let file = fixture.examined(name, &bytes).await;
    assert_eq!(file["latest"]["state"], "not_a_table", "{name}: {file}");
    let kept = fixture.ada.get(&format!("{}/content", path(&file))).await;
    assert_eq!(kept.bytes, bytes.as_ref(), "{name} is kept");
    let problem = &file["latest"]["problem"];
    (
        problem["line"].as_u64(),
        problem["message"].as_str().unwrap().to_owned(),
    )
}

fn examiner(fixture: &Fixture) -> Examiner {
    let app = &fixture.app.app;
    Examiner {
        db: app.db.clone(),
        objects: app.objects.clone(),
        spool: app.spool.clone(),
        sandbox: app.sandbox.clone(),
        clock: app.clock.clone(),
        limits: app.config.limits.clone(),
    }
}

pub fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[tokio::test]
async fn every_column_has_its_type_and_figures() {
    let fixture = Fixture::start().await;
    let mut text = String::from("id,price,flag,day,at,city,none\n");
    for n in 0..100 {
        let (flag, city) = (n % 2 == 0, ["Rome", "Oslo", "Bern", ""][n % 4]);
        let _ = writeln!(
            text,
            "{n},{}.5,{flag},2024-01-{:02},2024-01-01T00:{:02}:00Z,{city},",
            n * 10,
            n % 28 + 1,
            n % 60
        );
    }
    let told = profile(&fixture, "a.csv", text).await;
    let head = json!({
        "delimiter": ",", "quote": "\"", "encoding": "utf-8", "header": true, "row_count": 100, "column_count": 7,
        "sampled": false, "profiled_rows": 100,
    });
    for (key, value) in head.as_object().unwrap() {
        assert_eq!(&told[key], value, "{key}");
    }
    let column = |name: &str| {
        told["columns"]
            .as_array()
            .unwrap()
            .iter()
            .find(|c| c["name"] == name)
            .unwrap()
            .clone()
    };
    let id = column("id");
    assert_eq!(
        (&id["type"], &id["nulls"], &id["distinct"]),
        (&json!("integer"), &json!(0), &json!(100))
    );
    assert_eq!(
        (&id["min"], &id["max"], &id["mean"]),
        (&json!(0), &json!(99), &json!(49.5))
    );
    assert_eq!(
        id["quantiles"],
        json!({"p5": 4.95, "p25": 24.75, "p50": 49.5, "p75": 74.25, "p95": 94.05})
    );
    assert_eq!(id["top"], json!([]));
    let price = column("price");
    assert_eq!((&price["type"], &price["max"]), (&json!("number"), &json!(990.5)));
    assert_eq!(price["std"], json!(290.114_919_759));
    assert_eq!(column("flag")["type"], "boolean");
    let day = column("day");
    assert_eq!((&day["type"], &day["format"]), (&json!("date"), &json!("%Y-%m-%d")));
    assert_eq!((&day["min"], &day["max"]), (&json!("2024-01-01"), &json!("2024-01-28")));
    let at = column("at");
    assert_eq!(
        (&at["type"], &at["max"]),
        (&json!("datetime"), &json!("2024-01-01T00:59:00"))
    );
    let city = column("city");
    assert_eq!(
        (&city["type"], &city["nulls"], &city["distinct"]),
        (&json!("text"), &json!(25), &json!(3))
    );
    assert_eq!(
        city["top"],
        json!([{"value": "Bern", "count": 25}, {"value": "Oslo", "count": 25}, {"value": "Rome", "count": 25}])
    );
    assert_eq!(city["samples"], json!(["Rome", "Oslo", "Bern"]));
    assert_eq!(city["lengths"], json!({"min": 4, "max": 4, "mean": 4.0}));
    let none = column("none");
    assert_eq!((&none["type"], &none["nulls"]), (&json!("empty"), &json!(100)));
}

#[tokio::test]
async fn dialects_are_told_apart() {
    let fixture = Fixture::start().await;
    let check = async |name: &str, text: &str, expected: Value| {
        let told = profile(&fixture, name, text).await;
        let names: Vec<_> = told["columns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["name"].clone())
            .collect();
        let found = json!([
            told["delimiter"],
            told["quote"],
            told["header"],
            told["row_count"],
            names
        ]);
        assert_eq!(found, expected, "{name}");
    };
    check("comma.csv", "a,b\n1,2\n", json!([",", "\"", true, 1, ["a", "b"]])).await;
    check(
        "semicolon.csv",
        "a;b;c\n1,5;2,5;3,5\n2,5;3,5;4,5\n",
        json!([";", "\"", true, 2, ["a", "b", "c"]]),
    )
    .await;
    check("tab.tsv", "a\tb\nx, y\t2\n", json!(["\t", "\"", true, 1, ["a", "b"]])).await;
    check("pipe.txt", "a|b\n1|2\n", json!(["|", "\"", true, 1, ["a", "b"]])).await;
    check("one.csv", "a\n1\n2\n", json!([",", "\"", true, 2, ["a"]])).await;
    check("blank.csv", "a\n1\n\n3\n", json!([",", "\"", true, 3, ["a"]])).await;
    check(
        "headless.csv",
        "1,2\n3,4\n",
        json!([",", "\"", false, 2, ["column_1", "column_2"]]),
    )
    .await;
    check(
        "years.csv",
        "country,2019,2020\nPeru,1,2\n",
        json!([",", "\"", true, 1, ["country", "2019", "2020"]]),
    )
    .await;
    check("only.csv", "name,city", json!([",", "\"", true, 0, ["name", "city"]])).await;
    check(
        "twice.csv",
        "a,a,\n1,2,3\n",
        json!([",", "\"", true, 1, ["a", "a_duplicated_0", ""]]),
    )
    .await;
    check(
        "newlines.csv",
        "a,b\r\n\"x\r\ny, z\",2\r\n\"say \"\"hi\"\"\",3",
        json!([",", "\"", true, 2, ["a", "b"]]),
    )
    .await;
    check(
        "single.csv",
        "a,b\n'x, y',2\n'z',3\n",
        json!([",", "'", true, 2, ["a", "b"]]),
    )
    .await;
    check(
        "inches.csv",
        "size,n\n5\" pipe,1\n6\" pipe,2\n",
        json!([",", null, true, 2, ["size", "n"]]),
    )
    .await;
    check(
        "open.tsv",
        "a\tb\n\"quote that stays\t1\nx\t2\n",
        json!(["\t", null, true, 2, ["a", "b"]]),
    )
    .await;
    check(
        "short.csv",
        "a,b,c\n1,2\n1,2,3\n",
        json!([",", "\"", true, 2, ["a", "b", "c"]]),
    )
    .await;
    check("lead.csv", "\n\na,b\n1,2\n", json!([",", "\"", true, 1, ["a", "b"]])).await;
    check("mac.csv", "a,b\r1,2\r3,4\r", json!([",", "\"", true, 2, ["a", "b"]])).await;
}

#[tokio::test]
async fn whatever_its_encoding_a_table_is_read_and_comes_back_as_it_was() {
    let fixture = Fixture::start().await;
    let text = "stadt,größe\nKöln,1\nMünchen,2\nZürich,3\n";
    let utf_16 = |big: bool, mark: bool| -> Vec<u8> {
        let mark = mark.then_some(0xfeff);
        let units = mark.into_iter().chain(text.encode_utf16());
        units
            .flat_map(|unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    };
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let japanese = encoding_rs::SHIFT_JIS
        .encode("都市,人口\n東京,1\n大阪,2\n名古屋,3\n")
        .0
        .into_owned();
    for (name, bytes, encoding, second) in [
        ("plain.csv", text.as_bytes().to_vec(), "utf-8", "größe"),
        ("bom.csv", format!("\u{feff}{text}").into_bytes(), "utf-8", "größe"),
        ("utf16le.csv", utf_16(false, true), "utf-16le", "größe"),
        ("utf16be.csv", utf_16(true, true), "utf-16be", "größe"),
        ("bare16.csv", utf_16(false, false), "utf-16le", "größe"),
        ("latin.csv", latin, "windows-1252", "größe"),
        ("japan.csv", japanese, "shift_jis", "人口"),
    ] {
        let told = profile(&fixture, name, &bytes).await;
        assert_eq!(told["encoding"], encoding, "{name}");
        assert_eq!(
            (&told["columns"][1]["name"], &told["row_count"]),
            (&json!(second), &json!(3)),
            "{name}"
        );
        assert_eq!(told["columns"][1]["type"], "integer", "{name}");
        let listed = fixture
            .ada
            .get(&format!("{}/files?limit=1", fixture.project))
            .await
            .expect(200);
        let content = fixture.ada.get(&format!("{}/content", path(&listed["items"][0]))).await;
        assert_eq!(content.bytes, bytes, "{name}");
    }
}

#[tokio::test]
async fn a_zipped_table_is_unpacked_for_scripts_and_downloaded_as_it_came() {
    let fixture = Fixture::start().await;
    let archive = zipped(&[
        ("__MACOSX/._a.csv", b"\0\x05"),
        (".DS_Store", b"x"),
        ("folder/a.csv", "a,b\n1,ü\n".as_bytes()),
    ]);
    let file = fixture.examined("a.zip", &archive).await;
    assert_eq!(
        (&file["latest"]["state"], &file["latest"]["row_count"]),
        (&json!("table"), &json!(1)),
        "{file}"
    );
    let content = fixture.ada.get(&format!("{}/content", path(&file))).await;
    assert_eq!(
        (content.header("content-type"), &content.bytes),
        ("application/octet-stream", &archive)
    );
    let rows = fixture.ada.get(&format!("{}/rows", path(&file))).await.expect(200);
    assert_eq!(rows["rows"], json!([["1", "ü"]]));
    let usage = fixture
        .ada
        .get(&format!("/api/v1/orgs/{}/usage", fixture.ada.org()))
        .await
        .expect(200);
    assert_eq!(usage["bytes"], archive.len() + "a,b\n1,ü\n".len());
}

#[tokio::test]
async fn archives_that_are_no_table_say_why() {
    let fixture = Fixture::start_with(|config| config.limits.unpacked_max_bytes = 40 << 20).await;
    let check = async |name: &str, bytes: Vec<u8>, words: &str| {
        let (_, message) = problem(&fixture, name, bytes).await;
        assert!(message.contains(words), "{name}: {message}");
    };
    check(
        "two.zip",
        zipped(&[("a.bin", b"a\n1\n"), ("b.bin", b"a\n1\n")]),
        "2 files in the archive, and none has the name of a table",
    )
    .await;
    check("none.zip", zipped(&[("__MACOSX/x", b"a\n")]), "no file").await;
    check("out.zip", zipped(&[("../../a.csv", b"a\n1\n")]), "leave its folder").await;
    check(
        "book.xlsx",
        zipped(&[("[Content_Types].xml", b"<x/>"), ("xl/sheet.xml", b"<x/>")]),
        "workbook",
    )
    .await;
    check(
        "inner.zip",
        zipped(&[("a.zip", &zipped(&[("a.csv", b"a\n1\n")]))]),
        "archive",
    )
    .await;
    let many: Vec<String> = (0..200).map(|n| format!("{n}.csv")).collect();
    let entries: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b"a\n"[..])).collect();
    check("many.zip", zipped(&entries), "more than 100 entries").await;
    check(
        "bomb.zip",
        zipped(&[("a.csv", &vec![b'1'; 30 << 20])]),
        "times its size",
    )
    .await;
    let mut rows = String::from("n\n");
    for n in 0..9_000_000_u64 {
        let _ = writeln!(rows, "{}", n * 7919 % 10_000_019);
    }
    check("large.zip", zipped(&[("a.csv", rows.as_bytes())]), "41943040 bytes").await;
    let good = zipped(&[("a.csv", b"a,b\n1,2\n")]);
    check("cut.zip", good[..good.len() - 10].to_vec(), "damaged").await;
    let mut bent = good.clone();
    let at = bent.windows(5).position(|bytes| bytes == b"a.csv").unwrap() + 6;
    bent[at] ^= 0xff;
    check("bent.zip", bent, "damaged").await;
    // The flag of encryption, in both headers (APPNOTE 4.4.4).
    let mut secret = good;
    secret[6] |= 1;
    let central = secret.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    secret[central + 8] |= 1;
    check("secret.zip", secret, "password").await;
    assert_eq!(fixture.spooled(), 0);
}

#[tokio::test]
async fn what_is_no_table_says_why_with_the_line_and_is_kept() {
    let fixture = Fixture::start().await;
    let check = async |name: &str, bytes: &[u8], line: Option<u64>, words: &str| {
        let (found, message) = problem(&fixture, name, bytes).await;
        assert!(found == line && message.contains(words), "{name}: {found:?} {message}");
    };
    check("empty.csv", b"", None, "empty").await;
    check("blank.csv", b"\n \n\r\n", None, "empty").await;
    check("bom.csv", b"\xef\xbb\xbf", None, "empty").await;
    check("ragged.csv", b"a,b\n1,2\n\n1,2,3\n", Some(4), "3 fields").await;
    check("ragged2.csv", b"a,b\n\"x\ny\",2\n1,2,3\n", Some(4), "3 fields").await;
    check("binary.csv", b"a,b\n1,\x002\n", Some(2), "zero bytes").await;
    check("image.png", b"\x89PNG\r\n\x1a\n....", None, "image").await;
    check("sheet.xls", b"\xd0\xcf\x11\xe0....", None, "Excel").await;
    check("a.csv.gz", b"\x1f\x8b....", None, "damaged").await;
    check("a.csv.zst", b"\x28\xb5\x2f\xfd....", None, "zstd").await;
    check("page.html", b"<!DOCTYPE html><html></html>", Some(1), "web page").await;
    check("data.json", b"[{\"a\": 1}, ", None, "JSON").await;
    check("table.parquet", b"PAR1....", None, "damaged").await;
    check("paper.pdf", b"%PDF-1.7", None, "a PDF").await;
}

#[tokio::test]
async fn a_large_table_has_figures_of_its_first_rows_and_an_exact_count() {
    let fixture = Fixture::start_with(|config| config.limits.profile_exact_max_bytes = 100_000).await;
    let mut text = String::from("n,text\n");
    for n in 0..50_000 {
        let _ = writeln!(text, "{n},\"some\ntext\"");
    }
    let told = profile(&fixture, "large.csv", &text).await;
    assert_eq!((&told["sampled"], &told["row_count"]), (&json!(true), &json!(50_000)));
    let seen = told["profiled_rows"].as_u64().unwrap();
    assert!((2_000..10_000).contains(&seen), "{seen}");
    assert_eq!(told["columns"][0]["max"], seen - 1);
    // What is wrong beyond the first rows is found all the same.
    text += "1,2,3\n";
    let (line, message) = problem(&fixture, "ragged.csv", &text).await;
    assert_eq!(line, Some(100_002), "{message}");
}

#[tokio::test]
async fn a_version_is_examined_once_whatever_happens_to_it_meanwhile() {
    let fixture = Fixture::start().await;
    let file = fixture.upload("a.csv", b"a,b\r\n1,\xfc\r\n").await;
    fixture.ada.delete(&path(&file)).await.expect(204);
    fixture.app.settle().await;
    let back = fixture
        .ada
        .post(&format!("{}/restore", path(&file)), json!(null))
        .await
        .expect(200);
    assert_eq!(back["latest"]["state"], "table");
    let objects = fixture.objects();
    let (version,): (FileVersionId,) = sqlx::query_as("select id from file_versions")
        .fetch_one(&fixture.app.app.db)
        .await
        .unwrap();
    let examiner = examiner(&fixture);
    let again = Attempt { number: 2, last: false };
    examiner.examine(version, again).await.unwrap();
    assert_eq!(fixture.objects(), objects);
    // Twice at once.
    let file = fixture.upload("b.csv", b"a,b\r\n1,\xfc\r\n").await;
    let (version,): (FileVersionId,) = sqlx::query_as("select id from file_versions where file_id = $1::uuid")
        .bind(file["id"].as_str().unwrap())
        .fetch_one(&fixture.app.app.db)
        .await
        .unwrap();
    let first = Attempt { number: 1, last: false };
    let (one, two) = tokio::join!(examiner.examine(version, first), examiner.examine(version, first));
    one.and(two).unwrap();
    assert_eq!(fixture.objects(), objects + 2);
    // Gone altogether.
    sqlx::query("delete from files")
        .execute(&fixture.app.app.db)
        .await
        .unwrap();
    examiner.examine(version, first).await.unwrap();
    fixture.app.settle().await;
}

#[tokio::test]
async fn bytes_that_cannot_be_had_are_asked_for_again_and_in_the_end_told() {
    let fixture = Fixture::start().await;
    let file = fixture.upload("a.csv", "a\n1\n").await;
    fs::remove_dir_all(fixture.app.folder.path().join("objects")).unwrap();
    let (version,): (FileVersionId,) = sqlx::query_as("select id from file_versions")
        .fetch_one(&fixture.app.app.db)
        .await
        .unwrap();
    let examiner = examiner(&fixture);
    examiner
        .examine(version, Attempt { number: 7, last: false })
        .await
        .unwrap_err();
    examiner
        .examine(version, Attempt { number: 8, last: true })
        .await
        .unwrap();
    let file = fixture.ada.get(&path(&file)).await.expect(200);
    assert_eq!(file["latest"]["state"], "not_a_table");
    let message = file["latest"]["problem"]["message"].as_str().unwrap();
    assert!(message.contains("on our side"), "{message}");
}

#[tokio::test]
async fn a_table_that_takes_more_room_than_there_is_says_so() {
    let fixture = Fixture::start_with(|config| config.limits.quota_bytes = 2_000).await;
    let table = format!("a\n{}", "12\n".repeat(2_000));
    let (_, message) = problem(&fixture, "a.zip", zipped(&[("a.csv", table.as_bytes())])).await;
    assert!(message.contains("more storage than is left"), "{message}");
    assert_eq!(fixture.objects(), 1);
}

#[tokio::test]
async fn real_tables_are_read() {
    let folder = workspace().join("../shared/data");
    let Ok(entries) = fs::read_dir(folder.join("dabench/tables")) else {
        skip("real tables are not read: ../shared/data is not there");
        return;
    };
    let fixture = Fixture::start().await;
    let mut paths: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| is_table(path))
        .collect();
    paths.push(folder.join("nlv/cars.csv"));
    paths.sort();
    for table in &paths {
        fixture
            .upload(table.file_name().unwrap().to_str().unwrap(), fs::read(table).unwrap())
            .await;
    }
    fixture.app.settle().await;
    let mut wrong = Vec::new();
    let listed = fixture
        .ada
        .get(&format!("{}/files?limit=100", fixture.project))
        .await
        .expect(200);
    for file in listed["items"].as_array().unwrap() {
        let latest = &file["latest"];
        if latest["state"] != "table" {
            wrong.push(format!("{}: {}", file["name"], latest["problem"]));
            continue;
        }
        let told = fixture.ada.get(&format!("{}/profile", path(file))).await.expect(200);
        if told["header"] != true || told["profiled_rows"] != told["row_count"] {
            wrong.push(format!(
                "{}: {} of {} rows, header {}",
                file["name"], told["profiled_rows"], told["row_count"], told["header"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(listed["items"].as_array().unwrap().len(), paths.len().min(100));
}

fn is_table(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "csv")
}

#[test]
fn the_profile_is_the_same_under_cpython() {
    let Some(mut peer) = Peer::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("profile.py");
    fs::write(&script, SCRIPT).unwrap();
    let mut text = String::from("id,price,day,at,city,mixed,flag\n");
    for n in 0..5000 {
        let _ = writeln!(
            text,
            "{n},{}.{},{:02}.03.2024,2024-01-01 {:02}:00:00,\"city, {}\",{},{}",
            n * 37 % 1001,
            n % 10,
            n % 28 + 1,
            n % 24,
            n % 7,
            if n % 11 == 0 { "NA".to_owned() } else { n.to_string() },
            if n % 3 == 0 { "" } else { "TRUE" },
        );
    }
    for text in [
        text.as_str(),
        "1;2\n3;4\n",
        "a\tb\nx \"y\" z\t1\n",
        "a,b\n1,2,3\n",
        "size\n5\" x\n",
        "a,b\n'x,y',1\n",
    ] {
        let table = folder.path().join("table");
        fs::write(&table, text).unwrap();
        let parameters = [("exact_bytes", "100000000"), ("quotes", "true"), ("tabs", "false")];
        let there = peer.run(&script, std::slice::from_ref(&table), &parameters);
        assert!(there["error"].is_null(), "{}", there["error"]);
        let out = tempfile::tempdir().unwrap();
        let here = run_json(&script, &[table], &parameters, out.path());
        assert_eq!(here["outcome"], "done", "{here}");
        assert_eq!(
            here["artifacts"][0]["sha256"],
            there["files"]["profile.json"],
            "{}",
            fs::read_to_string(out.path().join("profile.json")).unwrap()
        );
    }
}
