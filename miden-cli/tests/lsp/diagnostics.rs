use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, capabilities, range};

#[test]
fn all_errors_of_a_text_are_published_with_help() {
    let mut client = Client::new(&[]);
    client.open("p.masm", "begin\n  ad\n  swap.16\nend\n");
    assert_eq!(
        client.diagnostics("p.masm", 1),
        [
            "1:2-1:4 error: unknown instruction `ad`\nhelp: did you mean `add`?",
            "2:7-2:9 error: invalid parameter `16` of `swap`: not a number from 1 to 15",
        ]
    );
}

#[test]
fn errors_disappear_when_corrected() {
    let mut client = Client::new(&[]);
    client.open("p.masm", "begin\n  ad\nend\n");
    assert_eq!(client.diagnostics("p.masm", 1).len(), 1);
    let end = json!({"line": 1, "character": 4});
    client.change("p.masm", 2, json!([{"range": {"start": end, "end": end}, "text": "d"}]));
    assert!(client.diagnostics("p.masm", 2).is_empty());
    client.change("p.masm", 3, json!([{"text": "begin sup end"}]));
    assert_eq!(client.diagnostics("p.masm", 3).len(), 1);
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": client.uri("p.masm")}}));
    let message = client.wait_for(|message| message["params"]["diagnostics"] == json!([]));
    assert_eq!(client.name(&message["params"]["uri"]), "p.masm");
}

#[test]
fn changes_are_counted_in_utf_16() {
    let mut client = Client::new(&[]);
    client.open("p.masm", "begin # 𝄞ä\r\n  add # 𝄞 é\r\nend");
    assert!(client.diagnostics("p.masm", 1).is_empty());
    let at = |line, start, end| json!({"start": {"line": line, "character": start}, "end": {"line": line, "character": end}});
    // `𝄞` is two units, so these ranges are the comments.
    client.change(
        "p.masm",
        2,
        json!([
            {"range": at(0, 6, 11), "text": "mul"},
            {"range": at(1, 8, 12), "text": "\r\n𝄞"},
            {"range": at(1, 6, 8), "text": ""},
        ]),
    );
    assert_eq!(client.diagnostics("p.masm", 2), ["2:0-2:2 error: unknown instruction `𝄞`"]);
}

#[test]
fn positions_use_the_negotiated_encoding() {
    for (offered, agreed, start) in [
        (json!(["utf-16", "utf-8"]), "utf-8", 9),
        (json!(["utf-32"]), "utf-32", 6),
        (json!(["utf-16"]), "utf-16", 7),
        (Value::Null, "utf-16", 7),
    ] {
        let mut client = Client::start(&[], &[]);
        let mut wanted = capabilities();
        wanted["general"] = json!({"positionEncodings": offered});
        let result = client.initialize(wanted);
        assert_eq!(result["capabilities"]["positionEncoding"], agreed);
        client.open("p.masm", "#𝄞\nbegin push.\"𝄞\" ad end");
        let errors = client.raw_diagnostics("p.masm", 1);
        let unknown =
            errors.iter().find(|error| error["message"].as_str().unwrap().contains("`ad`")).unwrap();
        assert_eq!(unknown["range"]["start"]["character"], start + 9, "{agreed}");
    }
}

#[test]
fn related_places_are_sent_to_clients_that_show_them() {
    let text = "proc.f add end\nproc.f mul end\nbegin exec.f end";
    let mut client = Client::new(&[]);
    client.open("p.masm", text);
    let errors = client.raw_diagnostics("p.masm", 1);
    let related = &errors[0]["relatedInformation"][0];
    assert_eq!(client.name(&related["location"]["uri"]), "p.masm");
    assert_eq!(related["location"]["range"]["start"]["line"], 0);

    let mut client = Client::start(&[], &[]);
    client.initialize(json!({}));
    client.open("p.masm", text);
    assert_eq!(client.raw_diagnostics("p.masm", 1)[0].get("relatedInformation"), None);
}

