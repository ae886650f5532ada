//! Kinds of questions that were once answered wrongly in silence: each is answered as it was asked, or refused.

use std::fmt::Write;

use crate::{
    rules::{check, words},
    test_rules::Bench,
};

/// Parcels of people with plans, some of which are missing.
const PARCELS: &str = "\
parcel,plan,churned,weight_kg,sent
P1,basic,no,12,2024-02-11
P2,plus,yes,25.5,2024-05-03
P3,,no,,2025-01-15
P4,plus,,20,2025-02-10
P5,basic,no,31,2025-03-20
P6,pro,no,,2025-04-02
P7,,yes,8,2024-11-30
P8,pro,,22,2025-02-28
P9,plus,no,20.1,2025-03-01
";

#[tokio::test]
async fn not_and_or_and_missing_keep_the_rows_that_were_meant() {
    let bench = Bench::of("parcels.csv", PARCELS).await;
    check(
        &bench,
        vec![
            (
                "total weight_kg not over 20",
                words(["is at most 20", "**40.0**"]),
                false,
            ),
            (
                "how many do not weigh more than 20",
                words(["**3** rows where `weight_kg` is at most 20"]),
                false,
            ),
            (
                "how many were not sent in 2024",
                words(["**6** rows where `sent`"]),
                false,
            ),
            (
                "how many were not sent before March 2025",
                words(["**3** rows where `sent` is from 2025-03-01 on"]),
                false,
            ),
            (
                "how many were sent between January and March 2025",
                words(["**5** rows", "from 2025-01-01 to 2025-03-31"]),
                false,
            ),
            (
                "average weight_kg where plan is not plus",
                words(["`plan` is not plus", "**21.67**"]),
                true,
            ),
            (
                "how many are basic or have churned",
                words(["**4** rows where `plan` is basic or `churned` is yes"]),
                false,
            ),
            (
                "how many have no plan",
                words(["**2** rows where `plan` is missing"]),
                false,
            ),
            (
                "how many have no weight",
                words(["**2** rows where `weight_kg` is missing"]),
                false,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_figure_of_what_is_no_number_is_refused() {
    let bench = Bench::of("people.csv", "name,city,age\nAda,Bonn,30\nBob,Kiel,41\nCid,Bonn,22\n").await;
    for question in ["total name", "average city", "median name by city"] {
        let turn = bench.ask(question).await;
        assert!(
            turn.scripts.is_empty() && turn.answer.contains("does not contain numbers"),
            "{question}: {}",
            turn.answer
        );
    }
}

#[tokio::test]
async fn money_with_signs_and_brackets_is_added_up() {
    let text = "Day,Item,Amount\n2024-01-05,Sale,\"$1,234.50\"\n2024-01-09,Refund,($200.00)\n2024-01-11,Fee,-$15.25\n2024-01-20,Sticker,$0.99\n";
    let bench = Bench::of("money.csv", text).await;
    check(&bench, vec![("total amount", words(["**1,020.24**"]), false)]).await;
    // What only looks like a unit is a name.
    let bench = Bench::of("codes.csv", "code,size\nP1,3\nP2,4\nP3,5\n").await;
    let turn = bench.ask("total code").await;
    assert!(turn.answer.contains("does not contain numbers"), "{}", turn.answer);
}

#[tokio::test]
async fn numbers_divide_where_they_stand_after_by() {
    let text = "postal_code,age,amount\n1069,20,125.50\n8028,30,50\n501,20,19.99\n1069,40,74.50\n90210,30,10.01\n";
    let bench = Bench::of("postal.csv", text).await;
    check(
        &bench,
        vec![
            ("total amount by postal code", words(["**1069**", "**200.00**"]), true),
            (
                "average amount by age",
                words(["**20** (72.75)", "values of `age`"]),
                true,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn rows_are_counted_by_their_own_noun() {
    let mut text = String::from("order,region,total\n");
    for row in 0..30 {
        let region = ["North", "South", "East"][row % 3];
        let _ = writeln!(text, "{},{region},{row}", row + 1);
    }
    let bench = Bench::of("bought.csv", &text).await;
    check(
        &bench,
        vec![
            ("how many orders are there?", words(["**30** rows"]), false),
            (
                "How many orders per region?",
                words(["the same number of rows: **10**"]),
                true,
            ),
        ],
    )
    .await;
    let lines = "order_id,customer_id,amount\n1,7,5\n1,7,6\n2,7,1\n3,8,2\n";
    let bench = Bench::of("lines.csv", lines).await;
    check(
        &bench,
        vec![
            (
                "how many customers",
                words(["**2** different values of `customer_id`"]),
                true,
            ),
            ("average number of orders per customer", words(["**1.50**"]), false),
        ],
    )
    .await;
}

#[tokio::test]
async fn months_in_words_stand_in_their_own_order() {
    let text = "month,sales\nApril,130\nAugust,205\nDecember,310\nFebruary,95\nJanuary,100\nJuly,190\nJune,160\nMarch,120\nMay,150\nNovember,240\nOctober,220\nSeptember,210\n";
    let bench = Bench::of("monthly.csv", text).await;
    let turn = bench.ask("save the total sales by month as a csv").await;
    let tables = turn.tables();
    let table = String::from_utf8(tables[0].1.clone()).unwrap();
    let months: Vec<&str> = table
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next())
        .collect();
    assert_eq!(months[..3], ["January", "February", "March"], "{table}");
    assert!(turn.answer.contains("**December** has the highest"), "{}", turn.answer);
}

#[tokio::test]
async fn ties_are_told_and_lists_are_lists() {
    let text = "city,sales,note\nOslo,310,a\nTurin,450,b\nGhent,640,c\nLyon,450,d\nBergen,90,e\n";
    let bench = Bench::of("cities.csv", text).await;
    check(
        &bench,
        vec![(
            "top 2 cities by sales",
            words(["1 more has the same figure as the last"]),
            true,
        )],
    )
    .await;
    let all = bench.ask("show all rows").await;
    assert!(all.answer.contains("all **5** rows"), "{}", all.answer);
    let highest = bench.ask("sales of Turin and Lyon by city").await;
    assert!(
        highest.answer.contains("have the same total `sales`"),
        "{}",
        highest.answer
    );
}

#[tokio::test]
async fn figures_have_the_digits_of_the_data() {
    let bench = Bench::of(
        "prices.csv",
        "shop,price\nHill,1.50\nHill,2.25\nDock,1224.25\nDock,113061.74\n",
    )
    .await;
    check(
        &bench,
        vec![
            ("total price by shop", words(["**114,285.99**", "**3.75**"]), true),
            ("lowest price", words(["**1.50**"]), false),
        ],
    )
    .await;
}

#[tokio::test]
async fn what_would_change_nothing_is_named() {
    let bench = Bench::of("hotels.csv", "hotel_id,city,stars\n1,Rome,3\n2,Oslo,4\n3,Rome,5\n").await;
    for (question, word) in [
        ("cheapest hotel in Rome", "“cheapest”"),
        ("price per night by city", "“price"),
        ("number of rooms by city", "“rooms”"),
        ("average rainfall per hotel", "“rainfall”"),
        ("hotels in Boston", "“Boston”"),
        ("margin by city", "“margin”"),
    ] {
        let turn = bench.ask(question).await;
        assert!(
            turn.answer.contains(word) && turn.charts().is_empty(),
            "{question}: {}",
            turn.answer
        );
    }
}
