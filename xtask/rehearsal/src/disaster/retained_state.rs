//! What must be the same before the loss and after the rebuild: retained resources and images.

use std::collections::BTreeMap;

use cloudformation::{CloudFormation, StackName};
use common::assembly::Assembly;
use common::naming::Names;
use deploy::observe::Observed;
use deploy::report::wording::short;
use hmac_sha256::Hash;

use crate::disaster::error::DrillError;
use crate::disaster::phase::Target;

/// The stack parameter that holds a service's image.
pub(crate) const IMAGE: &str = "ImageDigest";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RetainedState {
    /// Physical ids of retained resources, by `<stack>/<logical id>`.
    pub(crate) retained: BTreeMap<String, String>,
    /// Images of services, by stack.
    pub(crate) images: BTreeMap<String, String>,
}

impl Target<'_> {
    /// Reads the retained resources and images that are deployed now.
    pub(crate) async fn retained_state(&self) -> Result<RetainedState, DrillError> {
        let observed = self.observed().await?;
        let mut state = RetainedState {
            images: images(self.assembly, &observed),
            ..RetainedState::default()
        };
        for artifact in &self.assembly.stacks {
            let Some(view) = observed.stacks.get(artifact.name.as_str()) else {
                continue;
            };
            let mut next = None;
            loop {
                let page = self.port.resources(&view.id, next).await?;
                for resource in page.items {
                    let retained = artifact
                        .retained
                        .iter()
                        .any(|record| resource.logical_id == record.logical_id.as_str());
                    if let (true, Some(id)) = (retained, resource.physical_id) {
                        let place = format!("{}/{}", artifact.id, resource.logical_id);
                        state.retained.insert(place, id.into());
                    }
                }
                next = page.next;
                if next.is_none() {
                    break;
                }
            }
        }
        Ok(state)
    }
}

fn images(assembly: &Assembly, observed: &Observed) -> BTreeMap<String, String> {
    observed
        .stacks
        .values()
        .filter_map(|view| {
            let image = view.parameters.get(IMAGE)?.clone();
            let name = short(&view.name, assembly.environment).to_owned();
            Some((name, image))
        })
        .collect()
}

impl RetainedState {
    /// Fails where a resource or an image is missing or differs.
    pub(crate) fn ensure_unchanged(&self, now: &Self) -> Result<(), DrillError> {
        for (before, after) in [(&self.retained, &now.retained), (&self.images, &now.images)] {
            for (what, expected) in before {
                let found = after.get(what);
                if found != Some(expected) {
                    return Err(DrillError::Lost {
                        what: what.clone(),
                        expected: expected.clone(),
                        found: found.cloned().unwrap_or_else(|| "gone".to_owned()),
                    });
                }
            }
        }
        Ok(())
    }
}

/// Made-up image digests for every application, the same in every run.
pub(crate) fn releases(assembly: &Assembly) -> BTreeMap<StackName, BTreeMap<String, String>> {
    let prefix = Names::new(assembly.environment).prefix();
    assembly
        .stacks
        .iter()
        .filter(|artifact| artifact.parameters.iter().any(|name| name == IMAGE))
        .map(|artifact| {
            let seed = format!("{prefix} {}", artifact.id);
            let digits = common::hex(&Hash::hash(seed.as_bytes()));
            let image = BTreeMap::from([(IMAGE.to_owned(), format!("sha256:{digits}"))]);
            ((&artifact.name).into(), image)
        })
        .collect()
}
