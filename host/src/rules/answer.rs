//! The answer: sentences around what a script printed, and the choices that were made.
//!
//! Text from a file or a person is quoted so that Markdown reads nothing in it: no link, no image, no markup.

use std::path::Path;

use super::{
    checks, clean,
    columns::TableView,
    facts::Facts,
    figures, forecast, insights, look, pairs,
    plan::{Plan, Task},
    question::{Filter, Test, code},
    rows, spread,
};

/// An answer that is being written.
#[derive(Default)]
pub(super) struct Telling {
    paragraphs: Vec<String>,
}

impl Telling {
    pub fn say(&mut self, text: impl Into<String>) {
        self.paragraphs.push(text.into());
    }
}

/// The whole answer to a run that went well.
pub(super) fn compose(view: &TableView<'_>, plan: &Plan, output: &str, files: &[&str], careful: bool) -> String {
    let facts = Facts::parse(output);
    let mut telling = Telling::default();
    if facts.figure("rows") == Some("0") {
        let within = filters(view, plan);
        telling.say(format!(
            "No rows match{}.",
            if within.is_empty() {
                String::new()
            } else {
                format!(":{within}")
            }
        ));
    } else if facts
        .number("left out")
        .is_some_and(|left| facts.number("rows") == Some(left))
    {
        telling.say("The rows in question have no values to compute with: all of them are empty.");
    } else if tell(view, plan, &facts, &mut telling).is_none() {
        telling.say("The script ran; what it found is shown above.");
    }
    if let Some(left) = facts.figure("left out").filter(|left| *left != "0") {
        let rows = if left == "1" {
            "1 row was"
        } else {
            &format!("{left} rows were")
        };
        telling.say(format!(
            "{rows} left out, since a value needed for this is missing there."
        ));
    }
    if careful {
        telling.say("Some values did not match the type of their column; they were treated as missing.");
    }
    notes(plan, &mut telling);
    for (label, ending) in [("Chart", "png"), ("File", "csv")] {
        let named: Vec<String> = files
            .iter()
            .filter(|file| Path::new(file).extension().is_some_and(|extension| extension == ending))
            .map(|file| code(file))
            .collect();
        if !named.is_empty() {
            telling.say(format!("{label}: {}", named.join(", ")));
        }
    }
    telling.paragraphs.join("\n\n")
}

fn tell(view: &TableView<'_>, plan: &Plan, facts: &Facts, telling: &mut Telling) -> Option<()> {
    match plan.task {
        Task::Look => look::answer(view, plan, facts, telling),
        Task::Insights => insights::answer(view, facts, telling),
        Task::Missing => look::answer_missing(view, plan, facts, telling),
        Task::Figures => {
            figures::answer(view, plan, facts, telling)?;
            checks::answer_difference(plan, facts, telling);
            Some(())
        }
        Task::Distribution(column) => spread::answer(view, plan, column, facts, telling),
        Task::Pair(y, x, colour) => pairs::answer(view, plan, (y, x, colour), facts, telling),
        Task::Matrix(target) => pairs::answer_matrix(view, target, facts, telling),
        Task::Rows => rows::answer(view, plan, facts, telling),
        Task::Repeats(column) => checks::answer_repeats(view, plan, column, facts, telling),
        Task::Outliers(column) => checks::answer_outliers(view, plan, column, facts, telling),
        Task::Normal(column) => checks::answer_normal(view, plan, column, facts, telling),
        Task::Sizes => checks::answer_sizes(facts, telling),
        Task::Forecast(_) => forecast::answer(view, plan, facts, telling),
        Task::Clean => clean::answer(view, facts, telling),
    }
}

fn notes(plan: &Plan, telling: &mut Telling) {
    if !plan.notes.is_empty() {
        telling.say(format!("*How I read it:* {}.", plan.notes.join("; ")));
    }
}

pub(super) fn bold(text: &str) -> String {
    format!("**{text}**")
}

/// Text of a file in the flow of a sentence, with everything escaped that Markdown or HTML would read.
pub(super) fn plain(text: &str) -> String {
    escaped(text, 80)
}

