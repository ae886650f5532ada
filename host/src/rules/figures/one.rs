//! One group: its figures in order, those who lead and come last, and a chart.

use super::{Figure, RANKS, SHOWN, course_name, is_ordered, is_whole_axis, order, possible_groups, python_bool, title};
use crate::rules::{
    charts::{self, Frame},
    checks,
    columns::TableView,
    lexicon::{Aggregate, Chart, Unit},
    measures::{Format, Measure},
    plan::{Course, Group, Plan},
    python::{self, Script, file_name, free_name, list, literal},
    question::Test,
};

/// What the few groups of a Pareto chart make up.
const PARETO_PERCENT: u32 = 80;

/// How the result is written down.
struct One<'a> {
    view: &'a TableView<'a>,
    plan: &'a Plan,
    group: Group,
    /// The group's column in the result.
    key: String,
    /// The figure's column that is told and drawn.
    value: String,
    /// The figure's column as it was computed first.
    base: String,
    format: Format,
    adds_up: bool,
    /// The result stands in the group's own order rather than by its figures.
    keeps_order: bool,
}

pub(super) fn write(script: &mut Script, view: &TableView<'_>, plan: &Plan, figures: &[Figure]) {
    let group = plan.groups[0];
    let (expression, key) = python::group(view, group);
    let mut one = One {
        view,
        plan,
        group,
        key,
        value: figures[0].name.clone(),
        base: figures[0].name.clone(),
        format: figures[0].format.clone(),
        adds_up: figures[0].adds_up,
        keeps_order: (is_ordered(view, group) && plan.top.is_none() || plan.course.is_some()) && !plan.pareto,
    };
    one.compute(script, expression.as_deref(), figures);
    one.having(script);
    one.shares(script);
    one.course(script);
    one.pareto(script);
    one.ranks(script);
    one.asked_shares(script);
    one.cut(script);
    one.chart(script);
    if plan.compares {
        let key = expression.unwrap_or_else(|| format!("pl.col({})", literal(&one.key)));
        checks::difference(script, view, plan, &key);
    }
}

