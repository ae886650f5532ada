//! Wishes for a file: "save … to a CSV", "give me a CSV of …", "… and export it".
//!
//! What asks for the file is cut out of the question, so that the rest reads as if it stood alone. The script then writes
//! the whole table that it comes to, under a name that says what is in it. A file that was uploaded is never written
//! over.

use super::{
    columns::TableView,
    figures,
    lexicon::Compare,
    measures::Measure,
    plan::{Plan, Task},
    python,
    question::Test,
};

/// A file that is wanted beside the answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Save {
    /// The name that the person gave it, without its ending.
    pub name: Option<String>,
    /// "save it": what is wanted was asked for before.
    pub back: bool,
    /// It is to be opened with Excel.
    pub excel: bool,
}

/// Verbs that ask for a file by themselves.
const SAVES: &str = "save export download";
/// Verbs that do beside "to a CSV".
const WRITES: &str = "write store put output dump convert turn return saved exported downloaded written stored";
/// Verbs that do beside "a CSV of".
const GIVES: &str = "give get make create send want need have build prepare produce generate provide show list";
/// What may stand before the verb of a wish.
const POLITE: &str =
    "please can could would will you i i'd to now and then also just let's we need like want kindly me";
const ARTICLES: &str = "a an one new my separate single";
const FILES: &str = "csv csvs spreadsheet excel file download export";
/// What of a file's kind may follow its name: "csv file", "excel sheet".
const KINDS: &str = "file files format sheet table spreadsheet export download please";
/// Words for what was answered before.
const BACK: &str = "it this that them these those";
const RESULTS: &str = "result results output answer list table numbers figures findings";
/// What a verb alone may be followed by, so that it is not the name of a column.
const OBJECTS: &str = "the all this that it these those them my a an only just top every everything each \
    data result results rows average mean median total count number";
/// What is drawn, and so is no table.
const PICTURES: &str = "chart charts plot graph image picture png svg";

/// What remains of a question without its wish for a file, and the wish.
pub(super) fn cut(question: &str) -> (String, Option<Save>) {
    let texts: Vec<&str> = question.split_whitespace().collect();
    let words: Vec<String> = texts.iter().map(|text| bare(text)).collect();
    let mut cutting = Cutting {
        gone: vec![false; words.len()],
        pauses: texts
            .iter()
            .map(|text| text.ends_with([',', ';', '.', ':', '?', '!']))
            .collect(),
        words,
        save: Save::default(),
    };
    if !cutting.cut() {
        return (question.to_owned(), None);
    }
    let mut rest = String::new();
    for (at, text) in texts.iter().enumerate() {
        if !cutting.gone[at] {
            rest.push(' ');
            rest.push_str(text);
        } else if cutting.pauses[at] {
            // The clause ended here.
            rest.push(',');
        }
    }
    let nothing = cutting
        .words
        .iter()
        .zip(&cutting.gone)
        .all(|(word, gone)| *gone || has(POLITE, word));
    cutting.save.back |= nothing;
    (rest.trim_matches([' ', ',']).to_owned(), Some(cutting.save))
}

/// The name of the file that a script writes for this plan.
pub(super) fn file_name(view: &TableView<'_>, plan: &Plan, save: &Save) -> String {
    let name = python::table_name(save.name.as_deref().unwrap_or(&title(view, plan)));
    let taken = |name: &str| view.tables.iter().any(|table| table.name.eq_ignore_ascii_case(name));
    if taken(&name) {
        return python::table_name(&format!("{} saved", name.trim_end_matches(".csv")));
    }
    name
}

