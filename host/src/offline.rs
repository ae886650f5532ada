//! Placeholder until the branch `offline` is merged.
pub struct Situation<'a> { pub question: &'a str, pub earlier: &'a [Exchange<'a>], pub tables: &'a [Table<'a>], pub runs: &'a [Ran<'a>] }
pub struct Exchange<'a> { pub question: &'a str, pub script: Option<&'a str> }
pub struct Table<'a> { pub name: &'a str, pub profile: &'a crate::files::profile::Profile }
pub struct Ran<'a> { pub script: &'a str, pub succeeded: bool, pub output: &'a str, pub files: &'a [&'a str], pub fault: Option<&'a str> }
pub enum Step { Run { say: String, script: String }, Say(String) }
pub fn next(situation: &Situation<'_>) -> Step {
    match situation.runs.last() {
        None => Step::Run { say: "I look at the data.\n\n".to_owned(), script: format!("import polars as pl\ndf = pl.read_csv({:?})\nprint(len(df))\ndf.head(3).write_csv('head.csv')\ndf\n", situation.tables.first().map_or("", |t| t.name)) },
        Some(ran) => Step::Say(format!("There are {} rows.", ran.output.trim())),
    }
}