/// The same of a text that may be longer.
pub(super) fn escaped(text: &str, chars_max: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().filter(|c| !c.is_control()).take(chars_max).collect();
    let mut plain = String::new();
    for c in short.chars() {
        if "\\`*_[]()<>#!|~&$:".contains(c) {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

/// The rows that the answer is of: " where `Origin` is Europe", or nothing.
pub(super) fn filters(view: &TableView<'_>, plan: &Plan) -> String {
    let kept: Vec<Filter> = plan
        .filters
        .iter()
        .filter(|filter| !(plan.share && plan.groups.iter().any(|group| group.column() == filter.column)))
        .cloned()
        .collect();
    if kept.is_empty() {
        String::new()
    } else {
        format!(" where {}", conditions(view, &kept))
    }
}

/// Conditions that all have to hold, in words.
pub(super) fn conditions(view: &TableView<'_>, filters: &[Filter]) -> String {
    let parts: Vec<String> = filters
        .iter()
        .map(|filter| {
            let own = format!(
                "{} {}",
                code(&view.columns[filter.column].name),
                test(view, &filter.test)
            );
            let others = filter
                .or
                .iter()
                .map(|other| conditions(view, std::slice::from_ref(other)));
            std::iter::once(own).chain(others).collect::<Vec<_>>().join(" or ")
        })
        .collect();
    parts.join(" and ")
}

fn test(view: &TableView<'_>, test: &Test) -> String {
    let list = |values: &[String]| values.iter().map(|value| plain(value)).collect::<Vec<_>>().join(" or ");
    let number = super::python::number;
    let last_day = |day: &str| {
        let day = chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d").ok();
        day.and_then(|day| day.pred_opt())
            .map(|day| day.to_string())
            .unwrap_or_default()
    };
    match test {
        Test::Is(values) => format!("is {}", list(values)),
        Test::Not(values) => format!("is not {}", list(values)),
        Test::Compare(compare, value) => format!("{} {}", compare.words(), number(*value)),
        Test::Column(compare, other) => format!("{} {}", compare.words(), code(&view.columns[*other].name)),
        Test::Figure(compare, figure) => format!("{} its {}", compare.words(), figure.noun()),
        Test::OneOf(values) => {
            let values: Vec<String> = values.iter().map(|value| number(*value)).collect();
            format!("is {}", values.join(" or "))
        }
        Test::Between(low, high) => format!("is between {} and {}", number(*low), number(*high)),
        Test::Flag(true) => "is yes".to_owned(),
        Test::Flag(false) => "is no".to_owned(),
        Test::Missing(true) => "is missing".to_owned(),
        Test::Missing(false) => "is not missing".to_owned(),
        Test::Days(Some(from), Some(to)) => format!("is from {from} to {}", last_day(to)),
        Test::Days(Some(from), None) => format!("is from {from} on"),
        Test::Days(None, Some(to)) => format!("is up to {}", last_day(to)),
        Test::Days(None, None) => "is known".to_owned(),
        Test::Months(months) => {
            let names: Vec<String> = months
                .iter()
                .filter_map(|month| chrono::NaiveDate::from_ymd_opt(2000, *month, 1))
                .map(|day| day.format("%B").to_string())
                .collect();
            format!("is in {}", names.join(", "))
        }
        Test::Has(words) => format!("has the word {}", list(words)),
        Test::Contains(part) => format!("contains {}", plain(part)),
        Test::Starts(part) => format!("starts with {}", plain(part)),
        Test::Ends(part) => format!("ends with {}", plain(part)),
        Test::Weekend(true) => "is on a weekend".to_owned(),
        Test::Weekend(false) => "is on a weekday".to_owned(),
        Test::Other(inner) => {
            let words = self::test(view, inner);
            match words.strip_prefix("is ") {
                Some(rest) => format!("is not {rest}"),
                None => format!("is not such that it {words}"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_file_is_no_markdown() {
        let check = |text: &str, expected: &str| assert_eq!(plain(text), expected);
        check("West", "West");
        check("![x](http://e.vil)", r"\!\[x\]\(http\://e.vil\)");
        check("<img src=x>", r"\<img src=x\>");
        check("a\n# b", r"a \# b");
        assert_eq!(code("a`b\n# c"), "`` a`b # c ``");
        assert_eq!(code("plain"), "`plain`");
    }
}
