//! What an organisation's models used, by month (UTC) and model, and the most that they may use.
//!
//! A turn counts when it ends and its cap is looked at before it begins, so the turns that are under way when the cap is
//! reached still end: at most as many as an organisation may have at the same time, each with its own budget of tokens.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::lease::whole;
use crate::{
    error::{Error, Result},
    ids::OrgId,
    llm::{Model, TokenUsage},
    orgs::{self, Member, Role},
};

/// Months that are told, this one included.
const MONTHS: u32 = 12;
/// Millionths of a dollar in one.
const MICRO: u64 = 1_000_000;

/// What one model used at a time.
#[derive(Clone, Debug)]
pub struct ModelUsed {
    /// The name of the organisation's provider; empty for the server's own models.
    account: String,
    provider: &'static str,
    model: String,
    usage: TokenUsage,
    /// `None` where the price is not known.
    cost_micro_usd: Option<u64>,
}

impl ModelUsed {
    pub fn new(model: &Model, usage: TokenUsage, cost_micro_usd: Option<u64>) -> Self {
        Self {
            account: model.account().unwrap_or_default().to_owned(),
            provider: model.provider().as_str(),
            model: model.name().to_owned(),
            usage,
            cost_micro_usd,
        }
    }
}

/// What an organisation's models used.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ModelSpending {
    /// The last 12 months (UTC) in which a model was used, the newest first.
    pub months: Vec<ModelMonth>,
    /// The first day of this month (UTC).
    pub this_month: NaiveDate,
    pub cap: ModelCap,
}

/// One month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ModelMonth {
    /// Its first day.
    pub month: NaiveDate,
    /// The model that cost or wrote most comes first.
    pub models: Vec<ModelMonthUsed>,
}

/// What one model used in a month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ModelMonthUsed {
    /// The name that the organisation's provider had then; null for the server's own models.
    pub account: Option<String>,
    /// `anthropic`, `openai`, `gemini` or `compatible`; `earlier` for what was used before models were told apart.
    pub provider: String,
    /// The model's name at the provider.
    pub model: String,
    /// Answers.
    pub turns: u64,
    /// Tokens that the model read.
    pub input_tokens: u64,
    /// Tokens that the model wrote.
    pub output_tokens: u64,
    /// Millionths of a US dollar at list prices, of the tokens whose price is known.
    pub cost_micro_usd: u64,
    /// Tokens whose price is not known: they are in no cost.
    pub unpriced_tokens: u64,
}

/// The most that all models of an organisation may use in a month (UTC).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ModelCap {
    /// Millionths of a US dollar; null is no cap. Tokens whose price is not known do not count.
    pub cost_micro_usd: Option<u64>,
    /// Tokens, read and written; null is no cap.
    pub tokens: Option<u64>,
}

/// Stops where the organisation's models may not be used any more this month.
pub async fn within_cap(db: &mut PgConnection, now: DateTime<Utc>, member: &Member) -> Result<()> {
    let month = first_day(now);
    let row = sqlx::query!(
        r#"select c.cost_micro_usd, c.tokens, coalesce(sum(u.cost_micro_usd), 0)::bigint as "cost!",
                  coalesce(sum(u.input_tokens + u.output_tokens), 0)::bigint as "used!"
           from model_caps c left join model_usage u on u.org_id = c.org_id and u.month = $2
           where c.org_id = $1 group by c.cost_micro_usd, c.tokens"#,
        member.org_id.0,
        month,
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(()) };
    let reached = |used: String, most: String| {
        let next = (month + Months::new(1)).format("%-d %B");
        Err(Error::Limited {
            code: "model_cap",
            message: format!(
                "The organisation's models have used {used} this month; its cap is {most}. Choose \"Built-in rules\", or \
                 ask an admin to raise the cap. It starts again on {next} (UTC)."
            ),
            retry_after_s: None,
        })
    };
    match (row.cost_micro_usd, row.tokens) {
        (Some(most), _) if row.cost >= most => reached(dollars(row.cost as u64), dollars(most as u64)),
        (_, Some(most)) if row.used >= most => reached(format!("{} tokens", row.used), format!("{most} tokens")),
        _ => Ok(()),
    }
}

