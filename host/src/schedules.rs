//! When something is due: cron patterns and plain words, in a time zone.
//!
//! Where the clocks change, croner's rules hold. A pattern with fixed hours and minutes ("0 9 * * 1-5") comes once on each
//! of its days: in a gap at the first minute after it, in an hour that comes twice at its first pass. A pattern with `*`
//! or steps keeps to the clock on the wall: it skips the gap and comes in both passes.
//!
//! Nothing is stored here and no clock is read.

use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};

use crate::error::{Error, Result};

/// Characters of a schedule as somebody writes it.
pub const TEXT_MAX_CHARS: usize = 100;

const DAYS: [(&str, &str); 9] = [
    ("day", "*"),
    ("weekday", "1-5"),
    ("monday", "1"),
    ("tuesday", "2"),
    ("wednesday", "3"),
    ("thursday", "4"),
    ("friday", "5"),
    ("saturday", "6"),
    ("sunday", "0"),
];

/// A pattern in a time zone that has a next time.
#[derive(Clone, Debug)]
pub struct Schedule {
    text: String,
    cron: Cron,
    zone: Tz,
}

impl Schedule {
    /// Reads a cron pattern of five fields, or words such as `every 15 minutes`, `hourly`, `daily at 7`,
    /// `weekdays at 9:30`, `mondays at 18:00` and `monthly on day 1 at 8`. `zone` is a name of the IANA database, such as
    /// `Europe/Berlin`; `now` is asked for a next time, so that a pattern that never comes is refused.
    ///
    /// # Errors
    /// Names the field `schedule` or `time_zone`, and what to write instead.
    pub fn parse(text: &str, zone: &str, now: DateTime<Utc>) -> Result<Self> {
        let text = text.trim();
        let wrong = |message: String| Error::invalid("schedule", "schedule", message);
        if text.chars().count() > TEXT_MAX_CHARS || text.contains('\0') {
            return Err(wrong(format!("A schedule has at most {TEXT_MAX_CHARS} characters.")));
        }
        let pattern = match words(text) {
            Some(pattern) => pattern,
            None if text.split_whitespace().count() == 5 => text.to_owned(),
            None => {
                return Err(wrong(
                    "Write \u{201c}weekdays at 9\u{201d}, \u{201c}every 15 minutes\u{201d}, \u{201c}hourly\u{201d}, \
                     \u{201c}monthly on day 1 at 8\u{201d}, or a cron pattern of five fields such as \u{201c}0 9 * * 1-5\u{201d}."
                        .to_owned(),
                ));
            }
        };
        let parser = CronParser::builder()
            .seconds(Seconds::Disallowed)
            .year(Year::Disallowed)
            .build();
        let cron = parser
            .parse(&pattern)
            .map_err(|error| wrong(format!("The cron pattern is not valid: {error}.")))?;
        let zone = Tz::from_str(zone.trim()).map_err(|_| {
            let message = "Unknown time zone. Use one such as Europe/Berlin, America/New_York or UTC.";
            Error::invalid("time_zone", "time_zone", message)
        })?;
        let schedule = Self {
            text: text.to_owned(),
            cron,
            zone,
        };
        schedule
            .next_after(now)
            .map(|_| schedule)
            .ok_or_else(|| wrong("This schedule never runs. Choose one that recurs.".to_owned()))
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The zone's name.
    pub fn zone(&self) -> &'static str {
        self.zone.name()
    }

    /// The first time after `after`.
    pub fn next_after(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let found = self.cron.find_next_occurrence(&after.with_timezone(&self.zone), false);
        found.ok().map(|at| at.to_utc())
    }

    /// The time to make up for: the last one from `due` on that is not after `now`. After a downtime, those before it are
    /// left out.
    pub fn latest(&self, due: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        let found = self.cron.find_previous_occurrence(&now.with_timezone(&self.zone), true);
        found.map_or(due, |at| at.to_utc()).max(due)
    }

    /// The shortest time between two of the next occurrences.
    pub fn shortest_pause(&self, now: DateTime<Utc>) -> TimeDelta {
        let mut times = Vec::new();
        let mut at = now;
        while let Some(next) = self.next_after(at).filter(|_| times.len() < 10) {
            times.push(next);
            at = next;
        }
        let pauses = times.windows(2).map(|pair| pair[1] - pair[0]);
        pauses.min().unwrap_or(TimeDelta::MAX)
    }
}

