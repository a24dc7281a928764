//! The files that `synth` writes, and those that it leaves alone.

use std::fs;
use std::process::Stdio;

use common::assembly::Locations;
use tests::binaries::{command, run};
use tests::synthesized;

use crate::{files, folder, inputs, stderr, stdout};

#[test]
fn synth_writes_what_is_deployed() {
    let out = folder("synth");
    // Of a stack that is no more.
    fs::create_dir(out.join("staging")).unwrap();
    fs::write(out.join("staging/assembly.json"), "{}").unwrap();
    fs::write(out.join("staging/gone.template.json"), "{}").unwrap();

    let output = run("xtask", &["synth", "--out", out.to_str().unwrap()]);
    let table = stdout(&output);
    assert!(
        table.lines().all(|line| line.chars().count() <= 80),
        "{table}"
    );

    let mut expected = Vec::new();
    for synthesis in synthesized() {
        let name = synthesis.environment.name;
        let mut assembly = synthesis.assembly.clone();
        let locations = assembly.stacks.iter_mut().map(|stack| {
            let places = std::mem::take(&mut stack.locations);
            assert_eq!(places.len(), stack.resources, "{}", stack.name);
            (stack.id.clone(), places)
        });
        let locations: Locations = locations.collect();
        let file = format!("{name}/locations.json");
        let text = fs::read_to_string(out.join(&file)).unwrap();
        assert_eq!(serde_json::from_str::<Locations>(&text).unwrap(), locations);
        expected.push(file);
        for stack in &mut assembly.stacks {
            let file = format!("{name}/{}.template.json", stack.name);
            assert_eq!(
                fs::read_to_string(out.join(&file)).unwrap(),
                stack.template.take().as_deref().unwrap()
            );
            expected.push(file);
            assert!(table.contains(&format!("\n  {} ", stack.id)), "{table}");
        }
        let file = format!("{name}/assembly.json");
        let text = serde_json::to_string_pretty(&assembly).unwrap() + "\n";
        assert_eq!(fs::read_to_string(out.join(&file)).unwrap(), text);
        expected.push(file);
        expected.push(format!("{name}/source.json"));
    }
    expected.sort();
    assert_eq!(files(&out), expected);
}

#[test]
fn synth_of_one_environment_leaves_the_other() {
    let out = folder("one");
    stdout(&run(
        "xtask",
        &[
            "synth",
            "--env",
            "production",
            "--out",
            out.to_str().unwrap(),
        ],
    ));
    let before = files(&out);
    assert!(
        before.iter().all(|file| file.starts_with("production/")),
        "{before:?}"
    );
    stdout(&run(
        "xtask",
        &["synth", "--env", "staging", "--out", out.to_str().unwrap()],
    ));
    assert!(before.iter().all(|file| files(&out).contains(file)));
    assert!(files(&out).len() > before.len());
}

#[test]
fn two_runs_into_the_same_folder_do_not_disturb_each_other() {
    let out = folder("parallel");
    let start = || {
        command("xtask")
            .args(["synth", "--out", out.to_str().unwrap()])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let running: Vec<_> = (0..4).map(|_| start()).collect();
    for child in running {
        stdout(&child.wait_with_output().unwrap());
    }
    let expected: usize = synthesized()
        .iter()
        .map(|synthesis| synthesis.assembly.stacks.len() + 3)
        .sum();
    assert_eq!(files(&out).len(), expected);
}

#[test]
fn refused_input_leaves_everything_as_it_was() {
    let config = inputs("refused");
    let out = config.join("out");
    let arguments = |verb| {
        let config = config.to_str().unwrap().to_owned();
        [
            verb,
            "--config".to_owned(),
            config,
            "--out".to_owned(),
            out.display().to_string(),
        ]
    };
    let synth = || {
        let arguments = arguments("synth".to_owned());
        run("xtask", &arguments.each_ref().map(String::as_str))
    };
    stdout(&synth());
    let before = files(&out);

    let path = config.join("environments/staging.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("region =", "regoin =", 1)).unwrap();
    let output = synth();
    assert_eq!(
        output.status.code(),
        Some(i32::from(cli_conventions::exit_code::INPUT))
    );
    assert!(output.stdout.is_empty());
    // Every stack binary would say the same: it is said once.
    assert_eq!(
        stderr(&output).matches("did you mean").count(),
        1,
        "{}",
        stderr(&output)
    );
    assert_eq!(files(&out), before);

    fs::remove_dir_all(&out).unwrap();
    synth();
    assert!(!out.exists());
}

#[test]
fn a_folder_that_is_no_assembly_is_not_replaced() {
    let out = folder("foreign");
    fs::create_dir(out.join("staging")).unwrap();
    fs::write(out.join("staging/thesis.txt"), "years of work").unwrap();
    let output = run("xtask", &["synth", "--out", out.to_str().unwrap()]);
    assert_eq!(
        output.status.code(),
        Some(i32::from(cli_conventions::exit_code::FAILURE))
    );
    let message = stderr(&output).replace(out.to_str().unwrap(), "<out>");
    insta::assert_snapshot!(message, @"
    error: <out>/staging holds no assembly, so it is not replaced
      = help: choose another folder with --out, or remove it
    ");
    assert_eq!(files(&out), ["staging/thesis.txt"]);
}

/// A run may be killed at any moment.
#[test]
fn what_a_killed_run_left_is_cleared_up() {
    let out = folder("killed");
    let synth = || run("xtask", &["synth", "--out", out.to_str().unwrap()]);
    stdout(&synth());
    let expected = files(&out);

    // Killed while writing, and killed between putting the old folder aside and the new one there.
    fs::create_dir(out.join(".production.new")).unwrap();
    fs::write(out.join(".production.new/assembly.json"), "{\"half").unwrap();
    fs::rename(out.join("staging"), out.join(".staging.old")).unwrap();
    stdout(&synth());
    assert_eq!(files(&out), expected);
}
