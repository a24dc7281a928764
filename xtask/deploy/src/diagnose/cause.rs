//! Why a task did not start, did not stay, or was not found well.

use std::fmt;

use serde::Serialize;

/// A cause, the most telling first: where there are several, the first explains the others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "cause", rename_all = "kebab-case")]
pub enum Cause {
    /// The repository has no such image.
    ImageNotFound {
        /// The image, where it is named.
        image: Option<String>,
    },
    /// The image is for other machines.
    ImagePlatform {
        /// What the machine wants: `linux/arm64`.
        platform: Option<String>,
    },
    /// The image can't be fetched.
    ImageUnreachable {
        /// What is said of it.
        message: String,
    },
    /// A secret has no value.
    SecretWithoutValue {
        /// Its name, where it is told.
        secret: Option<String>,
    },
    /// A secret can't be read.
    SecretUnreadable {
        /// What is said of it.
        message: String,
    },
    /// A container's log can't be written.
    Log {
        /// What is said of it.
        message: String,
    },
    /// A container can't be started.
    CannotStart {
        /// Which.
        container: String,
        /// What is said of it.
        message: String,
    },
    /// A container took more memory than its limit.
    OutOfMemory {
        /// Which.
        container: String,
    },
    /// A container ended by itself.
    Exited {
        /// Which.
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
    /// No machine has room.
    NoRoom {
        #[serde(rename = "lacking")]
        shortage: Shortage,
    },
    /// The cluster has no machine.
    NoMachine,
    /// An alarm went off.
    Alarm,
    /// A machine went away.
    MachineLost,
    /// ECS is asked too often.
    Throttled,
    /// Tasks fail, and it is not known why.
    TasksFail,
    /// Something that this version has no word for.
    Other {
        /// What is said.
        message: String,
    },
}

/// What a machine lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shortage {
    /// Memory that nobody reserved.
    Memory,
    /// CPU that nobody reserved.
    Cpu,
    /// A port.
    Port,
    /// Something that the task definition asks for, such as a log driver or another architecture.
    Attribute,
    /// A connection with ECS: the agent is silent.
    Agent,
    /// Something else.
    Other,
}

/// The signals that end a process, by what the shell makes of them: 128 and their number.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>
const fn meaning(code: i64) -> Option<&'static str> {
    match code {
        0 => Some("it ends by itself, without an error"),
        126 => Some("its command can't be executed"),
        127 => Some("its command is not found"),
        134 => Some("it aborted"),
        137 => Some("it was killed"),
        139 => Some("it touched memory that is not its own"),
        143 => Some("it was told to end"),
        255 => Some("its command failed, or the image is for other machines"),
        _ => None,
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ImageNotFound { image: Some(image) } => write!(out, "image not found: {image}"),
            Self::ImageNotFound { image: None } => write!(out, "image not found"),
            Self::ImagePlatform { platform } => match platform {
                Some(platform) => write!(out, "the image is not made for {platform}"),
                None => write!(out, "the image is made for other machines"),
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
                Some(role) => write!(out, "ECS can't take the role {role}"),
                None => write!(out, "ECS can't take a role of the application"),
            },
            Self::NoRoom { shortage } => {
                write!(out, "no machine meets all requirements: {shortage}")
            }
            Self::NoMachine => write!(out, "the cluster has no machine"),
            Self::Alarm => write!(out, "an alarm that the deployment watches went off"),
            Self::MachineLost => write!(out, "the machine under a task went away"),
            Self::Throttled => write!(out, "ECS is asked too often, and tries again later"),
            Self::TasksFail => write!(out, "tasks fail to start or to stay"),
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
            Self::Attribute => "an attribute that the task asks for",
            Self::Agent => "an agent that answers",
            Self::Other => "not said which",
        })
    }
}

impl Cause {
    /// What to do about it, where there is something to say.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::ImageNotFound { .. } => {
                "push the image, or release one that is there: the lifecycle policy keeps the last \
                 ones only"
            }
            Self::ImagePlatform { .. } => "build the image for the machines' architecture",
            Self::ImageUnreachable { .. } => {
                "look at the way out: NAT gateway, routes, the execution role's permissions"
            }
            Self::SecretWithoutValue { secret: Some(name) } => {
                return Some(format!(
                    "aws secretsmanager put-secret-value --secret-id {name} --secret-string \
                     file:///dev/stdin"
                ));
            }
            Self::SecretWithoutValue { secret: None } => "`cargo xtask doctor` names those without",
            Self::SecretUnreadable { .. } => "look at the execution role and the data key",
            Self::Log { .. } => "look at the log group of the application's stack",
            Self::CannotStart { .. } => {
                "look at `command`, `user` and `writable` in applications.toml"
            }
            Self::OutOfMemory { .. } => "raise `memory` in applications.toml, or mend the leak",
            Self::Exited { .. } => "run the image by itself with the same variables",
            Self::Unhealthy { .. } => {
                "look at `health_check` and `container_port` in applications.toml: path, matcher, \
                 grace_seconds"
            }
            Self::Role { .. } => "look whether the stack's roles exist, and trust ECS",
            Self::NoRoom {
                shortage: Shortage::Memory | Shortage::Cpu,
            } => "machines are added one by one: wait, or raise `machines.max` of the cluster",
            Self::NoRoom { .. } | Self::NoMachine => {
                "look at the Auto Scaling group: whether its machines start and join the cluster"
            }
            Self::Alarm => "look at the alarms of the service's stack",
            Self::MachineLost | Self::Throttled | Self::TasksFail | Self::Other { .. } => {
                return None;
            }
        };
        Some(hint.to_owned())
    }
}
