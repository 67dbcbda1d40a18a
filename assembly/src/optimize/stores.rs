//! Stores of values that are used afterwards.

use miden_core::{
    Opcode::{Drop, Dup0, FmpAdd, MStore},
    Operation::{self, Plain},
};

use super::{Rewrite, constants::value};

/// Removes the copy of a value that is stored at a fixed address, because `mstore` keeps the value it stores.
pub(super) fn keep(code: &[Operation]) -> Option<Rewrite> {
    let (address, store) = match code {
        [.., Plain(Dup0), address, Plain(MStore), Plain(Drop)] => (address, [MStore].as_slice()),
        [.., Plain(Dup0), address, Plain(FmpAdd), Plain(MStore), Plain(Drop)] => {
            (address, &[FmpAdd, MStore] as _)
        }
        _ => return None,
    };
    value(*address)?;
    let to = [*address].into_iter().chain(store.iter().map(|&opcode| Plain(opcode)));
    Some(Rewrite { len: store.len() + 3, to: to.zip(1..).collect() })
}
