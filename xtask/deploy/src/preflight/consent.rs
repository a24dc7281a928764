//! Consent to a deployment: options of the command line, or an answer at the terminal.

use common::environment::EnvironmentName;
use serde::Serialize;

use super::expected_target::{Destination, ExpectedTarget};
use super::refusal::Refusal;

/// The options about consent, and whether the terminal can be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    pub yes: bool,
    pub confirm: Option<String>,
    pub saved_plan: bool,
    /// Whether no plan can be saved and reviewed, so that production needs an answer at a terminal.
    pub requires_terminal: bool,
    /// Whether stdin and stderr are terminals.
    pub terminal: bool,
    /// The commands that do the same without a terminal, in order.
    pub unattended: Vec<String>,
}

/// The question before a plan is executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Question {
    /// Consent was given by options.
    Nothing,
    YesOrNo(EnvironmentName),
    /// The environment's name has to be typed.
    Name(EnvironmentName),
}

impl Consent {
    /// Staging asks yes or no, unless `--yes` was given. Production asks for its name; without a terminal,
    /// `--confirm production` replaces the answer, and only for a saved plan, which could be reviewed. `--yes`
    /// has no effect in production.
    ///
    /// # Errors
    /// When there is no terminal, or `--confirm` names another environment.
    pub fn question(&self, expected: &ExpectedTarget) -> Result<Question, Refusal> {
        let environment = expected.environment;
        if expected.destination == Destination::Local {
            return Ok(Question::Nothing);
        }
        if let Some(found) = &self.confirm
            && found != environment.as_str()
        {
            return Err(Refusal::WrongConfirmation {
                environment,
                found: found.clone(),
            });
        }
        let confirmed = self.confirm.is_some();
        match environment {
            EnvironmentName::Staging if self.yes || confirmed => Ok(Question::Nothing),
            EnvironmentName::Production if confirmed && self.saved_plan => Ok(Question::Nothing),
            EnvironmentName::Staging if self.terminal => Ok(Question::YesOrNo(environment)),
            EnvironmentName::Production if self.terminal => Ok(Question::Name(environment)),
            EnvironmentName::Production if self.requires_terminal => {
                Err(Refusal::OnlyAtATerminal { environment })
            }
            EnvironmentName::Production if confirmed => Err(Refusal::NoSavedPlan {
                environment,
                unattended: self.unattended.clone(),
            }),
            EnvironmentName::Staging | EnvironmentName::Production => Err(Refusal::NoTerminal {
                environment,
                unattended: self.unattended.clone(),
            }),
        }
    }
}

impl Question {
    /// # Errors
    /// When the answer does not consent.
    pub fn answer(&self, answer: &str) -> Result<(), Refusal> {
        let answer = answer.trim();
        match *self {
            Self::Nothing => Ok(()),
            Self::YesOrNo(environment) => match answer.to_ascii_lowercase().as_str() {
                "y" | "yes" => Ok(()),
                _ => Err(Refusal::NotConfirmed { environment }),
            },
            Self::Name(environment) if answer == environment.as_str() => Ok(()),
            Self::Name(environment) if answer.is_empty() => {
                Err(Refusal::NotConfirmed { environment })
            }
            Self::Name(environment) => Err(Refusal::WrongConfirmation {
                environment,
                found: answer.to_owned(),
            }),
        }
    }
}
