//! Checks of a table: what repeats, what lies far from the rest, whether a column is normally distributed, whether two
//! groups differ by more than chance, and how many rows each file has.

use std::fmt::Write;

use super::{
    answer::{Telling, bold, filters, plain},
    charts::{self, Frame},
    columns::{Role, TableView},
    facts::Facts,
    lexicon::Aggregate,
    measures::{self, Measure},
    plan::{Plan, Task},
    python::{self, Script, file_name, literal},
    question::code,
};

/// Python for the share of a Student's or Fisher's distribution beyond a value.
pub(super) const CHANCE: &str = "\
import math

def beta_share(a, b, x):
    # The regularised incomplete beta function, by its continued fraction.
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_share(b, a, 1 - x)
    scale = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(1 - x)) / a
    c, d, value = 1.0, 0.0, 1.0
    for i in range(400):
        m = i // 2
        if i == 0:
            step = 1.0
        elif i % 2 == 0:
            step = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            step = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / (1 + step * d or 1e-30)
        c = 1 + step / c or 1e-30
        value *= c * d
        if abs(1 - c * d) < 1e-12:
            break
    return scale * (value - 1)
";

/// Values that are listed.
const LISTED: usize = 20;

pub(super) fn script(view: &TableView<'_>, plan: &Plan, careful: bool) -> String {
    match plan.task {
        Task::Repeats(column) => repeats(view, plan, column, careful),
        Task::Outliers(column) => outliers(view, plan, column, careful),
        Task::Normal(column) => normal(view, plan, column, careful),
        _ => sizes(view),
    }
}

fn repeats(view: &TableView<'_>, plan: &Plan, column: Option<usize>, careful: bool) -> String {
    let mut script = Script::new(view, plan, false, careful);
    script.blank();
    if let Some(column) = column {
        let name = literal(&view.columns[column].name);
        let count = literal(&python::free_name("rows", &[&view.columns[column].name]));
        script.line(format!(
            "counts = df.drop_nulls({name}).group_by({name}).agg(pl.len().alias({count}))"
        ));
        script.line(format!(
            "result = counts.filter(pl.col({count}) > 1).sort({count}, {name}, descending=[True, False])"
        ));
        script.fact("spare", &format!("result[{count}].sum() - result.height"), ",");
        script.line(format!(
            "for place, (name, rows) in enumerate(result.head({LISTED}).iter_rows(), 1):"
        ));
        script.line("    print(f\"{place}: {str(name)!r} {rows:,}\")");
    } else {
        script.line("result = df.filter(df.is_duplicated()).sort(df.columns[0])");
        script.line("print(f\"spare: {df.height - df.unique().height:,}\")");
    }
    script.line("print(f\"repeated: {result.height:,}\")");
    script.end("result")
}

pub(super) fn answer_repeats(
    view: &TableView<'_>,
    plan: &Plan,
    column: Option<usize>,
    facts: &Facts,
    telling: &mut Telling,
) -> Option<()> {
    let within = filters(view, plan);
    let repeated = facts.figure("repeated")?;
    let Some(column) = column else {
        let spare = facts.figure("spare")?;
        telling.say(if spare == "0" {
            format!("No row occurs twice{within}.")
        } else {
            format!(
                "{} rows{within} are identical to another row in every column; {} of them are redundant.",
                bold(repeated),
                bold(spare)
            )
        });
        return Some(());
    };
    let name = code(&view.columns[column].name);
    if repeated == "0" {
        telling.say(format!("No value of {name} occurs more than once{within}."));
        return Some(());
    }
    let (verb, noun) = if repeated == "1" {
        ("occurs", "value")
    } else {
        ("occur", "values")
    };
    telling.say(format!(
        "{} {noun} of {name} {verb} more than once{within}.",
        bold(repeated)
    ));
    let lines: Vec<String> = facts
        .ranked()
        .iter()
        .map(|fact| {
            format!(
                "- {} – {} times",
                plain(fact.text.as_deref().unwrap_or_default()),
                fact.figure
            )
        })
        .collect();
    telling.say(lines.join("\n"));
    Some(())
}

