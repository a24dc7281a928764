//! The help of every command, and usage errors.

use tests::binaries::{command, run};

use crate::{stderr, stdout};

/// The help of every command, in one file.
#[test]
fn help() {
    fn collect(command: &mut clap::Command, text: &mut String) {
        text.push_str(&format!(
            "# {}\n\n",
            command.get_bin_name().unwrap_or_default()
        ));
        text.push_str(&command.render_long_help().to_string());
        for subcommand in command.get_subcommands_mut() {
            if subcommand.get_name() != "help" {
                text.push('\n');
                collect(subcommand, text);
            }
        }
    }
    let mut command = xtask::command();
    command.build();
    let mut text = String::new();
    collect(&mut command, &mut text);
    text.push_str("\n# network-stack\n\n");
    text.push_str(stdout(&run("network-stack", &["--help"])));
    let long: Vec<&str> = text
        .lines()
        .filter(|line| line.chars().count() > 80)
        .collect();
    assert!(long.is_empty(), "wider than 80 columns: {long:#?}");
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots"}, {
        insta::assert_snapshot!("help", text);
    });
}

#[test]
fn unknown_environment() {
    let output = run("xtask", &["synth", "--env", "stagign"]);
    assert_eq!(
        output.status.code(),
        Some(i32::from(cli_conventions::exit_code::USAGE))
    );
    insta::assert_snapshot!(stderr(&output), @"
    error: invalid value 'stagign' for '--env <ENVIRONMENT>'
      [possible values: production, staging]

      tip: a similar value exists: 'staging'

    For more information, try '--help'.
    ");
}

#[test]
fn outside_of_the_workspace() {
    let output = command("xtask")
        .arg("check")
        .current_dir("/")
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(i32::from(cli_conventions::exit_code::USAGE))
    );
    insta::assert_snapshot!(stderr(&output), @"
    error: no workspace around /
      = help: run it inside the repository
    ");
}
