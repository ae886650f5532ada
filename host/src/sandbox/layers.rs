//! What the kernel puts round a worker, and how much of it holds on this machine.

use serde::{Deserialize, Serialize};

/// The layers round a worker, beside WebAssembly itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layers {
    /// The worker reaches its two folders and no other file, no network, no process.
    pub landlock: Landlock,
    /// System calls outside a short list end the worker.
    pub seccomp: bool,
    /// The worker's root folder is an empty one with its two folders.
    #[serde(default)]
    pub own_root: bool,
    /// The worker is a user of its own, who owns nothing else. Taken where Landlock is missing and the host is root.
    pub own_user: bool,
}

/// How much of Landlock a kernel has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Landlock {
    Whole,
    /// An older kernel's: files are guarded, some other rules are missing.
    Partial,
    #[default]
    Missing,
}

impl Layers {
    /// Whether the kernel keeps a worker to its folders and to its list of system calls.
    #[must_use]
    pub fn hold(&self) -> bool {
        self.landlock != Landlock::Missing && self.seccomp
    }

    /// Whether a worker cannot write to its inputs, which may then be the user's own files.
    pub(super) fn guard_inputs(&self) -> bool {
        self.landlock != Landlock::Missing
    }

    /// What is missing, one sentence a layer. Empty when all hold.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        let landlock = match (self.landlock, self.own_user) {
            (Landlock::Whole, _) => None,
            (Landlock::Partial, _) => {
                Some("this kernel's Landlock is older than Linux 6.12's and lacks some rules; the others hold")
            }
            (Landlock::Missing, false) => Some(
                "this kernel has no Landlock, so that it does not itself keep a worker to its two folders (needs Linux \
                 5.13 with `landlock` among its security modules); inputs are copied for each run",
            ),
            (Landlock::Missing, true) => Some(
                "this kernel has no Landlock, so that only a user of its own keeps a worker from other files (needs \
                 Linux 5.13 with `landlock` among its security modules); inputs are copied for each run",
            ),
        };
        let seccomp = "this kernel has no seccomp filters, so a worker could make any system call";
        let seccomp = (!self.seccomp).then_some(seccomp);
        landlock.into_iter().chain(seccomp).map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_layer_is_told_and_inputs_are_not_trusted_without_landlock() {
        let check = |landlock, seccomp, told: &[&str], holds, guards| {
            let layers = Layers {
                landlock,
                seccomp,
                own_root: false,
                own_user: false,
            };
            let missing = layers.missing();
            assert_eq!(missing.len(), told.len(), "{missing:?}");
            assert!(
                missing.iter().zip(told).all(|(text, part)| text.contains(part)),
                "{missing:?}"
            );
            assert_eq!((layers.hold(), layers.guard_inputs()), (holds, guards));
        };
        check(Landlock::Whole, true, &[], true, true);
        check(Landlock::Partial, true, &["Landlock"], true, true);
        check(Landlock::Missing, true, &["Landlock"], false, false);
        check(Landlock::Whole, false, &["seccomp"], false, true);
        check(Landlock::Missing, false, &["Landlock", "seccomp"], false, false);
    }
}
