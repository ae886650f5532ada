//! Answers common questions with no model at all: rules over the words and the files' profiles write a script.
//!
//! The script is shown and run like any other, and the answer says what it printed and nothing else. What was not
//! understood is said plainly, with the words in question; nothing is ever made up. Values that no profile lists are
//! first looked for by a script of their own. A question leaves nothing behind: the same situation has the same next
//! step.

mod answer;
mod charts;
mod choosing;
mod columns;
mod decline;
mod facts;
mod follow;
mod groups;
mod lexicon;
mod look;
mod lookup;
mod pairs;
mod plan;
mod python;
mod question;
mod reading;
mod rows;
mod single;
mod spread;
mod suggest;
mod words;

use columns::View;
use plan::{Plan, Refusal, Task};
use question::{Asked, Draft, Finding};

/// What is known when the provider is asked for its next step.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The newest message of the person.
    pub question: &'a str,
    /// Earlier questions of the conversation that were answered, oldest first.
    pub earlier: &'a [Exchange<'a>],
    /// The tables in play, the most relevant first.
    pub tables: &'a [Table<'a>],
    /// What the scripts of this turn have come to, oldest first.
    pub runs: &'a [Ran<'a>],
}

/// A question that was answered.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    pub question: &'a str,
    /// The last script that ran well for it.
    pub script: Option<&'a str>,
}

/// A table that scripts can read by its name.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    pub name: &'a str,
    pub profile: &'a crate::files::profile::Profile,
}

/// A script that has run.
#[derive(Clone, Copy, Debug)]
pub struct Ran<'a> {
    pub script: &'a str,
    pub succeeded: bool,
    /// What it printed, and the last expression as text.
    pub output: &'a str,
    /// Names of the files that it made.
    pub files: &'a [&'a str],
    /// The fault's message, where it failed.
    pub fault: Option<&'a str>,
}

/// What the provider does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Say `say`, which may be empty, then run `script`.
    Run { say: String, script: String },
    /// The final answer, as Markdown.
    Say(String),
}

/// Earlier questions that a newer one may go on from.
const EARLIER_MAX: usize = 6;
/// Scripts of one turn.
const RUNS_MAX: usize = 4;

/// The next step: a script to run, or the answer.
pub fn next(situation: &Situation<'_>) -> Step {
    let views: Vec<View<'_>> = situation.tables.iter().map(View::of).collect();
    let findings: Vec<Finding> = situation
        .runs
        .iter()
        .filter(|run| run.succeeded && lookup::is_lookup(run.script))
        .flat_map(|run| lookup::findings(run.output))
        .collect();
    let looked = situation.runs.iter().any(|run| lookup::is_lookup(run.script));
    let Reading { view, draft } = match read(situation, views, &findings) {
        Ok(reading) => reading,
        Err(step) => return step,
    };
    let unsure = !draft.unknown.is_empty() && !looked;
    if unsure
        && !matches!(
            plan::choose(&view, &draft),
            Err(Refusal::Future | Refusal::Why | Refusal::Undoable)
        )
        && let Some(script) = lookup::script(&view, &draft.unknown)
    {
        let words: Vec<String> = draft
            .unknown
            .iter()
            .map(|unknown| format!("“{}”", answer::plain(&unknown.text)))
            .collect();
        let say = format!("Let me see whether the data has {}.", words.join(" and "));
        return Step::Run { say, script };
    }
    match plan::choose(&view, &draft) {
        Ok(plan) => run_or_tell(situation, &view, &plan),
        Err(refusal) => {
            let understood = understood(&view, &draft);
            let mut views: Vec<View<'_>> = situation.tables.iter().map(View::of).collect();
            let best = view.tables[0].name;
            // The table that fits best comes first.
            views.sort_by_key(|view| view.tables[0].name != best);
            Step::Say(decline::say(&refusal, &views, &understood))
        }
    }
}

/// Three questions about these tables that are answered with a chart or a table.
pub fn suggestions(tables: &[Table<'_>]) -> Vec<String> {
    let views: Vec<View<'_>> = tables
        .iter()
        .take(3)
        .filter(|table| table.profile.row_count > 0)
        .map(View::of)
        .collect();
    suggest::for_views(&views)
}

struct Reading<'a> {
    view: View<'a>,
    draft: Draft,
}

