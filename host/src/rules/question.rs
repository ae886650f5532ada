//! What a question says, once it has been read: a draft of figures, groups, conditions and wishes.
//!
//! Every word of the question has become a part of the draft, or stands in it as not understood. Choosing what to
//! compute is left to `plan`.

use super::{
    columns::{Span, TableView},
    lexicon::{self, Aggregate, Chart, Compare, Sign, Unit},
    saving::{self, Save},
    words::{self, Token},
};

/// A question cut into words, with what they mean by themselves.
#[derive(Debug)]
pub(super) struct Asked {
    pub tokens: Vec<Token>,
    /// The sign that begins at each token, and how many tokens it is.
    pub signs: Vec<Option<(Sign, usize)>>,
    /// What may name a column, by the token it begins at.
    pub spans: Vec<Vec<Span>>,
    pub save: Option<Save>,
}

/// What a question says, against one view.
#[derive(Clone, Debug, Default)]
pub(super) struct Interpretation {
    pub signs: Vec<Sign>,
    /// Signs that changed nothing, with their words.
    pub idle: Vec<(Sign, String)>,
    /// Figures that were named without a column.
    pub aggregates: Vec<Aggregate>,
    /// Columns to compute with.
    pub measures: Vec<Wanted>,
    /// One figure over another.
    pub ratio: Option<Ratio>,
    pub groups: Vec<Grouping>,
    /// Columns that were named in no part of speech.
    pub plain: Vec<usize>,
    pub filters: Vec<Filter>,
    /// The column some of whose values were named side by side.
    pub compared: Option<usize>,
    pub top: Option<usize>,
    pub bins: Option<usize>,
    /// How wide a bin is.
    pub width: Option<f64>,
    /// The column after "per".
    pub per: Option<usize>,
    /// "in each": what is ranked is ranked within these.
    pub each: Option<usize>,
    /// The unit of the times that were named, and how many those are.
    pub grain: Option<Unit>,
    pub periods: usize,
    /// "customers with more than 3 orders": what the figure of a group must be.
    pub having: Option<Having>,
    /// How far a forecast goes: "the next 6 months".
    pub ahead: Option<(usize, Unit)>,
    /// How many points a moving mean is of.
    pub points: Option<usize>,
    pub chart: Option<Chart>,
    /// A column that "how many" or "number of" stands before.
    pub counted: Option<usize>,
    /// Where "is" or "who" stands, after which a share is described.
    pub turn: Option<usize>,
    /// What the rows are called.
    pub noun: Option<String>,
    /// The adjective by which rows are ranked.
    pub quality: Option<Ranked>,
    /// Columns that were guessed.
    pub guesses: Vec<Guess>,
    /// Choices that were made elsewhere.
    pub notes: Vec<String>,
    pub unknown: Vec<Unknown>,
    /// The file that is wanted beside the answer.
    pub save: Option<Save>,
    /// How well the view fits.
    pub score: f64,
}

/// A condition on groups.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Having {
    pub compare: Compare,
    pub number: f64,
    /// What is counted; without that, the figure that was named is compared.
    pub counts: Option<Counted>,
}

/// What is counted of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Counted {
    Rows,
    /// The different values of a column.
    Values(usize),
}

/// A column and the figures of it that are wanted; without any, whichever suits it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wanted {
    pub column: usize,
    pub aggregates: Vec<Aggregate>,
}

/// One figure over another, or less another.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ratio {
    pub left: usize,
    pub right: usize,
    pub how: Two,
}

/// How two columns make one figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Two {
    Over,
    /// Over, in percent.
    Percent,
    Less,
}

/// A quality in the words of the question.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ranked {
    pub of: usize,
    pub least: bool,
    pub words: String,
}

/// A column that was guessed for words.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Guess {
    pub column: usize,
    pub words: String,
    /// Another that the words fit as well.
    pub also: Option<usize>,
    /// The token after the words.
    pub end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Grouping {
    Column(usize),
    /// The time column, in a unit or in whichever fits.
    Time(Option<Unit>),
    /// This time column in this unit.
    TimeOf(usize, Unit),
    /// Ranges of a number.
    Bands(usize),
}

/// Rows that are kept.
#[derive(Clone, Debug)]
pub(super) struct Filter {
    pub column: usize,
    pub test: Test,
    /// Rows that meet one of these are kept as well.
    pub or: Vec<Filter>,
    /// Where in the question it stands.
    pub at: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Is(Vec<String>),
    Not(Vec<String>),
    Compare(Compare, f64),
    OneOf(Vec<f64>),
    Between(f64, f64),
    /// Against another column of the same row.
    Column(Compare, usize),
    /// Against a figure of all rows.
    Figure(Compare, Aggregate),
    Flag(bool),
    Missing(bool),
    /// From a day up to another, without it; ISO 8601.
    Days(Option<String>, Option<String>),
    Months(Vec<u32>),
    /// Some word of the text, or one thing of its list.
    Has(Vec<String>),
    /// Anywhere in the text.
    Contains(String),
    Starts(String),
    Ends(String),
    Weekend(bool),
    /// Whatever the other does not hold for.
    Other(Box<Test>),
}

