//! How the values of a column spread: a histogram with quantiles for numbers, counts for everything else.

use super::{
    answer::{Telling, bold, filters, plain},
    charts::{self, Frame},
    columns::TableView,
    facts::Facts,
    lexicon::Aggregate,
    measures::digits,
    plan::{Group, Plan},
    python::{self, Script, file_name, literal},
    question::code,
};

const SHOWN: usize = 20;

pub(super) fn script(view: &TableView<'_>, plan: &Plan, column: usize, careful: bool) -> String {
    let of = &view.columns[column];
    let mut script = Script::new(view, plan, true, careful);
    script.drop_gaps(&[of], careful);
    if !of.is_number() || of.is_discrete() {
        counts(&mut script, view, column);
        return script.end("result");
    }
    let name = literal(&of.name);
    let format = digits(of, Aggregate::Median);
    script.blank();
    if let Some(Group::Column(group)) = plan.groups.first() {
        let group = &view.columns[*group];
        let by = literal(&group.name);
        script.line("result = (");
        script.line(format!("    df.group_by({by})"));
        script.line("    .agg(");
        script.line("        pl.len().alias(\"rows\"),");
        for (share, alias) in [("0.25", "lower quarter"), ("0.5", "median"), ("0.75", "upper quarter")] {
            script.line(format!(
                "        pl.col({name}).quantile({share}, interpolation=\"linear\").alias(\"{alias}\"),"
            ));
        }
        script.line("    )");
        script.line(format!("    .sort(\"median\", {by}, descending=[True, False])"));
        script.line(")");
        script.line("print(f\"groups: {result.height:,}\")");
        script.line(format!(
            "for place, (name, median) in enumerate(result.select({by}, \"median\").head(10).iter_rows(), 1):"
        ));
        script.line(format!(
            "    print(f\"{{place}}: {{str(name)!r}} {{median:{format}}}\")"
        ));
        let title = format!("{} by {}", of.name, group.name);
        let around = Frame {
            file: file_name(&title),
            title,
            x: group.name.clone(),
            y: of.name.clone(),
        };
        charts::boxes(&mut script, &around, &group.name, &of.name);
        return script.end("result");
    }
    script.line(format!("values = df[{name}]"));
    script.line("shares = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1]");
    script.line("result = pl.DataFrame({");
    script.line("    \"rows below\": [f\"{share:.0%}\" for share in shares],");
    script.line(format!(
        "    {}: [values.quantile(share, interpolation=\"linear\") for share in shares],",
        literal(&python::free_name(&of.name, &["rows below"]))
    ));
    script.line("})");
    script.line("low, median, high = values.quantile(0.25, interpolation=\"linear\"), values.median(), values.quantile(0.75, interpolation=\"linear\")");
    for (label, figure) in [
        ("median", "median"),
        ("mean", "values.mean()"),
        ("lower quarter", "low"),
        ("upper quarter", "high"),
        ("least", "values.min()"),
        ("greatest", "values.max()"),
    ] {
        script.line(format!("print(f\"{label}: {{{figure}:{format}}}\")"));
    }
    let title = format!("Distribution of {}", of.name);
    let around = Frame {
        file: file_name(&title),
        title,
        x: of.name.clone(),
        y: "rows".to_owned(),
    };
    if plan.chart == Some(super::lexicon::Chart::Box) {
        script.line("fig, ax = plt.subplots(figsize=(9, 3.5))");
        script.line("ax.boxplot(values.to_list(), orientation=\"horizontal\")");
        script.line(format!(
            "ax.set_title({}, loc=\"left\", fontweight=\"bold\")",
            python::label(&around.title)
        ));
        script.line(format!("ax.set_xlabel({})", python::label(&around.x)));
        script.line("fig.tight_layout()");
        script.line(format!("fig.savefig({}, dpi=150)", literal(&around.file)));
    } else {
        charts::histogram(&mut script, &around, of, plan.bins, &format);
    }
    script.end("result")
}

fn counts(script: &mut Script, view: &TableView<'_>, column: usize) {
    let of = &view.columns[column];
    let name = literal(&of.name);
    let rows = python::free_name("rows", &[&of.name]);
    let count = literal(&rows);
    script.blank();
    script.line(format!(
        "result = df.group_by({name}).agg(pl.len().alias({count})).sort({count}, {name}, descending=[True, False])"
    ));
    script.line("print(f\"different: {result.height:,}\")");
    script.line("for place, (name, rows) in enumerate(result.head(10).iter_rows(), 1):");
    script.line("    print(f\"{place}: {str(name)!r} {rows:,}\")");
    let ordered = !of.is_text();
    if ordered {
        script.line(format!("shown = result.sort({name}).head(60)"));
    } else {
        script.line(format!("shown = result.head({SHOWN})"));
    }
    let title = format!("Rows by {}", of.name);
    let around = Frame {
        file: file_name(&title),
        title,
        x: of.name.clone(),
        y: "rows".to_owned(),
    };
    let long = of.profile.lengths.is_some_and(|lengths| lengths.max > 14) || of.profile.distinct > 8;
    charts::bars(script, &around, "shown", &of.name, &rows, long && !ordered, ",");
}

pub(super) fn answer(
    view: &TableView<'_>,
    plan: &Plan,
    column: usize,
    facts: &Facts,
    telling: &mut Telling,
) -> Option<()> {
    let within = filters(view, plan);
    let name = code(&view.columns[column].name);
    let ranks = facts.ranked();
    if let Some(different) = facts.figure("different") {
        let first = ranks.first()?;
        let rows = facts.number("rows")? - facts.number("left out").unwrap_or(0.0);
        let share = facts_share(&first.figure, rows);
        telling.say(format!(
            "{name} has {} different values{within}. The most common is {} with {} rows ({share:.1} %).",
            bold(different),
            bold(&plain(first.text.as_deref().unwrap_or_default())),
            bold(&first.figure)
        ));
        if facts
            .number("different")
            .is_some_and(|different| different > SHOWN as f64)
            && view.columns[column].is_text()
        {
            telling.say(format!("The chart shows the {SHOWN} most common of {different}."));
        }
        return Some(());
    }
    if let Some(first) = ranks.first() {
        let last = ranks.last()?;
        telling.say(format!(
            "The median of {name}{within} is highest for {}, {}, and lowest for {}, {}{}.",
            bold(&plain(first.text.as_deref().unwrap_or_default())),
            bold(&first.figure),
            bold(&plain(last.text.as_deref().unwrap_or_default())),
            bold(&last.figure),
            if facts.number("groups").is_some_and(|groups| groups > 10.0) {
                ", of the ten highest"
            } else {
                ""
            }
        ));
        telling.say("Each box holds the middle half of a group; the line in it is the median.");
        return Some(());
    }
    telling.say(format!(
        "Half of all values of {name}{within} lie between {} and {}, with the median at {} and the mean at {}. They go from {} to {}.",
        bold(facts.figure("lower quarter")?),
        bold(facts.figure("upper quarter")?),
        bold(facts.figure("median")?),
        facts.figure("mean")?,
        facts.figure("least")?,
        facts.figure("greatest")?,
    ));
    if let Some(top) = facts.figure("drawn up to") {
        telling.say(format!(
            "The chart leaves out the highest hundredth, above {top}, so that the rest can be seen."
        ));
    }
    Some(())
}

fn facts_share(figure: &str, rows: f64) -> f64 {
    figure.replace(',', "").parse::<f64>().unwrap_or_default() / rows.max(1.0) * 100.0
}