/// Reads the question against each table, and against two that belong together where one does not suffice.
fn read<'a>(situation: &Situation<'a>, views: Vec<View<'a>>, findings: &[Finding]) -> Result<Reading<'a>, Step> {
    let asked = Asked::new(situation.question);
    let skip = situation.earlier.len().saturating_sub(EARLIER_MAX);
    let earlier: Vec<Asked> = situation.earlier[skip..]
        .iter()
        .map(|exchange| Asked::new(exchange.question))
        .collect();
    let mut best: Option<Reading<'a>> = None;
    // Tables that have something of what was named.
    let mut named: Vec<&str> = Vec::new();
    let mut consider = |view: View<'a>| {
        let draft = draft(&view, &asked, &earlier, findings);
        if !draft.names_nothing() || draft.counted.is_some() {
            named.push(view.tables[0].name);
        }
        if best.as_ref().is_none_or(|best| draft.score > best.draft.score + 1e-9) {
            best = Some(Reading { view, draft });
        }
    };
    for mut view in views {
        let own = reading::table_nouns(view.tables[0].name);
        let others = situation
            .tables
            .iter()
            .flat_map(|table| reading::table_nouns(table.name));
        view.elsewhere = others.filter(|noun| !own.contains(noun)).collect();
        consider(view);
    }
    let found = best.as_ref().is_some_and(|best| best.draft.unknown.is_empty());
    let many = situation.tables.len() > 1 && situation.tables.len() <= 20;
    if many && !found {
        // A script may join what no single table holds.
        let mut joined: Option<Reading<'a>> = None;
        for left in situation.tables {
            for right in situation.tables {
                let both = named.contains(&left.name) && named.contains(&right.name);
                if !both || left.name == right.name {
                    continue;
                }
                let Some(join) = columns::key(left, right) else {
                    continue;
                };
                let view = View::joined(left, right, join);
                let draft = draft(&view, &asked, &earlier, findings);
                if joined.as_ref().is_none_or(|best| draft.score > best.draft.score + 1e-9) {
                    joined = Some(Reading { view, draft });
                }
            }
        }
        if let (Some(mut joined), Some(single)) = (joined, &best)
            && joined.draft.score > single.draft.score + 0.5
            && joined.draft.unknown.len() < single.draft.unknown.len()
        {
            let join = joined.view.join.as_ref();
            let key = join.map(|join| question::code(&join.left)).unwrap_or_default();
            joined.draft.notes.push(format!(
                "I joined {} and {} by {key}",
                question::code(joined.view.tables[0].name),
                question::code(joined.view.tables[1].name)
            ));
            best = Some(joined);
        }
    }
    best.ok_or_else(|| {
        let refusal = if asked.is_greeting() {
            Refusal::Greeting
        } else {
            Refusal::Help
        };
        Step::Say(decline::say(&refusal, &[], &[]))
    })
}

/// The question with what it leaves to those before it.
fn draft(view: &View<'_>, asked: &Asked, earlier: &[Asked], findings: &[Finding]) -> Draft {
    let newest = reading::read(view, asked, findings);
    let mut chain = vec![newest];
    for before in earlier.iter().rev() {
        if !chain.last().is_some_and(follow::goes_on) {
            break;
        }
        let before = reading::read(view, before, findings);
        // Thanks in between change nothing.
        if !follow::is_chat(&before) {
            chain.push(before);
        }
    }
    let mut whole = chain.pop().unwrap_or_default();
    while let Some(newer) = chain.pop() {
        whole = follow::merge(view, &whole, &newer);
    }
    whole
}

