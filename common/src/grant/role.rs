//! A role with one managed policy of its own.

use crate::application::TokenSubject;
use crate::environment::Environment;
use crate::naming::Names;
use crate::resources::kinds::ManagedPolicyArn;
use crate::resources::{Handle, iam};
use crate::template::policy::{
    ManagedPolicy, PolicyDocument, Principal, ServicePrincipal, Statement,
};
use crate::template::{Template, Value, pseudo, sub};

/// GitHub's OIDC identity provider.
const GITHUB: &str = "token.actions.githubusercontent.com";

/// Builds a role. It has the environment's path and a permissions boundary, without which
/// the deployment roles may not create it.
///
/// Its permissions are a managed policy of its own rather than an inline one, so that they have
/// a version history and are visible to audits of policies.
#[derive(Debug)]
pub struct RoleBuilder {
    names: Names,
    path: String,
    is_at_root: bool,
    boundary: Value<ManagedPolicyArn>,
    logical_id: String,
    name: String,
    description: String,
    trust: Statement,
    managed: Vec<ManagedPolicy>,
    statements: PolicyDocument,
}

impl RoleBuilder {
    /// A role that an AWS service assumes, under a name of [`Names`]; the logical ids are
    /// `<logical_id>` and `<logical_id>Policy`.
    #[must_use]
    pub fn new(
        environment: &Environment,
        logical_id: impl Into<String>,
        name: String,
        service: ServicePrincipal,
        description: &str,
    ) -> Self {
        let trust = Statement::allow(["sts:AssumeRole"]).by(Principal::Service(service));
        Self::trusting(environment, logical_id, name, trust, description)
    }

    /// A role that workflows of GitHub assume whose token has this subject: of one branch of one repository.
    ///
    /// The identity provider is the account's, which has one at most of an address, so none is made here.
    ///
    /// Sources: <https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws>,
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html>
    #[must_use]
    pub fn for_workflows(
        environment: &Environment,
        logical_id: impl Into<String>,
        name: String,
        subject: &TokenSubject,
        description: &str,
    ) -> Self {
        let provider = sub(format!(
            "arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:oidc-provider/{GITHUB}"
        ));
        let trust = Statement::allow(["sts:AssumeRoleWithWebIdentity"])
            .by(Principal::Federated(provider.value()))
            .when("StringEquals", format!("{GITHUB}:aud"), "sts.amazonaws.com")
            .when("StringEquals", format!("{GITHUB}:sub"), subject.as_str());
        Self::trusting(environment, logical_id, name, trust, description)
    }

    fn trusting(
        environment: &Environment,
        logical_id: impl Into<String>,
        name: String,
        trust: Statement,
        description: &str,
    ) -> Self {
        Self {
            names: environment.names(),
            path: environment.names().role_path(),
            is_at_root: false,
            boundary: sub(environment.names().workload_boundary_arn()).value(),
            logical_id: logical_id.into(),
            name,
            description: description.to_owned(),
            trust,
            managed: Vec::new(),
            statements: PolicyDocument::new(),
        }
    }

    /// Lets the service assume the role only on behalf of this account, so that another account's
    /// resources can't use it (confused deputy).
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>
    #[must_use]
    pub fn for_this_account_only(mut self) -> Self {
        self.trust = self
            .trust
            .when("StringEquals", "aws:SourceAccount", pseudo::account_id());
        self
    }

    /// Lets the service assume the role only on behalf of one kind of resource of this account,
    /// given as a pattern of ARNs.
    #[must_use]
    pub fn on_behalf_of(mut self, resources: String) -> Self {
        self.trust = self.trust.when("ArnLike", "aws:SourceArn", resources);
        self
    }

    /// Caps the role with the boundary of the definition's own roles instead of the workloads'.
    #[must_use]
    pub fn with_definition_boundary(mut self) -> Self {
        self.boundary = sub(self.names.definition_boundary_arn()).value();
        self
    }

    /// Caps the role with a boundary that its own stack makes. IAM deletes no policy that is
    /// in use as a boundary: with this reference the role is deleted first, with a name both would be deleted at
    /// the same time.
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html>
    #[must_use]
    pub fn bounded_by(mut self, boundary: &Handle<iam::ManagedPolicy>) -> Self {
        self.boundary = boundary.reference();
        self
    }

    /// Puts the role under the path that only a person's deployment of bootstrap may change.
    #[must_use]
    pub fn in_bootstrap(mut self) -> Self {
        self.path = self.names.bootstrap_path();
        self
    }

    /// Leaves the role without a path, for a property that takes no ARN with one. Its policy keeps the path.
    #[must_use]
    pub const fn at_root(mut self) -> Self {
        self.is_at_root = true;
        self
    }

    /// Attaches an AWS managed policy.
    #[must_use]
    pub fn managed(mut self, policy: ManagedPolicy) -> Self {
        self.managed.push(policy);
        self
    }

    /// Adds a statement. Grants call this.
    pub fn allow(&mut self, statement: Statement) {
        self.statements.push(statement);
    }

    /// Adds the role, and before it its policy where it was granted anything: whatever waits for
    /// the role then waits for its permissions too, when it is created and when it changes.
    ///
    /// The policy has no description: it could never be changed, since a policy of a fixed name
    /// can't be replaced.
    #[track_caller]
    pub fn add_to(self, template: &mut Template) -> Handle<iam::Role> {
        let path = self.path;
        let mut policies: Vec<Value<ManagedPolicyArn>> =
            self.managed.into_iter().map(ManagedPolicy::arn).collect();
        if !self.statements.is_empty() {
            let own = template.add(
                format!("{}Policy", self.logical_id),
                iam::ManagedPolicy::new(self.statements)
                    .managed_policy_name(&self.name)
                    .path(&path),
            );
            policies.push(own.reference());
        }
        let mut role = iam::Role::new(PolicyDocument::new().with(self.trust))
            .role_name(&self.name)
            .path(if self.is_at_root { "/" } else { &path })
            .description(&self.description)
            .permissions_boundary(self.boundary);
        if !policies.is_empty() {
            role = role.managed_policy_arns(policies);
        }
        template.add(&self.logical_id, role)
    }
}
