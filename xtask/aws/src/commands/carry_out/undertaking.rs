//! What is to be done, by whose leave, and its two ways.

use std::cell::RefCell;

use deploy::drift::Report;
use deploy::execute::{Options, Outcome, StepOutcome};
use deploy::plan::Plan;
use deploy_arguments::Target;

use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::screen::Screen;
use crate::session::{Again, Interrupts, Planner, Session};

/// What is to be done, and by whose leave.
pub(in crate::commands) struct Undertaking<'a> {
    pub(in crate::commands) session: &'a Session,
    pub(in crate::commands) planner: &'a Planner<'a>,
    pub(in crate::commands) target: &'a Target,
    pub(in crate::commands) consent: &'a deploy_arguments::Consent,
    pub(in crate::commands) concurrency: u16,
    pub(in crate::commands) acknowledged: Option<&'a Acknowledgements>,
    /// What somebody changed without CloudFormation, where that was asked for.
    pub(in crate::commands) drift: Option<Report>,
    /// The command that goes on from here.
    pub(in crate::commands) again: Again,
    /// The commands that do the same where nobody can be asked; none where no plan of it can be saved.
    pub(in crate::commands) unattended: Vec<String>,
}

impl Undertaking<'_> {
    /// From what is deployed to what is asked for.
    pub(in crate::commands) async fn carry_out(&self) -> Result<u8, Error> {
        let screen = RefCell::new(Screen::new(self.target.format));
        let mut interrupts = Interrupts::noticed();
        self.whole_way(&screen, &mut interrupts).await
    }

    /// What a saved plan says.
    pub(in crate::commands) async fn carry_out_saved(&self, plan: Plan) -> Result<u8, Error> {
        let screen = RefCell::new(Screen::new(self.target.format));
        let mut interrupts = Interrupts::noticed();
        self.as_saved(plan, &screen, &mut interrupts).await
    }

    /// The command that goes on after this: it takes over what stacks have left, where that is in the
    /// way.
    pub(super) fn again_after(&self, outcome: &Outcome) -> String {
        const TAKES_OVER: &str = "--rebuild";
        let orphans = outcome
            .steps
            .values()
            .any(|one| matches!(one, StepOutcome::Failed(failure) if failure.orphans));
        if orphans && !self.again.command.split(' ').any(|word| word == TAKES_OVER) {
            format!("{} {TAKES_OVER}", self.again.command)
        } else {
            self.again.command.clone()
        }
    }

    pub(super) fn options(&self) -> Options {
        self.session.options(Some(self.concurrency), "")
    }
}
