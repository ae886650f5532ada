//! The charts of a script, as lines of Python: bars, lines, a pie, points and histograms in one look.
//!
//! Every chart has a title, names on its axes and numbers that read well. Labels come from the data at run time.

use super::{
    columns::Column,
    python::{Script, label, literal},
};
use crate::files::profile::Scalar;

/// What stands around a chart.
pub(super) struct Frame {
    pub title: String,
    pub x: String,
    pub y: String,
    /// The image's name.
    pub file: String,
}

/// The one colour of charts that need no more.
const BLUE: &str = "#2a6f97";

/// Bars, one a row of `frame`: its column `names` beside its column `values`, the first on top or on the left.
pub(super) fn bars(
    script: &mut Script,
    around: &Frame,
    frame: &str,
    names: &str,
    values: &str,
    lying: bool,
    format: &str,
) {
    let (names, values) = (literal(names), literal(values));
    script.blank();
    if lying {
        script.line(format!("bottom_up = {frame}.reverse()"));
        labels(script, "bottom_up", &names);
        script.line("fig, ax = plt.subplots(figsize=(9, 1.4 + 0.36 * len(labels)))");
        script.line(format!(
            "bars = ax.barh(range(len(labels)), bottom_up[{values}], color=\"{BLUE}\")"
        ));
        script.line("ax.set_yticks(range(len(labels)), labels)");
        script.line("ax.margins(x=0.14)");
    } else {
        labels(script, frame, &names);
        script.line("fig, ax = plt.subplots(figsize=(9, 5))");
        script.line(format!(
            "bars = ax.bar(range(len(labels)), {frame}[{values}], color=\"{BLUE}\")"
        ));
        turn(script);
    }
    let format = if format == "," { ",.0f" } else { format };
    script.line(format!(
        "ax.bar_label(bars, fmt=\"{{:{format}}}\", padding=3, fontsize=9)"
    ));
    let (x, y) = if lying {
        (&around.y, &around.x)
    } else {
        (&around.x, &around.y)
    };
    finish(script, around, x, y, if lying { Some('x') } else { Some('y') });
}

fn labels(script: &mut Script, frame: &str, names: &str) {
    // A dollar sign would begin a formula.
    script.line(format!(
        "labels = [str(name)[:48].replace(\"$\", r\"\\$\") for name in {frame}[{names}]]"
    ));
}

/// Breaks the names of an axis into lines, and turns them where they would still run into each other.
fn turn(script: &mut Script) {
    script.line("labels = [textwrap.fill(label, 18) for label in labels]");
    script.line("longest = max(len(line) for label in labels for line in label.split(\"\\n\"))");
    script.line("ax.set_xticks(range(len(labels)), labels)");
    script.line("if longest * len(labels) > 100:");
    script.line("    plt.setp(ax.get_xticklabels(), rotation=45, ha=\"right\")");
}

/// Bars in groups: a cluster or a pile a row of `wide`, one bar a column after the first.
pub(super) fn clusters(script: &mut Script, around: &Frame, legend: &str, piled: bool) {
    script.blank();
    script.line("labels = [str(name)[:48].replace(\"$\", r\"\\$\") for name in wide[:, 0]]");
    script.line("fig, ax = plt.subplots(figsize=(10, 5.5))");
    script.line("parts = wide.columns[1:]");
    if piled {
        script.line("bottom = [0] * wide.height");
        script.line("for part in parts:");
        script.line("    values = wide[part].fill_null(0).to_list()");
        script.line("    ax.bar(range(len(labels)), values, bottom=bottom, label=part[:48])");
        script.line("    bottom = [low + value for low, value in zip(bottom, values)]");
    } else {
        script.line("width = 0.8 / len(parts)");
        script.line("for at, part in enumerate(parts):");
        script.line("    places = [place - 0.4 + width * (at + 0.5) for place in range(len(labels))]");
        script.line("    ax.bar(places, wide[part].fill_null(0), width, label=part[:48])");
    }
    turn(script);
    script.line(format!(
        "ax.legend(title={}, frameon=False, loc=\"upper left\", bbox_to_anchor=(1, 1))",
        label(legend)
    ));
    finish(script, around, &around.x, &around.y, Some('y'));
}

/// Bars from the greatest down, and over them the share that they make up together.
pub(super) fn pareto(script: &mut Script, around: &Frame, frame: &str, names: &str, values: &str) {
    let (names, values) = (literal(names), literal(values));
    script.blank();
    labels(script, frame, &names);
    script.line("fig, ax = plt.subplots(figsize=(10, 5))");
    script.line(format!(
        "ax.bar(range(len(labels)), {frame}[{values}], color=\"{BLUE}\")"
    ));
    turn(script);
    script.line("share = ax.twinx()");
    script.line(format!(
        "share.plot(range(len(labels)), {frame}[\"cumulative %\"], color=\"#bc4749\", marker=\"o\", markersize=4)"
    ));
    script.line("share.axhline(80, color=\"#bc4749\", linestyle=\"--\", alpha=0.5)");
    script.line("share.set_ylim(0, 105)");
    script.line("share.set_ylabel(\"cumulative %\")");
    finish(script, around, &around.x, &around.y, Some('y'));
}

