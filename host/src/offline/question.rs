//! What a question says, once it has been read: a draft of columns, groups, conditions and wishes.
//!
//! What was named is here with the part of speech it had, and so are the words that meant nothing. Choosing what to
//! compute is left to `plan`.

use super::{
    columns::{Span, View},
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
pub(super) struct Draft {
    pub signs: Vec<Sign>,
    pub aggregates: Vec<Aggregate>,
    /// Columns to compute with.
    pub measures: Vec<usize>,
    pub groups: Vec<Grouping>,
    /// Columns that were named in no part of speech.
    pub plain: Vec<usize>,
    pub filters: Vec<Filter>,
    pub top: Option<usize>,
    pub bins: Option<usize>,
    pub chart: Option<Chart>,
    /// A column that "how many" or "number of" stands before.
    pub counted: Option<usize>,
    /// What the rows are called.
    pub noun: Option<String>,
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
}

/// Rows that are kept.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Filter {
    pub column: usize,
    pub test: Test,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Is(Vec<String>),
    Not(Vec<String>),
    Compare(Compare, f64),
    OneOf(Vec<f64>),
    Between(f64, f64),
    Flag(bool),
    Missing(bool),
    /// From a day up to another, without it; ISO 8601.
    Days(Option<String>, Option<String>),
    Months(Vec<u32>),
}

/// Words that meant nothing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Unknown {
    pub text: String,
    /// They stand where the answer depends on them.
    pub hard: bool,
    pub negated: bool,
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
}

impl Asked {
    pub fn new(question: &str) -> Self {
        let (question, save) = saving::cut(question);
        let tokens = words::tokens(&question);
        let mut signs: Vec<_> = (0..tokens.len()).map(|at| lexicon::sign_at(&tokens, at)).collect();
        for at in 1..tokens.len() {
            // The month is known by its capital alone.
            if tokens[at].text == "May" {
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

impl Draft {
    pub fn says(&self, test: impl Fn(&Sign) -> bool) -> bool {
        self.signs.iter().any(test)
    }

    /// The choices that were made in reading, each a clause.
    pub fn notes(&self, view: &View<'_>) -> Vec<String> {
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
        self.measures.is_empty() && self.groups.is_empty() && self.plain.is_empty() && self.filters.is_empty()
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
