//! Who may do what that it could not, and what it can no longer do.

use std::collections::BTreeMap;

use super::Change;
use crate::consequence::{Consequence, Kind, Weight};
use crate::environment::Environment;
use crate::permissions::{
    Holder, Right, RightChange, Rights, Scope, Statement, action_matches, gained_between,
    lost_between,
};

/// How many items of a list are named before the rest is counted.
const NAMED: usize = 5;

/// What follows from a right, by action. The first that matches is told.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
const RISKS: [(&str, &str); 26] = [
    (
        "iam:PassRole",
        "it can hand those roles to a service and act with their rights",
    ),
    ("iam:PutRolePolicy", GIVES_RIGHTS),
    ("iam:AttachRolePolicy", GIVES_RIGHTS),
    ("iam:CreatePolicyVersion", GIVES_RIGHTS),
    ("iam:SetDefaultPolicyVersion", GIVES_RIGHTS),
    ("iam:UpdateAssumeRolePolicy", GIVES_RIGHTS),
    ("iam:DeleteRolePermissionsBoundary", GIVES_RIGHTS),
    ("iam:PutRolePermissionsBoundary", GIVES_RIGHTS),
    ("iam:DeleteRolePolicy", GIVES_RIGHTS),
    ("iam:CreateAccessKey", GIVES_RIGHTS),
    ("iam:CreateRole", GIVES_RIGHTS),
    ("sts:AssumeRole", "it can act as those roles"),
    ("secretsmanager:GetSecretValue", "it can read those secrets"),
    ("ssm:StartSession", "it can open a shell on those machines"),
    ("ssm:SendCommand", "it can run commands on those machines"),
    (
        "ecs:ExecuteCommand",
        "it can run commands in those containers",
    ),
    (
        "kms:PutKeyPolicy",
        "it can give itself every right to those keys",
    ),
    (
        "kms:ScheduleKeyDeletion",
        "it can destroy whatever those keys encrypt",
    ),
    (
        "kms:Decrypt",
        "it can decrypt what those keys encrypt, where it can read that",
    ),
    ("s3:PutBucketPolicy", "it can open those buckets to others"),
    ("s3:DeleteObject", DELETES),
    ("s3:DeleteBucket", DELETES),
    ("logs:DeleteLogGroup", DELETES),
    ("ecr:BatchDeleteImage", DELETES),
    (
        "lambda:UpdateFunctionCode",
        "it can run code with the rights of those functions",
    ),
    (
        "cloudformation:DeleteStack",
        "it can delete what those stacks do not retain",
    ),
];

const GIVES_RIGHTS: &str = "it can give itself or others any right that no boundary limits";
const DELETES: &str = "it can delete data";

/// Managed policies of AWS that grant nearly everything.
const ADMINISTRATORS: [&str; 3] = ["AdministratorAccess", "PowerUserAccess", "IAMFullAccess"];

/// What principals gain and lose.
pub(super) fn consequences(change: &Change<'_>) -> Vec<Consequence> {
    let analysis = Analysis {
        change,
        before: Rights::read(change.before),
        after: Rights::read(change.after),
    };
    let (new, known): (Vec<RightChange>, Vec<RightChange>) = gained_between(
        (change.before, &analysis.before),
        (change.after, &analysis.after),
    )
    .into_iter()
    .partition(|one| one.is_new);
    let mut found: Vec<Consequence> = known.iter().map(|one| analysis.gain(one)).collect();
    found.extend(analysis.new_holders(&new));
    found.extend(
        lost_between(
            (change.before, &analysis.before),
            (change.after, &analysis.after),
        )
        .iter()
        .map(|one| analysis.loss(one)),
    );
    found
}

struct Analysis<'a> {
    change: &'a Change<'a>,
    before: Rights,
    after: Rights,
}

/// A right in words, and how much it matters.
struct Told {
    weight: Weight,
    text: String,
}

