//! `cargo xtask reach`, of the definition as it is.

use cli_conventions::exit_code;
use tests::binaries::run;

#[test]
fn every_hop_has_its_place_in_the_definition() {
    let output = run(
        "xtask",
        &["reach", "internet", "load-balancer", "--env=production"],
    );
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    assert!(text.starts_with("the internet reaches"), "{text}");
    for file in ["network-stack/src/gateways.rs:", "loadbalancer-stack/src/"] {
        assert!(text.contains(file), "{text}");
    }
    // The program with the emulator does it.
    assert!(!errors.contains("AWS SDK"), "{errors}");
}

#[test]
fn a_misspelt_name_is_refused() {
    let output = run("xtask", &["reach", "internett", "web", "--env=staging"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        output.status.code(),
        Some(i32::from(exit_code::USAGE)),
        "{said}"
    );
    assert!(said.contains("did you mean `internet`?"), "{said}");
}
