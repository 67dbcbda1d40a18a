use std::env;

use ratatui::style::{Color, Modifier, Style};

/// The styles of the screen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Theme {
    has_colour: bool,
}

impl Theme {
    pub(super) const PLAIN: Self = Self { has_colour: false };
    pub(super) const COLOURED: Self = Self { has_colour: true };

    /// With colour, unless `NO_COLOR` is set.
    pub(super) fn of_environment() -> Self {
        let is_unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if is_unwanted { Self::PLAIN } else { Self::COLOURED }
    }

    fn coloured(self, colour: Color, otherwise: Modifier) -> Style {
        if self.has_colour { Style::new().fg(colour) } else { Style::new().add_modifier(otherwise) }
    }

    /// The current instruction.
    pub(super) fn current(self) -> Style {
        self.coloured(Color::Yellow, Modifier::REVERSED).add_modifier(Modifier::BOLD)
    }

    /// The line of the cursor.
    pub(super) fn cursor(self) -> Style {
        Style::new().add_modifier(Modifier::UNDERLINED)
    }

    pub(super) fn breakpoint(self) -> Style {
        self.coloured(Color::Red, Modifier::BOLD)
    }

    /// Values that the last motion has changed.
    pub(super) fn changed(self) -> Style {
        self.coloured(Color::Green, Modifier::BOLD)
    }

    pub(super) fn error(self) -> Style {
        self.coloured(Color::Red, Modifier::BOLD)
    }

    /// Frames, numbers of lines, hints.
    pub(super) fn quiet(self) -> Style {
        self.coloured(Color::DarkGray, Modifier::DIM)
    }
}
