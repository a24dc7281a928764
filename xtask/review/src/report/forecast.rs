//! What planning and deploying a proposal to the emulator showed, as data of the report.

use serde::Serialize;

/// A deployment in the emulator, in virtual time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Forecast {
    /// What the planner asks a person to acknowledge before it deploys.
    pub acknowledgements: Vec<Acknowledgement>,
    /// What no acknowledgement helps against.
    pub blockers: Vec<Blocker>,
    /// Manual stacks that differ: a person applies them with `cargo xtask bootstrap`.
    pub manual: Vec<String>,
    /// The steps in the order in which they ended.
    pub steps: Vec<Step>,
    /// How many runs it takes until nothing differs.
    pub passes: u32,
    /// How long it took, in virtual seconds.
    pub seconds: u64,
    /// The stacks on the critical path, in order.
    pub critical_path: Vec<String>,
    /// How long it takes until a stack of the critical path is as before, when the last thing in it fails.
    pub ways_back: Vec<WayBack>,
    /// Why deploying failed in the emulator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// A finding that a person has to acknowledge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Acknowledgement {
    /// The word: `resource-replaced:network/Vpc:5f3a09c1d2e4`.
    pub word: String,
    /// What is acknowledged.
    pub message: String,
    /// Whether the proposal has acknowledged it already.
    pub given: bool,
}

/// A finding that blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Blocker {
    /// The stack's name without project and environment.
    pub stack: String,
    /// What is wrong.
    pub message: String,
    /// What helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// A rollback, tried in the emulator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WayBack {
    /// The stack's name without project and environment.
    pub stack: String,
    /// The logical id of the resource that fails, the last one.
    pub resource: String,
    /// From the failure until the stack is as before, in virtual seconds.
    pub seconds: u64,
}

/// A step of the deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// The stack's name without project and environment.
    pub stack: String,
    /// What was done: `updated`.
    pub done: String,
    /// `expand` or `contract`, where a stack has both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// When it began, in virtual seconds since the start.
    pub started: u64,
    pub ended: u64,
}

impl Forecast {
    /// The words that the proposal still has to acknowledge.
    pub fn missing(&self) -> impl Iterator<Item = &Acknowledgement> {
        self.acknowledgements.iter().filter(|one| !one.given)
    }
}
