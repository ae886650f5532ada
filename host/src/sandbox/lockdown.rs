//! What a worker gives up before it takes foreign code.
//!
//! [`restrict`] comes while there is one thread: no capabilities, no new privileges, a file system of its own,
//! Landlock (read below one folder, read and write below the other, nothing else; no TCP, no signals and no abstract
//! sockets to the outside) and rlimits. [`filter_calls`] comes last and holds for all threads: system calls outside a short list kill the
//! process, and memory can no longer be made executable. A layer that the kernel lacks is reported, not passed over.

use std::{
    collections::BTreeMap,
    os::fd::{AsFd, OwnedFd},
    path::Path,
};

use anyhow::Context;
use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, PathBeneath, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetStatus, Scope,
};
use rustix::{
    fs::{Gid, Mode, OFlags, ResolveFlags, Uid},
    io::Errno,
    process::{Resource, Rlimit, setrlimit},
    thread::{CapabilitySet, CapabilitySets, set_thread_groups, set_thread_res_gid, set_thread_res_uid},
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Op, SeccompCondition, SeccompFilter,
    SeccompRule,
};

use super::{
    layers::{Landlock, Layers},
    namespaces,
};

/// Descriptors that a worker may have open, its own included.
const DESCRIPTORS_MAX: u64 = 512;

/// The newest Landlock rules that are asked for; older kernels give what they have.
const LANDLOCK: ABI = ABI::V6;

/// The first version of Landlock that rules TCP.
const LANDLOCK_OF_TCP: i64 = 4;

/// The first of the users of whom one is taken for each worker, far above those of any system.
const FIRST_USER: u32 = 1_900_000_000;

/// How many there are.
const USERS: u32 = 100_000_000;

/// Whoever is nobody where a container has no more users.
const NOBODY: u32 = 65_534;

/// How much the scheduler prefers the host and everybody else to a worker.
const NICENESS: i32 = 5;

/// Closes every descriptor but the three standard ones, and takes a full file as an error rather than as a signal. From
/// here on everybody else goes first: for the processor, and to stay when memory runs out.
pub fn forget_the_parent() {
    let _ = rustix::process::nice(NICENESS);
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    #[expect(
        unsafe_code,
        reason = "neither call touches memory, and this is the start of the process"
    )]
    unsafe {
        libc::close_range(3, libc::c_uint::MAX, 0);
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}

/// Gives up privileges and everything that the machine has but two folders. Holds for this thread, which is the only one,
/// and for those it starts. Returns where it finds the folders from now on. Seccomp is still to come.
pub fn restrict<'a>(data: &'a Path, out: &'a Path) -> anyhow::Result<(Layers, [&'a Path; 2])> {
    rustix::thread::set_no_new_privs(true).context("set no_new_privs")?;
    let version = landlock_version();
    let own_user = if version == 0 { give_to_a_user(data, out) } else { None };
    let own_root = namespaces::enter(data, out, version >= LANDLOCK_OF_TCP, own_user.is_none());
    let [data, out] = if own_root {
        [namespaces::DATA, namespaces::OUT].map(Path::new)
    } else {
        [data, out]
    };
    let status = landlock(open_folder(data)?, open_folder(out)?).context("set up Landlock")?;
    let landlock = match status {
        RulesetStatus::FullyEnforced => Landlock::Whole,
        RulesetStatus::PartiallyEnforced => Landlock::Partial,
        RulesetStatus::NotEnforced => Landlock::Missing,
    };
    if let Some(user) = own_user {
        become_user(user).context("become a user of its own")?;
    }
    let nothing = CapabilitySet::empty();
    let none = CapabilitySets {
        effective: nothing,
        permitted: nothing,
        inheritable: nothing,
    };
    rustix::thread::set_capabilities(None, none).context("drop all capabilities")?;
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
    let layers = Layers {
        landlock,
        seccomp: false,
        own_root,
        own_user: own_user.is_some(),
    };
    Ok((layers, [data, out]))
}

