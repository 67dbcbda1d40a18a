//! Semantic tokens: highlighting by meaning.

use gen_lsp_types::{SemanticToken, SemanticTokens, SemanticTokensLegend, SemanticTokensParams};
use miden_assembly_analysis::TokenKind;

use super::features::Features;

/// The types of the protocol, in the order of their numbers.
const TYPES: [&str; 9] = [
    "comment",
    "keyword",
    "operator",
    "number",
    "string",
    "function",
    "namespace",
    "enumMember",
    "decorator",
];

pub(super) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend { token_types: TYPES.map(String::from).into(), token_modifiers: Vec::new() }
}

const fn number(kind: TokenKind) -> Option<u32> {
    Some(match kind {
        TokenKind::Comment => 0,
        TokenKind::Keyword => 1,
        TokenKind::Instruction => 2,
        TokenKind::Number => 3,
        TokenKind::Text => 4,
        TokenKind::Procedure => 5,
        TokenKind::Module => 6,
        TokenKind::Constant => 7,
        TokenKind::Attribute => 8,
        _ => return None,
    })
}

impl Features<'_> {
    pub(super) fn semantic_tokens(self, params: &SemanticTokensParams) -> Option<SemanticTokens> {
        let analysis = self.workspace.find(&params.text_document.uri)?;
        let lines = self.lines(analysis.source());
        let mut data = Vec::new();
        let (mut line, mut character) = (0, 0);
        for token in analysis.tokens() {
            let Some(token_type) = number(token.kind) else { continue };
            let range = lines.range(token.span);
            // Names and texts are on one line, unless quotation marks are not closed.
            if range.start.line != range.end.line {
                continue;
            }
            let delta_line = range.start.line - line;
            data.push(SemanticToken {
                delta_line,
                delta_start: range.start.character - if delta_line == 0 { character } else { 0 },
                length: range.end.character - range.start.character,
                token_type,
                token_modifiers_bitset: 0,
            });
            (line, character) = (range.start.line, range.start.character);
        }
        Some(SemanticTokens { result_id: None, data })
    }
}
