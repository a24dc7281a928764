//! The help of every verb.

use clap::CommandFactory as _;

#[test]
fn help() {
    let mut command = deploy::cli::Cli::command();
    command.build();
    let mut text = command.render_long_help().to_string();
    for verb in command.get_subcommands_mut() {
        if verb.get_name() != "help" && !verb.is_hide_set() {
            text += &format!("\n# {}\n\n", verb.get_name());
            text += &verb.render_long_help().to_string();
        }
    }
    let long: Vec<&str> = text
        .lines()
        .filter(|line| line.chars().count() > 80)
        .collect();
    assert!(long.is_empty(), "wider than 80 columns: {long:#?}");
    insta::with_settings!({omit_expression => true}, {
        insta::assert_snapshot!("help", text);
    });
}
