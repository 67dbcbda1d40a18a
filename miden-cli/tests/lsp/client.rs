//! A client of the protocol, over pipes to the binary.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Longer than any answer takes; a silent server fails the test.
const PATIENCE: Duration = Duration::from_secs(120);

/// A folder with sources, and a server with this workspace.
pub(crate) struct Client {
    folder: TempDir,
    server: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// Messages that no call has waited for yet.
    waiting: Vec<Value>,
    last_id: i64,
}

/// Capabilities of a client that supports everything.
pub(crate) fn capabilities() -> Value {
    json!({
        "textDocument": {
            "hover": {"contentFormat": ["markdown", "plaintext"]},
            "publishDiagnostics": {"relatedInformation": true},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
        },
    })
}

impl Client {
    /// An initialized server in a folder with files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Self::with_arguments(files, &[])
    }

    pub(crate) fn with_arguments(files: &[(&str, &str)], arguments: &[&str]) -> Self {
        let mut client = Self::start(files, arguments);
        client.initialize(capabilities());
        client
    }

    /// A server before `initialize`.
    pub(crate) fn start(files: &[(&str, &str)], arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_miden"));
        command.current_dir(folder.path()).arg("lsp").args(arguments).env_remove("MIDEN_LOG");
        let mut server = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let input = server.stdin.take();
        let mut output = BufReader::new(server.stdout.take().unwrap());
        let (sender, messages) = channel();
        thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        Self { folder, server, input, messages, waiting: Vec::new(), last_id: 0 }
    }

    pub(crate) fn initialize(&mut self, capabilities: Value) -> Value {
        let folder = json!({"uri": self.uri(""), "name": "test"});
        let params = json!({"processId": null, "capabilities": capabilities, "workspaceFolders": [folder]});
        let result = self.request("initialize", params).unwrap();
        self.notify("initialized", json!({}));
        result
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The address of a file.
    pub(crate) fn uri(&self, name: &str) -> String {
        format!("file://{}", self.path(name).display()).trim_end_matches('/').into()
    }

    /// The name of a file in the folder.
    pub(crate) fn name(&self, uri: &Value) -> String {
        let folder = self.uri("") + "/";
        uri.as_str().unwrap().strip_prefix(&folder).unwrap().into()
    }

    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    pub(crate) fn send_text(&mut self, content: &str) {
        self.send_bytes(format!("Content-Length: {}\r\n\r\n{content}", content.len()).as_bytes());
    }

    fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = "2.0".into();
        self.send_text(&message.to_string());
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({"method": method, "params": params}));
    }

    /// The result of a request, or code and message of its error.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Result<Value, (i64, String)> {
        self.last_id += 1;
        let id = self.last_id;
        self.send(json!({"id": id, "method": method, "params": params}));
        let answer = self.wait_for(|message| message["id"] == id && message.get("method").is_none());
        match answer.get("error") {
            Some(error) => Err((error["code"].as_i64().unwrap(), error["message"].as_str().unwrap().into())),
            None => Ok(answer["result"].clone()),
        }
    }

    /// The next message with a property; others are kept.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, is_wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(found) = self.waiting.iter().position(&is_wanted) {
            return self.waiting.remove(found);
        }
        loop {
            let message = self.messages.recv_timeout(PATIENCE).expect("the server is silent or gone");
            if is_wanted(&message) {
                return message;
            }
            self.waiting.push(message);
        }
    }

    /// Opens a text.
    pub(crate) fn open(&mut self, name: &str, text: &str) {
        let document = json!({"uri": self.uri(name), "languageId": "masm", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Changes a text.
    pub(crate) fn change(&mut self, name: &str, version: i32, changes: Value) {
        let document = json!({"uri": self.uri(name), "version": version});
        let params = json!({"textDocument": document, "contentChanges": changes});
        self.notify("textDocument/didChange", params);
    }

    /// The diagnostics published for a version of a text, with place and severity.
    #[track_caller]
    pub(crate) fn diagnostics(&mut self, name: &str, version: i32) -> Vec<String> {
        self.raw_diagnostics(name, version).iter().map(show).collect()
    }

    #[track_caller]
    pub(crate) fn raw_diagnostics(&mut self, name: &str, version: i32) -> Vec<Value> {
        let uri = self.uri(name);
        let message = self.wait_for(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri.as_str()
                && message["params"]["version"] == version
        });
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// Waits until this many errors are published for version 1 of a text. Earlier checks may still be on their way.
    #[track_caller]
    pub(crate) fn wait_for_errors(&mut self, name: &str, count: usize) -> Vec<Value> {
        loop {
            let errors = self.raw_diagnostics(name, 1);
            if errors.len() == count {
                return errors;
            }
        }
    }

    /// Opens a text and sends a request about its cursor, marked by `|`.
    pub(crate) fn ask_at(&mut self, method: &str, name: &str, text: &str) -> Value {
        let position = self.open_with_cursor(name, text);
        self.request(method, self.at(name, position)).unwrap()
    }

    /// Opens a text without its `|`, and returns the position of the mark.
    pub(crate) fn open_with_cursor(&mut self, name: &str, text: &str) -> Value {
        let (before, after) = text.split_once('|').expect("no cursor");
        self.open(name, &format!("{before}{after}"));
        position(before)
    }

    pub(crate) fn at(&self, name: &str, position: Value) -> Value {
        json!({"textDocument": {"uri": self.uri(name)}, "position": position})
    }

    /// Sends `shutdown` and `exit`, and returns the exit status.
    pub(crate) fn leave(mut self) -> i32 {
        assert_eq!(self.request("shutdown", Value::Null), Ok(Value::Null));
        self.notify("exit", Value::Null);
        self.status()
    }

    /// Closes the input and returns the exit status.
    pub(crate) fn status(&mut self) -> i32 {
        drop(self.input.take());
        self.server.wait().unwrap().code().unwrap()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Position after a text, in UTF-16.
pub(crate) fn position(before: &str) -> Value {
    let line = before.rsplit('\n').next().unwrap();
    json!({"line": before.matches('\n').count(), "character": line.encode_utf16().count()})
}

/// A range as text.
pub(crate) fn range(range: &Value) -> String {
    let place = |end: &str| format!("{}:{}", range[end]["line"], range[end]["character"]);
    format!("{}-{}", place("start"), place("end"))
}

fn show(diagnostic: &Value) -> String {
    let severity = match diagnostic["severity"].as_i64() {
        Some(1) => "error",
        Some(2) => "warning",
        _ => "?",
    };
    format!("{} {severity}: {}", range(&diagnostic["range"]), diagnostic["message"].as_str().unwrap())
}

fn read(stream: &mut impl BufRead) -> Option<Value> {
    let mut len = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            header => {
                if let Some(value) = header.strip_prefix("Content-Length: ") {
                    len = value.parse().unwrap();
                }
            }
        }
    }
    let mut content = vec![0; len];
    stream.read_exact(&mut content).ok()?;
    let message: Value = serde_json::from_slice(&content).unwrap();
    assert_eq!(message["jsonrpc"], "2.0");
    Some(message)
}
