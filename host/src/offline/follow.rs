//! Questions that go on from the one before: "and by month?", "only for Europe", "as a bar chart".

use super::{
    columns::View,
    lexicon::Sign,
    question::{Draft, Grouping},
};

/// Whether a question leaves to the one before what is to be computed.
pub(super) fn goes_on(draft: &Draft) -> bool {
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
    marked || is_fragment(draft)
}

/// A greeting or thanks, with no question in it.
pub(super) fn is_chat(draft: &Draft) -> bool {
    draft.names_nothing() && draft.says(|sign| matches!(sign, Sign::Greeting | Sign::Thanks | Sign::Help))
}

/// Nothing is named that could be computed, but groups, rows or a chart are.
fn is_fragment(draft: &Draft) -> bool {
    let task = draft.says(|sign| {
        matches!(
            sign,
            Sign::Count
                | Sign::Rows
                | Sign::Distinct
                | Sign::Share
                | Sign::Missing
                | Sign::Look
                | Sign::List
                | Sign::Relation
                | Sign::Versus
                | Sign::Distribution
                | Sign::Which
                | Sign::Superlative { .. }
                | Sign::Most { .. }
                | Sign::Difference
                | Sign::OverTime
        )
    });
    // "The cars over 40 as a CSV" are rows that are wanted for themselves; "that as a CSV" goes back.
    let rows = !draft.filters.is_empty() && draft.save.as_ref().is_some_and(|save| !save.back);
    let computed = rows
        || !draft.measures.is_empty()
        || !draft.plain.is_empty()
        || !draft.aggregates.is_empty()
        || draft.counted.is_some();
    let changed = !draft.groups.is_empty()
        || !draft.filters.is_empty()
        || draft.chart.is_some()
        || draft.says(|sign| matches!(sign, Sign::Top { .. }));
    !task && !computed && changed
}

/// The earlier question with the newer one's changes.
pub(super) fn merge(view: &View<'_>, earlier: &Draft, newer: &Draft) -> Draft {
    let mut merged = earlier.clone();
    let adds = newer.says(|sign| matches!(sign, Sign::Also));
    merged.guesses.extend(newer.guesses.iter().cloned());
    merged.unknown.extend(newer.unknown.iter().cloned());
    merged.noun = newer.noun.clone().or(merged.noun);
    for filter in &newer.filters {
        merged.filters.retain(|other| other.column != filter.column);
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
        merged.groups.extend(newer.groups.iter().copied());
    }
    let columns: Vec<usize> = newer.measures.iter().chain(&newer.plain).copied().collect();
    if !newer.aggregates.is_empty() {
        merged.aggregates.clone_from(&newer.aggregates);
        merged.signs.retain(|sign| !matches!(sign, Sign::Aggregate(_)));
    }
    if !columns.is_empty() {
        // A number takes the place of numbers, anything else that of the groups.
        let is_wide = |column: &usize| view.columns[*column].is_number() && !view.columns[*column].is_discrete();
        if columns.iter().any(is_wide) {
            merged.measures.clear();
            merged.counted = None;
        } else {
            merged.groups.clear();
        }
        let wide = columns.iter().any(is_wide);
        merged.plain.retain(|column| is_wide(column) != wide);
        merged.plain.extend(columns);
    }
    merged.chart = newer.chart.or(merged.chart.filter(|_| newer.groups.is_empty()));
    merged.bins = newer.bins.or(merged.bins);
    merged.top = newer.top.or(merged.top);
    let ranks = |sign: &Sign| matches!(sign, Sign::Top { .. } | Sign::Most { .. } | Sign::Superlative { .. });
    if newer.says(ranks) {
        merged.signs.retain(|sign| !ranks(sign));
    }
    // A figure instead of a count, and the other way round.
    if newer.says(|sign| matches!(sign, Sign::Aggregate(_))) {
        merged.signs.retain(|sign| !matches!(sign, Sign::Count | Sign::Rows));
    }
    let signs = newer
        .signs
        .iter()
        .filter(|sign| !matches!(sign, Sign::Also | Sign::FollowUp | Sign::Only | Sign::And));
    merged.signs.extend(signs.copied());
    merged.save = newer.save.clone().or(merged.save);
    merged.score += newer.score;
    merged
}
