//! A terminal in raw mode is restored whatever ends the process.

use std::io;

/// Restores the terminal when a signal ends the process, within a second.
#[cfg(unix)]
pub(crate) fn restore_on_signals(signals: &[Signal], restore: fn()) -> io::Result<()> {
    use std::{sync::mpsc, thread, time::Duration};

    use signal_hook::{iterator::Signals, low_level::emulate_default_handler};

    let mut signals = Signals::new(signals.iter().map(|signal| signal.number()))?;
    thread::spawn(move || {
        let Some(signal) = signals.forever().next() else { return };
        // A terminal that does not take output must not keep the process alive.
        let (sender, restored) = mpsc::channel();
        thread::spawn(move || {
            restore();
            sender.send(())
        });
        let _ = restored.recv_timeout(Duration::from_secs(1));
        let _ = emulate_default_handler(signal);
    });
    Ok(())
}

/// Other systems end a process without a signal that it could handle.
#[cfg(not(unix))]
pub(crate) fn restore_on_signals(_signals: &[Signal], _restore: fn()) -> io::Result<()> {
    Ok(())
}

/// A signal that ends the process.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Signal {
    /// The process is to end.
    Terminate,
    /// The terminal is gone.
    HangUp,
    /// Ctrl-C, where the terminal does not pass it on as a key.
    Interrupt,
}

#[cfg(unix)]
impl Signal {
    const fn number(self) -> i32 {
        match self {
            Self::Terminate => signal_hook::consts::SIGTERM,
            Self::HangUp => signal_hook::consts::SIGHUP,
            Self::Interrupt => signal_hook::consts::SIGINT,
        }
    }
}

/// Restores the mode that standard input has now when a signal ends the process: an editor of lines changes it while it
/// reads.
#[cfg(unix)]
pub(crate) fn restore_input_on_signals() -> io::Result<()> {
    use std::{io::Write, sync::OnceLock};

    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

    static MODE: OnceLock<Termios> = OnceLock::new();
    let _ = MODE.set(tcgetattr(io::stdin())?);
    restore_on_signals(&[Signal::Terminate, Signal::HangUp], || {
        if let Some(mode) = MODE.get() {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, mode);
        }
        // The editor turns bracketed paste on.
        let _ = io::stdout().write_all(b"\x1b[?2004l\n");
        let _ = io::stdout().flush();
    })
}

/// Other systems end a process without a signal that it could handle.
#[cfg(not(unix))]
pub(crate) fn restore_input_on_signals() -> io::Result<()> {
    Ok(())
}
