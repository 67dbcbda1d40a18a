//! The stack beside the code: inlay hints, and signatures of what is being typed.

use gen_lsp_types::{
    Documentation, InlayHint, InlayHintParams, Label, SignatureHelp, SignatureHelpParams,
    SignatureInformation, Tooltip,
};

use super::{check, features::Features};

const TOOLTIP: &str = "Items on the stack more than at the start of the procedure; cycles of the line without \
                       optimization.";

impl Features<'_> {
    /// Depth of the stack after each line, and the cycles of the line.
    pub(super) fn inlay_hints(self, params: &InlayHintParams) -> Option<Vec<InlayHint>> {
        let analysis = self.workspace.find(&params.text_document.uri)?;
        let lines = self.lines(analysis.source());
        let shown = lines.span(params.range).range();
        let found = check::check(self.workspace, &analysis).lines;
        let found =
            found.iter().filter(|line| line.source == *analysis.source() && shown.contains(&line.end));
        let hint = |line: &miden_assembly_analysis::LineEffect| InlayHint {
            position: lines.position(line.end),
            label: Label::String(match line.cycles {
                Some(1) => format!("{:+}, 1 cycle", line.depth),
                Some(cycles) => format!("{:+}, {cycles} cycles", line.depth),
                None => format!("{:+}", line.depth),
            }),
            kind: None,
            text_edits: None,
            tooltip: Some(Tooltip::String(TOOLTIP.into())),
            padding_left: Some(true),
            padding_right: None,
            data: None,
        };
        Some(found.map(hint).collect())
    }

    /// The header of the procedure, or the forms of the instruction, before the cursor.
    pub(super) fn signature(self, params: &SignatureHelpParams) -> Option<SignatureHelp> {
        let (analysis, offset) = self.place(&params.text_document_position_params)?;
        let labels = analysis.signatures(offset, self.workspace);
        let hover = analysis.hover(offset, self.workspace)?;
        let documentation = Documentation::MarkupContent(self.markup(hover.text));
        let signature = |label| SignatureInformation {
            label,
            documentation: Some(documentation.clone()),
            parameters: None,
            active_parameter: None,
        };
        let signatures: Vec<_> = labels.into_iter().map(signature).collect();
        (!signatures.is_empty()).then_some(SignatureHelp {
            signatures,
            active_signature: Some(0),
            active_parameter: None,
        })
    }
}
