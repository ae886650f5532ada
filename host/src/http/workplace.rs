//! Where a program works that does not name a project in its addresses: in the one of the header `X-Project`, else in the
//! oldest one of the caller's personal organisation.

use axum::{extract::FromRequestParts, http::request::Parts};

use super::error::Failure;
use crate::{
    accounts::Caller,
    app::App,
    error::Error,
    ids::ProjectId,
    orgs::{Member, Owned, member_of},
    projects,
};

const HEADER: &str = "x-project";

/// A project, and the right to work in it.
#[derive(Clone, Debug)]
pub(super) struct Workplace {
    pub member: Member,
    pub project_id: ProjectId,
}

impl FromRequestParts<App> for Workplace {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let mut tx = app.db.begin().await?;
        let (member, project_id) = match parts.headers.get(HEADER) {
            Some(id) => {
                let id = id.to_str().ok().and_then(|id| id.trim().parse().ok());
                let id = ProjectId(id.ok_or(Error::Missing("project: X-Project takes a project ID"))?);
                (member_of(&mut tx, &caller, Owned::Project(id)).await?, id)
            }
            None => projects::own(&mut tx, app.clock.now(), &app.config.limits, &caller).await?,
        };
        tx.commit().await?;
        Ok(Self { member, project_id })
    }
}
