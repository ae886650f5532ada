//! A question, read word by word against the columns in view.
//!
//! What comes out is a draft: what was named and in which part of speech, and which words meant nothing. Choosing what
//! to compute is left to `plan`. Values that the profile does not list are found by a script; its findings come back
//! here.

use super::{
    columns::{Column, EXACT, Named, Role, View},
    lexicon::{self, Aggregate, Chart, Compare, Sign, Unit},
    words::{self, Kind, Token},
};
use crate::files::profile::Scalar;

/// A question cut into words, with what they mean by themselves.
#[derive(Debug)]
pub(super) struct Asked {
    pub tokens: Vec<Token>,
    signs: Vec<Option<(Sign, usize)>>,
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
    end: usize,
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
        let tokens = words::tokens(question);
        let mut signs: Vec<_> = (0..tokens.len()).map(|at| lexicon::sign_at(&tokens, at)).collect();
        for at in 1..tokens.len() {
            // The month is known by its capital alone.
            if tokens[at].text == "May" {
                signs[at] = Some((Sign::Month(5), 1));
            }
        }
        Self { tokens, signs }
    }

    pub fn is_greeting(&self) -> bool {
        matches!(self.signs.first(), Some(Some((Sign::Greeting, _))))
    }
}

impl Draft {
    pub fn read(view: &View<'_>, asked: &Asked, findings: &[Finding]) -> Self {
        let mut reader = Reader {
            view,
            asked,
            findings,
            nouns: nouns(view),
            draft: Self::default(),
            place: Place::Open,
            not: false,
            last: None,
            at: 0,
        };
        reader.run();
        reader.draft
    }

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
                note += &format!("; there is also {}", name(also));
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

/// What the file's name calls its rows.
fn nouns(view: &View<'_>) -> Vec<String> {
    view.tables.iter().flat_map(|table| table_nouns(table.name)).collect()
}

/// The words of a file's name.
pub(super) fn table_nouns(name: &str) -> Vec<String> {
    let base = name.rsplit_once('.').map_or(name, |(base, _)| base);
    let words = words::name_words(base);
    words
        .iter()
        .map(|word| words::stem(word))
        .filter(|word| word.chars().count() > 2)
        .collect()
}

/// The part that the next column plays.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Open,
    /// After "by".
    Group,
    /// After a column that divides; an "and" leads to the next.
    AfterGroup,
    /// After "mean of".
    Measure,
    AfterMeasure,
    /// After "in", "for", "where": a value is likely.
    Value,
    /// After "how many", "which", "top 5": the rows' noun is likely.
    Noun,
}

struct Reader<'a> {
    view: &'a View<'a>,
    asked: &'a Asked,
    findings: &'a [Finding],
    nouns: Vec<String>,
    draft: Draft,
    place: Place,
    not: bool,
    /// The column named last, in the same clause.
    last: Option<usize>,
    at: usize,
}

/// What stands at a token.
enum Thing {
    Sign(Sign, usize),
    Column(Named),
    Value {
        column: usize,
        value: String,
        length: usize,
    },
    Nothing,
}

