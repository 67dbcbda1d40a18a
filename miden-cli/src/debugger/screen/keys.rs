//! The meaning of keys.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::app::{Action, Motion};

/// A row of the help: keys and their meaning.
pub(super) const HELP: &[(&str, &str)] = &[
    ("s, F11", "step in"),
    ("n, F10", "step over"),
    ("o, F12", "step out"),
    ("b, ←", "back"),
    ("p", "back over"),
    ("c, F5", "continue"),
    ("r", "continue backwards"),
    ("Enter", "run to the line of the cursor"),
    ("t", "breakpoint at the line of the cursor"),
    ("u, d", "look at the caller, and back"),
    ("↑ ↓ PgUp PgDn", "move the cursor"),
    ("g, G", "go to the start, to the end"),
    ("Tab", "next pane, on a small screen"),
    ("m", "memory from the top of the stack on"),
    (":", "command, such as `break 7 if s0 == 0`"),
    ("mouse", "click: cursor; on a number: breakpoint"),
    ("Esc, Ctrl-C", "stop a long run"),
    ("?, q", "this help, leave"),
];

/// The action of a key outside of the command line.
pub(super) fn action(key: KeyEvent) -> Option<Action> {
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return (key.code == KeyCode::Char('c')).then_some(Action::Quit);
    }
    Some(match key.code {
        KeyCode::Char('s') | KeyCode::F(11) => Action::Go(Motion::In),
        KeyCode::Char('n') | KeyCode::F(10) => Action::Go(Motion::Over),
        KeyCode::Char('o') | KeyCode::F(12) => Action::Go(Motion::Out),
        KeyCode::Char('b') | KeyCode::Left => Action::Go(Motion::Back),
        KeyCode::Char('p') => Action::Go(Motion::BackOver),
        KeyCode::Char('c') | KeyCode::F(5) => Action::Go(Motion::Continue),
        KeyCode::Char('r') => Action::Go(Motion::Reverse),
        KeyCode::Char('g') => Action::Go(Motion::Start),
        KeyCode::Char('G') => Action::Go(Motion::End),
        KeyCode::Enter => Action::RunToCursor,
        KeyCode::Char('t') => Action::ToggleBreakpoint,
        KeyCode::Up => Action::MoveCursor(-1),
        KeyCode::Down => Action::MoveCursor(1),
        KeyCode::PageUp => Action::MoveCursor(-10),
        KeyCode::PageDown => Action::MoveCursor(10),
        KeyCode::Tab => Action::NextPane,
        KeyCode::Char('u') => Action::Up,
        KeyCode::Char('d') => Action::Down,
        KeyCode::Char('m') => Action::FollowMemory,
        KeyCode::Char(':') => Action::OpenCommand,
        KeyCode::Char('?') => Action::ToggleHelp,
        KeyCode::Esc => Action::Close,
        KeyCode::Char('q') => Action::Quit,
        _ => return None,
    })
}
