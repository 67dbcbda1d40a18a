//! Drawing of pictures: rectangles, lines and text, readable on light and dark pages.

use std::fmt::Write as _;

use expect_test::expect_file;

use crate::marked::root;

/// Fill colours of boxes, light enough for black text.
pub(crate) const COLOURS: [&str; 8] =
    ["#cfe3ff", "#d5f0d0", "#ffe6b8", "#f7d4e4", "#e2d9fb", "#cdf0ef", "#f6dccb", "#e6e6e6"];

pub(crate) fn colour(index: usize) -> &'static str {
    COLOURS[index % COLOURS.len()]
}

/// A picture.
pub(crate) struct Svg {
    width: f64,
    height: f64,
    body: String,
}

impl Svg {
    pub(crate) const fn new(width: f64, height: f64) -> Self {
        Self { width, height, body: String::new() }
    }

    pub(crate) fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, fill: &str) {
        let _ = writeln!(
            self.body,
            r##"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="{fill}" stroke="#555"/>"##
        );
    }

    /// Text centred at `x`, with its base line at `y`.
    pub(crate) fn text(&mut self, x: f64, y: f64, size: f64, text: &str) {
        self.anchored("middle", x, y, size, text);
    }

    /// Text that begins at `x`.
    pub(crate) fn label(&mut self, x: f64, y: f64, size: f64, text: &str) {
        self.anchored("start", x, y, size, text);
    }

    fn anchored(&mut self, anchor: &str, x: f64, y: f64, size: f64, text: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        let _ = writeln!(
            self.body,
            r#"<text x="{x:.1}" y="{y:.1}" font-size="{size}" text-anchor="{anchor}">{text}</text>"#
        );
    }

    /// Lines from point to point.
    pub(crate) fn line(&mut self, points: &[(f64, f64)], stroke: &str) {
        let points: Vec<_> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let points = points.join(" ");
        let _ = writeln!(self.body, r#"<polyline points="{points}" fill="none" stroke="{stroke}"/>"#);
    }

    pub(crate) fn arrow(&mut self, x1: f64, y1: f64, x2: f64, y2: f64) {
        let _ = writeln!(
            self.body,
            r##"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" stroke="#555" marker-end="url(#tip)"/>"##
        );
    }

    /// Compares the picture with `docs/src/pictures/{file}`.
    #[track_caller]
    pub(crate) fn check(&self, file: &str) {
        let Self { width, height, body } = self;
        let text = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0} {height:.0}" width="{width:.0}" height="{height:.0}" font-family="sans-serif">
<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="#555"/></marker></defs>
<rect width="100%" height="100%" fill="#fff"/>
{body}</svg>
"##
        );
        expect_file![root().join("docs/src/pictures").join(file)].assert_eq(&text);
    }
}
