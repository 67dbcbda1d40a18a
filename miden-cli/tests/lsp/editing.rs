//! What an editor shows in and beside the text, and the changes that it offers.

use serde_json::{Value, json};

use crate::client::{Client, range};

const PROGRAM: &str = "use.std::math::u64\n\n# One.\n# Two.\nproc.f\n    dup add\n    exec.u64::wrapping_add\nend\n\n\
                       @test(stack = [1])\nproc.t\n    push.1 if.true\n        drop\n    end\nend\n\n\
                       begin\n    exec.f\nend\n";

fn ask(client: &mut Client, method: &str, text: &str) -> Value {
    client.open("p.masm", text);
    client.request(method, client.at("p.masm", Value::Null)).unwrap()
}

#[test]
fn tokens_tell_instructions_names_and_numbers_apart() {
    let mut client = Client::new(&[]);
    let text = "# ä𝄞 é\nconst.A=7\n@test(stack = [1])\nproc.f\n    push.A.0x1f assert.err=\"a b\"\n    exec.f\nend\n";
    let tokens = ask(&mut client, "textDocument/semanticTokens/full", text);
    let data: Vec<u64> = tokens["data"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
    let names = [
        "comment",
        "keyword",
        "operator",
        "number",
        "string",
        "function",
        "namespace",
        "enumMember",
        "decorator",
    ];
    let (mut line, mut start, mut shown) = (0, 0, Vec::new());
    for token in data.chunks(5) {
        let &[lines, characters, length, kind, 0] = token else { panic!("{token:?}") };
        start = if lines == 0 { start + characters } else { characters };
        line += lines;
        let utf16: Vec<u16> = text.lines().nth(line as usize).unwrap().encode_utf16().collect();
        let word = String::from_utf16(&utf16[start as usize..(start + length) as usize]).unwrap();
        shown.push(format!("{} {word}", names[kind as usize]));
    }
    let expected = [
        "comment # ä𝄞 é",
        "keyword const",
        "enumMember A",
        "number 7",
        "decorator @test",
        "keyword proc",
        "function f",
        "operator push",
        "enumMember A",
        "number 0x1f",
        "operator assert",
        "operator err",
        "string \"a b\"",
        "keyword exec",
        "function f",
        "keyword end",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn procedures_blocks_and_comments_can_be_folded() {
    let mut client = Client::new(&[]);
    let ranges = ask(&mut client, "textDocument/foldingRange", PROGRAM);
    let mut shown: Vec<_> = ranges
        .as_array()
        .unwrap()
        .iter()
        .map(|range| {
            let kind = range["kind"].as_str().unwrap_or("block");
            format!("{}-{} {kind}", range["startLine"], range["endLine"])
        })
        .collect();
    shown.sort();
    assert_eq!(shown, ["10-14 block", "11-13 block", "16-18 block", "2-3 comment", "4-7 block"]);
    let imports =
        ask(&mut client, "textDocument/foldingRange", "use.std::sys\nuse.std::math::u64\nproc.f add end");
    assert_eq!(imports[0]["kind"], "imports");
}

#[test]
fn declarations_are_found_in_the_workspace() {
    let mut client =
        Client::new(&[("math/u64.masm", "export.wrapping_add add end\nconst.WADES=1\nproc.x add end\n")]);
    let mut search = |query: &str| {
        let found = client.request("workspace/symbol", json!({"query": query})).unwrap();
        let shown = |symbol: &Value| {
            format!("{} {} {}", symbol["name"].as_str().unwrap(), symbol["containerName"], symbol["kind"])
        };
        found.as_array().unwrap().iter().map(shown).collect::<Vec<_>>()
    };
    assert_eq!(search("wad"), ["wrapping_add \"math::u64\" 12", "WADES \"math::u64\" 14"]);
    assert_eq!(search("X").len(), 1);
    assert!(search("none").is_empty());
}

#[test]
fn the_stack_is_shown_after_each_line() {
    let mut client = Client::new(&[]);
    client.open("p.masm", PROGRAM);
    let mut params = client.at("p.masm", Value::Null);
    params["range"] = json!({"start": {"line": 0, "character": 0}, "end": {"line": 18, "character": 0}});
    let mut shown = |params: &Value| {
        let hints = client.request("textDocument/inlayHint", params.clone()).unwrap();
        let shown =
            |hint: &Value| format!("{} {}", hint["position"]["line"], hint["label"].as_str().unwrap());
        hints.as_array().unwrap().iter().map(shown).collect::<Vec<_>>()
    };
    // `dup add` leaves what was there; the branch pops its condition before.
    assert_eq!(shown(&params), ["5 +0, 2 cycles", "6 -2", "11 +1, 1 cycle", "12 -1, 1 cycle", "17 -2"]);
    params["range"]["end"]["line"] = 6.into();
    assert_eq!(shown(&params), ["5 +0, 2 cycles"]);
}

#[test]
fn signatures_explain_what_is_typed() {
    let mut client = Client::new(&[]);
    let mut label = |text: &str| {
        let help = client.ask_at("textDocument/signatureHelp", "p.masm", text);
        help["signatures"][0]["label"].as_str().map(str::to_owned)
    };
    let procedure = label("use.std::math::u64\nbegin exec.u64::wrapping_add| end").unwrap();
    assert!(
        procedure.starts_with("export.wrapping_add  [b_hi, b_lo, a_hi, a_lo] → [c_hi, c_lo]"),
        "{procedure}"
    );
    assert_eq!(label("begin\n    u32checked_add|\nend").unwrap(), "u32checked_add  [b, a] → [a + b]");
    assert_eq!(label("begin add  | end"), None);
}

#[test]
fn programs_and_tests_have_commands() {
    let mut client = Client::new(&[]);
    let found = ask(&mut client, "textDocument/codeLens", PROGRAM);
    let uri = client.uri("p.masm");
    let shown: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|lens| {
            let command = &lens["command"];
            assert_eq!(command["arguments"][0], uri.as_str());
            let name = command["arguments"][1].as_str().unwrap_or_default();
            format!("{} {} {name}", range(&lens["range"]), command["command"].as_str().unwrap())
        })
        .collect();
    let expected = [
        "10:5-10:6 miden.test t",
        "16:0-16:5 miden.run ",
        "16:0-16:5 miden.prove ",
        "16:0-16:5 miden.debug ",
    ];
    assert_eq!(shown, expected);
}

/// The titles of the changes at a cursor, and the text after the first.
fn change(client: &mut Client, name: &str, text: &str) -> (Vec<String>, String) {
    let place = client.open_with_cursor(name, text);
    let mut params = client.at(name, Value::Null);
    params["range"] = json!({"start": place, "end": place});
    params["context"] = json!({"diagnostics": []});
    let actions = client.request("textDocument/codeAction", params).unwrap();
    let actions = actions.as_array().unwrap();
    let titles = actions.iter().map(|action| action["title"].as_str().unwrap().to_owned()).collect();
    let text = text.replacen('|', "", 1);
    let uri = client.uri(name);
    let Some(edits) = actions.first().and_then(|action| action["edit"]["changes"][&uri].as_array()) else {
        return (titles, text);
    };
    let mut changed: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let [edit] = edits.as_slice() else { panic!("{edits:?}") };
    let at = |end: &str| {
        let place = &edit["range"][end];
        (place["line"].as_u64().unwrap() as usize, place["character"].as_u64().unwrap() as usize)
    };
    let ((line, start), (last, end)) = (at("start"), at("end"));
    if line != last {
        // Whole lines are those of the formatter, which has tests of its own.
        return (titles, text);
    }
    changed.push(String::new());
    changed[line].replace_range(start..end, edit["newText"].as_str().unwrap());
    (titles, changed.concat())
}

#[test]
fn errors_can_be_corrected_by_the_editor() {
    let mut client = Client::new(&[]);
    // Each first change removes the error.
    let cases = [
        ("begin\n    addd|\nend\n", "Replace with `add`", "begin\n    add\nend\n"),
        (
            "use.std::sys\nbegin\n    exec.u256|::add_unsafe\nend\n",
            "Import `std::math::u256`",
            "use.std::sys\nuse.std::math::u256\nbegin\n    exec.u256::add_unsafe\nend\n",
        ),
        (
            "begin\n    exec.u256|::add_unsafe\nend\n",
            "Import `std::math::u256`",
            "use.std::math::u256\nbegin\n    exec.u256::add_unsafe\nend\n",
        ),
        (
            "use.std::math::u64\nbegin\n    exec.u64::wrapping_addd|\nend\n",
            "Replace with `wrapping_add`",
            "use.std::math::u64\nbegin\n    exec.u64::wrapping_add\nend\n",
        ),
        (
            "proc.adds add end\nbegin\n    exec.addd|\nend\n",
            "Replace with `adds`",
            "proc.adds add end\nbegin\n    exec.adds\nend\n",
        ),
    ];
    for (number, (text, title, expected)) in cases.into_iter().enumerate() {
        let (titles, changed) = change(&mut client, &format!("p{number}.masm"), text);
        assert_eq!(
            (titles.first().map(String::as_str), changed.as_str()),
            (Some(title), expected),
            "{titles:?}"
        );
    }
}

#[test]
fn comments_are_filled_in_and_texts_formatted() {
    let mut client = Client::new(&[]);
    let (titles, changed) =
        change(&mut client, "p.masm", "proc.|f\n    add\nend\n\nbegin\n    exec.f\nend\n");
    assert_eq!(titles, ["Add the comment `#! Stack: [b, a, …] → [c, …]`"]);
    assert!(changed.starts_with("#! Stack: [b, a, …] → [c, …]\nproc.f\n"), "{changed}");
    let stated = "# [b, a] → [c]\nproc.|f\n    add\nend\nbegin\n  exec.f\nend\n";
    assert_eq!(change(&mut client, "q.masm", stated).0, ["Format the text"]);
}

#[test]
fn definitions_in_the_standard_library_are_files_that_cannot_be_changed() {
    let mut client = Client::new(&[]);
    let text = "use.std::math::u64\nbegin exec.u64::|wrapping_add end";
    let found = client.ask_at("textDocument/definition", "p.masm", text);
    let uri = found["uri"].as_str().unwrap();
    let path = std::path::PathBuf::from(uri.strip_prefix("file://").unwrap());
    assert!(path.ends_with("std/math/u64.masm"), "{uri}");
    assert!(std::fs::metadata(&path).unwrap().permissions().readonly());
    let source = std::fs::read_to_string(&path).unwrap();
    let line = source.lines().nth(found["range"]["start"]["line"].as_u64().unwrap() as usize).unwrap();
    assert!(line.starts_with("export.wrapping_add"), "{line}");
    let module =
        client.ask_at("textDocument/definition", "p.masm", "use.std::math::|u64\nbegin exec.u64::min end");
    assert_eq!((module["uri"].as_str().unwrap(), range(&module["range"]).as_str()), (uri, "0:0-0:0"));
    assert_eq!(client.leave(), 0);
    assert!(!path.exists(), "the files go with the server");
}

#[test]
fn nothing_is_renamed_while_an_import_is_not_resolved() {
    let library = ("math/u64.masm", "export.add add end\n");
    let user = ("user.masm", "use.far::u64\nbegin exec.u64::add end\n");
    let mut client = Client::new(&[library, user]);
    let mut rename = |name: &str, text: &str, new: &str| {
        let place = client.open_with_cursor(name, text);
        let mut params = client.at(name, place);
        params["newName"] = new.into();
        client.request("textDocument/rename", params)
    };
    let (_, message) = rename("p.masm", "use.math::u64\nbegin exec.u64::|add end", "sum").unwrap_err();
    assert!(message.contains("user.masm uses `add` of `far::u64`, which is not found"), "{message}");
    let (_, message) = rename("q.masm", "use {gcd} from far::m\nbegin exec.|gcd end", "sum").unwrap_err();
    assert!(message.contains("`far::m`, which has the name, is not found"), "{message}");
    // A private name has no uses elsewhere.
    rename("r.masm", "proc.add mul end\nbegin exec.|add end", "sum").unwrap();
}
