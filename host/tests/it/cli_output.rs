//! What a script leaves in the output folder: it replaces nothing of the user's, runs nothing, and takes no result away.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::Command,
};

use serde_json::Value;

use crate::cli::{Fixture, code, stderr, stdout};

fn read(fixture: &Fixture, path: &str) -> String {
    fs::read_to_string(fixture.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn a_folder_with_an_input_is_no_output_folder() {
    let fixture = Fixture::new(&[
        ("sales.csv", "a\n1\n"),
        ("s.py", "open('sales.csv', 'w').write('pwned')"),
    ]);
    for command in [
        &["run", "s.py", "--data", "sales.csv", "--out", "."][..],
        &["ask", "How many rows?", "--data", "sales.csv", "--out", "."],
    ] {
        let output = fixture.glovebox(command);
        assert_eq!(code(&output), 2, "{output:?}");
        assert!(
            stderr(&output).contains("choose another folder with --out"),
            "{output:?}"
        );
    }
    assert_eq!(read(&fixture, "sales.csv"), "a\n1\n");
}

#[test]
fn what_was_there_before_is_left_as_it_is_and_the_files_go_beside() {
    let script = "import os\nfor name in ['notes.txt', 's.py', 'link/f.txt', 'file/below.txt', 'folder']:\n    \
                  os.makedirs(os.path.dirname(name) or '.', exist_ok=True)\n    open(name, 'w').write('the script')\n";
    let fixture = Fixture::new(&[
        ("s.py", script),
        ("notes.txt", "mine"),
        ("elsewhere/f.txt", "mine"),
        ("file", "mine"),
        ("folder/x", "mine"),
    ]);
    symlink(fixture.path().join("elsewhere"), fixture.path().join("link")).expect("linked");
    let told = fixture.json(&["run", "s.py", "--out", ".", "--json"]);
    assert_eq!(told["outcome"], "done", "{told}");
    for kept in ["notes.txt", "elsewhere/f.txt", "file", "folder/x"] {
        assert_eq!(read(&fixture, kept), "mine", "{kept}");
    }
    assert_eq!(read(&fixture, "s.py"), script);
    for file in told["files"].as_array().expect("files") {
        let (name, path) = (
            file["name"].as_str().expect("a name"),
            file["path"].as_str().expect("a path"),
        );
        assert_eq!(Path::new(path), Path::new("./run-2").join(name), "{file}");
        assert_eq!(read(&fixture, path), "the script");
        assert!(
            file["note"].as_str().expect("a note").contains("was there before"),
            "{file}"
        );
    }
}

#[test]
fn a_run_again_replaces_what_the_last_one_left() {
    let fixture = Fixture::new(&[("s.py", "open('a.txt', 'w').write(params['text'])")]);
    for text in ["one", "two", "three"] {
        let parameter = format!("text={text}");
        let output = fixture.glovebox(&["run", "s.py", "--param", &parameter]);
        assert_eq!(code(&output), 0, "{output:?}");
        assert_eq!(read(&fixture, "glovebox-out/a.txt"), text);
    }
    fs::write(fixture.path().join("glovebox-out/a.txt"), "edited").expect("written");
    let output = fixture.glovebox(&["run", "s.py", "--param", "text=four"]);
    assert!(stderr(&output).contains("was left as it is"), "{output:?}");
    assert_eq!(read(&fixture, "glovebox-out/a.txt"), "edited");
    assert_eq!(read(&fixture, "glovebox-out/run-2/a.txt"), "four");
    let mode = fs::metadata(fixture.path().join("glovebox-out/run-2/a.txt"))
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o111, 0);
}

#[test]
fn a_repository_that_a_script_writes_is_none() {
    let fixture = Fixture::new(&[]);
    let script = format!(
        r#"import os
settings = '[core]\nrepositoryformatversion = 0\nfsmonitor = "touch {owned}; false"\nworktree = .\n'
for folder in ['.git/', '', 'deep/x.git/']:
    for below in ['objects', 'refs/heads']:
        os.makedirs(folder + below)
    for name, text in [('HEAD', 'ref: refs/heads/k\n'), ('config', settings), ('objects/k', 'x'), ('refs/heads/k', '')]:
        open(folder + name, 'w').write(text)
"#,
        owned = fixture.path().join("owned").display()
    );
    fs::write(fixture.path().join("s.py"), script).expect("written");
    assert_eq!(code(&fixture.glovebox(&["run", "s.py"])), 0);
    let out = fixture.path().join("glovebox-out");
    assert!(out.join("_git/config").is_file() && out.join("HEAD_").is_file());
    for folder in [out.clone(), out.join("deep/x.git"), out.join("_git")] {
        let status = Command::new("git").arg("status").current_dir(&folder).output();
        let Ok(status) = status else {
            return crate::command::skip("there is no git");
        };
        assert!(!status.status.success(), "{folder:?} is a repository: {status:?}");
    }
    assert!(!fixture.path().join("owned").exists());
}

#[test]
fn whatever_names_a_script_makes_the_run_ends_in_a_value() {
    let script = "import os\nos.mkdir('glovebox-receipt.json')\nopen('glovebox-receipt.json/x', 'w').write('1')\n\
                  open('-rf', 'w').write('1')\nopen('a\\nb', 'w').write('1')\nprint(7)\n";
    let fixture = Fixture::new(&[("s.py", script)]);
    fs::create_dir_all(fixture.path().join("taken/glovebox-receipt.json")).expect("made");
    for (out, receipt) in [
        ("glovebox-out", "glovebox-out/glovebox-receipt.json"),
        ("taken", "taken/run-2/glovebox-receipt.json"),
    ] {
        let told = fixture.json(&["run", "s.py", "--json", "--out", out]);
        assert_eq!(
            (&told["outcome"], &told["stdout"]),
            (&"done".into(), &"7\n".into()),
            "{told}"
        );
        let kept: Value = serde_json::from_str(&read(&fixture, receipt)).expect("JSON");
        assert_eq!(kept["receipt"], told["receipt"]);
        for place in ["_rf", "a_b", "glovebox-receipt.json_/x"] {
            assert_eq!(read(&fixture, &format!("{out}/{place}")), "1");
        }
    }
}

#[test]
fn an_output_folder_that_cannot_be_is_refused_before_the_run() {
    let fixture = Fixture::new(&[("s.py", "print(1)"), ("file", "")]);
    for out in ["file", "file/below", "/proc/nowhere"] {
        let output = fixture.glovebox(&["run", "s.py", "--out", out]);
        assert_eq!(code(&output), 2, "{output:?}");
        assert!(
            stderr(&output).contains(out) && stdout(&output).is_empty(),
            "{output:?}"
        );
    }
}
