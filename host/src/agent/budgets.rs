//! What one turn may take: every budget with its unit and default, and what is said when one is used up.

use std::fmt;

use glovebox_sdk::Limits;

/// The budgets of a turn.
///
/// The last run that `runs`, `repairs` or `fuel` allow may still be followed by an answer; `model_tokens` and `wall_ms`
/// end the turn where it is. Either way what was made is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budgets {
    /// Tokens into and out of the model together, over all requests of the turn, cached or not.
    pub model_tokens: u64,
    /// Tokens of one reply, thinking included.
    pub reply_tokens: u32,
    /// Tokens of one prompt, above which the earlier conversation is trimmed. Estimated; see
    /// [`BYTES_A_TOKEN`](super::BYTES_A_TOKEN).
    pub prompt_tokens: u64,
    /// Scripts that run.
    pub runs: u32,
    /// Failed runs in a row that may be followed by another one.
    pub repairs: u32,
    /// Queries at data sources. Whoever asks for one more is told to answer from what is there.
    pub queries: u32,
    /// Units of wasmtime fuel, over all runs.
    pub fuel: u64,
    /// Milliseconds from the turn's beginning to its end.
    pub wall_ms: u64,
    /// What each run may take, within what is left of the turn.
    pub run: Limits,
}

impl Default for Budgets {
    fn default() -> Self {
        Self {
            model_tokens: 400_000,
            reply_tokens: 16_384,
            prompt_tokens: 120_000,
            runs: 12,
            repairs: 3,
            queries: 20,
            fuel: 500_000_000_000,
            wall_ms: 600_000,
            run: Limits::default(),
        }
    }
}

/// A budget that can be used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Budget {
    ModelTokens,
    ReplyTokens,
    Runs,
    Repairs,
    Fuel,
    WallMs,
}

impl Budget {
    /// The name of the field of [`Budgets`].
    pub fn name(self) -> &'static str {
        match self {
            Self::ModelTokens => "model_tokens",
            Self::ReplyTokens => "reply_tokens",
            Self::Runs => "runs",
            Self::Repairs => "repairs",
            Self::Fuel => "fuel",
            Self::WallMs => "wall_ms",
        }
    }

    /// The size that `budgets` give it, in its own unit.
    pub fn size(self, budgets: &Budgets) -> u64 {
        match self {
            Self::ModelTokens => budgets.model_tokens,
            Self::ReplyTokens => u64::from(budgets.reply_tokens),
            Self::Runs => u64::from(budgets.runs),
            Self::Repairs => u64::from(budgets.repairs),
            Self::Fuel => budgets.fuel,
            Self::WallMs => budgets.wall_ms,
        }
    }

    /// That it is used up, for people.
    pub(super) fn used_up(self, size: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ModelTokens => write!(f, "This answer has reached its limit of {} tokens.", Grouped(size))?,
            Self::ReplyTokens => write!(f, "The reply exceeded its limit of {} tokens.", Grouped(size))?,
            Self::Runs if size == 1 => write!(f, "This answer has reached its limit of one run.")?,
            Self::Runs => write!(f, "This answer has reached its limit of {size} runs.")?,
            Self::Repairs if size == 0 => write!(f, "The script failed, and no repair is allowed.")?,
            Self::Repairs if size == 1 => write!(f, "The script still failed after a repair.")?,
            Self::Repairs => write!(f, "The script still failed after {size} repairs.")?,
            Self::Fuel => write!(
                f,
                "This answer has reached its limit of {} units of fuel.",
                Grouped(size)
            )?,
            Self::WallMs => write!(f, "This answer has reached its time limit of {}.", Seconds(size))?,
        }
        f.write_str(" Results so far are kept. Ask again to continue, or ask for less at a time.")
    }
}

/// With a comma after each thousand.
pub(super) struct Grouped(pub u64);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

struct Seconds(u64);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_multiple_of(1000) {
            write!(f, "{} seconds", Grouped(self.0 / 1000))
        } else {
            write!(f, "{} milliseconds", Grouped(self.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let check = |number, expected| assert_eq!(Grouped(number).to_string(), expected);
        check(0, "0");
        check(999, "999");
        check(1_000, "1,000");
        check(500_000_000_000, "500,000,000,000");
    }
}
