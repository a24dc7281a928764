//! How it ended, and what can be done about what still goes on.

use std::cell::RefCell;
use std::time::Duration;

use deploy::execute::{Cancellation, Options, Outcome, cancel_updates, has_detached_updates};
use deploy::plan::Plan;
use deploy::report::outcome::{Cloud, Resume};
use deploy::report::{Line, Tone, terminal};
use deploy_arguments::exit_code;

use super::told::Told;
use super::undertaking::Undertaking;
use super::witness::Seen;
use crate::Error;
use crate::commands::plan::outcome_code;
use crate::screen::{Screen, complain, conclude};
use crate::session::{Interrupts, Purpose};

/// How long a second Ctrl-C is waited for.
const SECOND_THOUGHTS: Duration = Duration::from_secs(5);

impl Undertaking<'_> {
    /// Tells how it ended, and what can be done about what still goes on.
    pub(super) async fn ended(
        &self,
        screen: &RefCell<Screen>,
        plan: &Plan,
        ended: &Outcome,
        seen: &Seen,
        options: &Options,
        interrupts: &mut Interrupts,
    ) -> Result<u8, Error> {
        let took = screen.borrow().elapsed();
        let explanations = seen.explanations(plan, ended);
        for (stack, explanations) in &explanations {
            screen.borrow_mut().hand_on(&Told::Explained {
                stack,
                explanations,
            });
        }
        let why = seen.lines(&explanations);
        conclude(
            &mut screen.borrow_mut(),
            plan,
            ended,
            &self.resume(ended),
            &why,
        );
        if ended.detached {
            self.second_thoughts(plan, ended, options, interrupts).await;
        }
        let code = outcome_code(ended);
        if code == exit_code::SUCCESS && self.planner.purpose == Purpose::Deploy {
            let lines = self.where_to_look(plan, took);
            screen.borrow_mut().say(&lines);
        }
        Ok(code)
    }

    /// How to go on from here, and what goes on without this run.
    fn resume(&self, outcome: &Outcome) -> Resume {
        let cloud = match &self.session.local {
            None => Cloud::GoesOn,
            Some(local) => match &local.state {
                Some(state) => Cloud::Stops {
                    state: state.clone(),
                },
                None => Cloud::Ends {
                    keeping: self.again.keeping.clone(),
                },
            },
        };
        Resume {
            command: self.again_after(outcome),
            cloud,
        }
    }

    /// After the first Ctrl-C CloudFormation goes on; a second one takes the updates back.
    pub(super) async fn second_thoughts(
        &self,
        plan: &Plan,
        ended: &Outcome,
        options: &Options,
        interrupts: &mut Interrupts,
    ) {
        let is_gone = matches!(&self.session.local, Some(local) if local.state.is_none());
        if is_gone || !has_detached_updates(plan, ended) || terminal::of_stderr().is_none() {
            return;
        }
        let seconds = SECOND_THOUGHTS.as_secs();
        let offer = format!("Ctrl-C again within {seconds} seconds takes the updates back");
        complain(&[Line::at(2).and(Tone::Dim, "= help: ").plain(offer)]);
        tokio::select! {
            () = interrupts.next() => {}
            () = tokio::time::sleep(SECOND_THOUGHTS) => return,
        }
        let cancelled = cancel_updates(&self.session.port, plan, ended, options).await;
        let mut lines = vec![Line::new()];
        for (stack, one) in cancelled {
            let line = Line::at(2).and(Tone::Strong, &stack).plain(": ");
            lines.push(match one {
                Cancellation::Started => line.plain("its update is taken back"),
                Cancellation::NotUpdating(Some(status)) => {
                    line.plain(format!("nothing to take back, it is {status}"))
                }
                Cancellation::NotUpdating(None) => line.plain("nothing to take back"),
                Cancellation::Failed(error) => line.and(Tone::Bad, error.to_string()),
            });
        }
        complain(&lines);
    }
}
