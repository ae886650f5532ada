//! What the words of a script tell of it. The guest does not say what a script read, so these guess on the safe side.

/// Whether a script may look at the clock: a script that names any of these words is run again on another day, though it
/// may not need it.
pub fn may_read_clock(script: &str) -> bool {
    const WORDS: [&str; 14] = [
        "now",
        "utcnow",
        "today",
        "time",
        "time_ns",
        "localtime",
        "gmtime",
        "ctime",
        "asctime",
        "strftime",
        "clock",
        "monotonic",
        "perf_counter",
        "datetime64",
    ];
    words(script).any(|word| WORDS.contains(&word))
}

/// Whether a script may read the file of this name: it writes the name, or looks for files by itself.
pub fn may_read(script: &str, name: &str) -> bool {
    const LOOKING: [&str; 8] = [
        "listdir", "scandir", "glob", "rglob", "iterdir", "walk", "fwalk", "join",
    ];
    script.contains(name) || words(script).any(|word| LOOKING.contains(&word)) || script.contains("*.")
}

fn words(script: &str) -> impl Iterator<Item = &str> {
    script.split(|c: char| !c.is_alphanumeric() && c != '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_names_the_clock_may_read_it() {
        let check = |script, expected| assert_eq!(may_read_clock(script), expected, "{script}");
        check("from datetime import date\nprint(date.today())", true);
        check("import time as t", true);
        check("pd.Timestamp.now()", true);
        check("df['runtime'].sum()", false);
        check("print(pl.read_csv('/data/sales.csv'))", false);
    }

    #[test]
    fn a_script_reads_the_files_that_it_names() {
        let check = |script, expected| assert_eq!(may_read(script, "sales.csv"), expected, "{script}");
        check("pl.read_csv('/data/sales.csv')", true);
        check("pl.read_csv('/data/costs.csv')", false);
        check("for name in os.listdir('/data'): pass", true);
        check("pl.read_csv('/data/*.csv')", true);
    }
}
