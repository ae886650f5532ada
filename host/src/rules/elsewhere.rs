//! Whether a question is about a table that is not here yet, such as one of a database, of which names and types are
//! known and no value.

use super::{
    Exchange, NamedProfile,
    columns::{TableView, table_nouns},
    draft,
    question::Asked,
    telling_stems,
};

/// What a table's own name in the question counts for.
const NAMED: f64 = 0.7;
/// How much better a table that is not here has to fit than those that are.
const MARGIN: f64 = 0.1;

/// The one of `there` that the question is about, where it fits better than each of `here`. `earlier` is what the
/// conversation asked before, oldest first.
pub fn elsewhere(
    question: &str,
    earlier: &[Exchange<'_>],
    here: &[NamedProfile<'_>],
    there: &[NamedProfile<'_>],
) -> Option<usize> {
    let asked = Asked::new(question);
    let skip = earlier.len().saturating_sub(super::EARLIER_MAX);
    let earlier: Vec<Asked> = earlier[skip..]
        .iter()
        .map(|exchange| Asked::new(exchange.question))
        .collect();
    let said = telling_stems(question);
    let fit = |table: &NamedProfile<'_>| {
        let draft = draft(&TableView::of(table), &asked, &earlier, &[]);
        let named = table_nouns(table.name).iter().any(|noun| said.contains(noun));
        let about = named || !draft.names_nothing() || draft.counted.is_some();
        about.then_some(draft.score + if named { NAMED } else { 0.0 })
    };
    let best_here = here.iter().filter_map(fit).fold(f64::NEG_INFINITY, f64::max);
    let mut best: Option<(usize, f64)> = None;
    for (at, table) in there.iter().enumerate() {
        let Some(score) = fit(table) else { continue };
        if score > best_here + MARGIN && best.is_none_or(|(_, best)| score > best + 1e-9) {
            best = Some((at, score));
        }
    }
    best.map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::profile::{ColumnKind, ColumnProfile, Profile};

    fn profile(columns: &[(&str, ColumnKind)]) -> Profile {
        let columns: Vec<_> = columns
            .iter()
            .map(|(name, kind)| ColumnProfile {
                name: (*name).to_owned(),
                kind: *kind,
                distinct: 50,
                ..ColumnProfile::default()
            })
            .collect();
        Profile {
            row_count: 1_000,
            profiled_rows: 1_000,
            column_count: columns.len() as u32,
            columns,
            ..Profile::default()
        }
    }

    #[test]
    fn a_question_goes_to_the_table_that_has_its_words() {
        let sales = profile(&[("region", ColumnKind::Text), ("amount", ColumnKind::Number)]);
        let orders = profile(&[("city", ColumnKind::Text), ("amount", ColumnKind::Number)]);
        let staff = profile(&[("name", ColumnKind::Text), ("salary", ColumnKind::Number)]);
        let here = [NamedProfile {
            name: "sales.csv",
            profile: &sales,
        }];
        let there = [
            NamedProfile {
                name: "orders.csv",
                profile: &orders,
            },
            NamedProfile {
                name: "staff.csv",
                profile: &staff,
            },
        ];
        let check = |question: &str, expected: Option<usize>| {
            assert_eq!(elsewhere(question, &[], &here, &there), expected, "{question}");
        };
        check("total amount by city", Some(0));
        check("total amount by region", None);
        check("total amount", None);
        check("what is the average salary?", Some(1));
        check("how many orders are there?", Some(0));
        check("how many staff are there?", Some(1));
        check("what is in this file?", None);
        check("hello", None);
        let before = [Exchange {
            question: "total amount by city",
            script: None,
        }];
        assert_eq!(elsewhere("only the top 3", &before, &here, &there), Some(0));
    }
}