impl Analysis<'_> {
    fn gain(&self, one: &RightChange) -> Consequence {
        let told = self.gained(one);
        let kind = if is_public(&one.right) {
            Kind::Exposure
        } else {
            Kind::Permissions
        };
        consequence(self.change.after, &one.holder, told.weight, kind, told.text)
    }

    fn gained(&self, one: &RightChange) -> Told {
        let holder = &one.holder;
        match &one.right {
            Right::Statement(statement) if statement.allows => self.allowed(holder, statement),
            Right::Statement(statement) => self.no_longer_denied(holder, statement),
            Right::Attached(policy) => {
                let all = ADMINISTRATORS.iter().any(|name| policy.ends_with(name));
                Told {
                    weight: if all { Weight::Severe } else { Weight::Notable },
                    text: format!("has the rights of the managed policy {policy}, which it had not"),
                }
            }
            Right::Boundary { to: None, .. } => Told {
                weight: Weight::Severe,
                text: "loses its permissions boundary: whatever its policies grant takes effect without a limit"
                    .to_owned(),
            },
            Right::Boundary { to: Some(to), .. } => Told {
                weight: Weight::Severe,
                text: format!("has another permissions boundary, {to}: its rights are limited otherwise"),
            },
        }
    }

    fn allowed(&self, holder: &Holder, statement: &Statement) -> Told {
        let known = self.before.statements(holder);
        let until_now = match statement.is_covered_but_for_conditions(known) {
            Some(conditions) if statement.conditions_text().is_empty() => {
                format!("; until now only if {conditions}")
            }
            Some(conditions) => format!("; until now if {conditions}"),
            None => String::new(),
        };
        let condition = condition(statement);
        match holder.scope {
            Scope::Principal => {
                let risk = risk(statement);
                let mut told = Told {
                    weight: if until_now.is_empty() {
                        weight(statement, risk)
                    } else {
                        // A limit is lost.
                        Weight::Severe
                    },
                    text: format!(
                        "may {}{condition}, which it could not{until_now}",
                        what(statement)
                    ),
                };
                if let Some(risk) = risk {
                    told.text += &format!(": {risk}");
                }
                if self.is_out_of_bounds(holder, statement) {
                    told.weight = Weight::Minor;
                    told.text +=
                        "; without effect, since its permissions boundary does not allow it";
                }
                told
            }
            Scope::Trust => Told {
                weight: if is_foreign(statement) {
                    Weight::Severe
                } else {
                    Weight::Notable
                },
                text: format!(
                    "can be assumed by {}{condition}, which it could not{until_now}",
                    principals(statement)
                ),
            },
            Scope::Boundary => {
                let limited: Vec<&Holder> = self.after.limited_by(holder).collect();
                let at_once: Vec<String> = limited
                    .iter()
                    .filter(|role| {
                        self.after
                            .statements(role)
                            .iter()
                            .any(|own| own.allows && own.touches(statement))
                    })
                    .map(|role| format!("{}/{}", role.stack, role.logical_id))
                    .collect();
                let (weight, who) = if at_once.is_empty() {
                    (Weight::Notable, "none of them has the right yet".to_owned())
                } else {
                    (
                        Weight::Severe,
                        format!("{} may at once, by their own policies", list(&at_once)),
                    )
                };
                Told {
                    weight,
                    text: format!(
                        "as the permissions boundary of {} roles allows {}{condition}, which it did not{until_now}; {who}",
                        limited.len(),
                        what(statement)
                    ),
                }
            }
            Scope::Resource => {
                let blocked = self.is_blocked(holder, statement);
                let mut text = format!(
                    "lets {} {}{condition}, which it did not{until_now}",
                    principals(statement),
                    what(statement)
                );
                if blocked {
                    text += "; S3 refuses such a policy while BlockPublicPolicy is on, and the stack's update fails";
                }
                Told {
                    weight: if is_foreign(statement) {
                        Weight::Severe
                    } else {
                        Weight::Notable
                    },
                    text,
                }
            }
        }
    }

    fn no_longer_denied(&self, holder: &Holder, statement: &Statement) -> Told {
        let condition = condition(statement);
        let allowed = self
            .after
            .statements(holder)
            .iter()
            .any(|own| own.allows && own.touches(statement));
        let (who, verb) = match holder.scope {
            Scope::Principal => (String::new(), "is no longer denied"),
            Scope::Trust => (
                format!(" by {}", principals(statement)),
                "no longer denies to be assumed",
            ),
            Scope::Boundary => (String::new(), "as a permissions boundary no longer denies"),
            Scope::Resource => (format!(" to {}", principals(statement)), "no longer denies"),
        };
        let effect = match (holder.scope, allowed) {
            (Scope::Principal, true) => ": its policies allow it",
            (Scope::Principal, false) => ": no policy of it allows it so far",
            _ => "",
        };
        Told {
            weight: match (holder.scope, allowed) {
                (Scope::Principal, false) => Weight::Notable,
                _ => Weight::Severe,
            },
            text: format!("{verb} {}{who}{condition}{effect}", what(statement)),
        }
    }

    /// Whether a permissions boundary makes a right ineffective, as far as the templates tell.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
    fn is_out_of_bounds(&self, holder: &Holder, statement: &Statement) -> bool {
        let Some(boundary) = self.after.boundary(holder) else {
            return false;
        };
        let is_allowed = boundary
            .iter()
            .any(|limit| limit.allows && limit.touches(statement));
        let is_denied = boundary
            .iter()
            .any(|limit| !limit.allows && limit.covers_without_conditions(statement));
        !is_allowed || is_denied
    }

    fn is_blocked(&self, holder: &Holder, statement: &Statement) -> bool {
        let bucket = self
            .change
            .after
            .resource(&holder.stack, &holder.logical_id);
        is_everyone(statement)
            && bucket.is_some_and(|one| {
                one.property("PublicAccessBlockConfiguration/BlockPublicPolicy")
                    .is_some_and(|on| on == true || on == "true")
            })
    }

    /// New roles and resources, one consequence each.
    fn new_holders(&self, gains: &[RightChange]) -> Vec<Consequence> {
        let mut by_place: BTreeMap<(&str, &str), Vec<&RightChange>> = BTreeMap::new();
        for one in gains {
            let place = (one.holder.stack.as_str(), one.holder.logical_id.as_str());
            by_place.entry(place).or_default().push(one);
        }
        by_place
            .into_values()
            .filter_map(|changes| self.new_holder(&changes))
            .collect()
    }

    fn new_holder(&self, changes: &[&RightChange]) -> Option<Consequence> {
        let first = changes.first()?;
        let holder = &first.holder;
        let is_new_stack = !self.change.before.stacks().contains_key(&holder.stack);
        let mut parts = Vec::new();
        let mut weight = Weight::Minor;
        let mut kind = Kind::Permissions;
        for one in changes {
            let own = match &one.right {
                Right::Statement(statement) if statement.allows => match one.holder.scope {
                    Scope::Principal if self.is_out_of_bounds(&one.holder, statement) => continue,
                    Scope::Principal => Told {
                        weight: self::weight(statement, risk(statement)),
                        text: format!("may {}{}", what(statement), condition(statement)),
                    },
                    Scope::Trust => Told {
                        weight: if is_foreign(statement) {
                            Weight::Severe
                        } else {
                            Weight::Notable
                        },
                        text: format!(
                            "can be assumed by {}{}",
                            principals(statement),
                            condition(statement)
                        ),
                    },
                    // Told where it limits something, and of a resource where it lets others in.
                    Scope::Boundary => continue,
                    Scope::Resource => Told {
                        weight: if is_foreign(statement) {
                            Weight::Severe
                        } else {
                            Weight::Minor
                        },
                        text: format!(
                            "lets {} {}{}",
                            principals(statement),
                            what(statement),
                            condition(statement)
                        ),
                    },
                },
                Right::Attached(policy) => Told {
                    weight: Weight::Notable,
                    text: format!("has the rights of the managed policy {policy}"),
                },
                Right::Statement(_) | Right::Boundary { .. } => continue,
            };
            if is_public(&one.right) {
                kind = Kind::Exposure;
            }
            weight = weight.min(own.weight);
            parts.push((own.weight, own.text));
        }
        if parts.is_empty() {
            return None;
        }
        parts.sort();
        let parts: Vec<String> = parts.into_iter().map(|(_, text)| text).collect();
        if is_new_stack && weight == Weight::Notable {
            // It is said of the stack that it is new, with what is in it.
            weight = Weight::Minor;
        }
        let text = format!("is new: it {}", joined(&parts, "; it "));
        Some(consequence(self.change.after, holder, weight, kind, text))
    }

    fn loss(&self, one: &RightChange) -> Consequence {
        let holder = &one.holder;
        let (weight, text) = match &one.right {
            Right::Statement(statement) if statement.allows => match holder.scope {
                Scope::Principal => (
                    Weight::Notable,
                    format!(
                        "may no longer {}{}: calls that need it fail",
                        what(statement),
                        condition(statement)
                    ),
                ),
                Scope::Trust => (
                    Weight::Severe,
                    format!(
                        "can no longer be assumed by {}{}: what acts as it there stops",
                        principals(statement),
                        condition(statement)
                    ),
                ),
                Scope::Boundary => (
                    Weight::Notable,
                    format!(
                        "as the permissions boundary of {} roles no longer allows {}{}: calls that need it fail",
                        self.after.limited_by(holder).count(),
                        what(statement),
                        condition(statement)
                    ),
                ),
                Scope::Resource => {
                    let service = statement
                        .principals()
                        .iter()
                        .any(|one| one.starts_with("Service"));
                    let (weight, what_follows) = if service {
                        (
                            Weight::Severe,
                            "what that service does there stops, without an error that people see",
                        )
                    } else {
                        (Weight::Notable, "calls that need it fail")
                    };
                    (
                        weight,
                        format!(
                            "no longer lets {} {}{}: {what_follows}",
                            principals(statement),
                            what(statement),
                            condition(statement)
                        ),
                    )
                }
            },
            Right::Statement(statement) => {
                let who = match holder.scope {
                    Scope::Principal => "is denied".to_owned(),
                    Scope::Boundary => "as a permissions boundary denies".to_owned(),
                    Scope::Trust | Scope::Resource => format!("denies {}", principals(statement)),
                };
                (
                    Weight::Notable,
                    format!(
                        "{who} {}{}, which it was not",
                        what(statement),
                        condition(statement)
                    )
                    .replace("denies", "now denies")
                    .replace(", which it was not", ": calls that need it fail"),
                )
            }
            Right::Attached(policy) => (
                Weight::Notable,
                format!(
                    "no longer has the rights of the managed policy {policy}: calls that need them fail"
                ),
            ),
            Right::Boundary { to, .. } => (
                Weight::Notable,
                format!(
                    "is limited by a permissions boundary, {}: calls that it does not allow fail",
                    to.as_deref().unwrap_or("none")
                ),
            ),
        };
        consequence(self.change.after, holder, weight, Kind::Interruption, text)
    }
}

