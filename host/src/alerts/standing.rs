//! How a label of an alert stands, and what follows from what a check saw: a function of both, of the alert's rules and
//! of the time, and of nothing else.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Error, Result};

/// Seconds that a rule may ask for at most: 30 days.
pub const RULE_MAX_S: u32 = 30 * 24 * 3600;
/// Seconds between two reminders, at least.
pub const REMINDER_MIN_S: u32 = 300;

/// The state of one label of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schema(as = AlertState)]
pub enum State {
    Normal,
    /// The condition holds, and not for long enough yet.
    Pending,
    Firing,
    /// The condition holds no more, and not for long enough yet.
    Recovering,
    /// There is nothing to look at.
    NoData,
    /// It could not be checked.
    Error,
}

/// What a check saw of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    Fires,
    Quiet,
    NoData,
    Failed,
}

/// How missing data or a failed check is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CountsAs {
    /// A state of its own, which is told.
    Itself,
    Firing,
    Normal,
    /// Nothing: the alert stays as it was.
    Nothing,
}

/// When an alert changes its state, and how often it notifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = AlertRules)]
pub struct Rules {
    /// Seconds for which the condition must hold before the alert fires.
    #[schema(maximum = 2_592_000)]
    pub pending_s: u32,
    /// Seconds for which it must no longer hold before the alert is normal again.
    #[schema(maximum = 2_592_000)]
    pub recovering_s: u32,
    /// Seconds after which a state other than normal is notified again; null for never.
    #[schema(minimum = 300, maximum = 2_592_000)]
    pub remind_s: Option<u32>,
    pub no_data: CountsAs,
    pub error: CountsAs,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            pending_s: 0,
            recovering_s: 0,
            remind_s: None,
            no_data: CountsAs::Itself,
            error: CountsAs::Itself,
        }
    }
}

impl Rules {
    /// Stops what cannot be meant.
    pub fn check(&self) -> Result<()> {
        let wrong = |name: &str, message: &str| Err(Error::invalid(format!("rules.{name}"), "range", message));
        if self.pending_s > RULE_MAX_S {
            return wrong("pending_s", "Wait for 30 days (2592000 seconds) at most.");
        }
        if self.recovering_s > RULE_MAX_S {
            return wrong("recovering_s", "Wait for 30 days (2592000 seconds) at most.");
        }
        if self
            .remind_s
            .is_some_and(|seconds| !(REMINDER_MIN_S..=RULE_MAX_S).contains(&seconds))
        {
            return wrong("remind_s", "Remind every 300 to 2592000 seconds, or leave it out.");
        }
        Ok(())
    }
}

/// How a label stands, and what was told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub state: State,
    /// When it came into this state.
    pub since: DateTime<Utc>,
    /// What was told last: normal, firing, no data or error.
    pub told: State,
    pub told_at: Option<DateTime<Utc>>,
    /// Somebody knows; there are no reminders.
    pub acknowledged: bool,
}

/// What follows from a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    pub standing: Standing,
    /// The state is another one.
    pub changed: bool,
    /// The channels are told what it stands at.
    pub tell: bool,
}

