//! Runs of our own scripts over one file: kept by address, waited for and counted as those of tiles are.

use std::collections::BTreeMap;

use super::{
    ask::Asker,
    key::{StoredInput, StoredTask},
    results::Output,
};
use crate::{error::Result, ids::FileId};

/// How far such a run is.
#[derive(Debug)]
pub enum Own {
    /// What it displayed, in order.
    Ready(Vec<Output>),
    /// Ask again in a moment.
    Waiting,
    /// It cannot be had; this says why.
    Failed(String),
}

impl Asker<'_> {
    /// What `script` displays over the newest version of a table, which it reads as `name`.
    pub async fn over_file(&mut self, file_id: FileId, name: &str, script: String) -> Result<Own> {
        let mut versions = self.versions([file_id].into_iter()).await?;
        let Some(version) = versions.remove(&file_id) else {
            return Ok(Own::Failed(format!("The file {name} was deleted.")));
        };
        let task = StoredTask {
            script,
            parameters: BTreeMap::new(),
            seed: 0,
            clock_unix_ms: 0,
            inputs: vec![StoredInput {
                name: name.to_owned(),
                ..version.input
            }],
        };
        let keys = [task.key(self.module)];
        let refused = self.enqueue(&[(keys[0].clone(), task)]).await?;
        let mut rows = self.rows(&keys).await?;
        self.touch(&keys).await?;
        let Some(row) = rows.remove(&keys[0]) else {
            return Ok(refused.map_or(Own::Waiting, Own::Failed));
        };
        Ok(match (row.state.as_str(), row.outcome.as_deref()) {
            ("done", Some("done")) => Own::Ready(row.outputs.unwrap_or_default()),
            ("done", _) => Own::Failed(row.problem.unwrap_or_default()),
            _ => Own::Waiting,
        })
    }
}
