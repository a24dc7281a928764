//! The environments in which something runs, with all permissions or one less.

use rehearsal::pipelines::permission_use::{RequestLog, Roles};
use rehearsal::pipelines::policy::{Policies, Role};
use rehearsal::pipelines::template::{Stacks, TemplateError};
use serde_json::Value;

use crate::support::Read;

/// The roles of an environment, as they are defined.
pub(super) struct Environment {
    pub(super) read: &'static Read,
    prefix: String,
    applications: Vec<String>,
}

impl Environment {
    pub(super) fn of(read: &'static Read) -> Self {
        let environment = &read.synthesis.environment;
        let applications = environment.applications.iter();
        Self {
            read,
            prefix: environment.names().prefix(),
            applications: applications.map(|one| one.name.to_string()).collect(),
        }
    }

    pub(super) fn roles(&self) -> Roles<'_> {
        self.roles_with(&self.read.stacks, &self.read.rights)
    }

    fn roles_with<'a>(&'a self, stacks: &'a Stacks, rights: &'a Policies) -> Roles<'a> {
        Roles {
            stacks,
            rights,
            prefix: &self.prefix,
            applications: &self.applications,
        }
    }

    pub(super) fn name(&self) -> &'static str {
        self.read.synthesis.environment.name.as_str()
    }
}

/// An environment in which something runs: as it is defined, or with an action less.
pub(super) struct TestEnvironment<'a> {
    pub(super) environment: &'a Environment,
    pub(super) stacks: Stacks,
    pub(super) rights: Policies,
    /// A name for folders that no other stage has.
    pub(super) name: String,
}

impl<'a> TestEnvironment<'a> {
    /// As it is defined.
    pub(super) fn whole(environment: &'a Environment) -> Self {
        Self {
            environment,
            stacks: environment.read.stacks.clone(),
            rights: environment.read.rights.clone(),
            name: format!("granted-{}", environment.name()),
        }
    }

    /// With an action less, in the policies of a role.
    pub(super) fn without(environment: &'a Environment, role: &str, action: &str) -> Self {
        let defined = &environment.read.rights;
        let role = defined.role_named(role).unwrap();
        let stacks = without_action(&environment.read.stacks, role, action).unwrap();
        let rights = Policies::read(&stacks).unwrap().without(&role.arn, action);
        assert!(!rights.allowed_actions(&role.arn).contains_key(action));
        let name = format!("{}-{}", role.name, action.replace([':', '*'], "-"));
        Self {
            environment,
            stacks,
            rights,
            name: format!("granted-{name}"),
        }
    }

    pub(super) fn roles(&self) -> Roles<'_> {
        self.environment.roles_with(&self.stacks, &self.rights)
    }

    /// The ARN of a role.
    pub(super) fn role(&self, local: &str) -> String {
        let role = self.find_role(local);
        role.unwrap_or_else(|| panic!("there is no role {local}"))
    }

    /// The same of one that not every environment has.
    pub(super) fn find_role(&self, local: &str) -> Option<String> {
        let name = format!("{}-{local}", self.environment.prefix);
        Some(self.rights.role_named(&name)?.arn.clone())
    }
}

/// What came of a run.
pub(super) struct RunResult {
    pub(super) log: RequestLog,
    /// Why it failed, or what it said that it was refused; nothing where it did what it is for.
    pub(super) failed: Option<String>,
}

pub(super) struct Run {
    pub(super) name: &'static str,
    pub(super) run: fn(&TestEnvironment<'_>) -> RunResult,
}

impl Run {
    pub(super) const fn new(
        name: &'static str,
        run: fn(&TestEnvironment<'_>) -> RunResult,
    ) -> Self {
        Self { name, run }
    }
}

/// The templates without an action, or pattern of actions, in the policies of a role. AWS's own policies are in
/// no template: [`Policies::without`] takes an action out of those.
///
/// # Errors
/// When a policy of the role is in none of the templates that its name says.
fn without_action(stacks: &Stacks, role: &Role, action: &str) -> Result<Stacks, TemplateError> {
    let mut left = stacks.clone();
    for policy in &role.policies {
        let Some((stack, id)) = policy.name.split_once('/') else {
            continue;
        };
        let mut template = left.template(stack)?.clone();
        let document = &mut template["Resources"][id]["Properties"]["PolicyDocument"];
        if let Some(statements) = document["Statement"].as_array_mut() {
            statements.retain_mut(|statement| {
                statement["Effect"] != "Allow" || keeps(&mut statement["Action"], action)
            });
        }
        left.add(stack, template);
    }
    Ok(left)
}

/// Takes an action out of those of a statement. Gives whether any is left.
fn keeps(actions: &mut Value, action: &str) -> bool {
    match actions {
        Value::Array(actions) => {
            actions.retain(|one| one != action);
            !actions.is_empty()
        }
        one => one != action,
    }
}
