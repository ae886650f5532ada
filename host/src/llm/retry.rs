//! How long to wait before a request is tried again.
//!
//! The provider's own word counts first: `Retry-After` in seconds or as a date, or OpenAI's `retry-after-ms`
//! (RFC 9110, section 10.2.3). Otherwise the pause doubles from try to try, and chance takes up to half of it away,
//! so that many clients do not come back at the same moment.

use std::time::Duration;

use chrono::DateTime;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use super::Patience;

/// The pause before try `attempt`, which counts from 1 for the first one after the first failure.
pub(super) fn pause(patience: &Patience, attempt: u32) -> Duration {
    jittered(patience, attempt, rand::random())
}

/// What the provider asks to wait.
pub(super) fn asked(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    if let Some(ms) = text("retry-after-ms").and_then(|ms| ms.parse::<f64>().ok()) {
        return Duration::try_from_secs_f64(ms / 1000.0).ok();
    }
    let value = text(RETRY_AFTER.as_str())?;
    if let Ok(seconds) = value.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    // The server's own date is what its deadline goes by, and needs no clock here.
    let now = DateTime::parse_from_rfc2822(text(DATE.as_str())?).ok()?;
    let then = DateTime::parse_from_rfc2822(value).ok()?;
    Some((then - now).to_std().unwrap_or(Duration::ZERO))
}

fn jittered(patience: &Patience, attempt: u32, chance: f64) -> Duration {
    let doubled = patience
        .pause
        .saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
    doubled.min(patience.pause_max).mul_f64(1.0 - chance / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_their_cap_and_lose_at_most_half() {
        let check = |attempt, chance, expected_ms| {
            let pause = jittered(&Patience::default(), attempt, chance);
            assert_eq!(pause, Duration::from_millis(expected_ms), "try {attempt}");
        };
        check(1, 0.0, 500);
        check(2, 0.0, 1_000);
        check(3, 0.0, 2_000);
        check(3, 1.0, 1_000);
        check(40, 0.0, 8_000);
    }

    #[test]
    fn a_server_says_how_long_in_three_ways() {
        let check = |headers: &[(&'static str, &'static str)], expected: Option<f64>| {
            let headers = headers
                .iter()
                .map(|(name, value)| (reqwest::header::HeaderName::from_static(name), value.parse().unwrap()));
            let found = asked(&headers.collect());
            assert_eq!(found, expected.map(Duration::from_secs_f64));
        };
        check(&[("retry-after", "7")], Some(7.0));
        check(&[("retry-after", "7"), ("retry-after-ms", "1250")], Some(1.25));
        let date = ("date", "Sat, 21 Nov 2026 10:00:00 GMT");
        check(&[date, ("retry-after", "Sat, 21 Nov 2026 10:00:30 GMT")], Some(30.0));
        check(&[date, ("retry-after", "Sat, 21 Nov 2026 09:00:00 GMT")], Some(0.0));
        check(&[("retry-after", "Sat, 21 Nov 2026 10:00:30 GMT")], None);
        check(&[("retry-after", "-5")], None);
        check(&[("retry-after", "soon")], None);
        check(&[], None);
    }
}
