//! Says what the program is made of besides its sources: the migrations and the browser app are built in, and the
//! queries were checked against the migrations.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    for folder in ["../migrations", "../.sqlx"] {
        // Cargo takes what is not there for changed.
        if Path::new(folder).exists() {
            println!("cargo:rerun-if-changed={folder}");
        }
    }
    browser_app();
}

/// Writes the table that `http/web.rs` includes: each file of the built app by its name.
///
/// `./dev` names the folder; `npm run build` alone leaves it in `web/dist`. Without either the table is empty, so that
/// whoever works on the server alone needs no Node.
fn browser_app() {
    println!("cargo:rerun-if-env-changed=GLOVEBOX_WEB");
    let manifest = variable("CARGO_MANIFEST_DIR");
    let app = env::var_os("GLOVEBOX_WEB").map_or_else(|| manifest.join("web/dist"), PathBuf::from);
    let mut files = Vec::new();
    if app.exists() {
        println!("cargo:rerun-if-changed={}", app.display());
        collect(&app, &mut files);
    }
    files.sort();
    let mut table = String::from("&[\n");
    for path in files {
        let name = path.strip_prefix(&app).expect("it was found there").display();
        let _ = writeln!(
            table,
            "    (\"{name}\", include_bytes!({:?})),",
            path.display().to_string()
        );
    }
    table.push(']');
    fs::write(variable("OUT_DIR").join("web.rs"), table).expect("OUT_DIR can be written to");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder of the app can be read") {
        let path = entry.expect("the folder of the app can be read").path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn variable(name: &str) -> PathBuf {
    env::var_os(name).expect("Cargo sets it").into()
}
