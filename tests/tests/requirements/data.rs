//! Data is kept, and the database is not ours to lose.

use common::environment::EnvironmentName;
use common::naming::StackKind;
use common::stack::{StackBuilder, StackError};
use common::template::{LogicalId, Permissions, Properties, TypeFacts};
use tests::synthesized;
use tests::template::walk;

/// Types that hold data, or an address that others know us by.
const KEPT: [&str; 6] = [
    "AWS::CloudTrail::Trail",
    "AWS::EC2::EIP",
    "AWS::ECR::Repository",
    "AWS::KMS::Key",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
];

#[test]
fn what_holds_data_is_retained() {
    for synthesis in synthesized() {
        let production = synthesis.environment.name == EnvironmentName::Production;
        let mut seen = 0;
        for resource in synthesis.resources() {
            let log = production && resource.kind == "AWS::Logs::LogGroup";
            if !KEPT.contains(&resource.kind) && !log {
                continue;
            }
            seen += 1;
            let place = resource.place;
            assert_eq!(
                resource.json["DeletionPolicy"], "RetainExceptOnCreate",
                "{place:?}"
            );
            assert_eq!(resource.json["UpdateReplacePolicy"], "Retain", "{place:?}");
        }
        assert!(
            seen > 5,
            "only {seen} resources hold data: has a type changed its name?"
        );
    }
}

#[test]
fn the_assembly_lists_what_is_retained() {
    for synthesis in synthesized() {
        for stack in &synthesis.assembly.stacks {
            let template = &synthesis.templates[stack.name.as_str()];
            let kept = template["Resources"]
                .as_object()
                .unwrap()
                .iter()
                .filter(|(_, resource)| {
                    resource
                        .get("DeletionPolicy")
                        .is_some_and(|policy| policy != "Delete")
                });
            let listed = stack
                .retained
                .iter()
                .map(|record| record.logical_id.as_str());
            assert!(kept.map(|(id, _)| id.as_str()).eq(listed), "{}", stack.name);
        }
    }
}

#[test]
fn no_template_holds_a_database() {
    const DATABASES: [&str; 8] = [
        "AWS::RDS::",
        "AWS::DocDB",
        "AWS::DynamoDB::",
        "AWS::Neptune",
        "AWS::ElastiCache::",
        "AWS::MemoryDB::",
        "AWS::DSQL::",
        "MongoDB::",
    ];
    for synthesis in synthesized() {
        for resource in synthesis.resources() {
            let database = DATABASES
                .iter()
                .any(|prefix| resource.kind.starts_with(prefix));
            assert!(!database, "{:?} is a {}", resource.place, resource.kind);
        }
    }
}

/// There is no type for a database in the generated resources; one that is added by hand is
/// refused all the same.
struct DbInstance;

impl common::template::Resource for DbInstance {
    const FACTS: &'static TypeFacts = &TypeFacts {
        name: "AWS::RDS::DBInstance",
        documentation: "",
        reference: "String",
        attributes: &[],
        properties: &[],
        required: &[],
        create_only: &[],
        conditional_create_only: &[],
        unordered: &[],
        primary_identifier: &[],
        stateful: true,
        tags: None,
        permissions: &Permissions {
            create: &[],
            read: &[],
            update: &[],
            delete: &[],
            list: &[],
            tagging: &[],
        },
    };
    type Handle = LogicalId;
    fn into_properties(self) -> Properties {
        Properties::default()
    }
}

#[test]
fn a_stack_with_a_database_is_refused() {
    let environment = &synthesized()[0].environment;
    let name = environment.names().stack(&StackKind::Network);
    let mut stack = StackBuilder::new(environment, name, "A stack with a database");
    stack.template.add("Database", DbInstance);
    let error = stack.finish("tests").unwrap_err();
    assert!(matches!(error, StackError::Rules { .. }), "{error:?}");
    insta::assert_snapshot!(error, @"stack lemonade-production-network: `Database` is an AWS::RDS::DBInstance: databases are managed outside of this definition, so that nothing here can lose one");
}

/// A deployment would undo what scaling has decided since.
#[test]
fn nothing_sets_a_desired_count() {
    for synthesis in synthesized() {
        for resource in synthesis.resources() {
            for property in ["DesiredCapacity", "DesiredCount"] {
                assert!(
                    resource.property(property).is_null(),
                    "{:?} {property}",
                    resource.place
                );
            }
        }
    }
}

/// Secrets are created empty; applications read them when they start.
#[test]
fn no_template_holds_a_secret() {
    for synthesis in synthesized() {
        for secret in synthesis.of_type("AWS::SecretsManager::Secret") {
            for property in ["SecretString", "GenerateSecretString"] {
                assert!(secret.property(property).is_null(), "{:?}", secret.place);
            }
        }
        for (stack, template) in &synthesis.templates {
            walk(template, &mut |value| {
                let Some(text) = value.as_str() else { return };
                // A dynamic reference puts the value where the console shows it.
                for reference in [
                    "{{resolve:secretsmanager",
                    "{{resolve:ssm-secure",
                    "mongodb+srv://",
                ] {
                    assert!(!text.contains(reference), "{stack}: {text}");
                }
            });
        }
        for task in synthesis.of_type("AWS::ECS::TaskDefinition") {
            let containers = task.property("ContainerDefinitions").as_array().unwrap();
            for variable in containers
                .iter()
                .filter_map(|one| one["Environment"].as_array())
                .flatten()
            {
                let name = variable["Name"].as_str().unwrap();
                let mut applications = synthesis.environment.applications.iter();
                let secret = applications.any(|application| {
                    application
                        .secrets
                        .iter()
                        .any(|secret| secret.as_str() == name)
                });
                assert!(!secret, "{:?} sets {name} openly", task.place);
            }
        }
    }
}
