use alloc::vec::Vec;

use miden_core::{
    Digest, Felt, RescueState, Word, field::FieldElement, hash_elements, merge, permute,
    program::AdviceInjector,
};

use super::{AdviceError, AdviceProvider, ProcessState, merkle::depth_and_index};

/// Number of addresses in a memory.
const ADDRESSES: u64 = 1 << 32;

/// Number of elements in a double word, and the default domain of its hash.
const DOUBLE_WORD: Felt = Felt::new(8);

/// Runs an injector; [`AdviceInjector`] has the order of its operands on the stack.
///
/// # Errors
/// If an operand is unsuitable, the advice lacks an entry, or it would exceed its limit.
pub fn inject(
    injector: AdviceInjector,
    state: &dyn ProcessState,
    advice: &mut impl AdviceProvider,
) -> Result<(), AdviceError> {
    let key = || Digest::new(state.word(0));
    match injector {
        AdviceInjector::U64Div => advice.push_front(&u64_div(state)?),
        AdviceInjector::MapValue => {
            let list = list(advice, key())?.to_vec();
            advice.push_front(&list)
        }
        AdviceInjector::MapValueWithLength => {
            let list = list(advice, key())?;
            let with_length = [&[length(list)], list].concat();
            advice.push_front(&with_length)
        }
        AdviceInjector::MapValueLength => {
            let length = length(list(advice, key())?);
            advice.push_front(&[length])
        }
        AdviceInjector::HasMapKey => {
            let known = advice.map_get(&key()).is_some();
            advice.push_front(&[Felt::from(u8::from(known))])
        }
        AdviceInjector::MerkleNode => {
            let place = depth_and_index(state.item(0), state.item(1));
            let (depth, index) = place.map_err(AdviceError::lookup)?;
            let node = advice.merkle_node(&Digest::new(state.word(2)), depth, index)?;
            advice.push_front(node.elements())
        }
        AdviceInjector::MerkleMerge => {
            let [right, left] = words(state).map(Digest::new);
            advice.merkle_merge(&left, &right).map(drop)
        }
        AdviceInjector::InsertMemory { address, count } => {
            let start = u64::from(address);
            insert_memory(state, advice, start, start + u64::from(count))
        }
        AdviceInjector::InsertMemoryRange => {
            insert_memory(state, advice, state.item(4).as_int(), state.item(5).as_int())
        }
        AdviceInjector::InsertDoubleWord { domain } => insert_double_word(state, advice, domain.into()),
        AdviceInjector::InsertDoubleWordInDomain => insert_double_word(state, advice, state.item(8)),
        AdviceInjector::InsertQuadWord => {
            let [d, c, b, a] = words(state);
            let list = [a, b, c, d].concat();
            advice.map_insert(hash_elements(&list), list)
        }
        AdviceInjector::InsertPermutation => {
            let [b, a] = words(state);
            let mut hasher: RescueState = core::array::from_fn(|i| state.item(11 - i));
            permute(&mut hasher);
            let [_, _, _, _, k0, k1, k2, k3, ..] = hasher;
            advice.map_insert(Digest::new([k0, k1, k2, k3]), [a, b].concat())
        }
        // A program that this version assembled or decoded contains no injector of a later version.
        _ => Err(AdviceError::Provider { message: alloc::format!("{injector:?} is not known") }),
    }
}

/// The `N` topmost words, top first.
fn words<const N: usize>(state: &dyn ProcessState) -> [Word; N] {
    core::array::from_fn(|i| state.word(4 * i))
}

fn list(advice: &impl AdviceProvider, key: Digest) -> Result<&[Felt], AdviceError> {
    advice.map_get(&key).ok_or(AdviceError::KeyNotFound { key })
}

fn length(list: &[Felt]) -> Felt {
    Felt::new(list.len() as u64)
}

/// `q_lo, q_hi, r_lo, r_hi` for the operands `[b_hi, b_lo, a_hi, a_lo]`.
fn u64_div(state: &dyn ProcessState) -> Result<Word, AdviceError> {
    let limb = |position| {
        let value = state.item(position);
        u32::try_from(value.as_int()).map(u64::from).map_err(|_| AdviceError::NotU32Value { value })
    };
    let [divisor, dividend] = [limb(0)? << 32 | limb(1)?, limb(2)? << 32 | limb(3)?];
    let quotient = dividend.checked_div(divisor).ok_or(AdviceError::DivideByZero)?;
    let remainder = dividend % divisor;
    let limbs = |value: u64| [Felt::from(value as u32), Felt::from((value >> 32) as u32)];
    let ([q_lo, q_hi], [r_lo, r_hi]) = (limbs(quotient), limbs(remainder));
    Ok([q_lo, q_hi, r_lo, r_hi])
}

/// Inserts the words from `start` up to, but not including, `end` under the key on top of the stack.
fn insert_memory(
    state: &dyn ProcessState,
    advice: &mut impl AdviceProvider,
    start: u64,
    end: u64,
) -> Result<(), AdviceError> {
    if start > end || end > ADDRESSES {
        return Err(AdviceError::InvalidMemoryRange { start, end });
    }
    advice.check_room(usize::try_from(4 * (end - start)).unwrap_or(usize::MAX))?;
    // `end` is at most 2^32, so no address is truncated.
    let addresses = (start..end).map(|address| address as u32);
    let list: Vec<_> = addresses.flat_map(|address| state.memory(state.ctx(), address)).collect();
    advice.map_insert(Digest::new(state.word(0)), list)
}

/// Inserts `A` and `B` of the stack `[B, A]` under their hash.
fn insert_double_word(
    state: &dyn ProcessState,
    advice: &mut impl AdviceProvider,
    domain: Felt,
) -> Result<(), AdviceError> {
    let [b, a] = words(state);
    let domain = if domain == Felt::ZERO { DOUBLE_WORD } else { domain };
    advice.map_insert(merge(domain, &Digest::new(a), &Digest::new(b)), [a, b].concat())
}
