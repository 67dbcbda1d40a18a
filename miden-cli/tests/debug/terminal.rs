//! The full screen, in a pseudo-terminal.

use std::{
    io::{Read, Write},
    num::NonZero,
    process::Child,
    sync::{
        Arc,
        mpsc::{Receiver, channel},
    },
    thread,
    time::{Duration, Instant},
};

use pty_process::{
    Size,
    blocking::{Command, Pty, open},
};

use crate::support::Sandbox;

/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(60);

fn number(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap()
}

/// The binary in a terminal.
struct Screen {
    pty: Arc<Pty>,
    child: Child,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    _sandbox: Sandbox,
}

impl Screen {
    fn new(program: &str, columns: u16, rows: u16) -> Self {
        let sandbox = Sandbox::with_program(program);
        let (pty, pts) = open().unwrap();
        pty.resize(Size::new(rows, columns)).unwrap();
        let command = Command::new(env!("CARGO_BIN_EXE_miden"))
            .args(["debug", "p.masm", "--no-opt"])
            .current_dir(sandbox.path(""))
            .env("TERM", "xterm-256color")
            .env("NO_COLOR", "1")
            .env_remove("MIDEN_LOG");
        let child = command.spawn(pts).unwrap();
        let pty = Arc::new(pty);
        let (sender, output) = channel();
        let reading = Arc::clone(&pty);
        thread::spawn(move || {
            let mut buffer = [0; 1 << 12];
            // The terminal of a process that has ended cannot be read.
            while let Ok(count @ 1..) = (&*reading).read(&mut buffer) {
                // A terminal is asked for the place of its cursor when its size changes.
                if buffer[..count].windows(4).any(|bytes| bytes == b"\x1b[6n") {
                    let _ = (&*reading).write_all(b"\x1b[1;1R");
                }
                if sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let parser = vt100::Parser::new(number(rows), number(columns), 0);
        Self { pty, child, output, parser, _sandbox: sandbox }
    }

    fn send(&mut self, keys: &str) {
        (&*self.pty).write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until the screen contains a text.
    #[track_caller]
    fn wait_for(&mut self, text: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.parser.screen().contents().contains(text) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.parser.process(&bytes),
                Err(_) => panic!("{text:?} does not appear on\n{}", self.parser.screen().contents()),
            }
        }
    }

    /// Waits for the end, and returns the exit status, and whether the terminal is as it was: the main screen, a visible
    /// cursor, no mouse.
    fn end(mut self) -> (i32, bool) {
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_secs(5)) {
            self.parser.process(&bytes);
        }
        let screen = self.parser.screen();
        let is_restored = !screen.alternate_screen()
            && !screen.hide_cursor()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None;
        (code, is_restored)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const PROGRAM: &str =
    "proc.double\n    dup add\nend\nbegin\n    push.3\n    exec.double\n    push.7 assert_eq\nend\n";

#[test]
fn a_wrong_result_is_found_on_a_real_terminal() {
    let mut screen = Screen::new(PROGRAM, 100, 30);
    screen.wait_for("at the start");
    assert!(screen.parser.screen().alternate_screen());
    screen.send("c");
    screen.wait_for("fails: the assertion expected");
    screen.send("bb");
    screen.wait_for("in double");
    screen.send(":print s0\r");
    screen.wait_for("> print s0");
    screen.send("?");
    screen.wait_for("continue backwards");
    screen.send("?q");
    assert_eq!(screen.end(), (0, true));
}

#[test]
fn the_screen_follows_the_size_of_the_terminal() {
    let mut screen = Screen::new(PROGRAM, 20, 8);
    screen.wait_for("push.3");
    assert!(!screen.parser.screen().contents().contains("Breakpoints"));
    screen.pty.resize(Size::new(30, 100)).unwrap();
    screen.parser.screen_mut().set_size(number(30), number(100));
    screen.wait_for("Breakpoints");
    // Ctrl-C leaves as well.
    screen.send("\x03");
    assert_eq!(screen.end(), (0, true));
}

#[test]
fn a_program_that_does_not_assemble_leaves_the_terminal_alone() {
    let mut screen = Screen::new("begin ad end", 100, 30);
    screen.wait_for("unknown instruction");
    assert_eq!(screen.end(), (2, true));
}

#[test]
fn a_long_run_can_be_interrupted() {
    let mut screen = Screen::new("begin push.1 while.true push.1 end end", 100, 30);
    screen.wait_for("at the start");
    screen.send("c");
    thread::sleep(Duration::from_millis(100));
    screen.send("\x1b");
    screen.wait_for("interrupted");
    screen.send("q");
    assert_eq!(screen.end(), (0, true));
}
