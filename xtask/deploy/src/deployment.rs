//! One deployment: plan, confirm, execute.
//!
//! [`Deployment::run`] plans from what is deployed; [`Deployment::run_saved`] executes a saved plan. What needs
//! confirmation is shown first, with its change sets, and exactly that is executed. Without confirmation, planning
//! and execution are one loop.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use cli_conventions::exit_code;
use cloudformation::{ResourceChange, StackName};
use tokio::sync::oneshot;

use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::backend::Backend;
use crate::command_line::ResumeCommand;
use crate::commands::arguments::{self, Format, Target};
use crate::drift::{Report, add_findings};
use crate::ecs_monitor::{EcsEvidence, monitor_targets, run_with_monitor};
use crate::error::Unplanned;
use crate::execute::{
    Cancellation, Options, Outcome, StepOutcome, Stop, StopHandle, cancel_updates,
    discard_prepared, execute, failed, has_detached_updates, prepare, resource_changes,
};
use crate::json_events::JsonEvent;
use crate::plan::{FindingCode, Plan};
use crate::preflight::{Consent, Question, Refusal, check_saved_plan, short_commit};
use crate::reconcile::{Decision, ReconcileOptions, ReconcileOutcome, reconcile};
use crate::report::consequences::consequences;
use crate::report::difference::templates;
use crate::report::findings::unused_acknowledgement;
use crate::report::outcome::{self, AfterExit, Resume};
use crate::report::wording::{count, elapsed, listed};
use crate::report::{Line, Tone, plan as plan_report, terminal};
use crate::session::Session;
use crate::session_planner::{DeploymentKind, Planner};
use crate::terminal::{Answer, Console, Interrupts, ask, eprint_lines};

/// The time for a second Ctrl-C.
const CANCEL_WINDOW: Duration = Duration::from_secs(5);

/// The interval between frames of the live region.
const FRAME: Duration = Duration::from_millis(125);

pub(crate) struct Deployment<'a, B> {
    pub(crate) session: &'a Session<B>,
    pub(crate) planner: &'a Planner<'a, B>,
    pub(crate) target: &'a Target,
    pub(crate) consent: &'a arguments::Consent,
    pub(crate) concurrency: u16,
    pub(crate) acknowledged: Option<&'a Acknowledgements>,
    /// Drift to show with the plan.
    pub(crate) drift: Option<Report>,
    pub(crate) resume: ResumeCommand,
    /// The commands that do the same without a terminal; none where no plan can be saved.
    pub(crate) unattended: Vec<String>,
}

