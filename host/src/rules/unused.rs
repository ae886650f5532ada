//! The check that nothing of a question is lost: what was named, and what the signs asked for, is in the plan.
//!
//! A word that was understood but would change nothing is named in a refusal, since an answer that leaves it out is one
//! to another question.

use super::{
    columns::TableView,
    lexicon::{Aggregate, Sign},
    measures::Measure,
    plan::{Course, Plan, Refusal, Task},
    question::{Interpretation, Two, code},
};

pub(super) fn check(view: &TableView<'_>, draft: &Interpretation, plan: &Plan) -> Result<(), Refusal> {
    let mut lost: Vec<String> = Vec::new();
    let used = used(plan);
    let whole = matches!(
        plan.task,
        Task::Look | Task::Rows | Task::Missing | Task::Insights | Task::Clean | Task::Matrix(None)
    );
    if !whole {
        let named = draft.plain.iter().copied().chain(draft.measured()).chain(draft.counted);
        for column in named {
            let role = view.columns[column].role;
            // What names the rows may be said in passing.
            let label = matches!(role, super::columns::Role::Name | super::columns::Role::Id)
                || view.columns[column].is_numbering();
            let name = code(&view.columns[column].name);
            if !used.contains(&column) && !label && !lost.contains(&name) {
                lost.push(name);
            }
        }
    }
    for (sign, words) in &draft.idle {
        if !is_met(view, (*sign, words), draft, plan) {
            lost.push(format!("“{words}”"));
        }
    }
    for wanted in &draft.measures {
        for aggregate in &wanted.aggregates {
            let met = plan.task != Task::Figures
                || plan.inner.is_some()
                || plan.share
                || plan.measures.iter().any(|measure| measured(measure, *aggregate));
            if !met {
                lost.push(format!("“{}”", aggregate.noun()));
            }
        }
    }
    for aggregate in &draft.aggregates {
        let extreme = plan.top.is_some() && matches!(aggregate, Aggregate::Max | Aggregate::Min);
        let met = plan.task != Task::Figures
            || plan.share
            || plan.inner.is_some()
            || extreme
            || plan.measures.iter().any(|measure| measured(measure, *aggregate));
        if !met {
            lost.push(format!("“{}”", aggregate.noun()));
        }
    }
    if lost.is_empty() {
        return Ok(());
    }
    lost.dedup();
    Err(Refusal::Unused(lost))
}

fn measured(measure: &Measure, aggregate: Aggregate) -> bool {
    match measure {
        Measure::Of(_, other) => *other == aggregate,
        // A total is what shares and ratios are of, and a mean of yes and no is their share.
        Measure::Portion(..) | Measure::Two(..) | Measure::Part(_) => {
            matches!(aggregate, Aggregate::Sum | Aggregate::Mean)
        }
        Measure::Rows | Measure::Distinct(_) => matches!(aggregate, Aggregate::Sum | Aggregate::Mean),
    }
}

/// Every column that the plan looks at.
pub(super) fn used(plan: &Plan) -> Vec<usize> {
    let mut used: Vec<usize> = plan.measures.iter().flat_map(Measure::columns).collect();
    used.extend(plan.groups.iter().chain(&plan.inner).map(|group| group.column()));
    used.extend(plan.filters.iter().flat_map(super::question::Filter::columns));
    used.extend(&plan.shown);
    used.extend(plan.each);
    match plan.task {
        Task::Distribution(column)
        | Task::Repeats(Some(column))
        | Task::Outliers(Some(column))
        | Task::Matrix(Some(column))
        | Task::Normal(column) => used.push(column),
        Task::Pair(y, x, colour) => used.extend([y, x].into_iter().chain(colour)),
        _ => {}
    }
    used
}