/// The cron pattern for plain words.
fn words(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    match *words.as_slice() {
        ["hourly"] | ["every", "hour"] => Some("0 * * * *".to_owned()),
        ["every", "minute"] => Some("* * * * *".to_owned()),
        ["every", count, "minutes" | "minute"] => steps(count, 60).map(|step| format!("*/{step} * * * *")),
        ["every", count, "hours" | "hour"] => steps(count, 24).map(|step| format!("0 */{step} * * *")),
        ["daily", "at", time] => clock(time).map(|(hour, minute)| format!("{minute} {hour} * * *")),
        ["every", day, "at", time] | [day, "at", time] => {
            let day = day.strip_suffix('s').unwrap_or(day);
            let (_, days) = DAYS.iter().find(|(name, _)| *name == day)?;
            clock(time).map(|(hour, minute)| format!("{minute} {hour} * * {days}"))
        }
        ["monthly", "on", "day", day, "at", time] => {
            let day: u32 = day.parse().ok().filter(|day| (1..=31).contains(day))?;
            clock(time).map(|(hour, minute)| format!("{minute} {hour} {day} * *"))
        }
        _ => None,
    }
}

/// A step that divides the whole, so that every pause is the same.
fn steps(count: &str, whole: u32) -> Option<u32> {
    count
        .parse()
        .ok()
        .filter(|step| *step > 0 && *step < whole && whole.is_multiple_of(*step))
}

