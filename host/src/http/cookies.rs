//! The cookies that this server sets: the session's, and those of its own short stays elsewhere.
//!
//! Every one is out of reach of scripts, comes along when somebody follows a link here but not when another site sends
//! a form (`SameSite=Lax`), and belongs to the whole host. With HTTPS it is `Secure`, and its name has the prefix
//! `__Host-`, with which no other host can set it (RFC 6265bis, 4.1.3.2).

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponseParts, ResponseParts},
};
use chrono::TimeDelta;

use super::{error::Failure, extract::session_cookie_name};
use crate::config::ServerConfig;

/// A `Set-Cookie` to put before a body in an answer, as in `(StatusCode::CREATED, cookie, Json(body))`.
#[derive(Debug)]
pub(super) struct SetCookie(String);

impl SetCookie {
    /// The cookie of a session that begins. A remembered one outlives the browser.
    pub(super) fn session(config: &ServerConfig, token: &str, remember: bool) -> Self {
        let lasts = remember.then(|| TimeDelta::days(config.limits.session_remember_days.into()));
        Self::new(session_cookie_name(config.https()), token, config.https(), lasts)
    }

    /// Ends the session in the browser.
    pub(super) fn end_session(config: &ServerConfig) -> Self {
        Self::gone(session_cookie_name(config.https()), config.https())
    }

    /// Marks the browser that signed up, as long as the link works that was mailed.
    pub(super) fn signed_up(config: &ServerConfig, code: &str) -> Self {
        let lasts = TimeDelta::hours(config.limits.verification_hours.into());
        Self::new(signed_up_cookie_name(config.https()), code, config.https(), Some(lasts))
    }

    /// Any other cookie, for so long; without a time, until the browser is closed. `name` and `value` are this server's
    /// own words, of letters, digits, `-` and `_`.
    pub(super) fn new(name: &str, value: &str, https: bool, lasts: Option<TimeDelta>) -> Self {
        let secure = if https { "; Secure" } else { "" };
        let max_age = lasts.map_or_else(String::new, |time| format!("; Max-Age={}", time.num_seconds()));
        Self(format!(
            "{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{max_age}"
        ))
    }

    /// Takes a cookie back.
    pub(super) fn gone(name: &str, https: bool) -> Self {
        Self::new(name, "", https, Some(TimeDelta::zero()))
    }
}

/// The cookie of a browser that signed up.
pub(super) fn signed_up_cookie_name(https: bool) -> &'static str {
    if https {
        "__Host-glovebox_signed_up"
    } else {
        "glovebox_signed_up"
    }
}

impl IntoResponseParts for SetCookie {
    type Error = Failure;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Failure> {
        let value =
            HeaderValue::try_from(self.0).map_err(|error| anyhow::Error::new(error).context("setting a cookie"))?;
        parts.headers_mut().append(header::SET_COOKIE, value);
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_bound_to_this_host_and_hidden_from_scripts() {
        let check = |cookie: SetCookie, expected: &str| assert_eq!(cookie.0, expected);
        check(
            SetCookie::new("a", "b", false, None),
            "a=b; Path=/; HttpOnly; SameSite=Lax",
        );
        check(
            SetCookie::new("__Host-a", "b", true, Some(TimeDelta::days(1))),
            "__Host-a=b; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=86400",
        );
        check(
            SetCookie::gone("__Host-a", true),
            "__Host-a=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0",
        );
    }
}
