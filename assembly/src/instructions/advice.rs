//! Reading advice, and the injectors that prepare it.

use miden_core::{
    Opcode,
    program::{AdviceInjector, Decorator},
};

use super::{Operations, repeat};

/// `[] → [vn, …, v1]`
pub(super) fn push(count: u8, operations: &mut Operations) {
    repeat(operations, Opcode::Read, count.into());
}

pub(super) fn inject(injector: AdviceInjector, operations: &mut Operations) {
    operations.decorate(Decorator::Advice(injector));
}

pub(super) fn emit(event: u32, operations: &mut Operations) {
    operations.decorate(Decorator::Emit(event));
}
