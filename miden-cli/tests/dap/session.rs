use serde_json::{Value, json};

use crate::client::{Client, Way};

const PROGRAM: &str = "\
const.SUM=0
proc.f.1
    dup loc_store.SUM
    add
end
begin
    push.3.4
    exec.f
    push.7 mem_store.100
    push.9 assert_eq
end
";

/// A client whose program has been launched, with these breakpoints in `p.masm`.
fn launched(way: Way, program: &str, options: Value, lines: &[Value]) -> Client {
    let mut client = Client::new(way, program);
    let capabilities = client.request("initialize", json!({"adapterID": "miden"})).unwrap();
    assert_eq!(capabilities["supportsStepBack"], true);
    let mut launch = options;
    launch["program"] = "p.masm".into();
    let arguments = launch["args"].as_array().cloned().unwrap_or_default();
    launch["args"] = [arguments, vec!["--no-opt".into()]].concat().into();
    client.request("launch", launch).unwrap();
    client.event("initialized");
    let source = json!({"path": client.path("p.masm")});
    let body = client.request("setBreakpoints", json!({"source": source, "breakpoints": lines})).unwrap();
    assert_eq!(body["breakpoints"].as_array().unwrap().len(), lines.len());
    client.request("configurationDone", json!({})).unwrap();
    client
}

fn both(check: impl Fn(Way)) {
    check(Way::Pipe);
    check(Way::Tcp);
}

