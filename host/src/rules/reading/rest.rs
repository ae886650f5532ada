//! What no pattern has claimed: columns in no part of speech, and words that mean nothing here.

use super::{Is, Reader, push};
use crate::rules::{
    lexicon::Sign,
    question::{Grouping, Test, Unknown},
    words::Kind,
};

impl Reader<'_> {
    pub(super) fn rest(&mut self) {
        self.titles();
        self.appositions();
        for at in 0..self.pieces.len() {
            if !self.is_free(at) {
                continue;
            }
            match self.pieces[at].is.clone() {
                Is::Column(named) => {
                    self.take_column(at);
                    push(&mut self.draft.plain, named.column);
                }
                Is::Unknown | Is::Part { .. } => self.unknown(at),
                Is::Number(_) => {
                    let text = self.said(at);
                    self.draft.unknown.push(Unknown {
                        text,
                        hard: true,
                        counted: false,
                        column: None,
                    });
                }
                Is::Sign(sign) => {
                    let text = self.said(at);
                    self.draft.idle.push((sign, text));
                }
                _ => {}
            }
        }
        let draft = &mut self.draft;
        draft.score -= draft
            .unknown
            .iter()
            .filter(|unknown| !unknown.counted || unknown.hard)
            .count() as f64
            * 0.5;
        let grouped = draft.groups.clone();
        draft.plain.retain(|plain| !grouped.contains(&Grouping::Column(*plain)));
        let filtered: Vec<usize> = draft
            .filters
            .iter()
            .filter(|filter| matches!(filter.test, Test::Is(_) | Test::Flag(_)))
            .map(|filter| filter.column)
            .collect();
        if draft.compared.is_none() {
            draft
                .plain
                .retain(|plain| !filtered.contains(plain) || draft.counted.is_some());
        }
    }

    /// "utilisation: balance as % of limit": what stands before a colon is a name for the rest.
    fn titles(&mut self) {
        let colon = (1..self.pieces.len().min(5)).find(|at| {
            matches!(self.pieces[*at].is, Is::Pause) && self.asked.tokens[self.pieces[*at].begin].text == ":"
        });
        let Some(colon) = colon.filter(|colon| *colon + 1 < self.pieces.len()) else {
            return;
        };
        if (0..colon).all(|at| matches!(self.pieces[at].is, Is::Unknown | Is::Noise)) {
            for at in 0..colon {
                self.take(at);
            }
        }
    }

    /// "the closing price": a noun that only says what the column before it is.
    fn appositions(&mut self) {
        for at in 1..self.pieces.len() {
            let word = &self.asked.tokens[self.pieces[at].begin].stem;
            let after = self.column(at - 1).is_some_and(|column| self.kind(column).is_number());
            let touches = self.pieces[at - 1].end == self.pieces[at].begin;
            let says = matches!(
                word.as_str(),
                "price" | "speed" | "value" | "amount" | "figure" | "level" | "reading" | "count"
            );
            if self.is_free(at)
                && after
                && touches
                && says
                && matches!(self.pieces[at].is, Is::Unknown | Is::Sign(Sign::Count))
            {
                self.take(at);
            }
        }
    }

    fn unknown(&mut self, at: usize) {
        let (begin, end) = (self.pieces[at].begin, self.pieces[at].end);
        let tokens = &self.asked.tokens[begin..end];
        let quoted = tokens.iter().any(|token| token.kind == Kind::Quoted);
        let other_table = tokens.iter().any(|token| self.view.elsewhere.contains(&token.stem));
        let named =
            begin > 0 && !self.titled() && tokens.iter().any(|token| token.text.chars().any(char::is_uppercase));
        let before = self.before(at);
        // A slot that wants a column or a value.
        let told = self.is_sign(before, |sign| {
            matches!(
                sign,
                Sign::By
                    | Sign::Colour
                    | Sign::Per
                    | Sign::Aggregate(_)
                    | Sign::In
                    | Sign::From
                    | Sign::Where
                    | Sign::Not
                    | Sign::Is
                    | Sign::Compare(_)
                    | Sign::Count
                    | Sign::Which
                    | Sign::Most { .. }
                    | Sign::Top { .. }
                    | Sign::Distinct
                    | Sign::Share
                    | Sign::And
                    | Sign::Or
                    | Sign::Versus
                    | Sign::Distribution
            )
        });
        let odd = self.text(begin, end).starts_with(|c: char| c.is_ascii_digit());
        // What is drawn may be worded in many ways; a figure may not.
        let drawn = self.draft.chart.is_some();
        let column = before.and_then(|before| {
            let linked = self.is_sign(Some(before), |sign| {
                matches!(sign, Sign::Is | Sign::Not | Sign::Compare(_))
            });
            let piece = self.back(at, |is| matches!(is, Is::Sign(Sign::Is | Sign::Not | Sign::Compare(_))))?;
            self.column(piece)
                .filter(|column| linked && self.kind(*column).is_text())
        });
        self.take(at);
        let text = self.text(begin, end);
        self.draft.unknown.push(Unknown {
            text,
            hard: quoted || other_table || named || told || odd || !drawn,
            counted: false,
            column,
        });
    }

    /// Most Words Begin With Capitals, which then say nothing.
    fn titled(&self) -> bool {
        let words = || self.asked.tokens.iter().filter(|token| token.kind == Kind::Word);
        let capitals = words()
            .filter(|token| token.text.starts_with(char::is_uppercase))
            .count();
        capitals * 2 > words().count()
    }
}
