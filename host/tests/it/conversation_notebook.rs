//! Conversations as notebooks, which run under the peer's CPython.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};

use crate::{
    command::skip,
    turns::{Chat, SALES},
};

const BY_REGION: &str = "import matplotlib.pyplot as plt
import polars as pl

sales = pl.read_csv('/data/sales.csv')
by_region = sales.group_by('region').agg(pl.col('amount').sum()).sort('region')
for region, amount in by_region.iter_rows():
    print(region, amount)
by_region.write_csv('/out/by_region.csv')
plt.bar(by_region['region'], by_region['amount'])
plt.title('Sales by region')
plt.show()
by_region
";

/// Reads what the script before made, draws random numbers, and writes over a table's name.
const SHARES: &str = "import random
import polars as pl

by_region = pl.read_csv('by_region.csv')
print(by_region['amount'].max() / by_region['amount'].sum())
print(random.randint(0, 10**9))
pl.DataFrame({'amount': [1]}).write_csv('sales.csv')
";

const TOTAL: &str = "import pandas as pd\nprint(pd.read_csv('sales.csv')['amount'].sum())\n";

/// Runs the code cells in order, and answers what each printed.
const RUN_CELLS: &str = "
import contextlib, io, json, sys

printed, scope = [], {'__name__': '__main__'}
for cell in json.load(open(sys.argv[1]))['cells']:
    if cell['cell_type'] == 'code':
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(cell['source'], cell['id'], 'exec'), scope)
        printed.append(out.getvalue())
print(json.dumps(printed))
";

async fn notebook(chat: &Chat) -> Value {
    let export = format!("{}/export?format=notebook", chat.conversation);
    chat.fixture.ada.get(&export).await.expect(200)
}

fn code(notebook: &Value) -> Vec<&Value> {
    let cells = notebook["cells"].as_array().unwrap().iter();
    cells.filter(|cell| cell["cell_type"] == "code").collect()
}

fn printed(cell: &Value) -> String {
    let outputs = cell["outputs"].as_array().unwrap().iter();
    let streams = outputs.filter(|output| output["output_type"] == "stream");
    streams.map(|output| output["text"].as_str().unwrap()).collect()
}

/// What each cell prints under CPython, in a folder with the sales.
fn run(python: &Path, notebook: &Value, sales: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("sales.csv"), sales).unwrap();
    fs::write(path("notebook.ipynb"), notebook.to_string()).unwrap();
    fs::write(path("run_cells.py"), RUN_CELLS).unwrap();
    let ran = Command::new(python)
        .args(["run_cells.py", "notebook.ipynb"])
        .env("MPLBACKEND", "Agg")
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(fs::read_to_string(path("sales.csv")).unwrap(), sales);
    serde_json::from_slice(&ran.stdout).unwrap()
}

#[tokio::test]
async fn a_notebook_runs_from_top_to_bottom_and_finds_the_same_figures() {
    let chat = Chat::offline().await;
    let mut last = Value::Null;
    for script in [BY_REGION, SHARES, TOTAL] {
        let question = json!({"text": "Run <it>", "script": script, "parent_id": last["id"]});
        let place = chat.ask_in(&chat.conversation, question).await;
        chat.fixture.app.settle().await;
        last = chat.get(&place).await;
        assert_eq!(last["state"], "done", "{last}");
    }
    let notebook = notebook(&chat).await;
    assert_eq!(
        (&notebook["nbformat"], &notebook["nbformat_minor"]),
        (&json!(4), &json!(5))
    );
    let cells = code(&notebook);
    assert_eq!(cells.len(), 4, "the beginning, and a script an answer");
    let kept: Vec<_> = cells[1..].iter().map(|cell| printed(cell)).collect();
    assert_eq!(kept[0], "North 40\nSouth 12\n");
    assert_eq!(kept[2], "52\n");
    let shown = cells[1]["outputs"].as_array().unwrap();
    let has = |kind: &str| shown.iter().any(|output| output["data"][kind].is_string());
    assert!(has("image/png") && has("text/html"), "{shown:?}");
    assert!(cells[1]["source"].as_str().unwrap().contains("read_csv('sales.csv')"));

    let Some(python) = env::var_os("GLOVEBOX_PEER_PYTHON").map(PathBuf::from) else {
        skip("no notebook is run: GLOVEBOX_PEER_PYTHON is not set; ./dev test sets it");
        return;
    };
    let ran = run(&python, &notebook, SALES);
    assert_eq!(ran[0], "", "the table is the one that was read");
    assert_eq!(ran[1..], kept);
    let changed = run(&python, &notebook, &format!("{SALES}South,3,1\n"));
    assert!(changed[0].contains("figures may differ"), "{changed:?}");
}

#[tokio::test]
async fn a_notebook_has_the_branch_that_was_spoken_in_last_and_no_script_that_raises() {
    let chat = Chat::offline().await;
    let place = chat
        .ask_in(
            &chat.conversation,
            json!({"text": "An older way", "script": "print('older')"}),
        )
        .await;
    chat.fixture.app.settle().await;
    chat.get(&place).await;
    let question =
        json!({"text": "A newer way", "script": "print('before')\nraise ValueError('no ```')", "parent_id": null});
    let place = chat.ask_in(&chat.conversation, question).await;
    chat.fixture.app.settle().await;
    chat.get(&place).await;
    let notebook = notebook(&chat).await;
    assert_eq!(code(&notebook).len(), 1, "the beginning alone");
    let text = notebook.to_string();
    assert!(
        text.contains("A newer way") && text.contains("raise ValueError"),
        "{text}"
    );
    assert!(!text.contains("An older way"), "{text}");

    let exported = chat
        .fixture
        .ada
        .get(&format!("{}/export?format=json", chat.conversation))
        .await
        .expect(200);
    let imported = chat
        .fixture
        .ada
        .post(&format!("{}/conversations/import", chat.fixture.project), exported)
        .await
        .expect(201);
    let export = format!(
        "/api/v1/conversations/{}/export?format=notebook",
        imported["id"].as_str().unwrap()
    );
    let copy = chat.fixture.ada.get(&export).await.expect(200);
    assert_eq!(code(&copy).len(), 1, "nothing vouches for a script that was imported");
}