/// Sets the cap, by an admin.
pub async fn set_cap(db: &mut PgConnection, member: &Member, cap: ModelCap) -> Result<()> {
    let member = orgs::lock(db, member).await?;
    member.at_least(Role::Admin)?;
    let positive = |field: &str, most: Option<u64>| match most.map(i64::try_from) {
        None => Ok(None),
        Some(Ok(most)) if most > 0 => Ok(Some(most)),
        Some(_) => {
            let message = "Enter a number above 0, or null for no cap. To use no model, choose the rules.";
            Err(Error::invalid(field, "range", message))
        }
    };
    sqlx::query!(
        "insert into model_caps (org_id, cost_micro_usd, tokens) values ($1, $2, $3)
         on conflict (org_id) do update set cost_micro_usd = excluded.cost_micro_usd, tokens = excluded.tokens",
        member.org_id.0,
        positive("cost_micro_usd", cap.cost_micro_usd)?,
        positive("tokens", cap.tokens)?,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Counts what a model used, in so many turns.
pub async fn count(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    org_id: OrgId,
    used: &ModelUsed,
    turns: u32,
) -> Result<()> {
    let TokenUsage {
        input_tokens,
        output_tokens,
        ..
    } = used.usage;
    let unpriced = match used.cost_micro_usd {
        Some(_) => 0,
        None => input_tokens.saturating_add(output_tokens),
    };
    sqlx::query!(
        "insert into model_usage (org_id, month, account, provider, model, turns, input_tokens, output_tokens,
                                  cost_micro_usd, unpriced_tokens)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (org_id, month, account, provider, model) do update set
             turns = model_usage.turns + excluded.turns,
             input_tokens = model_usage.input_tokens + excluded.input_tokens,
             output_tokens = model_usage.output_tokens + excluded.output_tokens,
             cost_micro_usd = model_usage.cost_micro_usd + excluded.cost_micro_usd,
             unpriced_tokens = model_usage.unpriced_tokens + excluded.unpriced_tokens",
        org_id.0,
        first_day(now),
        used.account,
        used.provider,
        used.model,
        i64::from(turns),
        whole(input_tokens),
        whole(output_tokens),
        whole(used.cost_micro_usd.unwrap_or(0)),
        whole(unpriced),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What the organisation's models used until `now`, and its cap.
pub async fn spending(db: &mut PgConnection, now: DateTime<Utc>, member: &Member) -> Result<ModelSpending> {
    let this_month = first_day(now);
    let rows = sqlx::query!(
        "select month, account, provider, model, turns, input_tokens, output_tokens, cost_micro_usd, unpriced_tokens
         from model_usage where org_id = $1 and month > $2
         order by month desc, cost_micro_usd desc, output_tokens desc, account, model",
        member.org_id.0,
        this_month - Months::new(MONTHS),
    )
    .fetch_all(&mut *db)
    .await?;
    let mut months: Vec<ModelMonth> = Vec::new();
    for row in rows {
        let used = ModelMonthUsed {
            account: Some(row.account).filter(|account| !account.is_empty()),
            provider: row.provider,
            model: row.model,
            turns: row.turns as u64,
            input_tokens: row.input_tokens as u64,
            output_tokens: row.output_tokens as u64,
            cost_micro_usd: row.cost_micro_usd as u64,
            unpriced_tokens: row.unpriced_tokens as u64,
        };
        match months.last_mut().filter(|last| last.month == row.month) {
            Some(last) => last.models.push(used),
            None => months.push(ModelMonth {
                month: row.month,
                models: vec![used],
            }),
        }
    }
    let cap = sqlx::query!(
        "select cost_micro_usd, tokens from model_caps where org_id = $1",
        member.org_id.0
    )
    .fetch_optional(db)
    .await?;
    let cap = cap.map_or_else(ModelCap::default, |row| ModelCap {
        cost_micro_usd: row.cost_micro_usd.map(|most| most as u64),
        tokens: row.tokens.map(|most| most as u64),
    });
    Ok(ModelSpending {
        months,
        this_month,
        cap,
    })
}

fn first_day(now: DateTime<Utc>) -> NaiveDate {
    let today = now.date_naive();
    today.with_day(1).unwrap_or(today)
}

fn dollars(micro: u64) -> String {
    format!("${}.{:02}", micro / MICRO, micro % MICRO / (MICRO / 100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_told_with_cents_and_never_rounded_up() {
        assert_eq!(dollars(5_019_999), "$5.01");
        assert_eq!(dollars(50_000), "$0.05");
        assert_eq!(dollars(0), "$0.00");
    }
}
