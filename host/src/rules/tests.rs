//! What questions are read as, over the profile of a table of sales.

mod generated;

use super::*;
use crate::files::profile::{ColumnKind, ColumnProfile, Profile, Scalar, TopValue};

fn column(name: &str, kind: ColumnKind, distinct: u64, values: &[&str]) -> ColumnProfile {
    let numbers = matches!(kind, ColumnKind::Integer | ColumnKind::Number);
    let year = name == "year";
    ColumnProfile {
        name: name.to_owned(),
        kind,
        format: (kind == ColumnKind::Date).then(|| "%Y-%m-%d".to_owned()),
        nulls: 0,
        distinct,
        min: match kind {
            ColumnKind::Date => Some(Scalar::Text("2022-01-01".to_owned())),
            _ => numbers.then_some(Scalar::Integer(if year { 2001 } else { 1 })),
        },
        max: match kind {
            ColumnKind::Date => Some(Scalar::Text("2023-12-31".to_owned())),
            _ => numbers.then_some(Scalar::Integer(if year { 2015 } else { 900 })),
        },
        mean: numbers.then_some(50.0),
        top: values
            .iter()
            .map(|value| TopValue {
                value: (*value).to_owned(),
                count: 10,
            })
            .collect(),
        ..ColumnProfile::default()
    }
}

fn sales() -> Profile {
    use ColumnKind::{Date, Integer, Number, Text};
    let columns = vec![
        column("order_id", Integer, 1000, &[]),
        column("order date", Date, 600, &[]),
        column("region", Text, 3, &["North", "South", "West"]),
        column("Product", Text, 40, &["Lamp", "Red Chair"]),
        column("revenue", Number, 900, &[]),
        column("unitPrice", Number, 300, &[]),
        column("rating", Integer, 5, &["1", "2"]),
        column("paid", Text, 2, &["yes", "no"]),
    ];
    Profile {
        delimiter: ",".to_owned(),
        quote: Some("\"".to_owned()),
        encoding: "utf-8".to_owned(),
        header: true,
        row_count: 1000,
        column_count: columns.len() as u32,
        sampled: false,
        profiled_rows: 1000,
        columns,
        ..Profile::default()
    }
}

/// What a question is read as, in short.
fn plan_of(profile: &Profile, question: &str) -> String {
    let table = NamedProfile {
        name: "sales.csv",
        profile,
    };
    let view = TableView::of(&table);
    let draft = draft(&view, &Asked::new(question), &[], &[]);
    let plan = match plan::choose(&view, &draft) {
        Ok(plan) => plan,
        Err(refusal) => return format!("{refusal:?}"),
    };
    let name = |index: usize| view.columns[index].name.clone();
    let mut parts = vec![match plan.task {
        Task::Distribution(column) => format!("spread of {}", name(column)),
        Task::Pair(y, x, _) => format!("{} against {}", name(y), name(x)),
        Task::Matrix(target) => format!("correlations {}", target.map(name).unwrap_or_default())
            .trim()
            .to_owned(),
        Task::Figures if plan.share => "share".to_owned(),
        Task::Figures => "figures".to_owned(),
        task => format!("{task:?}").to_lowercase(),
    }];
    if plan.task == Task::Figures {
        parts.extend(plan.measures.iter().map(|measure| measure.noun(&view, str::to_owned)));
    }
    for group in &plan.groups {
        parts.push(match group {
            plan::Group::Time(_, unit) => format!("by {}", unit.noun()),
            group => format!("by {}", name(group.column())),
        });
    }
    parts.extend(plan.inner.map(|inner| format!("per {}", name(inner.column()))));
    parts.extend(plan.course.map(|course| format!("{course:?}").to_lowercase()));
    let within = answer::filters(&view, &plan);
    if !within.is_empty() {
        parts.push(within.trim().to_owned());
    }
    if let Some(top) = plan.top {
        let count = top.count.map_or_else(String::new, |count| format!(" {count}"));
        parts.push(format!("{}{count}", if top.least { "least" } else { "most" }));
    }
    parts.extend(plan.chart.map(|chart| format!("as {chart:?}").to_lowercase()));
    parts.join(", ")
}

