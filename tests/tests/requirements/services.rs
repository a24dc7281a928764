//! The services of applications: the end of their deployments, and the environment of their containers.

use serde_json::Value;
use tests::{Resource, synthesized};

fn containers(task: &Resource<'_>) -> Vec<Value> {
    let all = task.property("ContainerDefinitions").as_array();
    all.cloned().unwrap_or_default()
}

/// A version whose tasks crash after they were healthy once would hold its stack for 36 hours.
#[test]
fn failures_of_a_deployment_are_counted_to_its_end() {
    for synthesis in synthesized() {
        let mut services = 0;
        for service in synthesis.of_type("AWS::ECS::Service") {
            services += 1;
            let breaker = service.property("DeploymentConfiguration/DeploymentCircuitBreaker");
            assert_eq!(breaker["Enable"], true, "{:?}", service.place);
            assert_eq!(breaker["Rollback"], true, "{:?}", service.place);
            assert_eq!(breaker["ResetOnHealthyTask"], false, "{:?}", service.place);
            let threshold = &breaker["ThresholdConfiguration"];
            assert_eq!(threshold["Type"], "COUNT", "{:?}", service.place);
            let count = threshold["Value"].as_u64().unwrap();
            // The loss of a machine with half of the tasks is no bad version.
            let stack = &synthesis.templates[service.place.stack]["Resources"];
            let tasks = stack["Tasks"]["Properties"]["MaxCapacity"]
                .as_u64()
                .unwrap();
            assert!(count >= 5 && count > tasks / 2, "{count} of {tasks}");
        }
        assert_eq!(services, synthesis.environment.applications.len());
    }
}

/// Containers can't ask the metadata service, and an SDK without a region can't call anything.
#[test]
fn every_container_is_told_its_region() {
    for synthesis in synthesized() {
        for task in synthesis.of_type("AWS::ECS::TaskDefinition") {
            for container in containers(&task) {
                let variables = container["Environment"].as_array().unwrap();
                let region = variables.iter().find(|one| one["Name"] == "AWS_REGION");
                let region = region.unwrap_or_else(|| panic!("{:?}", task.place));
                assert_eq!(region["Value"]["Ref"], "AWS::Region");
            }
        }
    }
}

/// Scratch space belongs to root, and takes the mode of the image's directory unless it is given one.
#[test]
fn scratch_space_can_be_written_to_by_any_user() {
    for synthesis in synthesized() {
        let mut mounts = 0;
        for task in synthesis.of_type("AWS::ECS::TaskDefinition") {
            for container in containers(&task) {
                let all = container["LinuxParameters"]["Tmpfs"].as_array();
                for mount in all.into_iter().flatten() {
                    mounts += 1;
                    let options = mount["MountOptions"].as_array().unwrap();
                    assert!(options.contains(&"mode=1777".into()), "{:?}", task.place);
                }
            }
        }
        assert!(mounts > 0);
    }
}
