//! The boot script of machines, run in a folder with stubs in place of the
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
    /// A machine on which `aws` lists these capacity providers. CloudFormation refuses as many signals of
    /// either resource, and from then on takes those of the resource that waits.
    fn new(name: &str, providers: &str, refused_signals: u32, waits: &str) -> Self {
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
                "echo signal \"$@\" >> $LOG; \
                 [ \"$(grep --count ^signal $LOG)\" -gt {refused_signals} ] && [[ $* =~ {waits} ]]"
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
        // The first machines are waited for by the one, a roll waits for the other. Should a signal for
        // the one that does not wait be taken all the same, the other still gets its own.
        for waits in ["MachinesReady", "Machines$", "."] {
            let machine = Machine::new(&name, &names.capacity_provider(), 4, waits);
            let log = machine.boot(&script(synthesis));
            let signals = signals(&log);
            assert_eq!(signals.len(), 6, "{waits}: {log:#?}");
            for signal in &signals {
                assert!(signal.contains("--exit-code 0"), "{signal}");
                assert!(signal.contains("--stack the-stack"), "{signal}");
            }
            let of = |resource: &str| {
                signals
                    .iter()
                    .filter(|line| line.ends_with(resource))
                    .count()
            };
            assert_eq!(of("--resource MachinesReady"), 3);
            assert_eq!(of("--resource Machines"), 3);
        }
    }
}

#[test]
fn a_machine_that_never_gets_its_provider_signals_a_failure() {
    for synthesis in synthesized() {
        let name = format!("alone-{}", synthesis.environment.name);
        let machine = Machine::new(&name, "FARGATE", 0, ".");
        let log = machine.boot(&script(synthesis));
        let signals = signals(&log);
        assert_eq!(signals.len(), 2, "{log:#?}");
        for signal in signals {
            assert!(signal.contains("--exit-code 1"), "{log:#?}");
        }
        // It would take tasks that nothing drains.
        assert!(
            log.contains(&"systemctl mask ecs.service".to_owned()),
            "{log:#?}"
        );
    }
}

/// Docker forwards nothing between containers, and what they send to the machine is dropped, but for
/// the agent's endpoints.
#[test]
fn containers_do_not_reach_each_other() {
    for synthesis in synthesized() {
        let names = synthesis.environment.names();
        let name = format!("isolated-{}", synthesis.environment.name);
        let machine = Machine::new(&name, &names.capacity_provider(), 0, ".");
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

/// Runs the commands of an association in a folder of stubs; whether they succeed, and what they print.
fn check(id: &str, name: &str, uptime: u32, programs: &[(&str, &str)]) -> (bool, String) {
    let association = synthesized()[0]
        .of_type("AWS::SSM::Association")
        .find(|association| association.place.id == id)
        .expect("the association is defined");
    let commands = association
        .property("Parameters/commands")
        .as_array()
        .unwrap();
    let commands: Vec<&str> = commands.iter().filter_map(|line| line.as_str()).collect();
    let machine = Machine::new(&format!("check-{name}"), "", 0, ".");
    for (program, body) in programs {
        machine.program(program, body);
    }
    let file = machine.root.join("uptime");
    fs::write(&file, format!("{uptime}.31 0.00\n")).unwrap();
    let script = commands
        .join("\n")
        .replace("/proc/uptime", &file.display().to_string());
    let path = format!("{}:/usr/bin:/bin", machine.root.join("bin").display());
    let output = Command::new("/bin/bash")
        .args(["-c", &script])
        .env("PATH", path)
        .env("LOG", machine.root.join("log"))
        .output()
        .expect("bash is there");
    let said = String::from_utf8(output.stdout).unwrap();
    (output.status.success(), said)
}

#[test]
fn a_machine_whose_agent_is_gone_fails_its_check() {
    let agents = |name: &str, uptime, programs: &[(&str, &str)]| {
        check("MachineCheck", name, uptime, programs)
    };
    assert!(agents("well", 5_000, &[]).0);
    for (name, unit) in [
        ("ecs", "ecs"),
        ("watch", "amazon-cloudwatch-agent"),
        ("docker", "docker"),
    ] {
        let stub = format!("[ \"$3\" != {unit} ]");
        let (fine, said) = agents(name, 5_000, &[("systemctl", &stub)]);
        assert!(
            !fine && said.contains(&format!("{unit} is not running")),
            "{said}"
        );
        // It is still being installed.
        let booting = format!("{name}-booting");
        assert!(agents(&booting, 300, &[("systemctl", &stub)]).0);
    }
    let (fine, said) = agents("mute", 5_000, &[("curl", "exit 7")]);
    assert!(!fine && said.contains("does not answer"), "{said}");
}

#[test]
fn a_machine_with_an_old_image_fails_its_check() {
    let image = |name: &str, days: u32| {
        let rpm = format!("printf 2023.6.$(date --date '{days} days ago' +%Y%m%d)");
        check("MachineImageCheck", name, 5_000, &[("rpm", &rpm)])
    };
    assert!(image("new", 3).0);
    assert!(image("fair", 59).0);
    let (fine, said) = image("old", 61);
    assert!(!fine && said.contains("61 days old"), "{said}");
}

/// The event of a failed check names the machine, and the rule passes the name on.
#[test]
fn failed_checks_name_the_machine() {
    for synthesis in synthesized() {
        let rule = synthesis
            .of_type("AWS::Events::Rule")
            .find(|rule| rule.place.id == "MachineCheckFailures")
            .expect("failures are passed on");
        let checks = rule
            .property("EventPattern/detail/association-id")
            .to_string();
        for check in ["MachineCheck", "MachineImageCheck"] {
            assert!(checks.contains(&format!("\"{check}\"")), "{checks}");
        }
        let transformer = rule.property("Targets/0/InputTransformer");
        assert_eq!(
            transformer["InputPathsMap"]["machine"],
            "$.detail.instance-id"
        );
        let message = transformer["InputTemplate"].as_str().unwrap();
        assert!(message.contains("The machine <machine> of"), "{message}");
    }
}

/// What the CloudWatch agent measures is there by machine, and over all of them for the alarms.
#[test]
fn metrics_are_told_by_machine_and_summed_up() {
    for synthesis in synthesized() {
        let parameter = synthesis
            .of_type("AWS::SSM::Parameter")
            .find(|parameter| parameter.place.id == "AgentConfiguration")
            .expect("the agent is configured");
        let text = parameter.property("Value").as_str().unwrap();
        let configuration: serde_json::Value = serde_json::from_str(text).unwrap();
        let metrics = &configuration["metrics"];
        assert_eq!(
            metrics["append_dimensions"]["InstanceId"],
            "${aws:InstanceId}"
        );
        assert_eq!(
            metrics["aggregation_dimensions"],
            serde_json::json!([["AutoScalingGroupName"]])
        );
        let alarm = synthesis
            .of_type("AWS::CloudWatch::Alarm")
            .find(|alarm| alarm.place.id == "MachinesSilentAlarm")
            .expect("a silent machine is reported");
        let interval = configuration["agent"]["metrics_collection_interval"]
            .as_u64()
            .unwrap();
        let queries = alarm.property("Metrics").as_array().unwrap();
        let samples = queries
            .iter()
            .find(|query| query["Id"] == "samples")
            .unwrap();
        let period = samples["MetricStat"]["Period"].as_u64().unwrap();
        let silent = queries
            .iter()
            .find(|query| query["Id"] == "silent")
            .unwrap();
        let expected = format!("in_service - FILL(samples, 0) / {}", period / interval);
        assert_eq!(silent["Expression"], expected);
    }
}
