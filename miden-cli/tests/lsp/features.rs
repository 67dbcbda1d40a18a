use serde_json::{Value, json};

use crate::client::{Client, capabilities, range};

const LIBRARY: [(&str, &str); 2] = [
    ("math/u64.masm", "#! Adds two numbers.\nexport.add.2 add end\nproc.internal add end\n"),
    ("math/facade.masm", "use.math::u64\nexport.u64::add->plus\n"),
];

/// File and range of a location.
fn location(client: &Client, location: &Value) -> String {
    format!("{} {}", client.name(&location["uri"]), range(&location["range"]))
}

#[test]
fn definitions_are_found_in_the_text_and_in_modules() {
    let mut client = Client::new(&LIBRARY);
    let find = |client: &mut Client, text: &str| {
        let found = client.ask_at("textDocument/definition", "p.masm", text);
        if found.is_null() { "nowhere".into() } else { location(client, &found) }
    };
    assert_eq!(find(&mut client, "proc.f add end\nbegin exec.|f end"), "p.masm 0:5-0:6");
    assert_eq!(find(&mut client, "use.math::u64\nbegin exec.u64::|add end"), "math/u64.masm 1:7-1:10");
    assert_eq!(find(&mut client, "use.math::facade\nbegin exec.facade::|plus end"), "math/u64.masm 1:7-1:10");
    assert_eq!(find(&mut client, "use.math::|u64\nbegin exec.u64::add end"), "math/u64.masm 0:0-0:0");
    assert_eq!(find(&mut client, "use.math::u64\nbegin exec.u64::|internal end"), "nowhere");
    assert_eq!(find(&mut client, "begin |add end"), "nowhere");
}

#[test]
fn references_are_found_in_all_files() {
    let mut client = Client::new(&LIBRARY);
    let place = client.open_with_cursor("p.masm", "use.math::u64\nbegin exec.u64::|add exec.u64::add end");
    let mut params = client.at("p.masm", place);
    params["context"] = json!({"includeDeclaration": true});
    let found = client.request("textDocument/references", params.clone()).unwrap();
    let mut shown: Vec<_> = found.as_array().unwrap().iter().map(|found| location(&client, found)).collect();
    shown.sort();
    assert_eq!(
        shown,
        ["math/facade.masm 1:12-1:15", "math/u64.masm 1:7-1:10", "p.masm 1:16-1:19", "p.masm 1:30-1:33"]
    );
    params["context"]["includeDeclaration"] = false.into();
    assert_eq!(client.request("textDocument/references", params).unwrap().as_array().unwrap().len(), 3);
}

#[test]
fn hovers_explain_instructions_procedures_and_keywords() {
    let mut client = Client::new(&LIBRARY);
    let hover = client.ask_at("textDocument/hover", "p.masm", "begin\n  u32checked_|add\nend");
    assert_eq!(hover["contents"]["kind"], "markdown");
    assert_eq!(range(&hover["range"]), "1:2-1:16");
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains("| `u32checked_add` | `[b, a] → [a + b]` |"), "{text}");
    let hover = client.ask_at("textDocument/hover", "p.masm", "use.math::u64\nbegin exec.u64::|add end");
    assert!(hover["contents"]["value"].as_str().unwrap().contains("Adds two numbers."));
    let hover = client.ask_at("textDocument/hover", "p.masm", "begin while.|true add end end");
    assert!(hover["contents"]["value"].as_str().unwrap().contains("before every iteration"));
    assert_eq!(client.ask_at("textDocument/hover", "p.masm", "begin add | end"), Value::Null);
}

