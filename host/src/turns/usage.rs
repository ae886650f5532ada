//! What an organisation's turns have used, by day (UTC), and what they may use.
//!
//! Days are written by [`lease`](super::lease) as turns end, so a turn that is under way does not count yet; and by
//! whoever runs a script without a turn.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    config::ServerLimits,
    error::{Error, Result},
    orgs::Member,
};

/// Days that are told one by one, today included.
const DAYS: i32 = 30;

/// Recent usage, and the limits.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Activity {
    /// The last 30 days (UTC), oldest first, today last; days without a turn are included with zeros.
    pub days: Vec<DayUsed>,
    /// This month (UTC) so far.
    pub month: MonthUsed,
    pub limits: TurnLimits,
}

/// What turns used on a day, counted on the day each of them ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DayUsed {
    pub day: NaiveDate,
    #[serde(flatten)]
    pub used: Totals,
}

/// What turns used in a month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MonthUsed {
    /// Its first day.
    pub from: NaiveDate,
    #[serde(flatten)]
    pub used: Totals,
}

/// What turns used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Totals {
    /// Scripts that were run.
    pub runs: u64,
    /// Units of WebAssembly fuel used by scripts.
    pub fuel: u64,
    /// Tokens that models read.
    pub input_tokens: u64,
    /// Tokens that models wrote.
    pub output_tokens: u64,
    /// Cost of the models, in millionths of a US dollar, as far as their prices are known.
    pub cost_micro_usd: u64,
}

/// Limits of turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TurnLimits {
    /// Units of fuel per organisation and day (UTC).
    pub fuel_per_day: u64,
    /// Units of fuel per turn.
    pub turn_fuel: u64,
    /// Scripts per turn.
    pub turn_runs: u32,
    /// Input and output tokens per turn.
    pub turn_model_tokens: u64,
    /// Seconds per turn.
    pub turn_wall_s: u32,
    /// Turns that run at the same time.
    pub turns_per_org: u32,
    /// Turns that can wait.
    pub turns_waiting_per_org: u32,
}

/// Stops where the organisation has used up its fuel of the day, of which it has used `fuel` units.
pub(super) fn has_fuel(limits: &ServerLimits, fuel: u64) -> Result<()> {
    if fuel < limits.fuel_per_day {
        return Ok(());
    }
    Err(Error::Limited {
        code: "fuel_per_day",
        message: "The organisation's scripts have reached their daily limit. It resets at midnight (UTC).".to_owned(),
        retry_after_s: None,
    })
}

/// Stops where the organisation may run no script any more today.
pub async fn may_run(db: &mut PgConnection, now: DateTime<Utc>, limits: &ServerLimits, member: &Member) -> Result<()> {
    let fuel = sqlx::query_scalar!(
        "select fuel from usage_days where org_id = $1 and day = $2",
        member.org_id.0,
        now.date_naive(),
    )
    .fetch_optional(db)
    .await?;
    has_fuel(limits, fuel.unwrap_or(0) as u64)
}

/// Counts a run that belongs to no turn.
pub async fn count_run(db: &mut PgConnection, now: DateTime<Utc>, member: &Member, fuel: u64) -> Result<()> {
    sqlx::query!(
        "insert into usage_days (org_id, day, runs, fuel, input_tokens, output_tokens, cost_micro_usd)
         values ($1, $2, 1, $3, 0, 0, 0)
         on conflict (org_id, day) do update set
             runs = usage_days.runs + 1, fuel = usage_days.fuel + excluded.fuel",
        member.org_id.0,
        now.date_naive(),
        i64::try_from(fuel).unwrap_or(i64::MAX),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What the organisation's turns used until `now`.
pub async fn activity(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
) -> Result<Activity> {
    let today = now.date_naive();
    let rows = sqlx::query!(
        r#"
        select
            days.day::date as "day!", coalesce(runs, 0) as "runs!", coalesce(fuel, 0) as "fuel!",
            coalesce(input_tokens, 0) as "input_tokens!", coalesce(output_tokens, 0) as "output_tokens!",
            coalesce(cost_micro_usd, 0) as "cost_micro_usd!"
        from generate_series($2::date - ($3::integer - 1), $2::date, interval '1 day') as days (day)
        left join usage_days u on u.org_id = $1 and u.day = days.day::date
        order by days.day
        "#,
        member.org_id.0,
        today,
        DAYS,
    )
    .fetch_all(&mut *db)
    .await?;
    let days = rows.into_iter().map(|row| DayUsed {
        day: row.day,
        used: Totals {
            runs: row.runs as u64,
            fuel: row.fuel as u64,
            input_tokens: row.input_tokens as u64,
            output_tokens: row.output_tokens as u64,
            cost_micro_usd: row.cost_micro_usd as u64,
        },
    });
    let from = today.with_day(1).unwrap_or(today);
    let month = sqlx::query!(
        r#"
        select
            coalesce(sum(runs), 0)::bigint as "runs!", coalesce(sum(fuel), 0)::bigint as "fuel!",
            coalesce(sum(input_tokens), 0)::bigint as "input_tokens!",
            coalesce(sum(output_tokens), 0)::bigint as "output_tokens!",
            coalesce(sum(cost_micro_usd), 0)::bigint as "cost_micro_usd!"
        from usage_days where org_id = $1 and day between $2 and $3
        "#,
        member.org_id.0,
        from,
        today,
    )
    .fetch_one(db)
    .await?;
    Ok(Activity {
        days: days.collect(),
        month: MonthUsed {
            from,
            used: Totals {
                runs: month.runs as u64,
                fuel: month.fuel as u64,
                input_tokens: month.input_tokens as u64,
                output_tokens: month.output_tokens as u64,
                cost_micro_usd: month.cost_micro_usd as u64,
            },
        },
        limits: TurnLimits {
            fuel_per_day: limits.fuel_per_day,
            turn_fuel: limits.turn_fuel,
            turn_runs: limits.turn_runs,
            turn_model_tokens: limits.turn_model_tokens,
            turn_wall_s: limits.turn_wall_s,
            turns_per_org: limits.turns_per_org,
            turns_waiting_per_org: limits.turns_waiting_per_org,
        },
    })
}
