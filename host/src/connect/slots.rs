//! How many queries are under way: for each source and for each organisation, on this server.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use uuid::Uuid;

use super::Payer;
use crate::{
    config::ServerLimits,
    error::{Error, Result},
};

#[derive(Clone, Debug, Default)]
pub(super) struct Slots(Arc<Mutex<HashMap<Uuid, u32>>>);

/// A place that is taken until this is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    slots: Slots,
    payer: Payer,
}

impl Slots {
    pub(super) fn take(&self, payer: Payer, limits: &ServerLimits) -> Result<Slot> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = |of: &Uuid| counts.get(of).copied().unwrap_or(0);
        let (source, org) = (count(&payer.source), count(&payer.org));
        let full = if source >= limits.source_queries {
            Some(("this source", source))
        } else if org >= limits.source_queries_per_org {
            Some(("the sources of this organisation", org))
        } else {
            None
        };
        if let Some((whose, running)) = full {
            return Err(Error::Limited {
                code: "source_queries",
                message: format!(
                    "{running} queries are running on {whose}, which is the limit. Try again when one has \
                     finished."
                ),
                retry_after_s: Some(5),
            });
        }
        for of in [payer.source, payer.org] {
            *counts.entry(of).or_default() += 1;
        }
        drop(counts);
        Ok(Slot {
            slots: self.clone(),
            payer,
        })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut counts = self.slots.0.lock().unwrap_or_else(PoisonError::into_inner);
        for of in [self.payer.source, self.payer.org] {
            match counts.get_mut(&of) {
                Some(count) if *count > 1 => *count -= 1,
                _ => {
                    counts.remove(&of);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_of_a_source_and_of_an_organisation_have_a_most() {
        let limits = ServerLimits {
            source_queries: 2,
            source_queries_per_org: 3,
            ..ServerLimits::default()
        };
        let slots = Slots::default();
        let org = Uuid::new_v4();
        let payer = |source| Payer { org, source };
        let (one, other) = (payer(Uuid::new_v4()), payer(Uuid::new_v4()));
        let mut taken: Vec<_> = (0..2).map(|_| slots.take(one, &limits).unwrap()).collect();
        assert!(slots.take(one, &limits).is_err());
        taken.push(slots.take(other, &limits).unwrap());
        assert!(slots.take(other, &limits).is_err());
        taken.clear();
        assert!(slots.take(one, &limits).is_ok());
        assert!(slots.0.lock().unwrap().is_empty());
    }
}
