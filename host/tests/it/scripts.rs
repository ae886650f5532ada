//! What a script meets in the real guest: limits, ways out that are closed, and Stop in the middle of real work.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    path::PathBuf,
    process::{Command, Stdio},
};

use serde_json::Value;

/// Runs a script over `sales.csv` and returns what `--json` prints.
fn run(script: &str, options: &[&str]) -> Value {
    let (folder, path, data) = fixture(script);
    let output = Command::new(env!("CARGO_BIN_EXE_glovebox"))
        .arg("run")
        .arg(path)
        .arg("--data")
        .arg(&data)
        .args(options)
        .args(["--json", "--out"])
        .arg(folder.path().join("out"))
        .env("GLOVEBOX_SECRET", "not for scripts")
        .output()
        .expect("the program starts");
    assert_eq!(
        fs::read_to_string(data).expect("the input is there"),
        SALES,
        "{script} changed its input"
    );
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn fixture(script: &str) -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, data) = (folder.path().join("s.py"), folder.path().join("sales.csv"));
    fs::write(&path, script).expect("written");
    fs::write(&data, SALES).expect("written");
    (folder, path, data)
}

const SALES: &str = "region,amount\nNorth,10\nSouth,5\n";

#[test]
fn memory_beyond_the_limit_ends_the_run() {
    let script = "print('before', flush=True)\nkept = []\nwhile True:\n    kept.append(bytearray(1 << 24))\n";
    let told = run(script, &["--memory-mib", "256"]);
    assert_eq!(
        told["limit"],
        serde_json::json!({"name": "memory_bytes", "size": 256 << 20}),
        "{told}"
    );
    assert_eq!(told["stdout"], "before\n");
}

#[test]
fn wall_time_beyond_the_limit_ends_a_sleep() {
    let told = run(
        "import time\nprint('before')\ntime.sleep(3600)\n",
        &["--timeout-ms", "300"],
    );
    assert_eq!(told["limit"]["name"], "wall_ms", "{told}");
    assert_eq!(told["stdout"], "before\n");
}

#[test]
fn printed_text_beyond_the_limit_is_dropped_with_a_notice() {
    let told = run(
        "for i in range(200_000):\n    print('x' * 20)\nopen('after.txt', 'w').write('on')\n",
        &[],
    );
    assert_eq!(told["outcome"], "done", "{}", told["error"]);
    let shown = told["stdout"].as_str().expect("text");
    assert!(
        shown.len() < (1 << 20) + 100 && shown.contains("output truncated after 1 MiB"),
        "{}",
        shown.len()
    );
    assert_eq!(told["artifacts"][0]["name"], "after.txt");
}

#[test]
fn displayed_rows_are_limited_and_the_whole_size_is_told() {
    let told = run(
        "import polars as pl\npl.DataFrame({'n': range(1000)})",
        &["--rows", "7"],
    );
    assert_eq!(told["tables"][0]["row_count"], 1000);
    assert_eq!(told["tables"][0]["rows"].as_array().expect("rows").len(), 7);
}

#[test]
fn a_file_limit_is_told_as_the_limit_and_not_as_an_error_number() {
    let told = run("for i in range(1000):\n    open(f'{i}.txt', 'w').write('x')\n", &[]);
    assert_eq!(
        told["limit"],
        serde_json::json!({"name": "output_files", "size": 200}),
        "{told}"
    );
    assert_eq!(told["artifacts"].as_array().expect("artifacts").len(), 200);
    let told = run("open('a' * 201, 'w')\n", &[]);
    assert_eq!(told["limit"]["name"], "name_bytes", "{told}");
    let told = run("import os\nos.makedirs('/'.join('abcdefghij'))\n", &[]);
    assert_eq!(told["limit"]["name"], "path_depth", "{told}");
}

#[test]
fn endless_recursion_is_pythons_own_error() {
    let told = run("def f(n):\n    return f(n + 1)\nf(0)\n", &[]);
    assert_eq!(told["error"]["type"], "RecursionError", "{told}");
}

#[test]
fn every_way_out_raises_and_leaves_the_inputs_as_they_are() {
    for attempt in [
        "open('/etc/passwd')",
        "open('../../../../etc/passwd')",
        "open('/data/../../etc/passwd')",
        "open('/data/sales.csv', 'w')",
        "open('/data/sales.csv', 'a')",
        "open('/data/sales.csv', 'r+')",
        "open('/data/new.csv', 'w')",
        "open('../escaped.txt', 'w')",
        "os.truncate('/data/sales.csv', 0)",
        "os.remove('/data/sales.csv')",
        "os.rename('/data/sales.csv', 'mine.csv')",
        "os.rename('own.txt', '/data/sales.csv')",
        "os.symlink('/etc/passwd', 'link')",
        "os.link('/data/sales.csv', 'link')",
        "os.mkdir('/data/folder')",
        "os.listdir('/')",
        "os.system('id')",
        "os.fork()",
        "__import__('subprocess').run(['id'])",
        "__import__('socket').create_connection(('127.0.0.1', 80))",
        "__import__('urllib.request').request.urlopen('http://127.0.0.1/')",
        "__import__('ctypes').CDLL(None)",
    ] {
        let script = format!(
            "import os\nopen('own.txt', 'w').write('x')\ntry:\n    {attempt}\nexcept Exception as error:\n    print('refused')\nelse:\n    print('ALLOWED')\n"
        );
        let told = run(&script, &[]);
        assert_eq!(told["stdout"], "refused\n", "{attempt}: {}", told["error"]);
    }
}

