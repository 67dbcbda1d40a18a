//! A client of the protocol.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Longer than any answer takes; a silent server fails the test.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Client {
    folder: TempDir,
    server: Child,
    output: Box<dyn Write>,
    messages: Receiver<Value>,
    /// Messages that no call has waited for yet.
    waiting: Vec<Value>,
    last_seq: i64,
}

/// How the client reaches the server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    Pipe,
    Tcp,
}

impl Client {
    /// A server in a folder with `p.masm`, and a connection.
    pub(crate) fn new(way: Way, program: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("p.masm"), program).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_miden"));
        command.current_dir(folder.path()).arg("dap").env_remove("MIDEN_LOG").stdin(Stdio::piped());
        let (server, output, input): (_, Box<dyn Write>, Box<dyn Read + Send>) = match way {
            Way::Pipe => {
                let mut server = command.stdout(Stdio::piped()).spawn().unwrap();
                let (output, input) = (server.stdin.take().unwrap(), server.stdout.take().unwrap());
                (server, Box::new(output), Box::new(input))
            }
            Way::Tcp => {
                let mut server = command.args(["--port", "0"]).stderr(Stdio::piped()).spawn().unwrap();
                let mut line = String::new();
                BufReader::new(server.stderr.take().unwrap()).read_line(&mut line).unwrap();
                let (_, address) = line.trim_end().rsplit_once(' ').unwrap();
                assert!(address.starts_with("127.0.0.1:"), "{line}");
                let stream = TcpStream::connect(address).unwrap();
                (server, Box::new(stream.try_clone().unwrap()), Box::new(stream))
            }
        };
        let (sender, messages) = channel();
        thread::spawn(move || {
            let mut input = BufReader::new(input);
            while let Some(message) = read(&mut input) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        Self { folder, server, output, messages, waiting: Vec::new(), last_seq: 0 }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        self.output.write_all(bytes).unwrap();
        self.output.flush().unwrap();
    }

    pub(crate) fn send_text(&mut self, content: &str) {
        self.send_bytes(format!("Content-Length: {}\r\n\r\n{content}", content.len()).as_bytes());
    }

    /// Sends a request, and returns its number.
    pub(crate) fn send(&mut self, command: &str, arguments: Value) -> i64 {
        self.last_seq += 1;
        let seq = self.last_seq;
        self.send_text(
            &json!({"seq": seq, "type": "request", "command": command, "arguments": arguments}).to_string(),
        );
        seq
    }

    /// The body of the response to a request, or its message.
    #[track_caller]
    pub(crate) fn request(&mut self, command: &str, arguments: Value) -> Result<Value, String> {
        let seq = self.send(command, arguments);
        let answer = self.wait_for(|message| message["type"] == "response" && message["request_seq"] == seq);
        assert_eq!(answer["command"], command);
        match answer["success"].as_bool().unwrap() {
            true => Ok(answer["body"].clone()),
            false => Err(answer["message"].as_str().unwrap().into()),
        }
    }

    /// The body of the next event of this kind.
    #[track_caller]
    pub(crate) fn event(&mut self, event: &str) -> Value {
        self.wait_for(|message| message["type"] == "event" && message["event"] == event)["body"].clone()
    }

    /// Whether an event of this kind has come that no call has waited for, before the answer to a request.
    pub(crate) fn has_event(&mut self, event: &str) -> bool {
        self.request("threads", Value::Null).unwrap();
        self.waiting.iter().any(|message| message["type"] == "event" && message["event"] == event)
    }

    /// Sends a request that moves, and returns the reason of the stop and the line.
    #[track_caller]
    pub(crate) fn go(&mut self, command: &str) -> (String, u64) {
        self.request(command, json!({"threadId": 1})).unwrap();
        let reason = self.event("stopped")["reason"].as_str().unwrap().to_owned();
        (reason, self.frames()[0]["line"].as_u64().unwrap())
    }

    pub(crate) fn frames(&mut self) -> Vec<Value> {
        let body = self.request("stackTrace", json!({"threadId": 1})).unwrap();
        body["stackFrames"].as_array().unwrap().clone()
    }

    /// The variables of a scope, as `name = value`.
    pub(crate) fn variables(&mut self, scope: &str) -> Vec<String> {
        self.variables_of(0, scope)
    }

    /// The variables of a scope of a frame; none if the frame does not have the scope.
    pub(crate) fn variables_of(&mut self, frame: u64, scope: &str) -> Vec<String> {
        let scopes = self.request("scopes", json!({"frameId": frame})).unwrap();
        let own = scopes["scopes"].as_array().unwrap().iter().find(|own| own["name"] == scope);
        let Some(own) = own else { return Vec::new() };
        let arguments = json!({"variablesReference": own["variablesReference"]});
        let body = self.request("variables", arguments).unwrap();
        let text = |value: &Value| {
            format!("{} = {}", value["name"].as_str().unwrap(), value["value"].as_str().unwrap())
        };
        body["variables"].as_array().unwrap().iter().map(text).collect()
    }

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

    /// Closes the connection, and returns the exit status.
    pub(crate) fn status(mut self) -> i32 {
        self.output = Box::new(Vec::new());
        self.server.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn read(stream: &mut impl BufRead) -> Option<Value> {
    let mut len = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().strip_prefix("Content-Length: ") {
            Some(value) => len = value.parse().unwrap(),
            None => break,
        }
    }
    let mut content = vec![0; len];
    stream.read_exact(&mut content).ok()?;
    serde_json::from_slice(&content).ok()
}