/// Whether the plan does what a sign asks for that no pattern of the question has claimed.
fn is_met(view: &TableView<'_>, (sign, words): (Sign, &str), draft: &Interpretation, plan: &Plan) -> bool {
    let ranked = plan.top.is_some();
    match sign {
        Sign::Not
        | Sign::Compare(_)
        | Sign::OrMore { .. }
        | Sign::Contains
        | Sign::Starts
        | Sign::Ends
        | Sign::Loss(_)
        | Sign::Comparative { .. } => {
            // "happier in hotels with more stars" is a relation.
            matches!(sign, Sign::Comparative { .. }) && (!plan.groups.is_empty() || matches!(plan.task, Task::Pair(..)))
        }
        Sign::Between => {
            matches!(plan.task, Task::Pair(..) | Task::Matrix(_)) || !plan.groups.is_empty() || draft.ratio.is_some()
        }
        Sign::Since | Sign::Before | Sign::After | Sign::Margin | Sign::Weekend(_) => false,
        Sign::Ratio => plan
            .measures
            .iter()
            .any(|measure| matches!(measure, Measure::Two(_, _, Two::Over | Two::Percent, _))),
        Sign::Minus => {
            plan.measures
                .iter()
                .any(|measure| matches!(measure, Measure::Two(_, _, Two::Less, _)))
                || plan.compares
        }
        Sign::Growth(_) => {
            plan.course == Some(Course::Growth) || !plan.groups.is_empty() && draft.says(|sign| *sign == Sign::Share)
        }
        Sign::Cumulative => plan.course == Some(Course::Cumulative),
        Sign::Moving => matches!(plan.course, Some(Course::Moving(_))),
        Sign::Share => {
            plan.share
                || plan.measures.iter().any(Measure::is_percent)
                || plan
                    .groups
                    .first()
                    .is_some_and(|_| draft.says(|sign| matches!(sign, Sign::Change | Sign::Growth(_))))
                || plan.counts() && plan.groups.is_empty() && !plan.filters.is_empty()
        }
        Sign::Top { .. } | Sign::Most { .. } => ranked || matches!(plan.task, Task::Matrix(_)),
        Sign::Latest => {
            matches!(words, "this" | "current" | "This" | "Current")
                || plan.top.is_some()
                || plan
                    .groups
                    .iter()
                    .any(|group| matches!(group, super::plan::Group::Time(..)))
        }
        Sign::Unit(_) => {
            plan.groups
                .iter()
                .any(|group| matches!(group, super::plan::Group::Time(..)))
                || !plan.filters.is_empty()
        }
        Sign::Distinct => {
            plan.measures
                .iter()
                .any(|measure| matches!(measure, Measure::Distinct(_)))
                || !plan.groups.is_empty()
        }
        Sign::Repeated => matches!(plan.task, Task::Repeats(_)) || plan.unique,
        Sign::Outlier => matches!(plan.task, Task::Outliers(_)),
        Sign::Anomaly => matches!(plan.task, Task::Outliers(_) | Task::Insights),
        Sign::Normal => matches!(plan.task, Task::Normal(_)),
        Sign::Significant => {
            let tested = matches!(
                plan.measures.first(),
                Some(Measure::Of(_, Aggregate::Mean) | Measure::Part(_))
            );
            plan.compares && tested || matches!(plan.task, Task::Pair(..) | Task::Normal(_))
        }
        Sign::Removal => plan.save.is_some(),
        Sign::Forecast | Sign::Next => matches!(plan.task, Task::Forecast(_)),
        Sign::Pareto => plan.pareto,
        Sign::Clean => plan.task == Task::Clean || draft.says(|sign| *sign == Sign::Removal),
        Sign::Rate => {
            let named = plan.measures.iter().flat_map(Measure::columns).any(|column| {
                super::words::name_words(&view.columns[column].profile.name)
                    .iter()
                    .any(|word| {
                        matches!(
                            word.as_str(),
                            "rate" | "ratio" | "share" | "percent" | "percentage" | "pct"
                        )
                    })
            });
            named || plan.share || plan.measures.iter().any(Measure::is_percent) || plan.task != Task::Figures
        }
        Sign::More => !plan.groups.is_empty() || matches!(plan.task, Task::Pair(..) | Task::Matrix(_)),
        Sign::Missing => {
            plan.task == Task::Missing
                || plan
                    .filters
                    .iter()
                    .any(|filter| matches!(filter.test, super::question::Test::Missing(_)))
        }
        _ => true,
    }
}
