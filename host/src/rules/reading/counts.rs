//! What is counted: "how many customers", "number of orders", and the numbers that say how many are shown.

use super::{Is, Reader, is_count};
use crate::rules::{
    lexicon::{self, Sign},
    question::{Ranked, Unknown},
};

impl Reader<'_> {
    /// Notes all signs in their order.
    pub(super) fn signs(&mut self) {
        for at in 0..self.pieces.len() {
            let Some(sign) = self.sign(at) else { continue };
            // "colour the points by origin"
            let drawn = sign == Sign::By && {
                let begin = self.pieces[at].begin;
                self.asked.tokens[begin.saturating_sub(4)..begin].iter().any(|token| {
                    matches!(
                        token.stem.as_str(),
                        "color" | "colour" | "stack" | "split" | "segregate" | "separate" | "facet"
                    )
                })
            };
            let sign = if drawn { Sign::Colour } else { sign };
            self.pieces[at].is = Is::Sign(sign);
            self.draft.signs.push(sign);
            match sign {
                Sign::Is | Sign::Where
                    if self.draft.turn.is_none() && self.draft.says(|sign| matches!(sign, Sign::Share)) =>
                {
                    self.draft.turn = Some(at);
                }
                Sign::Superlative { least, of } if self.draft.quality.is_none() => {
                    let words = self.said(at);
                    self.take(at);
                    self.draft.quality = Some(Ranked { of, least, words });
                }
                Sign::Chart(chart) => {
                    self.take(at);
                    if self.draft.chart.is_none_or(|before| before == lexicon::Chart::Any) {
                        self.draft.chart = Some(chart);
                    }
                }
                _ => {}
            }
        }
    }

    /// "top 5", "5 poorest", "the 4 countries with the lowest income".
    pub(super) fn top_numbers(&mut self) {
        let ranks = |sign: Sign| matches!(sign, Sign::Top { .. } | Sign::Most { .. } | Sign::Superlative { .. });
        for at in 0..self.pieces.len() {
            let Some(number) = self.number(at).filter(|number| is_count(*number)) else {
                continue;
            };
            let (before, next) = (self.before(at), self.after(at));
            let touches = |piece: Option<usize>, reader: &Self| {
                piece.is_some_and(|piece| {
                    reader.pieces[piece].end == reader.pieces[at].begin
                        || reader.pieces[at].end == reader.pieces[piece].begin
                })
            };
            if self.is_sign(before, ranks) && touches(before, self) || self.is_sign(next, ranks) && touches(next, self)
            {
                self.take(at);
                self.draft.top = Some(number as usize);
                return;
            }
            if self.is_sign(before, |sign| sign == Sign::Width) {
                self.take(at);
                self.draft.width = Some(number);
                continue;
            }
            if self.is_sign(next, |sign| sign == Sign::Bins) || self.is_sign(before, |sign| sign == Sign::Bins) {
                self.take(at);
                self.draft.bins = Some(number as usize);
            }
        }
        let first = (0..self.pieces.len()).find(|at| self.number(*at).is_some_and(is_count) && self.is_free(*at));
        let ranked = (0..self.pieces.len()).any(|at| self.sign(at).is_some_and(ranks));
        let compared = self.draft.says(|sign| {
            matches!(
                sign,
                Sign::Compare(_) | Sign::Between | Sign::OrMore { .. } | Sign::Moving
            )
        });
        if let Some(at) = first.filter(|_| ranked && !compared) {
            // A number that narrows a column down is none.
            let figure = self
                .after(at)
                .and_then(|next| self.column(next))
                .is_some_and(|column| self.kind(column).is_number());
            let listed = self.after(at).is_none_or(|next| {
                matches!(self.pieces[next].is, Is::Rows | Is::Column(_))
                    || self.is_sign(Some(next), |sign| {
                        matches!(sign, Sign::Is | Sign::Unit(_) | Sign::Rows | Sign::Where | Sign::Which)
                    })
            });
            if !figure && listed && self.asked.tokens[self.pieces[at].begin].year().is_none() {
                self.take(at);
                self.draft.top = self.number(at).map(|number| number as usize);
            }
        }
    }

    pub(super) fn counts(&mut self) {
        for at in 0..self.pieces.len() {
            match self.sign(at) {
                Some(Sign::Count | Sign::Distinct) if self.is_free(at) => {
                    self.take(at);
                    self.counted(at);
                }
                // "storms per year", "the most storms"
                Some(Sign::Most { .. }) if self.is_free(at) => {
                    self.take(at);
                    self.noun_after(at, false);
                }
                _ => {}
            }
        }
        // "days by weather"
        let first = (0..self.pieces.len()).find(|at| !matches!(self.pieces[*at].is, Is::Noise));
        if let Some((first, Sign::Unit(unit))) = first.and_then(|first| self.sign(first).map(|sign| (first, sign)))
            && self.is_free(first)
        {
            self.take(first);
            self.draft.noun = Some(format!("{}s", unit.noun()));
        }
        for at in 0..self.pieces.len() {
            if matches!(self.pieces[at].is, Is::Rows) && self.is_free(at) {
                self.take(at);
                self.draft.score += 0.7;
                let token = &self.asked.tokens[self.pieces[at].begin];
                self.draft.noun.get_or_insert_with(|| token.low.clone());
            } else if self.sign(at) == Some(Sign::Rows) {
                self.take(at);
            }
        }
    }

    /// What stands after "how many".
    fn counted(&mut self, at: usize) {
        let skip = |is: &Is| {
            matches!(
                is,
                Is::Sign(Sign::Distinct | Sign::Count | Sign::Aggregate(_) | Sign::By)
                    | Is::Value(_)
                    | Is::Part { .. }
                    | Is::Period(_)
            )
        };
        let Some(next) = self.past(at, skip) else { return };
        match self.pieces[next].is.clone() {
            Is::Column(named) if self.is_free(next) => {
                // "how many storms": a word that only narrows another column's noun down.
                let token = self.asked.tokens[self.pieces[next].begin].clone();
                let modifier = !named.head && named.score < 0.8 && named.length == 1;
                let elsewhere = self.view.elsewhere.contains(&token.stem);
                if modifier && !elsewhere && self.may_be_rows(&token.stem) {
                    self.pieces[next].is = Is::Rows;
                    return;
                }
                self.take_column(next);
                self.draft.counted = Some(named.column);
            }
            Is::Sign(Sign::Unit(unit)) if self.is_free(next) => {
                self.take(next);
                self.draft.noun = Some(format!("{}s", unit.noun()));
            }
            _ => self.noun_after(at, true),
        }
    }

    /// A noun that nothing is known of may be what the rows are, where nothing else is.
    fn noun_after(&mut self, at: usize, counted: bool) {
        let Some(next) = self.past(at, |is| matches!(is, Is::Value(_) | Is::Part { .. })) else {
            return;
        };
        if let Is::Column(named) = self.pieces[next].is.clone()
            && self.is_free(next)
            && !named.head
            && named.score < 0.8
        {
            let stem = self.asked.tokens[self.pieces[next].begin].stem.clone();
            let thing = lexicon::is_entity(&stem) || self.view.names_rows(&stem);
            if thing && self.may_be_rows(&stem) {
                self.pieces[next].is = Is::Rows;
            }
            return;
        }
        if !matches!(self.pieces[next].is, Is::Unknown) || !self.is_free(next) {
            return;
        }
        // Of several words the last is the noun; those before it narrow it down.
        let (begin, end) = (self.pieces[next].begin, self.pieces[next].end);
        let noun = self.asked.tokens[end - 1].clone();
        self.take(next);
        // "uses the most energy" may be of anything; "the most storms" counts them.
        let plain = counted || lexicon::is_entity(&noun.stem) || self.view.names_rows(&noun.stem);
        if plain
            && self.may_be_rows(&noun.stem)
            && noun.text.chars().all(char::is_alphabetic)
            && !named_thing(&noun.text)
        {
            self.draft.noun = Some(noun.low.clone());
            if end - begin > 1 {
                let text = self.text(begin, end - 1);
                self.draft.unknown.push(Unknown {
                    text,
                    hard: true,
                    counted: false,
                    column: None,
                });
            } else if counted {
                // A script may know better: "how many toyotas".
                self.draft.unknown.push(Unknown {
                    text: noun.text.clone(),
                    hard: false,
                    counted: true,
                    column: None,
                });
            }
            return;
        }
        let text = self.text(begin, end);
        self.draft.unknown.push(Unknown {
            text,
            hard: true,
            counted: true,
            column: None,
        });
    }

    /// Whether a noun may be one for the rows: it is not known what they are, or it is known that they are this.
    fn may_be_rows(&self, stem: &str) -> bool {
        if self.view.elsewhere.contains(&stem.to_owned()) {
            return false;
        }
        let part_of_name = self
            .view
            .columns
            .iter()
            .any(|column| column.essence().len() > 1 && column.essence().iter().any(|word| word == stem));
        self.view.names_rows(stem)
            || !self.view.knows_rows()
                && (lexicon::is_entity(stem)
                    || part_of_name
                    || self.view.nouns.is_empty()
                    || lexicon::is_person(stem)
                    || !lexicon::is_noise(stem))
    }
}

/// It is written as names are.
fn named_thing(text: &str) -> bool {
    text.starts_with(char::is_uppercase)
}
