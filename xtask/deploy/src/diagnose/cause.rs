//! Causes for which a task does not start, stops, or is unhealthy.

use std::fmt;

use cli_conventions::next_step::Situation;
use serde::Serialize;

/// A cause, the most telling first: where there are several, the first explains the others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "cause", rename_all = "kebab-case")]
pub enum Cause {
    ImageNotFound {
        image: Option<String>,
    },
    /// The image is for other machines.
    ImagePlatform {
        /// What the machine wants: `linux/arm64`.
        platform: Option<String>,
    },
    ImageUnreachable {
        /// In ECS's words.
        message: String,
    },
    SecretWithoutValue {
        /// Its name, where it is told.
        secret: Option<String>,
    },
    SecretUnreadable {
        /// In ECS's words.
        message: String,
    },
    /// A container's log can't be written.
    Log {
        /// In ECS's words.
        message: String,
    },
    CannotStart {
        container: String,
        /// In ECS's words.
        message: String,
    },
    /// A container took more memory than its limit.
    OutOfMemory {
        container: String,
    },
    Exited {
        container: String,
        /// With which code, if it is known.
        code: Option<i64>,
    },
    /// The load balancer, or ECS, does not find a container well.
    Unhealthy {
        /// The path that is asked for, if one is.
        path: Option<String>,
        /// What came: a status code, a timeout.
        answer: Option<String>,
    },
    /// A role of the application can't be taken.
    Role {
        /// Which, if it is told.
        role: Option<String>,
    },
    NoRoom {
        #[serde(rename = "lacking")]
        shortage: Shortage,
    },
    NoMachine,
    Alarm,
    MachineLost,
    /// ECS is asked too often.
    Throttled,
    /// Tasks fail, and it is not known why.
    TasksFail,
    /// Something that this version has no word for.
    Other {
        message: String,
    },
}

/// What a machine lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shortage {
    Memory,
    Cpu,
    Port,
    /// Something that the task definition asks for, such as a log driver or another architecture.
    Attribute,
    /// A connection with ECS: the agent is silent.
    Agent,
    Other,
}

/// The signals that end a process, by what the shell makes of them: 128 and their number.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>
const fn meaning(code: i64) -> Option<&'static str> {
    match code {
        0 => Some("it ended without an error"),
        126 => Some("its command can't be executed"),
        127 => Some("its command is not found"),
        134 => Some("it aborted"),
        137 => Some("it was killed"),
        139 => Some("segmentation fault"),
        143 => Some("it was terminated"),
        255 => Some("its command failed, or the image is built for another platform"),
        _ => None,
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ImageNotFound { image: Some(image) } => write!(out, "image not found: {image}"),
            Self::ImageNotFound { image: None } => write!(out, "image not found"),
            Self::ImagePlatform { platform } => match platform {
                Some(platform) => write!(out, "the image is not built for {platform}"),
                None => write!(out, "the image is built for another platform"),
            },
            Self::ImageUnreachable { message } => {
                write!(out, "the image can't be fetched: {message}")
            }
            Self::SecretWithoutValue { secret } => match secret {
                Some(secret) => write!(out, "the secret {secret} has no value"),
                None => write!(out, "a secret has no value"),
            },
            Self::SecretUnreadable { message } => write!(out, "a secret can't be read: {message}"),
            Self::Log { message } => write!(out, "the log can't be written: {message}"),
            Self::CannotStart { container, message } => {
                write!(out, "container `{container}` can't be started: {message}")
            }
            Self::OutOfMemory { container } => write!(
                out,
                "out of memory: container `{container}` took more than its limit"
            ),
            Self::Exited { container, code } => match code {
                None => write!(out, "container `{container}` exits"),
                Some(code) => {
                    write!(out, "container `{container}` exits with {code}")?;
                    meaning(*code).map_or(Ok(()), |meaning| write!(out, ": {meaning}"))
                }
            },
            Self::Unhealthy { path, answer } => {
                write!(out, "health check fails")?;
                if let Some(path) = path {
                    write!(out, " on {path}")?;
                }
                answer
                    .as_ref()
                    .map_or(Ok(()), |answer| write!(out, ": {answer}"))
            }
            Self::Role { role } => match role {
                Some(role) => write!(out, "ECS can't assume the role {role}"),
                None => write!(out, "ECS can't assume a role of the application"),
            },
            Self::NoRoom { shortage } => {
                write!(out, "no machine meets all requirements: {shortage}")
            }
            Self::NoMachine => write!(out, "the cluster has no machine"),
            Self::Alarm => write!(out, "an alarm that the deployment watches went off"),
            Self::MachineLost => write!(out, "the machine of a task was terminated"),
            Self::Throttled => write!(out, "ECS is throttled, and retries later"),
            Self::TasksFail => write!(out, "tasks fail to start, or stop again"),
            Self::Other { message } => write!(out, "{message}"),
        }
    }
}

impl fmt::Display for Shortage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Memory => "memory",
            Self::Cpu => "cpu",
            Self::Port => "a free port",
            Self::Attribute => "a required attribute",
            Self::Agent => "a connected agent",
            Self::Other => "unspecified",
        })
    }
}

impl Cause {
    /// What to do about it, where there is something to say.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::ImageNotFound { .. } => {
                "push the image, or release an existing one: the lifecycle policy keeps only the newest"
            }
            Self::ImagePlatform { .. } => "build the image for the machines' architecture",
            Self::ImageUnreachable { .. } => {
                "check the NAT gateway, the routes and the execution role's permissions"
            }
            Self::SecretWithoutValue { secret: Some(name) } => {
                return Some(format!(
                    "aws secretsmanager put-secret-value --secret-id {name} --secret-string \
                     file:///dev/stdin"
                ));
            }
            Self::SecretWithoutValue { secret: None } => {
                return Some(Situation::SecretWithoutValue.to_string());
            }
            Self::SecretUnreadable { .. } => "check the execution role and the data key",
            Self::Log { .. } => "check the log group of the application's stack",
            Self::CannotStart { .. } => {
                "check `command`, `user` and `writable` in applications.toml"
            }
            Self::OutOfMemory { .. } => "raise `memory` in applications.toml, or fix the leak",
            Self::Exited { .. } => "run the image locally with the same variables",
            Self::Unhealthy { .. } => {
                "check `health_check` and `container_port` in applications.toml: path, matcher, \
                 grace_seconds"
            }
            Self::Role { .. } => "check that the stack's roles exist and trust ECS",
            Self::NoRoom {
                shortage: Shortage::Memory | Shortage::Cpu,
            } => "machines are added one by one: wait, or raise `machines.max` of the cluster",
            Self::NoRoom { .. } | Self::NoMachine => {
                "check that the machines of the Auto Scaling group start and join the cluster"
            }
            Self::Alarm => "check the alarms of the service's stack",
            Self::MachineLost | Self::Throttled | Self::TasksFail | Self::Other { .. } => {
                return None;
            }
        };
        Some(hint.to_owned())
    }
}