impl Reader<'_> {
    fn run(&mut self) {
        while self.at < self.asked.tokens.len() {
            match self.thing(self.at) {
                Thing::Sign(sign, length) => {
                    self.at += length;
                    self.sign(sign);
                }
                Thing::Column(named) => self.column(named),
                Thing::Value { column, value, length } => {
                    self.at += length;
                    self.value(column, value);
                }
                Thing::Nothing => self.other(),
            }
        }
        self.settle();
    }

    fn token(&self, at: usize) -> Option<&Token> {
        self.asked.tokens.get(at)
    }

    fn thing(&self, at: usize) -> Thing {
        let tokens = &self.asked.tokens;
        if matches!(tokens[at].kind, Kind::Pause | Kind::Number(_) | Kind::Date(..)) {
            let exact = self.view.column_at(tokens, at).filter(|named| named.score >= EXACT);
            // A column may be called 2014.
            return exact.map_or(Thing::Nothing, Thing::Column);
        }
        let sign = self.asked.signs[at];
        let column = self.view.column_at(tokens, at);
        let value = self.view.value_at(tokens, at);
        if let Some(thing) = self.found(at) {
            return thing;
        }
        let sign_length = sign.map_or(0, |(_, length)| length);
        if let Some(named) = &column {
            let exact = named.score >= EXACT;
            let longer = named.length > sign_length;
            let wins = match sign {
                None => exact,
                Some((sign, _)) if exact => longer || !self.sign_wins(sign, at, sign_length),
                // `max temp` is `temp_max`.
                Some(_) => longer && named.length > 1 && named.score >= 0.79,
            };
            let value_wins = value
                .as_ref()
                .is_some_and(|value| value.whole && value.length > named.length);
            if wins && !value_wins {
                return Thing::Column(named.clone());
            }
        }
        let quoted = tokens[at].kind == Kind::Quoted;
        let value = value.map(|value| (value.whole, value));
        if let Some((true, value)) = &value
            && (quoted || value.length > sign_length)
        {
            return Thing::Value {
                column: value.column,
                value: value.value.clone(),
                length: value.length,
            };
        }
        if let Some((sign, length)) = sign {
            return Thing::Sign(sign, length);
        }
        if lexicon::is_noise(&tokens[at].low) || self.nouns.contains(&tokens[at].stem) {
            return Thing::Nothing;
        }
        match (column, value) {
            (Some(named), _) if !quoted || named.score > 0.7 => Thing::Column(named),
            (_, Some((_, value))) => Thing::Value {
                column: value.column,
                value: value.value,
                length: value.length,
            },
            _ => Thing::Nothing,
        }
    }

    /// Whether a word that is a column's name as well is said in its own meaning.
    fn sign_wins(&self, sign: Sign, at: usize, length: usize) -> bool {
        match sign {
            Sign::Aggregate(_) | Sign::Count | Sign::Share | Sign::Chart(_) => {
                let next = (at + length..self.asked.tokens.len())
                    .find(|&next| !lexicon::is_noise(&self.asked.tokens[next].low));
                next.is_some_and(|next| {
                    self.view
                        .column_at(&self.asked.tokens, next)
                        .is_some_and(|named| named.score > 0.6 && self.asked.signs[next].is_none())
                })
            }
            Sign::By
            | Sign::And
            | Sign::Not
            | Sign::Where
            | Sign::In
            | Sign::From
            | Sign::To
            | Sign::Is
            | Sign::Between => true,
            _ => false,
        }
    }

    /// What a script found for the words here.
    fn found(&self, at: usize) -> Option<Thing> {
        let tokens = &self.asked.tokens;
        self.findings.iter().find_map(|finding| {
            let length = finding.asked.split(' ').count();
            let said: Vec<&str> = tokens
                .get(at..at + length)?
                .iter()
                .map(|token| token.low.as_str())
                .collect();
            let one = tokens[at].kind == Kind::Quoted && tokens[at].low == finding.asked;
            if !one && said.join(" ") != finding.asked {
                return None;
            }
            let column = self
                .view
                .columns
                .iter()
                .position(|column| column.name == finding.column)?;
            Some(Thing::Value {
                column,
                value: finding.value.clone(),
                length: if one { 1 } else { length },
            })
        })
    }

    fn sign(&mut self, sign: Sign) {
        self.draft.signs.push(sign);
        self.place = match sign {
            Sign::And | Sign::Difference if self.place == Place::AfterGroup => Place::Group,
            Sign::And if self.place == Place::AfterMeasure => Place::Measure,
            Sign::And => self.place,
            Sign::By => Place::Group,
            Sign::Aggregate(aggregate) => {
                if !self.draft.aggregates.contains(&aggregate) {
                    self.draft.aggregates.push(aggregate);
                }
                Place::Measure
            }
            Sign::Not => {
                self.not = true;
                Place::Value
            }
            Sign::Where | Sign::In | Sign::Only | Sign::From => Place::Value,
            Sign::Count | Sign::Which | Sign::List => Place::Noun,
            Sign::Top { .. } | Sign::Superlative { .. } | Sign::Most { .. } => {
                self.top_number();
                Place::Noun
            }
            // "how many days": the rows' noun.
            Sign::Unit(unit) if self.place == Place::Noun && self.counts() => {
                self.draft.noun = Some(format!("{}s", unit.noun()));
                Place::Open
            }
            Sign::Unit(unit) => {
                self.unit(unit);
                Place::AfterGroup
            }
            Sign::OverTime => {
                if !self.draft.groups.iter().any(|group| matches!(group, Grouping::Time(_))) {
                    self.draft.groups.push(Grouping::Time(None));
                }
                Place::Open
            }
            Sign::Chart(chart) => {
                if self.draft.chart.is_none_or(|before| before == Chart::Any) {
                    self.draft.chart = Some(chart);
                }
                Place::Open
            }
            Sign::Month(month) => {
                self.month_filter(&[month]);
                Place::Open
            }
            Sign::Quarter(quarter) => {
                let first = quarter * 3 - 2;
                self.month_filter(&[first, first + 1, first + 2]);
                Place::Open
            }
            Sign::Compare(compare) => {
                self.compare(compare, None);
                Place::Open
            }
            Sign::Between | Sign::Since | Sign::Before | Sign::After => {
                self.period(sign);
                Place::Value
            }
            Sign::Sort => Place::Measure,
            _ => Place::Open,
        };
        // What a phrase says counts for how sure the reading is, but for no view in particular.
        if !matches!(sign, Sign::And | Sign::Is) {
            self.last = self
                .last
                .filter(|_| matches!(sign, Sign::Where | Sign::Not | Sign::In | Sign::Compare(_)));
        }
    }

    /// The sign before this one was "how many".
    fn counts(&self) -> bool {
        self.draft.signs.iter().rev().nth(1) == Some(&Sign::Count)
    }

    /// "top 5", and "5 largest" before it.
    fn top_number(&mut self) {
        if let Some(count) = self
            .token(self.at)
            .and_then(Token::number)
            .filter(|count| is_count(*count))
        {
            self.draft.top = Some(count as usize);
            self.at += 1;
        }
    }

    fn unit(&mut self, unit: Unit) {
        // "by signup month": the column was named just before.
        if let Some(last) = self.last.filter(|last| self.view.columns[*last].is_time()) {
            let group = self.draft.groups.iter().position(|group| *group == Grouping::Column(last));
            if let Some(at) = group {
                self.draft.groups[at] = Grouping::TimeOf(last, unit);
                return;
            }
        }
        let said = Grouping::Time(Some(unit));
        if let Some(before) = self
            .draft
            .groups
            .iter_mut()
            .find(|group| matches!(group, Grouping::Time(None)))
        {
            *before = said;
        } else if !self.draft.groups.contains(&said) {
            self.draft.groups.push(said);
        }
    }

    fn column(&mut self, named: Named) {
        let (index, begin) = (named.column, self.at);
        self.draft.score += named.score;
        self.at += named.length;
        self.remark(&named, begin);
        let place = std::mem::replace(&mut self.place, Place::Open);
        if self.is_filter(index) {
            return;
        }
        let column = &self.view.columns[index];
        // "4 cylinders": the number before says which.
        if let Some(number) = begin
            .checked_sub(1)
            .and_then(|before| self.token(before))
            .and_then(Token::number)
            && (column.is_discrete() || column.role == Role::Year)
            && self.draft.top != Some(number as usize)
        {
            self.draft.unknown.pop();
            self.push_filter(index, Test::Compare(Compare::Equal, number));
            return;
        }
        if column.role == Role::Flag && self.not {
            self.not = false;
            self.push_filter(index, Test::Flag(false));
            return;
        }
        // "the West region": the value has been said.
        if self.last_filter_is(index) && self.last == Some(index) && column.is_text() {
            return;
        }
        self.last = Some(index);
        // "by model year": the second word is what is meant.
        if place == Place::AfterGroup
            && let Some(Grouping::Column(before)) = self.draft.groups.last().copied()
            && self.view.columns[before].role == Role::Name
            && matches!(column.role, Role::Year | Role::Time)
        {
            self.draft.groups.pop();
            self.draft.groups.push(Grouping::Column(index));
            self.place = Place::AfterGroup;
            return;
        }
        match place {
            Place::Group => {
                self.draft.groups.push(Grouping::Column(index));
                self.place = Place::AfterGroup;
            }
            Place::Measure => {
                push(&mut self.draft.measures, index);
                self.place = Place::AfterMeasure;
            }
            Place::Noun if self.draft.signs.last() == Some(&Sign::Count) => {
                self.draft.counted = Some(index);
            }
            _ => push(&mut self.draft.plain, index),
        }
    }

    /// Says so where a column was guessed.
    fn remark(&mut self, named: &Named, begin: usize) {
        if named.score >= 0.8 && named.also.is_empty() {
            return;
        }
        let said: Vec<&str> = self.asked.tokens[begin..begin + named.length]
            .iter()
            .map(|token| token.text.as_str())
            .collect();
        let end = begin + named.length;
        let words = said.join(" ");
        match self.draft.guesses.last_mut() {
            // "life expectancy", each word of which stands for one column.
            Some(guess) if guess.column == named.column && guess.end == begin => {
                guess.words = format!("{} {words}", guess.words);
                guess.end = end;
            }
            _ => self.draft.guesses.push(Guess {
                column: named.column,
                words,
                also: named.also.first().copied(),
                end,
            }),
        }
    }

    fn last_filter_is(&self, column: usize) -> bool {
        self.draft.filters.last().is_some_and(|filter| filter.column == column)
    }

    /// Reads "over 100", "between 1 and 2", "is West", "is missing" after a column.
    fn is_filter(&mut self, index: usize) -> bool {
        let mut at = self.at;
        let mut not = self.not;
        let mut linked = false;
        while let Some(token) = self.token(at) {
            match self.asked.signs[at] {
                Some((Sign::Is, length)) => {
                    linked = true;
                    at += length;
                }
                Some((Sign::Not, length)) => {
                    not = true;
                    linked = true;
                    at += length;
                }
                Some((Sign::Missing, length)) if linked || not => {
                    self.at = at + length;
                    self.push_filter(index, Test::Missing(!not));
                    self.not = false;
                    return true;
                }
                Some((Sign::Compare(compare), length)) => {
                    let here = std::mem::replace(&mut self.at, at + length);
                    if self.compare(compare, Some(index)) {
                        return true;
                    }
                    self.at = here;
                    return false;
                }
                Some((Sign::Between | Sign::From, _)) => return self.between(index, at + 1),
                None if matches!(token.low.as_str(), "a" | "an" | "the" | "of" | "value" | "values") => at += 1,
                _ => break,
            }
        }
        let Some(token) = self.token(at) else { return false };
        let column = &self.view.columns[index];
        if let Some(number) = token.number()
            && (linked || column.role == Role::Year || column.is_discrete())
            && (column.is_number() || column.role == Role::Year)
        {
            self.at = at + 1;
            let compare = if not { Compare::Unequal } else { Compare::Equal };
            self.push_filter(index, Test::Compare(compare, number));
            self.not = false;
            return true;
        }
        if let Thing::Value { column, value, length } = self.thing(at)
            && (column == index || linked)
        {
            self.at = at + length;
            self.not = not;
            self.value(column, value);
            return true;
        }
        if let Some(flag) = flag_word(token)
            && column.role == Role::Flag
        {
            self.at = at + 1;
            self.push_filter(index, Test::Flag(flag != not));
            self.not = false;
            return true;
        }
        let word = matches!(token.kind, Kind::Word | Kind::Quoted) && !lexicon::is_noise(&token.low);
        if linked
            && column.is_text()
            && word
            && self.asked.signs[at].is_none()
            && matches!(self.thing(at), Thing::Nothing)
        {
            let end = self.unknown_end(at);
            let text = self.text(at, end);
            self.at = end;
            self.draft.unknown.push(Unknown {
                text,
                hard: true,
                negated: not,
                column: Some(index),
            });
            self.not = false;
            return true;
        }
        false
    }

    /// "between 10 and 20" after a column.
    fn between(&mut self, index: usize, at: usize) -> bool {
        let (Some(low), Some(high)) = (self.token(at), self.token(at + 2)) else {
            return false;
        };
        let column = &self.view.columns[index];
        let (Some(low), Some(high)) = (low.number(), high.number()) else {
            return false;
        };
        if !(column.is_number() || column.role == Role::Year) {
            return false;
        }
        self.at = at + 3;
        self.push_filter(index, Test::Between(low.min(high), low.max(high)));
        true
    }

    /// Reads the number after "over"; the column was named before, or comes after it.
    fn compare(&mut self, compare: Compare, column: Option<usize>) -> bool {
        while self.token(self.at).is_some_and(|token| lexicon::is_noise(&token.low)) {
            self.at += 1;
        }
        let Some(token) = self.token(self.at) else { return false };
        if let (Kind::Date(..), Some(column)) = (token.kind, column)
            && self.view.columns[column].is_time()
        {
            let sign = match compare {
                Compare::Over => Sign::After,
                Compare::AtLeast => Sign::Since,
                Compare::Under => Sign::Before,
                Compare::AtMost => Sign::To,
                _ => Sign::In,
            };
            return self.period(sign);
        }
        let Some(number) = token.number() else { return false };
        let compare = match compare {
            Compare::Equal if self.not => Compare::Unequal,
            compare => compare,
        };
        let usable = |column: &Column<'_>| column.is_number() || column.role == Role::Year;
        let mut next = self.at + 1;
        let before = column.or(self.last).filter(|index| usable(&self.view.columns[*index]));
        let column = before.or_else(|| {
            while self.token(next).is_some_and(|token| lexicon::is_noise(&token.low)) {
                next += 1;
            }
            self.token(next)?;
            let named = self.view.column_at(&self.asked.tokens, next)?;
            next += named.length;
            usable(&self.view.columns[named.column]).then_some(named.column)
        });
        let Some(column) = column else { return false };
        if before.is_some() {
            next = self.at + 1;
        }
        self.at = next;
        self.draft.plain.retain(|plain| *plain != column || before.is_none());
        self.push_filter(column, Test::Compare(compare, number));
        self.not = false;
        true
    }

    fn value(&mut self, column: usize, value: String) {
        let not = std::mem::take(&mut self.not);
        self.draft.score += 0.9;
        let place = std::mem::replace(&mut self.place, Place::Open);
        self.draft
            .plain
            .retain(|plain| *plain != column || self.last != Some(column));
        self.last = Some(column);
        let same = self.draft.filters.iter_mut().find(|filter| filter.column == column);
        match (same.map(|filter| &mut filter.test), not) {
            (Some(Test::Is(values)), false) | (Some(Test::Not(values)), _) => push(values, value),
            (Some(_), _) => {}
            (None, true) => self.push_filter(column, Test::Not(vec![value])),
            (None, false) => self.push_filter(column, Test::Is(vec![value])),
        }
        if place == Place::Value {
            self.place = Place::Value;
        }
    }

    fn push_filter(&mut self, column: usize, test: Test) {
        let filter = Filter { column, test };
        if !self.draft.filters.contains(&filter) {
            self.draft.filters.push(filter);
        }
        self.last = Some(column);
    }

    /// A word or number that is none of the above.
    fn other(&mut self) {
        let token = self.asked.tokens[self.at].clone();
        match token.kind {
            Kind::Pause => {
                self.at += 1;
                self.place = match self.place {
                    Place::AfterGroup => Place::Group,
                    Place::AfterMeasure => Place::Measure,
                    place => place,
                };
            }
            Kind::Number(number) => self.number(&token, number),
            Kind::Date(..) => {
                if !self.period(Sign::In) {
                    self.at += 1;
                    self.push_unknown(token.text, true);
                }
            }
            _ if decade(&token).is_some() && self.period(Sign::In) => {}
            _ if token.kind != Kind::Quoted && self.nouns.contains(&token.stem) => {
                self.draft.score += 0.7;
                self.draft.noun = Some(token.low.clone());
                if self.place == Place::Noun {
                    self.place = Place::Open;
                }
                self.at += 1;
            }
            _ if lexicon::is_noise(&token.low) => self.at += 1,
            _ => self.unknown(),
        }
    }

    fn number(&mut self, token: &Token, number: f64) {
        let next = self.asked.signs.get(self.at + 1).copied().flatten();
        match next {
            Some((Sign::Top { .. } | Sign::Most { .. } | Sign::Superlative { .. }, _)) if is_count(number) => {
                self.draft.top = Some(number as usize);
                self.at += 1;
                return;
            }
            Some((Sign::Bins, length)) if is_count(number) => {
                self.draft.bins = Some(number as usize);
                self.at += 1 + length;
                return;
            }
            _ => {}
        }
        if token.year().is_some() && self.period(Sign::In) {
            return;
        }
        self.at += 1;
        if matches!(self.draft.signs.last(), Some(Sign::Bins)) && is_count(number) {
            self.draft.bins = Some(number as usize);
            return;
        }
        // "first 10 rows", "top of 5": a number that nothing claims; a column after it may.
        self.draft.unknown.push(Unknown {
            text: token.text.clone(),
            hard: true,
            negated: false,
            column: None,
        });
    }

    fn unknown(&mut self) {
        let begin = self.at;
        let end = self.unknown_end(begin);
        self.at = end;
        let tokens = &self.asked.tokens[begin..end];
        let place = self.place;
        let quoted = tokens.iter().any(|token| token.kind == Kind::Quoted);
        let before_noun = self.token(end).is_some_and(|token| {
            token.kind == Kind::Word
                && (self.nouns.contains(&token.stem) || matches!(self.asked.signs[end], Some((Sign::Rows, _))))
        });
        if place == Place::Noun && !quoted && !before_noun {
            // Of several words the last is the noun; those before it narrow it down.
            if self.view.elsewhere.contains(&tokens[tokens.len() - 1].stem) {
                let text = self.text(begin, end);
                self.push_unknown(text, true);
                return;
            }
            self.draft.noun = Some(tokens[tokens.len() - 1].low.clone());
            if end - begin == 1 {
                self.place = Place::Open;
                return;
            }
            let text = self.text(begin, end - 1);
            self.push_unknown(text, true);
            return;
        }
        let named =
            begin > 0 && !self.titled() && tokens.iter().any(|token| token.text.chars().any(char::is_uppercase));
        let text = self.text(begin, end);
        let opens = (0..begin).all(|at| lexicon::is_noise(&self.asked.tokens[at].low));
        let narrowed = matches!(
            self.asked.signs.get(end),
            Some(Some((Sign::Where | Sign::In | Sign::From | Sign::Between | Sign::Since | Sign::Before | Sign::After, _)))
        );
        let other_table = tokens.iter().any(|token| self.view.elsewhere.contains(&token.stem));
        if opens && narrowed && end - begin == 1 && !other_table {
            // "cars with more than 6 cylinders"
            self.draft.noun = Some(text);
            return;
        }
        let named = named || other_table;
        let told = matches!(place, Place::Value | Place::Measure | Place::Group | Place::Noun);
        self.push_unknown(text, quoted || named || self.not || told);
    }

    /// Most Words Begin With Capitals, which then say nothing.
    fn titled(&self) -> bool {
        let words = || self.asked.tokens.iter().filter(|token| token.kind == Kind::Word);
        let capitals = words()
            .filter(|token| token.text.starts_with(char::is_uppercase))
            .count();
        capitals * 2 > words().count()
    }

    fn push_unknown(&mut self, text: String, hard: bool) {
        let negated = std::mem::take(&mut self.not);
        self.draft.unknown.push(Unknown {
            text,
            hard,
            negated,
            column: None,
        });
    }

    /// Where words that mean nothing end.
    fn unknown_end(&self, begin: usize) -> usize {
        if self.asked.tokens[begin].kind == Kind::Quoted {
            return begin + 1;
        }
        let mut end = begin + 1;
        while end < self.asked.tokens.len() && end - begin < 4 {
            let token = &self.asked.tokens[end];
            let plain = token.kind == Kind::Word
                && self.asked.signs[end].is_none()
                && !lexicon::is_noise(&token.low)
                && !self.nouns.contains(&token.stem);
            if !plain || !matches!(self.thing(end), Thing::Nothing) {
                break;
            }
            end += 1;
        }
        end
    }

    fn text(&self, begin: usize, end: usize) -> String {
        let words: Vec<&str> = self.asked.tokens[begin..end]
            .iter()
            .map(|token| token.text.as_str())
            .collect();
        words.join(" ")
    }

    /// Guesses that only the whole question allows.
    fn settle(&mut self) {
        let draft = &mut self.draft;
        draft.score -= draft.unknown.len() as f64 * 0.3;
        let grouped = draft.groups.clone();
        draft.plain.retain(|plain| !grouped.contains(&Grouping::Column(*plain)));
    }
}

