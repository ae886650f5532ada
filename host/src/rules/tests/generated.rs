//! Questions made from a grammar, each with the query that it stands for, and the same with a word that means nothing.

use super::*;

const AGGREGATES: &[(&str, &str)] = &[
    ("total", "total"),
    ("sum of", "total"),
    ("average", "mean"),
    ("avg", "mean"),
    ("mean", "mean"),
    ("median", "median"),
    ("maximum", "maximum"),
    ("max", "maximum"),
    ("minimum", "minimum"),
    ("standard deviation of", "standard deviation"),
];
const MEASURES: &[(&str, &str)] = &[
    ("revenue", "revenue"),
    ("turnover", "revenue"),
    ("unit price", "unitPrice"),
    ("unit_price", "unitPrice"),
    ("rating", "rating"),
];
const GROUPS: &[(&str, &str)] = &[
    ("", ""),
    (" by region", "by region"),
    (" per region", "by region"),
    (" for each product", "by Product"),
    (" by month", "by month"),
    (" by year", "by year"),
    (" by weekday", "by weekday"),
    (" across regions", "by region"),
];
const FILTERS: &[(&str, &str)] = &[
    ("", ""),
    (" in the West", "where `region` is West"),
    (" excluding West", "where `region` is not West"),
    (" not in the West", "where `region` is not West"),
    (" in North or South", "where `region` is North or South"),
    (" where price is over 100", "where `unitPrice` is over 100"),
    (" where price is not over 100", "where `unitPrice` is at most 100"),
    (" with a price of at least 20", "where `unitPrice` is at least 20"),
    (
        " with price between 10 and 20",
        "where `unitPrice` is between 10 and 20",
    ),
    (
        " where price is not between 10 and 20",
        "where `unitPrice` is not between 10 and 20",
    ),
    (" in 2023", "where `order date` is from 2023-01-01 to 2023-12-31"),
    (" since March 2023", "where `order date` is from 2023-03-01 on"),
    (" before 2023", "where `order date` is up to 2022-12-31"),
    (" in Q2 2023", "where `order date` is from 2023-04-01 to 2023-06-30"),
    (
        " between January and March 2023",
        "where `order date` is from 2023-01-01 to 2023-03-31",
    ),
    (
        " not in 2022",
        "where `order date` is not from 2022-01-01 to 2022-12-31",
    ),
    (" of red chairs", "where `Product` is Red Chair"),
    (" where paid is no", "where `paid` is no"),
];

/// Every sentence of the grammar, with what it stands for.
fn sentences() -> Vec<(String, String)> {
    let mut made = Vec::new();
    for (figure, noun) in AGGREGATES {
        for (measure, column) in MEASURES {
            for (group, by) in GROUPS {
                for (filter, within) in FILTERS {
                    let question = format!("{figure} {measure}{filter}{group}");
                    let parts = ["figures", &format!("{noun} {column}"), by, within];
                    let expected: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                    made.push((question, expected.join(", ")));
                }
            }
        }
    }
    for (filter, within) in FILTERS {
        for (group, by) in GROUPS {
            let parts = ["figures", "number of rows", by, within];
            let expected: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            made.push((format!("how many sales{filter}{group}"), expected.join(", ")));
        }
    }
    made
}

#[test]
fn sentences_of_a_grammar_are_read_as_they_are_meant_or_refused() {
    let profile = sales();
    let all = sentences();
    assert!(all.len() > 2000, "{}", all.len());
    let (mut wrong, mut refused) = (Vec::new(), 0);
    for (question, expected) in &all {
        let found = plan_of(&profile, question);
        if found == *expected {
            continue;
        }
        if found.starts_with("figures")
            || found.starts_with("rows")
            || found.starts_with("share")
            || found.contains("against")
        {
            wrong.push(format!("{question}: {found}, not {expected}"));
        } else {
            refused += 1;
            if refused <= 3 {
                println!("{question}: {found}");
            }
        }
    }
    println!("{} sentences, {} wrong, {refused} refused", all.len(), wrong.len());
    assert!(
        wrong.is_empty(),
        "{}: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(30)]
    );
    assert!(refused * 20 < all.len(), "{refused} of {} are refused", all.len());
}

#[test]
fn a_word_that_means_nothing_is_named() {
    let profile = sales();
    let table = NamedProfile {
        name: "sales.csv",
        profile: &profile,
    };
    let view = TableView::of(&table);
    let mut silent = Vec::new();
    for (at, (question, _)) in sentences().iter().enumerate().step_by(7) {
        let mut words: Vec<&str> = question.split(' ').collect();
        words.insert(at % (words.len() + 1), "blorp");
        let changed = words.join(" ");
        let draft = draft(&view, &Asked::new(&changed), &[], &[]);
        let named = match plan::choose(&view, &draft) {
            Ok(plan) => plan.notes.iter().any(|note| note.contains("blorp")),
            Err(_) => true,
        };
        if !named {
            silent.push(changed);
        }
    }
    assert!(
        silent.is_empty(),
        "{}: {:#?}",
        silent.len(),
        &silent[..silent.len().min(30)]
    );
}