/// The version of the kernel's Landlock, or 0 where it has none.
#[expect(unsafe_code, reason = "asks for a number, and hands over no memory")]
fn landlock_version() -> i64 {
    const VERSION: u32 = 1;
    let version = unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            std::ptr::null::<u8>(),
            0_usize,
            VERSION,
        )
    };
    version.max(0)
}

/// Where the host is root, gives both folders to a user who owns nothing else, and whom the worker can become.
fn give_to_a_user(data: &Path, out: &Path) -> Option<u32> {
    let needed = CapabilitySet::CHOWN | CapabilitySet::SETUID | CapabilitySet::SETGID | CapabilitySet::KILL;
    let has = rustix::thread::capabilities(None).is_ok_and(|sets| sets.effective.contains(needed));
    if !has || !rustix::process::geteuid().is_root() {
        return None;
    }
    let give = |user| [data, out].map(|folder| std::os::unix::fs::chown(folder, Some(user), Some(user)));
    let own = FIRST_USER + std::process::id() % USERS;
    let user = [own, NOBODY]
        .into_iter()
        .find(|user| give(*user).iter().all(Result::is_ok));
    if user.is_none() {
        // Root without its capabilities has to own them to write there.
        let _ = give(0);
    }
    user
}

fn become_user(user: u32) -> rustix::io::Result<()> {
    let (uid, gid) = (Uid::from_raw(user), Gid::from_raw(user));
    set_thread_groups(&[])?;
    set_thread_res_gid(gid, gid, gid)?;
    set_thread_res_uid(uid, uid, uid)
}

fn open_folder(path: &Path) -> anyhow::Result<OwnedFd> {
    rustix::fs::open(
        path,
        OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW,
        Mode::empty(),
    )
    .with_context(|| format!("open the folder {}", path.display()))
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

/// Kills the process at the first system call outside the list; false where the kernel has no seccomp.
pub fn filter_calls() -> anyhow::Result<bool> {
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
        Ok(()) => Ok(true),
        // A kernel without filters, and one without the call.
        Err(seccompiler::Error::Seccomp(error))
            if matches!(error.raw_os_error(), Some(libc::EINVAL | libc::ENOSYS)) =>
        {
            Ok(false)
        }
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
        libc::SYS_pwritev2,
        libc::SYS_lseek,
        libc::SYS_getdents64,
        libc::SYS_mkdirat,
        libc::SYS_unlinkat,
        libc::SYS_renameat2,
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
    if lacks_openat2() {
        // Paths are walked name by name then, by asking of each what it is.
        calls.extend([
            libc::SYS_readlinkat,
            libc::SYS_faccessat,
            libc::SYS_faccessat2,
            libc::SYS_getuid,
            libc::SYS_geteuid,
            libc::SYS_getgid,
            libc::SYS_getegid,
        ]);
    }
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = calls.into_iter().map(|call| (call, Vec::new())).collect();
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        let executable = libc::PROT_EXEC as u64;
        let not_executable = SeccompCondition::new(2, Len::Dword, Op::MaskedEq(executable), 0)?;
        rules.insert(call, vec![SeccompRule::new(vec![not_executable])?]);
    }
    // No locks, leases, notes about others' files, or pipes of another size.
    let commands = [libc::F_GETFL, libc::F_SETFL, libc::F_GETFD, libc::F_DUPFD_CLOEXEC].map(|command| {
        let command = SeccompCondition::new(1, Len::Dword, Op::Eq, command as u64)?;
        SeccompRule::new(vec![command])
    });
    rules.insert(libc::SYS_fcntl, commands.into_iter().collect::<Result<_, _>>()?);
    Ok(rules)
}

