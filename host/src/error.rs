//! The one error of the product: made for what a caller can decide on, not for where it came from.
//!
//! Its texts are shown to people, so they say what to do. [`Error::Internal`] alone is not shown: the log has it, and
//! the person gets a request id. How an error looks over HTTP is `http/error.rs`'s business.

use std::fmt;

/// What product functions answer.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not there, or belongs to somebody else, which looks the same. Names the noun, such as "project",
    /// and after a colon what else there is to say.
    #[error("{}", missing(.0))]
    Missing(&'static str),
    /// Nobody is logged in, or what was shown to prove it is wrong or over.
    #[error("{0}")]
    Unauthenticated(String),
    /// Somebody is logged in, and may not do this.
    #[error("{0}")]
    Forbidden(String),
    /// Somebody is known, and their account is in no state for this. `code` is stable, for programs.
    #[error("{message}")]
    Refused { code: &'static str, message: String },
    /// What was sent is wrong, field by field.
    #[error("{}", Fields(.0))]
    Invalid(Vec<Field>),
    /// It cannot be done as things stand. `code` is stable, for programs.
    #[error("{message}")]
    Conflict { code: &'static str, message: String },
    /// Somebody else has changed it since the caller looked.
    #[error("{0}")]
    Outdated(String),
    /// Too much, or too often; `code` names the limit.
    #[error("{message}")]
    Limited {
        code: &'static str,
        message: String,
        /// When it will go again, in seconds; `None` where waiting does not help.
        retry_after_s: Option<u64>,
    },
    /// The body is larger than this server takes.
    #[error("{0}")]
    TooLarge(String),
    /// Something this server needs does not answer; trying again later can help.
    #[error("{0}")]
    Unavailable(String),
    /// A fault of ours.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

/// One wrong field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field's path in the body, such as `email` or `prompts[0].name`; empty for the whole.
    pub name: String,
    /// Stable, for programs: `required`, `too_long`, `email_format` …
    pub code: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

impl Error {
    /// One wrong field.
    pub fn invalid(name: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Field {
            name: name.into(),
            code,
            message: message.into(),
        }])
    }

    /// A state of the caller's account that stands in the way.
    pub fn refused(code: &'static str, message: impl Into<String>) -> Self {
        Self::Refused {
            code,
            message: message.into(),
        }
    }

    /// A state of things that stands in the way.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::Conflict {
            code,
            message: message.into(),
        }
    }
}

/// A database that does not answer is a reason to come back; everything else is a fault of ours. Constraints that
/// users can break are turned into their own errors where the statement stands, by [`broken`].
impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => {
                tracing::error!(error = %error, "the database does not answer");
                Self::Unavailable("The database does not answer. Try again in a moment.".to_owned())
            }
            // Class 57P: the server is stopping or starting (PostgreSQL, appendix A).
            sqlx::Error::Database(ref inner) if inner.code().is_some_and(|code| code.starts_with("57P")) => {
                tracing::error!(error = %error, "the database is restarting");
                Self::Unavailable("The database is restarting. Try again in a moment.".to_owned())
            }
            other => Self::Internal(anyhow::Error::new(other).context("in the database")),
        }
    }
}

/// Whether `error` says that the constraint of this name was broken.
pub fn broken(error: &sqlx::Error, constraint: &str) -> bool {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::constraint)
        == Some(constraint)
}

/// "file not found"; of "link: it may have expired", "link not found: it may have expired".
fn missing(what: &str) -> String {
    match what.split_once(": ") {
        Some((noun, why)) => format!("{noun} not found: {why}"),
        None => format!("{what} not found"),
    }
}

struct Fields<'a>(&'a [Field]);

impl fmt::Display for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, field) in self.0.iter().enumerate() {
            let separator = if i == 0 { "" } else { "; " };
            if field.name.is_empty() {
                write!(f, "{separator}{}", field.message)?;
            } else {
                write!(f, "{separator}{}: {}", field.name, field.message)?;
            }
        }
        Ok(())
    }
}
