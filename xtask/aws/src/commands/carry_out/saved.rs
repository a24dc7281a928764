//! Does what a saved plan says.

use std::cell::RefCell;
use std::collections::BTreeMap;

use deploy::execute::Options;
use deploy::observe::observe_telling;
use deploy::plan::Plan;
use deploy::report::Line;
use deploy_arguments::exit_code;

use super::undertaking::Undertaking;
use crate::Error;
use crate::commands::shown::complaining;
use crate::error::Unplanned;
use crate::guard::check_saved;
use crate::screen::Screen;
use crate::session::Interrupts;

impl Undertaking<'_> {
    /// Executes a saved plan. The guard looks at the environment as it is now; whether the stacks
    /// have moved is looked at by the executor, one by one.
    pub(super) async fn as_saved(
        &self,
        plan: Plan,
        screen: &RefCell<Screen>,
        interrupts: &mut Interrupts,
    ) -> Result<u8, Error> {
        let question = self.question(true)?;
        let expected = &self.session.expected;
        check_saved(expected, &plan).map_err(Error::Refused)?;
        if plan.is_blocked() {
            return Ok(self.blocked(screen, &plan));
        }
        let observed = observe_telling(
            &self.session.port,
            &expected.region,
            &expected.prefix,
            complaining(),
        )
        .await
        .map_err(Error::Port)?;
        // Only for what the guard says; the plan is the saved one.
        match self.planner.plan(&observed) {
            Err(Unplanned::Refused(refusals)) => return Err(Error::Refused(refusals)),
            Ok(_) | Err(Unplanned::Plan(_)) => {}
        }
        self.show(&mut screen.borrow_mut(), &plan, &BTreeMap::new());
        if plan.steps.is_empty() {
            return Ok(exit_code::SUCCESS);
        }
        self.agree(&question, interrupts).await?;
        let options = Options {
            note: self.planner.note(),
            ..self.options()
        };
        let code = self.executed(&plan, &options, screen, interrupts).await?;
        if plan.is_recovery() && code == exit_code::SUCCESS {
            let text = "recovered; what is left to do has to be planned now";
            screen.borrow_mut().say(&[Line::new().plain(text)]);
            return Ok(exit_code::MOVED);
        }
        Ok(code)
    }
}
