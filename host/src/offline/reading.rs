//! Reads a question word by word against the columns in view.
//!
//! At each token stands the longest thing that the words can be: a sign of the lexicon, a column, a value, or nothing.
//! A sign says which part the next column plays. Values that the profile does not list are found by a script, whose
//! findings come back here.

mod conditions;
mod periods;
mod strangers;

use std::cell::OnceCell;

use super::{
    columns::{EXACT, Named, Role, View},
    lexicon::{self, Chart, Compare, Sign, Unit},
    question::{Asked, Draft, Finding, Grouping, Guess, Test},
    words::{self, Kind, Token},
};

/// Reads `asked` against one view.
pub(super) fn read(view: &View<'_>, asked: &Asked, findings: &[Finding]) -> Draft {
    let mut reader = Reader {
        view,
        asked,
        findings,
        nouns: nouns(view),
        draft: Draft {
            save: asked.save.clone(),
            ..Draft::default()
        },
        place: Place::Open,
        not: false,
        last: None,
        at: 0,
        count: None,
        named: vec![OnceCell::new(); asked.tokens.len()],
    };
    reader.run();
    reader.draft
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
    /// A number before what may be ranked: "the 4 countries with the lowest income".
    count: Option<usize>,
    named: Vec<OnceCell<Option<Named>>>,
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

    /// The column that is named from a token on; the answer is kept, since it is asked for again.
    fn column_at(&self, at: usize) -> Option<Named> {
        let known = self.named[at].get_or_init(|| self.view.best(&self.asked.spans[at]));
        known.clone()
    }

    fn thing(&self, at: usize) -> Thing {
        let tokens = &self.asked.tokens;
        if matches!(tokens[at].kind, Kind::Pause | Kind::Number(_) | Kind::Date(..)) {
            let exact = self.column_at(at).filter(|named| named.score >= EXACT);
            // A column may be called 2014.
            return exact.map_or(Thing::Nothing, Thing::Column);
        }
        let sign = self.asked.signs[at];
        let column = self.column_at(at);
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
                    self.column_at(next)
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
            // "days by weather": days are what is counted.
            Sign::Unit(unit)
                if self.draft.signs.len() == 1
                    && self.draft.names_nothing()
                    && matches!(
                        self.asked.signs.get(self.at),
                        Some(Some((Sign::By | Sign::Where | Sign::In, _)))
                    ) =>
            {
                self.draft.noun = Some(format!("{}s", unit.noun()));
                self.draft.signs.push(Sign::Count);
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
            let group = self
                .draft
                .groups
                .iter()
                .position(|group| *group == Grouping::Column(last));
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
        let filters = self.draft.filters.len();
        if self.is_filter(index) {
            // "an average price over 100" is a condition on figures, which is not offered.
            let compared = self.draft.filters.len() > filters
                && matches!(self.draft.filters.last(), Some(filter) if matches!(filter.test, Test::Compare(..) | Test::Between(..)));
            if place == Place::Measure && compared {
                self.draft.signs.push(Sign::Undoable);
            }
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
        // "not paid", "churned customers": a yes-or-no column said as a quality.
        if column.role == Role::Flag && (self.not || (named.score < 0.8 && place != Place::Group)) {
            let yes = !std::mem::take(&mut self.not);
            self.push_filter(index, Test::Flag(yes));
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

    fn text(&self, begin: usize, end: usize) -> String {
        let words: Vec<&str> = self.asked.tokens[begin..end]
            .iter()
            .map(|token| token.text.as_str())
            .collect();
        words.join(" ")
    }

    /// Guesses that only the whole question allows.
    fn settle(&mut self) {
        if let Some(count) = self.count {
            let ranks = |sign: &Sign| matches!(sign, Sign::Top { .. } | Sign::Most { .. } | Sign::Superlative { .. });
            if self.draft.says(ranks) {
                self.draft.top.get_or_insert(count);
            } else {
                self.push_unknown(count.to_string(), true);
            }
        }
        let draft = &mut self.draft;
        draft.score -= draft.unknown.len() as f64 * 0.3;
        let grouped = draft.groups.clone();
        draft.plain.retain(|plain| !grouped.contains(&Grouping::Column(*plain)));
    }
}

fn is_count(number: f64) -> bool {
    (1.0..=1000.0).contains(&number) && number.fract() == 0.0
}

fn push<T: PartialEq>(list: &mut Vec<T>, one: T) {
    if !list.contains(&one) {
        list.push(one);
    }
}
