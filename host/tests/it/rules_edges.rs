//! The provider without a model at its edges: what it declines, odd files, failing scripts, suggestions, and how people
//! word their wishes.

use std::{fmt::Write as _, fs};

use glovebox::rules::{NamedProfile, NextStep, Ran, Situation, next, suggestions};

use crate::{
    command::{skip, workspace},
    rules::{bold, check, ends, words},
    test_rules::{Bench, Loaded, Sheet},
};

#[tokio::test]
async fn what_is_not_understood_is_said_and_nothing_is_made_up() {
    let bench = Bench::with(&["fuel_economy.csv", "texas_home_sales.csv"]).await;
    let mut wrong = Vec::new();
    for (question, word) in [
        ("predict hwy for next year", "cannot tell the future"),
        ("What will sales be in 2030?", "cannot tell the future"),
        ("why did sales fall?", "not why it did"),
        ("should we buy more audis?", "not why it did"),
        ("average blorp", "“blorp”"),
        ("average hwy by blorp", "“blorp”"),
        ("total sales in Atlantis", "“Atlantis”"),
        ("how many beautiful cars are there", "“beautiful”"),
        ("average hwy for Zorblax Motors", "“Zorblax Motors”"),
        ("asdf qwer zxcv", "asdf"),
        ("write me a poem", "not among the things"),
        ("delete all rows where hwy is 20", "not among the things"),
        ("average hwy where colour is \"dark blue\"", "“dark blue”"),
        ("email this to my boss", "not among the things"),
        ("what is the capital of France?", "“France”"),
        ("train a classifier", "not among the things"),
    ] {
        let turn = bench.ask(question).await;
        let told =
            turn.answer.contains(word) && turn.answer.contains("columns") && turn.answer.contains("You could ask");
        if !told || !turn.charts().is_empty() || !turn.faults.is_empty() || turn.scripts.len() > 1 {
            wrong.push(format!("{question}: {}\n{:?}", turn.answer, turn.faults));
        }
    }
    for (question, word) in [
        ("hello!", "Hello!"),
        ("help", "I answer questions"),
        ("Thanks a lot", "You are welcome"),
    ] {
        let turn = bench.ask(question).await;
        if !turn.answer.contains(word) || !turn.answer.contains("You could ask") || !turn.scripts.is_empty() {
            wrong.push(format!("{question}: {}", turn.answer));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test]
async fn a_table_of_another_country_is_read_as_it_was_meant() {
    let mut text = String::from("Auftrag;Datum;Region;Umsatz (€);Preis;bezahlt\n");
    for row in 0..200 {
        let (day, month) = (row % 28 + 1, row % 12 + 1);
        let (region, paid) = (["Nord", "Süd", "West"][row % 3], ["ja", "nein"][row % 2]);
        let _ = writeln!(
            text,
            "A{row};{day:02}.{month:02}.2023;{region};{}.{:03},{:02};{row},5;{paid}",
            row % 3 + 1,
            row * 4,
            row % 100
        );
    }
    let bench = Bench::of("verkauf.csv", &text).await;
    let sheet = Sheet::of(&bench.tables[0].path, b';');
    let amounts = |sheet: &Sheet| -> f64 {
        let text = sheet.texts("Umsatz (€)");
        text.iter()
            .map(|text| text.replace('.', "").replace(',', ".").parse::<f64>().unwrap())
            .sum()
    };
    let regions = sheet.by("Region", amounts);
    check(
        &bench,
        vec![
            ("total Umsatz", vec![bold(amounts(&sheet), 2)], false),
            ("Umsatz by region", vec![format!("**{}**", regions[0].0)], true),
            ("total umsatz by region", ends(&regions, 2), true),
            (
                "total Umsatz in February 2023",
                vec![bold(amounts(&sheet.keep("Datum", |day| day.contains(".02."))), 2)],
                false,
            ),
            ("total umsatz by month", words(["12 months"]), true),
            (
                "how many orders in the Nord region",
                vec![bold(sheet.is("Region", "Nord").len(), 0)],
                false,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn names_and_values_of_a_file_are_never_code_nor_markup() {
    let evil = "\"); open('pwned','w').write('x'); (\"";
    let quoted = evil.replace('"', "\"\"");
    let mut text = format!("\"{quoted}\",\"price ($)\",*,^x$,\"two\nlines\",\"![i](http://e.vil/x)\"\n");
    for row in 0..60 {
        let value = [
            "\"\"\"); raise SystemExit(\"\"x\"\")\"",
            "\"a\nrows: 5\"",
            "<img src=http://e.vil/y>",
            "$x$ \\",
        ][row % 4];
        let _ = writeln!(
            text,
            "{value},{row}.5,{},{},{},![i](http://e.vil/{})",
            row % 7,
            row % 2,
            row % 3,
            row % 3
        );
    }
    let bench = Bench::of("odd.csv", &text).await;
    let group = format!("`{evil}`");
    let questions = [
        "what is in this file?".to_owned(),
        format!("average price by {group}"),
        format!("how many rows by {group}"),
        format!("distribution of {group}"),
        "average price by column 3".to_owned(),
        "average price by two lines".to_owned(),
        "average price by `![i](http://e.vil/x)`".to_owned(),
        "price vs column 3".to_owned(),
        "correlations".to_owned(),
        "missing values".to_owned(),
        format!("total price where {group} is '\"); raise SystemExit(\"x\")'"),
        "total price where price over 10 and `\"); import os` is \"'''\"".to_owned(),
    ];
    for question in questions {
        let turn = bench.ask(&question).await;
        assert!(
            turn.faults.is_empty(),
            "{question}: {:?}\n{:?}",
            turn.faults,
            turn.scripts
        );
        assert!(!turn.files.iter().any(|(name, _)| name == "pwned"), "{question}");
        for markup in ["![i](", "<img"] {
            let bare = turn
                .answer
                .replace("\\<", "")
                .replace("\\!", "")
                .replace(&format!("`{}", "![i](http://e.vil/x)`"), "");
            assert!(!bare.contains(markup), "{question}: {}", turn.answer);
        }
    }
    let turn = bench.ask(&format!("how many rows by {group}")).await;
    assert!(
        turn.answer.contains("**15**") && turn.answer.contains("4 values"),
        "{}",
        turn.answer
    );
    let turn = bench
        .ask(&format!("total price where {group} is '\"); raise SystemExit(\"x\")'"))
        .await;
    assert!(turn.answer.contains("**427.5**"), "{}", turn.answer);
}

#[tokio::test]
async fn a_value_that_is_no_number_after_all_costs_one_more_careful_run() {
    let mut text = String::from("day,amount\n");
    for row in 0..400 {
        let _ = writeln!(text, "2024-01-{:02},{}", row % 28 + 1, row % 10);
    }
    let mut bench = Bench::of("sales.csv", &text).await;
    // The profile of a large file is of its first rows; what follows may differ.
    text.push_str("later,unknown\n");
    fs::write(&bench.tables[0].path, &text).unwrap();
    bench.tables[0].profile.sampled = true;
    let turn = bench.ask("total amount by week").await;
    assert_eq!((turn.scripts.len(), turn.faults.len()), (2, 1), "{:?}", turn.faults);
    assert!(turn.said[1].contains("The script failed"), "{:?}", turn.said);
    assert!(turn.answer.contains("1 row was left out"), "{}", turn.answer);
    assert!(turn.answer.contains("did not match the type"), "{}", turn.answer);
    assert!(!turn.charts().is_empty());
}

#[tokio::test]
async fn a_script_that_cannot_be_mended_is_owned_up_to() {
    let bench = Bench::with(&["fuel_economy.csv"]).await;
    let tables = bench.told();
    let ask = |runs: &[Ran<'_>]| {
        next(&Situation {
            question: "average hwy by class",
            earlier: &[],
            tables: &tables,
            runs,
        })
    };
    let NextStep::Run { script: first, .. } = ask(&[]) else {
        panic!("a script")
    };
    let failed = |script, fault| Ran {
        script,
        succeeded: false,
        output: "",
        files: &[],
        fault: Some(fault),
    };
    let NextStep::Run { script: second, .. } = ask(&[failed(&first, "ComputeError: x")]) else {
        panic!("another script")
    };
    assert!(second != first && second.contains("infer_schema=False"));
    let NextStep::Say(answer) = ask(&[failed(&first, "ComputeError: x"), failed(&second, "ComputeError: `y`")]) else {
        panic!("an answer")
    };
    assert!(
        answer.contains("The script failed") && answer.contains("ComputeError: `y`"),
        "{answer}"
    );
    let NextStep::Say(answer) = ask(&[failed(&first, "the fuel limit of 1 was reached")]) else {
        panic!("an answer")
    };
    assert!(answer.contains("fuel limit"), "{answer}");
}

#[tokio::test]
async fn every_suggestion_is_answered_with_something_to_see() {
    let mut bench = Bench::start().await;
    let mut files: Vec<_> = fs::read_dir(workspace().join("examples/data"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
        .collect();
    files.sort();
    let mut wrong = Vec::new();
    for path in files {
        bench.tables.clear();
        bench.load(&path).await;
        let ideas = suggestions(&bench.told(), 3);
        assert_eq!(ideas.len(), 3, "{}: {ideas:?}", path.display());
        for idea in ideas {
            let turn = bench.ask(&idea).await;
            wrong.extend(
                turn.wrong(&[], true)
                    .map(|why| format!("{}: {idea}: {why}", path.display())),
            );
            if turn.answer.contains("did not understand") {
                wrong.push(format!("{}: {idea}: {}", path.display(), turn.answer));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test]
async fn with_no_table_it_says_what_to_do() {
    let bench = Bench::start().await;
    for question in ["average price", "hello", "what is in this file?"] {
        let turn = bench.ask(question).await;
        assert!(
            turn.scripts.is_empty() && turn.answer.contains("Upload a CSV file"),
            "{}",
            turn.answer
        );
    }
    assert!(suggestions(&[], 6).is_empty());
}

/// The script for a question, of whose words a look into the values finds none.
fn script_for(question: &str, tables: &[NamedProfile<'_>]) -> String {
    let step = |runs: &[Ran<'_>]| {
        next(&Situation {
            question,
            earlier: &[],
            tables,
            runs,
        })
    };
    let NextStep::Run { script, say } = step(&[]) else {
        return String::new();
    };
    if say.is_empty() {
        return script;
    }
    let found_nothing = Ran {
        script: &script,
        succeeded: true,
        output: "found: []",
        files: &[],
        fault: None,
    };
    match step(&[found_nothing]) {
        NextStep::Run { script, .. } => script,
        NextStep::Say(_) => String::new(),
    }
}

/// Requests for charts as people wrote them (NLV corpus), each with the chart that they stand for.
#[tokio::test]
async fn charts_are_drawn_as_people_ask_for_them() {
    const AT_LEAST: f64 = 0.9;
    let folder = workspace().join("../shared/data/nlv");
    if !folder.join("utterances.csv").is_file() {
        skip("../shared/data/nlv is missing");
        return;
    }
    let mut bench = Bench::start().await;
    bench.load(&folder.join("cars.csv")).await;
    let tables = bench.told();
    let requests = Sheet::of(&folder.join("utterances.csv"), b',');
    let (texts, charts) = (requests.texts("Utterance Set"), requests.texts("visId"));
    let mut missed = Vec::new();
    for (text, chart) in texts.iter().zip(&charts) {
        let script = script_for(text, &tables);
        let wanted: &[&str] = match chart.as_str() {
            "singleAttrBar" => &["rows_by_origin.png"],
            "histogram" => &["distribution_of_weight.png"],
            "bar" => &["mean_mpg_by_cylinders.png"],
            "scatter" => &["acceleration_and_horsepower.png", "horsepower_and_acceleration.png"],
            "line" => &["mean_weight_by_year.png"],
            "groupedBar" => &[
                "mean_acceleration_by_cylinders_and_origin.png",
                "mean_acceleration_by_origin_and_cylinders.png",
            ],
            "stackedBar" => &["rows_by_cylinders_and_origin.png", "rows_by_origin_and_cylinders.png"],
            "scatterColor" => &["mpg_and_displacement.png", "displacement_and_mpg.png"],
            "scatterFaceted" => &["weight_and_acceleration.png", "acceleration_and_weight.png"],
            _ => &[
                "mean_horsepower_by_year_and_origin.png",
                "mean_horsepower_by_origin_and_year.png",
            ],
        };
        if !wanted.iter().any(|name| script.contains(name)) {
            missed.push(format!("{chart}: {text}"));
        }
    }
    let right = 1.0 - missed.len() as f64 / texts.len() as f64;
    println!("{:.1} % of {} requests drawn as meant", right * 100.0, texts.len());
    assert!(right >= AT_LEAST, "{right}: {missed:#?}");
}

#[tokio::test]
async fn a_step_is_found_among_many_wide_tables() {
    let header: Vec<String> = (0..100).map(|at| format!("measure_{at}_of_region")).collect();
    let rows: Vec<String> = (0..30)
        .map(|row| {
            (0..100)
                .map(|at| format!("{}", row * at % 17))
                .collect::<Vec<_>>()
                .join(",")
        })
        .collect();
    let mut bench = Bench::of("wide.csv", &format!("{}\n{}\n", header.join(","), rows.join("\n"))).await;
    let profile = bench.tables[0].profile.clone();
    let path = bench.tables[0].path.clone();
    for at in 1..20 {
        bench.tables.push(Loaded {
            name: format!("wide{at}.csv"),
            path: path.clone(),
            profile: profile.clone(),
        });
    }
    let tables = bench.told();
    let step = next(&Situation {
        question: "what is the average of measure 42 of region by measure 7 of region where measure 99 is over 3?",
        earlier: &[],
        tables: &tables,
        runs: &[],
    });
    assert!(matches!(step, NextStep::Run { .. }), "{step:?}");
}
