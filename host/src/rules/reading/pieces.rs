//! Cuts a question into pieces: at each word the longest thing that it can begin.

use super::{Is, Piece, Reader};
use crate::rules::{
    columns::{EXACT, Named, NamedValue},
    lexicon::{self, Sign},
    words::{Kind, stem},
};

/// Signs that give way to a value of the data: "email" is a channel before it is something to send.
fn is_weak(sign: Sign) -> bool {
    matches!(
        sign,
        Sign::Undoable
            | Sign::Greeting
            | Sign::Thanks
            | Sign::Help
            | Sign::Why
            | Sign::Future
            | Sign::Insight
            | Sign::Look
    )
}

/// Words of one unknown thing.
const UNKNOWN_MAX: usize = 4;

impl Reader<'_> {
    /// Cuts the question into pieces.
    pub(super) fn cut(&mut self) {
        let mut at = 0;
        while at < self.asked.tokens.len() {
            let (is, length) = self.piece(at);
            let said = matches!(&is, Is::Column(named) if named.score >= EXACT) || matches!(is, Is::Value(_));
            if let (false, Some(named)) = (said, self.opposite(at)) {
                let (begin, used) = (at, false);
                let not = Is::Sign(Sign::Not);
                self.pieces.push(Piece {
                    begin,
                    end: at,
                    is: not,
                    used,
                });
                let is = Is::Column(named);
                self.pieces.push(Piece {
                    begin,
                    end: at + 1,
                    is,
                    used,
                });
                at += 1;
                continue;
            }
            // Words that mean nothing are looked for together.
            if matches!(is, Is::Unknown)
                && let Some(last) = self.pieces.last_mut()
                && matches!(last.is, Is::Unknown)
                && last.end == at
                && last.end - last.begin < UNKNOWN_MAX
                && !lexicon::is_entity(&self.asked.tokens[last.end - 1].stem)
                && self.asked.tokens[at].kind == Kind::Word
                && self.asked.tokens[last.begin].kind == Kind::Word
            {
                last.end = at + 1;
            } else {
                self.pieces.push(Piece {
                    begin: at,
                    end: at + length,
                    is,
                    used: false,
                });
            }
            at += length;
        }
        self.join_names();
        self.settle_names();
        self.settle_nouns();
    }

    /// "which home team scored the most goals": of `Home Goals` and `Away Goals` the one whose other word is said as well.
    fn settle_names(&mut self) {
        for at in 0..self.pieces.len() {
            let Is::Column(named) = self.pieces[at].is.clone() else {
                continue;
            };
            if named.also.is_empty() {
                continue;
            }
            let (begin, end) = (self.pieces[at].begin, self.pieces[at].end);
            let said = |column: usize| {
                let words = self.kind(column).essence();
                let tokens = self.asked.tokens.iter().enumerate();
                tokens
                    .filter(|(place, token)| !(begin..end).contains(place) && words.contains(&token.stem))
                    .count()
            };
            let own = said(named.column);
            let others: Vec<usize> = named.also.iter().copied().filter(|other| said(*other) > own).collect();
            if let [other] = others[..] {
                let also = Vec::new();
                self.pieces[at].is = Is::Column(Named {
                    column: other,
                    also,
                    ..named
                });
            } else if own > 0 && named.also.iter().all(|other| said(*other) < own) {
                let also = Vec::new();
                self.pieces[at].is = Is::Column(Named { also, ..named });
            }
        }
    }

    fn piece(&self, at: usize) -> (Is, usize) {
        let tokens = &self.asked.tokens;
        let token = &tokens[at];
        let column = self.view.best(&self.asked.spans[at]);
        if let Some(time) = self.time_at(at)
            && column
                .as_ref()
                .is_none_or(|named| named.score < EXACT || named.length < time.1)
        {
            return time;
        }
        match token.kind {
            Kind::Pause => return (Is::Pause, 1),
            Kind::Number(number) => {
                // A column may be called 2014.
                return match column.filter(|named| named.score >= EXACT) {
                    Some(named) => (Is::Column(named.clone()), named.length),
                    None => self.asked.signs[at]
                        .filter(|(_, length)| *length > 1)
                        .map_or((Is::Number(number), 1), |(sign, length)| (Is::Sign(sign), length)),
                };
            }
            Kind::Date(..) => return (Is::Unknown, 1),
            Kind::Word | Kind::Sign | Kind::Quoted => {}
        }
        if let Some(found) = self.found(at) {
            return found;
        }
        let mut sign = self.asked.signs[at];
        let article = at
            .checked_sub(1)
            .is_some_and(|before| matches!(tokens[before].low.as_str(), "a" | "the"));
        if article && matches!(token.low.as_str(), "draw" | "draws" | "will") {
            sign = None;
        }
        let value = self.value_here(at);
        if let Some(value) = self.said_as_value(at, value.as_ref()) {
            return (Is::Value(value.clone()), value.length);
        }
        self.known(at, sign, column, value)
    }

    fn known(
        &self,
        at: usize,
        sign: Option<(Sign, usize)>,
        column: Option<Named>,
        value: Option<NamedValue>,
    ) -> (Is, usize) {
        let token = &self.asked.tokens[at];
        let sign_length = sign.map_or(0, |(_, length)| length);
        let quoted = token.kind == Kind::Quoted;
        let whole = value.as_ref().filter(|value| value.whole);
        if let Some(named) = &column {
            let exact = named.score >= EXACT;
            let wins = match sign {
                // `day` and `month` of a table with dates say which unit is meant.
                Some((Sign::Unit(_), 1)) if named.length == 1 && self.is_the_time(named.column) => false,
                None => exact,
                Some((sign, _)) if exact => named.length > sign_length || !self.sign_wins(sign, at, sign_length),
                // `max temp` is `temp_max`.
                Some(_) => named.length > sign_length && named.length > 1 && named.score >= 0.79,
            };
            let value_wins = whole.is_some_and(|value| value.length > named.length && !value.meant);
            if wins && !value_wins {
                return (Is::Column(named.clone()), named.length);
            }
        }
        let noun = !quoted && self.view.names_rows(&token.stem);
        let named = column.as_ref().filter(|named| named.score >= 0.9 && sign.is_none());
        if let Some(value) = whole
            && (quoted || value.length > sign_length || sign.is_some_and(|(sign, _)| is_weak(sign)))
            && !(noun && value.length == 1)
            && !(value.meant && (sign.is_some() || named.is_some()))
        {
            return (Is::Value(value.clone()), value.length);
        }
        if let Some((sign, length)) = sign {
            return (Is::Sign(sign), length);
        }
        // "new members by month": each begins once.
        let begins = token.low == "new" && self.token(at + 1).is_some_and(|next| self.view.names_rows(&next.stem));
        if begins && column.is_none() && self.has_times() {
            return (Is::Noise, 1);
        }
        if let Some(named) = named
            && !(noun && named.length == 1 && !self.kind(named.column).is_number())
        {
            return (Is::Column(named.clone()), named.length);
        }
        if noun && column.as_ref().is_none_or(|named| named.length < 2) {
            return (Is::Rows, 1);
        }
        // "the deadliest storm", where only `storm category` has the word: it is what the rows are.
        let narrows = column
            .as_ref()
            .is_some_and(|named| !named.head && named.score < 0.8 && named.length == 1);
        if narrows
            && !quoted
            && lexicon::is_entity(&token.stem)
            && !self.view.knows_rows()
            && !self.view.elsewhere.contains(&token.stem)
        {
            return (Is::Rows, 1);
        }
        let several = column.as_ref().is_some_and(|named| named.length > 1);
        if lexicon::is_noise(&token.low) && !quoted && !several {
            return (if self.is_missed(at) { Is::Unknown } else { Is::Noise }, 1);
        }
        match (column, value) {
            (Some(named), _) if !quoted || named.score > 0.7 => (Is::Column(named.clone()), named.length),
            (_, Some(value)) if value.whole || !lexicon::is_entity(&token.stem) => {
                (Is::Value(value.clone()), value.length)
            }
            _ if quoted => (Is::Unknown, 1),
            _ if lexicon::is_plain_verb(&token.low) => (Is::Noise, 1),
            _ => (self.corrected(&token.low), 1),
        }
    }

    /// The only column of times.
    fn is_the_time(&self, column: usize) -> bool {
        let mut times = self.view.find(|role| role == crate::rules::columns::Role::Time);
        times.next() == Some(column) && times.next().is_none()
    }

    /// "inactive", "unpaid": the column of yes and no that the rest of a negative word names.
    fn opposite(&self, at: usize) -> Option<Named> {
        let low = self.asked.tokens[at].low.as_str();
        let rest = ["in", "un", "non", "dis"]
            .iter()
            .find_map(|prefix| low.strip_prefix(prefix))?;
        let named = self.view.by_word(&stem(rest)).filter(|_| rest.chars().count() > 3)?;
        self.kind(named.column).is_flag().then_some(named)
    }

    /// What a misspelt word is.
    fn corrected(&self, low: &str) -> Is {
        let Some(word) = lexicon::corrected(low) else {
            return Is::Unknown;
        };
        if let Some(named) = self.view.by_word(word) {
            return Is::Column(named);
        }
        match lexicon::sign_of(word) {
            Some(sign) => Is::Sign(sign),
            None if lexicon::is_noise(word) => Is::Noise,
            None => Is::Unknown,
        }
    }

    /// The value that the words here name; of several columns that have it, the one that was just named.
    fn value_here(&self, at: usize) -> Option<NamedValue> {
        let mut value = self.view.value_at(&self.asked.tokens, at)?;
        let near = self.pieces.iter().rev().take(4).find_map(|piece| match &piece.is {
            Is::Column(named) => Some(named.column),
            _ => None,
        });
        let next = self
            .asked
            .spans
            .get(at + value.length)
            .and_then(|spans| self.view.best(spans))
            .filter(|named| named.score >= EXACT)
            .map(|named| named.column);
        for wanted in [near, next].into_iter().flatten() {
            if let Some((column, text)) = value.also.iter().find(|(column, _)| *column == wanted).cloned() {
                value.column = column;
                value.value = text;
                break;
            }
        }
        Some(value)
    }

    /// After a column, "is" or "not" the words are a value, whatever else they may be.
    fn said_as_value<'b>(&self, at: usize, value: Option<&'b NamedValue>) -> Option<&'b NamedValue> {
        let value = value.filter(|value| value.whole && !value.meant)?;
        let last = self.pieces.iter().rev().find(|piece| !matches!(piece.is, Is::Noise))?;
        let linked = match &last.is {
            Is::Sign(Sign::Is | Sign::Not) => self
                .pieces
                .iter()
                .any(|piece| matches!(&piece.is, Is::Column(named) if named.column == value.column)),
            Is::Sign(Sign::Compare(lexicon::Compare::Equal | lexicon::Compare::Unequal)) => true,
            _ => false,
        };
        (linked || self.asked.tokens[at].kind == Kind::Quoted).then_some(value)
    }

    /// Whether a word that is a column's name as well is said in its own meaning.
    fn sign_wins(&self, sign: Sign, at: usize, length: usize) -> bool {
        match sign {
            Sign::Aggregate(_) | Sign::Count | Sign::Share | Sign::Chart(_) | Sign::Ratio | Sign::Rate => {
                let next = (at + length..self.asked.tokens.len())
                    .find(|&next| !lexicon::is_noise(&self.asked.tokens[next].low));
                next.is_some_and(|next| {
                    self.view
                        .best(&self.asked.spans[next])
                        .is_some_and(|named| named.score > 0.6 && self.asked.signs[next].is_none())
                })
            }
            Sign::By
            | Sign::Colour
            | Sign::Per
            | Sign::And
            | Sign::Or
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
    fn found(&self, at: usize) -> Option<(Is, usize)> {
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
            let length = if one { 1 } else { length };
            if finding.part {
                let (word, leads) = (finding.value.clone(), finding.leads);
                return Some((Is::Part { column, word, leads }, length));
            }
            let value = NamedValue {
                column,
                value: finding.value.clone(),
                length,
                whole: true,
                meant: false,
                also: Vec::new(),
            };
            Some((Is::Value(value), length))
        })
    }

    /// "by colour", "average size": a word that mostly says nothing stands where a column is wanted, and none follows.
    fn is_missed(&self, at: usize) -> bool {
        let token = &self.asked.tokens[at];
        let mut said = self.pieces.iter().rev().filter(|piece| !matches!(piece.is, Is::Noise));
        let last = said.next();
        let wanted = last.is_some_and(|piece| matches!(piece.is, Is::Sign(Sign::By | Sign::Colour | Sign::Per | Sign::Aggregate(_))))
            // "which hotel group"
            || last.is_some_and(|piece| matches!(piece.is, Is::Rows) && piece.end == at)
                && said.next().is_some_and(|piece| matches!(piece.is, Is::Sign(Sign::Which)));
        // "the colour of the most powerful car"
        let of = self.asked.tokens.get(at + 1).is_some_and(|next| next.low == "of");
        if of
            && matches!(token.stem.as_str(), "color" | "colour" | "size")
            && !self
                .asked
                .signs
                .iter()
                .flatten()
                .any(|(sign, _)| matches!(sign, Sign::Chart(_)))
        {
            return true;
        }
        let rest = at + 1..self.asked.tokens.len().min(at + 4);
        wanted
            && lexicon::is_thing(&token.stem)
            && !rest.clone().any(|next| {
                self.view.best(&self.asked.spans[next]).is_some()
                    || matches!(self.asked.signs[next], Some((Sign::Unit(_) | Sign::Count, _)))
            })
    }

    /// Two words that name a column together although others stand between them: "calls that were abandoned".
    fn join_names(&mut self) {
        let said = |reader: &Self, at: usize| -> Option<String> {
            let piece = &reader.pieces[at];
            let guessed = match &piece.is {
                Is::Column(named) => named.score < 0.9 && piece.end - piece.begin == 1,
                Is::Unknown | Is::Rows => piece.end - piece.begin == 1,
                _ => false,
            };
            guessed.then(|| stem(&reader.asked.tokens[piece.begin].low))
        };
        let link = |is: &Is| matches!(is, Is::Sign(Sign::Is | Sign::Where));
        for at in 0..self.pieces.len() {
            let Some(next) = self.past(at, link) else { continue };
            let (Some(first), Some(second)) = (said(self, at), said(self, next)) else {
                continue;
            };
            let Some(column) = self.view.about(&[first.as_str(), second.as_str()]) else {
                continue;
            };
            self.pieces[at].is = Is::Column(Named {
                column,
                length: 1,
                score: 0.85,
                head: true,
                also: Vec::new(),
            });
            for between in at + 1..=next {
                self.pieces[between].is = Is::Noise;
            }
        }
    }

    /// Nouns for people say what the rows are, where nothing else does.
    fn settle_nouns(&mut self) {
        for at in 0..self.pieces.len() {
            let piece = &self.pieces[at];
            let token = &self.asked.tokens[piece.end - 1];
            // "are guests happier": people in general do what the rest of the question says.
            let subject = matches!(piece.is, Is::Unknown)
                && piece.end - piece.begin == 1
                && lexicon::is_person(&token.stem)
                && self.pieces[..at]
                    .iter()
                    .all(|before| matches!(before.is, Is::Noise | Is::Sign(Sign::Is)))
                && self.pieces.len() > at + 2;
            if subject && self.is_sign(self.before(at), |sign| sign == Sign::Is) {
                self.pieces[at].is = Is::Noise;
                continue;
            }
            let known = self.view.knows_rows();
            let people = self.view.nouns.iter().any(|noun| lexicon::is_person(noun));
            let person = lexicon::is_person(&token.stem) && (!known || people);
            // "which station" asks for a name, which the rows must have.
            let asked = self.is_sign(self.before(at), |sign| {
                matches!(
                    sign,
                    Sign::Which
                        | Sign::By
                        | Sign::Colour
                        | Sign::Per
                        | Sign::Top { .. }
                        | Sign::Most { .. }
                        | Sign::Superlative { .. }
                )
            });
            let named = self.view.columns.iter().any(|column| {
                let about = column.essence().last().is_some_and(|word| {
                    *word == token.stem
                        || matches!(word.as_str(), "name" | "title" | "model")
                        || lexicon::synonyms(word, &token.stem)
                });
                column.role == crate::rules::columns::Role::Name && about
            });
            let entity = lexicon::is_entity(&token.stem) && !known && (!asked || named);
            if matches!(piece.is, Is::Unknown)
                && piece.end - piece.begin == 1
                && token.kind == Kind::Word
                && (person || entity)
                && !self.view.elsewhere.contains(&token.stem)
            {
                self.pieces[at].is = Is::Rows;
            }
        }
    }
}