/// What is in the table, in words.
fn title(view: &TableView<'_>, plan: &Plan) -> String {
    let table = view.tables[0].name;
    let table = table.rsplit_once('.').map_or(table, |(base, _)| base);
    let of = |column: usize| view.columns[column].name.as_str();
    let mut title = match plan.task {
        Task::Look => format!("{table} overview"),
        Task::Missing => format!("{table} missing values"),
        Task::Figures if !plan.groups.is_empty() => figures::title(view, plan),
        Task::Figures => match plan.measures[..] {
            [Measure::Distinct(column)] => format!("rows by {}", of(column)),
            [Measure::Rows] => table.to_owned(),
            _ => {
                let mut figures: Vec<String> = plan.measures.iter().map(|measure| measure.name(view)).collect();
                figures.dedup();
                figures.join(" ")
            }
        },
        Task::Insights => format!("{table} findings"),
        Task::Repeats(_) => format!("{table} repeated"),
        Task::Outliers(Some(column)) => format!("outliers of {}", of(column)),
        Task::Outliers(None) => format!("{table} outliers"),
        Task::Normal(column) => format!("distribution of {}", of(column)),
        Task::Sizes => "rows by file".to_owned(),
        Task::Clean => format!("{table} cleaning"),
        Task::Forecast(_) => format!("forecast {}", figures::title(view, plan)),
        Task::Distribution(column) => match plan.groups.first() {
            Some(group) => format!("{} by {}", of(column), of(group.column())),
            None => format!("distribution of {}", of(column)),
        },
        Task::Pair(y, x, _) => format!("{} and {}", of(y), of(x)),
        Task::Matrix(target) => match target {
            Some(target) => format!("correlations with {}", of(target)),
            None => "correlations".to_owned(),
        },
        Task::Rows => match (plan.top, plan.column()) {
            (Some(top), Some(column)) => {
                let side = if top.least { "bottom" } else { "top" };
                let count = top.count.map(|count| format!(" {count}")).unwrap_or_default();
                format!("{side}{count} {table} by {}", of(column))
            }
            _ if plan.filters.is_empty() => format!("all {table}"),
            _ => table.to_owned(),
        },
    };
    for filter in &plan.filters {
        title.push(' ');
        title.push_str(&condition(of(filter.column), &filter.test));
        if !filter.or.is_empty() {
            title.push_str(" and others");
        }
    }
    title
}

/// A condition in a few words: "mpg over 40", "Europe".
fn condition(column: &str, test: &Test) -> String {
    match test {
        Test::Is(values) => values.join(" "),
        Test::Not(values) => format!("not {}", values.join(" ")),
        Test::Compare(compare, value) => {
            let words = match compare {
                Compare::Over => "over",
                Compare::AtLeast => "from",
                Compare::Under => "under",
                Compare::AtMost => "up to",
                Compare::Equal => "",
                Compare::Unequal => "not",
            };
            format!("{column} {words} {}", python::number(*value))
        }
        Test::OneOf(values) => {
            let values: Vec<String> = values.iter().map(|value| python::number(*value)).collect();
            format!("{column} {}", values.join(" "))
        }
        Test::Between(low, high) => format!("{column} {} to {}", python::number(*low), python::number(*high)),
        Test::Flag(true) => column.to_owned(),
        Test::Flag(false) => format!("not {column}"),
        Test::Missing(true) => format!("without {column}"),
        Test::Missing(false) => format!("with {column}"),
        Test::Days(from, to) => {
            let from = from.as_deref().map(|from| format!("from {from}"));
            let to = to.as_deref().map(|to| format!("before {to}"));
            from.into_iter().chain(to).collect::<Vec<_>>().join(" ")
        }
        Test::Months(months) => {
            let months: Vec<String> = months.iter().map(u32::to_string).collect();
            format!("month {}", months.join(" "))
        }
        Test::Has(words) => words.join(" "),
        Test::Starts(part) | Test::Ends(part) | Test::Contains(part) => format!("{column} {part}"),
        Test::Weekend(weekend) => if *weekend { "weekend" } else { "weekday" }.to_owned(),
        Test::Column(..) | Test::Figure(..) => format!("{column} compared"),
        Test::Other(inner) => format!("not {}", condition(column, inner)),
    }
}

/// A word in small letters, without what stands around it.
fn bare(text: &str) -> String {
    text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

fn has(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|one| one == word)
}

