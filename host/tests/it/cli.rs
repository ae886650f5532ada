//! The command line as a person and a program meet it: exit codes, messages, JSON.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with files, and the program started in it.
pub struct Fixture(TempDir);

impl Fixture {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, text).expect("written");
        }
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_glovebox"));
        command.args(arguments).current_dir(self.path());
        command
    }

    pub fn glovebox(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program starts")
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        let output = self.glovebox(arguments);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
    }
}

pub fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const SALES: (&str, &str) = ("sales.csv", "region,amount\nNorth,10\nSouth,5\nNorth,7\n");

#[test]
fn a_run_shows_output_table_files_and_receipt() {
    let script = "import polars as pl\nprint('hello')\ndf = pl.read_csv('sales.csv')\n\
                  df.group_by('region').agg(pl.col('amount').sum()).sort('region').write_csv('totals.csv')\ndf";
    let fixture = Fixture::new(&[SALES, ("s.py", script)]);
    let output = fixture.glovebox(&["run", "s.py", "--data", "sales.csv"]);
    let shown = stdout(&output);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    for part in [
        "hello\n",
        "North",
        "3 rows × 2 columns",
        "glovebox-out/totals.csv",
        "done in",
        "receipt",
    ] {
        assert!(shown.contains(part), "{part:?} is not in:\n{shown}");
    }
    assert_eq!(
        fs::read_to_string(fixture.path().join("glovebox-out/totals.csv")).expect("kept"),
        "region,amount\nNorth,17\nSouth,5\n"
    );
}

#[test]
fn json_is_one_object_of_the_documented_shape() {
    let fixture = Fixture::new(&[
        SALES,
        (
            "s.py",
            "import polars as pl\nprint(params['n'] + 1)\npl.read_csv('sales.csv')",
        ),
    ]);
    let told = fixture.json(&["run", "s.py", "--data", "sales.csv", "--param", "n=41", "--json"]);
    assert_eq!(told["outcome"], "done");
    assert_eq!(told["stdout"], "42\n");
    assert_eq!(told["tables"][0]["row_count"], 3);
    assert_eq!(
        told["tables"][0]["columns"][1],
        serde_json::json!({"name": "amount", "dtype": "i64"})
    );
    assert_eq!(told["tables"][0]["rows"][0], serde_json::json!(["North", 10]));
    assert!(told["error"].is_null() && told["limit"].is_null());
    for field in [
        "fuel_used",
        "peak_memory_bytes",
        "wall_us",
        "instantiate_us",
        "module_sha256",
        "script_sha256",
        "inputs",
        "outputs",
    ] {
        assert!(
            !told["receipt"][field].is_null(),
            "the receipt has no {field}: {}",
            told["receipt"]
        );
    }
}

#[test]
fn a_fault_names_its_line_and_a_way_out() {
    let script = "import polars as pl\ndf = pl.read_csv('sales.csv')\ndf.select('amuont')\n";
    let fixture = Fixture::new(&[SALES, ("s.py", script)]);
    let output = fixture.glovebox(&["run", "s.py", "--data", "sales.csv", "--json"]);
    assert_eq!(code(&output), 1);
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(told["outcome"], "fault");
    assert_eq!(told["error"]["type"], "ColumnNotFoundError");
    assert_eq!(told["error"]["line"], 3);
    assert!(
        told["error"]["hint"].as_str().expect("a hint").contains("'amount'"),
        "{}",
        told["error"]
    );
}