/// Periods of time.
impl Reader<'_> {
    /// The column that years and months are of.
    fn time_column(&self) -> Option<usize> {
        let named = self.last.filter(|last| {
            let column = &self.view.columns[*last];
            column.is_time() || column.role == Role::Year
        });
        named
            .or_else(|| self.view.find(|role| role == Role::Time).next())
            .or_else(|| self.view.find(|role| role == Role::Year).next())
    }

    /// Reads "since 2014", "between 2010 and 2012", "before 2014-03-05", "in March 2014" from a year or date on.
    fn period(&mut self, sign: Sign) -> bool {
        let Some(column) = self.time_column() else { return false };
        let mut at = self.at;
        while self.token(at).is_some_and(|token| {
            lexicon::is_noise(&token.low) || matches!(self.asked.signs[at], Some((Sign::Unit(_), 1)))
        }) {
            at += 1;
        }
        let mut month = None;
        if let Some(Some((Sign::Month(number), length))) = self.asked.signs.get(at) {
            month = Some(*number);
            at += length;
        }
        let Some(first) = self.token(at).and_then(|token| span(token, month)) else {
            return false;
        };
        at += 1;
        let from = self.draft.signs.iter().rev().nth(usize::from(sign != Sign::In));
        let ranged = sign == Sign::Between || from == Some(&Sign::From) || self.draft.signs.last() == Some(&Sign::From);
        let linked = matches!(self.asked.signs.get(at), Some(Some((Sign::And | Sign::To, _))));
        let dashed = self.token(at).is_some_and(|token| token.year().is_some()) && sign == Sign::In;
        let second = at + usize::from(linked);
        let last = self
            .token(second)
            .filter(|_| (linked && ranged) || dashed)
            .and_then(|token| span(token, None));
        let (from, to) = match (sign, last) {
            (_, Some(last)) => {
                at = second + 1;
                (Some(first.0.clone().min(last.0.clone())), Some(first.1.max(last.1)))
            }
            (Sign::Since, _) => (Some(first.0), None),
            (Sign::After, _) => (Some(first.1), None),
            (Sign::Before, _) => (None, Some(first.0)),
            (Sign::To, _) => (None, Some(first.1)),
            _ if ranged => (Some(first.0), None),
            _ => (Some(first.0), Some(first.1)),
        };
        self.at = at;
        self.draft.score += 0.5;
        if self.last == Some(column) {
            self.draft.plain.retain(|plain| *plain != column);
        }
        if self.view.columns[column].role == Role::Year {
            self.year_filter(column, from.as_deref(), to.as_deref());
        } else {
            self.push_filter(column, Test::Days(from, to));
        }
        true
    }

    /// A period as whole years of a column that has nothing but years.
    fn year_filter(&mut self, column: usize, from: Option<&str>, to: Option<&str>) {
        // Some tables write 1974 as 74.
        let short = match &self.view.columns[column].profile.max {
            Some(Scalar::Integer(max)) if *max <= 99 => 1900.0,
            _ => 0.0,
        };
        let year = |day: &str| {
            day.get(..4)
                .and_then(|year| year.parse::<f64>().ok())
                .map(|year| year - short)
        };
        let from = from.and_then(year);
        // Up to a day of the next year, without it.
        let to = to.and_then(|day| {
            Some(if day.ends_with("-01-01") {
                year(day)? - 1.0
            } else {
                year(day)?
            })
        });
        let test = match (from, to) {
            (Some(from), Some(to)) if (to - from).abs() < 0.5 => Test::Compare(Compare::Equal, from),
            (Some(from), Some(to)) => Test::Between(from, to),
            (Some(from), None) => Test::Compare(Compare::AtLeast, from),
            (None, Some(to)) => Test::Compare(Compare::AtMost, to),
            (None, None) => return,
        };
        self.push_filter(column, test);
    }

    /// Where a period ends that began with a month: after "from March 2014" it goes on, to "May 2014" or for good.
    fn month_end(&mut self, end: String) -> Option<String> {
        let from = self.draft.signs.iter().rev().nth(1) == Some(&Sign::From);
        if !from {
            return Some(end);
        }
        let Some(Some((Sign::To, to))) = self.asked.signs.get(self.at) else { return None };
        let mut at = self.at + to;
        let mut month = None;
        if let Some(Some((Sign::Month(number), length))) = self.asked.signs.get(at) {
            month = Some(*number);
            at += length;
        }
        let (_, end) = self.token(at).and_then(|token| span(token, month))?;
        self.at = at + 1;
        Some(end)
    }

    fn month_filter(&mut self, months: &[u32]) {
        // "March 2014" and "Q1 2014" are times of their own.
        let (first, last) = (months[0], months[months.len() - 1]);
        if let Some(year) = self.token(self.at).and_then(Token::year)
            && let Some(column) = self.time_column()
            && self.view.columns[column].is_time()
            && let Some(((from, _), (_, to))) = month_span(year, first).zip(month_span(year, last))
        {
            self.at += 1;
            let end = self.month_end(to);
            self.push_filter(column, Test::Days(Some(from), end));
            return;
        }
        let whole_months = self.view.columns.iter().position(|column| {
            column.is_discrete()
                && words::name_words(&column.profile.name)
                    .iter()
                    .any(|word| word == "month")
        });
        if let Some(column) = self.view.find(|role| role == Role::Time).next() {
            self.push_filter(column, Test::Months(months.to_vec()));
        } else if let Some(column) = whole_months {
            let (first, last) = (f64::from(months[0]), f64::from(months[months.len() - 1]));
            self.push_filter(column, Test::Between(first, last));
        } else {
            let text = self.asked.tokens[self.at - 1].text.clone();
            self.push_unknown(text, true);
        }
    }
}

