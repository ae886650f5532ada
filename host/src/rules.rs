//! Answers common questions with no model at all: rules over the words and the files' profiles write a script.
//!
//! The script is shown and run like any other, and the answer says what it printed and nothing else. What was not
//! understood is said plainly, with the words in question; nothing is ever made up. Values that no profile lists are
//! first looked for by a script of their own. A question leaves nothing behind: the same situation has the same next
//! step.

mod answer;
mod charts;
mod checks;
mod choosing;
mod clean;
mod columns;
mod decline;
mod elsewhere;
mod facts;
mod figures;
mod follow;
mod forecast;
mod insights;
mod lexicon;
mod look;
mod lookup;
mod measures;
mod pairs;
mod plan;
mod python;
mod question;
mod reading;
mod rows;
mod saving;
mod sense;
mod spread;
mod suggest;
#[cfg(test)]
mod tests;
mod unused;
mod words;

pub use elsewhere::elsewhere;
pub use insights::Insights;

use columns::TableView;
use plan::{Plan, Refusal, Task};
use question::{Asked, Finding, Interpretation};

/// What is known when the provider is asked for its next step.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The newest message of the person.
    pub question: &'a str,
    /// Earlier questions of the conversation that were answered, oldest first.
    pub earlier: &'a [Exchange<'a>],
    /// The tables in play, the most relevant first.
    pub tables: &'a [NamedProfile<'a>],
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
pub struct NamedProfile<'a> {
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
pub enum NextStep {
    /// Say `say`, which may be empty, then run `script`.
    Run { say: String, script: String },
    /// The final answer, as Markdown.
    Say(String),
}

/// Earlier questions that a newer one may go on from.
const EARLIER_MAX: usize = 6;
/// Scripts per turn.
const RUNS_MAX: usize = 4;

/// The next step: a script to run, or the answer.
pub fn next(situation: &Situation<'_>) -> NextStep {
    let views: Vec<TableView<'_>> = situation.tables.iter().map(TableView::of).collect();
    let findings: Vec<Finding> = situation
        .runs
        .iter()
        .filter(|run| run.succeeded && lookup::is_lookup(run.script))
        .flat_map(|run| lookup::findings(run.output))
        .collect();
    let looked = situation.runs.iter().any(|run| lookup::is_lookup(run.script));
    let Reading { view, draft } = match read(
        situation.question,
        situation.earlier,
        situation.tables,
        views,
        &findings,
    ) {
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
        return NextStep::Run { say, script };
    }
    match plan::choose(&view, &draft) {
        Ok(plan) => run_or_tell(situation, &view, &plan),
        Err(refusal) => {
            let understood = understood(&view, &draft);
            let mut views: Vec<TableView<'_>> = situation.tables.iter().map(TableView::of).collect();
            let best = view.tables[0].name;
            // The table that fits best comes first.
            views.sort_by_key(|view| view.tables[0].name != best);
            NextStep::Say(decline::say(&refusal, &views, &understood))
        }
    }
}

