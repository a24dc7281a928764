//! Plans, shows, asks and executes: what `deploy`, `recover` and `destroy` have in common.
//!
//! Whatever has to be agreed to is shown first, with its change sets, and exactly that is executed.
//! Where nobody has to be asked, the engine's loop runs through.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use deploy_arguments::{Format, Target, exit_code};
use deploy_engine::drift::{Report, note};
use deploy_engine::drive::{Course, Decision, Driven, drive};
use deploy_engine::execute::{
    Cancellation, Options, Outcome, StepOutcome, Stop, StopHandle, cancel_updates,
    discard_prepared, execute, prepare,
};
use deploy_engine::observe::observe;
use deploy_engine::plan::{Operation, Plan};
use deploy_engine::port::ResourceChange;
use deploy_render::wording::{count, elapsed, listed};
use deploy_render::{Line, Tone, outcome, plan as planned};
use serde::Serialize;

use super::plan::{changes, not_prepared, outcome_code};
use super::shown::lines;
use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::error::Unplanned;
use crate::guard::{Consent, Question, Refusal, check_saved};
use crate::screen::{Screen, complain, conclude};
use crate::session::{Answer, Interrupts, Planner, Purpose, Session, ask};

/// How often the picture is drawn.
const FRAME: Duration = Duration::from_millis(125);

/// How long a second Ctrl-C is waited for.
const SECOND_THOUGHTS: Duration = Duration::from_secs(5);

/// What is to be done, and by whose leave.
pub(super) struct Undertaking<'a> {
    pub(super) session: &'a Session,
    pub(super) planner: &'a Planner<'a>,
    pub(super) target: &'a Target,
    pub(super) consent: &'a deploy_arguments::Consent,
    pub(super) concurrency: u16,
    pub(super) acknowledged: Option<&'a Acknowledgements>,
    /// What somebody changed without CloudFormation, where that was asked for.
    pub(super) drift: Option<Report>,
    /// The command that goes on from here.
    pub(super) again: String,
}

/// What programs are told beside the events.
#[derive(Serialize)]
#[serde(
    tag = "event",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
enum Told<'a> {
    /// This will be done.
    Planned { plan: &'a Plan },
    /// This is how it ended.
    Ended { exit_code: u8 },
}

/// What came of waiting for the engine.
enum Waited<T> {
    /// It has come to its end.
    Done(T),
    /// Somebody left before anything had begun.
    Left,
}

