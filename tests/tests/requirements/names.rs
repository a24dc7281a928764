//! Names, each of which contains its environment, so that no one changes the wrong one by accident.

use tests::synthesized;

/// Properties that give a resource its name in AWS. `Name` is one for most types.
const NAMES: [&str; 27] = [
    "AlarmName",
    "AliasName",
    "AutoScalingGroupName",
    "BucketName",
    "BudgetName",
    "ClusterName",
    "DashboardName",
    "DomainName",
    "Family",
    "FunctionName",
    "GroupName",
    "InstanceProfileName",
    "LaunchTemplateName",
    "LogGroupName",
    "ManagedPolicyName",
    "Name",
    "ParameterName",
    "PolicyName",
    "ProjectName",
    "QueueName",
    "RepositoryName",
    "RoleName",
    "RuleName",
    "TopicName",
    "TrailName",
    "UserName",
    "WebACLName",
];

/// Names that are not ours to choose.
fn is_named_from_outside(kind: &str, name: &str, property: &str) -> bool {
    match (kind, property) {
        // Domain names: what clients type. Staging's are below its own domain.
        ("AWS::Route53::RecordSet", "Name")
        | ("AWS::CertificateManager::Certificate", "DomainName") => true,
        // The document that is run, one of AWS's own.
        ("AWS::SSM::Association", "Name") => true,
        // Where Session Manager looks for the preferences of the account in the region.
        ("AWS::SSM::Document", "Name") => name == "SSM-SessionManagerRunShell",
        _ => false,
    }
}

#[test]
fn every_name_carries_its_environment() {
    for synthesis in synthesized() {
        let own = synthesis.environment.name.as_str();
        let mut seen = 0;
        for resource in synthesis.resources() {
            for property in NAMES {
                let Some(name) = resource.property(property).as_str() else {
                    continue;
                };
                if !is_named_from_outside(resource.kind, name, property) {
                    seen += 1;
                    let place = resource.place;
                    assert!(name.contains(own), "{place:?} has the {property} {name:?}");
                }
            }
        }
        assert!(seen > 20, "only {seen} names were seen");
    }
}

#[test]
fn every_stack_is_tagged_with_its_environment() {
    for synthesis in synthesized() {
        let own = synthesis.environment.name.to_string();
        for stack in &synthesis.assembly.stacks {
            assert_eq!(stack.environment, synthesis.environment.name);
            assert!(stack.name.as_str().starts_with(&format!("lemonade-{own}-")));
            assert_eq!(
                stack.tags.get("lemonade:environment"),
                Some(&own),
                "{}",
                stack.name
            );
            assert_eq!(
                stack.tags.get("lemonade:stack"),
                Some(&stack.id),
                "{}",
                stack.name
            );
            assert_eq!(
                stack.tags.get("lemonade:application"),
                stack.application.as_ref()
            );
        }
    }
}

#[test]
fn no_template_speaks_of_the_other_environment() {
    for synthesis in synthesized() {
        for other in synthesized() {
            if other.environment.name == synthesis.environment.name {
                continue;
            }
            for stack in &synthesis.assembly.stacks {
                let template = stack.template.as_deref().unwrap();
                for foreign in [other.environment.name.as_str(), &other.assembly.account] {
                    assert!(
                        !template.contains(foreign),
                        "{} speaks of {foreign}",
                        stack.name
                    );
                }
            }
        }
    }
}

#[test]
fn every_import_is_of_the_own_environment() {
    for synthesis in synthesized() {
        let prefix = format!("lemonade-{}-", synthesis.environment.name);
        for stack in &synthesis.assembly.stacks {
            let mut names = stack
                .exports
                .iter()
                .map(|export| &export.name)
                .chain(&stack.imports);
            assert!(
                names.all(|name| name.starts_with(&prefix)),
                "{}",
                stack.name
            );
        }
    }
}

#[test]
fn every_template_shows_its_digest() {
    for synthesis in synthesized() {
        for stack in &synthesis.assembly.stacks {
            let output = &synthesis.templates[stack.name.as_str()]["Outputs"]["DefinitionDigest"];
            assert_eq!(output["Value"], stack.digest.as_str(), "{}", stack.name);
            assert!(output.get("Export").is_none(), "{}", stack.name);
        }
    }
}