#[test]
fn hints_name_the_working_substitute() {
    let check = |script: &str, kind: &str, hint: &str| {
        let fixture = Fixture::new(&[SALES, ("s.py", script)]);
        let told = fixture.json(&["run", "s.py", "--data", "sales.csv", "--json"]);
        assert_eq!(told["error"]["type"], kind, "{script}: {}", told["error"]);
        let given = told["error"]["hint"].as_str().unwrap_or_default();
        assert!(given.contains(hint), "{script}: the hint is {given:?}");
    };
    check("import xgboost", "ModuleNotFoundError", "sklearn.ensemble");
    check("import scipy.odr", "ModuleNotFoundError", "curve_fit");
    check(
        "import plotly.express as px",
        "ModuleNotFoundError",
        "matplotlib.pyplot",
    );
    check(
        "import pandas as pd\npd.read_csv('sales.csv')['amuont']",
        "KeyError",
        "'amount'",
    );
    check("import statistcs", "ModuleNotFoundError", "statistics");
    check("open('sale.csv')", "FileNotFoundError", "'sales.csv'");
    check(
        "import polars as pl\npl.read_csv('Sales.CSV')",
        "FileNotFoundError",
        "'sales.csv'",
    );
    check(
        "import polars as pl\npl.read_csv('sales.csv').groupby('region')",
        "AttributeError",
        "group_by",
    );
    check(
        "import polars as pl\npl.read_csv('sales.csv', sep=';')",
        "TypeError",
        "separator",
    );
    check("pl.read_csv('sales.csv')", "NameError", "import polars as pl");
    check("open('/data/sales.csv', 'w')", "PermissionError", "read only");
    check(
        "import polars as pl\nif pl.col('a') > 1 and True: pass",
        "TypeError",
        "&",
    );
}

#[test]
fn wrong_usage_is_told_by_name_with_exit_code_2() {
    let check = |files: &[(&str, &str)], arguments: &[&str], told: &str| {
        let fixture = Fixture::new(files);
        let output = fixture.glovebox(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(told), "{arguments:?}: {}", stderr(&output));
    };
    let script = ("s.py", "print(1)");
    check(&[], &["run", "missing.py"], "missing.py");
    check(
        &[script],
        &["run", "s.py", "--data", "nowhere.csv"],
        "nowhere.csv is missing",
    );
    check(
        &[script, ("empty.csv", "")],
        &["run", "s.py", "--data", "empty.csv"],
        "empty.csv is empty",
    );
    check(
        &[script, ("paper.csv", "%PDF-1.7")],
        &["run", "s.py", "--data", "paper.csv"],
        "paper.csv is a PDF; scripts read tables",
    );
    check(
        &[script, ("folder/readme.txt", "x")],
        &["run", "s.py", "--data", "folder"],
        "folder holds no table",
    );
    check(
        &[script, ("a/x.csv", "a\n1"), ("b/x.csv", "a\n2")],
        &["run", "s.py", "--data", "a", "b"],
        "two files are named x.csv",
    );
    check(&[script], &["run", "s.py", "--param", "oops"], "NAME=VALUE");
    check(&[script], &["run", "s.py", "--memory-mib", "9999"], "4096");
    check(&[script], &["replay", "s.py"], "no receipt");
    check(&[], &["reference", "pandas"], "matplotlib.pyplot");
}

#[test]
fn check_reports_a_syntax_error_with_line_and_caret() {
    let fixture = Fixture::new(&[
        ("good.py", "x = 1\n"),
        ("bad.py", "x = 1\nfor i in range(3)\n    print(i)\n"),
    ]);
    assert_eq!(code(&fixture.glovebox(&["check", "good.py"])), 0);
    let output = fixture.glovebox(&["check", "bad.py"]);
    let told = stderr(&output);
    assert_eq!(code(&output), 1, "{told}");
    assert!(told.contains("bad.py:2:18: SyntaxError"), "{told}");
    assert!(told.contains("for i in range(3)\n                     ^"), "{told}");
}

#[test]
fn a_replay_gives_the_same_bytes_and_fuel() {
    let script = "import polars as pl, random, time, datetime\ndf = pl.read_csv('sales.csv')\n\
                  print(random.random(), time.time(), datetime.datetime.now(), hash('x'), id(df) % 7)\n\
                  df.sample(2, shuffle=True).write_csv('sample.csv')\n";
    let fixture = Fixture::new(&[SALES, ("s.py", script)]);
    assert_eq!(
        code(&fixture.glovebox(&["run", "s.py", "--data", "sales.csv", "--seed", "7"])),
        0
    );
    let again = fixture.glovebox(&["replay", "glovebox-out/glovebox-receipt.json"]);
    assert_eq!(code(&again), 0, "{}{}", stdout(&again), stderr(&again));
    assert!(stdout(&again).starts_with("The same"), "{}", stdout(&again));
    fs::write(fixture.path().join("sales.csv"), "region,amount\nEast,1\n").expect("written");
    let changed = fixture.glovebox(&["replay", "glovebox-out/glovebox-receipt.json"]);
    assert_eq!(code(&changed), 2);
    assert!(
        stderr(&changed).contains("sales.csv has changed"),
        "{}",
        stderr(&changed)
    );
}

