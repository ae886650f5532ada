//! What is worth knowing of a table: findings that are ranked, each with how sure it is.

use super::{
    answer::{Telling, bold, plain},
    columns::View,
    facts::Facts,
    plan::Plan,
    python::Script,
    question::code,
};

pub(super) fn script(view: &View<'_>, plan: &Plan, careful: bool) -> String {
    let script = Script::new(view, plan, true, careful);
    script.end("df.describe()")
}

pub(super) fn answer(view: &View<'_>, _plan: &Plan, facts: &Facts, telling: &mut Telling) -> Option<()> {
    telling.say(format!(
        "{} has {} rows.",
        code(view.tables[0].name),
        bold(facts.figure("rows")?)
    ));
    let _ = plain("");
    Some(())
}
