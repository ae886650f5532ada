//! Questions that go on from the one before: "and by month?", "only for Europe", "as a bar chart".

use super::{
    columns::TableView,
    lexicon::{Aggregate, Chart, Sign},
    question::{Filter, Grouping, Interpretation, Test},
};

/// Whether a question leaves to the one before what is to be computed.
pub(super) fn goes_on(draft: &Interpretation) -> bool {
    if draft.says(|sign| {
        matches!(
            sign,
            Sign::Greeting | Sign::Thanks | Sign::Help | Sign::Future | Sign::Why | Sign::Undoable
        )
    }) {
        return false;
    }
    let saved = matches!(&draft.save, Some(save) if save.back) && draft.signs.is_empty() && draft.names_nothing();
    let marked = saved
        || draft.says(|sign| matches!(sign, Sign::FollowUp | Sign::Also | Sign::Only))
        || draft.signs.first() == Some(&Sign::And);
    // "colour the points by origin", "segregate the cylinders by origin": what is there is drawn apart.
    let drawn = draft.says(|sign| *sign == Sign::Colour)
        && draft.aggregates.is_empty()
        && draft.measures.is_empty()
        && draft.counted.is_none()
        && matches!(draft.chart, None | Some(Chart::Any));
    marked || drawn || is_fragment(draft)
}

/// Points take two numbers, so a question for points of a category alone goes on from one about numbers.
pub(super) fn is_colour(view: &TableView<'_>, draft: &Interpretation) -> bool {
    let named = draft
        .plain
        .iter()
        .chain(draft.groups.iter().filter_map(|group| match group {
            Grouping::Column(column) => Some(column),
            _ => None,
        }));
    let columns: Vec<usize> = named.copied().collect();
    draft.chart == Some(Chart::Scatter)
        && draft.measures.is_empty()
        && !columns.is_empty()
        && columns.iter().all(|column| view.columns[*column].is_text())
}

/// "Group by origin": only says how what comes next is to be divided.
pub(super) fn only_divides(draft: &Interpretation) -> bool {
    matches!(draft.signs[..], [Sign::By | Sign::Colour])
        && !draft.groups.is_empty()
        && draft.plain.is_empty()
        && draft.measures.is_empty()
        && draft.filters.is_empty()
        && draft.unknown.is_empty()
        && draft.noun.is_none()
}

/// A question with the groups that were set before it.
pub(super) fn divide(newest: &mut Interpretation, before: &Interpretation) {
    for group in &before.groups {
        if !newest.groups.contains(group) {
            newest.groups.push(*group);
        }
    }
}

/// A greeting or thanks, with no question in it.
pub(super) fn is_chat(draft: &Interpretation) -> bool {
    draft.names_nothing() && draft.says(|sign| matches!(sign, Sign::Greeting | Sign::Thanks | Sign::Help))
}

/// Nothing is named that could be computed, but groups, rows or a chart are.
fn is_fragment(draft: &Interpretation) -> bool {
    // "as percentages" is of what was asked before; "what percentage …" begins anew.
    let share = !draft
        .signs
        .iter()
        .all(|sign| matches!(sign, Sign::Share | Sign::And | Sign::In));
    let task = draft.says(|sign| {
        matches!(
            sign,
            Sign::Count
                | Sign::Rows
                | Sign::Distinct
                | Sign::Missing
                | Sign::Look
                | Sign::Insight
                | Sign::List
                | Sign::Relation
                | Sign::Versus
                | Sign::Distribution
                | Sign::Superlative { .. }
                | Sign::Most { .. }
                | Sign::Difference
                | Sign::OverTime
                | Sign::Outlier
                | Sign::Anomaly
                | Sign::Repeated
        )
    });
    // "which 3 are the smallest?" names nothing of its own.
    let which = draft.says(|sign| *sign == Sign::Which) && !draft.says(|sign| matches!(sign, Sign::Top { .. }));
    // "The cars over 40 as a CSV" are rows that are wanted for themselves; "that as a CSV" goes back.
    let rows = !draft.filters.is_empty() && draft.save.as_ref().is_some_and(|save| !save.back);
    let computed = rows
        || !draft.measures.is_empty()
        || !draft.plain.is_empty()
        || draft.ratio.is_some()
        || draft.counted.is_some()
        || (draft.noun.is_some() && draft.filters.is_empty());
    let changed = !draft.groups.is_empty()
        || !draft.filters.is_empty()
        || draft.chart.is_some()
        || !draft.aggregates.is_empty()
        || draft.says(|sign| {
            matches!(
                sign,
                Sign::Top { .. } | Sign::Sort | Sign::Cumulative | Sign::Growth(_) | Sign::Significant | Sign::Pareto
            )
        });
    let shared = !share && draft.says(|sign| *sign == Sign::Share);
    let asks_share = share && draft.says(|sign| *sign == Sign::Share);
    !task && !asks_share && !which && !computed && (changed || shared)
}