/// One line over the rows of `frame`.
pub(super) fn line(script: &mut Script, around: &Frame, frame: &str, x: &str, y: &str, whole: bool) {
    script.blank();
    script.line("fig, ax = plt.subplots(figsize=(10, 5))");
    let size = format!("marker=\"o\", markersize=4 if {frame}.height <= 60 else 0");
    script.line(format!(
        "ax.plot({frame}[{}], {frame}[{}], color=\"{BLUE}\", {size})",
        literal(x),
        literal(y)
    ));
    over(script, around, whole, &format!("{frame}[{}]", literal(x)));
}

/// A line for each of the values `series` of a column.
pub(super) fn lines(script: &mut Script, around: &Frame, x: &str, y: &str, series: &str, whole: bool) {
    let (x, y, column) = (literal(x), literal(y), literal(series));
    script.blank();
    script.line("fig, ax = plt.subplots(figsize=(10, 5))");
    script.line("for name in series:");
    script.line(format!("    part = shown.filter(pl.col({column}) == name)"));
    script.line(format!(
        "    ax.plot(part[{x}], part[{y}], marker=\"o\", markersize=3, label=str(name)[:48])"
    ));
    script.line(format!(
        "ax.legend(title={}, frameon=False, loc=\"upper left\", bbox_to_anchor=(1, 1))",
        label(series)
    ));
    over(script, around, whole, &format!("shown[{x}]"));
}

fn over(script: &mut Script, around: &Frame, whole: bool, x: &str) {
    if whole {
        // Years and the like are whole numbers and have no thousands.
        script.line(format!("ticks = {x}.unique().sort()"));
        script.line("ax.set_xticks(ticks.gather_every(max(1, len(ticks) // 12)).to_list())");
        script.line("ax.xaxis.set_major_formatter(\"{x:.0f}\")");
    }
    script.line("ax.grid(axis=\"y\", alpha=0.3)");
    finish(script, around, &around.x, &around.y, Some('y'));
}

/// A pie of the rows of `frame`, and of the rest as one more slice.
pub(super) fn pie(script: &mut Script, around: &Frame, frame: &str, names: &str, values: &str) {
    let (names, values) = (literal(names), literal(values));
    script.blank();
    script.line(format!(
        "slices = {frame}.filter(pl.col({values}) > 0).sort({values}, descending=True)"
    ));
    labels(script, "slices.head(8)", &names);
    script.line(format!("sizes = slices.head(8)[{values}].to_list()"));
    script.line("if slices.height > 8:");
    script.line(format!(
        "    labels, sizes = labels + [\"others\"], sizes + [slices[8:][{values}].sum()]"
    ));
    script.line("fig, ax = plt.subplots(figsize=(8, 6))");
    script.line("ax.pie(sizes, labels=labels, autopct=\"%.1f%%\", startangle=90, counterclock=False)");
    script.line(format!("ax.set_title({}, fontweight=\"bold\")", label(&around.title)));
    save(script, &around.file);
}

pub(super) fn histogram(script: &mut Script, around: &Frame, column: &Column<'_>, bins: Option<usize>, format: &str) {
    let name = literal(&column.name);
    script.blank();
    let drawn = [
        "# A few values may be so far above the others that these would share one bar.".to_owned(),
        format!("drawn, top = df[{name}], df[{name}].quantile(0.99)"),
        "if drawn.max() > 3 * top > 0:".to_owned(),
        "    drawn = drawn.filter(drawn <= top)".to_owned(),
        format!("    print(f\"drawn up to: {{top:{format}}}\")"),
    ];
    let values = if may_have_tail(column) {
        for line in drawn {
            script.line(line);
        }
        "drawn".to_owned()
    } else {
        format!("df[{name}]")
    };
    // About twice the cube root of the rows, which shows a shape without its noise.
    let bins = bins.map_or_else(
        || format!("max(5, min(40, round(2 * df.height ** (1 / 3)), {values}.n_unique()))"),
        |bins| bins.to_string(),
    );
    script.line("fig, ax = plt.subplots(figsize=(9, 5))");
    script.line(format!(
        "ax.hist({values}, bins={bins}, color=\"{BLUE}\", edgecolor=\"white\")"
    ));
    script.line(format!(
        "ax.axvline(median, color=\"#bc4749\", linestyle=\"--\", label=f\"median {{median:{format}}}\")"
    ));
    script.line("ax.legend(frameon=False)");
    script.line("ax.locator_params(axis=\"y\", integer=True)");
    script.line("ax.xaxis.set_major_formatter(\"{x:,.12g}\")");
    finish(script, around, &around.x, &around.y, Some('y'));
}