fn consequence(
    side: &Environment,
    holder: &Holder,
    weight: Weight,
    kind: Kind,
    text: String,
) -> Consequence {
    side.consequence(&holder.stack, &holder.logical_id, weight, kind, text)
}

/// `s3:GetObject on arn:…`, the widest first.
fn what(statement: &Statement) -> String {
    let actions = list(&widest_first(statement.actions()));
    let resources = statement.resources();
    if resources.is_empty() {
        return actions;
    }
    if resources.iter().any(|one| one == "*") {
        return format!("{actions} on every resource (*)");
    }
    format!("{actions} on {}", list(&widest_first(resources)))
}

fn widest_first(mut items: Vec<String>) -> Vec<String> {
    items.sort_by_key(|item| {
        let stars = item.matches('*').count();
        (
            item != "*",
            stars == 0 && risk_of(item).is_none(),
            item.len(),
        )
    });
    items
}

fn condition(statement: &Statement) -> String {
    let text = statement.conditions_text();
    if text.is_empty() {
        text
    } else {
        format!(" if {text}")
    }
}

fn list(items: &[String]) -> String {
    joined(items, ", ")
}

fn joined(items: &[String], separator: &str) -> String {
    let mut text = items
        .iter()
        .take(NAMED)
        .cloned()
        .collect::<Vec<_>>()
        .join(separator);
    if items.len() > NAMED {
        text += &format!(" and {} more", items.len() - NAMED);
    }
    text
}

