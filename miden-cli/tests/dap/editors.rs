//! The launch configurations of the book.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use crate::client::{Client, Way};

/// The attributes that the page lists.
const ATTRIBUTES: [&str; 4] = ["program", "args", "stopOnEntry", "stopAtEnd"];

fn read(name: &str) -> String {
    fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/src/user").join(name)).unwrap()
}

fn parse(name: &str) -> Value {
    serde_json::from_str(&read(name)).unwrap()
}

/// Launches a program with a configuration whose file is written like this, and steps.
fn check(configuration: &Value, file: &str) {
    let own = ["name", "type", "request"];
    for name in configuration.as_object().unwrap().keys() {
        assert!(ATTRIBUTES.contains(&&**name) || own.contains(&&**name), "{name}");
    }
    let mut client = Client::new(Way::Pipe, "begin add\nmul end");
    let text = configuration.to_string().replace(file, client.path("p.masm").to_str().unwrap());
    client.request("initialize", json!({"adapterID": "miden"})).unwrap();
    client.request("launch", serde_json::from_str(&text).unwrap()).unwrap();
    client.request("configurationDone", json!({})).unwrap();
    assert_eq!(client.event("stopped")["reason"], "entry");
    assert_eq!(client.go("next"), ("step".into(), 2));
    assert_eq!(client.go("continue").0, "pause");
}

#[test]
fn visual_studio_code_launches_a_program() {
    let package = parse("debugging/vscode/package.json");
    let [debugger] = &package["contributes"]["debuggers"].as_array().unwrap()[..] else {
        panic!("one debugger is contributed")
    };
    let properties = debugger["configurationAttributes"]["launch"]["properties"].as_object().unwrap();
    let mut names: Vec<_> = properties.keys().map(String::as_str).collect();
    let mut expected = ATTRIBUTES;
    names.sort_unstable();
    expected.sort_unstable();
    assert_eq!(names, expected);
    let languages = package["contributes"]["languages"].as_array().unwrap();
    assert_eq!(package["contributes"]["breakpoints"][0]["language"], languages[0]["id"]);
    assert_eq!(package["main"], "./extension.js");
    let kind = debugger["type"].as_str().unwrap();
    let extension = read("debugging/vscode/extension.js");
    assert!(extension.contains(&format!("registerDebugAdapterDescriptorFactory(\"{kind}\"")));
    for configuration in parse("debugging/vscode/launch.json")["configurations"].as_array().unwrap() {
        assert_eq!(configuration["type"], kind);
        check(configuration, "${file}");
    }
}

#[test]
fn helix_launches_a_program() {
    let page = read("debugging.md");
    let (_, block) = page.split_once("```toml\n").unwrap();
    let settings: toml::Table = block.split_once("```").unwrap().0.parse().unwrap();
    let settings = serde_json::to_value(settings).unwrap();
    let debugger = &settings["language"][0]["debugger"];
    assert_eq!((&debugger["command"], &debugger["args"]), (&json!("miden"), &json!(["dap"])));
    let template = &debugger["templates"][0];
    assert_eq!(template["request"], "launch");
    check(&template["args"], "{0}");
}

#[test]
fn the_page_lists_the_attributes() {
    let page = read("debugging.md");
    let (_, table) = page.split_once("| Attribute | Meaning |\n|---|---|\n").unwrap();
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    let names: Vec<_> = rows.map(|row| row.split('`').nth(1).unwrap()).collect();
    assert_eq!(names, ATTRIBUTES);
    // Neovim takes its attributes from Lua.
    let (_, block) = page.split_once("```lua\n").unwrap();
    let lua = block.split_once("```").unwrap().0;
    assert!(["program = ", "stopOnEntry = true", "stopAtEnd = true"].iter().all(|text| lua.contains(text)));
}
