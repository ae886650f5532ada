//! Words and numbers that are neither sign nor column nor value: the rows' noun, a count, or something not understood.

use super::{Place, Reader, Thing, is_count, periods::decade};
use crate::offline::{
    lexicon::{self, Sign},
    question::Unknown,
    words::{Kind, Token},
};

impl Reader<'_> {
    /// A word or number that is none of the above.
    pub(super) fn other(&mut self) {
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
            _ if lexicon::is_noise(&token.low) && !self.is_missed(&token) => self.at += 1,
            _ => self.unknown(),
        }
    }

    /// "by colour", "average size": a word that mostly says nothing stands where a column is wanted, and none follows.
    fn is_missed(&self, token: &Token) -> bool {
        let wanted = matches!(self.place, Place::Group | Place::Measure);
        let rest = self.at + 1..self.asked.tokens.len().min(self.at + 4);
        wanted
            && lexicon::is_thing(&token.stem)
            && !rest
                .clone()
                .any(|at| matches!(self.thing(at), Thing::Column(_) | Thing::Sign(Sign::Unit(_), _)))
    }

    pub(super) fn number(&mut self, token: &Token, number: f64) {
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
        let ranked = self.at < self.asked.tokens.len()
            && match self.thing(self.at) {
                Thing::Column(named) => self.view.columns[named.column].is_text(),
                _ => self.nouns.contains(&self.asked.tokens[self.at].stem),
            };
        if ranked && is_count(number) {
            self.count = Some(number as usize);
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

    pub(super) fn unknown(&mut self) {
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
            Some(Some((
                Sign::Where | Sign::In | Sign::From | Sign::Between | Sign::Since | Sign::Before | Sign::After,
                _
            )))
        );
        let other_table = tokens.iter().any(|token| self.view.elsewhere.contains(&token.stem));
        // "cars with more than 6 cylinders", "for cars made before 2000", "all audi cars"
        let plural = end - begin == 1 && tokens[0].low != tokens[0].stem;
        let valued = begin > 0 && matches!(self.draft.filters.last(), Some(filter) if self.last == Some(filter.column));
        let described = plural && (valued || (place == Place::Value && self.is_narrowed(end)));
        if !other_table && ((opens && narrowed && end - begin == 1) || described) {
            self.draft.noun = Some(text);
            return;
        }
        let named = named || other_table;
        let told = matches!(place, Place::Value | Place::Measure | Place::Group | Place::Noun);
        let odd = text.starts_with(|c: char| c.is_ascii_digit());
        self.push_unknown(text, quoted || named || self.not || told || odd);
    }

    /// What follows says which of the rows are meant.
    fn is_narrowed(&self, end: usize) -> bool {
        let next = (end..self.asked.tokens.len()).find(|at| !lexicon::is_noise(&self.asked.tokens[*at].low));
        let sign = next.and_then(|at| self.asked.signs[at]);
        matches!(
            sign,
            Some((
                Sign::Where
                    | Sign::In
                    | Sign::From
                    | Sign::Between
                    | Sign::Since
                    | Sign::Before
                    | Sign::After
                    | Sign::Compare(_),
                _
            ))
        )
    }

    /// Most Words Begin With Capitals, which then say nothing.
    pub(super) fn titled(&self) -> bool {
        let words = || self.asked.tokens.iter().filter(|token| token.kind == Kind::Word);
        let capitals = words()
            .filter(|token| token.text.starts_with(char::is_uppercase))
            .count();
        capitals * 2 > words().count()
    }

    pub(super) fn push_unknown(&mut self, text: String, hard: bool) {
        let negated = std::mem::take(&mut self.not);
        self.draft.unknown.push(Unknown {
            text,
            hard,
            negated,
            column: None,
        });
    }

    /// Where words that mean nothing end.
    pub(super) fn unknown_end(&self, begin: usize) -> usize {
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
}
