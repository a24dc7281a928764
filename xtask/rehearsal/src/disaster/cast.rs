//! What has to be the same before the loss and after it.

use std::collections::BTreeMap;

use cloudformation::CloudFormation;
use common::assembly::Assembly;
use common::naming::Names;
use deploy::observe::Observed;
use deploy::report::wording::short;
use hmac_sha256::Hash;

use crate::disaster::act::Stage;
use crate::disaster::error::DrillError;

/// The parameter that a service's image is.
pub(crate) const IMAGE: &str = "ImageDigest";

/// What has to be the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cast {
    /// What is retained, by stack and logical id: its physical id.
    pub(crate) retained: BTreeMap<String, String>,
    /// What the services run, by stack.
    pub(crate) images: BTreeMap<String, String>,
}

impl Stage<'_> {
    /// What there is of it now.
    pub(crate) async fn cast(&self) -> Result<Cast, DrillError> {
        let observed = self.observed().await?;
        let mut cast = Cast {
            images: images(self.assembly, &observed),
            ..Cast::default()
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
                        .any(|record| record.logical_id == resource.logical_id);
                    if let (true, Some(id)) = (retained, resource.physical_id) {
                        let place = format!("{}/{}", artifact.id, resource.logical_id);
                        cast.retained.insert(place, id);
                    }
                }
                next = page.next;
                if next.is_none() {
                    break;
                }
            }
        }
        Ok(cast)
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

impl Cast {
    /// That nothing is another than it was.
    pub(crate) fn is_still(&self, now: &Self) -> Result<(), DrillError> {
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

/// The digests that the applications are released with: made up, and each time the same.
pub(crate) fn releases(assembly: &Assembly) -> BTreeMap<String, BTreeMap<String, String>> {
    let prefix = Names::new(assembly.environment).prefix();
    assembly
        .stacks
        .iter()
        .filter(|artifact| artifact.parameters.iter().any(|name| name == IMAGE))
        .map(|artifact| {
            let seed = format!("{prefix} {}", artifact.id);
            let digits = common::hexadecimal(&Hash::hash(seed.as_bytes()));
            let image = BTreeMap::from([(IMAGE.to_owned(), format!("sha256:{digits}"))]);
            (artifact.name.to_string(), image)
        })
        .collect()
}