fn outliers(view: &TableView<'_>, plan: &Plan, column: Option<usize>, careful: bool) -> String {
    let mut script = Script::new(view, plan, column.is_some(), careful);
    script.blank();
    let Some(column) = column else {
        let names: Vec<String> = view
            .find(|role| matches!(role, Role::Number { .. }))
            .map(|index| view.columns[index].name.clone())
            .collect();
        script.line(format!("names = {}", python::list(&names)));
        script.line("rows = []");
        script.line("for name in names:");
        script.line("    values = df[name].drop_nulls()");
        script.line("    low, high = values.quantile(0.25, interpolation=\"linear\"), values.quantile(0.75, interpolation=\"linear\")");
        script.line("    if low is not None:");
        script.line("        below, above = low - 1.5 * (high - low), high + 1.5 * (high - low)");
        script.line(
            "        rows.append((name, int(((values < below) | (values > above)).sum()), float(below), float(above)))",
        );
        script.line("result = pl.DataFrame(rows, schema=[\"column\", \"outliers\", \"below\", \"above\"], orient=\"row\").sort(\"outliers\", descending=True)");
        script.line(
            "for place, (name, count) in enumerate(result.select(\"column\", \"outliers\").head(10).iter_rows(), 1):",
        );
        script.line("    print(f\"{place}: {name!r} {count:,}\")");
        return script.end("result");
    };
    let of = &view.columns[column];
    let name = literal(&of.name);
    script.drop_gaps(&[of], careful);
    let format = measures::digits(of, Aggregate::Max);
    let middle = measures::digits(of, Aggregate::Mean);
    for line in [
        format!("values = df[{name}]"),
        "low, high = values.quantile(0.25, interpolation=\"linear\"), values.quantile(0.75, interpolation=\"linear\")"
            .to_owned(),
        "below, above = low - 1.5 * (high - low), high + 1.5 * (high - low)".to_owned(),
        "far = (values < below) | (values > above)".to_owned(),
        "print(f\"outliers: {far.sum():,}\")".to_owned(),
        format!("print(f\"below: {{below:{middle}}}\")"),
        format!("print(f\"above: {{above:{middle}}}\")"),
        "deviation = values.std(ddof=0)".to_owned(),
        "far_by_deviation = ((values - values.mean()).abs() > 3 * deviation) if deviation else far & False".to_owned(),
        "print(f\"by deviation: {far_by_deviation.sum():,}\")".to_owned(),
        "zeros = (values == 0).sum()".to_owned(),
        "print(f\"zeros: {zeros:,}\")".to_owned(),
        "print(f\"negative: {(values < 0).sum():,}\")".to_owned(),
        "print(f\"values: {len(values):,}\")".to_owned(),
        format!("result = df.filter(far).sort({name})"),
        format!("shown = df.filter(far | (pl.col({name}) == 0)).get_column({name}).value_counts().sort({name})"),
        format!("for place, (value, rows) in enumerate(shown.head({LISTED}).iter_rows(), 1):"),
        format!("    print(f\"{{place}}: '{{value:{format}}}' {{rows:,}}\")"),
    ] {
        script.line(line);
    }
    let title = format!("Outliers of {}", of.name);
    script.line("fig, ax = plt.subplots(figsize=(9, 3.5))");
    script.line("ax.boxplot(values.to_list(), orientation=\"horizontal\")");
    script.line(format!(
        "ax.set_title({}, loc=\"left\", fontweight=\"bold\")",
        python::label(&title)
    ));
    script.line(format!("ax.set_xlabel({})", python::label(&of.name)));
    script.line("fig.tight_layout()");
    script.line(format!("fig.savefig({}, dpi=150)", literal(&file_name(&title))));
    script.end("result")
}

pub(super) fn answer_outliers(
    view: &TableView<'_>,
    plan: &Plan,
    column: Option<usize>,
    facts: &Facts,
    telling: &mut Telling,
) -> Option<()> {
    let within = filters(view, plan);
    let Some(column) = column else {
        let lines: Vec<String> = facts
            .ranked()
            .iter()
            .map(|fact| {
                format!(
                    "- {} – {}",
                    plain(fact.text.as_deref().unwrap_or_default()),
                    fact.figure
                )
            })
            .collect();
        telling.say(format!(
            "Values more than 1.5 times the middle half away from it, by column{within}:\n\n{}",
            lines.join("\n")
        ));
        return Some(());
    };
    let name = code(&view.columns[column].name);
    let count = facts.figure("outliers")?;
    let values = facts.figure("values")?;
    telling.say(format!(
        "{} of {values} values of {name}{within} lie far from the others, below {} or above {}: more than 1.5 times the width of the middle half away from it. By the measure of three standard deviations from the mean there are {}.",
        bold(count),
        facts.figure("below")?,
        facts.figure("above")?,
        bold(facts.figure("by deviation")?)
    ));
    let (zeros, all) = (facts.number("zeros")?, facts.number("values")?);
    if zeros > 0.0 && zeros < all * 0.05 {
        telling.say(format!(
            "The value 0 occurs {} times, which may stand for missing values.",
            facts.figure("zeros")?
        ));
    }
    let listed: Vec<String> = facts
        .ranked()
        .iter()
        .map(|fact| format!("{} ({})", plain(fact.text.as_deref().unwrap_or_default()), fact.figure))
        .collect();
    if !listed.is_empty() && listed.len() < LISTED {
        telling.say(format!("They are, with how often each occurs: {}.", listed.join(", ")));
    }
    Some(())
}