impl<B: Backend> Deployment<'_, B> {
    pub(crate) async fn run(&self) -> Result<u8, Error> {
        let console = RefCell::new(Console::new(self.target.format));
        let mut interrupts = Interrupts::listen();
        self.plan_and_execute(&console, &mut interrupts).await
    }

    pub(crate) async fn run_saved(&self, plan: Plan) -> Result<u8, Error> {
        let console = RefCell::new(Console::new(self.target.format));
        let mut interrupts = Interrupts::listen();
        self.execute_saved(plan, &console, &mut interrupts).await
    }

    /// Plans and executes in rounds: recoveries first, which are confirmed once for all rounds.
    async fn plan_and_execute(
        &self,
        console: &RefCell<Console>,
        interrupts: &mut Interrupts,
    ) -> Result<u8, Error> {
        let question = self.question(false)?;
        let mut recovery_confirmed = false;
        loop {
            let unattended = matches!(question, Ok(Question::Nothing));
            let (targets, monitored) = oneshot::channel();
            let mut targets = Some(targets);
            let decide = |plan: &Plan| {
                let confirmed = unattended || (plan.is_recovery() && recovery_confirmed);
                if !confirmed || (plan.is_blocked() && !plan.is_recovery()) {
                    return Decision::Decline;
                }
                let mut console = console.borrow_mut();
                if !console.is_executing() || !plan.is_recovery() {
                    self.show(&mut console, plan, &BTreeMap::new());
                }
                console.start(plan);
                if !plan.is_recovery()
                    && let Some(targets) = targets.take()
                {
                    // The receiver is gone only after the work has ended.
                    let _ = targets.send(monitor_targets(self.session, plan));
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
            let work = run_with_monitor(self.session, monitored, work);
            let (reconciled, evidence) = match wait(work, console, &handle, interrupts).await {
                Waited::Finished((reconciled, evidence)) => {
                    (reconciled.map_err(Error::from)?, evidence)
                }
                Waited::Interrupted => return Ok(interrupted_before_start()),
            };
            match reconciled {
                ReconcileOutcome::NoSteps { plan } => return self.no_steps(console, &plan),
                ReconcileOutcome::Declined { plan } if plan.is_blocked() && !plan.is_recovery() => {
                    return Ok(self.blocked(console, &plan));
                }
                ReconcileOutcome::Declined { plan } if plan.is_recovery() => {
                    self.show(&mut console.borrow_mut(), &plan, &BTreeMap::new());
                    self.confirm(&question, interrupts).await?;
                    recovery_confirmed = true;
                }
                ReconcileOutcome::Declined { plan } => {
                    return self
                        .review_and_execute(*plan, &question, console, interrupts)
                        .await;
                }
                ReconcileOutcome::Executed { plan, outcome } => {
                    return self
                        .finish(console, &plan, &outcome, &evidence, &options, interrupts)
                        .await;
                }
            }
        }
    }

    /// Creates the change sets, shows them with the plan, asks, and executes exactly these.
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
        // Without a terminal no change set is created: it would not be reviewed.
        let mut change_sets = BTreeMap::new();
        if question.is_ok() {
            let (handle, stop) = Stop::new();
            let client = self.session.client();
            let work = prepare(client, &mut plan, &options, |_| {}, stop);
            let Some((prepared, interrupted)) = wait_prepared(work, &handle, interrupts).await
            else {
                // Some change sets may be unknown; the next run deletes what this one created.
                return Ok(interrupted_before_start());
            };
            if interrupted {
                discard_prepared(client, &plan, &options, |_| {}).await;
                return Ok(interrupted_before_start());
            }
            let failed = failed(&prepared);
            if !failed.steps.is_empty() {
                discard_prepared(client, &plan, &options, |_| {}).await;
                eprint_lines(&outcome::outcome(
                    &plan,
                    &failed,
                    &self.resume_command(&failed),
                ));
                return Ok(failed.exit_code());
            }
            change_sets = resource_changes(&plan, prepared);
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

    /// Executes a saved plan. Preflight checks the environment as it is now; the executor checks each stack.
    async fn execute_saved(
        &self,
        plan: Plan,
        console: &RefCell<Console>,
        interrupts: &mut Interrupts,
    ) -> Result<u8, Error> {
        let question = self.question(true)?;
        check_saved_plan(&self.session.expected, &plan).map_err(Error::Refused)?;
        if plan.is_blocked() {
            return Ok(self.blocked(console, &plan));
        }
        let observed = self.session.observe().await?;
        // Only its preflight counts; the plan is the saved one.
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
            let text = "recovered; plan again to deploy the rest";
            console.borrow_mut().print(&[Line::new().plain(text)]);
            return Ok(exit_code::MOVED);
        }
        Ok(code)
    }

    /// Shows a plan, in front of the question or of its execution.
    fn show(
        &self,
        console: &mut Console,
        plan: &Plan,
        change_sets: &BTreeMap<StackName, Vec<ResourceChange>>,
    ) {
        // The live region of an earlier round would be in the way.
        console.end();
        let mut without_templates = plan.clone();
        without_templates.templates.clear();
        if let Some(report) = &self.drift {
            add_findings(&mut without_templates, report);
        }
        console.print_json(&JsonEvent::Plan {
            plan: &without_templates,
        });
        let differences = templates(&self.planner.differences(), console.style());
        // A deployed template that is not JSON was reported by the planner.
        let found = self.planner.consequences(plan).unwrap_or_default();
        let consequences = consequences(&found, console.style());
        let mut lines = plan_report::plan(plan_report::PlanView {
            plan: &without_templates,
            differences: &differences,
            consequences: &consequences,
            change_sets,
        });
        lines.extend(self.notes(plan));
        lines.push(Line::new());
        console.print(&lines);
    }

    /// Unused acknowledgements and placeholder images, below the plan.
    fn notes(&self, plan: &Plan) -> Vec<Line> {
        let mut notes = Vec::new();
        if let Some(acknowledged) = self.acknowledged {
            for (word, origin) in acknowledged.unused(plan, &self.session.expected.prefix) {
                notes.push(Line::new());
                notes.extend(unused_acknowledgement(&word.0, origin));
            }
        }
        let placeholders: Vec<String> = self.planner.placeholder_images().into_iter().collect();
        if !placeholders.is_empty() {
            let text = format!(
                "placeholder image, since nothing is pulled here: {}",
                listed(&placeholders, 4)
            );
            notes.push(Line::new());
            notes.push(Line::new().and(Tone::Dim, text));
        }
        notes
    }

    fn blocked(&self, console: &RefCell<Console>, plan: &Plan) -> u8 {
        self.show(&mut console.borrow_mut(), plan, &BTreeMap::new());
        let text = ": the findings above block the plan; nothing was done";
        eprint_lines(&[Line::new().and(Tone::Bad, "error").plain(text)]);
        exit_code::BLOCKED
    }

    fn no_steps(&self, console: &RefCell<Console>, plan: &Plan) -> Result<u8, Error> {
        console.borrow_mut().end();
        if plan.is_blocked() {
            return Ok(self.blocked(console, plan));
        }
        let environment = plan.environment;
        if self.planner.kind != DeploymentKind::Recover {
            self.show(&mut console.borrow_mut(), plan, &BTreeMap::new());
        }
        let text = match self.planner.kind {
            DeploymentKind::Deploy => {
                let mut findings = plan.findings.iter();
                let is_missing = findings.any(|finding| finding.code == FindingCode::StackMissing);
                match self.planner.request.only {
                    _ if is_missing => {
                        "nothing to deploy; the missing stacks are listed above".to_owned()
                    }
                    Some(_) => "the selected stacks are as defined; nothing to do".to_owned(),
                    None => format!("{environment} is as defined; nothing to do"),
                }
            }
            DeploymentKind::Rollback => {
                let commit = self.planner.request.commit.as_deref();
                let commit = commit.map_or("it", short_commit);
                format!("{environment} is as {commit} defines it; nothing to do")
            }
            DeploymentKind::Recover => format!("no stack of {environment} is stuck any more"),
            DeploymentKind::Destroy => format!("{environment} has no stacks"),
        };
        console
            .borrow_mut()
            .print(&[Line::new().and(Tone::Good, text)]);
        Ok(exit_code::SUCCESS)
    }

    /// The question before the execution. A wrong `--confirm` is refused at once; a missing terminal only when
    /// there is something to confirm.
    fn question(&self, saved_plan: bool) -> Result<Result<Question, Refusal>, Error> {
        let consent = Consent {
            yes: self.consent.yes,
            confirm: self.consent.confirm.clone(),
            saved_plan,
            requires_terminal: self.unattended.is_empty(),
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
            Answer::Text(answer) => question.answer(&answer).map_err(refused),
            Answer::Interrupted => Err(refused(Refusal::NotConfirmed {
                environment: self.session.expected.environment,
            })),
        }
    }

    fn options(&self) -> Options {
        self.session.options(Some(self.concurrency), "")
    }

    async fn execute(
        &self,
        plan: &Plan,
        options: &Options,
        console: &RefCell<Console>,
        interrupts: &mut Interrupts,
    ) -> Result<u8, Error> {
        console.borrow_mut().start(plan);
        let (handle, stop) = Stop::new();
        let report = |event| console.borrow_mut().event(&event);
        let work = execute(self.session.client(), plan, options, report, stop);
        let (targets, monitored) = oneshot::channel();
        // Received below.
        let _ = targets.send(monitor_targets(self.session, plan));
        let work = run_with_monitor(self.session, monitored, work);
        match wait(work, console, &handle, interrupts).await {
            Waited::Finished((ended, evidence)) => {
                self.finish(console, plan, &ended, &evidence, options, interrupts)
                    .await
            }
            Waited::Interrupted => Ok(interrupted_before_start()),
        }
    }

    /// Reports the outcome, and offers to cancel what a detached execution has left running.
    async fn finish(
        &self,
        console: &RefCell<Console>,
        plan: &Plan,
        ended: &Outcome,
        evidence: &EcsEvidence,
        options: &Options,
        interrupts: &mut Interrupts,
    ) -> Result<u8, Error> {
        let took = console.borrow().elapsed();
        let explanations = evidence.explanations(plan, ended);
        for (stack, explanations) in &explanations {
            console.borrow_mut().print_json(&JsonEvent::Explanation {
                stack: stack.as_str(),
                explanations,
            });
        }
        console.borrow_mut().print_outcome(
            plan,
            ended,
            &self.resume_hint(ended),
            &evidence.lines(&explanations),
        );
        if ended.detached {
            self.offer_cancel(plan, ended, options, interrupts).await;
        }
        let code = ended.exit_code();
        if code == exit_code::SUCCESS && self.planner.kind == DeploymentKind::Deploy {
            let lines = self.next_steps(plan, took);
            console.borrow_mut().print(&lines);
        }
        Ok(code)
    }

    /// After a deployment to the emulator: what was deployed, and what to try next.
    fn next_steps(&self, plan: &Plan, took: Duration) -> Vec<Line> {
        let Some(local) = &self.session.local else {
            return Vec::new();
        };
        let stacks: BTreeSet<&str> = plan.steps.iter().map(|step| step.stack.as_str()).collect();
        let defined = self.session.assembly.stacks.iter();
        let resources: usize = defined
            .filter(|stack| stacks.contains(stack.name.as_str()))
            .map(|stack| stack.resources)
            .sum();
        let virtual_time = elapsed(took * local.speed);
        let mut lines = vec![
            Line::new(),
            Line::new().plain(format!(
                "this run deployed {} with {} on this machine; {virtual_time} passed there",
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
                    "the outputs of the stacks:",
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

    /// How to resume, and what happens to running operations after exit.
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

    /// The command that resumes this deployment; it adopts orphans where they made a stack fail.
    fn resume_command(&self, outcome: &Outcome) -> String {
        const ADOPT_ORPHANS: &str = "--rebuild";
        let command = &self.resume.command;
        let has_orphans = outcome
            .steps
            .values()
            .any(|one| matches!(one, StepOutcome::Failed(failure) if failure.orphans));
        if has_orphans && !command.split(' ').any(|word| word == ADOPT_ORPHANS) {
            format!("{command} {ADOPT_ORPHANS}")
        } else {
            command.clone()
        }
    }

    /// After the first Ctrl-C CloudFormation continues; a second one cancels the updates.
    async fn offer_cancel(
        &self,
        plan: &Plan,
        ended: &Outcome,
        options: &Options,
        interrupts: &mut Interrupts,
    ) {
        let is_discarded = matches!(&self.session.local, Some(local) if local.state.is_none());
        if is_discarded || !has_detached_updates(plan, ended) || terminal::stderr_size().is_none() {
            return;
        }
        let seconds = CANCEL_WINDOW.as_secs();
        let offer = format!("press Ctrl-C again within {seconds} seconds to cancel the updates");
        eprint_lines(&[Line::at(2).and(Tone::Dim, "= help: ").plain(offer)]);
        tokio::select! {
            () = interrupts.next() => {}
            () = tokio::time::sleep(CANCEL_WINDOW) => return,
        }
        let cancelled = cancel_updates(self.session.client(), plan, ended, options).await;
        let mut lines = vec![Line::new()];
        for (stack, one) in cancelled {
            let line = Line::at(2).and(Tone::Strong, &stack).plain(": ");
            lines.push(match one {
                Cancellation::Started => line.plain("cancelling its update"),
                Cancellation::NotUpdating(Some(status)) => {
                    line.plain(format!("nothing to cancel, it is {status}"))
                }
                Cancellation::NotUpdating(None) => line.plain("nothing to cancel"),
                Cancellation::Failed(error) => line.and(Tone::Bad, error.to_string()),
            });
        }
        eprint_lines(&lines);
    }
}

enum Waited<T> {
    Finished(T),
    /// Interrupted before any step was started.
    Interrupted,
}

/// Waits for the work and draws meanwhile. The first interrupt detaches, or ends it if no step was started.
async fn wait<T>(
    work: impl Future<Output = T>,
    console: &RefCell<Console>,
    handle: &StopHandle,
    interrupts: &mut Interrupts,
) -> Waited<T> {
    tokio::pin!(work);
    let mut frames = tokio::time::interval(FRAME);
    let mut detached = false;
    loop {
        tokio::select! {
            done = &mut work => return Waited::Finished(done),
            _ = frames.tick() => console.borrow_mut().tick(),
            () = interrupts.next(), if !detached => {
                if !console.borrow().is_executing() {
                    return Waited::Interrupted;
                }
                detached = true;
                handle.detach();
            }
        }
    }
}

/// Waits for change sets, and returns whether they are to be discarded: after the first interrupt. A second one
/// ends the wait at once.
pub(crate) async fn wait_prepared<T>(
    work: impl Future<Output = T>,
    handle: &StopHandle,
    interrupts: &mut Interrupts,
) -> Option<(T, bool)> {
    tokio::pin!(work);
    let mut interrupted = false;
    loop {
        tokio::select! {
            done = &mut work => return Some((done, interrupted)),
            () = interrupts.next() => {
                if interrupted {
                    return None;
                }
                interrupted = true;
                handle.detach();
            }
        }
    }
}

fn interrupted_before_start() -> u8 {
    eprint_lines(&[Line::new().plain("interrupted; nothing was done")]);
    exit_code::REFUSED
}