#[test]
fn every_prefix_of_a_text_can_be_typed() {
    let text =
        "use.a::b\nconst.A=1\n#! Docs\nproc.f.1 loc_load.0 end\nbegin if.true exec.f else push.A end end";
    let mut client = Client::new(&[("a/b.masm", "export.p add end")]);
    client.open("p.masm", "");
    for (typed, (offset, c)) in text.char_indices().enumerate() {
        let version = i32::try_from(typed).unwrap() + 2;
        let before = &text[..offset];
        let end = crate::client::position(before);
        let change = json!({"range": {"start": end, "end": end}, "text": c.to_string()});
        client.change("p.masm", version, json!([change]));
        let here = crate::client::position(&text[..offset + c.len_utf8()]);
        for method in ["completion", "hover", "definition"] {
            client.request(&format!("textDocument/{method}"), client.at("p.masm", here.clone())).unwrap();
        }
    }
    let last = i32::try_from(text.chars().count()).unwrap() + 1;
    let shown = client.diagnostics("p.masm", last);
    assert!(shown.iter().all(|shown| !shown.contains("ends inside")), "{shown:?}");
    assert_eq!(client.leave(), 0);
}

#[test]
fn modules_are_checked_as_modules() {
    let mut client = Client::new(&[]);
    client.open("lib/m.masm", "export.p exec.q end\nproc.q add end");
    assert!(client.diagnostics("lib/m.masm", 1).is_empty());
    client.open("lib/n.masm", "export.p ad end");
    assert_eq!(client.diagnostics("lib/n.masm", 1).len(), 1);
    client.open("p.masm", "proc.p add end");
    assert_eq!(
        client.diagnostics("p.masm", 1),
        ["0:14-0:14 error: the file ends without a program\nhelp: a program is written `begin … end`"]
    );
}

#[test]
fn imports_are_found_near_the_file_and_in_libraries() {
    let files = [
        ("near/m.masm", "export.p add end"),
        ("apps/near/m.masm", "export.q add end"),
        ("elsewhere/m.masm", "export.r add end"),
        ("elsewhere/sub/mod.masm", "export.s add end"),
    ];
    let mut client = Client::with_arguments(&files, &["-l", "far=elsewhere"]);
    client.open("p.masm", "use.near::m\nbegin exec.m::p end");
    assert!(client.diagnostics("p.masm", 1).is_empty());
    client.open("apps/p.masm", "use.near::m\nbegin exec.m::q end");
    assert!(client.diagnostics("apps/p.masm", 1).is_empty());
    client.open("q.masm", "use.far::m\nuse.far::sub\nbegin exec.m::r exec.sub::s end");
    assert!(client.diagnostics("q.masm", 1).is_empty());
    client.open("near/user.masm", "use.near::m\nexport.user exec.m::p end");
    assert!(client.diagnostics("near/user.masm", 1).is_empty());
    client.open("r.masm", "use.far::missing\nbegin exec.missing::r end");
    assert_eq!(client.diagnostics("r.masm", 1).len(), 1);
}

#[test]
fn editor_can_configure_libraries() {
    let mut client =
        Client::start(&[("elsewhere/m.masm", "export.r add end"), ("kernel.masm", "export.k add end")], &[]);
    let folder = client.path("elsewhere").display().to_string();
    let options = json!({"libraries": [format!("far={folder}")], "kernel": client.path("kernel.masm")});
    let params = json!({"capabilities": {}, "initializationOptions": options});
    client.request("initialize", params).unwrap();
    client.notify("initialized", json!({}));
    client.open("p.masm", "use.far::m\nbegin exec.m::r syscall.k end");
    assert!(client.diagnostics("p.masm", 1).is_empty());
}

