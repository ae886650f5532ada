//! Values that have an order of their own although they are words: months, weekdays, quarters, sizes and ranges.

use crate::rules::columns::Column;

const ORDERS: [&[&str]; 8] = [
    &[
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ],
    &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ],
    &[
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ],
    &["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    &["q1", "q2", "q3", "q4"],
    &["xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"],
    &["low", "medium", "high", "very high"],
    &["small", "medium", "large", "extra large"],
];

/// The known values in their order, where they have one.
pub(super) fn of(column: &Column<'_>) -> Option<Vec<String>> {
    if !column.is_text() {
        return None;
    }
    let mut values: Vec<String> = column.known_values().map(str::to_owned).collect();
    values.sort();
    values.dedup();
    if values.len() < 2 {
        return None;
    }
    let known = ORDERS
        .iter()
        .find(|order| values.iter().all(|value| place(order, value).is_some()));
    if let Some(order) = known {
        // All of them, since a profile need not list each.
        let written = values[0].clone();
        return Some(order.iter().map(|word| like(word, &written, &values)).collect());
    }
    // "18-24", "25-34", "65+": by the number that they begin with.
    let start = |value: &String| -> Option<f64> {
        let digits: String = value
            .trim_start_matches(['<', '>', ' '])
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        let ranged = value.contains(['-', '–', '+', '<', '>']);
        digits.parse().ok().filter(|_| ranged && value.chars().count() <= 12)
    };
    let all_known = column.all_values_known();
    if !all_known
        || !values.iter().all(|value| start(value).is_some())
        || values.iter().any(|value| value.matches('-').count() > 1)
    {
        return None;
    }
    values.sort_by(|a, b| {
        let below = |value: &String| u8::from(!value.starts_with('<'));
        start(a)
            .partial_cmp(&start(b))
            .unwrap_or(std::cmp::Ordering::Equal)
            .then(below(a).cmp(&below(b)))
    });
    Some(values)
}

fn place(order: &[&str], value: &str) -> Option<usize> {
    let low = value.trim().to_lowercase();
    order.iter().position(|word| *word == low)
}

/// A word written as the values are.
fn like(word: &str, written: &str, values: &[String]) -> String {
    if let Some(same) = values.iter().find(|value| value.trim().to_lowercase() == word) {
        return same.clone();
    }
    let mut chars = word.chars();
    if written.chars().all(|c| !c.is_lowercase()) {
        word.to_uppercase()
    } else if written.starts_with(char::is_uppercase) {
        chars
            .next()
            .map(|first| first.to_uppercase().chain(chars).collect())
            .unwrap_or_default()
    } else {
        word.to_owned()
    }
}