impl One<'_> {
    fn compute(&self, script: &mut Script, expression: Option<&str>, figures: &[Figure]) {
        let (key, value) = (literal(&self.key), literal(&self.value));
        let aggregates: Vec<String> = figures
            .iter()
            .map(|figure| format!("{}.alias({})", figure.expression, literal(&figure.name)))
            .collect();
        script.blank();
        script.line("result = (");
        script.line(match expression {
            Some(expression) => format!("    df.group_by({expression}.alias({key}))"),
            None => format!("    df.group_by({key})"),
        });
        script.line(format!("    .agg({})", aggregates.join(", ")));
        // A single row has no deviation.
        let spread = |measure: &Measure| matches!(measure, Measure::Of(_, Aggregate::Std | Aggregate::Variance));
        if self.plan.measures.iter().any(spread) {
            script.line(format!("    .drop_nulls({value})"));
        }
        if let Some(order) = self.order().filter(|_| self.keeps_order) {
            script.line(format!(
                "    .sort(pl.col({key}).replace_strict({}, list(range({})), default=None), nulls_last=True)",
                list(&order),
                order.len()
            ));
        } else if self.keeps_order {
            script.line(format!("    .sort({key}, nulls_last=True)"));
        } else {
            script.line(format!("    {}", self.by_figure(&self.value)));
        }
        script.line(")");
        script.stop_if_empty("result");
    }

    fn by_figure(&self, value: &str) -> String {
        let most_first = python_bool(!self.plan.top.is_some_and(|top| top.least));
        format!(
            ".sort({}, {}, descending=[{most_first}, False], nulls_last=True)",
            literal(value),
            literal(&self.key)
        )
    }

    /// The order that words have of their own.
    fn order(&self) -> Option<Vec<String>> {
        match self.group {
            Group::Column(column) => order::of(&self.view.columns[column]),
            Group::Time(_, Unit::Season) => Some(python::seasons()),
            _ => None,
        }
    }

    /// Turns figures that follow each other into their growth, their total so far, or a moving mean.
    fn course(&mut self, script: &mut Script) {
        let Some(course) = self.plan.course else { return };
        let name = free_name(&format!("{} {}", course_name(course), self.value), &[&self.key]);
        let value = literal(&self.value);
        let expression = match course {
            Course::Growth => format!("(pl.col({value}) / pl.col({value}).shift(1) - 1) * 100"),
            Course::Cumulative => format!("pl.col({value}).cum_sum()"),
            Course::Moving(points) => format!("pl.col({value}).rolling_mean({points})"),
        };
        script.line(format!(
            "result = result.with_columns(({expression}).alias({}))",
            literal(&name)
        ));
        self.value = name;
        self.format = match course {
            Course::Growth => ",.1f".to_owned(),
            Course::Cumulative => self.format.clone(),
            Course::Moving(_) if self.format == "," || self.format == ",.0f" => ",.2f".to_owned(),
            Course::Moving(_) => self.format.replace(".2f", ".3f"),
        };
        self.adds_up = false;
        script.fact("short", &format!("result[{}].null_count()", literal(&self.value)), ",");
    }

    /// Keeps the groups whose figure meets the condition, and prints how many those are.
    fn having(&self, script: &mut Script) {
        let Some((compare, number)) = self.plan.having else {
            return;
        };
        script.line("print(f\"of all: {result.height:,}\")");
        script.line(format!(
            "result = result.filter(pl.col({}) {} {})",
            literal(&self.value),
            python::operator(compare),
            python::number(number)
        ));
        script.line("print(f\"kept: {result.height:,}\")");
        script.stop_if_empty("result");
    }

    /// Adds the share that a group makes up together with those before it, and prints how many make up most.
    fn pareto(&self, script: &mut Script) {
        if !self.plan.pareto {
            return;
        }
        let value = literal(&self.value);
        script.line(format!(
            "result = result.filter(pl.col({value}) > 0).with_columns((pl.col({value}).cum_sum() / pl.col({value}).sum() * 100).alias(\"cumulative %\"))"
        ));
        script.stop_if_empty("result");
        script.fact(
            "vital",
            &format!("int((result[\"cumulative %\"] < {PARETO_PERCENT} - 1e-9).sum()) + 1"),
            ",",
        );
        script.line("print(f\"vital share: {result['cumulative %'][fact - 1]:,.1f}\")");
    }

    /// Turns figures into their share of the whole.
    fn shares(&mut self, script: &mut Script) {
        if !self.plan.share {
            return;
        }
        let share = free_name("share %", &[&self.key]);
        script.line(format!(
            "result = result.with_columns((pl.col({0}) / pl.col({0}).sum() * 100).round(2).alias({1}))",
            literal(&self.value),
            literal(&share)
        ));
        (self.value, self.format) = (share, ",.1f".to_owned());
    }

    /// Prints ranks from the best on, whatever the order of the table.
    fn ranks(&self, script: &mut Script) {
        let (key, value, format) = (literal(&self.key), literal(&self.value), &self.format);
        let sorted = if self.keeps_order {
            self.by_figure(&self.value)
        } else {
            String::new()
        };
        let count = self
            .plan
            .top
            .and_then(|top| top.count)
            .unwrap_or(RANKS)
            .clamp(RANKS, SHOWN * 3);
        script.line("print(f\"groups: {result.height:,}\")");
        script.line(format!(
            "ranks = result{sorted}.select({key}, {value}).drop_nulls({value})"
        ));
        script.stop_if_empty("ranks");
        script.line(format!(
            "for place, (name, value) in enumerate(ranks.head({count}).iter_rows(), 1):"
        ));
        script.line(format!("    print(f\"{{place}}: {{str(name)!r}} {{value:{format}}}\")"));
        script.line(format!(
            "print(f\"last: {{str(ranks.row(-1)[0])!r}} {{ranks.row(-1)[1]:{format}}}\")"
        ));
        for (label, place) in [("leaders", "0"), ("trailers", "-1")] {
            let equal = format!("ranks.filter(pl.col({value}) == ranks[{value}][{place}]).height");
            script.fact(label, &equal, ",");
        }
        if let Some(count) = self.plan.top.and_then(|top| top.count) {
            // Others with the figure of the last place would be left out in silence.
            let tied = format!(
                "ranks[{count}:].filter(pl.col({value}) == ranks[{value}][{count} - 1]).height if ranks.height > {count} else 0"
            );
            script.fact("tied out", &tied, ",");
        }
        if self.keeps_order {
            script.line(format!("ends = result.select({key}, {value}).drop_nulls()"));
            script.line(format!("first, last = ends[{value}][0], ends[{value}][-1]"));
            script.line("if isinstance(first, (int, float)) and first:");
            script.line("    print(f\"change: {(last / first - 1) * 100:+,.2f}\")");
            script.line(format!("    print(f\"difference: {{last - first:+{format}}}\")"));
            script.line(format!(
                "print(f\"from: {{str(ends.row(0)[0])!r}} {{ends.row(0)[1]:{format}}}\")"
            ));
            script.line(format!(
                "print(f\"to: {{str(ends.row(-1)[0])!r}} {{ends.row(-1)[1]:{format}}}\")"
            ));
        }
    }

    /// Prints the shares of the values that were asked for by name.
    fn asked_shares(&self, script: &mut Script) {
        if !self.plan.share {
            return;
        }
        let column = self.group.column();
        for filter in self.plan.filters.iter().filter(|filter| filter.column == column) {
            if let (true, Test::Is(values)) = (self.view.columns[column].is_text(), &filter.test) {
                let (key, value) = (literal(&self.key), literal(&self.value));
                script.line(format!("named = result.filter(pl.col({key}).is_in({}))", list(values)));
                script.line(format!("asked = named.select({key}, {value})"));
                script.line("for name, value in asked.iter_rows():");
                script.line("    print(f\"asked: {name!r} {value:,.1f}\")");
                if values.len() > 1 {
                    let base = literal(&self.base);
                    script.fact(
                        "together",
                        &format!("named[{base}].sum() / result[{base}].sum() * 100"),
                        ",.1f",
                    );
                }
            }
        }
    }

    /// Takes what the chart shows, and prints what the rest comes to.
    fn cut(&self, script: &mut Script) {
        if let Some(count) = self.plan.top.and_then(|top| top.count) {
            script.line(format!("shown = result.head({count})"));
        } else if self.keeps_order {
            script.line("shown = result");
        } else {
            script.line(format!("shown = result.head({SHOWN})"));
            if self.adds_up && possible_groups(self.view, self.group) > SHOWN as u64 {
                script.line(format!("if result.height > {SHOWN}:"));
                script.line(format!("    others = result[{SHOWN}:][{}].sum()", literal(&self.value)));
                script.line(format!("    print(f\"others: {{others:{}}}\")", self.format));
            }
        }
    }

    fn chart(&self, script: &mut Script) {
        let title = title(self.view, self.plan);
        let around = Frame {
            file: file_name(&title),
            title,
            x: self.key.clone(),
            y: self.value.clone(),
        };
        let several = possible_groups(self.view, self.group) > 2;
        match self.plan.chart {
            _ if self.plan.pareto => charts::pareto(script, &around, "shown", &self.key, &self.value),
            Some(Chart::Pie) => {
                let ranked = self.plan.top.is_some_and(|top| top.count.is_some());
                let frame = if ranked { "shown" } else { "result" };
                charts::pie(script, &around, frame, &self.key, &self.value);
            }
            Some(Chart::Line) => self.line(script, &around),
            None if self.group.is_course(self.view) && self.keeps_order && several => self.line(script, &around),
            _ => self.bars(script, &around),
        }
    }

    fn line(&self, script: &mut Script, around: &Frame) {
        let whole = is_whole_axis(self.view, self.group);
        charts::line(script, around, "shown", &self.key, &self.value, whole);
    }

    fn bars(&self, script: &mut Script, around: &Frame) {
        let column = &self.view.columns[self.group.column()];
        let groups = possible_groups(self.view, self.group);
        let lengths = column.profile.lengths;
        let long = lengths.is_some_and(|lengths| lengths.max > 14 || lengths.max * groups > 110);
        let lying = column.is_text() && !self.keeps_order && (long || groups > 10);
        charts::bars(script, around, "shown", &self.key, &self.value, lying, &self.format);
    }
}
