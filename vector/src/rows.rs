use miden_field::Line;

/// Rows of elements in panels of eight columns. What follows the last column does not count.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// The rows of each panel.
    pub panels: &'a [&'a [Line]],
    /// Number of columns.
    pub width: usize,
}