#[test]
fn the_environment_the_arguments_and_the_clock_tell_nothing() {
    let script = "import os, sys, time, datetime\nprint(dict(os.environ), sys.argv, time.time() == time.time())\n\
                  print(datetime.datetime.now() == datetime.datetime.now(), os.getcwd())\n";
    let told = run(script, &[]);
    assert_eq!(told["stdout"], "{} ['s.py'] True\nTrue /out\n", "{}", told["error"]);
}

#[test]
fn a_replay_agrees_in_bytes_and_fuel() {
    let script = "import polars as pl, random\nimport matplotlib.pyplot as plt\n\
                  df = pl.DataFrame({'a': [random.random() for _ in range(5000)]}).with_columns(g=pl.int_range(5000) % 7)\n\
                  out = df.group_by('g').agg(pl.col('a').mean())\nprint(out, {1, 'x', (2, 3)}, {'b', 'a', 'c'})\n\
                  out.write_csv('out.csv')\nplt.hist(df['a'], bins=20)\nplt.savefig('hist.png')\nplt.savefig('hist.svg')\n";
    let (folder, path, _) = fixture(script);
    let out = folder.path().join("out");
    let glovebox = || Command::new(env!("CARGO_BIN_EXE_glovebox"));
    let ran = glovebox()
        .arg("run")
        .arg(path)
        .arg("--out")
        .arg(&out)
        .output()
        .expect("the program starts");
    assert!(ran.status.success(), "{ran:?}");
    let again = glovebox()
        .arg("replay")
        .arg(out.join("glovebox-receipt.json"))
        .output()
        .expect("the program starts");
    assert!(
        String::from_utf8_lossy(&again.stdout).starts_with("The same"),
        "{again:?}"
    );
}

#[test]
fn a_receipt_of_another_guest_says_so() {
    let (folder, path, _) = fixture("print('hello')\n");
    let out = folder.path().join("out");
    let glovebox = |arguments: &[&std::ffi::OsStr]| {
        let program = Command::new(env!("CARGO_BIN_EXE_glovebox")).args(arguments).output();
        program.expect("the program starts")
    };
    let ran = glovebox(&["run".as_ref(), path.as_ref(), "--out".as_ref(), out.as_ref()]);
    assert!(ran.status.success(), "{ran:?}");
    let receipt = out.join("glovebox-receipt.json");
    let mut kept: Value = serde_json::from_slice(&std::fs::read(&receipt).expect("a receipt")).expect("JSON");
    kept["receipt"]["version"] = 1.into();
    kept["receipt"]["module_sha256"] = "0".repeat(64).into();
    kept["receipt"]["fuel_used"] = 1.into();
    std::fs::write(&receipt, kept.to_string()).expect("written");
    let again = glovebox(&["replay".as_ref(), receipt.as_ref()]);
    let told = String::from_utf8_lossy(&again.stdout);
    assert_eq!(again.status.code(), Some(1), "{again:?}");
    assert!(
        told.starts_with("This receipt belongs to another guest: module 0000"),
        "{told}"
    );
    assert!(told.contains("contract version 1; here it is"), "{told}");
    assert!(told.contains("printed and wrote the same here"), "{told}");
    assert!(!told.contains("fuel differs"), "{told}");
}

#[test]
fn stop_ends_every_kind_of_work_and_keeps_what_was_made() {
    for work in [
        "while True: pass",
        "import time; time.sleep(3600)",
        "import polars as pl\ns = pl.int_range(0, 3_000_000, eager=True).shuffle(1)\nwhile True: s.sort()",
        "import re; re.match(r'(a+)+$', 'a' * 40 + 'b')",
        "kept = []\nwhile True:\n    kept.append(bytearray(1 << 20))\n    if len(kept) > 400: kept.clear()",
    ] {
        let (folder, path, _) = fixture(&format!(
            "open('kept.txt', 'w').write('x')\nprint('on', flush=True)\n{work}\n"
        ));
        let out = folder.path().join("out");
        let mut child = Command::new(env!("CARGO_BIN_EXE_glovebox"))
            .arg("run")
            .arg(path)
            .arg("--out")
            .arg(&out)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut shown = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        shown.read_line(&mut line).expect("a line");
        assert_eq!(line, "on\n", "{work}");
        let process = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(process, rustix::process::Signal::INT).expect("interrupted");
        let mut rest = String::new();
        shown.read_to_string(&mut rest).expect("the rest");
        assert_eq!(child.wait().expect("ended").code(), Some(4), "{work}: {rest}");
        assert!(out.join("kept.txt").is_file(), "{work}");
    }
}