#[test]
fn a_limit_has_its_own_exit_code_and_keeps_what_was_made() {
    let script = "print('before')\nopen('kept.txt', 'w').write('x')\nwhile True: pass\n";
    let fixture = Fixture::new(&[("s.py", script)]);
    let output = fixture.glovebox(&["run", "s.py", "--fuel", "50000000", "--json"]);
    assert_eq!(code(&output), 3);
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(told["limit"], serde_json::json!({"name": "fuel", "size": 50_000_000}));
    assert_eq!(told["stdout"], "before\n");
    assert_eq!(told["artifacts"][0]["name"], "kept.txt");
}

#[test]
fn every_signal_stops_the_run_and_keeps_what_was_made() {
    use rustix::process::Signal;
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let fixture = Fixture::new(&[(
            "s.py",
            "open('kept.txt', 'w').write('x')\nprint('on')\nwhile True: pass\n",
        )]);
        // A program that was started with SIGHUP ignored, as by `nohup`, keeps ignoring it. And so much fuel that a busy
        // machine does not reach that limit before the signal arrives.
        let mut child = Command::new("env")
            .args(["--default-signal=HUP", env!("CARGO_BIN_EXE_glovebox")])
            .args(["run", "s.py", "--fuel", "9000000000000000"])
            .current_dir(fixture.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut shown = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        shown.read_line(&mut line).expect("a line");
        assert_eq!(line, "on\n");
        let process = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(process, signal).expect("interrupted");
        let mut rest = String::new();
        shown.read_to_string(&mut rest).expect("the rest");
        assert_eq!(child.wait().expect("ended").code(), Some(4), "{signal:?}");
        assert!(
            rest.contains("kept.txt") && rest.contains("stopped in"),
            "{signal:?}: {rest}"
        );
        assert!(fixture.path().join("glovebox-out/kept.txt").is_file(), "{signal:?}");
    }
}

#[test]
fn what_is_no_file_or_too_long_is_refused_at_once() {
    let fixture = Fixture::new(&[("s.py", "print(1)"), ("long.py", &"x = 1\n".repeat(400_000))]);
    let made = Command::new("mkfifo").arg(fixture.path().join("pipe.csv")).status();
    assert!(made.expect("mkfifo is there").success());
    let long = ["a", "b", "c"].map(|name| format!("{name}={}", "x".repeat(100_000)));
    let check = |arguments: &[&str], told: &str| {
        let output = fixture.glovebox(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(told), "{arguments:?}: {}", stderr(&output));
    };
    check(&["run", "s.py", "--data", "pipe.csv"], "it is not a file");
    check(&["run", "pipe.csv"], "it is not a file");
    check(&["run", "/dev/zero"], "it is not a file");
    check(&["replay", "pipe.csv"], "it is not a file");
    check(&["ask", "What?", "--data", "pipe.csv"], "it is not a file");
    check(&["run", "long.py"], "longer than 2097152 bytes");
    check(&["check", "long.py"], "longer than 2097152 bytes");
    let long = [
        "run",
        "s.py",
        "-p",
        long[0].as_str(),
        "-p",
        long[1].as_str(),
        "-p",
        long[2].as_str(),
    ];
    check(&long, "more than 262144");
    let output = fixture
        .command(&["run", "-"])
        .stdin(fs::File::open("/dev/zero").expect("there"))
        .output()
        .expect("the program starts");
    assert_eq!(code(&output), 2, "{output:?}");
}

