use serde_json::{Value, json};

use crate::client::{Client, capabilities};

const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_REQUEST: i64 = -32600;
const INVALID_PARAMS: i64 = -32602;
const PARSE_ERROR: i64 = -32700;
const NOT_INITIALIZED: i64 = -32002;

#[test]
fn server_states_its_capabilities_and_exits_on_request() {
    let mut client = Client::start(&[], &["--stdio"]);
    let result = client.initialize(capabilities());
    assert_eq!(result["serverInfo"]["name"], "miden");
    let can = &result["capabilities"];
    assert_eq!(can["positionEncoding"], "utf-16");
    assert_eq!(can["textDocumentSync"]["change"], 2);
    let providers = [
        "hoverProvider",
        "definitionProvider",
        "referencesProvider",
        "documentSymbolProvider",
        "workspaceSymbolProvider",
        "foldingRangeProvider",
        "inlayHintProvider",
        "codeActionProvider",
    ];
    for provider in providers {
        assert_eq!(can[provider], true, "{provider}");
    }
    assert_eq!(can["renameProvider"]["prepareProvider"], true);
    assert!(can["completionProvider"]["triggerCharacters"].as_array().unwrap().contains(&".".into()));
    assert_eq!(client.leave(), 0);
}

#[test]
fn exit_without_shutdown_is_an_error() {
    let mut client = Client::new(&[]);
    client.notify("exit", Value::Null);
    assert_eq!(client.status(), 1);
    // The client disconnects.
    assert_eq!(Client::new(&[]).status(), 1);
    assert_eq!(Client::start(&[], &[]).status(), 1);
}

#[test]
fn invalid_arguments_are_rejected() {
    assert_eq!(Client::start(&[], &["-l", "missing"]).status(), 2);
    assert_eq!(Client::start(&[], &["--kernel", "missing.masm"]).status(), 2);
    assert_eq!(Client::start(&[], &["--unknown"]).status(), 2);
}

#[test]
fn requests_out_of_order_are_rejected() {
    let mut client = Client::start(&[], &[]);
    assert_eq!(client.request("textDocument/hover", json!({})).unwrap_err().0, NOT_INITIALIZED);
    client.open("p.masm", "begin ad end");
    client.initialize(capabilities());
    assert_eq!(client.request("initialize", json!({"capabilities": {}})).unwrap_err().0, INVALID_REQUEST);
    client.request("shutdown", Value::Null).unwrap();
    assert_eq!(client.request("textDocument/hover", json!({})).unwrap_err().0, INVALID_REQUEST);
    client.notify("exit", Value::Null);
    assert_eq!(client.status(), 0);
}

#[test]
fn unknown_methods_are_rejected_and_unknown_notifications_ignored() {
    let mut client = Client::new(&[]);
    client.notify("$/unknown", json!({}));
    client.notify("$/cancelRequest", json!({"id": 7}));
    let (code, message) = client.request("textDocument/unknown", json!({})).unwrap_err();
    assert_eq!((code, message.as_str()), (METHOD_NOT_FOUND, "there is no method `textDocument/unknown`"));
    assert_eq!(client.leave(), 0);
}

#[test]
fn malformed_parameters_are_rejected_without_effect() {
    let mut client = Client::new(&[]);
    for method in ["hover", "definition", "references", "completion", "documentSymbol", "rename"] {
        for params in [json!(null), json!([]), json!({}), json!({"textDocument": 7}), json!("x")] {
            let refused = client.request(&format!("textDocument/{method}"), params.clone());
            assert_eq!(refused.unwrap_err().0, INVALID_PARAMS, "{method} {params}");
        }
    }
    for method in ["didOpen", "didChange", "didClose", "didSave"] {
        for params in [json!(null), json!([]), json!({"textDocument": {"uri": 7}})] {
            client.notify(&format!("textDocument/{method}"), params);
        }
    }
    let nowhere = json!({"line": u32::MAX, "character": u32::MAX});
    assert_eq!(client.request("textDocument/hover", client.at("missing.masm", nowhere)), Ok(Value::Null));
    client.change("missing.masm", 1, json!([{"text": "begin add end"}]));
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": client.uri("missing.masm")}}));
    client.open("p.masm", "begin add end");
    assert!(client.diagnostics("p.masm", 1).is_empty());
    assert_eq!(client.leave(), 0);
}

#[test]
fn malformed_messages_are_answered_and_the_server_continues() {
    let mut client = Client::new(&[]);
    for (content, code) in [
        ("{", PARSE_ERROR),
        ("", PARSE_ERROR),
        ("[]", INVALID_REQUEST),
        ("7", INVALID_REQUEST),
        (r#"{"jsonrpc":"2.0"}"#, INVALID_REQUEST),
        (r#"{"jsonrpc":"1.0","method":"exit"}"#, INVALID_REQUEST),
    ] {
        client.send_text(content);
        let answer = client.wait_for(|message| message.get("error").is_some());
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &code.into()), "{content}");
    }
    client.send_bytes(b"What is this?\r\n\r\n");
    let answer = client.wait_for(|message| message.get("error").is_some());
    assert_eq!(answer["error"]["code"], PARSE_ERROR);
    client.send_bytes(b"Content-Length: 3\r\nContent-Type: x\r\n\r\n\xff\xfe{");
    let answer = client.wait_for(|message| message.get("error").is_some());
    assert_eq!(answer["error"]["code"], PARSE_ERROR);
    client.open("p.masm", "begin add end");
    assert!(client.diagnostics("p.masm", 1).is_empty());
    assert_eq!(client.leave(), 0);
}

#[test]
fn ids_can_be_strings() {
    let mut client = Client::new(&[]);
    client.send_text(r#"{"jsonrpc":"2.0","id":"x","method":"nothing"}"#);
    let answer = client.wait_for(|message| message["id"] == "x");
    assert_eq!(answer["error"]["code"], METHOD_NOT_FOUND);
}

#[test]
fn closed_files_are_watched_if_the_client_can() {
    let mut client = Client::start(&[], &[]);
    client.initialize(json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}}));
    let request = client.wait_for(|message| message["method"] == "client/registerCapability");
    let registration = &request["params"]["registrations"][0];
    assert_eq!(registration["method"], "workspace/didChangeWatchedFiles");
    assert_eq!(registration["registerOptions"]["watchers"][0]["globPattern"], "**/*.masm");
    client.send_text(&json!({"jsonrpc": "2.0", "id": request["id"], "result": null}).to_string());
    assert_eq!(client.leave(), 0);
}