/// Who a statement is about.
fn principals(statement: &Statement) -> String {
    let names: Vec<String> = statement
        .principals()
        .iter()
        .map(|one| match one.as_str() {
            "*" => "everyone on the internet".to_owned(),
            other => named(other),
        })
        .collect();
    let names = list(&names);
    if statement.conditions_text().is_empty() {
        names
    } else {
        names.replace("everyone on the internet", "everyone")
    }
}

fn named(principal: &str) -> String {
    let (kind, value) = principal.split_once(": ").unwrap_or(("", principal));
    let value = value.trim_matches('"');
    match kind {
        "Service" => value.to_owned(),
        "Federated" => format!("identities of {value}"),
        "AWS" if value.ends_with("${AWS::AccountId}:root") => {
            "principals of this account".to_owned()
        }
        "AWS" if value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("account {value}")
        }
        "AWS" if value.ends_with(":root") => {
            format!("account {}", value.split(':').nth(4).unwrap_or(value))
        }
        _ => value.to_owned(),
    }
}

fn is_everyone(statement: &Statement) -> bool {
    statement.principals().iter().any(|one| one == "*") && statement.conditions_text().is_empty()
}

fn is_public(right: &Right) -> bool {
    matches!(right, Right::Statement(statement) if statement.allows && is_everyone(statement))
}

