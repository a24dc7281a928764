//! One deployment: plan, confirm, execute.
//!
//! [`Deployment::run`] plans from what is deployed; [`Deployment::run_saved`] executes a saved plan. What has to
//! be confirmed is shown first, with its change sets, and exactly that is executed. Where nothing has to be
//! confirmed, the engine's loop runs through.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use cli_conventions::exit_code;
use cloudformation::ResourceChange;
use tokio::sync::oneshot;

use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::backend::Backend;
use crate::command_line::ResumeCommand;
use crate::commands::arguments::{self, Format, Target};
use crate::commands::output::{complaining, lines};
use crate::commands::plan::{changes, not_prepared, outcome_code};
use crate::drift::{Report, add_findings};
use crate::ecs_monitor::{EcsEvidence, monitored, targets};
use crate::error::Unplanned;
use crate::execute::{
    Cancellation, Options, Outcome, StepOutcome, Stop, StopHandle, cancel_updates,
    discard_prepared, execute, has_detached_updates, prepare,
};
use crate::json_events::JsonEvent;
use crate::observe::observe_with;
use crate::plan::{FindingCode, Plan};
use crate::preflight::{Consent, Question, Refusal, check_saved, short_commit};
use crate::reconcile::{Decision, ReconcileOptions, ReconcileOutcome, reconcile};
use crate::report::outcome::{self, AfterExit, Resume};
use crate::report::wording::{count, elapsed, listed};
use crate::report::{Line, Tone, plan as planned, terminal};
use crate::session::{Answer, Interrupts, Planner, Purpose, Session, ask};
use crate::terminal::{Console, complain, conclude};

/// What is to be done, and by whose leave.
pub(crate) struct Deployment<'a, B> {
    pub(crate) session: &'a Session<B>,
    pub(crate) planner: &'a Planner<'a, B>,
    pub(crate) target: &'a Target,
    pub(crate) consent: &'a arguments::Consent,
    pub(crate) concurrency: u16,
    pub(crate) acknowledged: Option<&'a Acknowledgements>,
    /// What somebody changed without CloudFormation, where that was asked for.
    pub(crate) drift: Option<Report>,
    /// The command that goes on from here.
    pub(crate) resume: ResumeCommand,
    /// The commands that do the same where nobody can be asked; none where no plan of it can be saved.
    pub(crate) unattended: Vec<String>,
}

