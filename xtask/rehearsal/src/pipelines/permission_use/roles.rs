//! The roles of an environment by kind: roles that differ by application alone are one kind.

use std::fmt;

use crate::pipelines::policy::{Policies, Role};
use crate::pipelines::template::{Stacks, TemplateError};

const APPLICATION: &str = "<application>";

/// A role without environment and application: `deploy`, `<application>-build`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoleKind(String);

impl fmt::Display for RoleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialEq<str> for RoleKind {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Roles<'a> {
    pub stacks: &'a Stacks,
    pub rights: &'a Policies,
    /// The prefix of all names: `lemonade-staging`.
    pub prefix: &'a str,
    pub applications: &'a [String],
}

impl<'a> Roles<'a> {
    pub fn iter(self) -> impl Iterator<Item = (RoleKind, &'a Role)> {
        self.rights
            .roles()
            .map(move |role| (self.kind(&role.name), role))
    }

    #[must_use]
    pub fn kind(self, role: &str) -> RoleKind {
        let name = self.local(role);
        RoleKind(match self.application(role) {
            Some(application) => name.replacen(application, APPLICATION, 1),
            None => name.to_owned(),
        })
    }

    #[must_use]
    pub fn application(self, role: &str) -> Option<&'a str> {
        let name = self.local(role);
        let of = |application: &&&String| {
            let rest = name.strip_prefix(application.as_str());
            rest.is_some_and(|rest| rest.starts_with('-'))
        };
        // `web` is a prefix of `web-admin`.
        let longest = self.applications.iter().collect::<Vec<_>>();
        let found = longest
            .iter()
            .filter(|one| of(one))
            .max_by_key(|one| one.len());
        found.map(|name| name.as_str())
    }

    /// A name without the common prefix.
    pub(super) fn local<'n>(&self, name: &'n str) -> &'n str {
        let rest = name.strip_prefix(self.prefix);
        rest.and_then(|rest| rest.strip_prefix('-')).unwrap_or(name)
    }

    /// Fills in the placeholders of an ARN for a role. `{account}`, `{region}`, `{lemonade}`
    /// (`lemonade-staging`), `{env}` and `{app}` are names; `{network/DataKey}` is the ARN of a
    /// resource by stack and logical id, and `{application-{app}/AWS::SecretsManager::Secret}` that
    /// of the stack's first resource of a type. `None` where there is no such resource.
    ///
    /// # Errors
    /// When the templates can't be read.
    pub fn fill(self, role: &str, pattern: &str) -> Result<Option<String>, TemplateError> {
        let environment = self.prefix.rsplit('-').next().unwrap_or_default();
        let mut text = pattern
            .replace("{account}", self.stacks.account())
            .replace("{region}", self.stacks.region())
            .replace("{lemonade}", self.prefix)
            .replace("{env}", environment);
        if let Some(application) = self.application(role) {
            text = text.replace("{app}", application);
        }
        while let Some((before, rest)) = text.split_once('{') {
            let Some((place, after)) = rest.split_once('}') else {
                return Ok(None);
            };
            let Some(arn) = self.arn(place)? else {
                return Ok(None);
            };
            text = format!("{before}{arn}{after}");
        }
        Ok(Some(text))
    }

    fn arn(self, place: &str) -> Result<Option<String>, TemplateError> {
        let Some((stack, resource)) = place.split_once('/') else {
            return Ok(None);
        };
        let stack = format!("{}-{stack}", self.prefix);
        let found = if resource.contains("::") {
            let mut all = self.stacks.resources_of_type(resource);
            all.find(|one| one.stack == stack)
        } else {
            self.stacks.resource(&stack, resource)
        };
        match found {
            Some(found) => Ok(self.stacks.identity(&found)?.arn),
            None => Ok(None),
        }
    }
}