#[test]
fn a_handled_refusal_does_not_hide_the_scripts_own_error() {
    let check = |script: &str, outcome: &str, kind: &str, limit: Option<&str>| {
        let fixture = Fixture::new(&[("s.py", script)]);
        let told = fixture.json(&["run", "s.py", "--json"]);
        assert_eq!(told["outcome"], outcome, "{script}: {}", told["error"]);
        assert_eq!(told["error"]["type"], kind, "{script}");
        assert_eq!(told["limit"]["name"].as_str(), limit, "{script}");
    };
    let refused = "try: open('x' * 255, 'w')\nexcept OSError: pass\n";
    check(
        &format!("{refused}raise ValueError('mine')"),
        "fault",
        "ValueError",
        None,
    );
    check(&format!("{refused}open('nothing')"), "fault", "FileNotFoundError", None);
    check("open('x' * 255, 'w')", "limit", "LimitReached", Some("name_bytes"));
    let much = "bytearray(2_100_000_000)";
    check(
        &format!("try: {much}\nexcept MemoryError: pass\nraise ValueError('mine')"),
        "fault",
        "ValueError",
        None,
    );
    check(much, "limit", "LimitReached", Some("memory_bytes"));
    let vast = "import polars as pl\ndf = pl.DataFrame({'a': ['x' * 1000] * 200_000})\ndf.write_csv('vast.csv')\n";
    check(vast, "limit", "LimitReached", Some("output_file_bytes"));
    let vast = "import pandas as pd\ndf = pd.DataFrame({'a': ['x' * 1_000_000] * 200})\ndf.to_csv('vast.csv')\n";
    check(vast, "limit", "LimitReached", Some("output_file_bytes"));
}

#[test]
fn a_log_that_is_open_costs_no_more_than_it_holds() {
    let script = "import os\nlog = open('log', 'w')\nfor _ in range(40):\n    open('t', 'wb').write(bytes(10_000_000))\n    \
                  os.remove('t')\nprint([entry.inode() == os.stat(entry.name).st_ino for entry in os.scandir('.')])\n\
                  os.utime('log', (1, 1))\nos.fsync(log.fileno())\n";
    let fixture = Fixture::new(&[("s.py", script)]);
    let told = fixture.json(&["run", "s.py", "--json"]);
    assert_eq!(
        (told["outcome"].as_str(), told["stdout"].as_str()),
        (Some("done"), Some("[True]\n")),
        "{told}"
    );
}

#[test]
fn a_terminal_sees_no_control_characters_and_a_pipe_sees_all() {
    let script = "import polars as pl\nprint('\\x1b]0;title\\x07out')\ndisplay(pl.DataFrame({'a\\x1b[2Jb': ['c\\x1b[2Jd']}))\n\
                  open('e\\x1b[2Jf', 'w').write('1')\nraise ValueError('g\\x1b[2Jh')\n";
    let fixture = Fixture::new(&[("s.py", script)]);
    let piped = fixture.glovebox(&["run", "s.py"]);
    assert!(
        stdout(&piped).starts_with("\u{1b}]0;title\u{7}out\n"),
        "{}",
        stdout(&piped)
    );
    assert_eq!(stdout(&piped).matches('\u{1b}').count(), 1, "{}", stdout(&piped));
    assert!(!stderr(&piped).contains('\u{1b}'), "{}", stderr(&piped));
    let line = format!("{} run s.py --out other", env!("CARGO_BIN_EXE_glovebox"));
    let shown = Command::new("script")
        .args(["--quiet", "--return", "--command", &line, "/dev/null"])
        .current_dir(fixture.path())
        .env("TERM", "dumb")
        .output()
        .expect("script is there");
    let shown = stdout(&shown);
    for part in ["]0;titleout", "ValueError: g[2Jh"] {
        assert!(shown.contains(part), "{part:?} is not in {shown:?}");
    }
    for hostile in ["\u{1b}]0;", "\u{1b}[2J", "\u{7}"] {
        assert!(!shown.contains(hostile), "{shown:?}");
    }
}

