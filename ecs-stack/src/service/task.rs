//! The task definition: one container.

use common::application::Application;
use common::capacity::Architecture;
use common::environment::Environment;
use common::resources::Handle;
use common::resources::ecs::TaskDefinition;
use common::resources::ecs::task_definition::{
    ContainerDefinition, KernelCapabilities, KeyValuePair, LinuxParameters, LogConfiguration,
    PortMapping, PortMappingProtocol, RuntimePlatform, RuntimePlatformCpuArchitecture,
    RuntimePlatformOperatingSystemFamily, Secret, TaskDefinitionNetworkMode,
    TaskDefinitionRequiresCompatibilities, Tmpfs,
};
use common::template::{List, Template, Value, pseudo, sub};

use crate::application;

/// How much log output waits in memory when CloudWatch doesn't keep up, before lines are dropped:
/// an application never stands still because of its log.
const LOG_BUFFER: &str = "25m";

/// Adds the task definition.
///
/// Bridge networking with host port 0: Docker picks a free port of the machine's range, so that
/// any number of containers of one application fit on a machine, and the load balancer learns the
/// port from ECS.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    application: &Application,
    digest: Value<String>,
) -> Handle<TaskDefinition> {
    let kept = application::exports(environment, application);
    let image =
        sub("${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/${Repository}@${Digest}")
            .with::<String>("Repository", kept.repository.import())
            .with("Digest", digest);
    let secrets: Vec<Secret> = application
        .secrets
        .iter()
        .map(|secret| {
            let export = application::secret_export(environment, application, secret);
            Secret::new(secret.as_str(), Value::<String>::from(export.import()))
        })
        .collect();

    // Only recent agents give containers on EC2 a region (amazon-ecs-agent#4946), and containers can't
    // ask the metadata service: an SDK would find none.
    let region = KeyValuePair::new()
        .name("AWS_REGION")
        .value(pseudo::region());
    let variables: List<KeyValuePair> = std::iter::once(region)
        .chain(
            application
                .variables
                .iter()
                .map(|(name, value)| KeyValuePair::new().name(name.as_str()).value(value)),
        )
        .collect();
    let mut container = ContainerDefinition::new(application.name.as_str(), image)
        .essential(true)
        .cpu(application.cpu.get())
        .environment(variables)
        .memory(application.memory.get())
        .log_configuration(log(&kept.log_group.import().into()))
        .linux_parameters(linux(application))
        .docker_security_options(["no-new-privileges"])
        .privileged(false)
        .readonly_root_filesystem(true)
        .stop_timeout(application.stop_timeout_seconds)
        .user(application.user.to_string());
    // ECS wants the reservation to be below the limit, and takes the limit where there is none.
    if application.memory_reservation < application.memory {
        container = container.memory_reservation(application.memory_reservation.get());
    }
    if !secrets.is_empty() {
        container = container.secrets(secrets);
    }
    if let Some(command) = &application.command {
        container = container.command(command.clone());
    }
    if let Some(port) = application.container_port {
        container = container.port_mappings([PortMapping::new()
            .container_port(port)
            .host_port(0)
            .protocol(PortMappingProtocol::Tcp)]);
    }
    let architecture = match environment.cluster.machine.architecture() {
        Architecture::X86_64 => RuntimePlatformCpuArchitecture::X86_64,
        Architecture::Arm64 => RuntimePlatformCpuArchitecture::Arm64,
    };
    template.add(
        "Task",
        TaskDefinition::new()
            .family(environment.names().task_family(&application.name))
            .network_mode(TaskDefinitionNetworkMode::Bridge)
            .requires_compatibilities([TaskDefinitionRequiresCompatibilities::Ec2])
            .runtime_platform(
                RuntimePlatform::new()
                    .cpu_architecture(architecture)
                    .operating_system_family(RuntimePlatformOperatingSystemFamily::Linux),
            )
            .task_role_arn(kept.task_role.import())
            .execution_role_arn(kept.execution_role.import())
            .container_definitions([container]),
    )
}

fn log(group: &Value<String>) -> LogConfiguration {
    let options: [(&str, Value<String>); 5] = [
        ("awslogs-group", group.clone()),
        ("awslogs-region", pseudo::region()),
        ("awslogs-stream-prefix", "task".into()),
        ("max-buffer-size", LOG_BUFFER.into()),
        ("mode", "non-blocking".into()),
    ];
    LogConfiguration::new("awslogs").options(options)
}

/// A container has no capability, gets its signals through an init process, and can write to
/// memory only.
fn linux(application: &Application) -> LinuxParameters {
    let parameters = LinuxParameters::new()
        .init_process_enabled(true)
        .capabilities(KernelCapabilities::new().drop(["ALL"]));
    if application.writable.is_empty() {
        return parameters;
    }
    let scratch: List<Tmpfs> = application
        .writable
        .iter()
        .map(|path| {
            Tmpfs::new(Application::SCRATCH.get())
                .container_path(path.as_str())
                // Without a mode the mount takes that of the image's directory, and root as its
                // owner: only a directory that everybody may write to could be written to
                // (moby#39466, runc#4971).
                .mount_options(["rw", "noexec", "nosuid", "nodev", "mode=1777"])
        })
        .collect();
    parameters.tmpfs(scratch)
}
