//! Links by which somebody gets a report no more, without a log-in. A link is signed: it works for one report and one
//! address, and for as long as the report is there.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    ids::ReportId,
    secret::ServerKey,
};

const PURPOSE: &str = "unsubscribe";
const CODE_BYTES: usize = 32;

/// A report that somebody does not want any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsubscribe {
    pub report_id: ReportId,
    /// In lower case.
    pub address: String,
}

impl Unsubscribe {
    pub fn new(report_id: ReportId, address: &str) -> Self {
        Self {
            report_id,
            address: address.to_lowercase(),
        }
    }

    /// The secret of its link.
    pub fn token(&self, key: &ServerKey) -> String {
        let report = self.report_id.0.as_bytes();
        let code = key.mac(PURPOSE, &[report, self.address.as_bytes()]);
        URL_SAFE_NO_PAD.encode([report.as_slice(), &code, self.address.as_bytes()].concat())
    }

    /// What a link is for.
    pub fn parse(key: &ServerKey, token: &str) -> Result<Self> {
        let missing = || Error::Missing("link");
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| missing())?;
        let (report, rest) = bytes.split_at_checked(16).ok_or_else(missing)?;
        let (code, address) = rest.split_at_checked(CODE_BYTES).ok_or_else(missing)?;
        if !key.verify(PURPOSE, &[report, address], code) {
            return Err(missing());
        }
        Ok(Self {
            report_id: ReportId(Uuid::from_slice(report).map_err(|_| missing())?),
            address: String::from_utf8(address.to_vec()).map_err(|_| missing())?,
        })
    }

    /// The name of the report.
    pub async fn report(&self, db: &mut PgConnection) -> Result<String> {
        let name = sqlx::query_scalar!("select name from reports where id = $1", self.report_id.0)
            .fetch_optional(db)
            .await?;
        name.ok_or(Error::Missing("report"))
    }

    /// From now on the address gets no more of it. Doing it again changes nothing.
    pub async fn accept(&self, db: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
        sqlx::query!(
            "insert into report_unsubscribes (org_id, report_id, address, at)
             select org_id, id, $2, $3 from reports where id = $1 on conflict do nothing",
            self.report_id.0,
            self.address,
            now,
        )
        .execute(db)
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_for_one_report_and_one_address() {
        let key = ServerKey::from_text("a key that is long enough for a test");
        let one = Unsubscribe::new(ReportId::new(), "Ada@Example.com");
        let token = one.token(&key);
        assert_eq!(Unsubscribe::parse(&key, &token).unwrap(), one);
        let other = ServerKey::from_text("another key that is long enough as well");
        assert!(Unsubscribe::parse(&other, &token).is_err());
        let mut bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        bytes[60] ^= 1;
        assert!(Unsubscribe::parse(&key, &URL_SAFE_NO_PAD.encode(bytes)).is_err());
        assert!(Unsubscribe::parse(&key, "").is_err());
    }
}
