//! The checkout that an assembly was made from, and the pipeline run that it happens in.

use std::collections::BTreeSet;

use provenance::Inputs;

use super::expected_target::ExpectedTarget;

/// The suffix of a commit with changes on top of it, as `git describe --dirty` writes it.
pub(crate) const DIRTY: &str = "-dirty";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkout {
    pub commit: String,
    /// Nothing where HEAD is detached.
    pub branch: Option<String>,
    /// Files that differ from the commit, untracked ones included.
    pub changed: Vec<String>,
    /// The fetched branches of `origin` that contain the commit.
    pub published_on: BTreeSet<String>,
    /// The input files, where they are in another repository.
    pub inputs: Option<Inputs>,
    pub pipeline: Option<PipelineRun>,
}

impl Checkout {
    pub(super) fn recorded(recorded: provenance::Checkout, pipeline: Option<PipelineRun>) -> Self {
        Self {
            commit: recorded.commit,
            branch: recorded.branch,
            changed: recorded.changed,
            published_on: recorded.published_on,
            inputs: recorded.inputs,
            pipeline,
        }
    }

    /// Whether nothing differs from the commit.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.changed.is_empty() && self.inputs.is_none()
    }

    /// Whether the commit is on the environment's branch: the branch is checked out, `origin` has the commit
    /// on it, or the environment's own pipeline runs for exactly this commit.
    #[must_use]
    pub fn is_from_branch(&self, expected: &ExpectedTarget) -> bool {
        let by_name = self.branch.as_deref() == Some(expected.branch.as_str());
        let by_origin = self.published_on.contains(&expected.branch);
        let by_pipeline = self.pipeline.as_ref().is_some_and(|run| {
            run.name == expected.pipeline && run.commit.as_deref() == Some(self.commit.as_str())
        });
        by_name || by_origin || by_pipeline
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineRun {
    pub name: String,
    /// The commit that the run is for, where the build knows it.
    pub commit: Option<String>,
}

impl PipelineRun {
    /// The run that this build is part of. A pipeline has one branch, so its name implies the branch;
    /// CodeBuild clones the commit without one.
    ///
    /// Source: <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html>
    pub(super) fn current() -> Option<Self> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let initiator = variable("CODEBUILD_INITIATOR")?;
        Some(Self {
            name: initiator.strip_prefix("codepipeline/")?.to_owned(),
            // The pipelines' definition gives it: `cicd-stack/src/codepipeline.rs`.
            commit: variable("COMMIT").filter(|commit| !commit.is_empty()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_known_by_the_initiator_of_the_build() {
        let with = |pairs: &'static [(&str, &str)]| {
            PipelineRun::from_variables(|name| {
                let found = pairs.iter().find(|(key, _)| *key == name)?;
                Some(found.1.to_owned())
            })
        };
        assert_eq!(
            with(&[("CODEBUILD_INITIATOR", "codepipeline/a"), ("COMMIT", "c")]),
            Some(PipelineRun {
                name: "a".to_owned(),
                commit: Some("c".to_owned())
            })
        );
        assert_eq!(
            with(&[("CODEBUILD_INITIATOR", "codepipeline/a"), ("COMMIT", "")]),
            Some(PipelineRun {
                name: "a".to_owned(),
                commit: None
            })
        );
        // A person started the build by hand, or there is no build.
        assert_eq!(
            with(&[("CODEBUILD_INITIATOR", "ann"), ("COMMIT", "c")]),
            None
        );
        assert_eq!(with(&[("COMMIT", "c")]), None);
    }
}
