//! Interactive charts show what the picture shows: where bars and areas begin, whose error bars there are, what lies
//! outside the axes, and at which time.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::charts::{Drawn, same, tables};

#[test]
fn what_stands_on_others_is_drawn_from_where_they_end_whatever_they_look_like() {
    let script = "import matplotlib.pyplot as plt
fig, axes = plt.subplots(1, 5)
axes[0].bar(['a', 'b'], [10, 20], label='low')
axes[0].bar(['a', 'b'], [3, 4], bottom=[10, 20], label='high', yerr=[1, 2])
axes[1].bar(['a', 'b'], [10, 20])
axes[1].bar(['a', 'b'], [3, 4], bottom=[10, 20], label='high')
axes[2].bar(['a', 'b'], [10, 20], color='none')
axes[2].bar(['a', 'b'], [3, 4], bottom=[10, 20])
axes[3].fill_between([1, 2], 0, [10, 20], label='low')
axes[3].fill_between([1, 2], [10, 20], [13, 24], label='high', alpha=0.5)
axes[4].hist([0, 1, 1], bins=[0, 1, 2], label='low')
axes[4].hist([0, 0, 1], bins=[0, 1, 2], bottom=[1, 2], label='high', alpha=0.5)
plt.savefig('stacks.png')
";
    let drawn = Drawn::of(script);
    let spec = &drawn.specs["stacks.vl.json"];
    assert!(!spec.to_string().contains(r#""stack":"zero""#), "{spec}");
    let ends = [
        ("from", "to", [[10, 13], [20, 24]]),
        ("from", "to", [[10, 13], [20, 24]]),
        ("from", "to", [[10, 13], [20, 24]]),
        ("lower", "upper", [[10, 13], [20, 24]]),
        ("count from", "count to", [[1, 3], [2, 3]]),
    ];
    for (index, (from, to, expected)) in ends.into_iter().enumerate() {
        let layers = spec["concat"][index]["layer"].as_array().expect("the layers of a view");
        let upper = layers.last().expect("a layer");
        let encoding = if upper["encoding"].is_null() {
            &upper["layer"][0]["encoding"]
        } else {
            &upper["encoding"]
        };
        assert_eq!(
            (&encoding["y"]["field"], &encoding["y2"]["field"]),
            (&json!(from), &json!(to)),
            "view {index}"
        );
        for (row, ends) in expected.into_iter().enumerate() {
            let row = &upper["data"]["values"][row];
            assert!(same(&json!([row[from], row[to]]), &json!(ends)), "view {index}: {row}");
        }
    }
    // Bars without a colour are there for others to stand on.
    assert_eq!(spec["concat"][2]["layer"].as_array().map(Vec::len), Some(1));
}

#[test]
fn error_bars_belong_to_what_was_drawn_with_them() {
    let script = "import matplotlib.pyplot as plt
x, counts, means = [1, 2, 3], [10, 20, 30], [4, 5, 6]
plt.bar(x, counts, label='count')
plt.errorbar(x, means, yerr=1, fmt='o', label='mean')
plt.savefig('means.png')
plt.close()
plt.bar(x, counts)
plt.errorbar(x, means, yerr=1, fmt='none')
plt.savefig('apart.png')
plt.close()
plt.bar(x, counts)
plt.errorbar(x, counts, yerr=1, fmt='none')
plt.savefig('on_bars.png')
";
    let drawn = Drawn::of(script);
    let told = |name: &str| {
        tables(&drawn.specs[name])
            .into_iter()
            .map(|table| table.columns)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told("means.vl.json"),
        [
            vec!["x", "series", "value"],
            vec!["x", "value", "series", "lower", "upper"]
        ]
    );
    assert_eq!(
        tables(&drawn.specs["means.vl.json"])[1].rows[0],
        json!([1, 4, "mean", 3, 5])
    );
    assert_eq!(told("apart.vl.json"), [["x", "value"]]);
    assert_eq!(told("on_bars.vl.json"), [["x", "value", "lower", "upper"]]);
}

#[test]
fn a_long_stack_keeps_every_part_of_each_place_that_it_keeps() {
    let script = "import matplotlib.pyplot as plt
import numpy as np
at = np.arange(2000)
parts = [at % 7 + 1, at % 11 + 1, np.where(at == 1234, 90, 1)]
plt.stackplot(at, *parts, labels=['a', 'b', 'c'])
plt.savefig('areas.png')
plt.close()
for name, part, below in zip('abc', parts, np.cumsum([0 * at, *parts], axis=0)):
    plt.bar(at, part, bottom=below, label=name)
plt.savefig('bars.png')
";
    let drawn = Drawn::of(script);
    for name in ["areas.vl.json", "bars.vl.json"] {
        let table = &tables(&drawn.specs[name])[0];
        assert!(table.rows.len() <= 5000, "{name} has {} rows", table.rows.len());
        let mut places: BTreeMap<u64, usize> = BTreeMap::new();
        for row in &table.rows {
            *places.entry(row[0].as_u64().expect("a place")).or_default() += 1;
        }
        assert!(places.values().all(|&parts| parts == 3), "{name} lost parts of places");
        assert!(
            table.rows.iter().any(|row| same(row, &json!([1234, "c", 90]))),
            "{name} lost its highest part"
        );
    }
}

#[test]
fn pies_inside_each_other_are_rings_with_parts_of_their_own() {
    let script = "import matplotlib.pyplot as plt
plt.pie([30, 10], labels=['south', 'north'], wedgeprops={'width': 0.4})
plt.pie([1, 1, 2], labels=['a', 'b', 'c'], radius=0.6)
plt.savefig('rings.png')
";
    let drawn = Drawn::of(script);
    let spec = &drawn.specs["rings.vl.json"];
    let radii = |index: usize| {
        let mark = &spec["layer"][index]["mark"];
        ["innerRadius", "outerRadius"].map(|key| mark[key]["expr"].as_str().and_then(|text| text.get(..5)))
    };
    assert_eq!(radii(0), [Some("0.600"), None]);
    assert_eq!(radii(1), [Some("0.000"), Some("0.600")]);
    let rows: Vec<Value> = tables(spec).into_iter().flat_map(|table| table.rows).collect();
    assert_eq!(rows.len(), 5);
    assert!(same(&rows[0], &json!(["south", 30, 1])), "{}", rows[0]);
    assert!(same(&rows[4], &json!(["c", 2, 2])), "{}", rows[4]);
    assert_eq!(
        drawn.description("rings.vl.json"),
        "A ring chart with a pie chart of 2 parts: south 75.0 %, north 25.0 %; another ring of 3 parts: a 25.0 %, b 25.0 %, c 50.0 %."
    );
}

#[test]
fn what_lies_outside_the_limits_is_not_drawn_and_stays_in_the_table() {
    let script = "import matplotlib.pyplot as plt
plt.bar_label(plt.bar(['a', 'b', 'c'], [40, 7, 9]))
plt.xlim(-0.5, 1.5)
plt.ylim(0, 20)
plt.savefig('limits.png')
plt.close()
plt.plot([1, 2], [1, 2], 'o', clip_on=False)
plt.savefig('unclipped.png')
";
    let drawn = Drawn::of(script);
    let [bars, labels] = &drawn.specs["limits.vl.json"]["layer"].as_array().expect("layers")[..] else {
        panic!("bars and their labels");
    };
    assert_eq!(bars["mark"]["clip"], true);
    assert_eq!(
        bars["transform"],
        json!([{"filter": {"field": "category", "oneOf": ["a", "b"]}}])
    );
    assert_eq!(tables(&drawn.specs["limits.vl.json"])[0].rows.len(), 3);
    let texts: Vec<&Value> = labels["data"]["values"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| &row["text"])
        .collect();
    assert_eq!(texts, ["7"]);
    assert!(drawn.specs["unclipped.vl.json"]["layer"][0]["mark"]["clip"].is_null());
}

#[test]
fn hours_that_a_readers_zone_skips_are_shown_as_they_were_written() {
    let script = "import matplotlib.pyplot as plt
import pandas as pd
plt.bar(pd.to_datetime(['2024-03-31 02:30', '2024-03-31 03:30']), [1, 2], width=0.01)
plt.savefig('hours.png')
";
    let drawn = Drawn::of(script);
    let layer = &drawn.specs["hours.vl.json"]["layer"][0];
    assert_eq!(layer["data"]["values"][0]["date"], "2024-03-31T02:30:00Z");
    let scale = &layer["encoding"]["x"]["scale"];
    assert_eq!(scale["type"], "utc");
    let domain = scale["domain"]["expr"].as_str().expect("a domain");
    assert_eq!(domain.matches("Z')").count(), 2, "{domain}");
    assert_eq!(layer["encoding"]["tooltip"][0]["scale"]["type"], "utc");
    assert_eq!(
        drawn.description("hours.vl.json"),
        "A bar chart of date; date from 2024-03-31T02:30:00 to 2024-03-31T03:30:00; highest: 2024-03-31T03:30:00 2; lowest: 2024-03-31T02:30:00 1."
    );
}
