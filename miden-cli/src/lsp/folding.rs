//! Ranges that an editor can fold.

use gen_lsp_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};
use miden_assembly::{Span, SyntaxElement, SyntaxKind};

use super::features::Features;

impl Features<'_> {
    /// Procedures and blocks, and comments and imports of several lines.
    pub(super) fn folding(self, params: &FoldingRangeParams) -> Option<Vec<FoldingRange>> {
        let analysis = self.workspace.find(&params.text_document.uri)?;
        let lines = self.lines(analysis.source());
        let root = analysis.syntax().root();
        let blocks = root.descendants().filter(|element| is_block(element.kind()));
        let blocks = blocks.map(|element| (element.span(), None));
        let comment = |kind| matches!(kind, SyntaxKind::Comment | SyntaxKind::DocComment);
        let comments = groups(root.descendants(), comment);
        let comments = comments.map(|span| (span, Some(FoldingRangeKind::Comment)));
        let imports = groups(root.children(), |kind| kind == SyntaxKind::Import);
        let imports = imports.map(|span| (span, Some(FoldingRangeKind::Imports)));
        let ranges = blocks.chain(comments).chain(imports).filter_map(|(span, kind)| {
            let range = lines.range(span);
            (range.start.line < range.end.line).then(|| FoldingRange {
                start_line: range.start.line,
                end_line: range.end.line,
                kind,
                ..FoldingRange::default()
            })
        });
        Some(ranges.collect())
    }
}

const fn is_block(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::Procedure
            | SyntaxKind::Program
            | SyntaxKind::If
            | SyntaxKind::While
            | SyntaxKind::DoWhile
            | SyntaxKind::Repeat
            | SyntaxKind::AdviceMap
    )
}

/// The spans of elements of a kind that follow each other with nothing but white space between them.
fn groups<'t>(
    elements: impl Iterator<Item = SyntaxElement<'t>>,
    is_member: impl Fn(SyntaxKind) -> bool,
) -> impl Iterator<Item = Span> {
    let mut groups: Vec<Span> = Vec::new();
    let mut is_open = false;
    for element in elements {
        match element.kind() {
            kind if is_member(kind) => {
                match groups.last_mut().filter(|_| is_open) {
                    Some(group) => group.end = element.span().end,
                    None => groups.push(element.span()),
                }
                is_open = true;
            }
            SyntaxKind::Whitespace | SyntaxKind::Newline => {}
            _ => is_open = false,
        }
    }
    groups.into_iter()
}
