//! The debugger on the full screen.

use std::{
    collections::VecDeque,
    io::{self, Stdout},
    panic,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use ratatui::{
    Terminal,
    backend::CrosstermBackend,
    crossterm::{
        cursor::Show,
        event::{self, DisableMouseCapture, EnableMouseCapture, Event, KeyCode, KeyEvent, KeyModifiers},
        execute,
        terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
    },
};

mod app;
mod draw;
mod keys;
mod panes;
#[cfg(test)]
mod tests;
mod theme;

use super::session::Session;
use crate::terminal::{Signal, restore_on_signals};
use app::App;
use theme::Theme;

/// Shows the session until the user leaves. The terminal is restored in any case.
pub(crate) fn run(session: &mut Session) -> io::Result<()> {
    let mut app = App::new(session, Theme::of_environment());
    let mut screen = Screen::enter()?;
    // Changes of the size are noticed from here on, also during the first draw.
    event::poll(Duration::ZERO)?;
    let mut events = VecDeque::new();
    loop {
        if events.is_empty() {
            screen.terminal.draw(|frame| app.draw(frame))?;
            events.push_back(event::read()?);
        }
        let Some(action) = events.pop_front().and_then(|event| app.on_event(&event)) else { continue };
        if !watched(&mut app, action, &mut events) {
            return Ok(());
        }
    }
}

/// Carries out an action, which Ctrl-C or Esc interrupts; other events wait. Returns whether the session continues.
fn watched(app: &mut App<'_>, action: app::Action, events: &mut VecDeque<Event>) -> bool {
    let interrupt = app.interrupt();
    app.session.forget_interrupt();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            // Most actions are done at once.
            thread::sleep(Duration::from_millis(2));
            while !done.load(Ordering::Relaxed) {
                if !event::poll(Duration::from_millis(20)).unwrap_or(false) {
                    continue;
                }
                match event::read() {
                    Ok(Event::Key(key)) if interrupts(key) => interrupt.store(true, Ordering::Relaxed),
                    Ok(event) => events.push_back(event),
                    Err(_) => break,
                }
            }
        });
        let continues = app.act(action);
        done.store(true, Ordering::Relaxed);
        continues
    })
}

fn interrupts(key: KeyEvent) -> bool {
    key.code == KeyCode::Esc || key.code == KeyCode::Char('c') && key.modifiers == KeyModifiers::CONTROL
}

/// The terminal in its full-screen mode.
struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
}

impl Screen {
    fn enter() -> io::Result<Self> {
        let screen = Self { terminal: Terminal::new(CrosstermBackend::new(io::stdout()))? };
        // From here on, dropping restores the terminal; so does a signal, and a panic before its message.
        restore_on_signals(&[Signal::Terminate, Signal::HangUp, Signal::Interrupt], restore)?;
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            restore();
            report(info);
        }));
        enable_raw_mode()?;
        execute!(io::stdout(), EnterAlternateScreen, EnableMouseCapture)?;
        Ok(screen)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
        let _ = self.terminal.show_cursor();
    }
}

fn restore() {
    let _ = execute!(io::stdout(), DisableMouseCapture, LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
}