/// `9`, `09:30`, `6pm`.
fn clock(text: &str) -> Option<(u32, u32)> {
    let (text, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(text), _) => (text, Some(0)),
        (_, Some(text)) => (text, Some(12)),
        _ => (text, None),
    };
    let (hour, minute) = text.split_once(':').unwrap_or((text, "0"));
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let hour = match half {
        None => hour,
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
    };
    (hour < 24 && minute < 60).then_some((hour, minute))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn next(text: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
        let schedule = Schedule::parse(text, zone, at(after)).unwrap();
        let mut times = Vec::new();
        let mut last = at(after);
        for _ in 0..count {
            last = schedule.next_after(last).unwrap();
            times.push(last.format("%m-%dT%H:%M").to_string());
        }
        times
    }

    #[test]
    fn plain_words_are_cron_patterns() {
        let check = |text, expected: Option<&str>| assert_eq!(words(text).as_deref(), expected, "{text}");
        check("weekdays at 9", Some("0 9 * * 1-5"));
        check("Every Monday at 18:30", Some("30 18 * * 1"));
        check("daily at 6pm", Some("0 18 * * *"));
        check("daily at 12am", Some("0 0 * * *"));
        check("every day at 7", Some("0 7 * * *"));
        check("every 15 minutes", Some("*/15 * * * *"));
        check("every 7 minutes", None);
        check("every 6 hours", Some("0 */6 * * *"));
        check("hourly", Some("0 * * * *"));
        check("monthly on day 1 at 8", Some("0 8 1 * *"));
        check("daily at 25", None);
        check("now and then", None);
    }

    #[test]
    fn what_never_comes_or_does_not_read_is_refused() {
        let check = |text, zone, field: &str| {
            let error = Schedule::parse(text, zone, at("2026-01-01T00:00:00Z")).unwrap_err();
            let Error::Invalid(fields) = error else {
                panic!("{error}")
            };
            assert_eq!(fields[0].name, field, "{text}");
        };
        check("0 0 30 2 *", "UTC", "schedule");
        check("* * * * * *", "UTC", "schedule");
        check("61 * * * *", "UTC", "schedule");
        check("when it rains", "UTC", "schedule");
        check("", "UTC", "schedule");
        check("daily at 9", "Europe/Atlantis", "time_zone");
        check(&"1".repeat(101), "UTC", "schedule");
    }

    /// Berlin and New York change by an hour, Lord Howe by half an hour.
    #[test]
    #[expect(clippy::too_many_lines, reason = "a table")]
    fn both_clock_changes_are_as_documented() {
        let check = |text, zone, after, expected: &[&str]| {
            assert_eq!(
                next(text, zone, after, expected.len()),
                expected,
                "{text} in {zone} after {after}"
            );
        };
        // Berlin 2026: 29 March 02:00 to 03:00, 25 October 03:00 to 02:00.
        let berlin = "Europe/Berlin";
        check(
            "30 2 * * *",
            berlin,
            "2026-03-28T12:00:00Z",
            &["03-29T01:00", "03-30T00:30"],
        );
        check(
            "30 2 * * *",
            berlin,
            "2026-10-24T12:00:00Z",
            &["10-25T00:30", "10-26T01:30"],
        );
        check(
            "weekdays at 9",
            berlin,
            "2026-03-27T12:00:00Z",
            &["03-30T07:00", "03-31T07:00"],
        );
        check(
            "weekdays at 9",
            berlin,
            "2026-10-23T12:00:00Z",
            &["10-26T08:00", "10-27T08:00"],
        );
        check(
            "every 30 minutes",
            berlin,
            "2026-03-29T00:30:00Z",
            &["03-29T01:00", "03-29T01:30"],
        );
        check(
            "every 30 minutes",
            berlin,
            "2026-10-24T23:45:00Z",
            &[
                "10-25T00:00",
                "10-25T00:30",
                "10-25T01:00",
                "10-25T01:30",
                "10-25T02:00",
            ],
        );
        // New York 2026: 8 March 02:00 to 03:00, 1 November 02:00 to 01:00.
        let new_york = "America/New_York";
        check(
            "30 2 * * *",
            new_york,
            "2026-03-07T12:00:00Z",
            &["03-08T07:00", "03-09T06:30"],
        );
        check(
            "30 1 * * *",
            new_york,
            "2026-10-31T12:00:00Z",
            &["11-01T05:30", "11-02T06:30"],
        );
        check(
            "hourly",
            new_york,
            "2026-03-08T06:00:00Z",
            &["03-08T07:00", "03-08T08:00"],
        );
        check(
            "hourly",
            new_york,
            "2026-11-01T04:30:00Z",
            &["11-01T05:00", "11-01T06:00", "11-01T07:00"],
        );
        // Lord Howe 2026: 5 April 02:00 (+11) to 01:30 (+10:30), 4 October 02:00 (+10:30) to 02:30 (+11).
        let lord_howe = "Australia/Lord_Howe";
        check(
            "45 1 * * *",
            lord_howe,
            "2026-04-03T16:00:00Z",
            &["04-04T14:45", "04-05T15:15"],
        );
        check(
            "15 2 * * *",
            lord_howe,
            "2026-10-02T16:00:00Z",
            &["10-03T15:30", "10-04T15:15"],
        );
        check(
            "every 15 minutes",
            lord_howe,
            "2026-04-04T14:20:00Z",
            &[
                "04-04T14:30",
                "04-04T14:45",
                "04-04T15:00",
                "04-04T15:15",
                "04-04T15:30",
            ],
        );
        check(
            "every 15 minutes",
            lord_howe,
            "2026-10-03T15:15:00Z",
            &["10-03T15:30", "10-03T15:45"],
        );
    }

    #[test]
    fn after_a_downtime_the_latest_missed_time_counts() {
        let schedule = Schedule::parse("hourly", "UTC", at("2026-01-01T00:00:00Z")).unwrap();
        let latest = |due, now| schedule.latest(at(due), at(now)).to_rfc3339();
        assert_eq!(
            latest("2026-01-01T01:00:00Z", "2026-01-01T09:30:00Z"),
            "2026-01-01T09:00:00+00:00"
        );
        assert_eq!(
            latest("2026-01-01T01:00:00Z", "2026-01-01T01:00:00Z"),
            "2026-01-01T01:00:00+00:00"
        );
        assert_eq!(
            latest("2026-01-01T01:00:00Z", "2026-01-01T00:59:00Z"),
            "2026-01-01T01:00:00+00:00"
        );
        assert_eq!(schedule.shortest_pause(at("2026-01-01T00:00:00Z")), TimeDelta::hours(1));
    }
}
