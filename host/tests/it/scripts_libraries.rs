//! What goes wrong inside the libraries is Python's to catch, and the libraries take each other's values.

use std::process::Command;

use serde_json::{Value, json};

fn run(script: &str, options: &[&str]) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s.py");
    std::fs::write(&path, script).expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_glovebox"))
        .arg("run")
        .arg(path)
        .args(options)
        .args(["--json", "--out"])
        .arg(folder.path().join("out"))
        .output()
        .expect("the program starts");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn check(script: &str, expected: &str) {
    let told = run(script, &[]);
    assert_eq!(told["stdout"], expected, "{script}\n{}", told["error"]);
    assert_eq!(told["outcome"], "done", "{script}");
}

#[test]
fn what_goes_wrong_is_caught_and_the_run_goes_on() {
    for (attempt, expected) in [
        ("[bytearray(1 << 30) for _ in range(3)]", "MemoryError"),
        ("[np.zeros(1 << 27) for _ in range(3)]", "MemoryError"),
        ("f(0)", "RecursionError"),
        ("sys.setrecursionlimit(10**6) or f(0)", "RecursionError"),
        ("json.loads('[' * 100_000)", "JSONDecodeError"),
        ("np.linalg.inv(np.zeros((2, 2)))", "LinAlgError"),
        ("pl.DataFrame({'a': [1]})['b']", "ColumnNotFoundError"),
        ("pd.DataFrame({'a': [1]})['b']", "KeyError"),
        ("threading.Thread(target=print).start()", "RuntimeError"),
        ("list(futures.ThreadPoolExecutor(2).map(abs, [1]))", "RuntimeError"),
    ] {
        let script = format!(
            "import json, sys, threading\nfrom concurrent import futures\nimport numpy as np, pandas as pd, polars as pl\n\
             def f(n):\n    return f(n + 1)\n\
             for _ in range(3):\n    try:\n        {attempt}\n    except BaseException as error:\n        \
             print({{kind.__name__ for kind in type(error).__mro__ if kind.__name__ == '{expected}'}})\n\
             print(pl.Series([1, 2]).sum(), np.arange(3).sum(), pd.Series([4]).sum())\n"
        );
        let line = format!("{{'{expected}'}}\n");
        check(&script, &format!("{}3 3 4\n", line.repeat(3)));
    }
}

#[test]
fn memory_that_polars_cannot_have_is_caught_as_well() {
    let script = "import polars as pl\nfor _ in range(2):\n    try:\n        pl.int_range(0, 1 << 29, eager=True).sort()\n    \
                  except BaseException as error:\n        print(type(error).__name__ in ('MemoryError', 'PanicException'))\n\
                  print(pl.Series([1, 2]).sum())\n";
    check(script, "True\nTrue\n3\n");
}

#[test]
fn default_integers_have_64_bits() {
    let script = "import numpy as np, pandas as pd\nprint(np.array([1]).dtype, np.arange(1_000_000).sum(), np.prod([10] * 12))\n\
                  print(pd.Series([1]).dtype, pd.Series(range(100_000)).mul(100_000).sum(), np.int_(2**40))\n";
    check(
        script,
        "int64 499999500000 1000000000000\nint64 499995000000000 1099511627776\n",
    );
}

#[test]
fn the_libraries_take_each_others_values() {
    let script = "import numpy as np, pandas as pd, polars as pl\n\
        frame = pl.DataFrame({'g': ['a', 'b', None], 'n': [1, 2, 3], 'x': [0.5, None, 1.5]})\n\
        there = frame.to_pandas()\nprint(type(there).__module__.split('.')[0], there.shape, there['n'].sum())\n\
        back = pl.from_pandas(there)\nprint(back.shape, back['g'].to_list(), back['n'].sum())\n\
        print(frame['n'].to_numpy().dtype, pl.Series('s', np.arange(3)).sum(), np.asarray(there['x']).size)\n\
        print(pl.DataFrame(np.eye(2)).shape, pd.DataFrame(frame.to_dicts()).shape)\n";
    check(
        script,
        "pandas (3, 3) 6\n(3, 3) ['a', 'b', None] 6\nint64 3 3\n(2, 2) (3, 3)\n",
    );
}

#[test]
fn values_of_every_library_are_displayed_as_tables() {
    let script = "import numpy as np, pandas as pd, polars as pl\n\
        display(pd.DataFrame({'a': [1, 2], 'b': ['x', None]}))\ndisplay(pl.DataFrame({'a': [1]}))\n\
        display(pd.Series([1.5, 2.5], name='s'))\npd.DataFrame({'c': [True]}).describe()";
    let told = run(script, &[]);
    assert_eq!(told["outcome"], "done", "{}", told["error"]);
    let tables = told["tables"].as_array().expect("tables");
    assert_eq!(tables.len(), 4, "{told}");
    assert_eq!(tables[0]["row_count"], 2);
}

