//! Forecasts: what a figure over time comes to if it goes on as before, by exponential smoothing, with an interval.
//!
//! A forecast is always called one. From few points, or where many are missing, there is none.

use super::{
    answer::{Telling, bold, filters},
    charts,
    columns::TableView,
    facts::Facts,
    figures::{self, value_name},
    lexicon::Unit,
    measures::Measure,
    plan::{Group, Plan},
    python::{Script, file_name, label, literal},
};

const SMOOTHING: &str = include_str!("forecast.py");
/// Points in time that a forecast is made from at least.
pub(super) const POINTS_MIN: usize = 12;
/// Steps that are named in the answer.
const TOLD: usize = 12;

/// How many steps of `unit` lie ahead where nothing was said.
pub(super) fn usual_steps(unit: Unit) -> usize {
    match unit {
        Unit::Day => 14,
        Unit::Week => 8,
        Unit::Quarter => 4,
        Unit::Year => 3,
        _ => 6,
    }
}

/// How polars writes a unit, and after how many of them a season may come back.
fn grain(unit: Unit) -> (&'static str, &'static str, &'static str) {
    match unit {
        Unit::Day => ("1d", "d", "[7]"),
        Unit::Week => ("1w", "w", "[52]"),
        Unit::Quarter => ("1q", "q", "[4]"),
        Unit::Year => ("1y", "y", "[]"),
        _ => ("1mo", "mo", "[12]"),
    }
}

pub(super) fn script(view: &TableView<'_>, plan: &Plan, steps: usize, careful: bool) -> String {
    let mut script = Script::new(view, plan, true, careful);
    let (Some(measure), Some(Group::Time(time, unit))) = (plan.measures.first(), plan.groups.first()) else {
        return script.end("df");
    };
    let needed: Vec<_> = measure
        .needs()
        .into_iter()
        .chain([*time])
        .map(|column| &view.columns[column])
        .collect();
    script.drop_gaps(&needed, careful);
    let (every, short, seasons) = grain(*unit);
    script.blank();
    script.line("import numpy as np");
    script.blank();
    script.line(format!("time = {}", literal(&view.columns[*time].name)));
    script.line(format!("figure = {}", measure.expression(view)));
    let adds = if measure.adds_up() { "True" } else { "False" };
    script.line(format!("adds_up, every, unit = {adds}, \"{every}\", \"{short}\""));
    script.line(format!("steps, points_min, seasons = {steps}, {POINTS_MIN}, {seasons}"));
    script.blank();
    for line in SMOOTHING.lines() {
        script.line(line);
    }
    let format = measure.format(view);
    script.line(format!(
        "for place, (period, value, least, most) in enumerate(result.head({TOLD}).iter_rows(), 1):"
    ));
    script.line(format!(
        "    print(f\"{{place}}: {{str(period)!r}} {{value:{format}}}\")"
    ));
    script.line(format!("    print(f\"low {{place}}: {{least:{format}}}\")"));
    script.line(format!("    print(f\"high {{place}}: {{most:{format}}}\")"));
    script.line(format!("print(f\"newest: {{str(last)!r}} {{y[-1]:{format}}}\")"));
    let title = title(view, plan);
    script.blank();
    for line in [
        "fig, ax = plt.subplots(figsize=(10, 5))".to_owned(),
        "ax.plot(series[\"period\"], series[\"value\"], color=\"#2a6f97\", label=\"so far\")".to_owned(),
        "joined = [last, *result[\"period\"].to_list()]".to_owned(),
        "ax.plot(joined, [y[-1], *values], color=\"#bc4749\", linestyle=\"--\", label=\"forecast\")".to_owned(),
        "ax.fill_between(joined, [y[-1], *low], [y[-1], *high], color=\"#bc4749\", alpha=0.15, label=\"95 % interval\")".to_owned(),
        "ax.legend(frameon=False)".to_owned(),
        format!("ax.set_title({}, loc=\"left\", fontweight=\"bold\")", label(&title)),
        format!("ax.set_xlabel({})", label(unit.noun())),
        format!("ax.set_ylabel({})", label(&measure.name(view))),
        "ax.yaxis.set_major_formatter(\"{x:,.12g}\")".to_owned(),
        "ax.grid(axis=\"y\", alpha=0.3)".to_owned(),
    ] {
        script.line(line);
    }
    charts::save(&mut script, &file_name(&title));
    script.end("result")
}

fn title(view: &TableView<'_>, plan: &Plan) -> String {
    format!("Forecast: {}", figures::title(view, plan).to_lowercase())
}

pub(super) fn answer(view: &TableView<'_>, plan: &Plan, facts: &Facts, telling: &mut Telling) -> Option<()> {
    let (measure, group) = (plan.measures.first()?, *plan.groups.first()?);
    let Group::Time(_, unit) = group else { return None };
    let name = super::question::code;
    let what = match measure {
        Measure::Rows => format!("number of rows per {}", unit.noun()),
        measure => format!("{} per {}", measure.noun(view, name), unit.noun()),
    };
    let within = filters(view, plan);
    let points = facts.number("points")?;
    let ranks = facts.ranked();
    let (Some(first), Some(last)) = (ranks.first(), ranks.last()) else {
        telling.say(if points < POINTS_MIN as f64 {
            format!(
                "I make no forecast of the {what}{within}: that takes at least {POINTS_MIN} {}s, and there are {points}.",
                unit.noun()
            )
        } else {
            format!(
                "I make no forecast of the {what}{within}: {} of {points} {}s have no values.",
                facts.figure("gaps")?,
                unit.noun()
            )
        });
        return Some(());
    };
    let said = |text: &Option<String>| value_name(group, text.as_deref().unwrap_or_default());
    let between = |place: usize| {
        let low = facts.figure(&format!("low {place}"))?;
        let high = facts.figure(&format!("high {place}"))?;
        Some(format!("between {low} and {high}"))
    };
    telling.say(format!(
        "If it goes on as before, the {what}{within} is about {} in {} ({} with a probability of about 95 %). The newest, of {}, was {}.",
        bold(&first.figure),
        said(&first.text),
        between(1)?,
        said(&facts.find("newest")?.text),
        facts.figure("newest")?
    ));
    if ranks.len() > 1 {
        let lines: Vec<String> = ranks
            .iter()
            .zip(1..)
            .filter_map(|(rank, place)| Some(format!("- {}: {} ({})", said(&rank.text), rank.figure, between(place)?)))
            .collect();
        telling.say(lines.join("\n"));
    }
    let season = facts.number("season").unwrap_or(1.0);
    let how = if season > 1.0 {
        format!("a season of {season} {}s", unit.noun())
    } else {
        "no season, since none shows".to_owned()
    };
    telling.say(format!(
        "This is an extrapolation of {points} {}s up to {} by exponential smoothing with a damped trend and {how}. It knows nothing of what is not in the data.",
        unit.noun(),
        said(&last.text)
    ));
    if let (Some(tried), Some(off), Some(plain)) =
        (facts.figure("tried"), facts.figure("off"), facts.figure("plain off"))
    {
        let better = facts.number("off") < facts.number("plain off");
        let versus = if better { "against" } else { "no better than the" };
        telling.say(format!(
            "Made without the last {tried}, it would have missed them by {off} % on average, {versus} {plain} % for repeating what came before."
        ));
    }
    if let Some(unfinished) = facts.find("unfinished") {
        telling.say(format!(
            "I left out {}, which is not over in the data.",
            said(&unfinished.text)
        ));
    }
    Some(())
}
