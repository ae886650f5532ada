//! Files as people have them: each is read right, by the call that its profile gives, and where something else would fit
//! as well its profile says so.

use std::{fmt::Write as _, fs, path::PathBuf};

use glovebox::{
    config::ServerLimits,
    files::{
        inspect::{InspectedTable, Looking, Verdict},
        settings::ReadingSettings,
    },
    objects::Spool,
    sandbox::Sandbox,
};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::test_rules::Bench;

/// A file and its right reading.
#[derive(Deserialize)]
struct Case {
    name: String,
    text: String,
    rows: u64,
    /// What columns are to be: `integer`, `number`, `text`, `date`, `datetime`.
    #[serde(default)]
    types: Map<String, Value>,
    #[serde(default)]
    sums: Map<String, Value>,
    /// The first value, as text.
    #[serde(default)]
    first: Map<String, Value>,
    /// The profile has to say what it decided.
    #[serde(default)]
    doubt: bool,
}

/// Files and the tables that they are.
pub struct Shelf {
    bench: Bench,
    spool: Spool,
    folder: tempfile::TempDir,
}

impl Shelf {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            bench: Bench::start().await,
            spool: Spool::claim(&folder.path().join("spool")).unwrap(),
            folder,
        }
    }

    /// The file on disk, and what it holds.
    pub async fn look(&self, name: &str, bytes: &[u8], settings: &ReadingSettings) -> (PathBuf, Verdict) {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let limits = ServerLimits::default();
        let looking = Looking {
            spool: &self.spool,
            sandbox: self.bench.sandbox(),
            unpacked_max_bytes: limits.unpacked_max_bytes,
            exact_max_bytes: limits.profile_exact_max_bytes,
            settings,
            may_fail: false,
        };
        let verdict = looking.look(&path, name).await.unwrap();
        (path, verdict)
    }

    pub async fn table(&self, name: &str, bytes: &[u8], settings: &ReadingSettings) -> (PathBuf, InspectedTable) {
        match self.look(name, bytes, settings).await {
            (path, Verdict::Table(table)) => {
                let made = table.made.as_ref().map(|made| made.path().to_owned());
                (made.unwrap_or(path), *table)
            }
            (_, other) => panic!("{name}: {other:?}"),
        }
    }

    pub fn sandbox(&self) -> &Sandbox {
        self.bench.sandbox()
    }

    /// What a script prints that reads these files.
    pub async fn printed(&self, script: &str, inputs: Vec<(String, PathBuf)>) -> String {
        self.bench.printed(script, inputs).await
    }
}

