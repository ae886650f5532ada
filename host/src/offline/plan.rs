//! What is to be computed: chosen from what a question named, with a note of every choice that was made for the asker.

use super::{
    choosing::Chooser,
    columns::{Column, Role, View},
    lexicon::{Aggregate, Chart, Sign, Unit},
    question::{Draft, Filter},
    saving::Save,
};

/// What a script is to do.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub task: Task,
    /// At most four.
    pub measures: Vec<(usize, Aggregate)>,
    /// At most two.
    pub groups: Vec<Group>,
    pub filters: Vec<Filter>,
    pub top: Option<Top>,
    pub chart: Option<Chart>,
    pub bins: Option<usize>,
    /// The file that the whole table is written to.
    pub save: Option<Save>,
    /// Choices that were made, each a clause without its full stop.
    pub notes: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Task {
    Look,
    Missing,
    Count,
    Distinct(usize),
    Aggregate,
    Share,
    Distribution(usize),
    /// Two numbers, drawn one against the other: y, x, and what colours the points.
    Pair(usize, usize, Option<usize>),
    /// All pairs of numbers, or all with this one.
    Matrix(Option<usize>),
    /// Rows as they are.
    Rows,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Group {
    Column(usize),
    Time(usize, Unit),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Top {
    /// How many were asked for.
    pub count: Option<usize>,
    pub least: bool,
}

/// Why there is nothing to compute.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Refusal {
    Greeting,
    Help,
    Thanks,
    Future,
    Why,
    Undoable,
    /// The words that stand in the way.
    Unknown(Vec<String>),
    Nothing,
    NoNumber,
    NoTime,
    NoRows,
}

const MEASURES_MAX: usize = 4;

impl Group {
    pub fn column(self) -> usize {
        match self {
            Self::Column(column) | Self::Time(column, _) => column,
        }
    }
}

/// Chooses what to compute.
pub(super) fn choose(view: &View<'_>, draft: &Draft) -> Result<Plan, Refusal> {
    refuse(draft)?;
    let mut plan = Plan {
        task: Task::Aggregate,
        measures: Vec::new(),
        groups: Vec::new(),
        filters: draft.filters.clone(),
        top: top(draft),
        chart: draft.chart.filter(|chart| *chart != Chart::Any),
        bins: draft.bins,
        save: draft.save.clone(),
        notes: draft.notes(view),
    };
    if draft.save.as_ref().is_some_and(|save| save.excel) {
        plan.notes.push("I write CSV files, which Excel opens".to_owned());
    }
    let hard: Vec<String> = draft
        .unknown
        .iter()
        .filter(|unknown| unknown.hard)
        .map(|unknown| unknown.text.clone())
        .collect();
    if !hard.is_empty() {
        return Err(Refusal::Unknown(hard));
    }
    let soft: Vec<String> = draft.unknown.iter().map(|unknown| unknown.text.clone()).collect();
    let intent = !draft.signs.is_empty() || !draft.groups.is_empty() || draft.save.is_some();
    let named = draft.measures.len() + draft.plain.len() + draft.groups.len() + draft.filters.len();
    if !soft.is_empty() && (named == 0 || !intent || soft.len() > named) {
        return Err(Refusal::Unknown(soft));
    }
    if !soft.is_empty() {
        let words: Vec<String> = soft.iter().map(|word| format!("“{word}”")).collect();
        plan.notes
            .push(format!("I did not understand {} and left it out", words.join(", ")));
    }
    if view.rows == 0 {
        return Err(Refusal::NoRows);
    }
    let mut chooser = Chooser {
        view,
        draft,
        plan,
        plain: draft.plain.clone(),
        measures: draft.measures.clone(),
    };
    chooser.choose()?;
    let mut plan = chooser.plan;
    plan.measures.truncate(MEASURES_MAX);
    plan.groups.truncate(2);
    Ok(plan)
}

fn refuse(draft: &Draft) -> Result<(), Refusal> {
    for sign in &draft.signs {
        match sign {
            Sign::Future => return Err(Refusal::Future),
            Sign::Why => return Err(Refusal::Why),
            Sign::Undoable => return Err(Refusal::Undoable),
            _ => {}
        }
    }
    if draft.names_nothing() && draft.unknown.is_empty() {
        for sign in &draft.signs {
            match sign {
                Sign::Look | Sign::Missing | Sign::Relation | Sign::Count | Sign::OverTime => return Ok(()),
                Sign::Greeting => return Err(Refusal::Greeting),
                Sign::Help => return Err(Refusal::Help),
                Sign::Thanks => return Err(Refusal::Thanks),
                _ => {}
            }
        }
    }
    Ok(())
}

fn top(draft: &Draft) -> Option<Top> {
    let mut least = None;
    for sign in &draft.signs {
        match sign {
            Sign::Top { least: said } | Sign::Most { least: said } | Sign::Superlative { least: said, .. } => {
                least.get_or_insert(*said);
            }
            _ => {}
        }
    }
    least.map(|least| Top {
        count: draft.top,
        least,
    })
}

/// The number of a view that is most likely of interest.
pub(super) fn obvious_measure(view: &View<'_>) -> Option<usize> {
    let numbers: Vec<usize> = view
        .find(|role| matches!(role, Role::Number { discrete: false, .. }))
        .filter(|index| !is_place(&view.columns[*index]))
        .collect();
    let additive = numbers.iter().find(|index| view.columns[**index].is_additive());
    additive
        .or(numbers.first())
        .copied()
        .or_else(|| view.find(|role| matches!(role, Role::Number { .. })).next())
}

/// Longitudes and latitudes are numbers that nobody averages.
fn is_place(column: &Column<'_>) -> bool {
    super::words::name_words(&column.profile.name)
        .iter()
        .any(|word| matches!(word.as_str(), "latitude" | "longitude" | "lat" | "lon" | "lng" | "long"))
}