impl Standing {
    /// Of a label that was never seen.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            state: State::Normal,
            since: now,
            told: State::Normal,
            told_at: None,
            acknowledged: false,
        }
    }

    /// What follows from `seen`.
    ///
    /// A change of state is told when it changes what people know: `pending` tells nothing, and `recovering` is still
    /// `firing` for them. What happened while the alert was snoozed is told at the first check after that, if it still
    /// differs from what was told last.
    pub fn step(self, seen: Seen, rules: &Rules, snoozed: bool, now: DateTime<Utc>) -> Transition {
        let state = self.next(seen, rules, now);
        let changed = state != self.state;
        let mut standing = self;
        if changed {
            standing.state = state;
            standing.since = now;
        }
        let known = match state {
            State::Pending => self.told,
            State::Recovering => State::Firing,
            other => other,
        };
        let news = known != self.told;
        // Who knew of what was before does not know of this.
        standing.acknowledged &= !news;
        let reminder = rules.remind_s.is_some_and(|seconds| {
            known != State::Normal
                && !standing.acknowledged
                && self
                    .told_at
                    .is_none_or(|told| now - told >= TimeDelta::seconds(seconds.into()))
        });
        let tell = !snoozed && (news || reminder);
        if tell {
            standing.told = known;
            standing.told_at = Some(now);
        }
        Transition {
            standing,
            changed,
            tell,
        }
    }

    fn next(self, seen: Seen, rules: &Rules, now: DateTime<Utc>) -> State {
        let (counts, own) = match seen {
            Seen::Fires => (CountsAs::Firing, State::Firing),
            Seen::Quiet => (CountsAs::Normal, State::Normal),
            Seen::NoData => (rules.no_data, State::NoData),
            Seen::Failed => (rules.error, State::Error),
        };
        let lasted = |seconds: u32| now - self.since >= TimeDelta::seconds(seconds.into());
        match (counts, self.state) {
            (CountsAs::Nothing, state) => state,
            (CountsAs::Itself, _) => own,
            (CountsAs::Firing, State::Pending) if !lasted(rules.pending_s) => State::Pending,
            (CountsAs::Firing, State::Pending | State::Firing | State::Recovering) => State::Firing,
            (CountsAs::Firing, _) if rules.pending_s > 0 => State::Pending,
            (CountsAs::Firing, _) => State::Firing,
            (CountsAs::Normal, State::Recovering) if !lasted(rules.recovering_s) => State::Recovering,
            (CountsAs::Normal, State::Firing) if rules.recovering_s > 0 => State::Recovering,
            (CountsAs::Normal, _) => State::Normal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use State::{Error as Failed, Firing, NoData, Normal, Pending, Recovering};

    const STATES: [State; 6] = [Normal, Pending, Firing, Recovering, NoData, Failed];

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    /// A label in `state` for `since_s` seconds, of which people know what that state tells.
    fn standing(state: State, since_s: i64) -> Standing {
        let told = match state {
            Pending => Normal,
            Recovering => Firing,
            other => other,
        };
        Standing {
            state,
            since: now() - TimeDelta::seconds(since_s),
            told,
            told_at: Some(now() - TimeDelta::seconds(since_s)),
            acknowledged: false,
        }
    }

    /// Every state by everything that can be seen, under every rule: the next state, in the order of [`STATES`].
    #[test]
    fn every_state_has_its_next() {
        let check = |seen, waits: bool, lasted: bool, counts: CountsAs, expected: [State; 6]| {
            let wait_s = if waits { 600 } else { 0 };
            let rules = Rules {
                pending_s: wait_s,
                recovering_s: wait_s,
                remind_s: None,
                no_data: counts,
                error: counts,
            };
            for (from, to) in STATES.into_iter().zip(expected) {
                let before = standing(from, if lasted { 600 } else { 599 });
                let step = before.step(seen, &rules, false, now());
                let what = format!("{from:?} sees {seen:?} as {counts:?}, waits {waits}, lasted {lasted}");
                assert_eq!(step.standing.state, to, "{what}");
                assert_eq!(step.changed, from != to, "{what}");
                assert_eq!(step.standing.since == now(), from != to, "{what}");
                // Told exactly where people's knowledge changes, and never while snoozed.
                let known = match to {
                    Pending => before.told,
                    Recovering => Firing,
                    other => other,
                };
                assert_eq!(step.tell, known != before.told, "{what}");
                let quiet = before.step(seen, &rules, true, now());
                assert_eq!((quiet.standing.state, quiet.tell), (to, false), "{what}, snoozed");
                assert_eq!(quiet.standing.told, before.told, "{what}, snoozed");
                // After the snooze it is told at the next check, if it still differs.
                let after = quiet.standing.step(
                    seen,
                    &Rules {
                        pending_s: 0,
                        recovering_s: 0,
                        ..rules
                    },
                    false,
                    now(),
                );
                let settled = after.standing.state;
                let known = if settled == Recovering { Firing } else { settled };
                assert_eq!(
                    after.tell,
                    settled != Pending && known != before.told,
                    "{what}, after a snooze"
                );
            }
        };
        let own = CountsAs::Itself;
        for lasted in [false, true] {
            check(Seen::Fires, false, lasted, own, [Firing; 6]);
            check(Seen::Quiet, false, lasted, own, [Normal; 6]);
            for waits in [false, true] {
                check(Seen::NoData, waits, lasted, own, [NoData; 6]);
                check(Seen::Failed, waits, lasted, own, [Failed; 6]);
                check(Seen::NoData, waits, lasted, CountsAs::Nothing, STATES);
                check(Seen::Failed, waits, lasted, CountsAs::Nothing, STATES);
            }
        }
        for (seen, counts) in [
            (Seen::Fires, own),
            (Seen::NoData, CountsAs::Firing),
            (Seen::Failed, CountsAs::Firing),
        ] {
            check(
                seen,
                true,
                false,
                counts,
                [Pending, Pending, Firing, Firing, Pending, Pending],
            );
            check(
                seen,
                true,
                true,
                counts,
                [Pending, Firing, Firing, Firing, Pending, Pending],
            );
        }
        for (seen, counts) in [
            (Seen::Quiet, own),
            (Seen::NoData, CountsAs::Normal),
            (Seen::Failed, CountsAs::Normal),
        ] {
            check(
                seen,
                true,
                false,
                counts,
                [Normal, Normal, Recovering, Recovering, Normal, Normal],
            );
            check(
                seen,
                true,
                true,
                counts,
                [Normal, Normal, Recovering, Normal, Normal, Normal],
            );
        }
    }

    #[test]
    fn reminders_keep_their_interval_and_stop_when_somebody_knows() {
        let rules = Rules {
            remind_s: Some(600),
            ..Rules::default()
        };
        let check = |state, since_s, seen, acknowledged, snoozed, expected| {
            let before = Standing {
                acknowledged,
                ..standing(state, since_s)
            };
            let step = before.step(seen, &rules, snoozed, now());
            assert_eq!(step.tell, expected, "{state:?} for {since_s} s sees {seen:?}");
        };
        check(Firing, 599, Seen::Fires, false, false, false);
        check(Firing, 600, Seen::Fires, false, false, true);
        check(Firing, 600, Seen::Fires, true, false, false);
        check(Firing, 600, Seen::Fires, false, true, false);
        check(NoData, 600, Seen::NoData, false, false, true);
        check(Failed, 600, Seen::Failed, false, false, true);
        check(Normal, 600, Seen::Quiet, false, false, false);
        // An acknowledgement ends with what it was about.
        check(Firing, 1, Seen::Quiet, true, false, true);
        let acknowledged = Standing {
            acknowledged: true,
            ..standing(Firing, 1)
        };
        let recovered = acknowledged.step(Seen::Quiet, &rules, false, now()).standing;
        assert!(!recovered.acknowledged);
        assert!(recovered.step(Seen::Fires, &rules, false, now()).tell);
    }

    #[test]
    fn rules_beyond_their_range_are_refused() {
        let check = |rules: Rules, expected: bool| assert_eq!(rules.check().is_ok(), expected, "{rules:?}");
        check(Rules::default(), true);
        check(
            Rules {
                pending_s: RULE_MAX_S,
                ..Rules::default()
            },
            true,
        );
        check(
            Rules {
                pending_s: RULE_MAX_S + 1,
                ..Rules::default()
            },
            false,
        );
        check(
            Rules {
                recovering_s: RULE_MAX_S + 1,
                ..Rules::default()
            },
            false,
        );
        check(
            Rules {
                remind_s: Some(299),
                ..Rules::default()
            },
            false,
        );
        check(
            Rules {
                remind_s: Some(300),
                ..Rules::default()
            },
            true,
        );
    }
}
