//! The settings of an application's container.

use crate::input::Invalid;
use crate::text::text_newtype;

text_newtype! {
    /// The name of a secret, which is also the environment variable that the container finds it
    /// in: words of `[A-Z][A-Z0-9]*`, with a `_` between them. Each word begins with a letter, so
    /// that names without the `_`, which logical ids don't have, differ where the names do.
    SecretName, check_secret
}

text_newtype! {
    /// The name of an environment variable: `[A-Z][A-Z0-9_]*`.
    VariableName, check_variable
}

text_newtype! {
    /// An absolute path in the container.
    ContainerPath, check_path
}

/// Who the container's process is: numeric, so that no image's `/etc/passwd` decides, and never
/// root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct User {
    uid: u32,
    gid: u32,
}

impl Default for User {
    fn default() -> Self {
        Self {
            uid: 1000,
            gid: 1000,
        }
    }
}

impl std::fmt::Display for User {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.uid, self.gid)
    }
}

impl std::str::FromStr for User {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let number = |digits: &str| {
            let digits = (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
                .then_some(digits)?;
            digits
                .parse::<u32>()
                .ok()
                .filter(|id| *id <= i32::MAX.unsigned_abs())
        };
        let ids = text
            .split_once(':')
            .and_then(|(uid, gid)| Some((number(uid)?, number(gid)?)));
        match ids {
            Some((uid, gid)) if uid != 0 && gid != 0 => Ok(Self { uid, gid }),
            Some(_) => Err(Invalid::new(format!("{text:?} is root"))
                .with_help("containers run as a user and a group other than 0")),
            None => Err(Invalid::expected(
                "a numeric \"uid:gid\", such as \"1000:1000\"",
                text,
            )),
        }
    }
}

/// How many copies of an application run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tasks {
    /// Scaling never goes below this number of tasks.
    pub min: u32,
    /// Scaling never goes above this number of tasks.
    pub max: u32,
}

/// The agent sets variables of its own under these prefixes.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>
const RESERVED: [&str; 2] = ["AWS_", "ECS_"];

fn check_variable(text: &str) -> Result<(), Invalid> {
    let fine = text.starts_with(|letter: char| letter.is_ascii_uppercase())
        && text.len() <= 255
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    if !fine {
        return Err(Invalid::expected(
            "the name of an environment variable, such as \"DATABASE_URL\"",
            text,
        ));
    }
    match RESERVED.into_iter().find(|prefix| text.starts_with(prefix)) {
        Some(prefix) => Err(Invalid::new(format!(
            "names that begin with {prefix:?} belong to the ECS agent and the AWS SDKs, found {text:?}"
        ))),
        None => Ok(()),
    }
}

fn check_secret(text: &str) -> Result<(), Invalid> {
    check_variable(text)?;
    if text
        .split('_')
        .all(|word| word.starts_with(|first: char| first.is_ascii_uppercase()))
    {
        Ok(())
    } else {
        Err(Invalid::expected(
            "words that begin with a letter, with one `_` between them, such as \"DATABASE_URL\"",
            text,
        ))
    }
}

fn check_path(text: &str) -> Result<(), Invalid> {
    let fine = text.len() <= 255
        && text.strip_prefix('/').is_some_and(|path| {
            path.split('/').all(|part| {
                !matches!(part, "" | "." | "..")
                    && part
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
            })
        });
    if fine {
        Ok(())
    } else {
        Err(Invalid::expected(
            "an absolute path, such as \"/tmp\"",
            text,
        ))
    }
}