fn normal(view: &TableView<'_>, plan: &Plan, column: usize, careful: bool) -> String {
    let of = &view.columns[column];
    let mut script = Script::new(view, plan, true, careful);
    script.drop_gaps(&[of], careful);
    let name = literal(&of.name);
    script.blank();
    for line in [
        "import math",
        "",
        &format!("values = df[{name}].cast(pl.Float64)"),
        "n, skew, kurtosis = len(values), values.skew(), values.kurtosis()",
        "median = values.median()",
        "if n < 20 or skew is None or skew != skew:",
        "    print(f\"few: {n}\")",
        "else:",
        "    # The omnibus test of D'Agostino and Pearson, from skewness and kurtosis.",
        "    y = skew * math.sqrt((n + 1) * (n + 3) / (6 * (n - 2)))",
        "    b2 = 3 * (n * n + 27 * n - 70) * (n + 1) * (n + 3) / ((n - 2) * (n + 5) * (n + 7) * (n + 9))",
        "    w2 = math.sqrt(2 * (b2 - 1)) - 1",
        "    z1 = math.asinh(y / math.sqrt(2 / (w2 - 1))) / math.sqrt(0.5 * math.log(w2))",
        "    mean = 3 * (n - 1) / (n + 1)",
        "    variance = 24 * n * (n - 2) * (n - 3) / ((n + 1) ** 2 * (n + 3) * (n + 5))",
        "    x = (kurtosis + 3 - mean) / math.sqrt(variance)",
        "    b1 = 6 * (n * n - 5 * n + 2) / ((n + 7) * (n + 9)) * math.sqrt(6 * (n + 3) * (n + 5) / (n * (n - 2) * (n - 3)))",
        "    a = 6 + 8 / b1 * (2 / b1 + math.sqrt(1 + 4 / b1**2))",
        "    base = (1 - 2 / a) / (1 + x * math.sqrt(2 / (a - 4)))",
        "    z2 = (1 - 2 / (9 * a) - math.copysign(abs(base) ** (1 / 3), base)) / math.sqrt(2 / (9 * a))",
        "    print(f\"p: {math.exp(-(z1 * z1 + z2 * z2) / 2):.4g}\")",
        "    print(f\"skewness: {skew:.3f}\")",
        "    print(f\"kurtosis: {kurtosis:.3f}\")",
        &format!("result = df.select({name}).describe()"),
    ] {
        script.line(line);
    }
    let title = format!("Distribution of {}", of.name);
    let around = Frame {
        file: file_name(&title),
        title,
        x: of.name.clone(),
        y: "rows".to_owned(),
    };
    charts::histogram(&mut script, &around, of, None, &measures::digits(of, Aggregate::Median));
    script.end("result")
}

pub(super) fn answer_normal(
    view: &TableView<'_>,
    plan: &Plan,
    column: usize,
    facts: &Facts,
    telling: &mut Telling,
) -> Option<()> {
    let (name, within) = (code(&view.columns[column].name), filters(view, plan));
    let Some(p) = facts.number("p") else {
        telling.say(format!(
            "{} values of {name}{within} are too few to tell; at least 20 are needed.",
            facts.figure("few")?
        ));
        return Some(());
    };
    let verdict = if p < 0.05 {
        "is **not** normally distributed"
    } else {
        "may be normally distributed: nothing speaks against it"
    };
    telling.say(format!(
        "{name}{within} {verdict} (p = {} by the test of D'Agostino and Pearson; below 0.05 speaks against it). Its skewness is {} and its excess kurtosis {}.",
        bold(facts.figure("p")?),
        bold(facts.figure("skewness")?),
        bold(facts.figure("kurtosis")?)
    ));
    Some(())
}

fn sizes(view: &TableView<'_>) -> String {
    let mut text = String::from("import polars as pl\n\nsizes = []\n");
    for table in &view.files {
        let _ = writeln!(
            text,
            "df = {}\nsizes.append(({}, df.height, df.width))",
            table.profile.read_call(table.name),
            literal(table.name)
        );
    }
    text.push_str("print(f\"files: {len(sizes)}\")\n");
    text.push_str(
        "for place, (name, rows, columns) in enumerate(sizes, 1):\n    print(f\"{place}: {name!r} {rows:,}\")\n",
    );
    text.push_str("result = pl.DataFrame(sizes, schema=[\"file\", \"rows\", \"columns\"], orient=\"row\")\n\nresult\n");
    text
}

