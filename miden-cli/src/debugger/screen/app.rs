use std::{
    ops::Range,
    sync::{Arc, atomic::AtomicBool},
};

use miden_assembly::Source;
use miden_core::Felt;
use miden_debug::{Stop, Target};
use ratatui::{
    crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, MouseButton, MouseEvent, MouseEventKind},
    layout::{Position, Rect},
};

use super::{keys, panes::Pane, theme::Theme};
use crate::debugger::{
    Session,
    command::{self, Answer},
};

/// The state of the screen.
pub(super) struct App<'s> {
    pub(super) session: &'s mut Session,
    pub(super) theme: Theme,
    /// The source that is shown, and the line of the cursor, from 1.
    pub(super) source: Option<Source>,
    pub(super) cursor: usize,
    /// The pane that a small screen shows.
    pub(super) pane: Pane,
    /// Where memory is shown from; `None` shows the words that were written.
    pub(super) memory: Option<u32>,
    /// The command being typed.
    pub(super) input: Option<String>,
    pub(super) output: Vec<OutputLine>,
    pub(super) message: Option<String>,
    pub(super) shows_help: bool,
    /// The stack before the last motion.
    pub(super) stack_before: Vec<Felt>,
    /// Where the lines of the source were drawn, and the first of them.
    pub(super) source_area: (Rect, usize),
}

/// A line of output.
pub(super) struct OutputLine {
    /// The number of the output of the program; `None` for that of a command.
    number: Option<usize>,
    pub(super) text: String,
}

/// Longest command line, in characters.
const MAX_INPUT: usize = 500;

/// Number of lines of output that are kept.
const MAX_OUTPUT: usize = 200;

/// Columns before the text of a line: its number and marks.
pub(super) const GUTTER: u16 = 7;

/// The effect of a key or a click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Go(Motion),
    RunToCursor,
    ToggleBreakpoint,
    MoveCursor(isize),
    PlaceCursor(usize),
    NextPane,
    /// Looks at the caller.
    Up,
    /// The reverse.
    Down,
    FollowMemory,
    OpenCommand,
    Type(char),
    Erase,
    Execute,
    ToggleHelp,
    Close,
    Redraw,
    Quit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Motion {
    In,
    Over,
    Out,
    Back,
    BackOver,
    Continue,
    Reverse,
    Start,
    End,
}

impl<'s> App<'s> {
    pub(super) fn new(session: &'s mut Session, theme: Theme) -> Self {
        let mut app = Self {
            session,
            theme,
            source: None,
            cursor: 1,
            pane: Pane::Stack,
            memory: None,
            input: None,
            output: Vec::new(),
            message: None,
            shows_help: false,
            stack_before: Vec::new(),
            source_area: (Rect::default(), 1),
        };
        app.follow();
        app
    }

    pub(super) fn interrupt(&self) -> Arc<AtomicBool> {
        self.session.interrupt()
    }

