//! The machine image that an environment's machines start from.

use cloudformation::template::{property, resources_of_type};
use common::assembly::Assembly;
use common::capacity::{Architecture, MachineType};
use common::environment::Environment;
use serde_json::Value;

use super::inspection::MachineImageProbe;
use super::probe::ProbeError;
use super::services::Services;

const LAUNCH_TEMPLATE: &str = "AWS::EC2::LaunchTemplate";

/// The image that the machines start from, as it is defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinnedImage {
    pub image: String,
    pub architecture: Architecture,
}

impl PinnedImage {
    #[must_use]
    pub fn of(environment: &Environment) -> Self {
        let cluster = &environment.cluster;
        Self {
            image: cluster.image.as_str().to_owned(),
            architecture: cluster.machine.architecture(),
        }
    }

    /// That of the launch template among the stacks, where the environment's file is not at hand.
    #[must_use]
    pub fn of_assembly(assembly: &Assembly) -> Option<Self> {
        assembly.stacks.iter().find_map(|stack| {
            let text = stack.template.as_deref()?;
            if !text.contains(LAUNCH_TEMPLATE) {
                return None;
            }
            let template: Value = serde_json::from_str(text).ok()?;
            let (_, machines) = resources_of_type(&template, LAUNCH_TEMPLATE).next()?;
            let data = property(machines, "LaunchTemplateData")?;
            let machine: MachineType = data["InstanceType"].as_str()?.parse().ok()?;
            Some(Self {
                image: data["ImageId"].as_str()?.to_owned(),
                architecture: machine.architecture(),
            })
        })
    }

    /// The public parameter with the id of the newest image of the same kind.
    ///
    /// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html>
    #[must_use]
    pub const fn parameter(&self) -> &'static str {
        match self.architecture {
            Architecture::X86_64 => {
                "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"
            }
            Architecture::Arm64 => {
                "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"
            }
        }
    }
}

/// Asks how old the machines' image is, and whether there is a newer one.
pub async fn machine_image<S: Services>(services: &S, pinned: &PinnedImage) -> MachineImageProbe {
    let (image, recommended) = tokio::join!(
        services.machine_image(&pinned.image),
        services.parameter(pinned.parameter()),
    );
    MachineImageProbe {
        image: image.map_err(|error| ProbeError::of("ec2:DescribeImages", &error)),
        recommended: recommended.map_err(|error| ProbeError::of("ssm:GetParameter", &error)),
    }
}
