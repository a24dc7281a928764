//! The roles that every application has.

/// What a role of an application's is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApplicationRole {
    /// What the containers may do.
    Task,
    /// What ECS does to start them: pull the image, read the secrets, write the log.
    Execution,
    /// What a build may do.
    Build,
    /// What the application's pipeline may do.
    Pipeline,
    /// What a release may do.
    Deploy,
    /// What CloudFormation may do for a release.
    Release,
    /// What may be looked at to see whether a release runs.
    Verify,
    /// What a workflow may ask that promotes the application.
    Promote,
}

impl ApplicationRole {
    /// Every role, for limits on derived names.
    pub const ALL: [Self; 8] = [
        Self::Task,
        Self::Execution,
        Self::Build,
        Self::Pipeline,
        Self::Deploy,
        Self::Release,
        Self::Verify,
        Self::Promote,
    ];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Execution => "execution",
            Self::Build => "build",
            Self::Pipeline => "pipeline",
            Self::Deploy => "deploy",
            Self::Release => "release",
            Self::Verify => "verify",
            Self::Promote => "promote",
        }
    }
}
