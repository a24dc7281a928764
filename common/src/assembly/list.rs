//! The consistency check of an assembly that was read. [`Assembly::new`] makes consistent ones; a file may have
//! been edited.

use std::collections::BTreeMap;

use super::model::Assembly;
use crate::environment::EnvironmentName;
use crate::naming::{Names, StackName};

/// Why a list does not fit together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages give the meaning of the fields")]
pub enum ListError {
    /// A stack under a name that is not the environment's.
    #[error("{stack} is no stack of {environment}: its name would begin with `{prefix}`")]
    ForeignName {
        stack: StackName,
        environment: EnvironmentName,
        /// What the names of the environment's stacks begin with.
        prefix: String,
    },
    /// A stack that says itself that it is of another environment.
    #[error("{stack} is of {found}, not of {environment}")]
    ForeignStack {
        stack: StackName,
        found: EnvironmentName,
        environment: EnvironmentName,
    },
    /// A stack under the short name of another.
    #[error("{stack} has the id `{found}`, not `{expected}`")]
    OtherId {
        stack: StackName,
        found: String,
        expected: String,
    },
    /// The list has two entries with one stack's name.
    #[error("{stack} is listed twice")]
    Twice { stack: StackName },
    /// A stack that has no place in the order, or several.
    #[error(
        "{stack} {} in the order",
        if *times == 0 { "is missing".to_owned() } else { format!("stands {times} times") }
    )]
    Places { stack: StackName, times: usize },
    /// The list was written for another template than the one in the folder.
    #[error("{stack} is listed with {listed} bytes, and its template has {found}")]
    Size {
        stack: StackName,
        listed: usize,
        found: usize,
    },
    /// The order and the list were written for different sets of stacks.
    #[error("the order names {stack}, which is not listed")]
    Unlisted { stack: StackName },
}

/// Whether every stack is the environment's, and has one place in the order.
pub(super) fn check(assembly: &Assembly) -> Result<(), ListError> {
    let environment = assembly.environment;
    let prefix = format!("{}-", Names::new(environment).prefix());
    let mut places: BTreeMap<&StackName, usize> = BTreeMap::new();
    for stack in &assembly.stacks {
        let name = &stack.name;
        if !name.as_str().starts_with(&prefix) {
            return Err(ListError::ForeignName {
                stack: name.clone(),
                environment,
                prefix,
            });
        }
        if stack.environment != environment {
            return Err(ListError::ForeignStack {
                stack: name.clone(),
                found: stack.environment,
                environment,
            });
        }
        if stack.id != name.id() {
            return Err(ListError::OtherId {
                stack: name.clone(),
                found: stack.id.clone(),
                expected: name.id().to_owned(),
            });
        }
        if places.insert(name, 0).is_some() {
            return Err(ListError::Twice {
                stack: name.clone(),
            });
        }
    }
    for name in assembly.order.iter().flatten() {
        let Some(times) = places.get_mut(name) else {
            return Err(ListError::Unlisted {
                stack: name.clone(),
            });
        };
        *times += 1;
    }
    match places.into_iter().find(|(_, times)| *times != 1) {
        Some((stack, times)) => Err(ListError::Places {
            stack: stack.clone(),
            times,
        }),
        None => Ok(()),
    }
}
