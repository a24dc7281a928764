//! Mistakes that do not compile, with what the compiler says of them.
//!
//! `TRYBUILD=overwrite cargo test -p tests --test compile_fail` writes the messages anew, as a
//! newer compiler may need.

#[test]
fn mistakes_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile-fail/*.rs");
}
