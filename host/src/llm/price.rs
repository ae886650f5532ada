//! What a reply costs, by a small table of the providers' list prices.
//!
//! Prices as of 21 November 2026, for standard processing of text, from
//! <https://platform.claude.com/docs/en/about-claude/pricing>, <https://developers.openai.com/api/docs/pricing> and
//! <https://ai.google.dev/gemini-api/docs/pricing>. A model that is not in the table has no known price, which is said
//! rather than guessed; discounts, taxes and a provider's free tier are not known here.

use chrono::NaiveDate;

use super::TokenUsage;

/// The cost of one reply in millionths of a US dollar, rounded up, at the prices of the day `today`. `None` for a model
/// whose price is not known here.
///
/// The price of some models depends on how long the prompt is, so replies are to be priced one by one.
pub fn cost_micro_usd(model: &str, usage: &TokenUsage, today: NaiveDate) -> Option<u64> {
    let row = TABLE.iter().find(|row| {
        names(row.model, model)
            && row.until.is_none_or(|(year, month, day)| {
                NaiveDate::from_ymd_opt(year, month, day).is_some_and(|until| today <= until)
            })
    })?;
    let price = match row.long {
        Some((tokens, price)) if usage.input_tokens > tokens => price,
        _ => row.price,
    };
    let plain = usage
        .input_tokens
        .saturating_sub(usage.cached_tokens)
        .saturating_sub(usage.cache_write_tokens);
    let nano_usd = [
        (plain, price.input),
        (usage.cached_tokens, price.cached),
        (usage.cache_write_tokens, price.cache_write),
        (usage.output_tokens, price.output),
    ]
    .into_iter()
    .fold(0_u64, |sum, (tokens, price)| {
        sum.saturating_add(tokens.saturating_mul(price))
    });
    Some(nano_usd.div_ceil(1000))
}

/// Thousandths of a US dollar for a million tokens, which are billionths of a dollar for one.
#[derive(Clone, Copy)]
struct Price {
    input: u64,
    cached: u64,
    cache_write: u64,
    output: u64,
}

struct Row {
    model: &'static str,
    price: Price,
    /// Above so many tokens of input, every token of the reply costs this.
    long: Option<(u64, Price)>,
    /// The last day of the price, as year, month and day; the next row of the same model follows it.
    until: Option<(i32, u32, u32)>,
}

const fn price(input: u64, cached: u64, cache_write: u64, output: u64) -> Price {
    Price {
        input,
        cached,
        cache_write,
        output,
    }
}

const fn row(model: &'static str, price: Price) -> Row {
    Row {
        model,
        price,
        long: None,
        until: None,
    }
}

const fn tiered(model: &'static str, price: Price, tokens: u64, above: Price) -> Row {
    Row {
        model,
        price,
        long: Some((tokens, above)),
        until: None,
    }
}

const fn until(year: i32, month: u32, day: u32, model: &'static str, price: Price) -> Row {
    Row {
        model,
        price,
        long: None,
        until: Some((year, month, day)),
    }
}

