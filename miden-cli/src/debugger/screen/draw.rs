//! The layout of the screen.

use miden_debug::{Stop, Target};
use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    text::{Line, Span, Text},
    widgets::{Block, Clear, Paragraph, Wrap},
};

use super::{
    app::{App, GUTTER},
    keys::HELP,
    panes::Pane,
};

/// Width from which all panes are visible.
const WIDE: u16 = 80;

/// Height from which all panes are visible.
const HIGH: u16 = 20;

impl App<'_> {
    pub(super) fn draw(&mut self, frame: &mut Frame<'_>) {
        let area = frame.area();
        let [main, status, line] =
            Layout::vertical([Constraint::Min(0), Constraint::Length(1), Constraint::Length(1)]).areas(area);
        if area.width >= WIDE && area.height >= HIGH {
            self.draw_wide(frame, main);
        } else {
            let [source, pane] =
                Layout::vertical([Constraint::Percentage(60), Constraint::Fill(1)]).areas(main);
            self.draw_source(frame, source);
            self.draw_pane(frame, self.pane, pane);
        }
        self.draw_status(frame, status);
        self.draw_line(frame, line);
        if self.shows_help {
            self.draw_help(frame, area);
        }
    }

    fn draw_wide(&mut self, frame: &mut Frame<'_>, area: Rect) {
        let [left, right] = Layout::horizontal([Constraint::Percentage(58), Constraint::Fill(1)]).areas(area);
        let [source, callers, output] =
            Layout::vertical([Constraint::Fill(3), Constraint::Length(5), Constraint::Fill(1)]).areas(left);
        let [stack, locals, memory, advice, breakpoints] = Layout::vertical([
            Constraint::Fill(3),
            Constraint::Fill(1),
            Constraint::Fill(2),
            Constraint::Length(4),
            Constraint::Length(4),
        ])
        .areas(right);
        self.draw_source(frame, source);
        for (pane, area) in [
            (Pane::Callers, callers),
            (Pane::Output, output),
            (Pane::Stack, stack),
            (Pane::Locals, locals),
            (Pane::Memory, memory),
            (Pane::Advice, advice),
            (Pane::Breakpoints, breakpoints),
        ] {
            self.draw_pane(frame, pane, area);
        }
    }

    fn block(&self, title: &str) -> Block<'static> {
        Block::bordered().title(title.to_owned()).border_style(self.theme.quiet())
    }

    fn draw_pane(&mut self, frame: &mut Frame<'_>, pane: Pane, area: Rect) {
        let block = self.block(pane.title());
        let inner = block.inner(area);
        let lines = self.lines_of(pane, usize::from(inner.height));
        frame.render_widget(Paragraph::new(lines).block(block), area);
    }

    fn draw_source(&mut self, frame: &mut Frame<'_>, area: Rect) {
        let title = self.source.as_ref().map_or("no source", |source| source.name());
        let block = self.block(title);
        let inner = block.inner(area);
        let visible = self.visible(usize::from(inner.height));
        self.source_area = (inner, visible.start);
        let lines = match &self.source {
            Some(source) => {
                let numbered = (1..).zip(source.text().lines());
                let shown = numbered.skip(visible.start - 1).take(visible.len());
                shown.map(|(number, text)| self.source_line(number, text)).collect()
            }
            None => self.session.operation().map(Line::from).into_iter().collect::<Vec<_>>(),
        };
        frame.render_widget(Paragraph::new(lines).block(block), area);
    }

    /// A line of the source, with marks for the cursor and breakpoints and the current instruction highlighted.
    fn source_line(&self, number: usize, text: &str) -> Line<'static> {
        let theme = self.theme;
        let name = self.source.as_ref().map_or("", |source| source.name());
        let is_own = |target: &Target| {
            matches!(target, Target::Line { source, line }
                if *line == number && source.as_deref().is_none_or(|source| source == name))
        };
        let breakpoints = self.session.debugger.breakpoints();
        let stops = breakpoints.iter().any(|breakpoint| is_own(&breakpoint.target));
        let instruction = self.session.instruction().filter(|instruction| {
            instruction.location().line == number
                && self.source.as_ref().is_some_and(|source| source.id() == instruction.source().id())
        });
        let mark = Span::styled(if stops { "●" } else { " " }, theme.breakpoint());
        let arrow = if instruction.is_some() { ">" } else { " " };
        let width = usize::from(GUTTER) - 3;
        let gutter = Span::styled(format!("{number:>width$}{arrow} "), theme.quiet());
        let mut spans = vec![mark, gutter];
        let base = if number == self.cursor { theme.cursor() } else { Default::default() };
        let columns = instruction.and_then(|instruction| {
            let start = instruction.location().column - 1;
            let start = text.char_indices().nth(start).map_or(text.len(), |(offset, _)| offset);
            let end = text.len().min(start + instruction.text().lines().next().unwrap_or_default().len());
            Some((text.get(..start)?, text.get(start..end)?, text.get(end..)?))
        });
        match columns {
            Some((before, current, after)) => spans.extend([
                Span::styled(tabs(before), base),
                Span::styled(tabs(current), theme.current()),
                Span::styled(tabs(after), base),
            ]),
            None => spans.push(Span::styled(tabs(text), base)),
        }
        Line::from(spans)
    }

    /// The place and the reason of the stop.
    fn draw_status(&self, frame: &mut Frame<'_>, area: Rect) {
        let reason = self.session.reason();
        let position = self.session.position();
        let style = match self.session.stop {
            Stop::Fault => self.theme.error(),
            _ => self.theme.current(),
        };
        let text = if reason.is_empty() { position } else { format!("{reason} — {position}") };
        frame.render_widget(Paragraph::new(Line::styled(text, style)), area);
    }

    /// The command being typed, a message, or the most useful keys.
    fn draw_line(&self, frame: &mut Frame<'_>, area: Rect) {
        let line = match (&self.input, &self.message) {
            (Some(input), _) => {
                // The end is visible, with the cursor after it.
                let width = usize::from(area.width).saturating_sub(2);
                let hidden = input.chars().count().saturating_sub(width);
                let shown: String = input.chars().skip(hidden).collect();
                Line::from(format!(":{shown}▏"))
            }
            (None, Some(message)) => Line::styled(format!("error: {message}"), self.theme.error()),
            (None, None) => Line::styled(HINT, self.theme.quiet()),
        };
        frame.render_widget(Paragraph::new(line), area);
    }

    fn draw_help(&self, frame: &mut Frame<'_>, area: Rect) {
        let height = u16::try_from(HELP.len() + 2).unwrap_or(u16::MAX);
        let width = 60.min(area.width);
        let area = area.centered(Constraint::Length(width), Constraint::Length(height.min(area.height)));
        let lines = HELP.iter().map(|(keys, meaning)| format!("{keys:<15} {meaning}"));
        let text = Text::from(lines.collect::<Vec<_>>().join("\n"));
        frame.render_widget(Clear, area);
        frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: false }).block(self.block("Help")), area);
    }
}

/// The keys at the bottom of the screen.
const HINT: &str =
    "? help  s in  n over  o out  b back  p back over  c continue  r reverse  : command  q quit";

/// The text with blanks instead of tabs and of characters that would move the cursor.
fn tabs(text: &str) -> String {
    text.replace('\t', "    ").replace(char::is_control, "·")
}
