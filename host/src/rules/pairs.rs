//! How numbers hang together: two of them as points with their correlation, or all pairs in a square.

use super::{
    answer::{Telling, bold, filters, plain},
    charts::{self, Frame},
    checks,
    columns::{Column, Role, TableView},
    facts::Facts,
    plan::Plan,
    python::{Script, file_name, list, literal},
    question::code,
};

/// Points that a chart draws; of more, a random part.
const POINTS: usize = 5_000;
/// Columns that are compared each with each, or all with one.
const NAMES: usize = 30;
const WITH_ONE: usize = 200;
/// Columns and bars that a chart shows.
const SQUARE: usize = 12;
const BARS: usize = 15;

pub(super) fn script(
    view: &TableView<'_>,
    plan: &Plan,
    (y, x, colour): (usize, usize, Option<usize>),
    careful: bool,
) -> String {
    let (y, x) = (&view.columns[y], &view.columns[x]);
    let colour = colour.map(|colour| &view.columns[colour]);
    let mut script = Script::new(view, plan, true, careful);
    script.drop_gaps(&[y, x], careful);
    let (a, b) = (literal(&y.name), literal(&x.name));
    script.blank();
    for line in checks::CHANCE.lines() {
        script.line(line);
    }
    script.blank();
    script.line(format!("r = df.select(pl.corr({b}, {a})).item()"));
    // Without any spread there is no correlation.
    script.line("print(f\"r: {r:.3f}\" if r is not None and r == r else \"r: none\")");
    script.line("n = df.height");
    script.line("if n > 3 and r is not None and r == r and abs(r) < 1:");
    script.line("    t = r * math.sqrt((n - 2) / (1 - r * r))");
    script.line("    print(f\"chance: {beta_share((n - 2) / 2, 0.5, (n - 2) / (n - 2 + t * t)):.4g}\")");
    match colour {
        Some(colour) => {
            let name = literal(&colour.name);
            script.line(format!(
                "result = df.group_by({name}).agg(pl.len().alias(\"rows\"), pl.corr({b}, {a}).round(3).alias(\"correlation\")).sort({name}, nulls_last=True)"
            ));
            script.line(format!(
                "for name, r in result.select({name}, \"correlation\").iter_rows():"
            ));
            script.line("    if r is not None and r == r:");
            script.line("        print(f\"group: {str(name)!r} {r:.3f}\")");
        }
        None => script.line(format!("result = df.select({b}, {a}).describe()")),
    }
    script.line("points = df");
    if view.rows as usize > POINTS {
        script.line(format!("if points.height > {POINTS}:"));
        script.line(format!("    points = points.sample({POINTS}, seed=1)"));
        script.line(format!("    print(\"drawn: {POINTS}\")"));
    }
    let title = format!("{} and {}", y.name, x.name);
    let around = Frame {
        file: file_name(&title),
        title,
        x: x.name.clone(),
        y: y.name.clone(),
    };
    charts::points(
        &mut script,
        &around,
        &x.name,
        &y.name,
        colour.map(|colour| colour.name.as_str()),
    );
    script.end("result")
}

fn names<'a>(view: &'a TableView<'a>, target: Option<usize>) -> Vec<&'a Column<'a>> {
    let target = target.map(|target| &view.columns[target]);
    let others = view
        .find(|role| matches!(role, Role::Number { .. }))
        .map(|index| &view.columns[index])
        .filter(|column| column.profile.distinct > 1 && target.is_none_or(|target| target.name != column.name));
    let most = if target.is_some() { WITH_ONE } else { NAMES };
    target.into_iter().chain(others).take(most).collect()
}

