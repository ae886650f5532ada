//! The ids of rows: one type a noun, so that a project's id cannot be passed for a file's.
//!
//! Every id is a UUID of version 7 (RFC 9562): those made later sort after those made before, by the millisecond.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type, ToSchema,
        )]
        #[serde(transparent)]
        #[sqlx(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(pub Uuid);

        impl $name {
            #[allow(clippy::new_without_default, reason = "an id is made on purpose, never as a default")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// A person.
    UserId
    /// A browser session.
    SessionId
    /// A personal API key.
    ApiKeyId
    /// A request for a new password.
    PasswordResetId
    /// An organisation.
    OrgId
    /// An invitation to an organisation.
    InvitationId
    /// A project.
    ProjectId
    /// A prompt of a project.
    PromptId
    /// A file, with all its versions.
    FileId
    /// One version of a file.
    FileVersionId
    /// A resumable upload.
    UploadId
    /// A conversation.
    ConversationId
    /// A question or an answer in a conversation.
    MessageId
    /// A file that a script made.
    GeneratedFileId
    /// A dashboard.
    DashboardId
    /// A tile of a dashboard.
    TileId
    /// A link to a dashboard.
    DashboardShareId
    /// An alert.
    AlertId
    /// One check of an alert.
    AlertCheckId
    /// A change of an alert's state, or a reminder.
    AlertEventId
    /// Where alerts are sent.
    ChannelId
    /// One message to a channel.
    DeliveryId
    /// A dashboard that is mailed on a schedule.
    ReportId
    /// One time at which a report was sent.
    ReportSendId
    /// One mail of a report.
    ReportMailId
    /// A data source.
    SourceId
    /// A model provider.
    ModelProviderId
    /// A query whose rows became a version of a file.
    ExtractId
}