/// Questions, and what they are read as.
const READINGS: &[(&str, &str)] = &[
    ("What is in this file?", "look"),
    ("describe revenue", "spread of revenue"),
    ("How many rows?", "figures, number of rows"),
    (
        "how many sales were paid",
        "figures, number of rows, where `paid` is yes",
    ),
    (
        "how many sales were not paid",
        "figures, number of rows, where `paid` is no",
    ),
    ("how many products are there?", "figures, number of different Product"),
    ("number of distinct regions", "figures, number of different region"),
    ("total revenue", "figures, total revenue"),
    ("average unit price by region", "figures, mean unitPrice, by region"),
    ("avg unit_price per Region", "figures, mean unitPrice, by region"),
    (
        "revenue by region and product",
        "figures, total revenue, by region, by Product",
    ),
    ("median revnue for each prodct", "figures, median revenue, by Product"),
    ("sales by region", "figures, number of rows, by region"),
    ("turnover by region", "figures, total revenue, by region"),
    (
        "top 5 products by revenue",
        "figures, total revenue, by Product, most 5",
    ),
    (
        "the five products with the lowest revenue",
        "figures, total revenue, by Product, least 5",
    ),
    (
        "which region has the highest average price",
        "figures, mean unitPrice, by region, most",
    ),
    ("most expensive sale", "rows, most"),
    (
        "revenue in the North",
        "figures, total revenue, where `region` is North",
    ),
    (
        "revenue in the North and West regions",
        "figures, total revenue, by region, where `region` is North or West",
    ),
    (
        "revenue excluding West",
        "figures, total revenue, where `region` is not West",
    ),
    (
        "revenue of red chairs",
        "figures, total revenue, where `Product` is Red Chair",
    ),
    (
        "revenue where price is over 100",
        "figures, total revenue, where `unitPrice` is over 100",
    ),
    (
        "count of sales with revenue between 10 and 20",
        "figures, number of rows, where `revenue` is between 10 and 20",
    ),
    (
        "list sales with at least 500 revenue",
        "rows, where `revenue` is at least 500",
    ),
    (
        "how many sales with rating 5",
        "figures, number of rows, where `rating` is 5",
    ),
    ("revenue by month", "figures, total revenue, by month"),
    (
        "monthly revenue in 2023 as a bar chart",
        "figures, total revenue, by month, where `order date` is from 2023-01-01 to 2023-12-31, as bar",
    ),
    (
        "revenue over time by region",
        "figures, total revenue, by month, by region",
    ),
    (
        "revenue since March 2023",
        "figures, total revenue, where `order date` is from 2023-03-01 on",
    ),
    (
        "revenue before 2022-07-01",
        "figures, total revenue, where `order date` is up to 2022-06-30",
    ),
    (
        "revenue in Q2",
        "figures, total revenue, where `order date` is in April, May, June",
    ),
    ("how did revenue change?", "figures, total revenue, by month"),
    ("distribution of unit price", "spread of unitPrice"),
    ("histogram of revenue", "spread of revenue, as histogram"),
    ("revenue vs price", "revenue against unitPrice"),
    ("is revenue related to rating?", "revenue against rating"),
    ("what correlates with revenue", "correlations revenue"),
    ("correlation matrix", "correlations"),
    ("missing values", "missing"),
    ("share of revenue by region", "share, total revenue, by region"),
    (
        "what percentage of sales is from West?",
        "share, number of rows, by region",
    ),
    (
        "compare North and South by revenue",
        "figures, total revenue, by region, where `region` is North or South",
    ),
    ("paid rate by region", "figures, share of paid, by region"),
    (
        "pie chart of revenue by region",
        "figures, total revenue, by region, as pie",
    ),
    ("average rating by product", "figures, mean rating, by Product"),
    ("revenue by colour", "Unknown([\"colour\"])"),
    ("average blorp", "Unknown([\"blorp\"])"),
    ("predict revenue", "forecast(6), by month"),
    ("forecast revenue for the next 8 weeks", "forecast(8), by week"),
    ("what will revenue be next quarter?", "forecast(1), by quarter"),
    ("who will buy next?", "Future"),
    ("clean this", "clean"),
    ("revenue by season", "figures, total revenue, by season"),
    ("pareto of revenue by product", "figures, total revenue, by Product"),
    ("hello", "Greeting"),
    ("", "Nothing"),
];

#[test]
fn questions_are_read_as_they_are_meant() {
    let profile = sales();
    let wrong: Vec<String> = READINGS
        .iter()
        .map(|(question, expected)| (question, plan_of(&profile, question), expected))
        .filter(|(_, found, expected)| found != *expected)
        .map(|(question, found, expected)| format!("{question}: {found}, not {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn suggestions_name_columns_as_they_are() {
    let profile = sales();
    let table = NamedProfile {
        name: "sales.csv",
        profile: &profile,
    };
    let ideas = suggestions(&[table], 3);
    assert_eq!(
        ideas,
        [
            "What is the total revenue by region?",
            "How did revenue change over time?",
            "Is there a correlation between revenue and unitPrice?"
        ]
    );
    for idea in ideas {
        assert!(!plan_of(&profile, &idea).contains("Unknown"), "{idea}");
    }
}