#[test]
fn completions_replace_the_typed_text() {
    let mut client = Client::new(&LIBRARY);
    let complete = |client: &mut Client, text: &str| {
        let items = client.ask_at("textDocument/completion", "p.masm", text);
        items.as_array().unwrap().clone()
    };
    let items = complete(&mut client, "use.math::u64\nbegin exec.u64::a|");
    let [item] = items.as_slice() else { panic!("{items:?}") };
    assert_eq!((&item["label"], &item["kind"]), (&"add".into(), &3.into()));
    assert_eq!(range(&item["textEdit"]["range"]), "1:16-1:17");
    assert_eq!(item["textEdit"]["newText"], "add");
    let modules = complete(&mut client, "use.|");
    let paths: Vec<_> = modules.iter().map(|item| item["label"].as_str().unwrap()).collect();
    let (standard, own): (Vec<&str>, Vec<&str>) = paths.iter().partition(|path| path.starts_with("std::"));
    assert_eq!(own, ["math::facade", "math::u64"]);
    assert!(standard.contains(&"std::math::u64"), "{standard:?}");
    let items = complete(&mut client, "begin m|\nend");
    let mul = items.iter().find(|item| item["label"] == "mul.b").unwrap();
    assert_eq!(mul["textEdit"]["newText"], "mul.");
    assert!(mul["documentation"]["value"].as_str().unwrap().contains("Cycles"));
}

#[test]
fn compiled_libraries_show_documentation_digests_and_constants() {
    let folder = tempfile::tempdir().unwrap();
    let (sources, compiled) = (folder.path().join("far"), folder.path().join("far.masl"));
    std::fs::create_dir(&sources).unwrap();
    std::fs::write(
        sources.join("m.masm"),
        "#! Adds two numbers.\nexport.sum add end\n#! The most.\npub const MOST = 2 * 3",
    )
    .unwrap();
    let mut bundle = std::process::Command::new(env!("CARGO_BIN_EXE_miden"));
    let bundled = bundle.arg("bundle").arg(&sources).arg("-o").arg(&compiled).output().unwrap();
    assert!(bundled.status.success(), "{bundled:?}");

    let mut client = Client::with_arguments(&[], &["-l", &compiled.display().to_string()]);
    let text = "use.far::m\nbegin exec.m::|sum end";
    let hover = client.ask_at("textDocument/hover", "p.masm", text);
    let shown = hover["contents"]["value"].as_str().unwrap();
    assert!(shown.contains("Adds two numbers.") && shown.contains("Digest: `"), "{shown}");
    assert!(client.diagnostics("p.masm", 1).is_empty());
    assert_eq!(client.ask_at("textDocument/definition", "p.masm", text), Value::Null);
    let items = client.ask_at("textDocument/completion", "p.masm", text);
    assert_eq!(items[0]["label"], "sum");
    let constant = "use {MOST} from far::m\nbegin push.|MOST end";
    let hover = client.ask_at("textDocument/hover", "c.masm", constant);
    let shown = hover["contents"]["value"].as_str().unwrap();
    assert!(shown.contains("The most.") && shown.contains("Value: `6`"), "{shown}");
    assert!(client.diagnostics("c.masm", 1).is_empty());
    let place = client.open_with_cursor("p.masm", text);
    assert!(rename(&mut client, "p.masm", place, "total").unwrap_err().contains("outside the workspace"));
    client.open("q.masm", "use.far::m\nbegin exec.m::sun end");
    assert_eq!(client.diagnostics("q.masm", 1).len(), 1);
}

#[test]
fn standard_library_is_available() {
    let mut client = Client::new(&[]);
    let text = "use.std::math::u64\nbegin exec.u64::|wrapping_add end";
    let hover = client.ask_at("textDocument/hover", "p.masm", text);
    let shown = hover["contents"]["value"].as_str().unwrap();
    assert!(shown.contains("[b_hi, b_lo, a_hi, a_lo] → [c_hi, c_lo]"), "{shown}");
    assert!(client.diagnostics("p.masm", 1).is_empty());
    client.open("q.masm", "use.std::math::u64\nbegin exec.u64::wrapping_ad end");
    let diagnostics = client.diagnostics("q.masm", 1);
    assert!(diagnostics[0].contains("wrapping_add"), "{diagnostics:?}");
}

#[test]
fn symbols_are_the_declarations_of_a_text() {
    let mut client = Client::new(&[]);
    let text = "use.math::u64\nexport.p.1\n  add\nend\n";
    client.open("m.masm", text);
    let symbols = client.request("textDocument/documentSymbol", client.at("m.masm", Value::Null)).unwrap();
    assert_eq!(
        symbols,
        json!([
            {
                "name": "u64", "kind": 2, "detail": "math::u64",
                "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 13}},
                "selectionRange": {"start": {"line": 0, "character": 10}, "end": {"line": 0, "character": 13}},
            },
            {
                "name": "p", "kind": 12, "detail": "exported",
                "range": {"start": {"line": 1, "character": 0}, "end": {"line": 3, "character": 3}},
                "selectionRange": {"start": {"line": 1, "character": 7}, "end": {"line": 1, "character": 8}},
            },
        ])
    );
}

