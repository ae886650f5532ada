//! Questions that work on the tables at hand, each of which the rules themselves answer.

use super::{
    NamedProfile,
    columns::{Column, Role, TableView},
    lexicon::{Aggregate, Chart, Unit},
    measures::Measure,
    plan::{Group, Plan, Task, obvious_measure},
    question::{Filter, Test},
    sense,
};

/// Ideas that an answer shows.
const WANTED: usize = 3;
/// Tables that ideas are about.
const TABLES: usize = 6;

/// Questions about the tables, most telling first, one for each table before the second for any. Names of columns stand
/// as they are in the file.
pub(super) fn first(tables: &[NamedProfile<'_>], count: usize) -> Vec<String> {
    let mut offer = Offer::new(tables, &[], count);
    offer.every_table();
    offer.found
}

/// Questions that go on from the last of `questions` and repeat none of them.
pub(super) fn next(questions: &[&str], tables: &[NamedProfile<'_>], count: usize) -> Vec<String> {
    let mut offer = Offer::new(tables, questions, count);
    if let Some((newest, earlier)) = questions.split_last()
        && let Some(sense) = sense::of(newest, earlier, tables)
    {
        for idea in after(&sense.view, &sense.plan) {
            offer.put(&idea, &sense.view);
        }
        for idea in ideas(&sense.view) {
            offer.put(&idea, &sense.view);
        }
    }
    offer.every_table();
    offer.found
}

/// Ideas for one table.
pub(super) fn for_view(view: &TableView<'_>) -> Vec<String> {
    let mut ideas = ideas(view);
    ideas.truncate(WANTED);
    ideas
}

/// Ideas for several tables, of which the first comes first.
pub(super) fn for_views(views: &[TableView<'_>]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for question in views.iter().take(WANTED).flat_map(for_view) {
        if found.len() < WANTED && !found.contains(&question) {
            found.push(question);
        }
    }
    found
}

/// Ideas that were found to work.
struct Offer<'a> {
    tables: &'a [NamedProfile<'a>],
    questions: &'a [&'a str],
    /// What was asked, and what is offered.
    senses: Vec<String>,
    found: Vec<String>,
    count: usize,
}

impl<'a> Offer<'a> {
    fn new(tables: &'a [NamedProfile<'a>], questions: &'a [&'a str], count: usize) -> Self {
        let asked = (0..questions.len()).filter_map(|at| sense::of(questions[at], &questions[..at], tables));
        Self {
            tables,
            questions,
            senses: asked.map(|sense| sense.key()).collect(),
            found: Vec::new(),
            count,
        }
    }

    /// Offers an idea that is read as it is meant, about the table that it is meant for, and is not there already.
    fn put(&mut self, idea: &str, view: &TableView<'_>) {
        if self.found.len() >= self.count {
            return;
        }
        let name = view.tables[0].name;
        let named = format!("{} in {name}?", idea.trim_end_matches('?'));
        let forms = if self.tables.len() > 1 {
            vec![idea, &named]
        } else {
            vec![idea]
        };
        for form in forms {
            let Some(sense) = sense::of(form, self.questions, self.tables) else {
                continue;
            };
            if sense.view.tables[0].name != name || !sense.is_sure() {
                continue;
            }
            let key = sense.key();
            if !self.senses.contains(&key) {
                self.senses.push(key);
                self.found.push(form.to_owned());
            }
            return;
        }
    }

    fn every_table(&mut self) {
        let views = self.tables.iter().filter(|table| table.profile.row_count > 0);
        let views: Vec<TableView<'_>> = views.take(TABLES).map(TableView::of).collect();
        let ideas: Vec<Vec<String>> = views.iter().map(ideas).collect();
        let most = ideas.iter().map(Vec::len).max().unwrap_or_default();
        for at in 0..most {
            for (view, ideas) in views.iter().zip(&ideas) {
                if let Some(idea) = ideas.get(at) {
                    self.put(idea, view);
                }
            }
        }
    }
}

