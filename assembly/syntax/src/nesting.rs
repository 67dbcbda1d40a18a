/// Tracks whether characters, visited in order, are in quotation marks or brackets.
#[derive(Default)]
pub(crate) struct Nesting {
    quoted: bool,
    /// Whether the last character was a backslash that escapes the next.
    escaped: bool,
    brackets: usize,
}

impl Nesting {
    pub(crate) const fn visit(&mut self, c: char) {
        if core::mem::replace(&mut self.escaped, false) {
            return;
        }
        match c {
            '\\' => self.escaped = self.quoted,
            '"' => self.quoted = !self.quoted,
            '[' | '(' | '{' if !self.quoted => self.brackets += 1,
            ']' | ')' | '}' if !self.quoted => self.brackets = self.brackets.saturating_sub(1),
            _ => {}
        }
    }

    pub(crate) const fn is_outside(&self) -> bool {
        !self.quoted && self.brackets == 0
    }

    pub(crate) const fn is_quoted(&self) -> bool {
        self.quoted
    }
}
