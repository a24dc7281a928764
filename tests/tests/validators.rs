//! The external validators, which find nothing in the templates.

use std::fs;
use std::path::{Path, PathBuf};

use common::assembly::template_file;
use tests::template::walk;
use tests::{root, synthesized};
use xtask::assembly_folder;
use xtask::tools::PythonTools;
use xtask::validators::{Case, exceptions, report, validate};
use xtask::workspace::Workspace;

/// The workspace, where the validators are installed.
fn workspace() -> Workspace {
    let workspace = Workspace::around(root()).unwrap();
    PythonTools::validators(&workspace)
        .require()
        .unwrap_or_else(|error| panic!("{error}"));
    workspace
}

/// An empty folder for one test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("validators")
        .join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn the_validators_find_nothing() {
    let workspace = workspace();
    let folder = folder("templates");
    let cases: Vec<Case> = synthesized()
        .iter()
        .map(|synthesis| {
            let assembly = &synthesis.assembly;
            let folders =
                assembly_folder::write(&folder, std::slice::from_ref(assembly), None).unwrap();
            let stacks = assembly.stacks.iter();
            Case {
                account: assembly.account.clone(),
                region: assembly.region.clone(),
                templates: stacks
                    .map(|stack| folders[0].join(template_file(&stack.name)))
                    .collect(),
            }
        })
        .collect();
    let findings = validate(&workspace, &cases).unwrap_or_else(|error| panic!("{error}"));
    assert!(findings.is_empty(), "{}", report(&findings));
}

#[test]
fn each_validator_finds_its_mistake() {
    let workspace = workspace();
    let template = folder("seeded").join("seeded.template.json");
    let seeded = serde_json::json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {
            // A misspelt property, and a value that is none of the allowed ones.
            "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlok": "10.0.0.0/16"}},
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"AccessControl": "Everybody"}},
        },
    });
    fs::write(&template, seeded.to_string()).unwrap();
    let case = Case {
        account: "111122223333".to_owned(),
        region: "eu-west-1".to_owned(),
        templates: vec![template],
    };
    let findings = validate(&workspace, &[case]).unwrap_or_else(|error| panic!("{error}"));
    for validator in ["cfn-lint", "cloudformation-validate"] {
        for path in ["CidrBlok", "AccessControl"] {
            assert!(
                findings
                    .iter()
                    .any(|found| found.validator == validator && found.path.contains(path)),
                "{validator} has nothing against {path}: {findings:#?}"
            );
        }
    }
}

/// Metadata by which a template would silence a validator.
const SUPPRESSIONS: [&str; 6] = [
    "cfn-lint",
    "cfn_nag",
    "checkov",
    "guard",
    "cdk_nag",
    "com.aws.cloudformation.Context",
];

#[test]
fn no_template_silences_a_validator() {
    for synthesis in synthesized() {
        for (stack, template) in &synthesis.templates {
            walk(template, &mut |value| {
                for suppression in SUPPRESSIONS {
                    assert!(
                        value["Metadata"].get(suppression).is_none(),
                        "{stack}: {suppression}"
                    );
                }
            });
        }
    }
}

#[test]
fn exceptions_give_reason_and_source() {
    for exception in exceptions(&workspace()).unwrap() {
        assert!(exception.reason.len() > 20, "{exception:?}");
        assert!(exception.source.starts_with("https://"), "{exception:?}");
    }
}
