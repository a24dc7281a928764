//! What is asked for, and what would be done about it.

use std::collections::BTreeSet;

use cloudformation::RateLimits;
use common::assembly::Assembly;
use deploy::observe::{self, Observed};
use deploy::orphans::{self, RebuildInput};
use deploy::plan::{
    Acknowledgement, Finding, Plan, PlanError, Planned, Request, plan, plan_destruction,
};
use emulator::port::Local;

use super::world::{World, prefix, runtime};

/// What is to become of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    Deploy,
    Destroy,
}

impl Aim {
    /// What leads there.
    pub(crate) fn plan(
        self,
        assembly: &Assembly,
        observed: &Observed,
        request: &Request,
    ) -> Result<Planned, PlanError> {
        match self {
            Self::Deploy => plan(assembly, observed, request),
            Self::Destroy => plan_destruction(assembly, observed, request),
        }
    }
}

impl World {
    /// What is asked for by `deploy --rebuild`: to take over what deleted stacks have left, as they
    /// have left it now.
    pub(crate) fn taking_over(&self, assembly: &Assembly) -> Request {
        Request {
            imports: self.left(assembly).imports,
            ..Request::default()
        }
    }

    /// What stacks have left.
    pub(crate) fn left(&self, assembly: &Assembly) -> RebuildInput {
        let port = Local::new(self.cloud.clone(), self.settings(assembly));
        runtime().block_on(async {
            let prefix = prefix(assembly.environment);
            let observed = observe::observe(&port, &assembly.region, &prefix)
                .await
                .unwrap();
            orphans::rebuild_input(&port, assembly, &observed, &RateLimits::default())
                .await
                .unwrap()
        })
    }

    /// The plan that would be carried out.
    pub(crate) fn plan(&self, assembly: &Assembly, request: &Request) -> Box<Plan> {
        self.plan_of(Aim::Deploy, assembly, request)
    }

    /// The plan that would be carried out to this end.
    pub(crate) fn plan_of(&self, aim: Aim, assembly: &Assembly, request: &Request) -> Box<Plan> {
        self.plan_seeing(aim, assembly, request, |_| {})
    }

    /// The plan that would be carried out to this end if something else was seen.
    pub(crate) fn plan_seeing(
        &self,
        aim: Aim,
        assembly: &Assembly,
        request: &Request,
        instead: impl FnOnce(&mut Observed),
    ) -> Box<Plan> {
        let settings = self.settings(assembly);
        let cloud = self.cloud.clone();
        runtime().block_on(async {
            let port = Local::new(cloud, settings);
            let prefix = prefix(assembly.environment);
            let mut observed = observe::observe(&port, &assembly.region, &prefix)
                .await
                .unwrap();
            instead(&mut observed);
            loop {
                match aim.plan(assembly, &observed, request).unwrap() {
                    Planned::Plan(plan) => return plan,
                    Planned::Needs(needs) => {
                        observe::fetch(&port, &mut observed, &needs).await.unwrap();
                    }
                }
            }
        })
    }
}

/// A deployment of everything, images included.
pub(crate) fn everything(assembly: &Assembly) -> Request {
    let image = format!("sha256:{}", "ab".repeat(32));
    Request {
        manual_stacks: true,
        parameters: assembly
            .stacks
            .iter()
            .filter(|stack| !stack.parameters.is_empty())
            .map(|stack| {
                let values = stack
                    .parameters
                    .iter()
                    .map(|name| (name.clone(), image.clone()));
                (stack.name.to_string(), values.collect())
            })
            .collect(),
        ..Request::default()
    }
}

/// What blocks a plan, as the words that acknowledge it.
pub(crate) fn words(plan: &Plan) -> BTreeSet<Acknowledgement> {
    plan.findings
        .iter()
        .filter(|finding| finding.is_blocking())
        .map(Finding::acknowledgement)
        .collect()
}
