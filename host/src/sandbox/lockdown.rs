//! What a worker gives up before it takes foreign code.
//!
//! [`restrict`] comes before any thread is started: no capabilities, no new privileges, Landlock (read below one
//! folder, read and write below the other, nothing else; no TCP, no signals and no abstract sockets to the outside)
//! and rlimits. [`filter_calls`] comes last and holds for all threads: system calls outside a short list kill the
//! process, and memory can no longer be made executable. A layer that the kernel lacks is reported, not passed over.

use std::{collections::BTreeMap, os::fd::AsFd};

use anyhow::Context;
use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, PathBeneath, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetStatus, Scope,
};
use rustix::{
    process::{Resource, Rlimit, setrlimit},
    thread::{CapabilitySet, CapabilitySets},
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Op, SeccompCondition, SeccompFilter,
    SeccompRule,
};

/// Descriptors that a worker may have open, its own included.
const DESCRIPTORS_MAX: u64 = 512;

/// The newest Landlock rules that are asked for; older kernels give what they have.
const LANDLOCK: ABI = ABI::V6;

/// Whether the calls of `restrict` found their layers in this kernel.
#[derive(Debug, Default)]
pub struct Restricted {
    /// One sentence for each missing layer.
    pub missing: Vec<String>,
    /// Landlock keeps the process from writing outside its output folder.
    pub inputs_guarded: bool,
}

/// Closes every descriptor but the three standard ones, and takes a full file as an error rather than as a signal.
pub fn forget_the_parent() {
    #[expect(
        unsafe_code,
        reason = "neither call touches memory, and this is the start of the process"
    )]
    unsafe {
        libc::close_range(3, libc::c_uint::MAX, 0);
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}

/// Gives up privileges and everything below the root but the two folders. Holds for this thread and those it starts.
pub fn restrict(data: impl AsFd, out: impl AsFd) -> anyhow::Result<Restricted> {
    let nothing = CapabilitySet::empty();
    let none = CapabilitySets {
        effective: nothing,
        permitted: nothing,
        inheritable: nothing,
    };
    rustix::thread::set_capabilities(None, none).context("drop all capabilities")?;
    rustix::thread::set_no_new_privs(true).context("set no_new_privs")?;
    let restricted = judge(&landlock(data, out).context("set up Landlock")?);
    for (resource, limit) in [(Resource::Core, 0), (Resource::Nofile, DESCRIPTORS_MAX)] {
        let limit = Some(limit);
        setrlimit(
            resource,
            Rlimit {
                current: limit,
                maximum: limit,
            },
        )
        .context("set a resource limit")?;
    }
    Ok(restricted)
}

fn judge(status: &RulesetStatus) -> Restricted {
    let missing = match status {
        RulesetStatus::FullyEnforced => None,
        RulesetStatus::PartiallyEnforced => {
            Some("this kernel's Landlock is older than Linux 6.12's and lacks some rules; the others hold")
        }
        RulesetStatus::NotEnforced => Some(
            "this kernel has no Landlock, so that it does not itself keep a worker to its two folders (needs Linux \
             5.13 with `landlock` among its security modules); inputs are copied for each run",
        ),
    };
    Restricted {
        inputs_guarded: *status != RulesetStatus::NotEnforced,
        missing: missing.map(str::to_owned).into_iter().collect(),
    }
}

fn landlock(data: impl AsFd, out: impl AsFd) -> anyhow::Result<RulesetStatus> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let write = AccessFs::WriteFile
        | AccessFs::Truncate
        | AccessFs::MakeReg
        | AccessFs::MakeDir
        | AccessFs::RemoveFile
        | AccessFs::RemoveDir
        | AccessFs::Refer;
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(LANDLOCK))?
        .handle_access(AccessNet::from_all(LANDLOCK))?
        .scope(Scope::from_all(LANDLOCK))?
        .create()?
        .add_rule(PathBeneath::new(data, read))?
        .add_rule(PathBeneath::new(out, read | write))?
        .restrict_self()?;
    Ok(status.ruleset)
}

/// Kills the process at the first system call outside the list. Returns what is missing, if the kernel has no seccomp.
pub fn filter_calls() -> anyhow::Result<Option<String>> {
    let filter = SeccompFilter::new(
        allowed()?,
        SeccompAction::KillProcess,
        SeccompAction::Allow,
        std::env::consts::ARCH
            .try_into()
            .context("know this machine's system calls")?,
    )?;
    let program: BpfProgram = filter.try_into().context("write the system call filter")?;
    match seccompiler::apply_filter_all_threads(&program) {
        Ok(()) => Ok(None),
        Err(seccompiler::Error::Seccomp(error)) if error.raw_os_error() == Some(libc::EINVAL) => Ok(Some(
            "this kernel has no seccomp filters, so a worker could make any system call".to_owned(),
        )),
        Err(error) => Err(error).context("filter system calls"),
    }
}