/// Everything that may be asked of a table, best first.
fn ideas(view: &TableView<'_>) -> Vec<String> {
    let name = |column: usize| said(&view.columns[column]);
    let measure = obvious_measure(view);
    let category = category(view, &[]);
    let crowded = view.find(|role| role == Role::Category).next();
    let mut ideas = Vec::new();
    match (measure, category, crowded) {
        (Some(measure), Some(category), _) => ideas.push(figure_by(view, measure, None, category)),
        (Some(measure), None, Some(crowded)) => {
            ideas.push(format!("Top 10 {} by {}", plural(&name(crowded)), name(measure)));
        }
        _ => {}
    }
    if let Some(measure) = measure {
        if is_timed(view) {
            ideas.push(format!("How did {} change over time?", name(measure)));
        }
        if let Some(named) = named(view) {
            ideas.push(format!("Top 10 {} by {}", plural(&name(named)), name(measure)));
        }
        if let Some(second) = other_measure(view, measure) {
            ideas.push(format!(
                "Is there a correlation between {} and {}?",
                name(measure),
                name(second)
            ));
        }
        ideas.push(format!("Show the distribution of {}", name(measure)));
    }
    if let Some(category) = category.or(crowded) {
        ideas.push(format!("How many rows are there by {}?", name(category)));
    }
    ideas.push("What is in this file?".to_owned());
    ideas.push("Which values are missing?".to_owned());
    if let Some(second) = measure.and_then(|measure| other_measure(view, measure)) {
        ideas.push(format!("Show the distribution of {}", name(second)));
        if let Some(category) = category {
            ideas.push(figure_by(view, second, None, category));
        }
    }
    ideas
}

/// What may be asked after a question that came to this plan, best first.
fn after(view: &TableView<'_>, plan: &Plan) -> Vec<String> {
    let name = |column: usize| said(&view.columns[column]);
    let mut ideas = Vec::new();
    let aggregate = match plan.measures.first() {
        Some(Measure::Of(_, aggregate)) => Some(*aggregate),
        _ => None,
    };
    let measure = match plan.task {
        Task::Distribution(column) | Task::Pair(column, ..) | Task::Matrix(Some(column)) => Some(column),
        _ => match plan.measures.first() {
            Some(Measure::Of(column, _)) => Some(*column),
            _ => None,
        },
    };
    let measure = measure.filter(|column| view.columns[*column].is_number());
    let counted = plan.task == Task::Figures && measure.is_none();
    let used: Vec<usize> = plan
        .groups
        .iter()
        .map(|group| group.column())
        .chain(plan.measures.iter().flat_map(Measure::columns))
        .collect();
    let times = plan.groups.iter().find_map(|group| match *group {
        Group::Time(column, unit) => Some((column, unit)),
        _ => None,
    });
    let rate = plan.column();
    let rate = rate.filter(|column| view.columns[*column].role == Role::Flag);
    let by = |category: usize| match (rate, measure) {
        (Some(rate), _) => format!("What is the {} rate by {}?", name(rate), name(category)),
        (None, Some(measure)) => figure_by(view, measure, aggregate, category),
        (None, None) if counted => format!("How many rows are there by {}?", name(category)),
        (None, None) => obvious_measure(view).map_or_else(
            || format!("How many rows are there by {}?", name(category)),
            |measure| figure_by(view, measure, None, category),
        ),
    };
    // One value was looked at: how do the others do?
    let kept = plan.filters.iter().filter(|filter| matches!(filter.test, Test::Is(_)));
    ideas.extend(
        kept.map(|Filter { column, .. }| *column)
            .filter(|column| view.columns[*column].profile.distinct <= 60 && !used.contains(column))
            .map(by),
    );
    let category = category(view, &used);
    let group = plan.groups.iter().find_map(|group| match *group {
        Group::Column(column) if view.columns[column].is_text() => Some(column),
        _ => None,
    });
    let measured = measure.or_else(|| obvious_measure(view).filter(|_| !counted));
    let trend = measured.filter(|_| times.is_none() && is_timed(view));
    let other = measured.and_then(|measure| other_measure(view, measure));
    if let (Some(measure), Some((_, unit))) = (measured, times) {
        let figure = figure(view, measure, aggregate);
        if !matches!(unit, Unit::MonthOfYear | Unit::Weekday) && finely(view, times) {
            let verb = verb(view, measure);
            ideas.push(format!("What {verb} the {figure} by month of the year?"));
        }
    }
    ideas.extend(category.map(by));
    if let Some(measure) = trend {
        ideas.push(format!("How did {} change over time?", name(measure)));
    }
    if let (Some(named), Some(measure), None) = (named(view), measured, plan.top) {
        ideas.push(format!("Top 10 {} by {}", plural(&name(named)), name(measure)));
    }
    if let (Some(measure), Some(other)) = (measured, other) {
        if let Some(group) = group {
            ideas.push(figure_by(view, other, None, group));
        } else if times.is_some() {
            ideas.push(format!("How did {} change over time?", name(other)));
        }
        ideas.push(format!(
            "Is there a correlation between {} and {}?",
            name(measure),
            name(other)
        ));
    }
    if let Some(measure) = measured {
        ideas.push(format!("Show the distribution of {}", name(measure)));
        ideas.push(format!("What correlates with {}?", name(measure)));
    }
    if let (true, Some(group), None | Some(Chart::Bar)) = (counted, group, plan.chart)
        && view.columns[group].profile.distinct <= 8
    {
        ideas.push(format!("Show the share of rows by {} as a pie chart", name(group)));
    }
    if plan.save.is_none() && !matches!(plan.task, Task::Look | Task::Missing) {
        ideas.push("Save this result as a CSV file".to_owned());
    }
    ideas
}

