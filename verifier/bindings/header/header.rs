//! The header is the interface. `UPDATE_EXPECT=1` writes it.

use expect_test::expect_file;

#[test]
fn the_header_is_up_to_date() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../c");
    let config = cbindgen::Config::from_file(format!("{root}/cbindgen.toml")).expect("a valid configuration");
    let bindings =
        cbindgen::Builder::new().with_crate(root).with_config(config).generate().expect("valid sources");
    let mut header = Vec::new();
    bindings.write(&mut header);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../c/include/miden_verifier.h");
    expect_file![path].assert_eq(&String::from_utf8(header).expect("UTF-8"));
}