#[test]
fn a_session_goes_forwards_and_backwards() {
    both(|way| {
        let mut client = launched(way, PROGRAM, json!({"stopOnEntry": true}), &[json!({"line": 4})]);
        assert_eq!(client.event("stopped")["reason"], "entry");
        assert_eq!(client.request("threads", Value::Null).unwrap()["threads"][0]["id"], 1);
        assert_eq!(client.go("next"), ("step".into(), 8));
        assert_eq!(client.go("stepIn"), ("step".into(), 2));
        assert_eq!(client.go("continue"), ("breakpoint".into(), 4));
        let frames = client.frames();
        let names: Vec<_> = frames.iter().map(|frame| frame["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["f", "(body)"]);
        assert_eq!(frames[1]["line"], 8);
        assert_eq!(frames[0]["source"]["path"], client.path("p.masm").to_str().unwrap());
        assert_eq!(client.variables("Locals"), ["SUM = 4 0 0 0"]);
        assert_eq!(client.variables("Stack")[..3], ["s0 = 4", "s1 = 3", "s2 = 0"]);
        assert!(client.variables("Registers").contains(&"ctx = 0".to_owned()));
        assert_eq!(client.variables("Advice"), ["tape = 0 values", "map = 0 lists"]);
        let value = client.request("evaluate", json!({"expression": "s0 * s1 + SUM", "frameId": 0})).unwrap();
        assert_eq!(value["result"], "16");
        assert_eq!(client.go("stepOut"), ("step".into(), 9));
        assert_eq!(client.go("next"), ("step".into(), 9));
        assert_eq!(client.go("stepBack"), ("step".into(), 9));
        // A step back stops at breakpoints on the way as well.
        assert_eq!(client.go("stepBack"), ("breakpoint".into(), 4));
        // Not equal to 9: a fault, at the instruction that fails.
        assert_eq!(client.go("continue"), ("exception".into(), 10));
        assert_eq!(client.go("reverseContinue"), ("breakpoint".into(), 4));
        assert_eq!(client.go("reverseContinue"), ("entry".into(), 7));
        assert_eq!(client.go("continue"), ("breakpoint".into(), 4));
        assert_eq!(client.go("continue"), ("exception".into(), 10));
        client.request("continue", json!({"threadId": 1})).unwrap();
        assert_eq!(client.event("exited")["exitCode"], 1);
        client.event("terminated");
        client.request("disconnect", json!({})).unwrap();
        if matches!(way, Way::Pipe) {
            assert_eq!(client.status(), 0);
        }
    });
}

#[test]
fn breakpoints_of_all_kinds_stop() {
    let mut client = launched(Way::Pipe, PROGRAM, json!({"stopOnEntry": true, "stopAtEnd": true}), &[]);
    client.event("stopped");
    let body = client.request("dataBreakpointInfo", json!({"name": "mem[50 * 2]"})).unwrap();
    assert_eq!((&body["dataId"], &body["accessTypes"]), (&json!("100"), &json!(["write"])));
    let data = json!({"breakpoints": [{"dataId": "100", "condition": "s1 == 7"}]});
    let body = client.request("setDataBreakpoints", data).unwrap();
    assert_eq!(body["breakpoints"][0]["verified"], true);
    let body = client.request("setFunctionBreakpoints", json!({"breakpoints": [{"name": "f"}]})).unwrap();
    assert_eq!(body["breakpoints"][0]["verified"], true);
    assert_eq!(client.go("continue"), ("function breakpoint".into(), 2));
    assert_eq!(client.go("continue"), ("data breakpoint".into(), 9));
    // Without the filter a fault ends the program.
    client.request("setExceptionBreakpoints", json!({"filters": []})).unwrap();
    client.request("continue", json!({"threadId": 1})).unwrap();
    assert!(client.event("output")["output"].as_str().unwrap().contains("the assertion expected"));
    client.event("terminated");
}

#[test]
fn conditions_decide_and_a_stop_names_its_breakpoint() {
    let lines = [json!({"line": 4, "condition": "s0 == 5"}), json!({"line": 9, "condition": "s0 == 7"})];
    let mut client = launched(Way::Pipe, PROGRAM, json!({"stopOnEntry": true}), &lines);
    client.event("stopped");
    // 4 is on top in line 4, and 7 where line 9 begins.
    client.request("continue", json!({"threadId": 1})).unwrap();
    let stop = client.event("stopped");
    assert_eq!((&stop["reason"], client.frames()[0]["line"].as_u64()), (&json!("breakpoint"), Some(9)));
    assert_eq!(stop["hitBreakpointIds"].as_array().unwrap().len(), 1);
    let data = json!({"breakpoints": [{"dataId": "100"}]});
    let body = client.request("setDataBreakpoints", data).unwrap();
    client.request("continue", json!({"threadId": 1})).unwrap();
    let other = client.event("stopped");
    assert_eq!(other["hitBreakpointIds"], json!([body["breakpoints"][0]["id"]]));
    assert_ne!(other["hitBreakpointIds"], stop["hitBreakpointIds"]);
}

#[test]
fn breakpoints_that_name_nothing_are_not_verified() {
    let mut client = launched(Way::Pipe, PROGRAM, json!({"stopOnEntry": true}), &[]);
    let source = json!({"path": client.path("p.masm")});
    let lines = json!([{"line": 6}, {"line": 99}, {"line": 4, "condition": "s0 =="}]);
    let body = client.request("setBreakpoints", json!({"source": source, "breakpoints": lines})).unwrap();
    let found: Vec<_> = (0..3).map(|index| body["breakpoints"][index].clone()).collect();
    // A line without an instruction stands for the next one.
    assert_eq!((&found[0]["verified"], &found[0]["line"]), (&json!(true), &json!(7)));
    assert_eq!(found[1]["message"], format!("`p.masm` has no instruction at or after line 99"));
    assert!(found[2]["message"].as_str().unwrap().starts_with("condition: column 6"));
    let body =
        client.request("setFunctionBreakpoints", json!({"breakpoints": [{"name": "g h"}, {"name": "g"}]}));
    assert!(body.unwrap()["breakpoints"][1]["message"].as_str().unwrap().contains("no procedure `g`"));
    let body = client.request("setDataBreakpoints", json!({"breakpoints": [{"dataId": "x"}]})).unwrap();
    assert_eq!(body["breakpoints"][0]["verified"], false);
    assert_eq!(client.request("dataBreakpointInfo", json!({"name": "s0"})).unwrap()["dataId"], Value::Null);
}

#[test]
fn inputs_and_the_end_of_a_program() {
    let options = json!({"args": ["--stack", "5", "--advice", "8,9"], "stopAtEnd": true});
    let mut client = launched(Way::Pipe, "begin adv_push.1 add end", options, &[]);
    assert_eq!(client.event("stopped")["description"], "the end of the program");
    assert_eq!(client.variables("Stack")[0], "s0 = 13");
    assert_eq!(client.variables("Advice"), ["tape = 1 values", "map = 0 lists", "tape[0] = 9"]);
    client.request("continue", json!({"threadId": 1})).unwrap();
    assert_eq!(client.event("exited")["exitCode"], 0);
}

#[test]
fn a_running_program_can_be_paused() {
    both(|way| {
        let mut client = launched(way, "begin push.1 while.true push.1 end end", json!({}), &[]);
        client.request("pause", json!({"threadId": 1})).unwrap();
        assert_eq!(client.event("stopped")["reason"], "pause");
        assert_eq!(client.frames().len(), 1);
        client.send("continue", json!({"threadId": 1}));
        client.request("disconnect", json!({})).unwrap();
    });
}

const WATCHED: &str = "\
const.A=0
proc.inner.1
    push.5 loc_store.0 push.7 mem_store.9
    breakpoint
    push.0 drop
end
proc.outer.2
    push.6 loc_store.A call.inner
    debug.print=\"returned\"
end
begin
    push.8 mem_store.9
    debug.mem.9
    exec.outer
end
";

#[test]
fn debug_commands_are_shown_and_stop() {
    both(|way| {
        let options = json!({"stopAtEnd": true});
        let mut client = launched(way, WATCHED, options, &[]);
        let stopped = client.event("stopped");
        assert_eq!((&stopped["reason"], &stopped["text"]), (&json!("breakpoint"), &json!("`breakpoint`")));
        let output = client.event("output");
        assert_eq!(output["output"], "memory (cycle 7)\n    9: [8, 0, 0, 0]\n");
        assert_eq!((&output["category"], &output["line"]), (&json!("stdout"), &json!(13)));
        assert_eq!(output["source"]["path"], client.path("p.masm").to_str().unwrap());
        assert_eq!(client.frames()[0]["line"], 5);
        assert_eq!(client.go("continue").0, "pause");
        assert!(client.event("output")["output"].as_str().unwrap().starts_with("returned (cycle "));
        // Backwards, nothing is printed; forwards, the same again.
        assert_eq!(client.go("reverseContinue"), ("breakpoint".into(), 5));
        assert_eq!(client.go("reverseContinue"), ("entry".into(), 12));
        assert_eq!(client.go("continue"), ("breakpoint".into(), 5));
        assert!(client.event("output")["output"].as_str().unwrap().starts_with("memory"));
        assert!(!client.has_event("output"));
    });
}

#[test]
fn every_frame_has_its_locals_and_its_memory() {
    let mut client = launched(Way::Pipe, WATCHED, json!({}), &[]);
    client.event("stopped");
    let names: Vec<_> = client.frames().iter().map(|frame| frame["name"].clone()).collect();
    assert_eq!(names, ["inner", "outer", "(body)"]);
    assert_eq!(client.variables_of(0, "Locals"), ["loc[0] = 5 0 0 0"]);
    assert_eq!(client.variables_of(1, "Locals"), ["A = 6 0 0 0", "loc[1] = 0 0 0 0"]);
    assert_eq!(client.variables_of(2, "Locals"), Vec::<String>::new());
    let own = |client: &mut Client, frame: u64| {
        client.variables_of(frame, "Memory").contains(&"mem[9] = 8 0 0 0".into())
    };
    assert_eq!([0, 1, 2].map(|frame| own(&mut client, frame)), [false, true, true]);
    // The stack of a caller in another context is not visible.
    assert!(!client.variables_of(0, "Stack").is_empty() && client.variables_of(1, "Stack").is_empty());
    let mut registers = |frame| client.variables_of(frame, "Registers")[1].clone();
    assert!(registers(0) != "ctx = 0" && registers(1) == "ctx = 0");
    let mut evaluate = |frame: u64, expression: &str| {
        client
            .request("evaluate", json!({"expression": expression, "frameId": frame}))
            .map(|body| body["result"].clone())
    };
    assert_eq!(evaluate(1, "A + mem[9]"), Ok("14".into()));
    assert_eq!(evaluate(0, "mem[9]"), Ok("7".into()));
    assert!(evaluate(0, "A").is_err());
    let info = json!({"name": "A", "frameId": 1});
    let address = client.request("dataBreakpointInfo", info).unwrap()["dataId"].clone();
    assert_eq!(address, "1073741825");
    assert!(
        client.request("scopes", json!({"frameId": u64::MAX})).unwrap_err().contains("there is no frame")
    );
    assert!(client.request("variables", json!({"variablesReference": 1000})).is_err());
}