#[test]
fn invalid_settings_of_the_editor_are_shown() {
    for options in
        [json!({"libraries": ["missing"]}), json!({"kernel": "missing"}), json!({"libraries": 7}), json!(7)]
    {
        let mut client = Client::start(&[], &[]);
        client.request("initialize", json!({"capabilities": {}, "initializationOptions": options})).unwrap();
        let message = client.wait_for(|message| message["method"] == "window/showMessage");
        assert_eq!(message["params"]["type"], 1, "{options}");
        client.open("p.masm", "begin add end");
        assert!(client.diagnostics("p.masm", 1).is_empty());
    }
}

#[test]
fn submodules_are_found() {
    let files = [
        ("lib/a.masm", "mod below\nexport.p exec.self::below::q end"),
        ("lib/a/below.masm", "export.q add end"),
        ("lib/b/mod.masm", "use.self::c\nexport.p exec.c::r end"),
        ("lib/b/c.masm", "export.r add end"),
    ];
    let mut client = Client::new(&files);
    for (name, text) in files {
        client.open(name, text);
        let errors = client.diagnostics(name, 1);
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
    client.open("p.masm", "use.lib::a\nuse.lib::b\nbegin exec.a::p exec.b::c::r exec.b::p end");
    assert!(client.diagnostics("p.masm", 1).is_empty());
}

#[test]
fn constants_of_modules_follow_their_open_text() {
    let files = [
        ("lib/limits.masm", "pub const MOST = 3"),
        ("lib/m.masm", "use {MOST} from lib::limits\nexport.p push.MOST end"),
    ];
    let mut client = Client::new(&files);
    client.open("lib/m.masm", files[1].1);
    assert!(client.diagnostics("lib/m.masm", 1).is_empty());
    client.open("lib/limits.masm", "pub const MORE = 3");
    let errors = client.wait_for_errors("lib/m.masm", 1);
    assert_eq!(errors[0]["message"], "module `lib::limits` has no constant `MOST`");
}

#[test]
fn unsaved_modules_are_used() {
    let mut client = Client::new(&[("lib/m.masm", "export.p add end")]);
    client.open("p.masm", "use.lib::m\nbegin exec.m::q end");
    assert_eq!(client.diagnostics("p.masm", 1).len(), 1);
    client.open("lib/m.masm", "export.q add end");
    client.wait_for_errors("p.masm", 0);
    client.change("lib/m.masm", 2, json!([{"text": "export.q ad end"}]));
    let errors = client.wait_for_errors("p.masm", 1);
    assert_eq!(errors[0]["message"], "1 error in a file that this one imports");
    assert_eq!(range(&errors[0]["range"]), "0:4-0:10");
    let related = &errors[0]["relatedInformation"][0];
    assert_eq!(client.name(&related["location"]["uri"]), "lib/m.masm");
    // Back to the file on disk.
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": client.uri("lib/m.masm")}}));
    let errors = client.raw_diagnostics("p.masm", 1);
    assert!(errors[0]["message"].as_str().unwrap().contains('q'), "{errors:?}");
}

#[test]
fn files_that_change_on_disk_are_read_again() {
    let mut client = Client::new(&[("lib/m.masm", "export.p add end")]);
    client.open("p.masm", "use.lib::m\nbegin exec.m::other end");
    assert_eq!(client.diagnostics("p.masm", 1).len(), 1);
    fs::write(client.path("lib/m.masm"), "export.other add end").unwrap();
    let changed = json!([{"uri": client.uri("lib/m.masm"), "type": 2}]);
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": changed}));
    assert!(client.diagnostics("p.masm", 1).is_empty());
}

#[test]
fn system_calls_are_checked_against_the_kernel() {
    let files = [("kernel.masm", "export.deposit caller dropw end")];
    let mut client = Client::with_arguments(&files, &["--kernel", "kernel.masm"]);
    client.open("kernel.masm", "export.deposit caller dropw end");
    assert!(client.diagnostics("kernel.masm", 1).is_empty());
    client.open("p.masm", "begin syscall.deposit end");
    assert!(client.diagnostics("p.masm", 1).is_empty());
    client.open("q.masm", "begin syscall.depozit end");
    client.wait_for_errors("q.masm", 1);
    client.change("kernel.masm", 2, json!([{"text": "export.depozit add end"}]));
    client.wait_for_errors("q.masm", 0);
    client.wait_for_errors("p.masm", 1);
}

#[test]
fn kernel_can_be_a_directory() {
    let files = [
        ("os/mod.masm", "use.os::money\nexport.deposit exec.money::add_up end"),
        ("os/money.masm", "export.add_up add end"),
    ];
    let mut client = Client::with_arguments(&files, &["-k", "os"]);
    client.open("p.masm", "begin syscall.deposit end");
    assert!(client.diagnostics("p.masm", 1).is_empty());
    client.open("os/money.masm", "export.add_up ad end");
    let errors = client.wait_for_errors("p.masm", 1);
    assert_eq!(errors[0]["message"], "1 error in a file that this one imports");
}

#[test]
fn texts_without_a_file_are_checked() {
    let mut client = Client::new(&[]);
    let document =
        json!({"uri": "untitled:Untitled-1", "languageId": "masm", "version": 1, "text": "begin ad end"});
    client.notify("textDocument/didOpen", json!({"textDocument": document}));
    let message = client.wait_for(|message| message["params"]["uri"] == "untitled:Untitled-1");
    assert_eq!(message["params"]["diagnostics"].as_array().unwrap().len(), 1);
}

#[test]
fn addresses_keep_the_client_spelling() {
    let mut client = Client::new(&[]);
    let uri = client.uri("p.masm").replace('p', "%70");
    let document =
        json!({"uri": uri, "languageId": "masm", "version": 1, "text": "proc.f add end begin exec.f end"});
    client.notify("textDocument/didOpen", json!({"textDocument": document}));
    client.wait_for(|message| message["params"]["uri"] == uri.as_str());
    let place = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 26}});
    assert_eq!(client.request("textDocument/definition", place).unwrap()["uri"], uri.as_str());
}

