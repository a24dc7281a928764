//! The ladder that the definition stands on: the stage that updates the pipeline, its project and
//! its role.
//!
//! A definition without them could be deployed once more, and never again. So they are written
//! down here a second time, and every synthesis compares: renaming one takes two changes, and the
//! second is this file.

use common::environment::Environment;
use common::stack::StackArtifact;
use serde_json::Value;

const STAGES: [&str; 6] = [
    "Source",
    "Build",
    "Check",
    "Self-update",
    "Deploy",
    "Verify",
];
const STAGE: &str = "Self-update";
const PIPELINE: &str = "cicd.definition";
const PROJECT: &str = "self-update";
const BUILDSPEC: &str = "buildspecs/self-update.yml";
const ROLE: &str = "deploy";
const ROLE_EXPORT: &str = "bootstrap-roles-DeployRole";

/// A rung that is missing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LadderFault {
    /// There is no such pipeline.
    #[error("the stack `cicd` has no pipeline `{0}`: the definition could not deploy itself")]
    Pipeline(String),
    /// The stages are others.
    #[error(
        "the definition's pipeline has the stages {found}, expected {}: without {STAGE}, where it \
         is, the pipeline could not update itself", STAGES.join(", ")
    )]
    Stages {
        /// The stages that it has.
        found: String,
    },
    /// The stage doesn't run the project.
    #[error("the stage {STAGE} does not run the project `{0}`")]
    Project(String),
    /// The project doesn't read its commands from the repository.
    #[error("the project `{0}` does not run {BUILDSPEC}: commands have to come with the commit")]
    Buildspec(String),
    /// The project doesn't run as the role.
    #[error("the project `{project}` does not run as the deploy role of bootstrap, `{export}`")]
    Role {
        /// The project.
        project: String,
        /// The export of the role.
        export: String,
    },
    /// Bootstrap doesn't have the role.
    #[error("bootstrap has no role `{0}`, as which the pipeline updates itself")]
    NoRole(String),
    /// The role doesn't let the project act as it.
    #[error("the role `{role}` of bootstrap does not trust the project `{project}`")]
    Trust {
        /// The role.
        role: String,
        /// The project.
        project: String,
    },
    /// A run that has updated the pipeline would go on as the old one.
    #[error("the definition's pipeline is not restarted when it is updated")]
    Restart,
}

/// What is missing of the ladder in finished templates. Empty where nothing is.
#[must_use]
pub fn faults(
    environment: &Environment,
    roles: &StackArtifact,
    cicd: &StackArtifact,
) -> Vec<LadderFault> {
    let named = |what: &str| environment.names().shared(what);
    let mut faults = Vec::new();
    let template = parsed(cicd);
    let pipeline_name = format!("{PIPELINE}-{}", environment.names().prefix());
    let project_name = named(PROJECT);

    match resource(
        &template,
        "AWS::CodePipeline::Pipeline",
        "Name",
        &pipeline_name,
    ) {
        None => faults.push(LadderFault::Pipeline(pipeline_name)),
        Some((_, pipeline)) => {
            let empty = Vec::new();
            let stages = pipeline["Stages"].as_array().unwrap_or(&empty);
            let found: Vec<&str> = stages
                .iter()
                .filter_map(|stage| stage["Name"].as_str())
                .collect();
            if found != STAGES {
                faults.push(LadderFault::Stages {
                    found: found.join(", "),
                });
            }
            if pipeline["RestartExecutionOnUpdate"] != Value::Bool(true) {
                faults.push(LadderFault::Restart);
            }
            let project = resource(&template, "AWS::CodeBuild::Project", "Name", &project_name);
            let runs = |stage: &&Value| stage["Name"] == STAGE;
            let action = stages
                .iter()
                .find(runs)
                .map(|stage| &stage["Actions"][0]["Configuration"]["ProjectName"]["Ref"]);
            match project {
                Some((id, project)) if action.is_some_and(|action| action == id) => {
                    faults.extend(of_project(environment, project, &project_name));
                }
                _ => faults.push(LadderFault::Project(project_name)),
            }
        }
    }
    let roles = parsed(roles);
    let role = named(ROLE);
    match resource(&roles, "AWS::IAM::Role", "RoleName", &role) {
        None => faults.push(LadderFault::NoRole(role)),
        Some((_, properties)) if !trusts(properties, &named(PROJECT)) => {
            let project = named(PROJECT);
            faults.push(LadderFault::Trust { role, project });
        }
        Some(_) => {}
    }
    faults
}

/// Whether a role may be assumed on behalf of a project.
fn trusts(role: &Value, project: &str) -> bool {
    let empty = Vec::new();
    let statements = role["AssumeRolePolicyDocument"]["Statement"].as_array();
    let end = format!(":project/{project}");
    statements.unwrap_or(&empty).iter().any(|statement| {
        let of = &statement["Condition"]["ArnLike"]["aws:SourceArn"];
        let named = of.as_array().unwrap_or(&empty).iter().chain([of]);
        let mut named = named.filter_map(Value::as_str);
        statement["Effect"] == "Allow" && named.any(|arn| arn.ends_with(&end))
    })
}

fn of_project(environment: &Environment, project: &Value, name: &str) -> Vec<LadderFault> {
    let mut faults = Vec::new();
    if project["Source"]["BuildSpec"] != BUILDSPEC {
        faults.push(LadderFault::Buildspec(name.to_owned()));
    }
    let export = environment.names().shared(ROLE_EXPORT);
    if project["ServiceRole"]["Fn::ImportValue"] != export.as_str() {
        faults.push(LadderFault::Role {
            project: name.to_owned(),
            export,
        });
    }
    faults
}

/// A template that can't be read has nothing in it.
fn parsed(stack: &StackArtifact) -> Value {
    let text = stack.template.as_deref().unwrap_or_default();
    serde_json::from_str(text).unwrap_or_default()
}

/// The resource of a type with a name: its logical id and its properties.
fn resource<'a>(
    template: &'a Value,
    resource_type: &str,
    property: &str,
    name: &str,
) -> Option<(&'a str, &'a Value)> {
    let resources = template["Resources"].as_object()?;
    resources
        .iter()
        .find(|(_, resource)| {
            resource["Type"] == resource_type && resource["Properties"][property] == name
        })
        .map(|(id, resource)| (id.as_str(), &resource["Properties"]))
}