pub(super) fn answer_sizes(facts: &Facts, telling: &mut Telling) -> Option<()> {
    let lines: Vec<String> = facts
        .ranked()
        .iter()
        .map(|fact| {
            format!(
                "- {} has {} rows.",
                code(fact.text.as_deref().unwrap_or_default()),
                bold(&fact.figure)
            )
        })
        .collect();
    facts.figure("files")?;
    telling.say(lines.join("\n"));
    Some(())
}

/// Python that prints whether the means of groups differ by more than chance, of figures or of a yes-or-no column.
pub(super) fn difference(script: &mut Script, view: &TableView<'_>, plan: &Plan, key: &str) {
    let Some(value) = compared(view, plan) else { return };
    script.blank();
    for line in CHANCE.lines() {
        script.line(line);
    }
    script.blank();
    script.line(format!(
        "parts = [part[\"value\"].to_list() for part in df.select({key}.alias(\"group\"), {value}.cast(pl.Float64).alias(\"value\")).drop_nulls().partition_by(\"group\")]"
    ));
    for line in [
        "parts = [part for part in parts if len(part) > 1]",
        "sizes, means = [len(part) for part in parts], [sum(part) / len(part) for part in parts]",
        "within = sum(sum((v - mean) ** 2 for v in part) for part, mean in zip(parts, means))",
        "free = sum(sizes) - len(parts)",
        "if len(parts) == 2 and within > 0:",
        "    spread = [sum((v - mean) ** 2 for v in part) / (len(part) - 1) for part, mean in zip(parts, means)]",
        "    print(f\"apart: {abs(means[0] - means[1]):,.4g}\")",
        "    errors = [s / size for s, size in zip(spread, sizes)]",
        "    t = (means[0] - means[1]) / math.sqrt(sum(errors))",
        "    degrees = sum(errors) ** 2 / sum(e * e / (size - 1) for e, size in zip(errors, sizes))",
        "    print(f\"chance: {beta_share(degrees / 2, 0.5, degrees / (degrees + t * t)):.4g}\")",
        "    print(f\"effect: {abs(means[0] - means[1]) / math.sqrt(within / free):.2f}\")",
        "elif len(parts) > 2 and within > 0 and free > 0:",
        "    whole = sum(sum(part) for part in parts) / sum(sizes)",
        "    between = sum(size * (mean - whole) ** 2 for size, mean in zip(sizes, means))",
        "    f = between / (len(parts) - 1) / (within / free)",
        "    print(f\"chance: {beta_share(free / 2, (len(parts) - 1) / 2, free / (free + (len(parts) - 1) * f)):.4g}\")",
        "    print(f\"explained: {between / (between + within) * 100:.1f}\")",
    ] {
        script.line(line);
    }
}

/// What is compared, as an expression: a column's values, or whether rows are such.
fn compared(view: &TableView<'_>, plan: &Plan) -> Option<String> {
    match plan.measures.first()? {
        Measure::Of(column, Aggregate::Mean) => Some(python::column(&view.columns[*column])),
        Measure::Part(filters) => match &filters[..] {
            [only] => Some(python::condition(view, only)),
            _ => None,
        },
        _ => None,
    }
}

/// What the comparison of groups has come to.
pub(super) fn answer_difference(plan: &Plan, facts: &Facts, telling: &mut Telling) {
    let (true, Some(p)) = (plan.compares, facts.number("chance")) else {
        return;
    };
    let chance = facts.figure("chance").unwrap_or_default();
    if let Some(apart) = facts.figure("apart").filter(|apart| !apart.contains('e')) {
        telling.say(format!("The two means lie {} apart.", bold(apart)));
    }
    let how = facts
        .figure("effect")
        .map(|effect| format!("the means lie {effect} standard deviations apart"))
        .or_else(|| {
            facts
                .figure("explained")
                .map(|share| format!("the groups explain {share} % of the variance"))
        })
        .unwrap_or_default();
    let chance = if p < 0.0001 {
        "p < 0.0001".to_owned()
    } else {
        format!("p = {chance}")
    };
    telling.say(if p < 0.05 {
        format!("The difference is statistically significant ({chance}); {how}.")
    } else {
        format!("The difference may be chance: it is not statistically significant ({chance}); {how}.")
    });
}