impl<B: Backend> Deployment<'_, B> {
    /// From what is deployed to what is asked for.
    pub(crate) async fn run(&self) -> Result<u8, Error> {
        let console = RefCell::new(Console::new(self.target.format));
        let mut interrupts = Interrupts::noticed();
        self.plan_and_execute(&console, &mut interrupts).await
    }

    /// What a saved plan says.
    pub(crate) async fn run_saved(&self, plan: Plan) -> Result<u8, Error> {
        let console = RefCell::new(Console::new(self.target.format));
        let mut interrupts = Interrupts::noticed();
        self.execute_saved(plan, &console, &mut interrupts).await
    }

    /// The command that goes on after this: it takes over what stacks have left, where that is in the
    /// way.
    fn resume_command(&self, outcome: &Outcome) -> String {
        const TAKES_OVER: &str = "--rebuild";
        let orphans = outcome
            .steps
            .values()
            .any(|one| matches!(one, StepOutcome::Failed(failure) if failure.orphans));
        if orphans
            && !self
                .resume
                .command
                .split(' ')
                .any(|word| word == TAKES_OVER)
        {
            format!("{} {TAKES_OVER}", self.resume.command)
        } else {
            self.resume.command.clone()
        }
    }

    fn options(&self) -> Options {
        self.session.options(Some(self.concurrency), "")
    }

    async fn plan_and_execute(
        &self,
        console: &RefCell<Console>,
        interrupts: &mut Interrupts,
    ) -> Result<u8, Error> {
        let question = self.question(false)?;
        // Recovering is agreed to once, however many rounds it takes.
        let mut recovery_agreed = false;
        loop {
            let free = matches!(question, Ok(Question::Nothing));
            let (ask, asked) = oneshot::channel();
            let mut ask = Some(ask);
            let decide = |plan: &Plan| {
                let agreed = free || (plan.is_recovery() && recovery_agreed);
                if !agreed || (plan.is_blocked() && !plan.is_recovery()) {
                    return Decision::Decline;
                }
                let mut console = console.borrow_mut();
                if !console.is_walking() || !plan.is_recovery() {
                    self.show(&mut console, plan, &BTreeMap::new());
                }
                console.begin(plan);
                if !plan.is_recovery()
                    && let Some(ask) = ask.take()
                {
                    // Nobody listens any more only where nothing goes on any more.
                    let _ = ask.send(targets(self.session, plan));
                }
                Decision::ExecuteWithNote(self.planner.note())
            };
            let options = self.options();
            let (handle, stop) = Stop::new();
            let work = reconcile(
                self.session.client(),
                ReconcileOptions {
                    region: &self.session.expected.region,
                    prefix: &self.session.expected.prefix,
                    acknowledged: &self.planner.request.acknowledged,
                    execution: &options,
                },
                |observed| self.planner.plan(observed),
                |event| console.borrow_mut().event(&event),
                decide,
                stop,
            );
            let work = monitored(self.session, asked, work);
            let (reconciled, seen) = match wait(work, console, &handle, interrupts).await {
                Waited::Finished((reconciled, seen)) => (reconciled.map_err(Error::from)?, seen),
                Waited::Interrupted => return Ok(interrupted_before()),
            };
            match reconciled {
                ReconcileOutcome::NoSteps { plan } => {
                    return self.nothing_to_do(console, &plan).await;
                }
                ReconcileOutcome::Declined { plan } if plan.is_blocked() && !plan.is_recovery() => {
                    return Ok(self.blocked(console, &plan));
                }
                ReconcileOutcome::Declined { plan } if plan.is_recovery() => {
                    self.show(&mut console.borrow_mut(), &plan, &BTreeMap::new());
                    self.confirm(&question, interrupts).await?;
                    recovery_agreed = true;
                }
                ReconcileOutcome::Declined { plan } => {
                    return self
                        .review_and_execute(*plan, &question, console, interrupts)
                        .await;
                }
                ReconcileOutcome::Executed { plan, outcome } => {
                    return self
                        .finish(console, &plan, &outcome, &seen, &options, interrupts)
                        .await;
                }
            }
        }
    }

    /// Makes the change sets, shows them with the plan, asks, and executes exactly these.
    async fn review_and_execute(
        &self,
        mut plan: Plan,
        question: &Result<Question, Refusal>,
        console: &RefCell<Console>,
        interrupts: &mut Interrupts,
    ) -> Result<u8, Error> {
        let options = Options {
            note: self.planner.note(),
            ..self.options()
        };
        // Nobody to ask: then nothing is made for anybody to look at.
        let mut change_sets = BTreeMap::new();
        if question.is_ok() {
            let (handle, stop) = Stop::new();
            let port = self.session.client();
            let work = prepare(port, &mut plan, &options, |_| {}, stop);
            let Some((prepared, left)) = wait_prepared(work, &handle, interrupts).await else {
                // Not all of them are known; the next run takes away what this one made.
                return Ok(interrupted_before());
            };
            if left {
                discard_prepared(port, &plan, &options, |_| {}).await;
                return Ok(interrupted_before());
            }
            let failed = not_prepared(&prepared);
            if !failed.steps.is_empty() {
                discard_prepared(port, &plan, &options, |_| {}).await;
                complain(&outcome::outcome(
                    &plan,
                    &failed,
                    &self.resume_command(&failed),
                ));
                return Ok(outcome_code(&failed));
            }
            change_sets = changes(&plan, prepared);
        }
        if plan.is_blocked() {
            discard_prepared(self.session.client(), &plan, &options, |_| {}).await;
            return Ok(self.blocked(console, &plan));
        }
        self.show(&mut console.borrow_mut(), &plan, &change_sets);
        if let Err(refused) = self.confirm(question, interrupts).await {
            discard_prepared(self.session.client(), &plan, &options, |_| {}).await;
            return Err(refused);
        }
        self.execute(&plan, &options, console, interrupts).await
    }

    async fn execute(
        &self,
        plan: &Plan,
        options: &Options,
        console: &RefCell<Console>,
        interrupts: &mut Interrupts,
    ) -> Result<u8, Error> {
        console.borrow_mut().begin(plan);
        let (handle, stop) = Stop::new();
        let report = |event| console.borrow_mut().event(&event);
        let work = execute(self.session.client(), plan, options, report, stop);
        let (ask, asked) = oneshot::channel();
        // Received below.
        let _ = ask.send(targets(self.session, plan));
        let work = monitored(self.session, asked, work);
        match wait(work, console, &handle, interrupts).await {
            Waited::Finished((ended, seen)) => {
                self.finish(console, plan, &ended, &seen, options, interrupts)
                    .await
            }
            Waited::Interrupted => Ok(interrupted_before()),
        }
    }

    /// Executes a saved plan. The guard looks at the environment as it is now; whether the stacks
    /// have moved is looked at by the executor, one by one.
    async fn execute_saved(
        &self,
        plan: Plan,
        console: &RefCell<Console>,
        interrupts: &mut Interrupts,
    ) -> Result<u8, Error> {
        let question = self.question(true)?;
        let expected = &self.session.expected;
        check_saved(expected, &plan).map_err(Error::Refused)?;
        if plan.is_blocked() {
            return Ok(self.blocked(console, &plan));
        }
        let observed = observe_with(
            self.session.client(),
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
        self.show(&mut console.borrow_mut(), &plan, &BTreeMap::new());
        if plan.steps.is_empty() {
            return Ok(exit_code::SUCCESS);
        }
        self.confirm(&question, interrupts).await?;
        let options = Options {
            note: self.planner.note(),
            ..self.options()
        };
        let code = self.execute(&plan, &options, console, interrupts).await?;
        if plan.is_recovery() && code == exit_code::SUCCESS {
            let text = "recovered; what is left to do has to be planned now";
            console.borrow_mut().say(&[Line::new().plain(text)]);
            return Ok(exit_code::MOVED);
        }
        Ok(code)
    }

    /// What has to be asked. A wrong word is refused at once; that nobody can be asked, when there
    /// is something to ask.
    fn question(&self, saved_plan: bool) -> Result<Result<Question, Refusal>, Error> {
        let consent = Consent {
            yes: self.consent.yes,
            confirm: self.consent.confirm.clone(),
            saved_plan,
            only_asked: self.unattended.is_empty(),
            unattended: self.unattended.clone(),
            terminal: io::stdin().is_terminal()
                && terminal::stderr_size().is_some()
                && self.target.format == Format::Text,
        };
        match consent.question(&self.session.expected) {
            Err(wrong @ Refusal::WrongConfirmation { .. }) => Err(Error::Refused(vec![wrong])),
            other => Ok(other),
        }
    }

    async fn confirm(
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

    fn show(
        &self,
        console: &mut Console,
        plan: &Plan,
        change_sets: &BTreeMap<String, Vec<ResourceChange>>,
    ) {
        // What went on before has ended, and its picture would be in the way.
        console.end();
        let mut without = plan.clone();
        without.templates.clear();
        if let Some(report) = &self.drift {
            add_findings(&mut without, report);
        }
        console.hand_on(&JsonEvent::Planned { plan: &without });
        let differences = lines(&self.planner.differences(), console.style());
        let mut shown = planned::plan(planned::PlanView {
            plan: &without,
            differences: &differences,
            change_sets,
        });
        shown.extend(self.notes(plan));
        shown.push(Line::new());
        console.say(&shown);
    }

    /// What is worth a word beside the plan.
    fn notes(&self, plan: &Plan) -> Vec<Line> {
        let mut notes = Vec::new();
        if let Some(acknowledged) = self.acknowledged {
            for (word, place) in acknowledged.unused(plan, &self.session.expected.prefix) {
                notes.push(Line::new());
                notes.extend(crate::report::findings::unused_acknowledgement(
                    &word.0, place,
                ));
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

    fn blocked(&self, console: &RefCell<Console>, plan: &Plan) -> u8 {
        self.show(&mut console.borrow_mut(), plan, &BTreeMap::new());
        let text = ": blocked by what is said above; nothing was done";
        complain(&[Line::new().and(Tone::Bad, "error").plain(text)]);
        exit_code::BLOCKED
    }

    async fn nothing_to_do(&self, console: &RefCell<Console>, plan: &Plan) -> Result<u8, Error> {
        console.borrow_mut().end();
        if plan.is_blocked() {
            return Ok(self.blocked(console, plan));
        }
        let environment = plan.environment;
        let text = match self.planner.purpose {
            Purpose::Deploy => {
                self.show(&mut console.borrow_mut(), plan, &BTreeMap::new());
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
                self.show(&mut console.borrow_mut(), plan, &BTreeMap::new());
                let commit = self.planner.request.commit.as_deref();
                let commit = commit.map_or("it", short_commit);
                format!("{environment} is as {commit} defines it; nothing to do")
            }
            Purpose::Recover => format!("no stack of {environment} is stuck any more"),
            Purpose::Destroy => {
                self.show(&mut console.borrow_mut(), plan, &BTreeMap::new());
                format!("nothing of {environment} is there")
            }
        };
        console
            .borrow_mut()
            .say(&[Line::new().and(Tone::Good, text)]);
        Ok(exit_code::SUCCESS)
    }

    /// Tells how it ended, and what can be done about what still goes on.
    async fn finish(
        &self,
        console: &RefCell<Console>,
        plan: &Plan,
        ended: &Outcome,
        seen: &EcsEvidence,
        options: &Options,
        interrupts: &mut Interrupts,
    ) -> Result<u8, Error> {
        let took = console.borrow().elapsed();
        let explanations = seen.explanations(plan, ended);
        for (stack, explanations) in &explanations {
            console.borrow_mut().hand_on(&JsonEvent::Explained {
                stack,
                explanations,
            });
        }
        let why = seen.lines(&explanations);
        conclude(
            &mut console.borrow_mut(),
            plan,
            ended,
            &self.resume_hint(ended),
            &why,
        );
        if ended.detached {
            self.offer_cancel(plan, ended, options, interrupts).await;
        }
        let code = outcome_code(ended);
        if code == exit_code::SUCCESS && self.planner.purpose == Purpose::Deploy {
            let lines = self.next_steps(plan, took);
            console.borrow_mut().say(&lines);
        }
        Ok(code)
    }

    /// How to go on from here, and what goes on without this run.
    fn resume_hint(&self, outcome: &Outcome) -> Resume {
        let after_exit = match &self.session.local {
            None => AfterExit::Continues,
            Some(local) => match &local.state {
                Some(state) => AfterExit::Suspended {
                    state: state.clone(),
                },
                None => AfterExit::Discarded {
                    keeping: self.resume.keeping.clone(),
                },
            },
        };
        Resume {
            command: self.resume_command(outcome),
            after_exit,
        }
    }

    /// After the first Ctrl-C CloudFormation goes on; a second one takes the updates back.
    async fn offer_cancel(
        &self,
        plan: &Plan,
        ended: &Outcome,
        options: &Options,
        interrupts: &mut Interrupts,
    ) {
        let is_gone = matches!(&self.session.local, Some(local) if local.state.is_none());
        if is_gone || !has_detached_updates(plan, ended) || terminal::stderr_size().is_none() {
            return;
        }
        let seconds = CANCEL_WINDOW.as_secs();
        let offer = format!("Ctrl-C again within {seconds} seconds takes the updates back");
        complain(&[Line::at(2).and(Tone::Dim, "= help: ").plain(offer)]);
        tokio::select! {
            () = interrupts.next() => {}
            () = tokio::time::sleep(CANCEL_WINDOW) => return,
        }
        let cancelled = cancel_updates(self.session.client(), plan, ended, options).await;
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

    /// After a deployment to this machine: what it was, and what can be tried next.
    fn next_steps(&self, plan: &Plan, took: Duration) -> Vec<Line> {
        let Some(local) = &self.session.local else {
            return Vec::new();
        };
        let resources: usize = self
            .session
            .assembly
            .stacks
            .iter()
            .filter(|stack| {
                plan.steps
                    .iter()
                    .any(|step| step.stack == stack.name.as_str())
            })
            .map(|stack| stack.resources)
            .sum();
        let stacks: BTreeSet<&str> = plan.steps.iter().map(|step| step.stack.as_str()).collect();
        let there = elapsed(took * local.speed);
        let mut lines = vec![
            Line::new(),
            Line::new().plain(format!(
                "this run deployed {} with {} on this machine; {there} passed there",
                count(stacks.len(), "stack"),
                count(resources, "resource"),
            )),
        ];
        let mut next = |text: &str, command: String| {
            lines.push(Line::new());
            lines.push(Line::at(2).plain(text));
            lines.push(Line::command(4, command));
        };
        match &local.state {
            None => next(
                "keep it, then change something and deploy again:",
                self.resume.keeping.clone(),
            ),
            Some(_) => {
                next(
                    "what the stacks say of themselves:",
                    self.session.line.other_verb("outputs").to_string(),
                );
                next(
                    "what a change would do, once you made one:",
                    self.session.line.other_verb("diff").to_string(),
                );
            }
        }
        lines.push(Line::new());
        lines.push(Line::at(2).plain("how deploying works: docs/guides/deploy.md"));
        lines
    }
}

/// How long a second Ctrl-C is waited for.
const CANCEL_WINDOW: Duration = Duration::from_secs(5);

/// How often the picture is drawn.
const FRAME: Duration = Duration::from_millis(125);

/// What came of waiting for the engine.
enum Waited<T> {
    /// It has come to its end.
    Finished(T),
    /// Somebody left before anything had begun.
    Interrupted,
}

/// Waits for the engine, draws meanwhile, and leaves when somebody wants to.
async fn wait<T>(
    work: impl Future<Output = T>,
    console: &RefCell<Console>,
    handle: &StopHandle,
    interrupts: &mut Interrupts,
) -> Waited<T> {
    tokio::pin!(work);
    let mut frames = tokio::time::interval(FRAME);
    let mut leaving = false;
    loop {
        tokio::select! {
            done = &mut work => return Waited::Finished(done),
            _ = frames.tick() => console.borrow_mut().tick(),
            () = interrupts.next(), if !leaving => {
                if !console.borrow().is_walking() {
                    return Waited::Interrupted;
                }
                leaving = true;
                handle.detach();
            }
        }
    }
}

/// Waits until change sets are made, and whether somebody wants to leave: what is being made is
/// taken back then. Whoever wants to leave twice leaves at once.
async fn wait_prepared<T>(
    work: impl Future<Output = T>,
    handle: &StopHandle,
    interrupts: &mut Interrupts,
) -> Option<(T, bool)> {
    tokio::pin!(work);
    let mut left = false;
    loop {
        tokio::select! {
            done = &mut work => return Some((done, left)),
            () = interrupts.next() => {
                if left {
                    return None;
                }
                left = true;
                handle.detach();
            }
        }
    }
}

/// Somebody left before anything had begun.
fn interrupted_before() -> u8 {
    complain(&[Line::new().plain("left; nothing was done")]);
    exit_code::REFUSED
}
