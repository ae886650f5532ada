//! What a question comes to, without running anything: which tables, and what is computed of them.

use super::{
    Exchange, NamedProfile, Reading,
    columns::TableView,
    plan::{self, Plan},
    question::Interpretation,
    read,
};

/// A question that was understood.
pub(super) struct Sense<'a> {
    pub view: TableView<'a>,
    pub plan: Plan,
    draft: Interpretation,
}

/// What `question` comes to after the `earlier` ones; `None` where it is no question that can be answered.
pub(super) fn of<'a>(question: &str, earlier: &[&str], tables: &'a [NamedProfile<'a>]) -> Option<Sense<'a>> {
    let earlier: Vec<Exchange<'_>> = earlier
        .iter()
        .map(|question| Exchange { question, script: None })
        .collect();
    let views = tables.iter().map(TableView::of).collect();
    let Reading { view, draft } = read(question, &earlier, tables, views, &[]).ok()?;
    let plan = plan::choose(&view, &draft).ok()?;
    Some(Sense { view, plan, draft })
}

impl Sense<'_> {
    /// Nothing was guessed or left out.
    pub fn is_sure(&self) -> bool {
        self.draft.unknown.is_empty() && self.draft.guesses.is_empty() && self.view.join.is_none()
    }

    /// The same for questions that come to the same answer.
    pub fn key(&self) -> String {
        let Plan {
            task,
            measures,
            groups,
            filters,
            top,
            chart,
            save,
            ..
        } = &self.plan;
        let tables: Vec<&str> = self.view.tables.iter().map(|table| table.name).collect();
        format!("{tables:?} {task:?} {measures:?} {groups:?} {filters:?} {top:?} {chart:?} {save:?}")
    }
}
