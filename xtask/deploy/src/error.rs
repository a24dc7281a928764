//! What can go wrong, and which exit code it gives.
//!
//! Texts are lowercase fragments. The chain of sources is printed once, at the edge. A stack that
//! fails is no error: it is an outcome, which is told where it is known.

use std::io;
use std::path::PathBuf;

use crate::atlas::AcceptError;
use crate::inspect::services::ServiceError;
use crate::plan::{LoadError, PlanError};
use crate::reconcile::ReconcileError;
use crate::release::promotion::{PromoteError, PromotionError};
use crate::release::rollback::RollbackChoiceError;
use cli_conventions::{exit_code, files};
use cloudformation::{ClientError, StackName};
use common::assembly::ReadError;
use common::environment::EnvironmentName;
use common::error_chain::causes;
use common::input::InputErrors;
use common::suggestion::did_you_mean;
use common::terminal_text::{TerminalText, displayed, displayed_path};
use review::reach::UnknownNode;

use crate::acknowledgements::AcknowledgementsError;
use crate::baseline::BaselineError;
use crate::next_step::{Situation, after_denial};
use crate::preflight::{Refusal, ReleaseError};

/// Why a command did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The runtime does not start.
    #[error("can't wait for anything")]
    Runtime(#[source] io::Error),
    #[error(transparent)]
    Assembly(#[from] ReadError),
    #[error("{} is of {found}, not of {asked}", displayed_path(.folder))]
    OtherEnvironment {
        folder: PathBuf,
        asked: EnvironmentName,
        found: EnvironmentName,
    },
    #[error(
        "{} was written by another run while it was read{}",
        displayed_path(.folder),
        Situation::AssemblyOverwritten.help()
    )]
    Exchanged { folder: PathBuf },
    /// Sources of another commit than the one to go back to.
    #[error(
        "the assembly was made from {}, not from {}{}",
        displayed(.found),
        displayed(.asked),
        Situation::CheckoutChanged.help()
    )]
    OtherCommit { asked: String, found: String },
    /// Nothing was synthesized, for a reason that was printed.
    #[error("nothing was synthesized")]
    NotSynthesized {
        /// The exit code of `cargo xtask`.
        code: u8,
    },
    /// The program that synthesizes can't be started: it was deleted or replaced since it started this one.
    #[error(
        "can't start {} to synthesize {environment}{}",
        displayed_path(.program),
        Situation::SynthesisNotStarted.help()
    )]
    SynthesisNotStarted {
        /// The path of `cargo xtask`, as it passed it on.
        program: PathBuf,
        environment: EnvironmentName,
        /// The operating system's refusal.
        source: io::Error,
    },
    /// Nothing can be synthesized without the workspace.
    #[error("there is no workspace to synthesize from{}", Situation::WorkspaceMissing.help())]
    NoCheckout,
    #[error("{} is a plan of {found}, not of {asked}", displayed_path(.path))]
    OtherPlan {
        path: PathBuf,
        asked: EnvironmentName,
        found: EnvironmentName,
    },
    /// `prices.toml` has mistakes.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Prices(Vec<review::charges::PriceError>),
    /// The input files of a review can't be compared.
    #[error(transparent)]
    Inputs(#[from] review::inputs::InputsError),
    /// A name that nothing in the network of an environment has.
    #[error(
        "nothing in this environment is called `{}`{}\n  = help: names are {}; and addresses, and STACK/LOGICAL-ID",
        displayed(&.0.name),
        did_you_mean(.0.near.as_deref()),
        displayed(&.0.known.join(", "))
    )]
    UnknownNode(UnknownNode),
    #[error("can't read {}", displayed_path(.path))]
    Read { path: PathBuf, source: io::Error },
    #[error("can't write {}", displayed_path(.path))]
    Write { path: PathBuf, source: io::Error },
    /// A saved plan can't be understood.
    #[error("{}", displayed_path(.path))]
    Load { path: PathBuf, source: LoadError },
    #[error(transparent)]
    Acknowledgements(#[from] AcknowledgementsError),
    /// What a check has seen can't be told.
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    #[error(
        "of which stack is {} the image?{}",
        displayed(.digest),
        Situation::ImageWithoutStack { digest: &displayed(.digest) }.help()
    )]
    ImageOfWhich { digest: String },
    #[error(
        "--image names {}, and --only leaves it alone{}",
        displayed(.stack.as_str()),
        Situation::ImageNotSelected { stack: &displayed(.stack.as_str()) }.help()
    )]
    ImageNotAskedFor { stack: StackName },
    #[error(
        "--image gives {} two images{}",
        displayed(.stack.as_str()),
        Situation::ImageTwice.help()
    )]
    ImageTwice { stack: StackName },
    #[error("`{}` is not deployed{}", displayed(.stack), Situation::NotDeployed.help())]
    NotDeployed {
        /// The stack, by its short name.
        stack: String,
    },
    /// AWS can't be reached as asked.
    #[error("{0}")]
    Connect(Box<dyn std::error::Error + Send + Sync>),
    /// A call failed.
    #[error("the environment can't be observed")]
    Port(#[source] ClientError),
    /// What was asked for can't be planned.
    #[error(transparent)]
    Plan(PlanError),
    /// Preflight refuses, or the plan was not confirmed.
    #[error("{}", refusals(.0))]
    Refused(Vec<Refusal>),
    /// A recovery without an end.
    #[error("{}{}", displayed(.0), Situation::NeverSettles.help())]
    NoEnd(String),
    /// The emulator's state can't be read or written.
    #[error("the emulator can't be used")]
    Emulator(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// This program was made for AWS alone.
    #[error("this program has no emulator{}", Situation::EmulatorMissing.help())]
    NoEmulator,
    /// This program was made for the emulator alone.
    #[error("this program deploys to the emulator only{}", Situation::EmulatorOnly.help())]
    OnlyEmulator,
    #[error("can't tell what the release is made from: {}", displayed(.0))]
    Sources(String),
    /// The description of a release can't be written.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// The digest of an assembly can't be taken.
    #[error(transparent)]
    Record(#[from] provenance::RecordError),
    #[error("{0}")]
    Definition(#[source] InputErrors),
    /// The input files don't have the environment.
    #[error("there is no environments/{environment}.toml")]
    NotDefined { environment: EnvironmentName },
    /// Something was asked of a service that is not on this machine.
    #[error("on this machine there is CloudFormation only{}", Situation::ServicesMissing.help())]
    OnlyCloudFormation,
    #[error("{environment} has no application `{}` that runs", displayed(.application))]
    NoApplication {
        environment: EnvironmentName,
        application: String,
    },
    /// Nothing on this machine knows which image there was before.
    #[error("on this machine there is no registry{}", Situation::ImageHistoryMissing.help())]
    NoRegistry,
    #[error("can't ask for the images of {}", displayed(.repository))]
    Registry {
        repository: String,
        source: ServiceError,
    },
    #[error(
        "can't ask for the runs of {}{}",
        displayed(.pipeline),
        Situation::ImageHistoryMissing.help()
    )]
    History {
        pipeline: String,
        source: ServiceError,
    },
    /// The pipeline of the environment that commits come from can't be asked.
    #[error("can't ask for the runs of {}", displayed(.pipeline))]
    Runs {
        pipeline: String,
        source: ServiceError,
    },
    #[error(transparent)]
    Promotion(#[from] PromotionError),
    /// The branch can't be moved.
    #[error(transparent)]
    Promote(#[from] PromoteError),
    /// There is no image to go back to.
    #[error(transparent)]
    Choice(#[from] RollbackChoiceError),
    #[error(
        "{environment} has no peering{}",
        Situation::PeeringMissing { environment: environment.as_str() }.help()
    )]
    NoPeering { environment: EnvironmentName },
    /// The peering was not accepted.
    #[error(transparent)]
    Atlas(#[from] AcceptError),
    /// Standard output can't be written to.
    #[error("can't print")]
    Print(#[source] io::Error),
    /// A value does not become JSON.
    #[error("can't write JSON")]
    Json(#[source] serde_json::Error),
}

fn refusals(refusals: &[Refusal]) -> String {
    let texts = refusals
        .iter()
        .map(|refusal| (refusal.to_string(), refusal.hint()))
        .map(|(text, hint)| format!("{}\n  = help: {}", displayed(&text), hint));
    texts.collect::<Vec<_>>().join("\nerror: ")
}

/// Why planning ended inside of the engine's loop.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unplanned {
    #[error("refused")]
    Refused(Vec<Refusal>),
    #[error(transparent)]
    Plan(#[from] PlanError),
}

impl From<ReconcileError<Unplanned>> for Error {
    fn from(error: ReconcileError<Unplanned>) -> Self {
        match error {
            ReconcileError::Observe(source) => Self::Port(source),
            ReconcileError::Plan(Unplanned::Refused(refusals)) => Self::Refused(refusals),
            ReconcileError::Plan(Unplanned::Plan(source)) => Self::Plan(source),
            other @ (ReconcileError::Needs { .. } | ReconcileError::Recoveries { .. }) => {
                Self::NoEnd(other.to_string())
            }
        }
    }
}

/// A cause, which may quote what others wrote, so that it begins no line of its own; but for what
/// is ours, with its hint.
fn in_a_line(cause: &(dyn std::error::Error + 'static)) -> String {
    if let Some(ours) = cause.downcast_ref::<LoadError>() {
        return ours.to_string();
    }
    match cause.downcast_ref::<toml::de::Error>() {
        Some(toml) => displayed(toml.message()).into_owned(),
        None => displayed(&cause.to_string()).into_owned(),
    }
}

impl Error {
    /// The code that the process ends with.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::NotSynthesized { code } => *code,
            Self::Runtime(_)
            | Self::Assembly(_)
            | Self::Exchanged { .. }
            | Self::Inputs(_)
            | Self::Prices(_)
            | Self::SynthesisNotStarted { .. }
            | Self::Read { .. }
            | Self::Write { .. }
            | Self::Load { .. }
            | Self::Acknowledgements(_)
            | Self::Baseline(_)
            | Self::Emulator(_)
            | Self::Sources(_)
            | Self::Release(_)
            | Self::Record(_)
            | Self::Definition(_)
            | Self::NotDefined { .. }
            | Self::Promote(PromoteError::Git(_))
            | Self::Print(_)
            | Self::Json(_) => exit_code::FAILURE,
            Self::OtherEnvironment { .. }
            | Self::OtherPlan { .. }
            | Self::OtherCommit { .. }
            | Self::UnknownNode(_)
            | Self::ImageOfWhich { .. }
            | Self::ImageNotAskedFor { .. }
            | Self::ImageTwice { .. }
            | Self::NotDeployed { .. }
            | Self::Connect(_)
            | Self::OnlyCloudFormation
            | Self::NoEmulator
            | Self::OnlyEmulator
            | Self::NoCheckout
            | Self::NoPeering { .. }
            | Self::NoApplication { .. }
            | Self::Promote(PromoteError::NotFromHere | PromoteError::OtherRepository { .. })
            | Self::NoRegistry
            | Self::Plan(_) => exit_code::USAGE,
            Self::Registry { source, .. }
            | Self::History { source, .. }
            | Self::Runs { source, .. } => match source {
                ServiceError::Expired(_)
                | ServiceError::Credentials(_)
                | ServiceError::Denied(_) => exit_code::CREDENTIALS,
                _ => exit_code::AWS,
            },
            Self::Refused(_)
            | Self::Choice(_)
            | Self::Promotion(_)
            | Self::Promote(
                PromoteError::NotOnBranch { .. }
                | PromoteError::NotForward { .. }
                | PromoteError::Push { .. },
            )
            | Self::Atlas(
                AcceptError::Missing { .. }
                | AcceptError::Mismatch { .. }
                | AcceptError::Terminated { .. }
                | AcceptError::Declined { .. },
            ) => exit_code::REFUSED,
            Self::Atlas(AcceptError::Service {
                source:
                    ServiceError::Expired(_) | ServiceError::Credentials(_) | ServiceError::Denied(_),
                ..
            }) => exit_code::CREDENTIALS,
            Self::Atlas(_) => exit_code::AWS,
            Self::NoEnd(_) => exit_code::STACK_FAILED,
            Self::Port(
                ClientError::ExpiredCredentials(_)
                | ClientError::InvalidCredentials(_)
                | ClientError::AccessDenied(_),
            ) => exit_code::CREDENTIALS,
            Self::Port(_) => exit_code::AWS,
        }
    }

    /// What AWS says, where it denies a call.
    fn denied(&self) -> Option<&str> {
        match self {
            Self::Port(ClientError::AccessDenied(message)) => Some(message),
            Self::Registry { source, .. }
            | Self::History { source, .. }
            | Self::Runs { source, .. }
            | Self::Atlas(AcceptError::Service { source, .. }) => match source {
                ServiceError::Denied(message) => Some(message),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the reader of standard output has gone away.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Print(source) if source.kind() == io::ErrorKind::BrokenPipe)
    }

    /// The error with everything behind it, as a person reads it; ended.
    #[must_use]
    ///
    /// `hint` tells what the backend knows of a failed call.
    pub fn report(&self, hint: impl Fn(&ClientError) -> Option<String>) -> TerminalText {
        TerminalText::lines(&self.text(hint))
    }

    /// A backend that can't be reached as asked.
    pub fn connecting(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Connect(Box::new(source))
    }

    fn text(&self, hint: impl Fn(&ClientError) -> Option<String>) -> String {
        // Of these no line is ours but the first.
        let said = match self {
            Self::Atlas(_) | Self::Connect(_) | Self::Release(_) => {
                displayed(&self.to_string()).into_owned()
            }
            _ => self.to_string(),
        };
        let mut report = format!("error: {said}");
        for cause in causes(self) {
            report += &format!(": {}", in_a_line(cause));
        }
        if let Some(message) = self.denied() {
            report += &format!("\n  = help: {}", displayed(&after_denial(message)));
        }
        if let Self::Port(ClientError::ExpiredCredentials(_)) = self {
            report += &Situation::CredentialsExpired.help();
        }
        if let Self::Port(error) = self
            && let Some(hint) = hint(error)
        {
            let hint = displayed(&hint);
            report += &format!("\n  = help: {hint}");
        }
        if let Self::Port(error) = self
            && error.is_transient()
        {
            report += &Situation::AwsUnreachable.help();
        }
        if let Self::Write { source, .. } | Self::Print(source) = self
            && let Some(help) = files::help(source.kind())
        {
            report += &format!("\n  = help: {help}");
        }
        if let Self::Atlas(error) = self
            && let Some(next_step) = error.next_step()
        {
            report += &next_step.help();
        }
        report + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What acts on a terminal, or would be a line of ours.
    const HOSTILE: &str =
        "a\u{1b}]8;;http://b\u{7}\r\n  = help: run this\u{202e}\u{2066}\u{200b}\u{9b}";

    fn quoting(text: &str) -> Vec<Error> {
        let own = || text.to_owned();
        let path = || PathBuf::from(text);
        let staging = EnvironmentName::Staging;
        let io = || io::Error::other(own());
        let service = || ServiceError::Other {
            code: text.into(),
            message: text.into(),
        };
        let ports: [ClientError; 13] = [
            ClientError::StackNotFound(text.into()),
            ClientError::ChangeSetNotFound(text.into()),
            ClientError::AlreadyExists(text.into()),
            ClientError::Busy(text.into()),
            ClientError::AlreadyAccepted(text.into()),
            ClientError::Throttled(text.into()),
            ClientError::RoleNotAssumable(text.into()),
            ClientError::ExpiredCredentials(text.into()),
            ClientError::InvalidCredentials(text.into()),
            ClientError::AccessDenied(text.into()),
            ClientError::Invalid(text.into()),
            ClientError::LimitExceeded(text.into()),
            ClientError::NoAnswer {
                service: "STS",
                source: Box::new(io()),
            },
        ];
        let mut errors: Vec<Error> = ports.into_iter().map(Error::Port).collect();
        errors.extend([
            Error::Port(ClientError::Other {
                code: text.into(),
                message: text.into(),
            }),
            Error::Runtime(io()),
            Error::OtherEnvironment {
                folder: path(),
                asked: staging,
                found: EnvironmentName::Production,
            },
            Error::UnknownNode(UnknownNode {
                name: own(),
                near: Some(own()),
                known: vec![own()],
            }),
            Error::OtherCommit {
                asked: own(),
                found: own(),
            },
            Error::SynthesisNotStarted {
                program: path(),
                environment: staging,
                source: io(),
            },
            Error::Read {
                path: path(),
                source: io(),
            },
            Error::Write {
                path: path(),
                source: io(),
            },
            Error::Load {
                path: path(),
                source: LoadError::Template { digest: own() },
            },
            Error::Acknowledgements(AcknowledgementsError::NoReason {
                path: path(),
                word: own(),
            }),
            Error::Baseline(BaselineError::Other {
                path: path(),
                found: own(),
                asked: own(),
            }),
            Error::ImageOfWhich { digest: own() },
            Error::ImageNotAskedFor {
                stack: own().into(),
            },
            Error::ImageTwice {
                stack: own().into(),
            },
            Error::NotDeployed { stack: own() },
            Error::connecting(io()),
            Error::Plan(PlanError::UnknownStack {
                name: own(),
                nearest: Some(own()),
            }),
            Error::Refused(vec![
                Refusal::WrongAccount {
                    environment: staging,
                    expected: own(),
                    found: own(),
                    arn: own(),
                },
                Refusal::ForeignStack {
                    environment: staging,
                    stack: own().into(),
                    found: Some(own()),
                },
                Refusal::UnknownSource { why: own() },
                Refusal::WrongBranch {
                    environment: staging,
                    expected: own(),
                    found: Some(own()),
                    commit: own(),
                },
                Refusal::UncommittedChanges {
                    changed: vec![own()],
                },
            ]),
            Error::NoEnd(own()),
            Error::Emulator(Box::new(io())),
            Error::Sources(own()),
            Error::NoApplication {
                environment: staging,
                application: own(),
            },
            Error::Registry {
                repository: own(),
                source: service(),
            },
            Error::History {
                pipeline: own(),
                source: ServiceError::Unreadable {
                    service: "EC2",
                    what: text.into(),
                },
            },
            Error::Runs {
                pipeline: own(),
                source: ServiceError::Denied(text.into()),
            },
            Error::Promote(PromoteError::Git(own())),
            Error::Promote(PromoteError::Push {
                branch: own(),
                why: own(),
            }),
            Error::Promote(PromoteError::NotForward {
                commit: own(),
                head: own(),
                branch: own(),
                from: own(),
            }),
            Error::Choice(RollbackChoiceError::Oldest { application: own() }),
            Error::Promotion(PromotionError::NotCompleted {
                commit: own(),
                pipeline: own(),
                newest: crate::release::promotion::NewestRuns {
                    completed: Some(own()),
                    unfinished: None,
                },
            }),
            Error::Atlas(AcceptError::Declined { peering: own() }),
            Error::Atlas(AcceptError::Service {
                action: "DescribeVpcPeeringConnections",
                source: service(),
            }),
            Error::Print(io()),
        ]);
        errors
    }

    #[test]
    fn no_text_that_an_error_quotes_begins_a_line_or_acts_on_a_terminal() {
        for (hostile, tame) in quoting(HOSTILE).iter().zip(quoting("a")) {
            let (hostile, tame) = (hostile.report(|_| None), tame.report(|_| None));
            let lines = |text: &TerminalText| text.as_str().lines().count();
            assert_eq!(lines(&hostile), lines(&tame), "{hostile}");
            let plain = |letter: char| letter == '\n' || !letter.is_control();
            assert!(hostile.as_str().chars().all(plain), "{hostile}");
            for hidden in ['\u{202e}', '\u{2066}', '\u{200b}'] {
                assert!(!hostile.as_str().contains(hidden), "{hostile}");
            }
        }
        for error in quoting(&"x".repeat(1 << 20)) {
            assert!(error.report(|_| None).as_str().len() < 50_000);
        }
    }
}
