//! Workbooks, Parquet and Feather files go from CPython with pyarrow, openpyxl, odfpy and xlwt to the guest and back.

use std::{env, fmt::Write as _, fs, path::Path, process::Command};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::command::skip;

/// A frame with every kind of column that such files keep, and a workbook's sheet.
const FRAME: &str = "\
import datetime
import pandas as pd
frame = pd.DataFrame({
    'id': [1, 2, 3],
    'share': [0.5, None, 1.25],
    'name': ['Ada', None, 'Łukasz'],
    'yes': [True, False, True],
    'day': [datetime.date(2024, 2, 29), datetime.date(1999, 12, 31), None],
    'at': pd.to_datetime(['2024-02-29 12:30:00.0', None, '1999-12-31 23:59:59.5']),
    'kind': pd.Categorical(['a', 'b', 'a']),
}, index=pd.Index(['x', 'y', 'z'], name='key'))
sheet = pd.DataFrame({'id': [1, 2], 'share': [0.5, 1.25], 'name': ['Ada', 'Łukasz'],
    'at': pd.to_datetime(['2024-02-29 12:30', '1999-12-31 00:00'])})
";

/// What is read, as text: the values, the types and the index.
const SHOW: &str = "
def show(read):
    print(read.to_string(), read.dtypes.to_string(), read.index.names, read.index.dtype, read.attrs, sep='\\n')
";

const READ_FRAMES: &str = "
show(pd.read_parquet('frame.parquet'))
show(pd.read_parquet('frame.parquet', columns=['share'], filters=[('id', '>', 1)]))
show(pd.read_parquet('range.parquet'))
show(pd.read_feather('frame.feather'))
";

const WRITE_FRAMES: &str = "
frame.reset_index().to_feather('frame.feather')
frame.attrs = {'source': 'test'}
frame.to_parquet('frame.parquet')
frame.reset_index(drop=True).to_parquet('range.parquet', compression='gzip')
";

/// Runs a script under CPython in `folder`; its standard output.
fn cpython(script: &str, folder: &Path) -> Option<String> {
    let Some(python) = env::var_os("GLOVEBOX_PEER_PYTHON") else {
        skip("nothing is compared with CPython: GLOVEBOX_PEER_PYTHON is not set; ./dev test sets it");
        return None;
    };
    let output = Command::new(python)
        .args(["-W", "ignore", "-c", script])
        .current_dir(folder)
        .output()
        .expect("CPython starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).expect("it prints UTF-8"))
}

/// Runs a script in the guest after it has written the files of `data` itself, with `out` as its output folder; its
/// standard output.
fn guest(script: &str, data: &Path, out: &Path) -> String {
    let mut whole = String::from("import base64\n");
    for file in fs::read_dir(data).expect("a folder") {
        let file = file.expect("a file");
        let content = STANDARD.encode(fs::read(file.path()).expect("its content"));
        let name = file.file_name().into_string().expect("a name");
        writeln!(
            whole,
            "with open('{name}', 'wb') as file:\n    file.write(base64.b64decode('{content}'))"
        )
        .expect("text");
    }
    let path = out.with_extension("py");
    fs::write(&path, whole + script).expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_glovebox"))
        .arg("run")
        .arg(&path)
        .args(["--json", "--out"])
        .arg(out)
        .output()
        .expect("the program starts");
    let told: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    assert_eq!(told["outcome"], "done", "{}", told["error"]);
    told["stdout"].as_str().expect("text").to_owned()
}

#[test]
fn pandas_reads_the_parquet_and_feather_files_of_pyarrow() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(expected) = cpython(&format!("{FRAME}{SHOW}{WRITE_FRAMES}{READ_FRAMES}"), folder.path()) else {
        return;
    };
    let out = tempfile::tempdir().expect("a folder");
    let read = guest(
        &format!("import pandas as pd\n{SHOW}{READ_FRAMES}"),
        folder.path(),
        &out.path().join("out"),
    );
    assert_eq!(read, expected);
}

#[test]
fn pyarrow_reads_the_parquet_and_feather_files_of_the_guest() {
    // pyarrow takes the index for a column.
    const READ: &str = "
def plain(read):
    read = read.reset_index() if read.index.name else read
    print(read[sorted(read.columns)].to_string())
plain(pd.read_parquet('frame.parquet'))
plain(pd.read_parquet('range.parquet'))
plain(pd.read_feather('frame.feather'))
";
    let folder = tempfile::tempdir().expect("a folder");
    let (data, out) = (folder.path().join("data"), folder.path().join("out"));
    fs::create_dir(&data).expect("a folder");
    let read = guest(&format!("{FRAME}{WRITE_FRAMES}{READ}"), &data, &out);
    if let Some(expected) = cpython(&format!("import pandas as pd\n{READ}"), &out) {
        assert_eq!(read, expected);
    }
}

#[test]
fn files_that_a_script_leaves_open_are_whole() {
    const WRITE: &str = "
import csv, gzip, zipfile
text = open('text.txt', 'w')
text.write('a line\\n' * 100)
csv.writer(open('rows.csv', 'w', newline='')).writerows([[1, 'a'], [2, 'b']])
packed = gzip.GzipFile('packed.gz', 'wb', mtime=0)
packed.write(b'packed' * 100)
archive = zipfile.ZipFile('archive.zip', 'w')
archive.writestr(zipfile.ZipInfo('member.txt'), 'in an archive')
class Holder:
    pass
holder = Holder()
holder.itself, holder.file = holder, open('cycle.bin', 'wb')
holder.file.write(bytes(range(256)))
";
    let folder = tempfile::tempdir().expect("a folder");
    let (data, out, native) = (
        folder.path().join("data"),
        folder.path().join("out"),
        folder.path().join("native"),
    );
    fs::create_dir(&data).expect("a folder");
    fs::create_dir(&native).expect("a folder");
    guest(WRITE, &data, &out);
    if cpython(WRITE, &native).is_none() {
        return;
    }
    for name in ["text.txt", "rows.csv", "packed.gz", "archive.zip", "cycle.bin"] {
        let read = |folder: &Path| fs::read(folder.join(name)).expect(name);
        assert_eq!(read(&out), read(&native), "{name}");
    }
}

#[test]
fn workbooks_of_every_kind_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = "
import xlwt
sheet.to_excel('book.xlsx', index=False)
sheet.to_excel('book.ods', index=False, engine='odf')
book = xlwt.Workbook()
page = book.add_sheet('Sheet1')
for column, name in enumerate(sheet.columns):
    page.write(0, column, name)
    for row, value in enumerate(sheet[name], 1):
        if name == 'at':
            page.write(row, column, value.to_pydatetime(), xlwt.easyxf(num_format_str='YYYY-MM-DD HH:MM'))
        else:
            page.write(row, column, value if isinstance(value, str) else float(value))
book.save('book.xls')
show(sheet)
";
    let Some(expected) = cpython(&format!("{FRAME}{SHOW}{write}"), folder.path()) else {
        return;
    };
    for kind in ["xlsx", "ods", "xls"] {
        let out = tempfile::tempdir().expect("a folder");
        let script = format!(
            "import pandas as pd, polars as pl\n{SHOW}\nshow(pd.read_excel('book.{kind}'))\n\
             print(pl.read_excel('book.{kind}').schema)\n"
        );
        let read = guest(&script, folder.path(), &out.path().join("out"));
        let schema =
            "Schema({'id': Int64, 'share': Float64, 'name': String, 'at': Datetime(time_unit='ms', time_zone=None)})\n";
        assert_eq!(read, format!("{expected}{schema}"), "{kind}");
    }
}