pub(super) fn matrix_script(view: &TableView<'_>, plan: &Plan, target: Option<usize>, careful: bool) -> String {
    let mut script = Script::new(view, plan, true, careful);
    let chosen: Vec<String> = names(view, target).iter().map(|column| column.name.clone()).collect();
    script.blank();
    script.line("def correlation(a, b):");
    script.line("    both = df.select(a, b).drop_nulls()");
    script.line("    r = both.select(pl.corr(a, b)).item() if both.height > 2 else None");
    // Where one does not vary there is none.
    script.line("    return r if r is not None and r == r else 0.0");
    script.blank();
    script.line(format!("names = {}", list(&chosen)));
    let first = if target.is_some() { "[:1]" } else { "" };
    script.line(format!(
        "pairs = [(a, b, correlation(a, b)) for i, a in enumerate(names{first}) for b in names[i + 1 :]]"
    ));
    script.line("result = pl.DataFrame(pairs, schema=[\"first\", \"second\", \"correlation\"], orient=\"row\")");
    script.line("result = result.sort(pl.col(\"correlation\").abs(), descending=True)");
    script.line("for place, (a, b, r) in enumerate(result.head(5).iter_rows(), 1):");
    script.line("    print(f\"{place}: {a + ' / ' + b!r} {r:.3f}\")");
    if let Some(target) = target {
        let name = &view.columns[target].name;
        let title = format!("Correlations with {name}");
        let around = Frame {
            file: file_name(&title),
            title,
            x: "column".to_owned(),
            y: "correlation".to_owned(),
        };
        script.line(format!("shown = result.head({BARS})"));
        charts::bars(&mut script, &around, "shown", "second", "correlation", true, ".2f");
        return script.end("result");
    }
    let title = "Correlations".to_owned();
    let around = Frame {
        file: file_name(&title),
        title,
        x: String::new(),
        y: String::new(),
    };
    script.blank();
    script.line("# The square shows the columns of the strongest pairs.");
    script.line(format!(
        "names = list(dict.fromkeys(name for a, b, _ in result.iter_rows() for name in (a, b)))[:{SQUARE}]"
    ));
    script.line("known = {(a, b): r for a, b, r in pairs} | {(b, a): r for a, b, r in pairs}");
    script.line("matrix = [[1.0 if a == b else known[a, b] for b in names] for a in names]");
    charts::heat(&mut script, &around);
    script.end("result")
}

pub(super) fn answer(
    view: &TableView<'_>,
    plan: &Plan,
    pair: (usize, usize, Option<usize>),
    facts: &Facts,
    telling: &mut Telling,
) -> Option<()> {
    let [one, other] = [pair.0, pair.1].map(|column| code(&view.columns[column].name));
    let within = filters(view, plan);
    let Some(r) = facts.number("r") else {
        telling.say(format!(
            "{one} and {other} cannot be correlated{within}: one of them does not vary."
        ));
        return Some(());
    };
    telling.say(format!(
        "{one} and {other} correlate with {}{within}: {}.",
        bold(&format!("r = {}", facts.figure("r")?)),
        strength(r)
    ));
    let groups: Vec<String> = facts
        .all("group")
        .map(|fact| format!("{} {}", plain(fact.text.as_deref().unwrap_or_default()), fact.figure))
        .collect();
    if !groups.is_empty() {
        telling.say(format!("By group: {}.", groups.join(", ")));
    }
    if let Some(drawn) = facts.figure("drawn") {
        telling.say(format!("The chart draws {drawn} rows taken at random."));
    }
    if let Some(p) = facts.number("chance") {
        let chance = facts.figure("chance").unwrap_or_default();
        let chance = if p < 0.0001 {
            "p < 0.0001".to_owned()
        } else {
            format!("p = {chance}")
        };
        telling.say(if p < 0.05 {
            format!("That is statistically significant ({chance}).")
        } else {
            format!("It may be chance: it is not statistically significant ({chance}).")
        });
    }
    telling.say("A correlation says that two figures move together, not that one causes the other.");
    Some(())
}

fn strength(r: f64) -> String {
    let strength = match r.abs() {
        r if r >= 0.8 => "very strong",
        r if r >= 0.6 => "strong",
        r if r >= 0.4 => "moderate",
        r if r >= 0.2 => "weak",
        _ => return "hardly any relation in a straight line".to_owned(),
    };
    let direction = if r > 0.0 {
        "one rises with the other"
    } else {
        "one falls as the other rises"
    };
    format!("a {strength} relation, in which {direction}")
}

pub(super) fn answer_matrix(
    view: &TableView<'_>,
    target: Option<usize>,
    facts: &Facts,
    telling: &mut Telling,
) -> Option<()> {
    let ranks = facts.ranked();
    ranks.first()?;
    let intro = match target {
        Some(target) => format!("What goes together with {} most:", code(&view.columns[target].name)),
        None => "The pairs of numbers that go together most:".to_owned(),
    };
    let lines: Vec<String> = ranks
        .iter()
        .map(|fact| {
            format!(
                "- {} – **r = {}**",
                plain(fact.text.as_deref().unwrap_or_default()),
                fact.figure
            )
        })
        .collect();
    telling.say(format!("{intro}\n\n{}", lines.join("\n")));
    let numbers = view.find(|role| matches!(role, Role::Number { .. })).count();
    let most = if target.is_some() { WITH_ONE } else { NAMES };
    if numbers > most {
        telling.say(format!(
            "I compared {most} of {numbers} columns of numbers; name two to compare others."
        ));
    }
    Some(())
}
