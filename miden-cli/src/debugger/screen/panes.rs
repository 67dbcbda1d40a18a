//! The content of the panes besides the source.

use ratatui::text::{Line, Span};

use super::app::App;

/// A pane besides the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pane {
    Stack,
    Locals,
    Memory,
    Advice,
    Callers,
    Breakpoints,
    Output,
}

impl Pane {
    const ALL: [Self; 7] = [
        Self::Stack,
        Self::Locals,
        Self::Memory,
        Self::Advice,
        Self::Callers,
        Self::Breakpoints,
        Self::Output,
    ];

    pub(super) fn next(self) -> Self {
        let mut others = Self::ALL.into_iter().cycle().skip_while(|pane| *pane != self).skip(1);
        others.next().unwrap_or(self)
    }

    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Stack => "Stack",
            Self::Locals => "Locals",
            Self::Memory => "Memory",
            Self::Advice => "Advice",
            Self::Callers => "Callers",
            Self::Breakpoints => "Breakpoints",
            Self::Output => "Output",
        }
    }
}

impl App<'_> {
    /// The lines of a pane; `height` of them are visible.
    pub(super) fn lines_of(&mut self, pane: Pane, height: usize) -> Vec<Line<'static>> {
        let lines = match pane {
            Pane::Stack => return self.stack(height),
            Pane::Locals => self.session.locals(),
            Pane::Memory => {
                let height = u32::try_from(height).unwrap_or(u32::MAX);
                self.session.memory(self.memory.map(|address| (address, height)))
            }
            Pane::Advice => self.session.advice(32),
            Pane::Callers => self.session.callers(),
            Pane::Breakpoints => self.session.breakpoints(),
            Pane::Output => {
                let hidden = self.output.len().saturating_sub(height);
                self.output.iter().skip(hidden).map(|line| line.text.clone()).collect()
            }
        };
        lines.into_iter().map(Line::from).collect()
    }

    /// An item on each line, with a mark on what the last motion has changed.
    fn stack(&self, height: usize) -> Vec<Line<'static>> {
        let stack = self.session.debugger.recorder().cycle().stack;
        let depth = stack.depth();
        let before = &self.stack_before;
        let item = |position: usize| {
            let value = stack.get(position)?;
            let changed = before.get(position).is_some_and(|before| *before != value);
            let style = if changed { self.theme.changed() } else { Default::default() };
            let mark = if changed { "*" } else { " " };
            let number = Span::styled(format!("{position:>3} "), self.theme.quiet());
            Some(Line::from(vec![number, Span::styled(format!("{value}{mark}"), style)]))
        };
        let mut lines: Vec<_> = (0..height.min(depth)).filter_map(item).collect();
        if depth > height
            && let Some(last) = lines.last_mut()
        {
            *last = Line::styled(format!("  … {} items below", depth + 1 - height), self.theme.quiet());
        }
        lines
    }
}
