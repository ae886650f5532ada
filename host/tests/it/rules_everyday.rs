//! Ordinary questions over tables of six trades, each with the answer that pandas gives (`host/tests/rules`): how many
//! the rules answer rightly, and that they are not wrong where they cannot be right.
//!
//! What is right is told from what a person sees: the text, what the script printed, and the chart's calls.

use std::{collections::BTreeMap, fs};

use serde_json::Value;

use crate::{
    command::workspace,
    test_rules::{Bench, Turn},
};

/// Of a hundred questions, how many must be right at least and may be wrong at most.
const RIGHT_PERCENT: usize = 90;
const WRONG_PERCENT: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Right,
    Wrong,
    Refused,
}

#[tokio::test]
async fn ordinary_questions_are_answered_rightly_or_refused() {
    let folder = workspace().join("host/tests/rules");
    let text = fs::read_to_string(folder.join("questions.json")).unwrap();
    let questions: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut by_table: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for question in &questions {
        by_table
            .entry(question["tables"][0].as_str().unwrap())
            .or_default()
            .push(question);
    }
    let mut tally: BTreeMap<(&str, Class), usize> = BTreeMap::new();
    let mut missed = Vec::new();
    let mut bench = Bench::start().await;
    for (table, questions) in by_table {
        bench.tables.clear();
        bench.load(&folder.join(table)).await;
        for question in questions {
            let turns: Vec<&str> = texts(&question["turns"]).collect();
            let (newest, earlier) = turns.split_last().unwrap();
            let turn = bench.ask_after(earlier, newest).await;
            let class = classify(question, &turn);
            *tally.entry((question["kind"].as_str().unwrap(), class)).or_default() += 1;
            if class != Class::Right {
                missed.push(format!(
                    "{class:?} {}: {}\n{}",
                    question["id"],
                    turns.join(" / "),
                    turn.answer
                ));
            }
        }
    }
    let count = |class: Class| -> usize {
        tally
            .iter()
            .filter(|(key, _)| key.1 == class)
            .map(|(_, count)| count)
            .sum()
    };
    println!("{tally:#?}\n{}", missed.join("\n\n"));
    let all = questions.len();
    assert!(
        count(Class::Right) * 100 >= all * RIGHT_PERCENT,
        "{tally:?} {missed:#?}"
    );
    assert!(
        count(Class::Wrong) * 100 <= all * WRONG_PERCENT,
        "{tally:?} {missed:#?}"
    );
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn classify(question: &Value, turn: &Turn) -> Class {
    let expect = &question["expect"];
    let starts = [
        "I did not understand",
        "I understood",
        "I cannot tell",
        "That is not among",
        "That takes",
        "There are no rows",
    ];
    let refused = turn.charts().is_empty() && starts.iter().any(|start| turn.answer.contains(start));
    if question["kind"] == "refuse" {
        let named = texts(&expect["missing"]).any(|word| turn.answer.to_lowercase().contains(word));
        return if refused || named { Class::Right } else { Class::Wrong };
    }
    if refused {
        return Class::Refused;
    }
    let shown = format!("{}\n{}", turn.answer.replace(['*', '`', '\\'], ""), turn.output);
    let numbers = numbers(&shown);
    let there = |want: &Value| is_there(want, &shown, &numbers);
    let all = |list: &Value| list.as_array().is_none_or(|list| list.iter().all(there));
    let any = expect["any"].as_array().is_none_or(|sets| sets.iter().any(all));
    if turn.faults.is_empty() && all(&expect["all"]) && any && is_ordered(expect, &shown) && is_drawn(expect, turn) {
        Class::Right
    } else {
        Class::Wrong
    }
}

fn is_there(want: &Value, shown: &str, numbers: &[(f64, u32)]) -> bool {
    match want {
        Value::Object(parts) => match (parts.get("one"), parts.get("pair")) {
            (Some(Value::Array(one)), _) => one.iter().any(|want| is_there(want, shown, numbers)),
            (_, Some(Value::Array(pair))) => pair.iter().all(|want| is_there(want, shown, numbers)),
            _ => false,
        },
        Value::String(text) => match text.strip_suffix('%').and_then(|share| share.parse().ok()) {
            Some(share) => is_shown(share, numbers),
            None => shown.to_lowercase().contains(&text.to_lowercase()),
        },
        number => is_shown(number.as_f64().unwrap(), numbers),
    }
}

/// Whether a number is the wanted one, rounded to what is shown of it.
fn is_shown(want: f64, numbers: &[(f64, u32)]) -> bool {
    numbers.iter().any(|(value, decimals)| {
        let unit = 10_f64.powi(-(*decimals as i32));
        // At least three digits of it.
        (value - want).abs() <= (unit * 0.55).min((want.abs() * 0.005).max(1e-9))
    })
}

/// Every number of a text, and its decimals.
fn numbers(text: &str) -> Vec<(f64, u32)> {
    let mut found = Vec::new();
    for word in text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-'))) {
        let plain = word.trim_end_matches(['.', ',', '-']).replace(',', "");
        if let Ok(value) = plain.parse() {
            let decimals = plain.split_once('.').map_or(0, |(_, part)| part.len() as u32);
            found.push((value, decimals));
        }
    }
    found
}

fn is_ordered(expect: &Value, shown: &str) -> bool {
    let mut rest = shown;
    texts(&expect["order"]).all(|name| match rest.split_once(name) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}

/// Whether the chart that was asked for is drawn, of its columns.
fn is_drawn(expect: &Value, turn: &Turn) -> bool {
    let Some(chart) = expect.get("chart") else { return true };
    let script = turn.scripts.last().map_or("", String::as_str);
    let marks: Vec<&str> = chart["mark"]
        .as_str()
        .into_iter()
        .chain(texts(&chart["mark"]))
        .collect();
    let called = marks.iter().any(|mark| match *mark {
        "bar" => script.contains("ax.bar"),
        "line" => script.contains("ax.plot("),
        "point" => script.contains("ax.scatter("),
        "hist" => script.contains("ax.hist("),
        "box" => script.contains("ax.boxplot("),
        "pie" => script.contains("ax.pie("),
        _ => script.contains("ax.imshow("),
    });
    called && !turn.charts().is_empty() && texts(&chart["fields"]).all(|field| script.contains(field))
}