/// Whether the kernel is older than Linux 5.6, or something between it and here takes the call away.
fn lacks_openat2() -> bool {
    let (flags, resolve) = (OFlags::PATH | OFlags::CLOEXEC, ResolveFlags::empty());
    let opened = rustix::fs::openat2(rustix::fs::CWD, "/", flags, Mode::empty(), resolve);
    matches!(opened, Err(Errno::NOSYS | Errno::PERM))
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
    const WITHOUT_LANDLOCK: &str = "without Landlock: ";
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
        let is_root = rustix::process::geteuid().is_root();
        let (layers, [data, out]) = restrict(&data, &out).unwrap();
        let attempt = if let Some(attempt) = attempt.strip_prefix(WITHOUT_LANDLOCK) {
            assert_eq!(
                (layers.landlock, layers.own_root, layers.own_user),
                (Landlock::Missing, true, is_root)
            );
            attempt
        } else if let Some(attempt) = attempt.strip_prefix(FILTERED) {
            assert!(filter_calls().unwrap());
            attempt
        } else {
            assert_eq!((layers.landlock, layers.own_user), (Landlock::Whole, false));
            &attempt
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
            "set the times of an input" => {
                let times = rustix::fs::Timestamps {
                    last_access: rustix::fs::Timespec { tv_sec: 1, tv_nsec: 0 },
                    last_modification: rustix::fs::Timespec { tv_sec: 1, tv_nsec: 0 },
                };
                let (folder, flags) = (rustix::fs::CWD, rustix::fs::AtFlags::empty());
                rustix::fs::utimensat(folder, data.join("in.csv"), &times, flags).is_ok()
            }
            "lock an input" => {
                let input = File::open(data.join("in.csv")).unwrap();
                rustix::fs::fcntl_lock(input, rustix::fs::FlockOperation::NonBlockingLockShared).is_ok()
            }
            "follow a symbolic link" => {
                let made = std::os::unix::fs::symlink("here", out.join("link")).is_ok();
                assert!(made, "a link can be made where Landlock is missing");
                File::open(out.join("link")).is_ok()
            }
            "list the machine's processes" => fs::read_dir("/proc").is_ok(),
            "write beside the two folders" => fs::write("/beside", "a").is_ok(),
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
        let mut command = Command::new(env::current_exe().unwrap());
        if attempt.starts_with(WITHOUT_LANDLOCK) {
            hide_landlock(&mut command);
        }
        let status = command
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

    /// Starts `command` as on a kernel that has no Landlock.
    #[expect(
        unsafe_code,
        reason = "the child only makes two system calls before it starts the program"
    )]
    fn hide_landlock(command: &mut Command) {
        use std::os::unix::process::CommandExt as _;
        let calls = [(libc::SYS_landlock_create_ruleset, Vec::new())].into();
        let missing = SeccompAction::Errno(libc::ENOSYS as u32);
        let architecture = env::consts::ARCH.try_into().unwrap();
        let filter = SeccompFilter::new(calls, SeccompAction::Allow, missing, architecture).unwrap();
        let program: BpfProgram = filter.try_into().unwrap();
        unsafe { command.pre_exec(move || seccompiler::apply_filter(&program).map_err(std::io::Error::other)) };
    }

    #[test]
    fn a_root_of_its_own_keeps_what_landlock_would_keep() {
        if !namespaces_are_allowed() {
            eprintln!("skipped: this machine allows no namespaces");
            return;
        }
        for attempt in ["read an input", "write an output"] {
            check(&format!("{WITHOUT_LANDLOCK}{attempt}"), &Answer::Succeeded);
        }
        for attempt in [
            "overwrite an input",
            "append to an input",
            "remove an input",
            "rename an input",
            "link an input",
            "make an input",
            "follow a symbolic link",
            "read the machine's files",
            "list the machine's processes",
            "write beside the two folders",
            "connect",
        ] {
            check(&format!("{WITHOUT_LANDLOCK}{attempt}"), &Answer::Refused);
        }
    }

    fn namespaces_are_allowed() -> bool {
        let mut command = Command::new("unshare");
        if !rustix::process::geteuid().is_root() {
            command.args(["--user", "--map-current-user"]);
        }
        command
            .args(["--mount", "true"])
            .status()
            .is_ok_and(|status| status.success())
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
            "set the times of an input",
            "lock an input",
            "map executable memory",
            "raise a limit",
        ] {
            check(&format!("{FILTERED}{attempt}"), &Answer::Killed);
        }
        check(&format!("{FILTERED}map memory"), &Answer::Succeeded);
    }
}
