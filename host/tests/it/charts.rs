//! Charts as data: a chart's specification holds what was drawn under the data's own names, its description tells it
//! in words, and the table behind the chart can be rebuilt from the specification alone.
//!
//! The browser app's tests rebuild the tables of the same specifications (`host/web/src/chat/chart-tables.test.ts`).

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::command::{not_done, run_json, workspace};

/// Writes the specifications that the charts of `host/tests/charts` have to have, instead of comparing them.
const UPDATE: &str = "UPDATE_CHARTS";

#[test]
fn charts_of_every_kind_tell_their_data() {
    let folder = workspace().join("host/tests/charts");
    let drawn = Drawn::by(&folder.join("charts.py"), &[]);
    let kept = folder.join("specs");
    let mut wrong = Vec::new();
    for (name, spec) in &drawn.specs {
        let path = kept.join(name);
        if env::var_os(UPDATE).is_some() {
            fs::write(&path, spec.to_string()).expect("the specification is written");
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if serde_json::from_str::<Value>(&expected).ok().as_ref() != Some(spec) {
            wrong.push(format!("{name} is\n{spec}\nand should be\n{expected}"));
        }
    }
    let count = fs::read_dir(&kept).expect("the folder of specifications").count();
    assert_eq!(drawn.specs.len(), count, "as many charts as specifications");
    assert!(
        wrong.is_empty(),
        "{} of {count} charts differ; `{UPDATE}=1` takes them as they are\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

/// Of each chart of the examples the columns of its tables, and a row that has to be in the first of them.
const EXAMPLES: [(&str, &[&[&str]], &str); 10] = [
    (
        "busiest_airports",
        &[&["category", "departures in 2008 (thousands)"]],
        r#"["ORD · Chicago",350.38]"#,
    ),
    (
        "co2_moving_average",
        &[&["Year", "series", "parts per million"]],
        r#"["1958-03-01T00:00:00Z","monthly",315.7]"#,
    ),
    (
        "customer_retention",
        &[&["months since they signed", "Contract", "still customers (%)"]],
        r#"[1,"Month-to-month",90.19354838709678]"#,
    ),
    (
        "electricity_mix",
        &[&["year", "series", "million megawatt hours"], &["part", "value"]],
        r#"[2001,"Fossil Fuels",35.361]"#,
    ),
    (
        "fuel_economy",
        &[
            &[
                "category",
                "whisker from",
                "lower quartile",
                "median",
                "upper quartile",
                "whisker to",
            ],
            &["category", "highway miles per gallon"],
            &["highway miles per gallon", "series"],
        ],
        r#"["compact",23,26.0,27.0,29.0,33]"#,
    ),
    (
        "health_and_income",
        &[&[
            "income per person (US dollars, logarithmic)",
            "life expectancy (years)",
            "series",
            "label",
            "marker area (pt²)",
        ]],
        r#"[46577,84.1,"Europe Central Asia",null,14.385425928292825]"#,
    ),
    (
        "poverty_correlations",
        &[&["variable", "Pearson correlation with the share below the poverty line"]],
        r#"["high school",-0.587]"#,
    ),
    (
        "recession_jobs",
        &[&["month", "series", "index"]],
        r#"["2006-01-01T00:00:00Z","construction",101.48197596795727]"#,
    ),
    (
        "sales_by_region",
        &[
            &["region", "billion US dollars"],
            &["year", "series", "billion US dollars"],
        ],
        r#"["East Texas",1.61]"#,
    ),
    (
        "weather_histograms",
        &[
            &["temp_max from", "temp_max to", "days", "series"],
            &["swing from", "swing to", "days", "series"],
            &["wind from", "wind to", "days", "series"],
            &["precipitation from", "precipitation to", "days", "series"],
        ],
        r#"[-1.6,0.6875,3,"dry (838 days)"]"#,
    ),
];

#[test]
fn the_table_behind_every_example_has_the_datas_names_and_values() {
    let folder = workspace().join("examples");
    for (name, columns, row) in EXAMPLES {
        let path = folder.join(format!("{name}.py"));
        let drawn = Drawn::by(&path, &data_of(&path));
        let tables: Vec<Table> = drawn.specs.values().flat_map(tables).collect();
        let mut found: Vec<&[String]> = Vec::new();
        for table in &tables {
            if !found.contains(&table.columns.as_slice()) {
                found.push(&table.columns);
            }
        }
        let mut found: Vec<Vec<&str>> = found
            .iter()
            .map(|names| names.iter().map(String::as_str).collect())
            .collect();
        let mut expected: Vec<Vec<&str>> = columns.iter().map(|names| names.to_vec()).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{name}");
        let row: Value = serde_json::from_str(row).expect("a row");
        assert!(
            tables.iter().any(|table| table.rows.contains(&row)),
            "{name} has no row {row}"
        );
    }
}

#[test]
fn the_charts_of_every_peer_script_have_a_table_each() {
    let mut scripts: Vec<PathBuf> = fs::read_dir(workspace().join("host/tests/peer"))
        .expect("the folder of peers")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("matplotlib_"))
        })
        .collect();
    scripts.sort();
    let mut without = Vec::new();
    for script in &scripts {
        let drawn = Drawn::by(script, &[]);
        for (name, spec) in &drawn.specs {
            let is_empty = drawn.description(name).starts_with("An empty chart");
            if !is_empty && tables(spec).is_empty() {
                without.push(format!("{} of {}", name, script.display()));
            }
        }
    }
    assert!(without.is_empty(), "no table behind {without:?}");
}