/// At most `count` questions about these tables that are answered with a chart or a table, spread over the tables in
/// their order.
pub fn suggestions(tables: &[NamedProfile<'_>], count: usize) -> Vec<String> {
    suggest::first(tables, count)
}

/// At most `count` questions to go on with after `questions`, oldest first, none of which comes to what was asked
/// already.
pub fn follow_ups(questions: &[&str], tables: &[NamedProfile<'_>], count: usize) -> Vec<String> {
    suggest::next(questions, tables, count)
}

/// Whether it is more than a greeting, thanks or a call for help.
pub fn asks_something(question: &str) -> bool {
    let chat = |sign: &lexicon::Sign| {
        matches!(
            sign,
            lexicon::Sign::Greeting | lexicon::Sign::Thanks | lexicon::Sign::Help
        )
    };
    let asked = Asked::new(question);
    !asked.tokens.is_empty() && !asked.signs.iter().flatten().any(|(sign, _)| chat(sign))
}

/// The stems of the words of a text that say something, such as a question or the name of a table.
pub fn telling_stems(text: &str) -> Vec<String> {
    let words = words::name_words(text)
        .into_iter()
        .filter(|word| word.chars().count() > 1);
    let stems = words.map(|word| (words::stem(&word), word));
    // "order" orders, and is what many tables are about.
    let telling = stems.filter(|(stem, word)| !lexicon::is_noise(word) || lexicon::is_entity(stem));
    telling.map(|(stem, _)| stem).collect()
}

struct Reading<'a> {
    view: TableView<'a>,
    draft: Interpretation,
}

/// Reads the question against each table, and against two that belong together where one does not suffice.
fn read<'a>(
    question: &str,
    earlier: &[Exchange<'_>],
    tables: &'a [NamedProfile<'a>],
    views: Vec<TableView<'a>>,
    findings: &[Finding],
) -> Result<Reading<'a>, NextStep> {
    let asked = Asked::new(question);
    let skip = earlier.len().saturating_sub(EARLIER_MAX);
    let earlier: Vec<Asked> = earlier[skip..]
        .iter()
        .map(|exchange| Asked::new(exchange.question))
        .collect();
    let mut best: Option<Reading<'a>> = None;
    // Tables that have something of what was named.
    let mut named: Vec<&str> = Vec::new();
    let mut consider = |view: TableView<'a>| {
        let draft = draft(&view, &asked, &earlier, findings);
        if !draft.names_nothing() || draft.counted.is_some() {
            named.push(view.tables[0].name);
        }
        if best.as_ref().is_none_or(|best| draft.score > best.draft.score + 1e-9) {
            best = Some(Reading { view, draft });
        }
    };
    for mut view in views {
        let own = columns::table_nouns(view.tables[0].name);
        let others = tables.iter().flat_map(|table| columns::table_nouns(table.name));
        view.files = tables.iter().collect();
        view.elsewhere = others.filter(|noun| !own.contains(noun)).collect();
        consider(view);
    }
    let found = best.as_ref().is_some_and(|best| best.draft.unknown.is_empty());
    let many = tables.len() > 1 && tables.len() <= 20;
    if many && !found {
        // A script may join what no single table holds.
        let mut joined: Option<Reading<'a>> = None;
        for left in tables {
            for right in tables {
                let both = named.contains(&left.name) && named.contains(&right.name);
                if !both || left.name == right.name {
                    continue;
                }
                let Some(join) = columns::key(left, right) else {
                    continue;
                };
                let view = TableView::joined(left, right, join);
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
        NextStep::Say(decline::say(&refusal, &[], &[]))
    })
}

/// The question with what it leaves to those before it.
fn draft(view: &TableView<'_>, asked: &Asked, earlier: &[Asked], findings: &[Finding]) -> Interpretation {
    let newest = reading::read(view, asked, findings);
    let mut chain = vec![newest];
    for before in earlier.iter().rev() {
        let before = reading::read(view, before, findings);
        let goes_on = |draft: &Interpretation| follow::goes_on(draft) || follow::is_colour(view, draft);
        if !chain.last().is_some_and(goes_on) {
            if let (true, Some(last)) = (follow::only_divides(&before), chain.last_mut()) {
                follow::divide(last, &before);
            }
            break;
        }
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
fn understood(view: &TableView<'_>, draft: &Interpretation) -> Vec<String> {
    let mut columns: Vec<usize> = draft
        .measured()
        .chain(draft.plain.iter().copied())
        .chain(draft.counted)
        .collect();
    columns.extend(draft.groups.iter().filter_map(|group| match group {
        question::Grouping::Column(column)
        | question::Grouping::TimeOf(column, _)
        | question::Grouping::Bands(column) => Some(*column),
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
fn run_or_tell(situation: &Situation<'_>, view: &TableView<'_>, plan: &Plan) -> NextStep {
    let script = write(view, plan, false);
    let careful = write(view, plan, true);
    let mut runs = situation.runs.iter().filter(|run| !lookup::is_lookup(run.script));
    let Some(last) = runs.next_back() else {
        return NextStep::Run {
            say: String::new(),
            script,
        };
    };
    if last.succeeded {
        return NextStep::Say(answer::compose(
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
        return NextStep::Run {
            say: "The script failed: some values do not match the type of their column. I am reading the file more \
                 carefully."
                .to_owned(),
            script: careful,
        };
    }
    let reason = if fault.is_empty() {
        "It gave no reason.".to_owned()
    } else {
        format!("It said: {}", question::code(fault))
    };
    NextStep::Say(format!(
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

fn write(view: &TableView<'_>, plan: &Plan, careful: bool) -> String {
    match plan.task {
        Task::Look => look::script(view, plan, careful),
        Task::Insights => insights::script(view, plan, careful),
        Task::Missing => look::missing_script(view, plan, careful),
        Task::Figures => figures::script(view, plan, careful),
        Task::Distribution(column) => spread::script(view, plan, column, careful),
        Task::Pair(y, x, colour) => pairs::script(view, plan, (y, x, colour), careful),
        Task::Matrix(target) => pairs::matrix_script(view, plan, target, careful),
        Task::Rows => rows::script(view, plan, careful),
        Task::Forecast(steps) => forecast::script(view, plan, steps, careful),
        Task::Clean => clean::script(view, plan, careful),
        Task::Repeats(_) | Task::Outliers(_) | Task::Normal(_) | Task::Sizes => checks::script(view, plan, careful),
    }
}