#[test]
fn spreadsheets_and_markdown_are_written_and_read() {
    let script = "import pandas as pd, polars as pl\ndf = pd.DataFrame({'a': [1, 2], 'b': ['x', 'y']})\n\
        df.to_excel('book.xlsx', index=False)\nprint(pd.read_excel('book.xlsx').equals(df))\nprint(df.to_markdown(index=False))\n\
        pl.DataFrame({'a': [1]}).write_excel('polars.xlsx')\nprint(pd.read_excel('polars.xlsx')['a'].sum())\n";
    check(
        script,
        "True\n|   a | b   |\n|----:|:----|\n|   1 | x   |\n|   2 | y   |\n1\n",
    );
}

#[test]
fn a_script_with_every_library_repeats_its_bytes_and_fuel() {
    let script = "import numpy as np, pandas as pd, polars as pl, matplotlib.pyplot as plt\n\
        rng = np.random.default_rng()\nx = rng.normal(size=2000)\ndf = pd.DataFrame({'x': x, 'g': np.arange(2000) % 7})\n\
        print(df.groupby('g').x.agg(['mean', 'std']), np.random.rand(), hash('a'), {'b', 'a'})\n\
        print(pl.from_pandas(df).group_by('g').agg(pl.col('x').sum()).sort('g'))\n\
        df.plot(x='g', y='x')\nplt.savefig('c.png')\n";
    let (first, again) = (run(script, &[]), run(script, &[]));
    assert_eq!(first["outcome"], "done", "{}", first["error"]);
    assert_eq!(first["stdout"], again["stdout"]);
    assert_eq!(first["receipt"]["fuel_used"], again["receipt"]["fuel_used"]);
    assert_eq!(first["receipt"]["outputs"], again["receipt"]["outputs"]);
    assert_ne!(first["receipt"]["outputs"], json!([]));
}

#[test]
fn a_panic_that_nobody_catches_is_told_like_any_exception() {
    let told = run(
        "import polars as pl\nprint('before')\npl.DataFrame({'a': [None]}).unnest('a')\n",
        &[],
    );
    assert_eq!(told["outcome"], "fault", "{told}");
    assert_eq!(told["error"]["type"], "PanicException");
    assert_eq!(told["error"]["line"], 3);
    assert_eq!(told["stdout"], "before\n");
}

#[test]
fn ways_to_end_a_process_end_the_run_in_words() {
    for (script, message) in [
        ("import os\nos._exit(3)\n", "the script ended with exit code 3"),
        ("import os\nos.abort()\n", "the script called os.abort()"),
    ] {
        let told = run(script, &[]);
        assert_eq!(told["outcome"], "fault", "{told}");
        assert_eq!(told["error"]["message"], message);
    }
}

#[test]
fn a_chart_whose_name_no_file_should_have_is_refused() {
    let told = run(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig('a\\nb.png')\n",
        &[],
    );
    assert_eq!(told["outcome"], "fault", "{told}");
    assert_eq!(told["error"]["type"], "ValueError");
}

#[test]
fn zstd_files_are_written_and_read_by_python_pandas_and_polars() {
    let script = "from compression import zstd\nimport pandas as pd, polars as pl\ntext = b'a,b\\n' + b'1,2\\n' * 5000\n\
                  for level in (-3, 3, 19):\n    packed = zstd.compress(text, level)\n    \
                  print(zstd.decompress(packed + packed) == text * 2, len(packed) < 200, zstd.get_frame_info(packed).decompressed_size)\n\
                  words = zstd.ZstdDict(text[:64], is_raw=True)\n\
                  print(zstd.decompress(zstd.compress(text, zstd_dict=words), zstd_dict=words) == text)\n\
                  for broken in (b'no frame at all', packed[:-4]):\n    try:\n        zstd.decompress(broken)\n    \
                  except zstd.ZstdError as error:\n        print(error)\n\
                  pd.DataFrame({'a': [1, 2]}).to_csv('t.csv.zst', index=False)\n\
                  print(pd.read_csv('t.csv.zst').a.sum(), pl.read_csv('t.csv.zst')['a'].sum(), zstd.open('t.csv.zst', 'rt').read().split())\n";
    check(
        script,
        "True True 20004\nTrue True 20004\nTrue True 20004\nTrue\n\
         Unable to process zstd data: Unknown frame descriptor\n\
         Compressed data ended before the end-of-stream marker was reached\n3 3 ['a', '1', '2']\n",
    );
}