/// The earlier question with the newer one's changes.
pub(super) fn merge(view: &TableView<'_>, earlier: &Interpretation, newer: &Interpretation) -> Interpretation {
    let mut merged = earlier.clone();
    let adds = newer.says(|sign| matches!(sign, Sign::Also | Sign::Colour));
    merged.guesses.extend(newer.guesses.iter().cloned());
    merged.unknown.extend(newer.unknown.iter().cloned());
    merged.notes.extend(newer.notes.iter().cloned());
    merged
        .idle
        .extend(newer.idle.iter().filter(|(sign, _)| !is_link(sign)).cloned());
    merged.noun = newer.noun.clone().or(merged.noun);
    merged.compared = newer.compared.or(merged.compared);
    let dated = |filter: &Filter| matches!(filter.test, Test::Days(..) | Test::Months(_));
    for filter in &newer.filters {
        merged
            .filters
            .retain(|other| other.column != filter.column || dated(other) != dated(filter) && !dated(other));
        merged.filters.push(filter.clone());
    }
    if !newer.groups.is_empty() {
        if !adds {
            merged.groups.clear();
            // What divided the earlier question without a "by" gives way as well.
            merged
                .plain
                .retain(|column| !newer.groups.contains(&Grouping::Column(*column)));
        }
        for group in &newer.groups {
            if !merged.groups.contains(group) {
                merged.groups.push(*group);
            }
        }
    }
    replace_figures(&mut merged, newer, adds);
    let there =
        |column: &usize| adds && (merged.plain.contains(column) || merged.groups.contains(&Grouping::Column(*column)));
    let columns: Vec<usize> = newer.plain.iter().copied().filter(|column| !there(column)).collect();
    if !newer.measures.is_empty() {
        merged.measures.clone_from(&newer.measures);
        merged.counted = None;
        merged.plain.retain(|column| !is_wide(view, *column));
    }
    if !columns.is_empty() {
        // A number takes the place of numbers, anything else that of the groups.
        let wide = columns.iter().any(|column| is_wide(view, *column));
        if wide {
            let kept: Vec<Aggregate> = merged
                .measures
                .iter()
                .flat_map(|wanted| wanted.aggregates.clone())
                .collect();
            if !kept.is_empty() && merged.aggregates.is_empty() {
                merged.aggregates = kept;
            }
            if !adds {
                merged.measures.clear();
                merged.counted = None;
            }
        } else if !adds {
            merged.groups.clear();
        }
        if !adds {
            merged.plain.retain(|column| is_wide(view, *column) != wide);
        }
        merged.plain.extend(columns);
    }
    let same = |chart: &Chart| newer.groups.is_empty() || adds && *chart == Chart::Histogram;
    merged.chart = newer.chart.or(merged.chart.filter(same));
    merged.bins = newer.bins.or(merged.bins);
    merged.points = newer.points.or(merged.points);
    merged.top = newer.top.or(merged.top);
    merged.quality = newer.quality.clone().or(merged.quality);
    let ranks = |sign: &Sign| matches!(sign, Sign::Top { .. } | Sign::Most { .. } | Sign::Superlative { .. });
    if newer.says(ranks) {
        merged.signs.retain(|sign| !ranks(sign));
        merged.idle.retain(|(sign, _)| !ranks(sign));
        if newer.quality.is_none() {
            merged.quality = None;
        }
    }
    // A figure instead of a count, and the other way round.
    if newer.says(|sign| matches!(sign, Sign::Aggregate(_))) {
        merged.signs.retain(|sign| !matches!(sign, Sign::Count | Sign::Rows));
    }
    merged
        .signs
        .extend(newer.signs.iter().filter(|sign| !is_link(sign)).copied());
    merged.save = newer.save.clone().or(merged.save);
    merged.score += newer.score;
    merged
}

/// Signs that only say that a question goes on.
fn is_link(sign: &Sign) -> bool {
    matches!(sign, Sign::Also | Sign::FollowUp | Sign::Only | Sign::And)
}

fn is_wide(view: &TableView<'_>, column: usize) -> bool {
    view.columns[column].is_number() && !view.columns[column].is_discrete()
}

/// "and the median?", "and the lowest?": another figure of the same columns.
fn replace_figures(merged: &mut Interpretation, newer: &Interpretation, adds: bool) {
    let mut figures = newer.aggregates.clone();
    let least = newer.signs.iter().find_map(|sign| match sign {
        Sign::Top { least } => Some(*least),
        _ => None,
    });
    // After the highest of each, the lowest of each.
    let each = merged.top.is_none() && newer.top.is_none() && !merged.groups.is_empty();
    let was = merged.signs.iter().find_map(|sign| match sign {
        Sign::Top { least } => Some(*least),
        _ => None,
    });
    if let (Some(least), Some(was), true, true) = (least, was, each, newer.names_nothing() && figures.is_empty())
        && least != was
    {
        figures = Vec::new();
    }
    if figures.is_empty() {
        return;
    }
    merged.signs.retain(|sign| !matches!(sign, Sign::Aggregate(_)));
    for wanted in &mut merged.measures {
        if !adds {
            wanted.aggregates.clear();
        }
        for figure in &figures {
            if !wanted.aggregates.contains(figure) {
                wanted.aggregates.push(*figure);
            }
        }
    }
    if merged.measures.is_empty() {
        merged.aggregates = figures;
    }
}