#[test]
fn large_texts_are_handled() {
    let mut text = String::new();
    for i in 0..20_000 {
        text += &format!("proc.p{i} push.{i} add end\n");
    }
    text += "begin exec.p19999 end\n";
    let mut client = Client::new(&[]);
    client.open("p.masm", &text);
    // All procedures but one are not used.
    assert_eq!(client.raw_diagnostics("p.masm", 1).len(), 19_999);
    let place = client.at("p.masm", json!({"line": 20_000, "character": 12}));
    let found = client.request("textDocument/definition", place).unwrap();
    assert_eq!(found["range"]["start"], json!({"line": 19_999, "character": 5}));
    let symbols = client.request("textDocument/documentSymbol", client.at("p.masm", Value::Null)).unwrap();
    assert_eq!(symbols.as_array().unwrap().len(), 20_001);
}

#[test]
fn warnings_about_stack_effects_have_the_name_of_their_lint() {
    let mut client = Client::new(&[]);
    client.open("p.masm", "proc.p # [a] → []\n  add\nend\n@allow(unused_procedure)\nproc.q end\nbegin\n  if.true exec.p end\nend\n");
    let warnings = client.raw_diagnostics("p.masm", 1);
    let codes: Vec<_> = warnings.iter().map(|warning| &warning["code"]).collect();
    assert_eq!(codes, ["reads_below_inputs", "unbalanced_branches"]);
    assert!(warnings.iter().all(|warning| warning["severity"] == 2));
    assert_eq!(range(&warnings[1]["range"]), "6:2-6:9");
    client.change("p.masm", 2, json!([{"text": "proc.p drop end begin add end"}]));
    let warnings = client.raw_diagnostics("p.masm", 2);
    assert_eq!((&warnings[0]["code"], &warnings[0]["tags"]), (&json!("unused_procedure"), &json!([1])));
}
