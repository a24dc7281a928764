//! The script that a machine boots with, run by bash with its files in a folder.

use std::fs;
use std::path::Path;
use std::process::Command;

use rehearsal::pipelines::run::{ServiceState, shim};

use super::run::{RunResult, TestEnvironment};
use crate::fixture::folder;

/// Programs of a machine that have nothing to do here.
const NOTHING: &str = "#!/bin/bash\n";

/// Installs nothing, and has the agent read its configuration.
const AGENT: &str = "#!/bin/bash\nfor word in \"$@\"; do\n  case $word in\n    \
                     ssm:*) aws ssm get-parameter --name \"${word#ssm:}\" ;;\n  esac\ndone\n";

/// Runs in the foreground what systemd would run in the background.
const RUN: &str = "#!/bin/bash\nexec \"${@: -1}\"\n";

/// Writes down what CloudFormation is told.
const SIGNAL: &str = "#!/bin/bash\necho \"$@\" >> \"$ROOT/signals\"\n";

/// A machine boots, joins the cluster and says that it is ready.
pub(super) fn boots(test_env: &TestEnvironment<'_>) -> RunResult {
    let root = folder(&format!("{}-machine", test_env.name));
    let environment = &test_env.environment.read.synthesis.environment;
    let (account, region) = (environment.account.as_str(), environment.region.as_str());
    let services = ServiceState::create(&root.join("world"), account, region).unwrap();
    services.set_deployed(&test_env.stacks).unwrap();
    let session = services
        .create_session(&test_env.role("machines"), "boot")
        .unwrap();
    let bin = root.join("bin");
    shim::install(Path::new(env!("CARGO_BIN_EXE_rehearse")), &bin).unwrap();
    for name in ["curl", "dnf"] {
        fs::remove_file(bin.join(name)).unwrap();
    }
    for (path, text) in [
        ("bin/curl", NOTHING),
        ("bin/dnf", NOTHING),
        ("bin/sleep", NOTHING),
        ("bin/systemctl", NOTHING),
        ("bin/systemd-run", RUN),
        ("opt/aws/bin/cfn-signal", SIGNAL),
        (
            "opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl",
            AGENT,
        ),
    ] {
        program(&root.join(path), text);
    }
    let there = root.to_string_lossy();
    let script = ["/etc/", "/opt/", "/usr/local/"]
        .into_iter()
        .fold(script(test_env), |script, path| {
            script.replace(path, &format!("{there}{path}"))
        });
    for folder in ["etc/ecs", "etc/systemd/system", "usr/local/sbin"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("bash")
        .args(["-c", &script])
        .env("PATH", format!("{}:{path}", bin.display()))
        .env("ROOT", &root)
        .env("AWS_ACCESS_KEY_ID", &session.key)
        .env(shim::SERVICES, services.folder())
        .output()
        .unwrap();
    let signals = fs::read_to_string(root.join("signals")).unwrap_or_default();
    let is_ready = signals.lines().count() > 0
        && signals
            .lines()
            .all(|signal| signal.starts_with("--exit-code 0 "));
    RunResult {
        log: services.request_log().unwrap(),
        failed: (!is_ready).then(|| {
            let said = String::from_utf8_lossy(&output.stderr);
            format!("{signals}{said}")
        }),
    }
}

/// The script of the launch template.
fn script(test_env: &TestEnvironment<'_>) -> String {
    let mut templates = test_env
        .stacks
        .resources_of_type("AWS::EC2::LaunchTemplate");
    let template = templates.next().unwrap();
    let properties = test_env.stacks.properties(&template).unwrap();
    let script = properties["LaunchTemplateData"]["UserData"].as_str();
    script.unwrap().to_owned()
}

fn program(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;

    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}
