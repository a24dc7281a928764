//! By whose leave.

use std::io::{self, IsTerminal as _};

use deploy::report::terminal;
use deploy_arguments::Format;

use super::undertaking::Undertaking;
use crate::Error;
use crate::guard::{Consent, Question, Refusal};
use crate::session::{Answer, Interrupts, ask};

impl Undertaking<'_> {
    /// What has to be asked. A wrong word is refused at once; that nobody can be asked, when there
    /// is something to ask.
    pub(super) fn question(&self, saved_plan: bool) -> Result<Result<Question, Refusal>, Error> {
        let consent = Consent {
            yes: self.consent.yes,
            confirm: self.consent.confirm.clone(),
            saved_plan,
            only_asked: self.unattended.is_empty(),
            unattended: self.unattended.clone(),
            terminal: io::stdin().is_terminal()
                && terminal::of_stderr().is_some()
                && self.target.format == Format::Text,
        };
        match consent.question(&self.session.expected) {
            Err(wrong @ Refusal::WrongConfirmation { .. }) => Err(Error::Refused(vec![wrong])),
            other => Ok(other),
        }
    }

    pub(super) async fn agree(
        &self,
        question: &Result<Question, Refusal>,
        interrupts: &mut Interrupts,
    ) -> Result<(), Error> {
        let refused = |refusal| Error::Refused(vec![refusal]);
        let question = question.clone().map_err(refused)?;
        match ask(question, interrupts).await {
            Answer::Typed(answer) => question.answer(&answer).map_err(refused),
            Answer::Left => Err(refused(Refusal::NotConfirmed {
                environment: self.session.expected.environment,
            })),
        }
    }
}