    /// The action of an event, if it has one.
    pub(super) fn on_event(&self, event: &Event) -> Option<Action> {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => self.on_key(*key),
            Event::Mouse(mouse) => self.on_mouse(*mouse),
            Event::Resize(..) => Some(Action::Redraw),
            _ => None,
        }
    }

    fn on_key(&self, key: KeyEvent) -> Option<Action> {
        if self.input.is_none() {
            return keys::action(key);
        }
        Some(match key.code {
            KeyCode::Enter => Action::Execute,
            KeyCode::Esc => Action::Close,
            KeyCode::Backspace => Action::Erase,
            KeyCode::Char(character) => Action::Type(character),
            _ => return None,
        })
    }

    fn on_mouse(&self, mouse: MouseEvent) -> Option<Action> {
        match mouse.kind {
            MouseEventKind::ScrollUp => Some(Action::MoveCursor(-3)),
            MouseEventKind::ScrollDown => Some(Action::MoveCursor(3)),
            MouseEventKind::Down(MouseButton::Left) => {
                let (area, first) = self.source_area;
                if !area.contains(Position::new(mouse.column, mouse.row)) {
                    return None;
                }
                let line = first + usize::from(mouse.row - area.y);
                let is_number = mouse.column - area.x < GUTTER;
                Some(if is_number && line == self.cursor {
                    Action::ToggleBreakpoint
                } else {
                    Action::PlaceCursor(line)
                })
            }
            _ => None,
        }
    }

    /// Carries out an action. Returns whether the session continues.
    pub(super) fn act(&mut self, action: Action) -> bool {
        if !matches!(action, Action::Redraw | Action::Type(_) | Action::Erase) {
            self.message = None;
        }
        match action {
            Action::Go(motion) => self.go(motion),
            Action::RunToCursor => self.run_to_cursor(),
            Action::ToggleBreakpoint => self.toggle_breakpoint(),
            Action::MoveCursor(lines) => self.cursor = self.cursor.saturating_add_signed(lines),
            Action::PlaceCursor(line) => self.cursor = line,
            Action::NextPane => self.pane = self.pane.next(),
            Action::Up => self.select(self.session.frame.checked_add(1)),
            Action::Down => self.select(self.session.frame.checked_sub(1)),
            Action::FollowMemory => {
                let top = self.session.debugger.recorder().cycle().stack.item(0);
                self.memory = u32::try_from(top.as_int()).ok();
                self.pane = Pane::Memory;
            }
            Action::OpenCommand => self.input = Some(String::new()),
            Action::Type(character) => {
                if let Some(input) = self.input.as_mut().filter(|input| input.chars().count() < MAX_INPUT) {
                    input.push(character);
                }
            }
            Action::Erase => {
                if self.input.as_mut().is_some_and(|input| input.pop().is_none()) {
                    self.input = None;
                }
            }
            Action::Execute => return self.execute(),
            Action::ToggleHelp => self.shows_help = !self.shows_help,
            Action::Close => (self.shows_help, self.input) = (false, None),
            Action::Redraw => {}
            Action::Quit => return false,
        }
        self.cursor = self.cursor.clamp(1, self.num_lines().max(1));
        true
    }

    fn go(&mut self, motion: Motion) {
        self.remember();
        self.session.go(|debugger| match motion {
            Motion::In => debugger.step_in(),
            Motion::Over => debugger.step_over(),
            Motion::Out => debugger.step_out(),
            Motion::Back => debugger.step_back(),
            Motion::BackOver => debugger.step_back_over(),
            Motion::Continue => debugger.resume(),
            Motion::Reverse => debugger.reverse_resume(),
            Motion::Start => debugger.start(),
            Motion::End => debugger.seek(u64::MAX),
        });
        self.follow();
    }

    /// Keeps the stack, to show what changes.
    fn remember(&mut self) {
        self.stack_before = self.session.debugger.recorder().cycle().stack.to_vec();
    }

    /// Shows the current line, and the output up to here: going back takes it back.
    fn follow(&mut self) {
        let now = self.session.num_outputs();
        self.output.retain(|line| line.number.is_none_or(|number| number < now));
        let last = self.output.iter().filter_map(|line| line.number).max();
        for (number, text) in self.session.outputs(last.map_or(0, |last| last + 1)) {
            let lines = text.lines().map(|text| OutputLine { number: Some(number), text: text.into() });
            self.output.extend(lines);
        }
        let warning = self.session.warning().map(|warning| format!("warning: {warning}"));
        self.output.extend(warning.map(|text| OutputLine { number: None, text }));
        self.output.drain(..self.output.len().saturating_sub(MAX_OUTPUT));
        match self.session.place() {
            Some((source, line)) => (self.source, self.cursor) = (Some(source), line),
            None if self.source.is_none() => self.source = self.session.source(),
            None => {}
        }
    }

    fn select(&mut self, frame: Option<usize>) {
        if frame.is_some_and(|frame| self.session.select(frame)) {
            self.follow();
        }
    }

    fn cursor_target(&self) -> Option<Target> {
        let source = self.source.as_ref()?.name().to_owned();
        Some(Target::Line { source: Some(source), line: self.cursor })
    }

    fn run_to_cursor(&mut self) {
        let Some(target) = self.cursor_target() else { return };
        self.remember();
        let mut problem = None;
        self.session.go(|debugger| {
            debugger.run_to(target).unwrap_or_else(|error| {
                problem = Some(error.to_string());
                Stop::Step
            })
        });
        self.message = problem;
        self.follow();
    }

    fn toggle_breakpoint(&mut self) {
        let Some(target) = self.cursor_target() else { return };
        let debugger = &mut self.session.debugger;
        let known = debugger.breakpoints().iter().find(|breakpoint| breakpoint.target == target);
        if let Some(id) = known.map(|breakpoint| breakpoint.id) {
            debugger.remove_breakpoint(id);
            return;
        }
        match debugger.add_breakpoint(target, None) {
            Ok(breakpoint) => {
                if let Target::Line { line, .. } = breakpoint.target {
                    self.cursor = line;
                }
            }
            Err(error) => self.message = Some(error.to_string()),
        }
    }

    fn execute(&mut self) -> bool {
        let Some(input) = self.input.take() else { return true };
        self.remember();
        match command::execute(self.session, &input) {
            Ok(Answer::Quit) => return false,
            Ok(Answer::Moved | Answer::Selected) => self.follow(),
            Ok(Answer::Lines(lines)) => {
                let answer = std::iter::once(format!("> {input}")).chain(lines);
                self.output.extend(answer.map(|text| OutputLine { number: None, text }));
                self.output.drain(..self.output.len().saturating_sub(MAX_OUTPUT));
                self.pane = Pane::Output;
            }
            Err(error) => self.message = Some(error.to_string()),
        }
        true
    }

    fn num_lines(&self) -> usize {
        self.source.as_ref().map_or(0, |source| source.text().lines().count())
    }

    /// The lines that are visible if so many fit: around the cursor.
    pub(super) fn visible(&self, height: usize) -> Range<usize> {
        let first = self.cursor.saturating_sub(height / 2).max(1);
        let last = self.num_lines() + 1;
        let first = first.min(last.saturating_sub(height).max(1));
        first..(first + height).min(last)
    }
}
