//! Questions that are offered: each is one that the rules answer with something to see, and none repeats another.

use glovebox::rules::{follow_ups, suggestions};

use crate::test_rules::Bench;

/// What is wrong with the answer to an offered question, if anything.
async fn flaw(bench: &Bench, earlier: &[&str], idea: &str) -> Option<String> {
    let turn = bench.ask_after(earlier, idea).await;
    let wrong = turn.wrong(&[], turn.tables().is_empty() || !turn.charts().is_empty());
    let guessed = ["did not understand", "I took `", "there is also"]
        .iter()
        .any(|word| turn.answer.contains(word) && !turn.answer.contains("I took the mean"));
    let why = wrong.or_else(|| guessed.then(|| turn.answer.clone()))?;
    Some(format!("{earlier:?} → {idea}: {why}"))
}

#[tokio::test]
async fn first_questions_are_spread_over_the_files_and_answered() {
    let files = [
        "cars.csv",
        "seattle_weather.csv",
        "world_health_income.csv",
        "flights.csv",
    ];
    let bench = Bench::with(&files).await;
    let ideas = suggestions(&bench.told(), 6);
    assert_eq!(ideas.len(), 6, "{ideas:?}");
    let about = |word: &str| ideas.iter().take(4).filter(|idea| idea.contains(word)).count();
    assert_eq!((about("mpg"), about("precipitation")), (1, 1), "{ideas:?}");
    let mut wrong = Vec::new();
    for idea in &ideas {
        println!("{idea}");
        wrong.extend(flaw(&bench, &[], idea).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let telecom = Bench::with(&["telecom_customers.csv"]).await;
    let next = follow_ups(&["churn rate by contract"], &telecom.told(), 1);
    assert_eq!(next, ["What is the churn rate by internet_service?"]);
}

#[tokio::test]
async fn tables_alike_are_told_apart_by_name() {
    let text = "region,amount\nNorth,1\nSouth,2\nWest,5\nNorth,9\n";
    let mut bench = Bench::of("spring.csv", text).await;
    bench.add("autumn.csv", &text.replace('9', "4")).await;
    let ideas = suggestions(&bench.told(), 4);
    let about = |name: &str| ideas.iter().filter(|idea| idea.contains(name)).count();
    assert!(ideas.len() == 4 && about("autumn") >= 1, "{ideas:?}");
    for idea in &ideas {
        let turn = bench.ask(idea).await;
        let name = if idea.contains("autumn") {
            "autumn.csv"
        } else {
            "spring.csv"
        };
        assert!(turn.scripts[0].contains(name), "{idea}: {}", turn.scripts[0]);
    }
}

#[tokio::test]
async fn follow_ups_go_on_from_what_was_asked_and_are_answered() {
    let mut wrong = Vec::new();
    for (file, starts) in [
        (
            "cars.csv",
            &[
                "What is the average mpg by origin?",
                "how many cars have mpg over 30?",
                "average horsepower of the cars from Japan",
                "top 10 cars by weight",
                "What is in this file?",
                "distribution of weight",
                "mpg against weight",
                "how many cars are there by origin?",
                "which values are missing?",
                "median weight",
            ][..],
        ),
        (
            "seattle_weather.csv",
            &[
                "How did precipitation change over time?",
                "average wind by weather",
                "how many days of rain?",
                "predict tomorrow's weather",
            ][..],
        ),
        (
            "telecom_customers.csv",
            &["churn rate by contract", "average monthly charges"][..],
        ),
        ("texas_home_sales.csv", &["total sales by city", "sales over time"][..]),
    ] {
        let bench = Bench::with(&[file]).await;
        for start in starts {
            let mut asked = vec![(*start).to_owned()];
            // Three rounds, each taking the first that was offered.
            for _ in 0..3 {
                let questions: Vec<&str> = asked.iter().map(String::as_str).collect();
                let ideas = follow_ups(&questions, &bench.told(), 3);
                println!("{questions:?} → {ideas:?}");
                if ideas.len() != 3 || ideas.iter().any(|idea| asked.contains(idea)) {
                    wrong.push(format!("{questions:?}: {ideas:?}"));
                    break;
                }
                for idea in &ideas {
                    wrong.extend(flaw(&bench, &questions, idea).await);
                }
                asked.push(ideas[0].clone());
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
