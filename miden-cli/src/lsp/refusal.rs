//! Requests without a result.

use gen_lsp_types::ErrorCodes;

/// Why a request has no result.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: ErrorCodes,
    pub(super) message: String,
}

impl Refusal {
    /// The request is well-formed but cannot be fulfilled.
    pub(super) fn failed(message: impl ToString) -> Self {
        /// `RequestFailed` of the protocol.
        const REQUEST_FAILED: i32 = -32803;
        Self { code: ErrorCodes::Custom(REQUEST_FAILED), message: message.to_string() }
    }
}