/// A few values may be far greater than the others; of text that holds numbers nothing is known.
fn may_have_tail(column: &Column<'_>) -> bool {
    let max = match column.profile.max {
        Some(Scalar::Integer(max)) => max as f64,
        Some(Scalar::Number(max)) => max,
        _ => return true,
    };
    let quantiles = column.profile.quantiles.as_ref();
    quantiles
        .and_then(|quantiles| quantiles.p95)
        .is_none_or(|high| max > 3.0 * high)
}

/// A box for each of the values `names` of a column.
pub(super) fn boxes(script: &mut Script, around: &Frame, group: &str, column: &str) {
    let (group, column) = (literal(group), literal(column));
    script.blank();
    script.line(format!(
        "labels = [str(name)[:48] for name in result[{group}].head(12)]"
    ));
    script.line(format!(
        "boxes = [df.filter(pl.col({group}).eq_missing(name))[{column}].to_list() for name in result[{group}].head(12)]"
    ));
    script.line("fig, ax = plt.subplots(figsize=(9, 5))");
    script.line("ax.boxplot(boxes, positions=range(len(labels)), tick_labels=labels)");
    turn(script);
    script.line("ax.grid(axis=\"y\", alpha=0.3)");
    finish(script, around, &around.x, &around.y, Some('y'));
}

/// Points of `points`, of one colour or of one for each value of a column.
pub(super) fn points(script: &mut Script, around: &Frame, x: &str, y: &str, colour: Option<&str>) {
    let (x, y) = (literal(x), literal(y));
    script.blank();
    script.line("fig, ax = plt.subplots(figsize=(9, 6))");
    match colour {
        None => script.line(format!(
            "ax.scatter(points[{x}], points[{y}], s=18, alpha=0.6, color=\"{BLUE}\")"
        )),
        Some(colour) => {
            let name = literal(colour);
            script.line(format!("for name in points[{name}].unique().sort():"));
            script.line(format!("    part = points.filter(pl.col({name}).eq_missing(name))"));
            script.line(format!(
                "    ax.scatter(part[{x}], part[{y}], s=18, alpha=0.6, label=str(name)[:48])"
            ));
            script.line(format!(
                "ax.legend(title={}, frameon=False, loc=\"upper left\", bbox_to_anchor=(1, 1))",
                label(colour)
            ));
        }
    }
    script.line("ax.grid(alpha=0.3)");
    script.line("ax.xaxis.set_major_formatter(\"{x:,.12g}\")");
    finish(script, around, &around.x, &around.y, Some('y'));
}

/// A square of correlations: `matrix` over the columns `names`.
pub(super) fn heat(script: &mut Script, around: &Frame) {
    script.blank();
    script.line("labels = [name[:30].replace(\"$\", r\"\\$\") for name in names]");
    script.line("size = 3.5 + 0.55 * len(names)");
    script.line("fig, ax = plt.subplots(figsize=(size + 1, size))");
    script.line("image = ax.imshow(matrix, vmin=-1, vmax=1, cmap=\"RdBu_r\")");
    script.line("ax.set_xticks(range(len(names)), labels, rotation=45, ha=\"right\")");
    script.line("ax.set_yticks(range(len(names)), labels)");
    script.line("for y, row in enumerate(matrix):");
    script.line("    for x, r in enumerate(row):");
    script.line("        ax.text(x, y, f\"{r:.2f}\", ha=\"center\", va=\"center\", fontsize=8, color=\"white\" if abs(r) > 0.6 else \"black\")");
    script.line("fig.colorbar(image, label=\"correlation\")");
    script.line(format!("ax.set_title({}, fontweight=\"bold\")", label(&around.title)));
    save(script, &around.file);
}

fn finish(script: &mut Script, around: &Frame, x: &str, y: &str, numbers: Option<char>) {
    script.line(format!(
        "ax.set_title({}, loc=\"left\", fontweight=\"bold\")",
        label(&around.title)
    ));
    script.line(format!("ax.set_xlabel({})", label(x)));
    script.line(format!("ax.set_ylabel({})", label(y)));
    if let Some(axis) = numbers {
        script.line(format!("ax.{axis}axis.set_major_formatter(\"{{x:,.12g}}\")"));
    }
    script.line("ax.spines[[\"top\", \"right\"]].set_visible(False)");
    save(script, &around.file);
}

pub(super) fn save(script: &mut Script, file: &str) {
    script.line("fig.tight_layout()");
    script.line(format!("fig.savefig({}, dpi=150)", literal(file)));
}
