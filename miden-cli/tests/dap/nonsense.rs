use serde_json::{Value, json};

use crate::client::{Client, Way};

#[test]
fn requests_before_a_launch_are_refused() {
    let mut client = Client::new(Way::Pipe, "begin push.1 end");
    for command in [
        "continue",
        "next",
        "stepBack",
        "reverseContinue",
        "pause",
        "configurationDone",
        "restart",
        "stackTrace",
        "variables",
        "scopes",
        "evaluate",
        "setBreakpoints",
        "source",
        "dataBreakpointInfo",
    ] {
        let arguments = json!({
            "source": {"path": "p.masm"}, "variablesReference": 1, "frameId": 0, "expression": "1",
            "name": "x",
        });
        assert_eq!(
            client.request(command, arguments),
            Err("no program has been launched".into()),
            "{command}"
        );
    }
    assert!(client.request("attach", json!({})).unwrap_err().contains("use `launch`"));
    assert!(client.request("dance", json!({})).unwrap_err().contains("does not support `dance`"));
}

#[test]
fn launches_that_fail_say_why_and_can_be_repeated() {
    let mut client = Client::new(Way::Pipe, "begin ad end");
    let mut launch = |arguments: Value| client.request("launch", arguments).unwrap_err();
    assert!(launch(json!({})).contains("missing field `program`"));
    assert!(launch(json!({"program": "missing.masm"})).contains("missing.masm"));
    assert!(launch(json!({"program": "-"})).contains("the program must be a file"));
    assert!(
        launch(json!({"program": "p.masm", "args": ["--nothing"]}))
            .contains("unexpected argument '--nothing'")
    );
    let error = launch(json!({"program": "p.masm"}));
    assert!(error.contains("unknown instruction `ad`") && !error.contains('\u{1b}'), "{error}");
    std::fs::write(client.path("p.masm"), "begin add end").unwrap();
    client.request("launch", json!({"program": "p.masm"})).unwrap();
    assert!(client.request("launch", json!({"program": "p.masm"})).unwrap_err().contains("already"));
}

#[test]
fn nonsense_gives_errors_and_the_session_continues() {
    for way in [Way::Pipe, Way::Tcp] {
        let mut client = Client::new(way, "begin push.1 end");
        client.request("initialize", json!({})).unwrap();
        client.request("launch", json!({"program": "p.masm", "stopOnEntry": true})).unwrap();
        let framed = |text: &str| format!("Content-Length: {}\r\n\r\n{text}", text.len());
        for (bytes, expected) in [
            ("nonsense\r\n\r\n".to_owned(), "no valid Content-Length"),
            ("Content-Length: -4\r\n\r\n".into(), "no valid Content-Length"),
            (framed("{"), "not JSON"),
            (framed(&"[".repeat(100_000)), "not JSON"),
            (framed("[]"), "not a request"),
            (framed("{\"seq\": 5}"), "not a request"),
            (framed("{\"seq\": 5, \"type\": \"request\"}"), "missing field `command`"),
            (framed("{\"seq\": \"x\", \"type\": \"request\", \"command\": \"threads\"}"), "not a request"),
        ] {
            client.send_bytes(bytes.as_bytes());
            let answer = client.wait_for(|message| message["success"] == false);
            assert!(answer["message"].as_str().unwrap().contains(expected), "{bytes}: {answer}");
        }
        client.send_text("{\"seq\": 1, \"type\": \"response\", \"request_seq\": 1, \"success\": true}");
        for (command, arguments) in [
            ("variables", json!({"variablesReference": 99})),
            ("variables", json!({"variablesReference": -1})),
            ("variables", json!([1, 2])),
            ("evaluate", json!({"expression": "((("})),
            ("evaluate", json!({"expression": 7})),
            ("setBreakpoints", json!({"source": 3})),
            ("setBreakpoints", json!({"source": {"path": "p.masm"}, "breakpoints": [{"line": -1}]})),
            ("source", json!({"sourceReference": u64::MAX})),
            ("initialize", json!("x")),
        ] {
            assert!(client.request(command, arguments.clone()).is_err(), "{command} {arguments}");
        }
        let body = client.request("stackTrace", json!({"startFrame": u64::MAX, "levels": 3})).unwrap();
        assert_eq!(body["stackFrames"], json!([]));
        let body = client.request("variables", json!({"variablesReference": 2, "start": u64::MAX})).unwrap();
        assert_eq!(body["variables"], json!([]));
        let lines = json!([{"line": u64::MAX}, {"line": 0}]);
        let body = client.request("setBreakpoints", json!({"source": {}, "breakpoints": lines})).unwrap();
        assert_eq!(body["breakpoints"][0]["verified"], false);
        assert!(client.request("threads", json!({})).is_ok());
    }
}

#[test]
fn a_client_that_leaves_ends_the_server() {
    let mut client = Client::new(Way::Pipe, "begin push.1 while.true push.1 end end");
    client.request("launch", json!({"program": "p.masm"})).unwrap();
    client.send("configurationDone", json!({}));
    assert_eq!(client.status(), 0);
}