/// What a worker still needs once its instance stands: its pipes, its two folders, memory, waiting, and leaving.
fn allowed() -> anyhow::Result<BTreeMap<i64, Vec<SeccompRule>>> {
    let mut calls = vec![
        libc::SYS_read,
        libc::SYS_write,
        libc::SYS_pread64,
        libc::SYS_pwrite64,
        libc::SYS_openat,
        libc::SYS_openat2,
        libc::SYS_close,
        libc::SYS_fstat,
        libc::SYS_newfstatat,
        libc::SYS_statx,
        libc::SYS_ftruncate,
        libc::SYS_fsync,
        libc::SYS_fdatasync,
        libc::SYS_fadvise64,
        libc::SYS_utimensat,
        libc::SYS_pwritev2,
        libc::SYS_lseek,
        libc::SYS_getdents64,
        libc::SYS_mkdirat,
        libc::SYS_unlinkat,
        libc::SYS_renameat2,
        libc::SYS_fcntl,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_brk,
        libc::SYS_futex,
        libc::SYS_ppoll,
        libc::SYS_clock_gettime,
        libc::SYS_sched_yield,
        libc::SYS_getrandom,
        libc::SYS_gettid,
        libc::SYS_sigaltstack,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_restart_syscall,
        libc::SYS_set_robust_list,
        libc::SYS_rseq,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];
    #[cfg(target_arch = "x86_64")]
    calls.extend([libc::SYS_poll, libc::SYS_renameat]);
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = calls.into_iter().map(|call| (call, Vec::new())).collect();
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        let executable = libc::PROT_EXEC as u64;
        let not_executable = SeccompCondition::new(2, Len::Dword, Op::MaskedEq(executable), 0)?;
        rules.insert(call, vec![SeccompRule::new(vec![not_executable])?]);
    }
    Ok(rules)
}

/// Each attempt is made in a process of its own, since the answer to most of them is death: the test program starts
/// itself again with the one test that is otherwise ignored.
#[cfg(test)]
mod tests {
    use std::{
        env,
        fs::{self, File, OpenOptions},
        net::{TcpListener, TcpStream},
        os::unix::process::ExitStatusExt,
        path::Path,
        process::{Command, Stdio},
    };

    use super::*;

    const ATTEMPT: &str = "GLOVEBOX_TEST_ATTEMPT";
    const FOLDER: &str = "GLOVEBOX_TEST_FOLDER";
    const FILTERED: &str = "filtered: ";
    const SUCCEEDED: i32 = 41;
    const REFUSED: i32 = 42;

    #[test]
    #[ignore = "is run by the other tests, in a process of its own"]
    fn attempt() {
        let (Ok(attempt), Ok(folder)) = (env::var(ATTEMPT), env::var(FOLDER)) else {
            return;
        };
        let folder = Path::new(&folder);
        let (data, out) = (folder.join("data"), folder.join("out"));
        let restricted = restrict(File::open(&data).unwrap(), File::open(&out).unwrap()).unwrap();
        assert_eq!((restricted.missing, restricted.inputs_guarded), (Vec::new(), true));
        let attempt = match attempt.strip_prefix(FILTERED) {
            Some(attempt) => {
                assert_eq!(filter_calls().unwrap(), None);
                attempt
            }
            None => &attempt,
        };
        let worked = match attempt {
            "read an input" => fs::read(data.join("in.csv")).is_ok(),
            "write an output" => fs::write(out.join("a"), "a").is_ok(),
            "move an output" => fs::rename(out.join("here"), out.join("folder/there")).is_ok(),
            "overwrite an input" => fs::write(data.join("in.csv"), "a").is_ok(),
            "append to an input" => OpenOptions::new().append(true).open(data.join("in.csv")).is_ok(),
            "remove an input" => fs::remove_file(data.join("in.csv")).is_ok(),
            "rename an input" => fs::rename(data.join("in.csv"), out.join("in.csv")).is_ok(),
            "link an input" => fs::hard_link(data.join("in.csv"), out.join("in.csv")).is_ok(),
            "make an input" => fs::write(data.join("new.csv"), "a").is_ok(),
            "make a symbolic link" => std::os::unix::fs::symlink("/etc", out.join("etc")).is_ok(),
            "read the machine's files" => fs::read("/etc/passwd").is_ok(),
            "list the machine's files" => fs::read_dir("/").is_ok(),
            "listen" => TcpListener::bind("127.0.0.1:0").is_ok(),
            "connect" => TcpStream::connect(env::var("GLOVEBOX_TEST_ADDRESS").unwrap()).is_ok(),
            "signal the parent" => {
                let parent = rustix::process::getppid().unwrap();
                rustix::process::kill_process(parent, rustix::process::Signal::CONT).is_ok()
            }
            "start a program" => Command::new("/bin/true").status().is_ok(),
            "start a thread" => std::thread::Builder::new().spawn(|| ()).is_ok(),
            "map executable memory" => map(rustix::mm::ProtFlags::READ | rustix::mm::ProtFlags::EXEC),
            "map memory" => map(rustix::mm::ProtFlags::READ | rustix::mm::ProtFlags::WRITE),
            "raise a limit" => {
                let limit = Rlimit {
                    current: Some(1 << 20),
                    maximum: Some(1 << 20),
                };
                setrlimit(Resource::Nofile, limit).is_ok()
            }
            other => panic!("unknown attempt {other:?}"),
        };
        // Leaving through the test harness would take calls that a locked-down process does not have.
        std::process::exit(if worked { SUCCEEDED } else { REFUSED })
    }

