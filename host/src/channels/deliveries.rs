//! Messages to channels: put down with what causes them, claimed, sent once, and what became of each.

use std::fmt::Display;

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sqlx::{PgConnection, PgPool, types::Json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Kind, Notice, PURPOSE, Sealed};
use crate::{
    clock::Clock,
    config::ServerLimits,
    conversations::messages::storable,
    error::{Error, Result},
    ids::{AlertCheckId, AlertId, ChannelId, DeliveryId, OrgId},
    mail::{Cut, Mailer},
    orgs::{Member, Role},
    queue::{self, Job},
    secret::ServerKey,
    webhooks::{Sent, Webhooks, signature},
};

/// Seconds after which a sending whose server says nothing more was cut off.
const LEASE_S: f64 = 120.0;
/// Tries until a message is given up.
const ATTEMPTS_MAX: i32 = 6;
/// Seconds until the second try; each further one waits twice as long.
const PAUSE_S: f64 = 30.0;
/// Messages of one organisation that are sent at once.
const AT_ONCE_PER_ORG: i64 = 2;
/// Characters of an answer.
const ANSWER_MAX_CHARS: usize = 500;

/// The state of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schema(as = DeliveryState)]
pub enum State {
    Queued,
    Sending,
    /// The receiver took it.
    Sent,
    /// It was not taken, and is given up.
    Failed,
    /// Its sending was cut off: whether it was taken is not known. It is not sent again.
    Unknown,
}

/// A message to a channel.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Delivery {
    pub id: DeliveryId,
    pub channel_id: ChannelId,
    /// The channel's name.
    pub channel: String,
    /// What it is about, in one line.
    pub title: String,
    pub state: State,
    /// Number of attempts.
    pub attempts: i32,
    /// What the receiver answered, or why it was not sent.
    pub answer: Option<String>,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// Whose messages.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    Alert(AlertId),
    Channel(ChannelId),
}

/// Puts the message of a check to a channel down, unless that was done.
pub async fn add(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    org_id: OrgId,
    channel_id: ChannelId,
    check_id: Option<AlertCheckId>,
    notice: &Notice,
) -> Result<DeliveryId> {
    let id = DeliveryId::new();
    sqlx::query!(
        "insert into deliveries (id, org_id, channel_id, check_id, notice, state, created_at)
         values ($1, $2, $3, $4, $5, 'queued', $6) on conflict do nothing",
        id.0,
        org_id.0,
        channel_id.0,
        check_id.map(|id| id.0),
        storable(notice)?,
        now,
    )
    .execute(&mut *db)
    .await?;
    queue::add(db, &Job::Deliver).await?;
    Ok(id)
}

/// A trial of a channel.
pub async fn try_channel(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    member: &Member,
    id: ChannelId,
    link: String,
) -> Result<Delivery> {
    member.at_least(Role::Admin)?;
    super::get(db, member, id).await?;
    let delivery = add(db, now, member.org_id, id, None, &Notice::trial(link, now)).await?;
    let mut found = list(db, member, Of::Channel(id), None, 1).await?;
    found.retain(|found| found.id == delivery);
    found.pop().ok_or(Error::Missing("delivery"))
}

/// The messages of an alert or a channel, the newest first: at most `limit` of those behind `after`.
pub async fn list(
    db: &mut PgConnection,
    member: &Member,
    of: Of,
    after: Option<DeliveryId>,
    limit: u32,
) -> Result<Vec<Delivery>> {
    let (alert, channel) = match of {
        Of::Alert(id) => (Some(id.0), None),
        Of::Channel(id) => (None, Some(id.0)),
    };
    let rows = sqlx::query!(
        r#"select d.id, d.channel_id, c.name as channel, d.notice as "notice: Json<Notice>", d.state as "state: State",
               d.attempts, d.answer, d.created_at, d.ended_at
           from deliveries d join channels c on c.id = d.channel_id left join alert_checks k on k.id = d.check_id
           where d.org_id = $1 and ($2::uuid is null or k.alert_id = $2) and ($3::uuid is null or d.channel_id = $3)
             and d.id < $4 order by d.id desc limit $5"#,
        member.org_id.0,
        alert,
        channel,
        after.map_or(Uuid::max(), |id| id.0),
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    let delivery = rows.into_iter().map(|row| Delivery {
        id: DeliveryId(row.id),
        channel_id: ChannelId(row.channel_id),
        channel: row.channel,
        title: row.notice.0.title(),
        state: row.state,
        attempts: row.attempts,
        answer: row.answer,
        created_at: row.created_at,
        ended_at: row.ended_at,
    });
    Ok(delivery.collect())
}

/// Calls cut off what a dead server was sending, and wakes a worker for what may be tried again.
pub async fn look_after(db: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update deliveries set state = 'unknown', leased_until = null, ended_at = $1,
           answer = 'The server stopped while this was being sent. It may have arrived, and is not sent again.'
         where state = 'sending' and leased_until < now()",
        now,
    )
    .execute(&mut *db)
    .await?;
    let due = sqlx::query!(
        "update deliveries set not_before = null where state = 'queued' and not_before <= $1",
        now
    )
    .execute(&mut *db)
    .await?;
    if due.rows_affected() > 0 {
        queue::add(db, &Job::Deliver).await?;
    }
    Ok(())
}