#[tokio::test]
async fn every_messy_file_is_read_right_by_the_call_that_its_profile_gives() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("messy/cases.json")).unwrap();
    assert!(cases.len() >= 60);
    let shelf = Shelf::start().await;
    let mut tables = Vec::new();
    let mut script = String::from("import json\nimport polars as pl\n\ntold = []\n");
    for (at, case) in cases.iter().enumerate() {
        let name = format!("case{at}.csv");
        let (path, table) = shelf
            .table(&name, case.text.as_bytes(), &ReadingSettings::default())
            .await;
        let columns = |of: &Map<String, Value>| Value::from(of.keys().cloned().collect::<Vec<_>>());
        let _ = writeln!(
            script,
            "df = {}\ntold.append([df.height, {{name: str(df[name].dtype) for name in {}}}, {{name: df[name].sum() for name in {}}}, \
             {{name: str(df[name][0]) for name in {}}}])",
            table.profile.read_call(&name),
            columns(&case.types),
            columns(&case.sums),
            columns(&case.first),
        );
        tables.push((name, path, table));
    }
    script.push_str("print(json.dumps(told))\n");
    let inputs = tables
        .iter()
        .map(|(name, path, _)| (name.clone(), path.clone()))
        .collect();
    let told: Vec<(u64, Value, Value, Value)> = serde_json::from_str(&shelf.printed(&script, inputs).await).unwrap();
    let mut wrong = Vec::new();
    for ((case, (_, _, table)), (rows, types, sums, first)) in cases.iter().zip(&tables).zip(&told) {
        let profile = &table.profile;
        let mut check = |right: bool, what: String| {
            if !right {
                wrong.push(format!("{}: {what}\n{}", case.name, profile.read_call("file")));
            }
        };
        check(*rows == case.rows, format!("{rows} rows instead of {}", case.rows));
        check(
            profile.row_count == case.rows,
            format!("the profile counts {} rows", profile.row_count),
        );
        for (name, kind) in &case.types {
            let dtype = types[name].as_str().unwrap();
            let right = match kind.as_str().unwrap() {
                "integer" => dtype == "Int64",
                "number" => dtype == "Float64",
                "text" => dtype == "String",
                "date" => dtype == "Date",
                "datetime" => dtype.starts_with("Datetime"),
                other => panic!("{other}"),
            };
            check(right, format!("{name} is {dtype}, not {kind}"));
            let column = profile.columns.iter().find(|column| column.name == *name).unwrap();
            let told = serde_json::to_value(column.kind).unwrap();
            check(told == *kind, format!("the profile says that {name} is {told}"));
        }
        for (name, sum) in &case.sums {
            let (found, right) = (sums[name].as_f64().unwrap_or(f64::NAN), sum.as_f64().unwrap());
            check(
                (found - right).abs() < 1e-6,
                format!("{name} adds up to {found}, not {right}"),
            );
        }
        for (name, value) in &case.first {
            check(
                first[name] == *value,
                format!("{name} begins with {}, not {value}", first[name]),
            );
        }
        check(!case.doubt || !profile.notes.is_empty(), "nothing is told".to_owned());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_people_set_decides_how_a_file_is_read() {
    let shelf = Shelf::start().await;
    let check = async |settings: Value, text: &str, expected: &str| {
        let settings: ReadingSettings = serde_json::from_value(settings).unwrap();
        let (path, table) = shelf.table("a.csv", text.as_bytes(), &settings).await;
        let script = format!(
            "import polars as pl\nprint({}.rows())\n",
            table.profile.read_call("a.csv")
        );
        let printed = shelf.printed(&script, vec![("a.csv".to_owned(), path)]).await;
        assert_eq!(printed.trim(), expected, "{settings:?}");
    };
    let json = |text: &str| serde_json::from_str(text).unwrap();
    check(json("{}"), "t;n\nA;126.405\n", "[('A', 126405)]").await;
    check(json(r#"{"decimal": "."}"#), "t;n\nA;126.405\n", "[('A', 126.405)]").await;
    let dates = "d\n03/04/2024\n05/06/2024\n";
    check(
        json(r#"{"date_order": "dmy"}"#),
        dates,
        "[(datetime.date(2024, 4, 3),), (datetime.date(2024, 6, 5),)]",
    )
    .await;
    check(
        json(r#"{"date_order": "mdy"}"#),
        dates,
        "[(datetime.date(2024, 3, 4),), (datetime.date(2024, 5, 6),)]",
    )
    .await;
    let total = "region,sales\nNorth,1\nSouth,2\nTotal,3\n";
    check(json("{}"), total, "[('North', 1), ('South', 2)]").await;
    check(
        json(r#"{"totals": "keep"}"#),
        total,
        "[('North', 1), ('South', 2), ('Total', 3)]",
    )
    .await;
    check(json(r#"{"columns": {"c": "integer"}}"#), "c,n\n007,1\n", "[(7, 1)]").await;
    check(json(r#"{"columns": {"n": "text"}}"#), "c,n\n007,1\n", "[('007', '1')]").await;
    check(
        json(r#"{"columns": {"n": "number"}}"#),
        "c,n\nA,1.5\nB,about 2\nC,x7\nD,3\n",
        "[('A', 1.5), ('B', None), ('C', None), ('D', 3.0)]",
    )
    .await;
    check(json(r#"{"skip_rows": 1}"#), "a,b\nc,d\n1,2\n", "[(1, 2)]").await;
    check(json(r#"{"header": false}"#), "a,b\nc,d\n", "[('a', 'b'), ('c', 'd')]").await;
}
