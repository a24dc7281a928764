//! Prints everything that is synthesized, for tests/determinism.rs to compare.
//!
//! The first line says in which order `serde_json` writes the entries of an object.

use tests::synthesized;

fn main() {
    println!("{}", serde_json::json!({"z": 1, "a": 2}));
    for synthesis in synthesized() {
        let assembly = serde_json::to_string(&synthesis.assembly).expect("assemblies are JSON");
        println!("{assembly}");
    }
}
