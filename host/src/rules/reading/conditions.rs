//! Conditions on figures: "over 100", "between 1 and 2", "4 or more stars", "closing higher than they opened".

use super::{Is, Reader, is_count};
use crate::rules::{
    columns::Role,
    lexicon::{Aggregate, Compare, QUALITIES, Sign, Unit},
    question::{Filter, Test},
    words::Kind,
};

impl Reader<'_> {
    pub(super) fn conditions(&mut self) {
        for at in 0..self.pieces.len() {
            if !self.is_free(at) {
                continue;
            }
            match self.sign(at) {
                Some(Sign::Compare(compare)) => self.comparison(at, compare, None),
                Some(Sign::Comparative { least, of }) => {
                    let compare = if least { Compare::Under } else { Compare::Over };
                    let quality = &QUALITIES[of];
                    let column = self.view.by_words(quality.of);
                    let turned = self.view.by_words(quality.turned).filter(|_| column.is_none());
                    match (column, turned) {
                        (Some(column), _) => self.comparison(at, compare, Some(column)),
                        (_, Some(column)) => self.comparison(at, compare.turned(), Some(column)),
                        _ => {}
                    }
                }
                Some(Sign::Between | Sign::From) => self.between(at),
                Some(Sign::Contains) => self.words_of(at, Test::Contains),
                Some(Sign::Starts) => self.words_of(at, Test::Starts),
                Some(Sign::Ends) => self.words_of(at, Test::Ends),
                Some(Sign::Loss(loss)) => self.loss(at, loss),
                _ => {}
            }
        }
        for at in 0..self.pieces.len() {
            if self.is_free(at) && self.number(at).is_some() {
                self.plain_number(at);
            }
        }
    }

    fn is_figure(&self, column: usize) -> bool {
        self.kind(column).is_number() || self.kind(column).role == Role::Year
    }

    /// A number after "over", or another column, or "average".
    fn comparison(&mut self, at: usize, compare: Compare, quality: Option<usize>) {
        let Some(next) = self.past(at, |is| matches!(is, Is::Rows)) else {
            return;
        };
        // "over the years"
        if compare == Compare::Over && matches!(self.sign(next), Some(Sign::Unit(_))) {
            self.take(at);
            return;
        }
        let mut compare = compare;
        if let Some(number) = self.number(next).filter(|_| self.is_free(next)) {
            if self.any_of(at, next, compare, number) || self.having_rows(at, next, compare, number) {
                return;
            }
            let Some((column, piece)) = quality
                .map(|column| (column, None))
                .or_else(|| self.compared_column(at, next))
            else {
                return;
            };
            // "regions with an average price over 100" is a condition on figures, which is not offered; where nothing
            // divides, "the total price over 100" is one on rows.
            let figured = piece.is_some_and(|piece| {
                piece < at
                    && self.is_sign(self.before(piece), |sign| {
                        matches!(sign, Sign::Aggregate(_) | Sign::Count)
                    })
            });
            let divided = self.draft.says(|sign| {
                matches!(
                    sign,
                    Sign::By | Sign::Colour | Sign::Per | Sign::Which | Sign::List | Sign::Unit(_)
                )
            });
            if figured && divided {
                self.having(at, next, compare, number, None);
                return;
            }
            let not = self.negated(at) || piece.is_some_and(|piece| piece < at && self.negated(piece));
            if not {
                compare = compare.opposite();
            }
            self.take(at);
            self.take(next);
            if let Some(piece) = piece.filter(|_| !figured) {
                self.take_column(piece);
            }
            let number = self.in_unit(next, column, number);
            self.take_unit(next);
            self.push_filter(Filter::new(column, Test::Compare(compare, number), at));
            return;
        }
        // "above average"
        if let Some(Sign::Aggregate(figure @ (Aggregate::Mean | Aggregate::Median))) = self.sign(next) {
            let piece = self
                .past(next, |_| false)
                .filter(|piece| self.column(*piece).is_some_and(|column| self.is_figure(column)));
            let piece = piece.or_else(|| self.back(at, |is| matches!(is, Is::Sign(Sign::Is | Sign::Where))));
            if let Some((piece, column)) = piece.and_then(|piece| self.column(piece).map(|column| (piece, column)))
                && self.is_figure(column)
            {
                let compare = if self.negated(at) { compare.opposite() } else { compare };
                for used in [at, next] {
                    self.take(used);
                }
                self.take_column(piece);
                self.push_filter(Filter::new(column, Test::Figure(compare, figure), at));
            }
            return;
        }
        if self.column(next).is_none() || !self.is_figure(self.column(next).unwrap_or_default()) {
            // "do students owe more than others": two groups are compared; "where … more than …" would be a condition.
            let condition = (0..at).any(|before| self.sign(before) == Some(Sign::Where));
            if !condition && self.asked.tokens[self.pieces[at].begin].kind == Kind::Word {
                self.pieces[at].is = Is::Sign(Sign::More);
                self.draft.signs.push(Sign::More);
                self.take(at);
            }
            return;
        }
        // "closing higher than they opened"
        let left = self.back(at, |is| matches!(is, Is::Sign(Sign::Is | Sign::Where | Sign::Not)));
        let pair = left.and_then(|left| self.column(left)).zip(self.column(next));
        if let (Some((one, other)), Some(left)) = (pair, left)
            && self.is_figure(one)
            && self.is_figure(other)
            && one != other
        {
            let not = self.negated(at) || self.negated(left);
            self.take(at);
            self.take_column(left);
            self.take_column(next);
            let compare = if not { compare.opposite() } else { compare };
            self.push_filter(Filter::new(one, Test::Column(compare, other), at));
        }
    }

    /// "10%" of a column that holds shares of 1.
    fn in_unit(&self, at: usize, column: usize, number: f64) -> f64 {
        let percent = self.asked.tokens[self.pieces[at].begin].text.ends_with('%');
        let shares = self.kind(column).greatest().is_some_and(|greatest| greatest <= 1.0);
        let hours = self
            .after(at)
            .is_some_and(|next| self.sign(next) == Some(Sign::Unit(Unit::Hour)));
        let minutes = crate::rules::words::name_words(&self.kind(column).name)
            .iter()
            .any(|word| matches!(word.as_str(), "min" | "mins" | "minutes" | "runtime"));
        let short = self.after(at).is_some_and(|next| {
            matches!(
                self.asked.tokens[self.pieces[next].begin].low.as_str(),
                "minutes" | "minute" | "mins"
            )
        });
        let long = crate::rules::words::name_words(&self.kind(column).name)
            .iter()
            .any(|word| matches!(word.as_str(), "h" | "hr" | "hrs" | "hours"));
        match (percent && shares, hours && minutes, short && long) {
            (true, ..) => number / 100.0,
            (_, true, _) => number * 60.0,
            (.., true) => number / 60.0,
            _ => number,
        }
    }

    /// The column that a number at `next` is compared with: named before the comparison, or after the number.
    fn compared_column(&self, at: usize, next: usize) -> Option<(usize, Option<usize>)> {
        let before = self.back(at, |is| matches!(is, Is::Sign(Sign::Is | Sign::Not | Sign::Where)));
        let after = self.past(next, |is| matches!(is, Is::Sign(Sign::Unit(_))));
        let figure = |piece: Option<usize>| {
            let piece = piece?;
            let column = self.column(piece).filter(|column| self.is_figure(*column))?;
            Some((column, Some(piece)))
        };
        if let Some(found) = figure(before) {
            return Some(found);
        }
        // "over 10 and under 20": the column was compared just before.
        let joined = self.is_sign(before, |sign| matches!(sign, Sign::And | Sign::Or))
            || before.is_some_and(|before| matches!(self.pieces[before].is, Is::Pause));
        let last = self.draft.filters.last().filter(|last| {
            joined && matches!(last.test, Test::Compare(..)) && before.is_some_and(|before| last.at + 3 >= before)
        });
        if let Some(found) = figure(after) {
            return Some(found);
        }
        if let Some(last) = last {
            return Some((last.column, None));
        }
        let aged = self.view.by_words("age").filter(|age| {
            let years = self.after(next).is_some_and(|after| self.is_years(after));
            years
                || self.number(next).is_some_and(|number| (1.0..=120.0).contains(&number))
                    && !self.names_figure()
                    && self.kind(*age).is_number()
        });
        if let Some(age) = aged {
            return Some((age, None));
        }
        // "took more than 8 hours to get a first response": the only figure of the question, further on.
        let noun = self
            .after(next)
            .filter(|after| matches!(self.pieces[*after].is, Is::Rows | Is::Unknown));
        let named = |at: usize| self.column(at).filter(|column| self.kind(*column).is_number());
        let mut figures = (next + 1..self.pieces.len()).filter(|at| self.is_free(*at) && named(*at).is_some());
        let piece = figures.next().filter(|_| noun.is_none())?;
        let grouped = self.is_sign(self.before(piece), |sign| {
            matches!(sign, Sign::By | Sign::Colour | Sign::Per | Sign::Aggregate(_))
        });
        (figures.next().is_none() && !grouped).then(|| (named(piece).unwrap_or_default(), Some(piece)))
    }

    fn is_years(&self, at: usize) -> bool {
        self.sign(at) == Some(Sign::Unit(Unit::Year))
            || matches!(
                self.asked.tokens[self.pieces[at].begin].low.as_str(),
                "yrs" | "yr" | "y/o"
            )
    }

    /// Some column of numbers is named.
    fn names_figure(&self) -> bool {
        self.pieces
            .iter()
            .any(|piece| matches!(&piece.is, Is::Column(named) if self.is_figure(named.column)))
    }

    /// The unit after a number, such as years, belongs to it.
    pub(super) fn take_unit(&mut self, number: usize) {
        let Some(next) = self.after(number) else { return };
        let word = &self.asked.tokens[self.pieces[next].begin].low;
        let unit = matches!(
            word.as_str(),
            "kg" | "g"
                | "km"
                | "m"
                | "cm"
                | "mm"
                | "usd"
                | "eur"
                | "euro"
                | "euros"
                | "dollar"
                | "dollars"
                | "pounds"
                | "lbs"
                | "yrs"
                | "yr"
                | "minutes"
                | "min"
                | "hours"
                | "hrs"
        ) && matches!(self.pieces[next].is, Is::Unknown);
        let lasts = matches!(
            self.sign(next),
            Some(Sign::Unit(Unit::Hour | Unit::Day | Unit::Week | Unit::Month))
        );
        if unit || lasts || self.is_years(next) {
            self.take(next);
            if let Some(old) = self
                .after(next)
                .filter(|old| self.asked.tokens[self.pieces[*old].begin].low == "old")
            {
                self.take(old);
            }
        }
    }

    /// "between 10 and 20", "from 10 to 20" beside a column.
    fn between(&mut self, at: usize) {
        let Some(low) = self
            .after(at)
            .filter(|low| self.number(*low).is_some() && self.is_free(*low))
        else {
            return;
        };
        let link = self
            .after(low)
            .filter(|link| self.is_sign(Some(*link), |sign| matches!(sign, Sign::And | Sign::To)));
        let Some(high) = link
            .and_then(|link| self.after(link))
            .filter(|high| self.number(*high).is_some())
        else {
            return;
        };
        let Some((column, piece)) = self.compared_column(at, high) else {
            return;
        };
        let not = self.negated(at) || piece.is_some_and(|piece| piece < at && self.negated(piece));
        for used in at..=high {
            self.take(used);
        }
        if let Some(piece) = piece {
            self.take_column(piece);
        }
        self.take_unit(high);
        self.range(low, high, column, not);
    }

    fn range(&mut self, low: usize, high: usize, column: usize, not: bool) {
        let (Some(one), Some(other)) = (self.number(low), self.number(high)) else {
            return;
        };
        let test = Test::Between(one.min(other), one.max(other));
        let test = if not { test.negated() } else { test };
        self.push_filter(Filter::new(column, test, low));
    }

    /// Numbers beside columns with no comparison: "4 cylinders", "rating is 5", "4 or more stars", "aged 20 to 30".
    fn plain_number(&mut self, at: usize) {
        let Some(number) = self.number(at) else { return };
        let next = self.after(at);
        let before = self.back(at, |is| {
            matches!(is, Is::Sign(Sign::Is | Sign::Not | Sign::Compare(Compare::Equal)))
        });
        let linked = before != self.before(at);
        let more = next.and_then(|next| self.sign(next)).and_then(|sign| match sign {
            Sign::OrMore { least } => Some(least),
            _ => None,
        });
        if let (Some(least), Some(more)) = (more, next) {
            let compare = if least { Compare::AtMost } else { Compare::AtLeast };
            if let Some((column, piece)) = self.compared_column(at, more) {
                let compare = if self.negated(at) { compare.opposite() } else { compare };
                self.take(at);
                self.take(more);
                if let Some(piece) = piece {
                    self.take_column(piece);
                }
                self.push_filter(Filter::new(column, Test::Compare(compare, number), at));
            }
            return;
        }
        let ranged = next
            .filter(|next| self.sign(*next) == Some(Sign::To))
            .and_then(|to| self.after(to))
            .filter(|high| self.number(*high).is_some());
        if let Some(high) = ranged {
            if let Some((column, piece)) = self.compared_column(at, high) {
                let not = self.negated(at);
                for used in at..=high {
                    self.take(used);
                }
                if let Some(piece) = piece {
                    self.take_column(piece);
                }
                self.take_unit(high);
                self.range(at, high, column, not);
            }
            return;
        }
        let top = before.is_some_and(|before| {
            self.is_sign(Some(before), |sign| {
                matches!(
                    sign,
                    Sign::Top { .. } | Sign::Superlative { .. } | Sign::Most { .. } | Sign::Bins
                )
            })
        });
        if !top {
            self.number_beside(at, number, (before, next), linked);
        }
    }

    /// A number beside one column alone, `before` or after it; an "is" may stand between where it is `linked`.
    fn number_beside(&mut self, at: usize, number: f64, (before, next): (Option<usize>, Option<usize>), linked: bool) {
        // "rating 5", "price is 10"
        if let Some(piece) = before
            && let Some(column) = self.column(piece)
            && self.is_figure(column)
            && (linked || self.kind(column).role == Role::Year || self.kind(column).is_discrete())
            && !(is_count(number)
                && next
                    .is_some_and(|next| self.is_sign(Some(next), |sign| matches!(sign, Sign::Bins | Sign::Top { .. }))))
        {
            self.equal(at, piece, column, number);
            return;
        }
        // "code 42" where codes are no figures.
        if let Some(piece) = before
            && let Some(column) = self.column(piece)
            && (self.kind(column).role == Role::Id || self.kind(column).is_flag())
        {
            self.equal(at, piece, column, number);
            return;
        }
        // "sex is 0", where words and numbers stand in one column.
        if let Some(piece) = before
            && let Some(column) = self
                .column(piece)
                .filter(|column| linked && self.kind(*column).is_text())
        {
            let not = self.negated(at);
            self.take(at);
            self.take_column(piece);
            let test = Test::Is(vec![self.said(at)]);
            self.push_filter(Filter::new(column, if not { test.negated() } else { test }, at));
            return;
        }
        // "4 cylinders"
        if let Some(piece) = next
            && let Some(column) = self.column(piece)
            && (self.kind(column).is_discrete()
                || self.kind(column).role == Role::Year
                || self.counts_it(at, column, number))
        {
            self.equal(at, piece, column, number);
            return;
        }
        // "4 or 6 cylinders", "rating 4 and 5"
        let listed = next.filter(|next| {
            self.is_sign(Some(*next), |sign| matches!(sign, Sign::Or | Sign::And))
                || matches!(self.pieces[*next].is, Is::Pause)
        });
        if let Some(other) = listed
            .and_then(|link| self.after(link))
            .filter(|other| self.number(*other).is_some())
            && let Some(piece) = self.after(other)
            && let Some(column) = self.column(piece)
            && self.is_figure(column)
        {
            let link = listed.unwrap_or(at);
            self.take(link);
            self.equal(at, piece, column, number);
            return;
        }
        let joined =
            before.filter(|link| self.is_sign(Some(*link), |sign| matches!(sign, Sign::Or | Sign::And)) && !linked);
        if let Some(link) = joined
            && let Some(last) = self.draft.filters.last()
            && matches!(last.test, Test::Compare(Compare::Equal, _) | Test::OneOf(_))
            && self.number(self.before(link).unwrap_or(link)).is_some()
        {
            let column = last.column;
            self.take(link);
            self.take(at);
            self.push_filter(Filter::new(column, Test::Compare(Compare::Equal, number), at));
        }
    }

    /// "5 star hotels": a number right before the noun of a column that can have it.
    fn counts_it(&self, at: usize, column: usize, number: f64) -> bool {
        let kind = self.kind(column);
        let inside = kind
            .least()
            .zip(kind.greatest())
            .is_some_and(|(least, greatest)| (least..=greatest).contains(&number));
        kind.is_number()
            && inside
            && kind.profile.distinct <= 30
            && self.pieces[at].end == self.pieces[self.after(at).unwrap_or(at)].begin
    }

    fn equal(&mut self, at: usize, piece: usize, column: usize, number: f64) {
        let not = self.negated(at) || (piece < at && self.negated(piece));
        self.take(at);
        self.take_column(piece);
        let between = piece.min(at)..piece.max(at);
        for used in between {
            if matches!(self.pieces[used].is, Is::Sign(Sign::Is | Sign::Compare(Compare::Equal))) {
                self.take(used);
            }
        }
        let test = if self.kind(column).is_flag() {
            Test::Flag(number > 0.5)
        } else {
            Test::Compare(Compare::Equal, number)
        };
        let test = if not { test.negated() } else { test };
        self.push_filter(Filter::new(column, test, at));
    }

    /// "names that contain Smith"
    fn words_of(&mut self, at: usize, test: impl Fn(String) -> Test) {
        let column = self.back(at, |is| {
            matches!(is, Is::Sign(Sign::Where | Sign::Is | Sign::Not | Sign::Which))
        });
        let Some(piece) = column else { return };
        let named = self.column(piece).filter(|column| self.kind(*column).is_text());
        let filler = |reader: &Self, at: usize| {
            let low = reader.asked.tokens[reader.pieces[at].begin].low.as_str();
            matches!(low, "the" | "in" | "letter" | "letters" | "word" | "words" | "text")
        };
        // What follows is meant as it stands, whatever else it may be.
        let Some(next) = (at + 1..self.pieces.len()).find(|next| !filler(self, *next)) else {
            return;
        };
        let name = self.view.find(|role| role == Role::Name).next().filter(|_| {
            let low = self.asked.tokens[self.pieces[piece].begin].low.as_str();
            matches!(self.pieces[piece].is, Is::Rows) || matches!(low, "name" | "names")
        });
        let Some(column) = named.or(name) else { return };
        let token = &self.asked.tokens[self.pieces[next].begin];
        let quoted = token.kind == Kind::Quoted;
        // Up to the next sign the words belong together.
        let last = (next..self.pieces.len())
            .take_while(|at| *at == next || !quoted && !matches!(self.pieces[*at].is, Is::Sign(_) | Is::Pause))
            .last()
            .unwrap_or(next);
        let words = self.text(self.pieces[next].begin, self.pieces[last].end);
        let not = self.negated(at);
        for used in at..=last {
            self.take(used);
        }
        self.take_column(piece);
        if !matches!(self.pieces[piece].is, Is::Rows) {
            self.take(piece);
        }
        let test = test(words);
        let test = if not { test.negated() } else { test };
        self.push_filter(Filter::new(column, test, at));
    }

    /// "which products lose money": what is earned with them is below 0.
    fn loss(&mut self, at: usize, loss: bool) {
        if let Some(column) = self
            .view
            .by_words("profit margin gain earning income")
            .filter(|column| self.kind(*column).is_number())
        {
            let not = self.negated(at);
            self.take(at);
            // "which regions lose money": those with the lowest sum.
            if self.draft.says(|sign| matches!(sign, Sign::Which | Sign::By)) {
                self.draft.signs.push(Sign::Top { least: loss != not });
                self.draft.measures.push(crate::rules::question::Wanted {
                    column,
                    aggregates: vec![Aggregate::Sum],
                });
                return;
            }
            let compare = if loss == not { Compare::Over } else { Compare::Under };
            self.push_filter(Filter::new(column, Test::Compare(compare, 0.0), at));
        }
    }
}

impl Compare {
    /// The same of a column where little means much.
    fn turned(self) -> Self {
        match self {
            Self::Over => Self::Under,
            Self::AtLeast => Self::AtMost,
            Self::Under => Self::Over,
            Self::AtMost => Self::AtLeast,
            same => same,
        }
    }
}
