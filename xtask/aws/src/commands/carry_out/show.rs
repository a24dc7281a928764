//! Shows a plan, or that there is nothing to do.

use std::cell::RefCell;
use std::collections::BTreeMap;

use cloudformation::ResourceChange;
use deploy::drift::add_findings;
use deploy::plan::{FindingCode, Plan};
use deploy::report::wording::listed;
use deploy::report::{Line, Tone, plan as planned};
use deploy_arguments::exit_code;

use super::told::Told;
use super::undertaking::Undertaking;
use crate::Error;
use crate::commands::shown::lines;
use crate::guard::short_commit;
use crate::screen::{Screen, complain};
use crate::session::Purpose;

impl Undertaking<'_> {
    pub(super) fn show(
        &self,
        screen: &mut Screen,
        plan: &Plan,
        change_sets: &BTreeMap<String, Vec<ResourceChange>>,
    ) {
        // What went on before has ended, and its picture would be in the way.
        screen.end();
        let mut without = plan.clone();
        without.templates.clear();
        if let Some(report) = &self.drift {
            add_findings(&mut without, report);
        }
        screen.hand_on(&Told::Planned { plan: &without });
        let differences = lines(&self.planner.differences(), screen.look());
        let mut shown = planned::plan(planned::Shown {
            plan: &without,
            differences: &differences,
            change_sets,
        });
        shown.extend(self.notes(plan));
        shown.push(Line::new());
        screen.say(&shown);
    }

    /// What is worth a word beside the plan.
    pub(super) fn notes(&self, plan: &Plan) -> Vec<Line> {
        let mut notes = Vec::new();
        if let Some(acknowledged) = self.acknowledged {
            for (word, place) in acknowledged.unused(plan, &self.session.expected.prefix) {
                notes.push(Line::new());
                notes.extend(planned::unused_acknowledgement(&word.0, place));
            }
        }
        let made_up: Vec<String> = self.planner.made_up().into_iter().collect();
        if !made_up.is_empty() {
            let text = format!(
                "made up, since nothing is pulled here: the image of {}",
                listed(&made_up, 4)
            );
            notes.push(Line::new());
            notes.push(Line::new().and(Tone::Dim, text));
        }
        notes
    }

    pub(super) fn blocked(&self, screen: &RefCell<Screen>, plan: &Plan) -> u8 {
        self.show(&mut screen.borrow_mut(), plan, &BTreeMap::new());
        let text = ": blocked by what is said above; nothing was done";
        complain(&[Line::new().and(Tone::Bad, "error").plain(text)]);
        exit_code::BLOCKED
    }

    pub(super) async fn nothing_to_do(
        &self,
        screen: &RefCell<Screen>,
        plan: &Plan,
    ) -> Result<u8, Error> {
        screen.borrow_mut().end();
        if plan.is_blocked() {
            return Ok(self.blocked(screen, plan));
        }
        let environment = plan.environment;
        let text = match self.planner.purpose {
            Purpose::Deploy => {
                self.show(&mut screen.borrow_mut(), plan, &BTreeMap::new());
                let is_missing = plan
                    .findings
                    .iter()
                    .any(|finding| finding.code == FindingCode::StackMissing);
                match self.planner.request.only {
                    _ if is_missing => {
                        "nothing to deploy; what is missing is said above".to_owned()
                    }
                    Some(_) => "what was asked for is as defined; nothing to do".to_owned(),
                    None => format!("{environment} is as defined; nothing to do"),
                }
            }
            Purpose::RollBack => {
                self.show(&mut screen.borrow_mut(), plan, &BTreeMap::new());
                let commit = self.planner.request.commit.as_deref();
                let commit = commit.map_or("it", short_commit);
                format!("{environment} is as {commit} defines it; nothing to do")
            }
            Purpose::Recover => format!("no stack of {environment} is stuck any more"),
            Purpose::Destroy => {
                self.show(&mut screen.borrow_mut(), plan, &BTreeMap::new());
                format!("nothing of {environment} is there")
            }
        };
        screen
            .borrow_mut()
            .say(&[Line::new().and(Tone::Good, text)]);
        Ok(exit_code::SUCCESS)
    }
}