impl Undertaking<'_> {
    /// From what is deployed to what is asked for.
    pub(super) async fn carry_out(&self) -> Result<u8, Error> {
        let screen = RefCell::new(Screen::new(self.target.format));
        let mut interrupts = Interrupts::noticed();
        let ended = self.whole_way(&screen, &mut interrupts).await;
        tell_end(&screen, ended)
    }

    /// What a saved plan says.
    pub(super) async fn carry_out_saved(&self, plan: Plan) -> Result<u8, Error> {
        let screen = RefCell::new(Screen::new(self.target.format));
        let mut interrupts = Interrupts::noticed();
        let ended = self.as_saved(plan, &screen, &mut interrupts).await;
        tell_end(&screen, ended)
    }

    async fn whole_way(
        &self,
        screen: &RefCell<Screen>,
        interrupts: &mut Interrupts,
    ) -> Result<u8, Error> {
        let question = self.question(false)?;
        // Recovering is agreed to once, however many rounds it takes.
        let mut recovery_agreed = false;
        loop {
            let free = matches!(question, Ok(Question::Nothing));
            let decide = |plan: &Plan| {
                let agreed = free || (plan.is_recovery() && recovery_agreed);
                if !agreed || (plan.is_blocked() && !plan.is_recovery()) {
                    return Decision::Leave;
                }
                let mut screen = screen.borrow_mut();
                if !screen.is_walking() || !plan.is_recovery() {
                    self.show(&mut screen, plan, &BTreeMap::new());
                }
                screen.begin(plan);
                Decision::GoOnNoting(self.planner.note())
            };
            let options = self.options();
            let (handle, stop) = Stop::new();
            let work = drive(
                &self.session.port,
                Course {
                    region: &self.session.expected.region,
                    prefix: &self.session.expected.prefix,
                    acknowledged: &self.planner.request.acknowledged,
                    options: &options,
                },
                |observed| self.planner.plan(observed),
                |event| screen.borrow_mut().event(&event),
                decide,
                stop,
            );
            let driven = match wait(work, screen, &handle, interrupts).await {
                Waited::Done(driven) => driven.map_err(Error::from)?,
                Waited::Left => return Ok(left_before()),
            };
            match driven {
                Driven::Nothing { plan } => return self.nothing_to_do(screen, &plan).await,
                Driven::Left { plan } if plan.is_blocked() && !plan.is_recovery() => {
                    return Ok(self.blocked(screen, &plan));
                }
                Driven::Left { plan } if plan.is_recovery() => {
                    self.show(&mut screen.borrow_mut(), &plan, &BTreeMap::new());
                    self.agree(&question, interrupts).await?;
                    recovery_agreed = true;
                }
                Driven::Left { plan } => {
                    return self.reviewed(*plan, &question, screen, interrupts).await;
                }
                Driven::Executed { plan, outcome } => {
                    return self
                        .ended(screen, &plan, &outcome, &options, interrupts)
                        .await;
                }
            }
        }
    }

    /// Makes the change sets, shows them with the plan, asks, and executes exactly these.
    async fn reviewed(
        &self,
        mut plan: Plan,
        question: &Result<Question, Refusal>,
        screen: &RefCell<Screen>,
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
            let port = &self.session.port;
            let work = prepare(port, &mut plan, &options, |_| {}, stop);
            let Some((prepared, left)) = until_prepared(work, &handle, interrupts).await else {
                // Not all of them are known; the next run takes away what this one made.
                return Ok(left_before());
            };
            if left {
                discard_prepared(port, &plan, &options, |_| {}).await;
                return Ok(left_before());
            }
            let failed = not_prepared(&prepared);
            if !failed.steps.is_empty() {
                discard_prepared(port, &plan, &options, |_| {}).await;
                complain(&outcome::outcome(&plan, &failed, &self.again));
                return Ok(outcome_code(&failed));
            }
            change_sets = changes(&plan, prepared);
        }
        if plan.is_blocked() {
            discard_prepared(&self.session.port, &plan, &options, |_| {}).await;
            return Ok(self.blocked(screen, &plan));
        }
        self.show(&mut screen.borrow_mut(), &plan, &change_sets);
        if let Err(refused) = self.agree(question, interrupts).await {
            discard_prepared(&self.session.port, &plan, &options, |_| {}).await;
            return Err(refused);
        }
        self.executed(&plan, &options, screen, interrupts).await
    }

    /// Executes a saved plan. The guard looks at the environment as it is now; whether the stacks
    /// have moved is looked at by the executor, one by one.
    async fn as_saved(
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
        let observed = observe(&self.session.port, &expected.region, &expected.prefix)
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

    async fn executed(
        &self,
        plan: &Plan,
        options: &Options,
        screen: &RefCell<Screen>,
        interrupts: &mut Interrupts,
    ) -> Result<u8, Error> {
        screen.borrow_mut().begin(plan);
        let (handle, stop) = Stop::new();
        let report = |event| screen.borrow_mut().event(&event);
        let work = execute(&self.session.port, plan, options, report, stop);
        match wait(work, screen, &handle, interrupts).await {
            Waited::Done(ended) => self.ended(screen, plan, &ended, options, interrupts).await,
            Waited::Left => Ok(left_before()),
        }
    }

    fn options(&self) -> Options {
        self.session.options(Some(self.concurrency), "")
    }

    /// What has to be asked. A wrong word is refused at once; that nobody can be asked, when there
    /// is something to ask.
    fn question(&self, saved_plan: bool) -> Result<Result<Question, Refusal>, Error> {
        let consent = Consent {
            yes: self.consent.yes,
            confirm: self.consent.confirm.clone(),
            saved_plan,
            terminal: io::stdin().is_terminal()
                && io::stderr().is_terminal()
                && self.target.format == Format::Text,
        };
        match consent.question(&self.session.expected) {
            Err(wrong @ Refusal::WrongConfirmation { .. }) => Err(Error::Refused(vec![wrong])),
            other => Ok(other),
        }
    }

    async fn agree(
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
        screen: &mut Screen,
        plan: &Plan,
        change_sets: &BTreeMap<String, Vec<ResourceChange>>,
    ) {
        // What went on before has ended, and its picture would be in the way.
        screen.end();
        let mut without = plan.clone();
        without.templates.clear();
        if let Some(report) = &self.drift {
            note(&mut without, report);
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
    fn notes(&self, plan: &Plan) -> Vec<Line> {
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

    fn blocked(&self, screen: &RefCell<Screen>, plan: &Plan) -> u8 {
        self.show(&mut screen.borrow_mut(), plan, &BTreeMap::new());
        let text = ": blocked by what is said above; nothing was done";
        complain(&[Line::new().and(Tone::Bad, "error").plain(text)]);
        exit_code::BLOCKED
    }

    async fn nothing_to_do(&self, screen: &RefCell<Screen>, plan: &Plan) -> Result<u8, Error> {
        screen.borrow_mut().end();
        if plan.is_blocked() {
            return Ok(self.blocked(screen, plan));
        }
        let environment = plan.environment;
        let text = match self.planner.purpose {
            Purpose::Deploy => {
                self.show(&mut screen.borrow_mut(), plan, &BTreeMap::new());
                match self.planner.request.only {
                    Some(_) => "what was asked for is as defined; nothing to do".to_owned(),
                    None => format!("{environment} is as defined; nothing to do"),
                }
            }
            Purpose::RollBack => {
                self.show(&mut screen.borrow_mut(), plan, &BTreeMap::new());
                let commit = self.planner.request.commit.as_deref().unwrap_or("it");
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

    /// Tells how it ended, and what can be done about what still goes on.
    async fn ended(
        &self,
        screen: &RefCell<Screen>,
        plan: &Plan,
        ended: &Outcome,
        options: &Options,
        interrupts: &mut Interrupts,
    ) -> Result<u8, Error> {
        let took = screen.borrow().elapsed();
        conclude(&mut screen.borrow_mut(), plan, ended, &self.again);
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

    /// After the first Ctrl-C CloudFormation goes on; a second one takes the updates back.
    async fn second_thoughts(
        &self,
        plan: &Plan,
        ended: &Outcome,
        options: &Options,
        interrupts: &mut Interrupts,
    ) {
        let updating = plan.steps.iter().any(|step| {
            let exists = matches!(&step.operation, Operation::Deploy(one) if one.exists);
            exists && ended.steps.get(&step.id) == Some(&StepOutcome::Detached)
        });
        if !updating || !io::stderr().is_terminal() {
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
                Cancellation::Begun => line.plain("its update is taken back"),
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
    fn where_to_look(&self, plan: &Plan, took: Duration) -> Vec<Line> {
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
        let stacks: std::collections::BTreeSet<&str> =
            plan.steps.iter().map(|step| step.stack.as_str()).collect();
        let there = elapsed(took * local.speed);
        let environment = plan.environment;
        let called = &self.target.called_as;
        let mut lines = vec![
            Line::new(),
            Line::new().plain(format!(
                "all of it on this machine: {} with {}; {there} passed there",
                count(stacks.len(), "stack"),
                count(resources, "resource"),
            )),
        ];
        let mut next = |text: &str, command: String| {
            lines.push(Line::new());
            lines.push(Line::at(2).plain(text));
            lines.push(Line::at(4).whole(Tone::Strong, command));
        };
        match &local.state {
            None => next(
                "keep it, then change something and deploy again:",
                format!("{called} deploy --env {environment} --local target/cloud"),
            ),
            Some(state) => {
                let state = state.display();
                next(
                    "what the stacks say of themselves:",
                    format!("{called} outputs --env {environment} --local {state}"),
                );
                next(
                    "what a change would do, once you made one:",
                    format!("{called} diff --env {environment} --local {state}"),
                );
            }
        }
        lines.push(Line::new());
        lines.push(Line::at(2).plain("how deploying works: docs/guides/deploy.md"));
        lines
    }
}

/// Tells programs how it ended, also when it did not come to a plan.
fn tell_end(screen: &RefCell<Screen>, ended: Result<u8, Error>) -> Result<u8, Error> {
    let exit_code = match &ended {
        Ok(code) => *code,
        Err(error) => error.exit_code(),
    };
    screen.borrow_mut().hand_on(&Told::Ended { exit_code });
    ended
}

/// Waits for the engine, draws meanwhile, and leaves when somebody wants to.
async fn wait<T>(
    work: impl Future<Output = T>,
    screen: &RefCell<Screen>,
    handle: &StopHandle,
    interrupts: &mut Interrupts,
) -> Waited<T> {
    tokio::pin!(work);
    let mut frames = tokio::time::interval(FRAME);
    let mut leaving = false;
    loop {
        tokio::select! {
            done = &mut work => return Waited::Done(done),
            _ = frames.tick() => screen.borrow_mut().tick(),
            () = interrupts.next(), if !leaving => {
                if !screen.borrow().is_walking() {
                    return Waited::Left;
                }
                leaving = true;
                handle.detach();
            }
        }
    }
}

/// Waits until change sets are made, and whether somebody wants to leave: what is being made is
/// taken back then. Whoever wants to leave twice leaves at once.
async fn until_prepared<T>(
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
fn left_before() -> u8 {
    complain(&[Line::new().plain("left; nothing was done")]);
    exit_code::REFUSED
}
