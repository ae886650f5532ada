//! Says in words what a figure shows: its title, and one sentence for readers who cannot see it.

use super::{
    columns::Columns,
    math,
    scene::{Axis, AxisKind, Mark, Panel, Place, Scene, Shape},
};

/// The figure's title: the one over all panels, or that of the first panel that has one.
pub fn title(scene: &Scene) -> String {
    scene
        .suptitle
        .iter()
        .chain(scene.panels.iter().flat_map(|panel| &panel.titles))
        .map(|title| math::plain(&title.text))
        .find(|text| !text.trim().is_empty())
        .unwrap_or_default()
}

/// One sentence: the kinds of chart, the axes, the series and their reach.
pub fn describe(scene: &Scene, columns: &Columns) -> String {
    let panels: Vec<&Panel> = scene
        .panels
        .iter()
        .filter(|panel| panel.bar.is_none() && !panel.marks.is_empty() && !matches!(panel.place, Place::Twin { .. }))
        .collect();
    let title = title(scene);
    let named = if title.is_empty() {
        String::new()
    } else {
        format!(" “{}”", title.trim())
    };
    match panels.as_slice() {
        [] => format!("An empty chart{named}."),
        [panel] => {
            let twins: Vec<&Mark> = scene
                .panels
                .iter()
                .filter(|other| matches!(other.place, Place::Twin { .. }))
                .flat_map(|other| &other.marks)
                .collect();
            format!(
                "{}{named}{}.",
                capital(&kind(panel, &twins)),
                details(panel, &twins, columns)
            )
        }
        many => {
            let mut kinds: Vec<String> = many.iter().map(|panel| kind(panel, &[])).collect();
            kinds.dedup();
            format!(
                "{} panels{named}: {}.",
                capital(&count_word(many.len())),
                kinds.join(", ")
            )
        }
    }
}

fn count_word(count: usize) -> String {
    [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ]
    .get(count)
    .map_or_else(|| count.to_string(), |word| (*word).to_owned())
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// What kind of chart a panel is, with its article.
fn kind(panel: &Panel, twins: &[&Mark]) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    for mark in panel.marks.iter().chain(twins.iter().copied()) {
        let name = match &mark.shape {
            Shape::Line { x: _, pen, .. } => {
                if mark.coords != super::scene::Coords::Data {
                    continue;
                }
                if pen.is_some() {
                    "a line chart"
                } else {
                    "a scatter plot"
                }
            }
            Shape::Points { .. } => "a scatter plot",
            Shape::Boxes { role, horizontal, .. } => match (role.as_str(), *horizontal) {
                ("bar", false) => "a bar chart",
                ("bar", true) => "a horizontal bar chart",
                ("hist", _) => "a histogram",
                _ => continue,
            },
            Shape::Area { .. } => "an area chart",
            Shape::Wedge { inner, .. } => {
                if *inner > 0.0 {
                    "a ring chart"
                } else {
                    "a pie chart"
                }
            }
            Shape::Image { .. } => "a heat map",
            Shape::Tiles { .. } => "a density map of hexagons",
            _ => continue,
        };
        if !kinds.contains(&name) {
            kinds.push(name);
        }
    }
    if kinds.len() > 1 && kinds.contains(&"a line chart") && kinds.contains(&"an area chart") {
        kinds.retain(|kind| *kind != "an area chart");
    }
    match kinds.as_slice() {
        [] => "a chart".to_owned(),
        [one] => (*one).to_owned(),
        [first, rest @ ..] => format!("{first} with {}", rest.join(" and ")),
    }
}

