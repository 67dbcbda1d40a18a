use miden_core::AdviceInputs;

use super::{AdviceError, DefaultHost, Host, InMemoryAdvice};

/// Anything that an execution can take advice and events from: a [`Host`], or [`AdviceInputs`], which make a
/// [`DefaultHost`] without event handlers.
pub trait HostSource {
    /// The host.
    type Host: Host;

    /// Returns the host; advice inputs may grow to at most `max_advice` elements.
    ///
    /// # Errors
    /// If the advice inputs are larger than that.
    fn into_host(self, max_advice: usize) -> Result<Self::Host, AdviceError>;
}

impl<H: Host> HostSource for H {
    type Host = H;

    fn into_host(self, _max_advice: usize) -> Result<H, AdviceError> {
        Ok(self)
    }
}

impl HostSource for AdviceInputs {
    type Host = DefaultHost<'static>;

    fn into_host(self, max_advice: usize) -> Result<Self::Host, AdviceError> {
        InMemoryAdvice::new(self, max_advice).map(DefaultHost::new)
    }
}