struct Cutting {
    words: Vec<String>,
    /// A clause ends with the word.
    pauses: Vec<bool>,
    gone: Vec<bool>,
    save: Save,
}

impl Cutting {
    /// Cuts out whatever asks for a file. False where nothing does.
    fn cut(&mut self) -> bool {
        // Each of them is to be looked for, since one question may say it twice.
        let named = self.name();
        let target = self.targets();
        let of = self.made();
        let asked = named || target || of;
        let verb = self.verbs(asked);
        asked || verb
    }

    fn is(&self, at: usize, list: &str) -> bool {
        self.words.get(at).is_some_and(|word| !self.gone[at] && has(list, word))
    }

    fn take(&mut self, range: std::ops::Range<usize>) {
        for at in range {
            self.gone[at] = true;
        }
    }

    fn any_verb(&self) -> bool {
        (0..self.words.len()).any(|at| self.is(at, SAVES) || self.is(at, WRITES) || self.is(at, GIVES))
    }

    /// "as cars.csv", "called europe.csv": a name that the person gives the file.
    fn name(&mut self) -> bool {
        for at in 1..self.words.len() {
            let Some(name) = self.words[at].strip_suffix(".csv").map(str::to_owned) else {
                continue;
            };
            let given = self.is(at - 1, "called named");
            let target =
                self.is(at - 1, "as to into in") && (0..at).any(|verb| self.is(verb, SAVES) || self.is(verb, WRITES));
            if !name.is_empty() && (given || target) {
                self.save.name = Some(name);
                self.take(at - 1..at + 1);
                return true;
            }
        }
        false
    }

    /// "to a csv", "as a csv file", "in csv format", "to a file".
    fn targets(&mut self) -> bool {
        let mut found = false;
        for at in 0..self.words.len() {
            let loose = self.is(at, "to as into");
            if !loose && !self.is(at, "in within using") {
                continue;
            }
            let mut next = at + 1;
            while self.is(next, ARTICLES) {
                next += 1;
            }
            let article = next > at + 1;
            let table = self.is(next, "csv csvs excel spreadsheet");
            let plain = self.is(next, "file download") && article || loose && self.is(next, "file disk");
            let format = table && self.is(next + 1, "format");
            if (table || plain) && (loose || format || article && self.any_verb()) {
                self.save.excel |= self.is(next, "excel spreadsheet");
                let end = self.kinds(next + 1);
                self.take(at..end);
                found = true;
            }
        }
        found
    }

    /// "a csv of", "an excel file with", "a csv, please".
    fn made(&mut self) -> bool {
        for at in 0..self.words.len() {
            if !self.is(at, FILES) {
                continue;
            }
            let begin = (0..at)
                .rev()
                .take_while(|before| self.is(*before, ARTICLES))
                .last()
                .unwrap_or(at);
            let (article, table) = (begin < at, self.is(at, "csv spreadsheet excel"));
            let given = (0..begin).any(|verb| self.is(verb, GIVES) || self.is(verb, SAVES) || self.is(verb, WRITES));
            let opens = (0..begin).all(|before| has(POLITE, &self.words[before]));
            if !(article && (table || given) || table && opens && self.is(at + 1, "of")) {
                continue;
            }
            let end = self.kinds(at + 1);
            let linked = self.is(end, "of with for containing listing showing including");
            let closes = end >= self.words.len() || self.pauses[end - 1];
            if linked || (closes && (given || opens)) {
                self.save.excel |= self.is(at, "excel spreadsheet");
                self.take(begin..end + usize::from(linked));
                return true;
            }
        }
        false
    }

    /// Where what follows a file's kind ends.
    fn kinds(&self, from: usize) -> usize {
        let mut end = from;
        while !self.pauses[end - 1] && self.is(end, KINDS) {
            end += 1;
        }
        end
    }

