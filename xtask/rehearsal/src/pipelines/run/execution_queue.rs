//! The executions of a pipeline and the stages that they are in. Pure.
//!
//! A stage holds one execution at a time. Others wait for it, or are superseded by newer ones,
//! depending on the execution mode. A failed execution leaves its stage and can be retried from
//! there.
//!
//! Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html>

use crate::pipelines::pipeline::ExecutionMode;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution {
    /// Counts from one, in the order of starts.
    pub number: usize,
    /// The commit whose push started it; `None` takes the newest one of the branch.
    pub commit: Option<String>,
    pub position: Position,
    pub status: Status,
}

/// The position of an execution. Stages count from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    WaitingFor(usize),
    /// It is in a stage.
    In(usize),
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    InProgress,
    Succeeded,
    Failed,
    Superseded,
    /// The pipeline was updated during the execution.
    Cancelled,
    Stopped,
}

impl Status {
    /// As CodePipeline calls it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "InProgress",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Superseded => "Superseded",
            Self::Cancelled => "Cancelled",
            Self::Stopped => "Stopped",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutionQueue {
    mode: ExecutionMode,
    stages: usize,
    executions: Vec<Execution>,
}

impl ExecutionQueue {
    #[must_use]
    pub const fn new(mode: ExecutionMode, stages: usize) -> Self {
        Self {
            mode,
            stages,
            executions: Vec::new(),
        }
    }

    /// In the order of starts.
    #[must_use]
    pub fn executions(&self) -> &[Execution] {
        &self.executions
    }

    #[must_use]
    pub fn execution(&self, number: usize) -> Option<&Execution> {
        self.executions.get(number.checked_sub(1)?)
    }

    #[must_use]
    pub fn newest(&self) -> Option<&Execution> {
        self.executions.last()
    }

    /// Starts a run; gives its number.
    pub fn start(&mut self, commit: Option<String>) -> usize {
        let number = self.executions.len() + 1;
        self.executions.push(Execution {
            number,
            commit,
            position: Position::WaitingFor(0),
            status: Status::InProgress,
        });
        self.supersede(0);
        number
    }

    /// Moves the execution that is furthest along into its next stage; returns both.
    pub fn enter(&mut self) -> Option<(usize, usize)> {
        for stage in (0..self.stages).rev() {
            let busy = self
                .in_progress()
                .any(|run| run.position == Position::In(stage));
            // Oldest first: runs never overtake each other.
            let waiting = self.executions.iter_mut().find(|run| {
                run.status == Status::InProgress && run.position == Position::WaitingFor(stage)
            });
            if let (false, Some(run)) = (busy, waiting) {
                run.position = Position::In(stage);
                return Some((run.number, stage));
            }
        }
        None
    }

    /// An execution leaves its stage.
    pub fn leave(&mut self, number: usize, well: bool) {
        let stages = self.stages;
        let Some(run) = self.running(number) else {
            return;
        };
        let Position::In(stage) = run.position else {
            return;
        };
        if !well {
            run.status = Status::Failed;
        } else if stage + 1 == stages {
            run.position = Position::Done;
            run.status = Status::Succeeded;
        } else {
            run.position = Position::WaitingFor(stage + 1);
            self.supersede(stage + 1);
        }
    }

    /// A run is stopped in its stage.
    pub fn stop(&mut self, number: usize) {
        if let Some(run) = self.running(number) {
            run.status = Status::Stopped;
        }
    }

    /// Retries the failed stage of an execution.
    pub fn retry(&mut self, number: usize) {
        let failed = self.executions.get_mut(number.saturating_sub(1));
        if let Some(run) = failed.filter(|run| run.status == Status::Failed)
            && let Position::In(stage) = run.position
        {
            run.position = Position::WaitingFor(stage);
            run.status = Status::InProgress;
        }
    }

    /// The pipeline was updated: executions in a stage are cancelled, and a new one takes the
    /// newest commit of the branch. Returns its number.
    pub fn restart(&mut self, mode: ExecutionMode, stages: usize) -> usize {
        for run in &mut self.executions {
            if run.status == Status::InProgress && matches!(run.position, Position::In(_)) {
                run.status = Status::Cancelled;
            }
        }
        self.mode = mode;
        self.stages = stages;
        self.start(None)
    }

    fn in_progress(&self) -> impl Iterator<Item = &Execution> {
        let runs = self.executions.iter();
        runs.filter(|run| run.status == Status::InProgress)
    }

    fn running(&mut self, number: usize) -> Option<&mut Execution> {
        self.executions
            .get_mut(number.checked_sub(1)?)
            .filter(|run| run.status == Status::InProgress)
    }

    /// In mode `SUPERSEDED`, only the newest execution that waits for a stage stays.
    fn supersede(&mut self, stage: usize) {
        if self.mode == ExecutionMode::Queued {
            return;
        }
        let waits = |run: &Execution| {
            run.status == Status::InProgress && run.position == Position::WaitingFor(stage)
        };
        let newest = self.executions.iter().rposition(&waits);
        for (index, run) in self.executions.iter_mut().enumerate() {
            if waits(run) && Some(index) != newest {
                run.status = Status::Superseded;
            }
        }
    }
}