#[test]
fn descriptions_tell_categories_groups_and_extremes() {
    let script = "import matplotlib.pyplot as plt
fig, ax = plt.subplots()
ax.bar(['Lisbon', 'Oslo', 'Rome'], [42, 7, 30])
ax.set(title='Sales', xlabel='city', ylabel='k€')
plt.savefig('bars.png')
plt.close()
for name in ('coal', 'gas'):
    plt.plot([2020, 2021], [1, 2 + len(name)], label=name)
plt.legend()
plt.savefig('lines.png')
";
    let drawn = Drawn::of(script);
    assert_eq!(
        drawn.description("bars.vl.json"),
        "A bar chart “Sales” of k€ by city; 3 categories: Lisbon, Oslo, Rome; highest: Lisbon 42; lowest: Oslo 7."
    );
    assert_eq!(
        drawn.description("lines.vl.json"),
        "A line chart: series: coal, gas; x from 2020 to 2021; highest: 6 at x 2021 (coal); lowest: 1 at x 2020 (coal)."
    );
}

#[test]
fn a_long_series_keeps_its_extremes_in_five_thousand_rows_and_says_so() {
    let script = "import matplotlib.pyplot as plt
import numpy as np
values = np.zeros(50_000)
values[12_345], values[33_333] = 9, -9
plt.plot(values)
plt.savefig('long.png')
";
    let drawn = Drawn::of(script);
    let table = &tables(&drawn.specs["long.vl.json"])[0];
    assert!(table.rows.len() <= 5000, "{} rows", table.rows.len());
    for row in ["[12345,9]", "[33333,-9]", "[0,0]", "[49999,0]"] {
        let row: Value = serde_json::from_str(row).expect("a row");
        assert!(table.rows.contains(&row), "no row {row}");
    }
    let description = drawn.description("long.vl.json");
    assert!(
        description.contains("of 50,000 rows, the highest and the lowest among them"),
        "{description}"
    );
}

