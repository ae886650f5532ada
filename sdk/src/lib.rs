//! The contract between host and guest, as data.
//!
//! A host hands a [`Job`] to the guest, the guest answers with a stream of [`Message`]s: [`Event`]s while the script
//! runs and one [`Ending`] when it is over. The host turns that ending into an [`Outcome`], adds the [`Artifact`]s it
//! found and a [`Receipt`], and has a [`Report`]. Everything here is serde data, nothing here does anything, and
//! neither side may assume more of the other than these types say. The folder `reference` beside this crate holds the
//! stubs of everything that a script may call.

mod event;
mod job;
mod limits;
mod outcome;
mod receipt;
pub mod reference;

pub use event::{Column, Event, Message, Stream, Table};
pub use job::{Input, Job, Mode};
pub use limits::{LimitKind, Limits};
pub use outcome::{Artifact, ArtifactKind, Ending, Fault, Outcome, Report};
pub use receipt::{Digest, FileDigest, Receipt};

/// The version of this contract. A guest exports the version it was built with as `glovebox_contract_version`; a host
/// refuses a guest, and a guest refuses a [`Job`], of any other version.
pub const CONTRACT_VERSION: u32 = 2;

/// Where the guest finds the user's files, read only.
pub const DATA_DIR: &str = "/data";

/// Where a script's files go.
pub const OUT_DIR: &str = "/out";

/// Where the guest finds Python modules while it boots, read only. Once its memory is frozen the folder is gone.
pub const PYTHON_DIR: &str = "/python";
