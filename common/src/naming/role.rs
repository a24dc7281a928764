//! The roles that every application has.

/// A part of an application or its pipeline that acts with a role of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApplicationRole {
    /// The containers: what the application itself calls.
    Task,
    /// What ECS does to start them: pull the image, read the secrets, write the log.
    Execution,
    /// The CodeBuild projects that test and build the image.
    Build,
    /// CodePipeline itself: reads the source and starts the projects.
    Pipeline,
    /// The project that deploys the service stack.
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
