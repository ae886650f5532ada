//! Addresses of results: the digest of everything that decides what a run gives.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::files;

/// A run that waits, as it is written down.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredTask {
    pub script: String,
    pub parameters: BTreeMap<String, Value>,
    pub seed: u64,
    pub clock_unix_ms: u64,
    pub inputs: Vec<StoredInput>,
}

/// Where an input is, and what is in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredInput {
    /// Its name in the script.
    pub name: String,
    pub object_key: String,
    /// In lower-case hexadecimal digits.
    pub sha256: String,
    pub bytes: u64,
}

impl StoredTask {
    /// The address of what the guest `module` makes of it.
    pub fn key(&self, module: &glovebox_sdk::Digest) -> Vec<u8> {
        let inputs: BTreeMap<_, _> = self.inputs.iter().map(|input| (&input.name, &input.sha256)).collect();
        let script = files::hex(&Sha256::digest(&self.script));
        // A tuple in JSON has one spelling: maps are sorted, and texts are escaped.
        let decides = (
            1,
            &module.0,
            script,
            inputs,
            sorted(&self.parameters),
            self.seed,
            self.clock_unix_ms,
        );
        Sha256::digest(serde_json::to_vec(&decides).unwrap_or_default()).to_vec()
    }
}

/// The beginning of the day (UTC), in milliseconds since the Unix epoch.
pub(super) fn day_unix_ms(now: DateTime<Utc>) -> u64 {
    let day = now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    u64::try_from(day.timestamp_millis()).unwrap_or(0)
}

/// Objects within, with their members in one order, whatever order they came in.
fn sorted(parameters: &BTreeMap<String, Value>) -> Value {
    fn sort(value: &Value) -> Value {
        match value {
            Value::Object(members) => {
                let members: BTreeMap<_, _> = members
                    .iter()
                    .map(|(name, value)| (name.clone(), sort(value)))
                    .collect();
                Value::Object(members.into_iter().collect())
            }
            Value::Array(items) => items.iter().map(sort).collect(),
            other => other.clone(),
        }
    }
    Value::Object(
        parameters
            .iter()
            .map(|(name, value)| (name.clone(), sort(value)))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task() -> StoredTask {
        StoredTask {
            script: "print(1)".to_owned(),
            parameters: BTreeMap::new(),
            seed: 7,
            clock_unix_ms: 0,
            inputs: vec![StoredInput {
                name: "sales.csv".to_owned(),
                object_key: "org/1/a".to_owned(),
                sha256: "aa".to_owned(),
                bytes: 3,
            }],
        }
    }

    #[test]
    fn the_address_changes_with_what_decides_the_result_and_with_nothing_else() {
        let guest = glovebox_sdk::Digest("00".to_owned());
        let check = |change: fn(&mut StoredTask), same: bool| {
            let mut changed = task();
            change(&mut changed);
            assert_eq!(changed.key(&guest) == task().key(&guest), same);
        };
        check(|_| (), true);
        check(|task| task.inputs[0].object_key = "org/1/b".to_owned(), true);
        check(|task| task.inputs[0].sha256 = "ab".to_owned(), false);
        check(|task| task.inputs[0].name = "other.csv".to_owned(), false);
        check(|task| task.script.push(' '), false);
        check(|task| task.seed = 8, false);
        check(|task| task.clock_unix_ms = 1, false);
        check(|task| drop(task.parameters.insert("n".to_owned(), 1.into())), false);
        assert_ne!(task().key(&guest), task().key(&glovebox_sdk::Digest("01".to_owned())));
    }
}