#[test]
fn symbols_are_a_flat_list_for_clients_that_need_one() {
    let mut client = Client::start(&[], &[]);
    let mut can = capabilities();
    can["textDocument"] = json!({});
    client.initialize(can);
    client.open("p.masm", "begin add end");
    let symbols = client.request("textDocument/documentSymbol", client.at("p.masm", Value::Null)).unwrap();
    assert_eq!(symbols[0]["name"], "begin");
    assert_eq!(client.name(&symbols[0]["location"]["uri"]), "p.masm");
}

#[test]
fn formatting_edits_only_the_lines_that_differ() {
    let mut client = Client::new(&[]);
    let format = |client: &mut Client, text: &str| {
        client.open("p.masm", text);
        let mut params = client.at("p.masm", Value::Null);
        params["options"] = json!({"tabSize": 8, "insertSpaces": false});
        client.request("textDocument/formatting", params)
    };
    let edits = format(&mut client, "begin\n    add\n  mul   neg\n    sub\nend\n").unwrap();
    let [edit] = edits.as_array().unwrap().as_slice() else { panic!("{edits}") };
    assert_eq!((range(&edit["range"]).as_str(), &edit["newText"]), ("2:0-3:0", &"    mul neg\n".into()));
    assert_eq!(format(&mut client, "begin\n    add\nend\n").unwrap(), json!([]));
    let (_, message) = format(&mut client, "begin\n  add").unwrap_err();
    assert_eq!(message, "the text has errors and was not formatted");
}

/// The edits of a renaming, file by file.
fn rename(client: &mut Client, name: &str, place: Value, new: &str) -> Result<Vec<String>, String> {
    let mut params = client.at(name, place);
    params["newName"] = new.into();
    let edit = client.request("textDocument/rename", params).map_err(|(_, message)| message)?;
    let mut shown = Vec::new();
    for (uri, edits) in edit["changes"].as_object().unwrap() {
        let ranges: Vec<_> = edits.as_array().unwrap().iter().map(|edit| range(&edit["range"])).collect();
        assert!(edits.as_array().unwrap().iter().all(|edit| edit["newText"] == new));
        shown.push(format!("{} {}", client.name(&uri.as_str().into()), ranges.join(" ")));
    }
    shown.sort();
    Ok(shown)
}

#[test]
fn names_are_renamed_in_all_files() {
    let mut client = Client::new(&LIBRARY);
    let place = client.open_with_cursor("p.masm", "use.math::u64\nbegin exec.u64::|add end");
    let prepared = client.request("textDocument/prepareRename", client.at("p.masm", place.clone())).unwrap();
    assert_eq!((range(&prepared["range"]).as_str(), &prepared["placeholder"]), ("1:16-1:19", &"add".into()));
    assert_eq!(
        rename(&mut client, "p.masm", place.clone(), "sum").unwrap(),
        ["math/facade.masm 1:12-1:15", "math/u64.masm 1:7-1:10", "p.masm 1:16-1:19"]
    );
    assert!(rename(&mut client, "p.masm", place.clone(), "1").unwrap_err().contains("not a name"));
    assert!(rename(&mut client, "p.masm", place, "internal").unwrap_err().contains("taken"));
}

#[test]
fn names_outside_the_workspace_are_not_renamed() {
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::write(elsewhere.path().join("m.masm"), "export.p add end").unwrap();
    let library = format!("far={}", elsewhere.path().display());
    let mut client = Client::with_arguments(&[], &["-l", &library]);
    let place = client.open_with_cursor("p.masm", "use.far::m\nbegin exec.m::|p end");
    assert!(client.diagnostics("p.masm", 1).is_empty());
    assert!(rename(&mut client, "p.masm", place, "q").unwrap_err().contains("outside the workspace"));
}