/// Words that meant nothing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Unknown {
    pub text: String,
    /// They stand where the answer depends on them.
    pub hard: bool,
    /// They stand where a noun for the rows may.
    pub counted: bool,
    /// The column that they are a value of, where that was said.
    pub column: Option<usize>,
}

/// A value that a script found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Finding {
    /// The words, in lower case.
    pub asked: String,
    pub column: String,
    pub value: String,
    /// It is a word inside longer values.
    pub part: bool,
    /// It stands at the beginning of them, or is one of a list.
    pub leads: bool,
}

impl PartialEq for Filter {
    /// Wherever it was said.
    fn eq(&self, other: &Self) -> bool {
        (self.column, &self.test, &self.or) == (other.column, &other.test, &other.or)
    }
}

impl Filter {
    pub fn new(column: usize, test: Test, at: usize) -> Self {
        Self {
            column,
            test,
            or: Vec::new(),
            at,
        }
    }

    /// Every column that it looks at.
    pub fn columns(&self) -> Vec<usize> {
        let mut columns = vec![self.column];
        let mut test = &self.test;
        while let Test::Other(inner) = test {
            test = inner;
        }
        if let Test::Column(_, other) = test {
            columns.push(*other);
        }
        columns.extend(self.or.iter().flat_map(Self::columns));
        columns
    }
}

impl Test {
    /// What holds where this does not.
    pub fn negated(self) -> Self {
        match self {
            Self::Is(values) => Self::Not(values),
            Self::Not(values) => Self::Is(values),
            Self::Compare(compare, number) => Self::Compare(compare.opposite(), number),
            Self::Column(compare, other) => Self::Column(compare.opposite(), other),
            Self::Figure(compare, figure) => Self::Figure(compare.opposite(), figure),
            Self::Flag(flag) => Self::Flag(!flag),
            Self::Missing(missing) => Self::Missing(!missing),
            Self::Weekend(weekend) => Self::Weekend(!weekend),
            Self::Other(test) => *test,
            Self::Days(None, Some(day)) => Self::Days(Some(day), None),
            Self::Days(Some(day), None) => Self::Days(None, Some(day)),
            test => Self::Other(Box::new(test)),
        }
    }
}

impl Asked {
    pub fn new(question: &str) -> Self {
        let (question, save) = saving::cut(question);
        let tokens = words::tokens(&question);
        let mut signs: Vec<_> = (0..tokens.len()).map(|at| lexicon::sign_at(&tokens, at)).collect();
        for at in 1..tokens.len() {
            // The month is known by its capital alone, or by what stands around it.
            let dated = tokens[at].low == "may"
                && (tokens.get(at + 1).is_some_and(|next| next.year().is_some())
                    || matches!(
                        tokens[at - 1].low.as_str(),
                        "in" | "since" | "until" | "before" | "after" | "during"
                    ));
            if tokens[at].text == "May" || dated {
                signs[at] = Some((Sign::Month(5), 1));
            }
        }
        let spans = Span::all(&tokens);
        Self {
            tokens,
            signs,
            spans,
            save,
        }
    }

    pub fn is_greeting(&self) -> bool {
        matches!(self.signs.first(), Some(Some((Sign::Greeting, _))))
    }
}

impl Interpretation {
    pub fn says(&self, test: impl Fn(&Sign) -> bool) -> bool {
        self.signs.iter().any(test)
    }

    /// Something of it asks for an order.
    pub fn ranks(&self) -> bool {
        self.says(|sign| matches!(sign, Sign::Top { .. } | Sign::Most { .. })) || self.quality.is_some()
    }

    /// The choices that were made in reading, each a clause.
    pub fn notes(&self, view: &TableView<'_>) -> Vec<String> {
        let name = |column: usize| code(&view.columns[column].name);
        let mut notes = self.notes.clone();
        for guess in &self.guesses {
            let mut note = format!("I took {} for “{}”", name(guess.column), guess.words);
            if let Some(also) = guess.also {
                note = format!("{note}; there is also {}", name(also));
            }
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        notes
    }

    pub fn names_nothing(&self) -> bool {
        self.measures.is_empty()
            && self.groups.is_empty()
            && self.plain.is_empty()
            && self.filters.is_empty()
            && self.ratio.is_none()
    }

    /// Columns that were named to compute with.
    pub fn measured(&self) -> impl Iterator<Item = usize> {
        self.measures.iter().map(|wanted| wanted.column)
    }
}

/// Text of a file as code in Markdown, where nothing in it is read as anything else.
pub(super) fn code(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let most = line.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let ticks = "`".repeat(most + 1);
    let space = if most > 0 { " " } else { "" };
    format!("{ticks}{space}{line}{space}{ticks}")
}

impl Interpretation {
    /// Some figure was asked for by name.
    pub fn aggregates_said(&self) -> bool {
        self.says(|sign| matches!(sign, Sign::Aggregate(_)))
    }
}
