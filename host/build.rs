//! Says what the program is made of besides its sources: the migrations are built in, and the queries were checked
//! against them.

fn main() {
    for folder in ["../migrations", "../.sqlx"] {
        // Cargo takes what is not there for changed.
        if std::path::Path::new(folder).exists() {
            println!("cargo:rerun-if-changed={folder}");
        }
    }
}