#[rustfmt::skip]
const TABLE: &[Row] = &[
    row("claude-fable-5-1", price(10_000, 250, 12_500, 50_000)),
    row("claude-fable-5", price(10_000, 1_000, 12_500, 50_000)),
    row("claude-opus-5-5", price(4_000, 200, 5_000, 20_000)),
    row("claude-opus-5", price(5_000, 500, 6_250, 25_000)),
    row("claude-opus-4-8", price(5_000, 500, 6_250, 25_000)),
    row("claude-opus-4-7", price(5_000, 500, 6_250, 25_000)),
    row("claude-opus-4-6", price(5_000, 500, 6_250, 25_000)),
    row("claude-opus-4-5", price(5_000, 500, 6_250, 25_000)),
    row("claude-sonnet-5-5", price(2_000, 100, 2_500, 10_000)),
    row("claude-sonnet-5", price(2_000, 200, 2_500, 10_000)),
    row("claude-sonnet-4-6", price(3_000, 300, 3_750, 15_000)),
    row("claude-sonnet-4-5", price(3_000, 300, 3_750, 15_000)),
    tiered("claude-haiku-5-5", price(100, 10, 125, 500), 100_000, price(500, 50, 625, 2_500)),
    row("claude-haiku-4-5", price(1_000, 100, 1_250, 5_000)),
    tiered("gpt-6.2-sol", price(2_000, 100, 2_500, 10_000), 272_000, price(4_000, 200, 5_000, 15_000)),
    tiered("gpt-6.1-sol", price(2_000, 100, 2_500, 10_000), 272_000, price(4_000, 200, 5_000, 15_000)),
    tiered("gpt-6.1-terra", price(1_000, 50, 1_250, 5_000), 272_000, price(2_000, 100, 2_500, 7_500)),
    tiered("gpt-6-astra", price(10_000, 1_000, 12_500, 50_000), 272_000, price(20_000, 2_000, 25_000, 75_000)),
    tiered("gpt-6-sol", price(2_000, 200, 2_500, 10_000), 272_000, price(4_000, 400, 5_000, 15_000)),
    tiered("gpt-6-luna", price(100, 10, 125, 500), 272_000, price(200, 20, 250, 750)),
    row("gpt-5-mini", price(250, 25, 250, 2_000)),
    row("gpt-5", price(1_250, 125, 1_250, 10_000)),
    row("gpt-4.1", price(2_000, 500, 2_000, 8_000)),
    until(2026, 11, 30, "gemini-4-argon", price(2_000, 100, 2_000, 10_000)),
    row("gemini-4-argon", price(4_000, 200, 4_000, 20_000)),
    until(2026, 12, 31, "gemini-3.8-flash", price(750, 75, 750, 3_750)),
    row("gemini-3.8-flash", price(1_500, 150, 1_500, 7_500)),
    until(2026, 12, 31, "gemini-3.7-flash", price(750, 75, 750, 3_750)),
    row("gemini-3.7-flash", price(1_500, 150, 1_500, 7_500)),
    row("gemini-3.5-flash", price(1_500, 150, 1_500, 9_000)),
    row("gemini-3.5-flash-lite", price(300, 30, 300, 2_500)),
    tiered("gemini-3.1-pro", price(2_000, 200, 2_000, 12_000), 200_000, price(4_000, 400, 4_000, 18_000)),
    tiered("gemini-2.5-pro", price(1_250, 125, 1_250, 10_000), 200_000, price(2_500, 250, 2_500, 15_000)),
    row("gemini-2.5-flash", price(300, 30, 300, 2_500)),
    row("gemini-2.5-flash-lite", price(100, 10, 100, 400)),
];

/// Whether `model` is `listed`, or a dated snapshot, a preview or the latest of it: `claude-haiku-4-5-20251001`.
fn names(listed: &str, model: &str) -> bool {
    let Some(rest) = model.strip_prefix(listed) else {
        return false;
    };
    let Some(suffix) = rest.strip_prefix('-') else {
        return rest.is_empty();
    };
    let date = suffix.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') && suffix.len() >= 8;
    date || suffix == "latest" || suffix.starts_with("preview")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_costs_what_the_list_says() {
        let check = |model, usage: (u64, u64, u64, u64), day: &str, expected| {
            let usage = TokenUsage {
                input_tokens: usage.0,
                cached_tokens: usage.1,
                cache_write_tokens: usage.2,
                output_tokens: usage.3,
            };
            assert_eq!(
                cost_micro_usd(model, &usage, day.parse().unwrap()),
                expected,
                "{model} {usage:?}"
            );
        };
        let today = "2026-11-21";
        check("claude-sonnet-5-5", (1_000_000, 0, 0, 100_000), today, Some(3_000_000));
        check(
            "claude-sonnet-5-5",
            (10_000, 8_000, 1_000, 0),
            today,
            Some(2_000 + 800 + 2_500),
        );
        check("claude-sonnet-5", (0, 1_000, 0, 0), today, Some(200));
        check("claude-haiku-4-5-20251001", (1_000, 0, 0, 0), today, Some(1_000));
        check("claude-haiku-5-5", (100_000, 0, 0, 1_000), today, Some(10_500));
        check("claude-haiku-5-5", (100_001, 0, 0, 1_000), today, Some(52_501));
        check("gpt-6.1-sol", (300_000, 0, 0, 0), today, Some(1_200_000));
        check("gemini-4-argon", (1_000, 0, 0, 0), "2026-11-30", Some(2_000));
        check("gemini-4-argon", (1_000, 0, 0, 0), "2026-12-01", Some(4_000));
        check("gemini-3.1-pro-preview", (1, 0, 0, 0), today, Some(2));
        check("gemini-2.5-flash-lite", (10, 0, 0, 0), today, Some(1));
        check("qwen3:32b", (1_000, 0, 0, 1_000), today, None);
        check("gpt-6", (1_000, 0, 0, 1_000), today, None);
        check("gpt-5-pro", (1_000, 0, 0, 1_000), today, None);
    }

    #[test]
    fn the_models_taken_by_default_have_a_price() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        for model in [
            super::super::settings::ANTHROPIC_MODEL,
            super::super::settings::OPENAI_MODEL,
            super::super::settings::GEMINI_MODEL,
        ] {
            assert!(
                cost_micro_usd(model, &TokenUsage::default(), today).is_some(),
                "{model}"
            );
        }
    }
}
