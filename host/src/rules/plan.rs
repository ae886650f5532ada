//! What is to be computed: a typed query, chosen from what a question named, with a note of every choice that was made
//! for the asker.

use super::{
    choosing::Chooser,
    columns::{Column, Role, TableView},
    lexicon::{Aggregate, Chart, Compare, Sign, Unit},
    measures::Measure,
    question::{Filter, Interpretation, Test, Two},
    saving::Save,
    unused,
};
use crate::files::profile::Scalar;

/// What a script is to do.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a part of the question that is there or not"
)]
pub(super) struct Plan {
    pub task: Task,
    /// At most four.
    pub measures: Vec<Measure>,
    /// At most two.
    pub groups: Vec<Group>,
    /// All of them have to hold.
    pub filters: Vec<Filter>,
    pub top: Option<Top>,
    pub chart: Option<Chart>,
    pub bins: Option<usize>,
    /// Figures are told as shares of their total over all groups.
    pub share: bool,
    pub course: Option<Course>,
    /// The figure is computed for each of this first, and the mean of those is the answer.
    pub inner: Option<Group>,
    /// What the first figure of a group must be.
    pub having: Option<(Compare, f64)>,
    /// The groups that make up most of the total are told.
    pub pareto: bool,
    /// Rows that are the same as another are left out.
    pub unique: bool,
    /// What is told first is how it went from the first to the last.
    pub changes: bool,
    /// Two groups are to be compared: whether they differ by more than chance.
    pub compares: bool,
    /// Rows are ranked within each value of this column.
    pub each: Option<usize>,
    /// Columns that rows are shown with; all without any.
    pub shown: Vec<usize>,
    /// The file that the whole table is written to.
    pub save: Option<Save>,
    /// Choices that were made, each a clause without its full stop.
    pub notes: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Task {
    Look,
    Insights,
    Missing,
    /// Figures of all rows, or of groups of them.
    Figures,
    Distribution(usize),
    /// Two numbers, drawn one against the other: y, x, and what colours the points.
    Pair(usize, usize, Option<usize>),
    /// All pairs of numbers, or all with this one.
    Matrix(Option<usize>),
    /// Rows as they are.
    Rows,
    /// Values that occur more than once.
    Repeats(Option<usize>),
    /// Values far from the others, of this column or of all.
    Outliers(Option<usize>),
    /// Whether a column is normally distributed.
    Normal(usize),
    /// How many rows each file has.
    Sizes,
    /// A figure over time, carried on by so many steps.
    Forecast(usize),
    /// What could be cleaned.
    Clean,
}

/// What becomes of figures that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// From one to the next, in percent.
    Growth,
    Cumulative,
    /// The mean of so many.
    Moving(usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Group {
    Column(usize),
    Time(usize, Unit),
    /// Ranges of a number.
    Bands(usize),
    /// Years in tens.
    Decades(usize),
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
    /// The words were understood, but not what they should change.
    Unused(Vec<String>),
    /// A figure of a column that holds none.
    NotNumbers(String),
    /// The times that were asked for lie outside those of the data.
    Outside(String),
    Nothing,
    NoNumber,
    NoTime,
    NoRows,
}

const MEASURES_MAX: usize = 4;

impl Plan {
    pub fn new(task: Task) -> Self {
        Self {
            task,
            measures: Vec::new(),
            groups: Vec::new(),
            filters: Vec::new(),
            top: None,
            chart: None,
            bins: None,
            share: false,
            course: None,
            inner: None,
            having: None,
            pareto: false,
            unique: false,
            changes: false,
            compares: false,
            each: None,
            shown: Vec::new(),
            save: None,
            notes: Vec::new(),
        }
    }

    /// The column that the first figure is of.
    pub fn column(&self) -> Option<usize> {
        self.measures.first().and_then(Measure::column)
    }

    /// Rows are counted and nothing else is.
    pub fn counts(&self) -> bool {
        self.task == Task::Figures && matches!(self.measures[..], [Measure::Rows])
    }
}

impl Group {
    pub fn column(self) -> usize {
        match self {
            Self::Column(column) | Self::Time(column, _) | Self::Bands(column) | Self::Decades(column) => column,
        }
    }

    /// Its values follow each other in time.
    pub fn is_course(self, view: &TableView<'_>) -> bool {
        match self {
            Self::Time(_, unit) => !unit.recurs(),
            Self::Decades(_) => true,
            Self::Column(column) => view.columns[column].role == Role::Year,
            Self::Bands(_) => false,
        }
    }
}

/// Chooses what to compute.
pub(super) fn choose(view: &TableView<'_>, draft: &Interpretation) -> Result<Plan, Refusal> {
    refuse(draft)?;
    let mut plan = Plan::new(Task::Figures);
    plan.filters.clone_from(&draft.filters);
    plan.top = top(draft);
    plan.chart = draft.chart.filter(|chart| *chart != Chart::Any);
    plan.bins = draft.bins;
    plan.save.clone_from(&draft.save);
    plan.notes = draft.notes(view);
    if draft.save.as_ref().is_some_and(|save| save.excel) {
        plan.notes.push("I write CSV files, which Excel opens".to_owned());
    }
    let unknown = draft.unknown.iter().filter(|unknown| !unknown.counted || unknown.hard);
    let hard: Vec<String> = unknown
        .clone()
        .filter(|unknown| unknown.hard)
        .map(|unknown| unknown.text.clone())
        .collect();
    if !hard.is_empty() {
        return Err(Refusal::Unknown(hard));
    }
    let soft: Vec<String> = unknown.map(|unknown| unknown.text.clone()).collect();
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
    outside(view, draft)?;
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
    unused::check(view, draft, &plan)?;
    Ok(plan)
}

fn refuse(draft: &Interpretation) -> Result<(), Refusal> {
    let forecast = draft.says(|sign| *sign == Sign::Forecast) || draft.ahead.is_some();
    for sign in &draft.signs {
        match sign {
            Sign::Future if !forecast => return Err(Refusal::Future),
            Sign::Why => return Err(Refusal::Why),
            Sign::Undoable => return Err(Refusal::Undoable),
            // Rows can be left out of a file of their own; the one that was uploaded stays as it is.
            Sign::Removal if draft.save.is_none() => return Err(Refusal::Undoable),
            _ => {}
        }
    }
    if draft.names_nothing() && draft.unknown.iter().all(|unknown| unknown.counted && !unknown.hard) {
        for sign in &draft.signs {
            match sign {
                Sign::Look
                | Sign::Insight
                | Sign::Missing
                | Sign::Forecast
                | Sign::Clean
                | Sign::Relation
                | Sign::Count
                | Sign::OverTime
                | Sign::Outlier
                | Sign::Anomaly
                | Sign::Repeated => return Ok(()),
                Sign::Greeting => return Err(Refusal::Greeting),
                Sign::Help => return Err(Refusal::Help),
                Sign::Thanks => return Err(Refusal::Thanks),
                _ => {}
            }
        }
    }
    Ok(())
}

/// Refuses times that the data does not reach.
fn outside(view: &TableView<'_>, draft: &Interpretation) -> Result<(), Refusal> {
    for filter in &draft.filters {
        let Test::Days(from, to) = &filter.test else { continue };
        let profile = view.columns[filter.column].profile;
        let (Some(Scalar::Text(first)), Some(Scalar::Text(last))) = (&profile.min, &profile.max) else {
            continue;
        };
        let day = |text: &str| text.get(..10).map(str::to_owned).unwrap_or_default();
        let iso = first.len() >= 10 && first.as_bytes()[4] == b'-';
        let late = from.as_ref().is_some_and(|from| *from > day(last));
        let early = to.as_ref().is_some_and(|to| *to <= day(first));
        if iso && !profile_is_sampled(view) && (late || early) {
            let asked = match (from, to) {
                (Some(from), _) if late => format!("from {from} on"),
                (_, Some(to)) => format!("before {to}"),
                _ => String::new(),
            };
            return Err(Refusal::Outside(format!(
                "There are no rows {asked}: {} goes from {} to {}.",
                super::question::code(&view.columns[filter.column].name),
                day(first),
                day(last)
            )));
        }
    }
    Ok(())
}

fn profile_is_sampled(view: &TableView<'_>) -> bool {
    view.tables.iter().any(|table| table.profile.sampled)
}

fn top(draft: &Interpretation) -> Option<Top> {
    let quality = draft.quality.as_ref().map(|quality| quality.least);
    let said = draft.signs.iter().find_map(|sign| match sign {
        Sign::Top { least } | Sign::Most { least } => Some(*least),
        _ => None,
    });
    quality.or(said).map(|least| Top {
        count: draft.top,
        least,
    })
}

/// The number of a view that is most likely of interest.
pub(super) fn obvious_measure(view: &TableView<'_>) -> Option<usize> {
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
pub(super) fn is_place(column: &Column<'_>) -> bool {
    super::words::name_words(&column.profile.name)
        .iter()
        .any(|word| matches!(word.as_str(), "latitude" | "longitude" | "lat" | "lon" | "lng" | "long"))
}

impl Two {
    /// The figure of two columns, as polars computes it of all rows of a group.
    pub fn of(self, left: &str, right: &str, aggregate: Aggregate) -> String {
        match self {
            Self::Over => format!("({left}.sum() / {right}.sum())"),
            Self::Percent => format!("({left}.sum() / {right}.sum() * 100)"),
            Self::Less => aggregate.of(&format!("({left} - {right})")),
        }
    }
}
