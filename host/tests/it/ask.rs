//! `glovebox ask`, as a person and a program meet it.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Output, Stdio},
    time::Duration,
};

use glovebox::llm::Provider;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use crate::{
    command::workspace,
    test_models::{Answer, End, FakeProvider, KEY},
    test_replies::{Reply, runs, says},
};

const SALES: &str = "region,amount\nNorth,10\nSouth,5\nNorth,7\n";
const TOTALS: &str = "import polars as pl\nimport matplotlib.pyplot as plt\ndf = pl.read_csv('sales.csv')\n\
                      print('looking')\ntotals = df.group_by('region').agg(pl.col('amount').sum()).sort('region')\n\
                      totals.write_csv('totals.csv')\nplt.bar(totals['region'], totals['amount'])\n\
                      plt.savefig('totals.png')\ndisplay(totals)\n";

/// A folder with a table, and the program started in it.
struct Fixture {
    folder: TempDir,
    provider: FakeProvider,
}

impl Fixture {
    async fn new(replies: &[Reply]) -> Self {
        Self::with(replies.iter().map(|reply| reply.answer(Provider::Anthropic)).collect()).await
    }

    async fn with(answers: Vec<Answer>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("sales.csv"), SALES).unwrap();
        Self {
            folder,
            provider: FakeProvider::start(Provider::Anthropic, answers).await,
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The program with the key of the provider here, and no other.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_glovebox"));
        command.arg("ask").args(arguments).current_dir(self.path());
        for variable in [
            "OPENAI_API_KEY",
            "GOOGLE_API_KEY",
            "GLOVEBOX_MODEL",
            "GLOVEBOX_MODEL_PROVIDER",
            "GLOVEBOX_MODEL_URL",
        ] {
            command.env_remove(variable);
        }
        command
            .env("ANTHROPIC_API_KEY", KEY)
            .env("ANTHROPIC_BASE_URL", &self.provider.url);
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    async fn ask(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().await.unwrap()
    }

    fn spawn(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().unwrap()
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn an_answer_comes_with_its_table_and_files() {
    let fixture = Fixture::new(&[runs("I add up by region.", TOTALS), says("North leads with **17**.")]).await;
    let output = fixture.ask(&["Which region leads?", "--data", "sales.csv"]).await;
    let shown = stdout(&output);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    for part in [
        "I add up by region.\n\n┌",
        "│ North",
        "2 rows × 2 columns\n\nNorth leads with **17**.\n",
        "glovebox-out/totals.png",
    ] {
        assert!(shown.contains(part), "{part:?} is not in:\n{shown}");
    }
    assert!(
        !shown.contains("import polars") && !shown.contains("looking"),
        "{shown}"
    );
    let kept = fs::read_to_string(fixture.path().join("glovebox-out/totals.csv")).unwrap();
    assert_eq!(kept, "region,amount\nNorth,17\nSouth,5\n");
    assert!(
        stderr(&output).contains("claude-sonnet-5-5 answers"),
        "{}",
        stderr(&output)
    );
}

#[tokio::test]
async fn scripts_are_shown_where_they_are_asked_for() {
    let wrong = "print('begun')\n1 / 0\n";
    let fixture = Fixture::new(&[runs("", wrong), runs("", TOTALS), says("Done.")]).await;
    let options = [
        "Which?",
        "--data",
        "sales.csv",
        "--show-script",
        "--out",
        "results",
        "--provider",
        "anthropic",
    ];
    let output = fixture.ask(&options).await;
    let shown = stdout(&output);
    for part in [
        "```python\nprint('begun')\n1 / 0\n```\n\n```text\nbegun\n```\n",
        "ZeroDivisionError",
        "```text\nlooking\n```\n",
        "results/totals.csv",
    ] {
        assert!(shown.contains(part), "{part:?} is not in:\n{shown}");
    }
    assert_eq!(stderr(&output), "", "who chose a provider is not told it");
    assert!(fixture.path().join("results/totals.png").is_file());
}

#[tokio::test]
async fn json_is_one_object() {
    let fixture = Fixture::new(&[runs("I look.", TOTALS).used(2000, 100), says("North.").used(3000, 50)]).await;
    let output = fixture.ask(&["Which?", "--data", "sales.csv", "--json"]).await;
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["answer"], "I look.\n\nNorth.");
    assert_eq!(
        told["ending"],
        json!({"kind": "answered", "message": null, "budget": null, "size": null})
    );
    assert_eq!(
        (&told["provider"], &told["model"]),
        (&json!("anthropic"), &json!("claude-sonnet-5-5"))
    );
    assert_eq!(told["scripts"], json!([TOTALS]));
    let run = &told["runs"][0];
    assert_eq!(
        (&run["script"], &run["outcome"], &run["stdout"]),
        (&json!(TOTALS), &json!("done"), &json!("looking\n"))
    );
    assert_eq!(run["tables"][0]["row_count"], 2);
    assert!(run["receipt"]["fuel_used"].as_u64().unwrap() > 0);
    let paths: Vec<&str> = told["artifacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["path"].as_str().unwrap())
        .collect();
    assert!(
        paths.contains(&"glovebox-out/totals.csv") && paths.contains(&"glovebox-out/totals.png"),
        "{paths:?}"
    );
    assert_eq!(told["usage"]["input_tokens"], 5000);
    assert_eq!(told["cost_micro_usd"], 5000 * 2 + 150 * 10);
    assert_eq!(
        (&told["totals"]["runs"], &told["totals"]["steps"]),
        (&json!(1), &json!(2))
    );
}

#[tokio::test]
async fn files_of_every_kind_are_tables() {
    let fixture = Fixture::new(&[
        runs(
            "",
            "import polars as pl\nprint(pl.read_csv('de.csv', separator=';')['stadt'][0])\n\
        print(len(pl.read_csv('packed')), len(pl.read_csv('tabs.tsv', separator='\\t')))",
        ),
        says("Done."),
    ])
    .await;
    fs::write(fixture.path().join("de.csv"), b"stadt;wert\nK\xf6ln;1\nM\xfcnchen;2\n").unwrap();
    fs::write(fixture.path().join("tabs.tsv"), "a\tb\n1\t2\n3\t4\n5\t6\n").unwrap();
    let mut zip = zip::ZipWriter::new(fs::File::create(fixture.path().join("packed.zip")).unwrap());
    zip.start_file("inside.csv", zip::write::SimpleFileOptions::default())
        .unwrap();
    zip.write_all(SALES.as_bytes()).unwrap();
    zip.finish().unwrap();
    let files = ["de.csv", "packed.zip", "tabs.tsv"];
    let output = fixture
        .ask(&[&["What?", "--show-script", "--data"], &files[..]].concat())
        .await;
    assert!(stdout(&output).contains("```text\nKöln\n3 3\n```"), "{output:?}");
}

#[tokio::test]
async fn wrong_usage_says_what_to_do() {
    let fixture = Fixture::new(&[says("never asked")]).await;
    fs::write(fixture.path().join("broken.csv"), "a,b\n1,2\n1,2,3\n").unwrap();
    fs::write(fixture.path().join("page.csv"), "<!doctype html><p>").unwrap();
    let check = async |arguments: &[&str], part: &str| {
        let output = fixture.ask(arguments).await;
        assert_eq!(code(&output), 2, "{arguments:?}: {output:?}");
        assert!(stderr(&output).contains(part), "{part:?} is not in {}", stderr(&output));
    };
    check(&["What?"], "--data").await;
    check(&["What?", "--data", "nowhere.csv"], "nowhere.csv is missing").await;
    check(
        &["--data", "sales.csv", "What is it?"],
        "write the question before --data",
    )
    .await;
    check(&["What?", "--data", "broken.csv"], "broken.csv, line 3: ").await;
    check(&["What?", "--data", "page.csv"], "page.csv, line 1: This is a web page").await;
    check(&[" ", "--data", "sales.csv"], "the question is empty").await;
    check(&["--json", "--data", "sales.csv"], "--json needs a question").await;
    check(
        &["What?", "--data", "sales.csv", "--provider", "mistral"],
        "\"mistral\"",
    )
    .await;
    check(
        &["What?", "--data", "sales.csv", "--provider", "openai"],
        "OPENAI_API_KEY",
    )
    .await;
}

#[tokio::test]
async fn every_ending_has_its_exit_code() {
    let mut fixture = Fixture::new(&[says("")]).await;
    let ask = ["What?", "--data", "sales.csv"];
    let output = fixture.ask(&ask).await;
    assert_eq!(code(&output), 1, "no answer: {output:?}");
    assert!(stderr(&output).contains("The model gave no answer"));

    fixture
        .provider
        .answer([says("It is").too_long().answer(Provider::Anthropic)]);
    let output = fixture.ask(&ask).await;
    assert_eq!(code(&output), 3, "a budget: {output:?}");
    assert!(stderr(&output).contains("16,384 tokens"), "{output:?}");
    assert_eq!(stdout(&output), "It is\n");

    let error = json!({"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}});
    fixture.provider.answer([Answer::error(401, &error)]);
    let output = fixture.ask(&ask).await;
    assert_eq!(code(&output), 5, "a wrong key: {output:?}");
    assert!(stderr(&output).contains("Check ANTHROPIC_API_KEY"), "{output:?}");
    let json: Value = serde_json::from_slice(&fixture.ask(&[&ask[..], &["--json"]].concat()).await.stdout).unwrap();
    assert_eq!(json["ending"]["kind"], "failed");

    fixture
        .provider
        .answer([says("Let me think").begun(Provider::Anthropic).end(End::Silence)]);
    let mut child = fixture.spawn(&ask);
    let mut begun = vec![0; "Let me".len()];
    child.stdout.as_mut().unwrap().read_exact(&mut begun).await.unwrap();
    interrupt(&child);
    let output = child.wait_with_output().await.unwrap();
    assert_eq!(code(&output), 4, "stopped: {output:?}");
    assert!(stderr(&output).contains("Stopped. Results so far are kept."));
    fixture.provider.client_gone().await;
}

fn interrupt(child: &Child) {
    let id = child
        .id()
        .and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()))
        .unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
}

#[tokio::test]
async fn questions_line_by_line_are_one_conversation() {
    let read = "import polars as pl\nprint('north', pl.read_csv('totals.csv')['amount'][0])\n";
    let replies = [runs("", TOTALS), says("North."), runs("", read), says("17, as before.")];
    let mut fixture = Fixture::new(&replies).await;
    let mut child = fixture.spawn(&["--data", "sales.csv", "--show-script"]);
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"Which region leads?\n\nBy how much?\n").await.unwrap();
    drop(input);
    let output = child.wait_with_output().await.unwrap();
    assert_eq!(code(&output), 0, "{output:?}");
    assert!(
        stdout(&output).contains("```text\nnorth 17\n```"),
        "{}",
        stdout(&output)
    );
    let [_, _, third, _] = [(); 4].map(|()| fixture.provider.seen().unwrap().body.to_string());
    for part in ["Which region leads?", "North.", "By how much?", "totals.csv"] {
        assert!(third.contains(part), "{part}");
    }
}

#[tokio::test]
async fn a_terminal_has_a_prompt_a_stop_and_an_end() {
    let mut fixture = Fixture::with(vec![says("Let me think").begun(Provider::Anthropic).end(End::Silence)]).await;
    // What `script` runs has a terminal, whose keyboard is script's standard input.
    let glovebox = fixture.command(&[]);
    // With `exec`, since some shells stay, and end by Ctrl-C as well.
    let line = format!("exec {} ask --data sales.csv", env!("CARGO_BIN_EXE_glovebox"));
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    for (name, value) in glovebox.as_std().get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
        .current_dir(fixture.path())
        .env("TERM", "xterm")
        .kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut screen = Screen::of(&mut child);
    screen.shows("Ask about sales.csv").await;
    screen.shows("> ").await;
    screen.types("What?\r").await;
    screen.shows("Let me").await;
    screen.types("\u{3}").await;
    screen.shows("Stopped. Results so far are kept.").await;
    fixture.provider.client_gone().await;
    fixture.provider.answer([says("It is 22.").answer(Provider::Anthropic)]);
    // Keys with a meaning of their own are for the prompt, and lost before it is there.
    screen.shows("> ").await;
    screen.types("And now?\r").await;
    screen.shows("It is 22.").await;
    screen.shows("> ").await;
    screen.types("\u{4}").await;
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
}

/// The other side of a terminal.
struct Screen {
    keyboard: ChildStdin,
    display: ChildStdout,
    /// What was not looked for yet.
    shown: Vec<u8>,
}

impl Screen {
    fn of(child: &mut Child) -> Self {
        Self {
            keyboard: child.stdin.take().unwrap(),
            display: child.stdout.take().unwrap(),
            shown: Vec::new(),
        }
    }

    async fn types(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).await.unwrap();
        self.keyboard.flush().await.unwrap();
    }

    /// Waits for `text`, and forgets what came up to it.
    async fn shows(&mut self, text: &str) {
        loop {
            let found = self
                .shown
                .windows(text.len())
                .position(|window| window == text.as_bytes());
            if let Some(at) = found {
                self.shown.drain(..at + text.len());
                return;
            }
            let read = tokio::time::timeout(Duration::from_mins(1), self.display.read_buf(&mut self.shown)).await;
            let read = read.map_or(0, Result::unwrap);
            assert!(
                read > 0,
                "{text:?} is not shown: {:?}",
                String::from_utf8_lossy(&self.shown)
            );
        }
    }
}

#[tokio::test]
async fn without_a_key_rules_answer_and_say_so() {
    let mut fixture = Fixture::new(&[says("never asked")]).await;
    let cars = workspace().join("examples/data/cars.csv");
    let mut command = fixture.command(&["average mpg by origin", "--data", cars.to_str().unwrap()]);
    let output = command.env_remove("ANTHROPIC_API_KEY").output().await.unwrap();
    assert_eq!(code(&output), 0, "{output:?}");
    assert!(stderr(&output).contains("rules answer"), "{}", stderr(&output));
    let shown = stdout(&output);
    for part in ["Europe", "Japan", "USA", "27.89", "30.45", "20.08"] {
        assert!(shown.contains(part), "{part} is not in:\n{shown}");
    }
    assert_eq!(fixture.provider.count(), 0);
}

#[tokio::test]
async fn a_file_of_settings_gives_no_address_and_no_place_and_none_above_is_read() {
    let mut fixture = Fixture::new(&[says("never asked")]).await;
    let settings = format!(
        "GLOVEBOX_MODEL_URL={url}\nGLOVEBOX_MODEL=m\nANTHROPIC_BASE_URL={url}\nGLOVEBOX_CACHE=/nowhere\n\
         GLOVEBOX_GUEST=/nowhere\nHTTPS_PROXY={url}\n",
        url = fixture.provider.url
    );
    fs::write(fixture.path().join(".env"), settings).unwrap();
    let ask = async |folder: &Path| {
        let mut command = fixture.command(&["How many rows?", "--data", "sales.csv"]);
        for name in ["ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"] {
            command.env_remove(name);
        }
        command.current_dir(folder).output().await.unwrap()
    };
    let output = ask(fixture.path()).await;
    assert_eq!(code(&output), 0, "{output:?}");
    let said = stderr(&output);
    assert!(said.contains("rules answer"), "{said}");
    assert!(
        said.contains("GLOVEBOX_MODEL_URL in the file .env is ignored"),
        "{said}"
    );

    let below = fixture.path().join("below");
    fs::create_dir(&below).unwrap();
    fs::write(below.join("sales.csv"), SALES).unwrap();
    fs::write(fixture.path().join(".env"), "ANTHROPIC_API_KEY=of-somebody-else\n").unwrap();
    let output = ask(&below).await;
    assert!(stderr(&output).contains("rules answer"), "{output:?}");
    assert_eq!(fixture.provider.count(), 0);
}

#[tokio::test]
async fn a_key_may_come_from_the_file_of_settings() {
    let fixture = Fixture::new(&[says("It is 3.")]).await;
    fs::write(fixture.path().join(".env"), format!("ANTHROPIC_API_KEY={KEY}\n")).unwrap();
    let mut command = fixture.command(&["How many rows?", "--data", "sales.csv"]);
    let output = command.env_remove("ANTHROPIC_API_KEY").output().await.unwrap();
    assert_eq!(stdout(&output), "It is 3.\n", "{output:?}");
    assert!(
        stderr(&output).contains("ANTHROPIC_API_KEY comes from the file .env"),
        "{output:?}"
    );
}
