//! Templates in which a role is granted an action less.

use serde_json::Value;

use crate::pipelines::policy::Role;
use crate::pipelines::template::{Stacks, TemplateError};

/// The templates without an action, or pattern of actions, in the policies of a role. AWS's own policies are in
/// no template: [`crate::pipelines::policy::Rights::without`] takes an action out of those.
///
/// # Errors
/// When a policy of the role is in none of the templates that its name says.
pub fn without(stacks: &Stacks, role: &Role, action: &str) -> Result<Stacks, TemplateError> {
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
