//! A program in a pseudo-terminal.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::{
    fs,
    io::{Read, Write},
    num::NonZero,
    os::unix::process::ExitStatusExt,
    path::Path,
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

/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program, and what is on its terminal.
pub(crate) struct Screen {
    pty: Arc<Pty>,
    child: Child,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
}

fn number(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap()
}

impl Screen {
    /// Runs a program in a folder, on a terminal with so many columns and rows.
    pub(crate) fn new(
        program: impl AsRef<Path>,
        arguments: &[&str],
        folder: impl AsRef<Path>,
        (columns, rows): (u16, u16),
    ) -> Self {
        let (pty, pts) = open().unwrap();
        pty.resize(Size::new(rows, columns)).unwrap();
        let folder = folder.as_ref();
        let command = Command::new(program.as_ref())
            .args(arguments)
            .current_dir(folder)
            .env("TERM", "xterm-256color")
            .env("NO_COLOR", "1")
            .env("MIDEN_HISTORY", folder.join("history"))
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
        Self { pty, child, output, parser }
    }

    /// Like [`Self::new`], in a shell that writes the modes of the terminal to the files `before` and `after`.
    pub(crate) fn in_shell(
        program: &str,
        arguments: &[&str],
        folder: impl AsRef<Path>,
        size: (u16, u16),
    ) -> Self {
        let script = "stty -g > before; \"$@\"; stty -g > after";
        let arguments = [&["-c", script, "sh", program], arguments].concat();
        Self::new("sh", &arguments, folder, size)
    }

    pub(crate) fn send(&mut self, keys: &str) {
        (&*self.pty).write_all(keys.as_bytes()).unwrap();
    }

    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.pty.resize(Size::new(rows, columns)).unwrap();
        self.parser.screen_mut().set_size(number(rows), number(columns));
    }

    /// Sends a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        signal(name, &self.child.id().to_string());
    }

    /// Sends a signal to the program in the shell.
    pub(crate) fn signal_inner(&self, name: &str) {
        let shell = self.child.id();
        let children = fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).unwrap();
        signal(name, children.trim());
    }

    /// The text on the screen.
    pub(crate) fn text(&self) -> String {
        self.parser.screen().contents()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.parser.screen().alternate_screen()
    }

    /// Waits until the screen contains a text.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.text().contains(text) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.parser.process(&bytes),
                Err(_) => panic!("{text:?} does not appear on\n{}", self.text()),
            }
        }
    }

    /// Sends keys from time to time until the screen contains a text.
    #[track_caller]
    pub(crate) fn repeat_until(&mut self, keys: &str, text: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.text().contains(text) {
            assert!(Instant::now() < end, "{text:?} does not appear on\n{}", self.text());
            self.send(keys);
            while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(100)) {
                self.parser.process(&bytes);
            }
        }
    }

    /// Waits for the end.
    pub(crate) fn end(mut self) -> Ended {
        let status = self.child.wait().unwrap();
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_secs(5)) {
            self.parser.process(&bytes);
        }
        let screen = self.parser.screen();
        let is_restored = !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None;
        Ended { code: status.code(), signal: status.signal(), is_restored, text: screen.contents() }
    }
}

fn signal(name: &str, process: &str) {
    let mut command = std::process::Command::new("kill");
    assert!(command.args([&format!("-{name}"), process]).status().unwrap().success());
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The end of a program.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) signal: Option<i32>,
    /// Whether the terminal is as it was: the main screen, a visible cursor, no mouse, no bracketed paste.
    pub(crate) is_restored: bool,
    pub(crate) text: String,
}

impl Ended {
    /// Checks that the program ended with a status and left the terminal as it was.
    #[track_caller]
    pub(crate) fn with(self, code: i32) {
        assert!(self.code == Some(code) && self.is_restored, "{self:#?}");
    }

    /// Checks that a signal ended the program, which left the terminal as it was.
    #[track_caller]
    pub(crate) fn with_signal(self, signal: i32) {
        assert!(self.signal == Some(signal) && self.is_restored, "{self:#?}");
    }
}