    #[expect(unsafe_code, reason = "maps a page that nobody uses")]
    fn map(protection: rustix::mm::ProtFlags) -> bool {
        let flags = rustix::mm::MapFlags::PRIVATE;
        unsafe { rustix::mm::mmap_anonymous(std::ptr::null_mut(), 4096, protection, flags) }.is_ok()
    }

    #[derive(Debug, PartialEq)]
    enum Answer {
        Succeeded,
        Refused,
        Killed,
    }

    fn check(attempt: &str, expected: &Answer) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("data")).unwrap();
        fs::create_dir_all(folder.path().join("out/folder")).unwrap();
        fs::write(folder.path().join("data/in.csv"), "a\n1\n").unwrap();
        fs::write(folder.path().join("out/here"), "").unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let status = Command::new(env::current_exe().unwrap())
            .args([
                "sandbox::lockdown::tests::attempt",
                "--exact",
                "--ignored",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(ATTEMPT, attempt)
            .env(FOLDER, folder.path())
            .env("GLOVEBOX_TEST_ADDRESS", listener.local_addr().unwrap().to_string())
            .stdout(Stdio::null())
            .status()
            .unwrap();
        let answer = match (status.code(), status.signal()) {
            (Some(SUCCEEDED), _) => Answer::Succeeded,
            (Some(REFUSED), _) => Answer::Refused,
            (_, Some(libc::SIGSYS)) => Answer::Killed,
            _ => panic!("{attempt}: {status}"),
        };
        assert_eq!(&answer, expected, "{attempt}");
        assert_eq!(
            fs::read(folder.path().join("data/in.csv")).unwrap(),
            b"a\n1\n",
            "{attempt}"
        );
    }

    #[test]
    fn the_two_folders_are_all_that_is_left_of_the_file_system() {
        for attempt in ["read an input", "write an output", "move an output"] {
            check(attempt, &Answer::Succeeded);
        }
        for attempt in [
            "overwrite an input",
            "append to an input",
            "remove an input",
            "rename an input",
            "link an input",
            "make an input",
            "make a symbolic link",
            "read the machine's files",
            "list the machine's files",
        ] {
            check(attempt, &Answer::Refused);
        }
    }

    #[test]
    fn a_kernel_without_landlock_is_told_and_inputs_are_not_trusted_to_it() {
        let check = |status: RulesetStatus, warnings: usize, guarded| {
            let restricted = judge(&status);
            assert_eq!(
                (restricted.missing.len(), restricted.inputs_guarded),
                (warnings, guarded)
            );
            assert!(restricted.missing.iter().all(|text| text.contains("Landlock")));
        };
        check(RulesetStatus::FullyEnforced, 0, true);
        check(RulesetStatus::PartiallyEnforced, 1, true);
        check(RulesetStatus::NotEnforced, 1, false);
    }

    #[test]
    fn there_is_no_network_even_without_the_filter() {
        check("listen", &Answer::Refused);
        check("connect", &Answer::Refused);
    }

    #[test]
    fn other_processes_get_no_signals() {
        check("signal the parent", &Answer::Refused);
    }

    #[test]
    fn forbidden_system_calls_kill() {
        for attempt in [
            "listen",
            "connect",
            "signal the parent",
            "start a program",
            "start a thread",
            "make a symbolic link",
            "map executable memory",
            "raise a limit",
        ] {
            check(&format!("{FILTERED}{attempt}"), &Answer::Killed);
        }
        check(&format!("{FILTERED}map memory"), &Answer::Succeeded);
    }
}
