//! The provider without a model writes a CSV file where one is asked for: its name, its rows and its figures.

use std::fs;

use crate::{
    rules::bold,
    test_rules::{Bench, Sheet, Turn, number},
};

/// The one table that a turn has left, and its name.
fn saved(turn: &Turn) -> (String, Sheet) {
    let tables = turn.tables();
    assert!(turn.faults.is_empty(), "{:?}\n{:?}", turn.faults, turn.scripts);
    let [(name, bytes)] = &tables[..] else {
        panic!("{} tables\n{}\n{:?}", tables.len(), turn.answer, turn.scripts);
    };
    assert!(turn.answer.contains(&format!("File: `{name}`")), "{}", turn.answer);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    (name.clone(), Sheet::of(&path, b','))
}

#[tokio::test]
async fn rows_are_saved_whole_however_it_is_asked_for() {
    let bench = Bench::with(&["cars.csv"]).await;
    let cars = Sheet::example("cars.csv");
    let frugal = cars.keep("mpg", |text| text.parse::<f64>().is_ok_and(|mpg| mpg > 30.0));
    for question in [
        "save the cars with mpg over 30 to a csv",
        "Export cars with MPG > 30 as CSV",
        "give me a CSV of the cars with mpg over 30",
        "download the cars with mpg over 30 as a file",
        "List the cars with mpg over 30 and save them as a csv file, please",
        "could you write all cars with mpg above 30 into a csv?",
        "I'd like a spreadsheet with the cars with mpg over 30",
    ] {
        let turn = bench.ask(question).await;
        let (name, sheet) = saved(&turn);
        assert_eq!(name, "cars_mpg_over_30.csv", "{question}");
        assert_eq!(sheet.texts("name"), frugal.texts("name"), "{question}");
        assert!(turn.answer.contains(&bold(frugal.len(), 0)), "{}", turn.answer);
    }
    let whole = bench.ask("export the whole table to csv").await;
    let (name, sheet) = saved(&whole);
    assert_eq!((name.as_str(), sheet.len()), ("all_cars.csv", cars.len()));
    assert!(whole.answer.contains("The table shows all"), "{}", whole.answer);
    let none = bench.ask("save the cars with mpg over 400 to a csv").await;
    assert!(
        none.answer.contains("No rows match") && none.files.is_empty(),
        "{}",
        none.answer
    );
}

#[tokio::test]
async fn figures_are_saved_as_the_table_that_is_shown() {
    let bench = Bench::with(&["cars.csv"]).await;
    let cars = Sheet::example("cars.csv");
    let europe = cars.is("origin", "Europe");
    let check = async |question: &str, expected: &str, rows: usize| {
        let turn = bench.ask(question).await;
        let (name, sheet) = saved(&turn);
        assert_eq!((name.as_str(), sheet.len()), (expected, rows as f64), "{question}");
        sheet
    };
    // Cars without a figure have no mean.
    let names = cars.by("name", |group| group.mean("mpg")).len();
    let by_origin = check("save the average mpg by origin as a csv", "mean_mpg_by_origin.csv", 3).await;
    let means = by_origin.numbers("mean mpg");
    for (group, mean) in cars.by("origin", |group| group.mean("mpg")).iter().zip(means) {
        assert!((group.1 - mean).abs() < 1e-9, "{group:?}");
    }
    check("average mpg by name, and export it", "mean_mpg_by_name.csv", names).await;
    check(
        "how many cars are there by origin? Save the result to a file.",
        "number_of_rows_by_origin.csv",
        3,
    )
    .await;
    check(
        "write the top 5 cars by horsepower to a csv",
        "top_5_cars_by_horsepower.csv",
        5,
    )
    .await;
    check("export the missing values to a csv", "cars_missing_values.csv", 9).await;
    check(
        "how many cars are from Europe? as a csv",
        "cars_europe.csv",
        europe.len() as usize,
    )
    .await;
    check(
        "mean weight of the cars from Europe as csv",
        "mean_weight_europe.csv",
        1,
    )
    .await;
    check("distribution of MPG, as a csv file", "distribution_of_mpg.csv", 7).await;
    check("save the correlation matrix as a csv", "correlations.csv", 15).await;
    check("save the average mpg by origin as origins.csv", "origins.csv", 3).await;
    // What was uploaded stays as it is.
    check(
        "save the cars from Europe as cars.csv",
        "cars_saved.csv",
        europe.len() as usize,
    )
    .await;
}

#[tokio::test]
async fn what_was_answered_before_can_be_saved() {
    let bench = Bench::with(&["cars.csv"]).await;
    for question in [
        "save it as a csv",
        "Export that to excel",
        "now download the result",
        "can I have this as a file?",
    ] {
        let turn = bench.ask_after(&["average mpg by origin"], question).await;
        let (name, sheet) = saved(&turn);
        assert_eq!(
            (name.as_str(), sheet.len()),
            ("mean_mpg_by_origin.csv", 3.0),
            "{question}"
        );
    }
    let excel = bench.ask("export the mean mpg by origin to excel").await;
    assert!(excel.answer.contains("which Excel opens"), "{}", excel.answer);
    let other = bench
        .ask_after(&["save the average mpg by origin as csv"], "only for 1970")
        .await;
    assert_eq!(other.tables().len(), 1, "{}", other.answer);
}

#[tokio::test]
async fn nothing_is_saved_that_was_not_asked_for_or_not_understood() {
    let bench = Bench::of(
        "shop.csv",
        "day,download,save\n2024-01-01,5,1\n2024-01-02,7,0\n2024-02-03,9,1\n",
    )
    .await;
    let total = bench.ask("total download by month").await;
    assert!(
        total.answer.contains(&format!("**{}**", number(12.0, 0))),
        "{}",
        total.answer
    );
    assert!(
        total.charts().len() == 1 && total.tables().is_empty(),
        "{}",
        total.answer
    );
    for question in ["save the blorp to a csv", "email me a csv of download by month"] {
        let turn = bench.ask(question).await;
        assert!(
            turn.files.is_empty() && turn.answer.contains("You could ask"),
            "{question}: {}",
            turn.answer
        );
    }
}
