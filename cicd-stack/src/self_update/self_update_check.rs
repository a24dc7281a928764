//! The self-update check: the pipeline that deploys this definition keeps the stage, project and role
//! by which it updates itself.
//!
//! A definition without them could be deployed once more and never again. They are therefore
//! repeated here, and every synthesis compares: renaming one takes two changes, and the second is
//! in this file.

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

/// Something the pipeline needs to update itself and no longer has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelfUpdateFault {
    #[error(
        "the stack `cicd` has no pipeline `{0}`, so the definition could no longer deploy itself"
    )]
    Pipeline(String),
    #[error(
        "the definition's pipeline has the stages {found}, expected {}: the pipeline could no longer \
         update itself without {STAGE} in that position", STAGES.join(", ")
    )]
    Stages { found: String },
    #[error("the stage {STAGE} does not run the project `{0}`")]
    Project(String),
    #[error("the project `{0}` does not run {BUILDSPEC}: its commands must come with the commit")]
    Buildspec(String),
    #[error("the project `{project}` does not run as bootstrap's deploy role, `{export}`")]
    Role {
        project: String,
        /// Name of the export that holds the role's ARN.
        export: String,
    },
    #[error("bootstrap has no role `{0}`, which the pipeline needs to update itself")]
    NoRole(String),
    #[error("bootstrap's role `{role}` does not trust the project `{project}`")]
    Trust { role: String, project: String },
    /// The rest of an execution that has updated the pipeline would run the old stages.
    #[error("the definition's pipeline does not restart its execution when it is updated")]
    Restart,
}

/// Checks finished templates. Empty if the pipeline can still update itself.
#[must_use]
pub fn check(
    environment: &Environment,
    roles: &StackArtifact,
    cicd: &StackArtifact,
) -> Vec<SelfUpdateFault> {
    let named = |what: &str| environment.names().shared(what);
    let mut faults = Vec::new();
    let template = parsed(cicd);
    let pipeline_name = format!("{PIPELINE}-{}", environment.names().prefix());
    let project_name = named(PROJECT);

    match PIPELINES.find(&template, &pipeline_name) {
        None => faults.push(SelfUpdateFault::Pipeline(pipeline_name)),
        Some((_, pipeline)) => {
            let empty = Vec::new();
            let stages = pipeline["Stages"].as_array().unwrap_or(&empty);
            let found: Vec<&str> = stages
                .iter()
                .filter_map(|stage| stage["Name"].as_str())
                .collect();
            if found != STAGES {
                faults.push(SelfUpdateFault::Stages {
                    found: found.join(", "),
                });
            }
            if pipeline["RestartExecutionOnUpdate"] != Value::Bool(true) {
                faults.push(SelfUpdateFault::Restart);
            }
            let project = PROJECTS.find(&template, &project_name);
            let runs = |stage: &&Value| stage["Name"] == STAGE;
            let action = stages
                .iter()
                .find(runs)
                .map(|stage| &stage["Actions"][0]["Configuration"]["ProjectName"]["Ref"]);
            match project {
                Some((id, project)) if action.is_some_and(|action| action == id) => {
                    faults.extend(project_faults(environment, project, &project_name));
                }
                _ => faults.push(SelfUpdateFault::Project(project_name)),
            }
        }
    }
    let roles = parsed(roles);
    let role = named(ROLE);
    match ROLES.find(&roles, &role) {
        None => faults.push(SelfUpdateFault::NoRole(role)),
        Some((_, properties)) if !trusts(properties, &named(PROJECT)) => {
            let project = named(PROJECT);
            faults.push(SelfUpdateFault::Trust { role, project });
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

fn project_faults(environment: &Environment, project: &Value, name: &str) -> Vec<SelfUpdateFault> {
    let mut faults = Vec::new();
    if project["Source"]["BuildSpec"] != BUILDSPEC {
        faults.push(SelfUpdateFault::Buildspec(name.to_owned()));
    }
    let export = environment.names().shared(ROLE_EXPORT);
    if project["ServiceRole"]["Fn::ImportValue"] != export.as_str() {
        faults.push(SelfUpdateFault::Role {
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

/// A resource type, and the property that holds its physical name.
struct NamedType {
    resource_type: &'static str,
    name: &'static str,
}

const PIPELINES: NamedType = NamedType {
    resource_type: "AWS::CodePipeline::Pipeline",
    name: "Name",
};
const PROJECTS: NamedType = NamedType {
    resource_type: "AWS::CodeBuild::Project",
    name: "Name",
};
const ROLES: NamedType = NamedType {
    resource_type: "AWS::IAM::Role",
    name: "RoleName",
};

impl NamedType {
    /// The logical id and the properties of the resource with a name.
    fn find<'a>(&self, template: &'a Value, name: &str) -> Option<(&'a str, &'a Value)> {
        let resources = template["Resources"].as_object()?;
        resources
            .iter()
            .find(|(_, resource)| {
                resource["Type"] == self.resource_type && resource["Properties"][self.name] == name
            })
            .map(|(id, resource)| (id.as_str(), &resource["Properties"]))
    }
}