/// Whether someone outside of the account is let in: everyone, another account, another provider of identities, or all
/// but some.
fn is_foreign(statement: &Statement) -> bool {
    statement.principals().iter().any(|one| {
        let is_own =
            one.contains("${AWS::AccountId}") || one.contains("!GetAtt") || one.contains("!Ref");
        match one.split_once(": ") {
            Some(("Service" | "CanonicalUser", _)) => false,
            Some(("Federated", _)) => true,
            Some(("AWS", _)) => !is_own,
            _ => statement.conditions_text().is_empty() || one.starts_with("everything but"),
        }
    })
}

fn risk_of(action: &str) -> Option<&'static str> {
    RISKS
        .iter()
        .find(|(name, _)| action_matches(action, name))
        .map(|(_, risk)| *risk)
}

fn risk(statement: &Statement) -> Option<&'static str> {
    let actions = statement.actions();
    RISKS
        .iter()
        .find(|(name, _)| actions.iter().any(|action| action_matches(action, name)))
        .map(|(_, risk)| *risk)
}

/// Whole services, everything but a list, writing without a limit, and what leads to further rights are severe.
fn weight(statement: &Statement, risk: Option<&str>) -> Weight {
    let whole = |action: &String| action == "*" || action.ends_with(":*");
    let reads = |action: &String| {
        let (_, name) = action.split_once(':').unwrap_or(("", action));
        ["Get", "List", "Describe", "BatchGet"]
            .iter()
            .any(|verb| name.starts_with(verb))
    };
    let actions = statement.actions();
    let is_wide = actions.iter().any(whole) || statement.excludes();
    let is_unlimited = unlimited(statement) && !actions.iter().all(reads);
    if is_wide
        || is_unlimited
        || risk == Some(GIVES_RIGHTS)
        || risk.is_some() && unlimited(statement)
    {
        Weight::Severe
    } else {
        Weight::Notable
    }
}

fn unlimited(statement: &Statement) -> bool {
    statement.resources().iter().any(|one| one == "*")
}
