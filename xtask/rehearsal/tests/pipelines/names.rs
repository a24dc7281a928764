//! Names and ARNs of an environment.

use crate::support::Read;

/// ARNs of one environment, and of the other one for what must stay out of reach.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a>(pub(crate) &'a Read);

impl Names<'_> {
    pub(crate) fn environment(self) -> &'static str {
        match self.0.synthesis.environment.name.as_str() {
            "production" => "production",
            _ => "staging",
        }
    }

    pub(crate) fn account(self) -> &'static str {
        self.0.synthesis.environment.account.as_str()
    }

    pub(crate) fn region(self) -> &'static str {
        self.0.synthesis.environment.region.as_str()
    }

    /// `lemonade-staging-<what>`.
    pub(crate) fn named(self, what: &str) -> String {
        format!("lemonade-{}-{what}", self.environment())
    }

    pub(crate) fn own(self, service: &str, resource: &str) -> String {
        format!(
            "arn:aws:{service}:{}:{}:{resource}",
            self.region(),
            self.account()
        )
    }

    pub(crate) fn iam(self, resource: &str) -> String {
        format!("arn:aws:iam::{}:{resource}", self.account())
    }

    /// A role that a template makes.
    pub(crate) fn role(self, what: &str) -> String {
        self.iam(&format!(
            "role/lemonade/{}/{}",
            self.environment(),
            self.named(what)
        ))
    }

    /// Whatever role is called so, wherever it stands.
    pub(crate) fn any_role(self, what: &str) -> String {
        let name = self.named(what);
        match self.0.rights.role_named(&name) {
            Some(role) => role.arn.clone(),
            None => panic!("there is no role {name}"),
        }
    }

    pub(crate) fn boundary(self, what: &str) -> String {
        let name = self.named(&format!("{what}-boundary"));
        self.iam(&format!(
            "policy/lemonade/{}/bootstrap/{name}",
            self.environment()
        ))
    }

    pub(crate) fn stack(self, id: &str) -> String {
        let uuid = "00000000-0000-4000-8000-000000000000";
        self.own(
            "cloudformation",
            &format!("stack/{}/{uuid}", self.named(id)),
        )
    }

    pub(crate) fn bucket(self, what: &str) -> String {
        let name = format!("{}-{}-{}", self.named(what), self.account(), self.region());
        format!("arn:aws:s3:::{name}")
    }

    pub(crate) fn repository(self, application: &str) -> String {
        self.own(
            "ecr",
            &format!("repository/lemonade/{}/{application}", self.environment()),
        )
    }

    pub(crate) fn secret(self, application: &str, name: &str) -> String {
        let path = format!("lemonade/{}/{application}/{name}", self.environment());
        self.own("secretsmanager", &format!("secret:{path}-AbCdEf"))
    }

    pub(crate) fn pipeline(self, what: &str) -> String {
        let name = format!("{what}-lemonade-{}", self.environment());
        self.own("codepipeline", &name)
    }

    pub(crate) fn project(self, what: &str) -> String {
        self.own("codebuild", &format!("project/{}", self.named(what)))
    }

    /// Where a pipeline keeps what its actions hand on: of its name, the first twenty characters.
    pub(crate) fn artifact(self, pipeline: &str) -> String {
        let names = self.0.synthesis.environment.names();
        let name = format!("{pipeline}-lemonade-{}", self.environment());
        format!(
            "{}/{}Source/AbCdEf1",
            self.bucket("artifacts"),
            names.artifact_prefix(&name)
        )
    }

    /// What the definition's Build keeps for the next one.
    pub(crate) fn cache(self) -> String {
        format!("{}/cache.definition/AbCdEf1", self.bucket("artifacts"))
    }

    /// The only key of the stack.
    pub(crate) fn key(self, stack: &str, id: &str) -> String {
        self.own("kms", &format!("key/{}-{id}", self.named(stack)))
    }

    /// A text without what tells this environment from the other one.
    pub(crate) fn anonymous(self, text: &str) -> String {
        text.replace(self.account(), "<account>")
            .replace(self.region(), "<region>")
            .replace(self.environment(), "<env>")
    }
}
