//! What machines do when they boot: their script, run in a folder with stubs in place of the
//! system's programs.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tests::{Synthesis, synthesized};

/// The script of an environment's machines, as CloudFormation would hand it to them.
fn script(synthesis: &Synthesis) -> String {
    let template = synthesis
        .of_type("AWS::EC2::LaunchTemplate")
        .next()
        .unwrap();
    let text = template.property("LaunchTemplateData/UserData/Fn::Base64/Fn::Sub");
    let text = text.as_str().expect("a script with places");
    let cluster = synthesis.environment.names().cluster();
    [
        ("${AWS::Region}", "eu-west-1"),
        ("${AWS::StackName}", "the-stack"),
        ("${Cluster}", cluster.as_str()),
        ("${AgentConfiguration}", "the-parameter"),
    ]
    .into_iter()
    .fold(text.to_owned(), |text, (place, value)| {
        text.replace(place, value)
    })
}

/// A machine in a folder.
struct Machine {
    root: PathBuf,
}

impl Machine {
    /// A machine on which `aws` lists these capacity providers, and CloudFormation refuses as many
    /// signals.
    fn new(name: &str, providers: &str, refused_signals: u32) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("machine-{name}"));
        let _ = fs::remove_dir_all(&root);
        for folder in [
            "bin",
            "etc/ecs",
            "etc/systemd/system",
            "etc/docker",
            "usr/local/sbin",
        ] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        fs::write(
            root.join("etc/docker/daemon.json"),
            r#"{"log-level": "warn"}"#,
        )
        .unwrap();
        let machine = Self { root };
        for program in ["dnf", "systemctl", "curl", "sleep"] {
            machine.program(program, &format!("echo {program} \"$@\" >> $LOG"));
        }
        machine.program("aws", &format!("echo {providers}"));
        machine.program("systemd-run", "shift 2; exec \"$@\"");
        machine.program("amazon-cloudwatch-agent-ctl", "exit 0");
        machine.program(
            "cfn-signal",
            &format!(
                "echo signal \"$@\" >> $LOG; [ \"$(grep --count ^signal $LOG)\" -gt {refused_signals} ]"
            ),
        );
        machine
    }

    fn program(&self, name: &str, body: &str) {
        let path = self.root.join("bin").join(name);
        fs::write(&path, format!("#!/bin/bash\n{body}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Boots; what was called, a line each.
    fn boot(&self, script: &str) -> Vec<String> {
        let bin = self.root.join("bin");
        let moved = [
            ("/opt/aws/bin/", format!("{}/", bin.display())),
            (
                "/opt/aws/amazon-cloudwatch-agent/bin/",
                format!("{}/", bin.display()),
            ),
            ("/usr/local/sbin/", self.path("usr/local/sbin/")),
            ("/etc/", self.path("etc/")),
        ];
        let script = moved
            .iter()
            .fold(script.to_owned(), |text, (from, to)| text.replace(from, to));
        let log = self.root.join("log");
        fs::write(&log, "").unwrap();
        let path = format!("{}:/usr/bin:/bin", bin.display());
        let status = Command::new("/bin/bash")
            .args(["-c", &script])
            .env("PATH", path)
            .env("LOG", &log)
            .status()
            .expect("bash is there");
        assert!(status.success(), "{status}");
        let log = fs::read_to_string(log).unwrap();
        log.lines().map(str::to_owned).collect()
    }

    fn path(&self, of: &str) -> String {
        self.root.join(of).display().to_string()
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }
}

fn signals(log: &[String]) -> Vec<&str> {
    let lines = log.iter().map(String::as_str);
    lines.filter(|line| line.starts_with("signal")).collect()
}

#[test]
fn a_machine_that_is_well_says_so_until_it_is_heard() {
    for synthesis in synthesized() {
        let names = synthesis.environment.names();
        let name = format!("heard-{}", synthesis.environment.name);
        let machine = Machine::new(&name, &names.capacity_provider(), 5);
        let log = machine.boot(&script(synthesis));
        let signals = signals(&log);
        assert_eq!(signals.len(), 6, "{log:#?}");
        for signal in &signals {
            assert!(signal.contains("--exit-code 0"), "{signal}");
            assert!(signal.contains("--stack the-stack"), "{signal}");
        }
        // Both are tried, whichever waits.
        let named = |resource: &str| signals.iter().any(|line| line.ends_with(resource));
        assert!(named("--resource MachinesReady") && named("--resource Machines"));
    }
}

#[test]
fn a_machine_that_never_gets_its_provider_signals_a_failure() {
    for synthesis in synthesized() {
        let name = format!("alone-{}", synthesis.environment.name);
        let machine = Machine::new(&name, "FARGATE", 0);
        let log = machine.boot(&script(synthesis));
        let signals = signals(&log);
        assert_eq!(signals.len(), 1, "{log:#?}");
        assert!(signals[0].contains("--exit-code 1"), "{log:#?}");
    }
}

/// Docker forwards nothing between containers, and what they send to the machine is dropped, but for
/// the agent's endpoints.
#[test]
fn containers_do_not_reach_each_other() {
    for synthesis in synthesized() {
        let names = synthesis.environment.names();
        let name = format!("isolated-{}", synthesis.environment.name);
        let machine = Machine::new(&name, &names.capacity_provider(), 0);
        let log = machine.boot(&script(synthesis));
        let settings: serde_json::Value =
            serde_json::from_str(&machine.read("etc/docker/daemon.json")).unwrap();
        assert_eq!(
            settings,
            serde_json::json!({ "icc": false, "log-level": "warn" }),
            "what the image sets is kept"
        );
        let position = |text: &str| log.iter().position(|line| line.contains(text));
        let restarted = position("restart docker").expect("Docker reads its settings again");
        let isolated = position("enable --now isolate-containers").expect("the rules are set");
        assert!(restarted < isolated, "Docker rewrites its chains");

        let unit = machine.read("etc/systemd/system/isolate-containers.service");
        let rules: Vec<&str> = unit
            .lines()
            .filter_map(|line| line.strip_prefix("ExecStart="))
            .collect();
        assert!(
            rules.iter().any(|rule| rule.contains("DOCKER-USER")
                && rule.contains("--destination 169.254.169.254/32")),
            "{unit}"
        );
        assert!(
            rules.iter().any(|rule| rule.contains("--insert INPUT")
                && rule.contains("! --destination 127.0.0.0/8")
                && rule.contains("--jump DROP")),
            "{unit}"
        );
        let agent = machine.read("etc/systemd/system/ecs.service.d/isolate-containers.conf");
        assert!(agent.contains("Requires=isolate-containers.service"));
    }
}