    /// "save", "and export it", "download the result".
    fn verbs(&mut self, asked: bool) -> bool {
        let mut found = false;
        for at in 0..self.words.len() {
            let saves = self.is(at, SAVES);
            let says = saves || asked && (self.is(at, WRITES) || self.is(at, GIVES));
            let before = at.checked_sub(1);
            let begins = before
                .is_none_or(|before| self.gone[before] || self.pauses[before] || has(POLITE, &self.words[before]));
            if !says || !begins {
                continue;
            }
            let drawn = (at + 1..self.words.len().min(at + 4)).any(|next| self.is(next, PICTURES));
            let ends = at + 1 >= self.words.len();
            if !asked && (drawn || !(ends || self.is(at + 1, OBJECTS))) {
                continue;
            }
            found |= saves;
            let mut begin = at;
            while let Some(before) = begin.checked_sub(1).filter(|before| self.is(*before, "and then also")) {
                begin = before;
            }
            let mut end = at + 1;
            while self.is(end, "me us out down") {
                end += 1;
            }
            let end = self.object(end);
            self.take(begin..end);
        }
        found
    }

    /// Where words for what was answered before end: "it", "the result", "those rows".
    fn object(&mut self, from: usize) -> usize {
        let mut end = from;
        if self.is(end, "a an") && self.is(end + 1, "copy") {
            end += 2 + usize::from(self.is(end + 2, "of"));
        }
        let begin = end;
        if self.is(end, BACK) || self.is(end, "the all my") {
            end += 1;
        }
        let pointed = end > begin && self.is(begin, BACK);
        while self.is(end, RESULTS) || (pointed && self.is(end, "data rows too")) {
            end += 1;
        }
        let free =
            end >= self.words.len() || self.gone[end] || self.pauses[end - 1] || self.is(end, "please to as in for");
        if end > begin && (pointed || self.is(end - 1, RESULTS)) && free {
            self.save.back = true;
            return end;
        }
        begin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wish_for_a_file_is_told_from_the_question() {
        let check = |question: &str, rest: &str| {
            let (found, save) = cut(question);
            assert!(save.is_some(), "{question}");
            assert_eq!(found, rest, "{question}");
        };
        check("save the cars with mpg over 40 to a csv", "the cars with mpg over 40");
        check(
            "Please save the cars with mpg over 40 as a CSV file.",
            "Please the cars with mpg over 40",
        );
        check("export mean mpg by origin to csv", "mean mpg by origin");
        check("download the average mpg by origin", "the average mpg by origin");
        check("Give me a CSV of mean mpg by origin", "mean mpg by origin");
        check("give me a csv file with the cars from Japan", "the cars from Japan");
        check("mean mpg by origin as a file", "mean mpg by origin");
        check("mean mpg by origin, and save it as a csv", "mean mpg by origin");
        check(
            "How many cars are there by origin? Export the result to a CSV.",
            "How many cars are there by origin?",
        );
        check("write the top 10 cars by mpg to a file", "the top 10 cars by mpg");
        check("top 10 cars by mpg in csv format please", "top 10 cars by mpg");
        check("I want a spreadsheet of cars by origin", "I cars by origin");
        check("save cars from Japan as japan.csv", "cars from Japan");
        check("top 5 cars by mpg, exported as csv", "top 5 cars by mpg");
        check("save that", "");
        check("can you export this as csv please?", "can you");
        check("a csv of the missing values", "the missing values");
    }

    #[test]
    fn questions_without_such_a_wish_stay_as_they_are() {
        for question in [
            "What is in this file?",
            "which values are missing in the csv file",
            "downloads by month",
            "download by country",
            "export value by year",
            "exports to Japan",
            "how many rows are in the file",
            "save the chart",
            "write me a poem",
            "compare cars.csv to weather.csv",
            "a file with many rows",
        ] {
            assert_eq!(cut(question), (question.to_owned(), None), "{question}");
        }
    }

    #[test]
    fn a_file_is_what_the_person_calls_it() {
        let save = cut("export the Japanese cars to `japan.csv`.").1.unwrap();
        assert_eq!((save.name.as_deref(), save.back), (Some("japan"), false));
        assert!(cut("save it in excel").1.unwrap().back);
        assert!(cut("give me an excel file of that").1.unwrap().excel);
    }
}
