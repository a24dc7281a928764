//! The attacks, by kind, and what their files share.

use rehearsal::pipelines::policy::Request;

use super::{Attack, Attacker, pipelines, privileges, retained_data, stacks};
use crate::names::Names;

pub(super) const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// What the condition on the boundary of a role asks for.
pub(super) const BOUNDARY: &str = "iam:PermissionsBoundary";

/// What the condition on the role that a stack is given asks for.
pub(super) const GIVEN_ROLE: &str = "cloudformation:RoleArn";

/// All of them, in the order of the table.
pub(super) fn attacks(names: Names<'_>) -> Vec<Attack> {
    let mut attacks = Vec::new();
    for part in [
        privileges::privileges,
        privileges::roles,
        privileges::passing,
        stacks::bootstrap,
        stacks::environments,
        stacks::applications,
        stacks::releases,
        retained_data::secrets,
        retained_data::images,
        retained_data::data,
        pipelines::releases,
        pipelines::pipelines,
        pipelines::promotion,
        pipelines::workloads,
    ] {
        part(names, &mut attacks);
    }
    attacks
}

pub(super) fn attack(
    attacks: &mut Vec<Attack>,
    what: &'static str,
    attacker: Attacker,
    requests: Vec<Request>,
) {
    attacks.extend(requests.into_iter().map(|request| Attack {
        what,
        attacker,
        request,
    }));
}

/// The same by several.
pub(super) fn by(
    attacks: &mut Vec<Attack>,
    what: &'static str,
    all: &[Attacker],
    requests: &[Request],
) {
    for &attacker in all {
        attack(attacks, what, attacker, requests.to_vec());
    }
}

/// The other environment, as seen from here.
pub(super) struct Other {
    pub(super) name: &'static str,
    pub(super) account: &'static str,
    pub(super) region: &'static str,
}

pub(super) fn other(names: Names<'_>) -> Other {
    let read = crate::support::samples()
        .iter()
        .find(|read| Names(read).environment() != names.environment())
        .unwrap();
    let other = Names(read);
    Other {
        name: other.environment(),
        account: other.account(),
        region: other.region(),
    }
}