fn details(panel: &Panel, twins: &[&Mark], columns: &Columns) -> String {
    let mut out = String::new();
    if panel.marks.iter().any(|mark| matches!(mark.shape, Shape::Wedge { .. })) {
        let slices: Vec<String> = panel
            .marks
            .iter()
            .filter_map(|mark| match &mark.shape {
                Shape::Wedge { from, to, .. } => {
                    let name = mark
                        .label
                        .as_deref()
                        .filter(|label| !label.starts_with('_'))
                        .unwrap_or("a part");
                    Some(format!("{name} {:.1} %", (to - from) / 3.6))
                }
                _ => None,
            })
            .collect();
        out.push_str(" of ");
        out.push_str(&listed(&slices, 8));
        return out;
    }
    let labels = (math::plain(&panel.x.label.text), math::plain(&panel.y.label.text));
    match (labels.0.trim(), labels.1.trim()) {
        ("", "") => {}
        (x, "") => out.push_str(&format!(" over {x}")),
        ("", y) => out.push_str(&format!(" of {y}")),
        (x, y) => out.push_str(&format!(" of {y} by {x}")),
    }
    let mut series: Vec<String> = panel
        .marks
        .iter()
        .chain(twins.iter().copied())
        .filter_map(|mark| mark.label.as_deref())
        .filter(|label| !label.starts_with('_'))
        .map(math::plain)
        .collect();
    series.dedup();
    if !series.is_empty() {
        out.push_str(&format!(", showing {}", listed(&series, 8)));
    }
    let x = reach(&panel.x);
    if !x.is_empty()
        && panel
            .marks
            .iter()
            .any(|mark| !matches!(mark.shape, Shape::Image { .. }))
    {
        out.push_str(&format!("; x {x}"));
    }
    if let Some((low, high)) = values(panel, columns)
        && panel.y.kind == AxisKind::Number
    {
        out.push_str(&format!(
            "{} values from {} to {}",
            if x.is_empty() { ";" } else { "," },
            short(low),
            short(high)
        ));
    }
    out
}

fn listed(items: &[String], most: usize) -> String {
    if items.len() > most {
        format!("{} and {} more", items[..most].join(", "), items.len() - most)
    } else {
        items.join(", ")
    }
}

fn reach(axis: &Axis) -> String {
    let (low, high) = (axis.limits[0].min(axis.limits[1]), axis.limits[0].max(axis.limits[1]));
    match axis.kind {
        AxisKind::Category if axis.categories.is_empty() => String::new(),
        AxisKind::Category => format!("has the categories {}", listed(&axis.categories, 6)),
        AxisKind::Date => format!("from {} to {}", day(low), day(high)),
        AxisKind::Number if !axis.visible => String::new(),
        AxisKind::Number => format!("from {} to {}", short(low), short(high)),
    }
}

/// A day counted from 1970-01-01, as ISO 8601.
pub fn day(days: f64) -> String {
    timestamp(days)[..10].to_owned()
}

/// An instant counted in days from 1970-01-01, as ISO 8601 to the millisecond.
pub fn timestamp(days: f64) -> String {
    let milliseconds = (days * 86_400_000.0).round().clamp(-6.2e13, 2.5e14) as i64;
    let (day, rest) = (milliseconds.div_euclid(86_400_000), milliseconds.rem_euclid(86_400_000));
    // Civil date from a count of days, by eras of 400 years that begin in March.
    let shifted = day + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 {
        month_index + 3
    } else {
        month_index - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hours, minutes, seconds) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60);
    let mut text = format!("{year:04}-{month:02}-{day_of_month:02}T{hours:02}:{minutes:02}:{seconds:02}");
    if rest % 1000 != 0 {
        text.push_str(&format!(".{:03}", rest % 1000));
    }
    text
}

/// The least and the greatest value along y.
fn values(panel: &Panel, columns: &Columns) -> Option<(f64, f64)> {
    let mut all: Option<(f64, f64)> = None;
    let mut take = |value: f64| {
        if value.is_finite() && value.abs() < 1e300 {
            all = Some(all.map_or((value, value), |(low, high)| (low.min(value), high.max(value))));
        }
    };
    for mark in panel
        .marks
        .iter()
        .filter(|mark| mark.coords == super::scene::Coords::Data)
    {
        match &mark.shape {
            Shape::Line { y, .. } | Shape::Points { y, .. } => columns.get(*y).iter().copied().for_each(&mut take),
            Shape::Boxes {
                bottom,
                height,
                width,
                left,
                horizontal,
                ..
            } => {
                let (base, length) = if *horizontal { (left, width) } else { (bottom, height) };
                base.iter().zip(length).for_each(|(base, length)| take(base + length));
            }
            Shape::Image {
                values: Some(values), ..
            } => columns.get(*values).iter().copied().for_each(&mut take),
            _ => {}
        }
    }
    all
}

/// A number with as many digits as tell it apart.
fn short(value: f64) -> String {
    if value != 0.0 && !(1e-4..1e9).contains(&value.abs()) {
        return format!("{value:.2e}");
    }
    let digits = (3 - value.abs().log10().floor().clamp(-4.0, 3.0) as i32).clamp(0, 6) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}