#[test]
fn a_forged_receipt_raises_no_limit_and_hides_no_fuel() {
    let fixture = Fixture::new(&[("s.py", "open('a', 'w').write('1')\n")]);
    assert_eq!(code(&fixture.glovebox(&["run", "s.py", "--timeout-ms", "70000"])), 0);
    let path = fixture.path().join("glovebox-out/glovebox-receipt.json");
    let kept: Value = serde_json::from_str(&fs::read_to_string(path).expect("kept")).expect("JSON");
    let check = |field: &[&str], value: Value, arguments: &[&str], expected: i32, told: &str| {
        let mut forged = kept.clone();
        let place = field.iter().fold(&mut forged, |at, name| &mut at[*name]);
        *place = value;
        fs::write(fixture.path().join("forged.json"), forged.to_string()).expect("written");
        let output = fixture.glovebox(&[&["replay", "forged.json"], arguments].concat());
        let said = stdout(&output) + &stderr(&output);
        assert_eq!(code(&output), expected, "{field:?}: {said}");
        assert!(said.contains(told), "{field:?}: {said}");
    };
    let whole = ["--timeout-ms", "70000"];
    let limits = |name| ["receipt", "limits", name];
    check(&["receipt", "version"], 2.into(), &whole, 0, "The same");
    check(&["receipt", "version"], 2.into(), &[], 2, "--timeout-ms 70000");
    check(&limits("output_bytes"), (1_u64 << 40).into(), &whole, 2, "output_bytes");
    check(&limits("stdout_bytes"), (1_u64 << 40).into(), &whole, 2, "stdout_bytes");
    check(
        &limits("memory_bytes"),
        (4_u64 << 30).into(),
        &whole,
        2,
        "--memory-mib 4096",
    );
    check(&["receipt", "fuel_used"], Value::Null, &whole, 2, "fuel unknown");
    check(&["receipt", "version"], 99.into(), &whole, 2, "version 99");
    check(&["receipt", "version"], 1.into(), &whole, 1, "contract version");
    check(&["receipt", "input_bytes"], 5.into(), &whole, 2, "all of its inputs");
}

#[test]
fn a_script_can_come_by_standard_input() {
    let fixture = Fixture::new(&[("s.py", "print(6 * 7)")]);
    let script = fs::File::open(fixture.path().join("s.py")).expect("there");
    let output = fixture
        .command(&["run", "-"])
        .stdin(script)
        .output()
        .expect("the program starts");
    assert_eq!(
        (code(&output), stdout(&output).starts_with("42\n")),
        (0, true),
        "{output:?}"
    );
}

#[test]
fn a_notebook_shows_the_last_value_and_a_semicolon_hides_it() {
    let check = |script: &str, expected: &str| {
        let fixture = Fixture::new(&[("s.py", script)]);
        assert_eq!(fixture.json(&["run", "s.py", "--json"])["stdout"], expected, "{script}");
    };
    check("x = 20\nx + 1", "21\n");
    check("x = 20\nx + 1;", "");
    check("None", "");
    check("'text'", "'text'\n");
    check("display(1, 'a')", "1\n'a'\n");
    check("def f(): pass", "");
    check("import sys\nprint('a')\nsys.exit()\nprint('b')", "a\n");
}

#[test]
fn scripts_read_their_own_files_before_the_users() {
    let script = "print(open('sales.csv').read()[:6])\nopen('sales.csv', 'w').write('mine')\nprint(open('sales.csv').read())\n\
                  import os\nprint(sorted(os.listdir()), os.path.exists('sales.csv'), os.path.exists('nothing'))\n";
    let fixture = Fixture::new(&[SALES, ("s.py", script)]);
    let told = fixture.json(&["run", "s.py", "--data", "sales.csv", "--json"]);
    assert_eq!(told["stdout"], "region\nmine\n['sales.csv'] True False\n", "{told}");
    assert_eq!(
        fs::read_to_string(fixture.path().join("sales.csv")).expect("there"),
        SALES.1
    );
}

#[test]
fn the_reference_is_printed_in_full_and_for_a_prompt() {
    let fixture = Fixture::new(&[]);
    let full = stdout(&fixture.glovebox(&["reference"]));
    assert!(
        full.contains("# matplotlib.pyplot") && full.contains("def display("),
        "{full}"
    );
    let one = stdout(&fixture.glovebox(&["reference", "matplotlib.pyplot"]));
    assert!(one.contains("def savefig(") && !one.contains("def display("), "{one}");
    let prompt = fixture.glovebox(&["reference", "--for-prompt"]);
    assert!(full.starts_with(&stdout(&prompt)));
    assert!(stderr(&prompt).contains("tokens"), "{}", stderr(&prompt));
}