/// What messages are sent with.
#[derive(Clone)]
pub struct Sender {
    pub db: PgPool,
    pub clock: Clock,
    pub limits: ServerLimits,
    pub key: ServerKey,
    pub mailer: Mailer,
    pub webhooks: Webhooks,
}

/// A message that this server sends.
struct Claim {
    id: DeliveryId,
    org_id: OrgId,
    channel_id: ChannelId,
    kind: Kind,
    sealed: Vec<u8>,
    notice: Notice,
    attempts: i32,
    /// Messages to the channel in the last hour.
    lately: i64,
}

/// What a try ended in.
enum End {
    Sent(String),
    Later(String),
    Failed(String),
    Unknown(String),
}

impl Sender {
    /// Sends what waits, one message after the other.
    pub async fn work(&self) -> Result<()> {
        while let Some(claim) = self.claim().await? {
            let end = if claim.lately > i64::from(self.limits.messages_per_channel_per_hour) {
                End::Failed(format!(
                    "Not sent: the channel has reached its limit of {} messages per hour.",
                    self.limits.messages_per_channel_per_hour
                ))
            } else {
                self.send(&claim).await
            };
            self.settle(&claim, end).await?;
        }
        Ok(())
    }

    /// The message that is next: of an organisation with the fewest under way the oldest, so that the slow receivers of
    /// one keep nobody else's messages waiting. From here on until it is settled, nobody knows whether the message has gone.
    async fn claim(&self) -> Result<Option<Claim>> {
        let now = self.clock.now();
        let row = sqlx::query!(
            r#"with next as (
                 select d.id from deliveries d
                 left join lateral (
                     select count(*) as under_way from deliveries o where o.org_id = d.org_id and o.state = 'sending'
                 ) org on true
                 where d.state = 'queued' and (d.not_before is null or d.not_before <= $2) and org.under_way < $4
                 order by org.under_way, d.created_at, d.id limit 1 for update of d skip locked
             )
             update deliveries d set state = 'sending', attempts = attempts + 1,
                 leased_until = now() + make_interval(secs => $1)
             from next, channels c where d.id = next.id and c.id = d.channel_id
             returning d.id, d.org_id, d.channel_id, c.kind as "kind: Kind", c.sealed,
                 d.notice as "notice: Json<Notice>", d.attempts,
                 (select count(*) from deliveries o where o.channel_id = d.channel_id and o.created_at > $3
                    and o.created_at <= d.created_at) as "lately!""#,
            LEASE_S,
            now,
            now - TimeDelta::hours(1),
            AT_ONCE_PER_ORG,
        )
        .fetch_optional(&self.db)
        .await?;
        Ok(row.map(|row| Claim {
            id: DeliveryId(row.id),
            org_id: OrgId(row.org_id),
            channel_id: ChannelId(row.channel_id),
            kind: row.kind,
            sealed: row.sealed,
            notice: row.notice.0,
            attempts: row.attempts,
            lately: row.lately,
        }))
    }

    /// Why a mail does not go to `address`; none where it does.
    async fn not_a_member(&self, claim: &Claim, address: &str) -> Option<End> {
        let asked = async { super::is_members(&mut *self.db.acquire().await?, claim.org_id, address).await };
        match asked.await {
            Ok(true) => None,
            Ok(false) => Some(End::Failed(
                "Not sent: this is no longer the address of a member of the organisation. Invite the person, or delete \
                 the channel."
                    .to_owned(),
            )),
            Err(error) => Some(End::Later(chain(&error))),
        }
    }

    async fn send(&self, claim: &Claim) -> End {
        let place: [&[u8]; 2] = [claim.org_id.0.as_bytes(), claim.channel_id.0.as_bytes()];
        let opened = self.key.open(PURPOSE, &place, &claim.sealed);
        let Some(sealed) = opened.and_then(|text| serde_json::from_slice::<Sealed>(&text).ok()) else {
            return End::Failed(
                "The channel's address cannot be decrypted, because SECRET_KEY has changed. Create the channel again."
                    .to_owned(),
            );
        };
        let (body, signed) = match claim.kind {
            Kind::Email => {
                if let Some(end) = self.not_a_member(claim, &sealed.address).await {
                    return end;
                }
                let mail = claim.notice.mail(&sealed.address);
                return match self.mailer.send(&mail).await {
                    Ok(()) => End::Sent("The mail server accepted it.".to_owned()),
                    Err(Error::Internal(error)) if error.is::<Cut>() => {
                        End::Unknown(format!("It may have arrived, and is not sent again: {error:#}"))
                    }
                    Err(error) => End::Later(chain(&error)),
                };
            }
            Kind::Webhook => (claim.notice.webhook(claim.id), true),
            Kind::Slack => (claim.notice.slack(), false),
            Kind::Teams => (claim.notice.teams(), false),
        };
        let url = match self.webhooks.parse("address", &sealed.address) {
            Ok(url) => url,
            Err(error) => return End::Failed(error.to_string()),
        };
        let (body, id, at) = (body.to_string(), format!("msg_{}", claim.id), self.clock.now());
        let secret = sealed
            .secret
            .and_then(|secret| STANDARD.decode(secret).ok())
            .unwrap_or_default();
        let headers = if signed {
            vec![
                ("webhook-signature", signature(&secret, &id, at, &body)),
                ("webhook-timestamp", at.timestamp().to_string()),
                ("webhook-id", id),
            ]
        } else {
            Vec::new()
        };
        match self.webhooks.post(&url, &headers, body).await {
            Sent::Answered(status @ 200..300, words) => End::Sent(answer(status, &words)),
            Sent::Answered(status @ (408 | 425 | 429 | 500..), words) => End::Later(answer(status, &words)),
            Sent::Answered(status, words) => End::Failed(answer(status, &words)),
            Sent::Unreached(why) => End::Later(why),
            Sent::Refused(why) => End::Failed(why),
            // Its receiver knows it again by its id.
            Sent::Cut(why) if signed => End::Later(why),
            Sent::Cut(why) => End::Unknown(format!("{why} It may have arrived, and is not sent again.")),
        }
    }

    async fn settle(&self, claim: &Claim, end: End) -> Result<()> {
        let (state, answer) = match end {
            End::Sent(answer) => (State::Sent, answer),
            End::Later(answer) if claim.attempts < ATTEMPTS_MAX => (State::Queued, answer),
            End::Later(answer) | End::Failed(answer) => (State::Failed, answer),
            End::Unknown(answer) => (State::Unknown, answer),
        };
        if state == State::Failed {
            tracing::warn!(delivery = %claim.id, answer, "a message to a channel was given up");
        }
        let now = self.clock.now();
        let pause_s = PAUSE_S * f64::from(claim.attempts - 1).exp2();
        let answer: String = answer
            .replace('\0', "\u{fffd}")
            .chars()
            .take(ANSWER_MAX_CHARS)
            .collect();
        let later = (state == State::Queued).then(|| now + TimeDelta::milliseconds((pause_s * 1000.0) as i64));
        sqlx::query!(
            "update deliveries set state = $3, answer = $4, leased_until = null, not_before = $5, ended_at = $6
             where id = $1 and attempts = $2 and state = 'sending'",
            claim.id.0,
            claim.attempts,
            state as State,
            answer,
            later,
            later.is_none().then_some(now),
        )
        .execute(&self.db)
        .await?;
        Ok(())
    }
}

fn answer(status: impl Display, words: &str) -> String {
    format!("{status} {words}").trim_end().to_owned()
}

fn chain(error: &Error) -> String {
    match error {
        Error::Internal(error) => format!("{error:#}"),
        other => other.to_string(),
    }
}

/// Removes old deliveries that belong to no check. Returns how many.
pub async fn expire(db: &mut PgConnection, now: DateTime<Utc>, limits: &ServerLimits) -> Result<u64> {
    let before = now - TimeDelta::days(limits.alert_history_days.into());
    let gone = sqlx::query!(
        "delete from deliveries where check_id is null and created_at <= $1",
        before
    )
    .execute(db)
    .await?;
    Ok(gone.rows_affected())
}