/// What of a question was understood, for an answer that cannot be more.
fn understood(view: &View<'_>, draft: &Draft) -> Vec<String> {
    let mut columns: Vec<usize> = draft
        .measures
        .iter()
        .chain(&draft.plain)
        .chain(&draft.counted)
        .copied()
        .collect();
    columns.extend(draft.groups.iter().filter_map(|group| match group {
        question::Grouping::Column(column) | question::Grouping::TimeOf(column, _) => Some(*column),
        question::Grouping::Time(_) => None,
    }));
    columns.extend(draft.filters.iter().map(|filter| filter.column));
    let mut names: Vec<String> = Vec::new();
    for column in columns {
        let name = format!("the column {}", question::code(&view.columns[column].name));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let aggregates = draft
        .aggregates
        .iter()
        .map(|aggregate| format!("“{}”", aggregate.noun()));
    aggregates.chain(names).collect()
}

/// Runs the plan's script, mends it once, and tells what came out.
fn run_or_tell(situation: &Situation<'_>, view: &View<'_>, plan: &Plan) -> Step {
    let script = write(view, plan, false);
    let careful = write(view, plan, true);
    let mut runs = situation.runs.iter().filter(|run| !lookup::is_lookup(run.script));
    let Some(last) = runs.next_back() else {
        return Step::Run {
            say: String::new(),
            script,
        };
    };
    if last.succeeded {
        return Step::Say(answer::compose(
            view,
            plan,
            last.output,
            last.files,
            last.script == careful,
        ));
    }
    let fault = last.fault.unwrap_or_default();
    let again = runs.next().is_none() && situation.runs.len() < RUNS_MAX && last.script != careful && !is_limit(fault);
    if again {
        return Step::Run {
            say: "The script failed: some values are not what their column seemed to hold. I read the file more carefully.".to_owned(),
            script: careful,
        };
    }
    let reason = if fault.is_empty() {
        "It gave no reason.".to_owned()
    } else {
        format!("It said: {}", question::code(fault))
    };
    Step::Say(format!(
        "The script failed, so I have no answer. {reason}\n\nYou could ask about fewer columns or rows, or ask “Which values are missing?” to see whether the file is as it should be."
    ))
}

/// Whether a run ended at a limit, which the same work would reach again.
fn is_limit(fault: &str) -> bool {
    let fault = fault.to_lowercase();
    ["limit", "fuel", "memory", "wall time", "stopped"]
        .iter()
        .any(|word| fault.contains(word))
}

fn write(view: &View<'_>, plan: &Plan, careful: bool) -> String {
    match plan.task {
        Task::Look => look::script(view, plan, careful),
        Task::Missing => look::missing_script(view, plan, careful),
        Task::Count | Task::Distinct(_) | Task::Aggregate | Task::Share if !plan.groups.is_empty() => {
            groups::script(view, plan, careful)
        }
        Task::Count | Task::Distinct(_) | Task::Aggregate | Task::Share => single::script(view, plan, careful),
        Task::Distribution(column) => spread::script(view, plan, column, careful),
        Task::Pair(y, x, colour) => pairs::script(view, plan, (y, x, colour), careful),
        Task::Matrix(target) => pairs::matrix_script(view, plan, target, careful),
        Task::Rows => rows::script(view, plan, careful),
    }
}

#[cfg(test)]
mod tests {
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
            std: None,
            quantiles: None,
            top: values
                .iter()
                .map(|value| TopValue {
                    value: (*value).to_owned(),
                    count: 10,
                })
                .collect(),
            samples: Vec::new(),
            lengths: None,
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
        }
    }

    /// What a question is read as, in short.
    fn plan_of(profile: &Profile, question: &str) -> String {
        let table = Table {
            name: "sales.csv",
            profile,
        };
        let view = View::of(&table);
        let draft = draft(&view, &Asked::new(question), &[], &[]);
        let plan = match plan::choose(&view, &draft) {
            Ok(plan) => plan,
            Err(refusal) => return format!("{refusal:?}"),
        };
        let name = |index: usize| view.columns[index].name.clone();
        let mut parts = vec![match plan.task {
            Task::Distinct(column) => format!("distinct {}", name(column)),
            Task::Distribution(column) => format!("spread of {}", name(column)),
            Task::Pair(y, x, _) => format!("{} against {}", name(y), name(x)),
            Task::Matrix(target) => format!("correlations {}", target.map(name).unwrap_or_default())
                .trim()
                .to_owned(),
            task => format!("{task:?}").to_lowercase(),
        }];
        if !matches!(plan.task, Task::Count | Task::Rows) {
            parts.extend(
                plan.measures
                    .iter()
                    .map(|(column, aggregate)| format!("{} {}", aggregate.method(), name(*column))),
            );
        }
        for group in &plan.groups {
            parts.push(match group {
                plan::Group::Column(column) => format!("by {}", name(*column)),
                plan::Group::Time(_, unit) => format!("by {}", unit.noun()),
            });
        }
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

    #[test]
    fn questions_are_read_as_they_are_meant() {
        let profile = sales();
        let mut wrong = Vec::new();
        let mut check = |question: &str, expected: &str| {
            let found = plan_of(&profile, question);
            if found != expected {
                wrong.push(format!("{question}: {found}, not {expected}"));
            }
        };
        check("What is in this file?", "look");
        check("describe revenue", "spread of revenue");
        check("How many rows?", "count");
        check("how many sales were paid", "count, where `paid` is yes");
        check("how many sales were not paid", "count, where `paid` is no");
        check("how many products are there?", "distinct Product");
        check("number of distinct regions", "distinct region");
        check("total revenue", "aggregate, sum revenue");
        check("average unit price by region", "aggregate, mean unitPrice, by region");
        check("avg unit_price per Region", "aggregate, mean unitPrice, by region");
        check(
            "revenue by region and product",
            "aggregate, sum revenue, by region, by Product",
        );
        check("median revnue for each prodct", "aggregate, median revenue, by Product");
        check("sales by region", "count, by region");
        check("turnover by region", "aggregate, sum revenue, by region");
        check(
            "top 5 products by revenue",
            "aggregate, sum revenue, by Product, most 5",
        );
        check(
            "the five products with the lowest revenue",
            "aggregate, sum revenue, by Product, least 5",
        );
        check(
            "which region has the highest average price",
            "aggregate, mean unitPrice, by region, most",
        );
        check("most expensive sale", "rows, most");
        check(
            "revenue in the North",
            "aggregate, sum revenue, where `region` is North",
        );
        check(
            "revenue in the North and West regions",
            "aggregate, sum revenue, where `region` is North or West",
        );
        check(
            "revenue excluding West",
            "aggregate, sum revenue, where `region` is not West",
        );
        check(
            "revenue of red chairs",
            "aggregate, sum revenue, where `Product` is Red Chair",
        );
        check(
            "revenue where price is over 100",
            "aggregate, sum revenue, where `unitPrice` is over 100",
        );
        check(
            "count of sales with revenue between 10 and 20",
            "count, where `revenue` is between 10 and 20",
        );
        check(
            "list sales with at least 500 revenue",
            "rows, where `revenue` is at least 500",
        );
        check("how many sales with rating 5", "count, where `rating` is 5");
        check("revenue by month", "aggregate, sum revenue, by month");
        check(
            "monthly revenue in 2023 as a bar chart",
            "aggregate, sum revenue, by month, where `order date` is from 2023-01-01 to 2023-12-31, as bar",
        );
        check(
            "revenue over time by region",
            "aggregate, sum revenue, by month, by region",
        );
        check(
            "revenue since March 2023",
            "aggregate, sum revenue, where `order date` is from 2023-03-01 on",
        );
        check(
            "revenue before 2022-07-01",
            "aggregate, sum revenue, where `order date` is up to 2022-06-30",
        );
        check(
            "revenue in Q2",
            "aggregate, sum revenue, where `order date` is in April, May, June",
        );
        check("how did revenue change?", "aggregate, sum revenue, by month");
        check("distribution of unit price", "spread of unitPrice");
        check("histogram of revenue", "spread of revenue, as histogram");
        check("revenue vs price", "revenue against unitPrice");
        check("is revenue related to rating?", "revenue against rating");
        check("what correlates with revenue", "correlations revenue");
        check("correlation matrix", "correlations");
        check("missing values", "missing");
        check("share of revenue by region", "share, sum revenue, by region");
        check("what percentage of sales is from West?", "share, by region");
        check(
            "compare North and South by revenue",
            "aggregate, sum revenue, by region, where `region` is North or South",
        );
        check("paid rate by region", "share, mean paid, by region");
        check(
            "pie chart of revenue by region",
            "aggregate, sum revenue, by region, as pie",
        );
        check("average rating by product", "aggregate, mean rating, by Product");
        check("revenue by colour", "Unknown([\"colour\"])");
        check("average blorp", "Unknown([\"blorp\"])");
        check("predict revenue", "Future");
        check("hello", "Greeting");
        check("", "Nothing");
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn suggestions_name_columns_as_they_are() {
        let profile = sales();
        let table = Table {
            name: "sales.csv",
            profile: &profile,
        };
        let ideas = suggestions(&[table]);
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
}