#[test]
fn seaborns_groups_and_error_bars_are_told_by_name() {
    let script = "import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
tips = pd.DataFrame({'day': ['Fri', 'Sat'] * 4, 'sex': ['Female'] * 4 + ['Male'] * 4, 'tip': [1, 2, 3, 4, 2, 4, 4, 6]})
sns.barplot(tips, x='day', y='tip', hue='sex', errorbar=('pi', 100))
plt.savefig('bars.png')
plt.close()
sns.scatterplot(tips, x='day', y='tip', hue='sex')
plt.savefig('points.png')
";
    let drawn = Drawn::of(script);
    let bars = &tables(&drawn.specs["bars.vl.json"])[0];
    assert_eq!(bars.columns, ["day", "sex", "tip", "lower", "upper"]);
    let row: Value = serde_json::from_str(r#"["Sat","Male",5.0,4,6]"#).expect("a row");
    assert!(bars.rows.iter().any(|one| same(one, &row)), "{:?}", bars.rows);
    assert_eq!(tables(&drawn.specs["points.vl.json"])[0].columns, ["day", "tip", "sex"]);
}

#[test]
fn an_array_that_changes_after_it_was_drawn_changes_no_chart() {
    let script = "import matplotlib.pyplot as plt
import numpy as np
values = np.array([1.0, 2.0])
plt.fill_between([0, 1], values)
values += 10
plt.savefig('area.png')
";
    let table = &tables(&Drawn::of(script).specs["area.vl.json"])[0];
    assert_eq!(table.rows[0], serde_json::json!([0, 1]));
}

/// What a script drew, by the names of its specifications.
pub struct Drawn {
    pub specs: BTreeMap<String, Value>,
}

impl Drawn {
    pub fn of(script: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the script");
        let path = folder.path().join("script.py");
        fs::write(&path, script).expect("the script is written");
        Self::by(&path, &[])
    }

    fn by(script: &Path, data: &[PathBuf]) -> Self {
        let out = tempfile::tempdir().expect("a folder for output");
        let report = run_json(script, data, &[], out.path());
        if let Some(ending) = not_done(&report) {
            panic!("{}: {ending}", script.display());
        }
        let written = report["artifacts"].as_array().into_iter().flatten();
        let names = written.filter_map(|artifact| artifact["name"].as_str());
        let specs = names.filter(|name| name.ends_with(".vl.json")).map(|name| {
            let text = fs::read_to_string(out.path().join(name)).expect("the specification");
            (
                name.to_owned(),
                serde_json::from_str(&text).expect("a specification is JSON"),
            )
        });
        Self { specs: specs.collect() }
    }

    pub fn description(&self, name: &str) -> &str {
        self.specs[name]["description"].as_str().unwrap_or_default()
    }
}

fn data_of(example: &Path) -> Vec<PathBuf> {
    let source = fs::read_to_string(example).expect("the example");
    let names = source
        .lines()
        .find_map(|line| line.strip_prefix("# data: "))
        .unwrap_or_default();
    let folder = workspace().join("examples/data");
    names.split(',').map(|name| folder.join(name.trim())).collect()
}

pub struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Value>,
}

/// The tables of all layers that are data, as the browser app rebuilds them.
pub fn tables(spec: &Value) -> Vec<Table> {
    if spec["description"] == "drawing" {
        return Vec::new();
    }
    let Some(values) = spec["data"]["values"].as_array() else {
        let parts = spec["concat"].as_array().into_iter().chain(spec["layer"].as_array());
        return parts.flatten().flat_map(tables).collect();
    };
    let mut told = Vec::new();
    tell(spec, &mut told);
    told.retain(|(field, _)| values.iter().any(|row| row.get(field).is_some()));
    if told.is_empty() {
        return Vec::new();
    }
    let rows = values
        .iter()
        .map(|row| told.iter().map(|(field, _)| row[field].clone()).collect());
    vec![Table {
        columns: told.iter().map(|(_, title)| title.clone()).collect(),
        rows: rows.collect(),
    }]
}

/// The fields that tooltips tell, with the names that readers see.
fn tell(layer: &Value, told: &mut Vec<(String, String)>) {
    for channel in layer["encoding"]["tooltip"].as_array().into_iter().flatten() {
        let part = |key: &str| channel[key].as_str().unwrap_or_default().to_owned();
        let one = (part("field"), part("title"));
        if !told.contains(&one) {
            told.push(one);
        }
    }
    for inner in layer["layer"].as_array().into_iter().flatten() {
        tell(inner, told);
    }
}

/// Whether two rows hold the same, whole numbers written either way.
pub fn same(one: &Value, other: &Value) -> bool {
    match (one.as_array(), other.as_array()) {
        (Some(one), Some(other)) => one.len() == other.len() && one.iter().zip(other).all(|(a, b)| same(a, b)),
        _ => one == other || one.as_f64().is_some_and(|number| other.as_f64() == Some(number)),
    }
}
