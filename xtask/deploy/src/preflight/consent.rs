//! Whose yes it takes.

use common::environment::EnvironmentName;
use serde::Serialize;

use super::expected::{Expected, Where};
use super::refusal::Refusal;

/// What was said on the command line, and whether somebody can be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// `--yes`.
    pub yes: bool,
    /// `--confirm ENVIRONMENT`.
    pub confirm: Option<String>,
    /// Whether a plan is deployed that was saved before.
    pub saved_plan: bool,
    /// Whether no plan of it can be saved, so that somebody has to be asked in production.
    pub only_asked: bool,
    /// Whether there is a terminal to ask at.
    pub terminal: bool,
    /// The commands that do the same where there is none, in their order.
    pub unattended: Vec<String>,
}

/// What has to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Question {
    /// Nothing: yes was said.
    Nothing,
    /// Yes or no.
    YesOrNo(EnvironmentName),
    /// For the environment's name, typed.
    Name(EnvironmentName),
}

impl Consent {
    /// What has to be asked before the plan is executed.
    ///
    /// Staging asks yes or no, unless `--yes` was given. Production asks for its name; where
    /// nobody can be asked, `--confirm production` takes its place, and only for a plan that was
    /// saved, which somebody could look at. `--yes` says nothing in production.
    ///
    /// # Errors
    /// When nobody can be asked, or what was confirmed is not this environment.
    pub fn question(&self, expected: &Expected) -> Result<Question, Refusal> {
        let environment = expected.environment;
        if expected.to == Where::Local {
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
            EnvironmentName::Production if self.only_asked => {
                Err(Refusal::OnlyAtATerminal { environment })
            }
            EnvironmentName::Production if confirmed => Err(Refusal::NoSavedPlan {
                environment,
                unattended: self.unattended.clone(),
            }),
            EnvironmentName::Staging | EnvironmentName::Production => Err(Refusal::NobodyToAsk {
                environment,
                unattended: self.unattended.clone(),
            }),
        }
    }
}

impl Question {
    /// Whether an answer is a yes.
    ///
    /// # Errors
    /// When it is not.
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