/// "What is the average mpg by origin?"
fn figure_by(view: &TableView<'_>, measure: usize, aggregate: Option<Aggregate>, category: usize) -> String {
    let figure = figure(view, measure, aggregate);
    format!(
        "What {} the {figure} by {}?",
        verb(view, measure),
        said(&view.columns[category])
    )
}

/// "is", or "are" of sales and charges.
fn verb(view: &TableView<'_>, column: usize) -> &'static str {
    let name = view.columns[column].name.to_lowercase();
    let plural = name.ends_with('s') && !["ss", "us", "is"].iter().any(|end| name.ends_with(end));
    if plural { "are" } else { "is" }
}

/// "average mpg"
fn figure(view: &TableView<'_>, measure: usize, aggregate: Option<Aggregate>) -> String {
    let column = &view.columns[measure];
    let noun = match aggregate {
        Some(Aggregate::Median) => "median",
        Some(Aggregate::Mean) => "average",
        Some(Aggregate::Sum) => "total",
        // Extremes and spreads are asked for once; what goes on from them is the usual figure.
        _ if column.is_additive() => "total",
        _ => "average",
    };
    format!("{noun} {}", said(column))
}

fn is_timed(view: &TableView<'_>) -> bool {
    view.find(|role| matches!(role, Role::Time | Role::Year))
        .next()
        .is_some()
}

/// Whether the times tell the months of several years apart.
fn finely(view: &TableView<'_>, times: Option<(usize, Unit)>) -> bool {
    times.is_some_and(|(column, _)| view.columns[column].profile.distinct > 24)
}

/// A column whose values name the rows.
fn named(view: &TableView<'_>) -> Option<usize> {
    view.find(|role| role == Role::Name)
        .find(|name| is_named(&view.columns[*name]))
}

fn other_measure(view: &TableView<'_>, measure: usize) -> Option<usize> {
    view.find(|role| matches!(role, Role::Number { discrete: false, .. }))
        .find(|column| *column != measure)
}

/// The column that divides best: a few groups, all with a name.
fn category(view: &TableView<'_>, without: &[usize]) -> Option<usize> {
    let few = |column: &Column<'_>| (2..=60).contains(&column.profile.distinct);
    let find = |role: fn(Role) -> bool| view.find(role).filter(|column| !without.contains(column));
    let mut categories = find(|role| matches!(role, Role::Category));
    categories
        .find(|column| few(&view.columns[*column]))
        .or_else(|| find(|role| matches!(role, Role::Flag)).next())
        .or_else(|| find(|role| matches!(role, Role::Number { discrete: true, .. })).next())
}

/// Its values are names rather than numbers of something.
fn is_named(column: &Column<'_>) -> bool {
    column
        .known_values()
        .all(|value| !value.contains(|c: char| c.is_ascii_digit()))
}

/// A column in a question: quoted where its name would not be read as one.
fn said(column: &Column<'_>) -> String {
    let name = column.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = name.chars().all(|c| c.is_alphanumeric() || "_ ".contains(c)) && name.chars().any(char::is_alphabetic);
    let short = name.split([' ', '_']).count() <= 4;
    if plain && short && !super::lexicon::is_word(&name) {
        return name;
    }
    let quote = if name.contains('"') { '`' } else { '"' };
    format!("{quote}{name}{quote}")
}

/// More than one of a plain word; other names stay as they are.
fn plural(name: &str) -> String {
    if !name.chars().all(char::is_alphabetic) || name.len() < 3 || name.ends_with('s') {
        return name.to_owned();
    }
    match name.strip_suffix('y') {
        Some(rest) if !rest.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{rest}ies"),
        _ if name.ends_with(['x', 'z']) || name.ends_with("ch") || name.ends_with("sh") => format!("{name}es"),
        _ => format!("{name}s"),
    }
}
