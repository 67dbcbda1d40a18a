#![doc = include_str!("../README.md")]
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod debugger;
mod expression;
mod failure;
mod place;
mod recorder;

pub use debugger::{Breakpoint, BreakpointError, Debugger, Local, Stop, Target};
pub use expression::{Expression, ExpressionError};
pub use failure::{FailedRun, Failure, FailureText};
pub use place::{Frame, Moment};
pub use recorder::{Output, Recorder, RecorderOptions, output_text};