/// The years of "1990s".
fn decade(token: &Token) -> Option<i32> {
    let year: i32 = token.low.strip_suffix('s').filter(|year| year.len() == 4)?.parse().ok()?;
    (year % 10 == 0 && (1500..2200).contains(&year)).then_some(year)
}

/// The first day of a year, a month or a date, and the day after its last.
fn span(token: &Token, month: Option<u32>) -> Option<(String, String)> {
    if let Kind::Date(year, month, day) = token.kind {
        let next = chrono::NaiveDate::from_ymd_opt(year, month, day)?.succ_opt()?;
        return Some((token.text.clone(), next.to_string()));
    }
    if let Some(first) = decade(token) {
        return Some((format!("{first}-01-01"), format!("{}-01-01", first + 10)));
    }
    let year = token.year()?;
    match month {
        Some(month) => month_span(year, month),
        None => Some((format!("{year:04}-01-01"), format!("{:04}-01-01", year + 1))),
    }
}

fn month_span(year: i32, month: u32) -> Option<(String, String)> {
    let first = chrono::NaiveDate::from_ymd_opt(year, month, 1)?;
    let next = first.checked_add_months(chrono::Months::new(1))?;
    Some((first.to_string(), next.to_string()))
}

fn is_count(number: f64) -> bool {
    (1.0..=1000.0).contains(&number) && number.fract() == 0.0
}

fn flag_word(token: &Token) -> Option<bool> {
    match token.low.as_str() {
        "true" | "yes" | "y" => Some(true),
        "false" | "no" | "n" => Some(false),
        _ => None,
    }
}

fn push<T: PartialEq>(list: &mut Vec<T>, one: T) {
    if !list.contains(&one) {
        list.push(one);
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
