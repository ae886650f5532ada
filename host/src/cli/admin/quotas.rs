//! `glovebox admin quotas`.

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{AdminContext, print_json, say, show};
use crate::{
    admin::{self, Quota},
    cli::show::bytes,
};

#[derive(Subcommand)]
pub enum QuotasCommand {
    /// Show an organisation's usage and limits; without ORG, every organisation with its own limits.
    Show { org: Option<String> },
    /// Set an organisation's own limits.
    Set {
        org: String,
        #[command(flatten)]
        numbers: Numbers,
    },
    /// Reset an organisation to the configured limits.
    Clear { org: String },
}

#[derive(Args)]
#[group(required = true, multiple = true)]
pub struct Numbers {
    /// Maximum bytes.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(0..))]
    bytes: Option<i64>,
    /// Maximum files.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(0..))]
    files: Option<i64>,
}

pub(super) async fn run(context: AdminContext, step: QuotasCommand) -> Result<()> {
    let mut tx = context.db.begin().await?;
    let org_id = match step {
        QuotasCommand::Show { org: None } => {
            let quotas = admin::quotas(&mut tx, &context.config.limits).await?;
            if context.json {
                return print_json(&quotas);
            }
            say(table(&quotas));
            return Ok(());
        }
        QuotasCommand::Show { org: Some(org) } => admin::org(&mut tx, &org).await?,
        QuotasCommand::Set { org, numbers } => {
            let org_id = admin::org(&mut tx, &org).await?;
            admin::set_quota(&mut tx, org_id, numbers.bytes, numbers.files).await?;
            org_id
        }
        QuotasCommand::Clear { org } => {
            let org_id = admin::org(&mut tx, &org).await?;
            admin::clear_quota(&mut tx, org_id).await?;
            org_id
        }
    };
    let quota = admin::quota(&mut tx, &context.config.limits, org_id).await?;
    tx.commit().await?;
    if context.json {
        return print_json(&quota);
    }
    say(table(&[quota]));
    Ok(())
}

fn table(quotas: &[Quota]) -> String {
    let row = |quota: &Quota| {
        let own = |number: Option<i64>| if number.is_some() { "" } else { " (default)" };
        [
            quota.org_id.to_string(),
            quota.name.clone(),
            quota.owners.join(", "),
            bytes(quota.usage.bytes),
            format!("{}{}", bytes(quota.usage.quota_bytes), own(quota.own_bytes)),
            quota.usage.files.to_string(),
            format!("{}{}", quota.usage.quota_files, own(quota.own_files)),
        ]
    };
    let header = ["id", "name", "owners", "bytes", "of", "files", "of"];
    show::table(header, quotas.iter().map(row).collect(), &[3, 4, 5, 6], "organisation")
}
