//! Forecasts, proposals for cleaning, conditions on groups, Pareto charts, and follow-ups that change the last question.

use crate::{
    command::workspace,
    rules::{check, words},
    test_rules::Bench,
};

const SHOP: &str = "\
order_id,customer,product,amount,status
1,Ada,Chair,100,paid
2,Ada,Desk,300,paid
3,Bob,Chair,100,open
4,Cid,Lamp,20,paid
5,Ada,Lamp,20,
6,Bob,Desk,300,paid
7,Dan,Vase,10,paid
7,Dan,Vase,10,paid
";

async fn of_six_trades(table: &str) -> Bench {
    let mut bench = Bench::start().await;
    bench.load(&workspace().join("host/tests/rules").join(table)).await;
    bench
}

#[tokio::test]
async fn a_forecast_has_an_interval_and_says_what_it_is() {
    let bench = of_six_trades("meters.csv").await;
    for question in [
        "forecast kwh_used for the next 6 months",
        "predict the total kwh_used by month",
        "what will kwh_used be in the next 6 months?",
    ] {
        let turn = bench.ask(question).await;
        let expected = words([
            "If it goes on as before",
            "January 2025",
            "June 2025",
            "95 %",
            "extrapolation",
            "a season of 12 months",
        ]);
        assert_eq!(turn.wrong(&expected, true), None, "{question}");
    }
    // What is no figure over time is not foretold.
    for question in [
        "predict tariff",
        "who will win next season?",
        "what will happen tomorrow?",
    ] {
        let turn = bench.ask(question).await;
        assert!(turn.scripts.is_empty(), "{question}: {}", turn.answer);
    }
}

#[tokio::test]
async fn from_few_points_there_is_no_forecast() {
    let months: Vec<String> = (1..=11)
        .map(|month| format!("2024-{month:02}-01,{}\n", month * 10))
        .collect();
    let bench = Bench::of("income.csv", &format!("day,income\n{}", months.concat())).await;
    let turn = bench.ask("forecast income by month").await;
    assert!(
        turn.answer.contains("at least 12 months, and there are 11") && turn.charts().is_empty(),
        "{}",
        turn.answer
    );
}

#[tokio::test]
async fn proposals_for_cleaning_are_applied_by_their_own_words() {
    let bench = Bench::of("shop.csv", SHOP).await;
    let turn = bench.ask("clean this").await;
    assert!(
        turn.files.is_empty() && turn.answer.contains("Nothing has been changed"),
        "{}",
        turn.answer
    );
    let proposals: Vec<String> = turn
        .answer
        .split('“')
        .skip(1)
        .filter_map(|rest| rest.split('”').next())
        .map(|words| words.replace('\\', ""))
        .collect();
    let rows: Vec<usize> = {
        let mut rows = Vec::new();
        for words in &proposals {
            let turn = bench.ask(words).await;
            let tables = turn.tables();
            assert_eq!(tables.len(), 1, "{words}: {}", turn.answer);
            rows.push(String::from_utf8_lossy(&tables[0].1).lines().count() - 1);
        }
        rows
    };
    assert_eq!(rows, [7, 7], "{proposals:?}");
}

#[tokio::test]
async fn groups_are_kept_by_their_figure() {
    let bench = Bench::of("shop.csv", SHOP).await;
    check(
        &bench,
        vec![
            (
                "which customers have more than 1 order?",
                words([
                    "**2** of 4 values of `customer`",
                    "number of different `order_id` is over 1",
                ]),
                true,
            ),
            (
                "how many customers have at least 3 orders",
                words(["**1** of 4 values of `customer`"]),
                true,
            ),
            (
                "which products have a total amount over 100",
                words(["**2** of 4 values of `product`", "total `amount` is over 100"]),
                true,
            ),
            (
                "pareto of amount by product",
                words(["**2** of 4 values of `product` make up **93.0** %"]),
                true,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn follow_ups_change_the_last_question_alone() {
    let bench = of_six_trades("web.csv").await;
    let mut wrong = Vec::new();
    for (first, then, expected) in [
        (
            "sessions by traffic source",
            "as percentages",
            "share of total `sessions`",
        ),
        (
            "sessions by traffic source",
            "as a pie chart",
            "highest total `sessions`",
        ),
        (
            "sessions by traffic source",
            "only in March 2025",
            "from 2025-03-01 to 2025-03-31",
        ),
        (
            "sessions by traffic source",
            "use the average instead",
            "highest mean `sessions`",
        ),
        ("sessions over time", "by week instead", "the week of"),
        (
            "sessions over time",
            "color by traffic source",
            "combinations of `month` and `traffic_source`",
        ),
        ("total sessions", "what about bounces?", "total of `bounces`"),
        (
            "total sessions",
            "and for the newsletter?",
            "`traffic_source` is newsletter",
        ),
        (
            "group by traffic source",
            "average sessions",
            "**organic** has the highest mean `sessions`",
        ),
        ("sessions vs bounces", "color the points by traffic source", "r = "),
        // It stands by itself.
        (
            "sessions by traffic source",
            "how many rows are there?",
            "There are **728** rows.",
        ),
        (
            "sessions in March 2025",
            "total bounces by traffic source",
            "highest total `bounces`",
        ),
    ] {
        let turn = bench.ask_after(&[first], then).await;
        if !turn.answer.contains(expected) || turn.answer.contains("did not understand") {
            wrong.push(format!("{first} / {then}: {}", turn.answer));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
