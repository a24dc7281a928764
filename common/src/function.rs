//! Lambda functions behind custom resources, for what no resource type does.

use crate::environment::Environment;
use crate::grant::{GrantLogGroup as _, RoleBuilder};
use crate::logs;
use crate::resources::Handle;
use crate::resources::cloudformation::CustomResource;
use crate::resources::kinds::KeyArn;
use crate::resources::lambda::Function;
use crate::resources::lambda::function::{
    Code, FunctionArchitectures, FunctionRuntime, LoggingConfig,
};
use crate::template::policy::ServicePrincipal;
use crate::template::{Template, Value};

/// The `ServiceTimeout` of the custom resources: the default is an hour, which a crashed function would block
/// the stack for.
pub const RESPONSE_TIMEOUT_SECONDS: u32 = 120;

/// The function behind a custom resource: Python, inline, with a log group and a role of its own.
///
/// Its logical ids are `<id>Function`, `<id>Role`, `<id>RolePolicy` and `<id>LogGroup`. Inline code
/// gets the module `cfnresponse` and has to respond in every case: otherwise CloudFormation waits for
/// [`RESPONSE_TIMEOUT_SECONDS`].
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html>
#[derive(Clone, Copy, Debug)]
pub struct CustomResourceFunction<'a> {
    /// The prefix of the logical ids.
    pub id: &'a str,
    /// The stack's part of the log group's name.
    pub stack: &'a str,
    /// The name of function and role, without project and environment.
    pub name: &'a str,
    /// The description that the console shows.
    pub description: &'a str,
    /// The Python module, with the entry point `handler`.
    pub code: &'a str,
}

impl CustomResourceFunction<'_> {
    /// Adds log group, role and function; returns the custom resource that calls it. `configure` grants the
    /// role what the code calls.
    #[track_caller]
    pub fn add_to(
        &self,
        template: &mut Template,
        environment: &Environment,
        key: &Value<KeyArn>,
        configure: impl FnOnce(RoleBuilder) -> RoleBuilder,
    ) -> CustomResource {
        let names = environment.names();
        let log_group = template.add(
            format!("{}LogGroup", self.id),
            logs::group(environment, names.log_group(self.stack, self.name), key),
        );
        let mut role = RoleBuilder::new(
            environment,
            format!("{}Role", self.id),
            names.role(self.name),
            ServicePrincipal::Lambda,
            self.description,
        );
        log_group.attr_arn().grant_write(&mut role);
        let role = configure(role).add_to(template);
        let function: Handle<Function> = template.add(
            format!("{}Function", self.id),
            Function::new(Code::new().zip_file(self.code), role.attr_arn())
                .function_name(names.shared(self.name))
                .description(self.description)
                .runtime(FunctionRuntime::Python3_14)
                .handler("index.handler")
                .architectures([FunctionArchitectures::Arm64])
                .memory_size(128)
                .timeout(60)
                .logging_config(LoggingConfig::new().log_group(log_group.reference())),
        );
        CustomResource::new(function.attr_arn()).service_timeout(RESPONSE_TIMEOUT_SECONDS)
    }
}
