//! Answers to the events of `std::collections::trie`.
//!
//! Book: design/storage.md#host

use alloc::{format, vec, vec::Vec};

use miden_core::{
    Digest, Felt, Word,
    field::FieldElement,
    storage::{FIND_EVENT, MAX_DEPTH, REMOVE_EVENT, path_bit},
};

use super::{AdviceError, AdviceProvider, ProcessState};

/// A node of a trie.
enum Node {
    Empty,
    Leaf { key: Word, value: Word },
    Inner { left: Digest, right: Digest },
}

/// The leaf or the empty node at the end of a key's path.
struct End {
    node: Node,
    /// Siblings of the nodes on the path, the one at depth 1 first.
    siblings: Vec<Digest>,
}

/// Handles the event if it is one of `std::collections::trie`; returns whether it is.
///
/// The answer comes from the Merkle store, which must have the inner nodes of the trie, and the map, which must have the
/// key and the value of each leaf under its digest.
///
/// # Errors
/// If the advice lacks a node, or would exceed its limit.
pub fn answer_trie_event(
    event: u32,
    state: &dyn ProcessState,
    advice: &mut impl AdviceProvider,
) -> Result<bool, AdviceError> {
    let (key, root) = (state.word(0), Digest::new(state.word(4)));
    let answer = match event {
        FIND_EVENT => find(&key, descend(advice, &key, root)?),
        REMOVE_EVENT => remove(advice, &key, &descend(advice, &key, root)?.siblings)?,
        _ => return Ok(false),
    };
    advice.push_front(&answer)?;
    Ok(true)
}

/// The end of the path, and its depth.
fn find(key: &Word, end: End) -> Vec<Felt> {
    let mut answer = vec![number(end.siblings.len())];
    match end.node {
        Node::Leaf { key: other, value } if other == *key => {
            answer.push(Felt::ONE);
            answer.extend(value);
        }
        Node::Leaf { key, value } => {
            answer.push(number(2));
            answer.extend([key, value].concat());
        }
        Node::Empty | Node::Inner { .. } => answer.push(Felt::ZERO),
    }
    answer
}

/// The node that remains where the leaf of the key is removed.
fn remove(advice: &impl AdviceProvider, key: &Word, siblings: &[Digest]) -> Result<Vec<Felt>, AdviceError> {
    let bit = |depth| Felt::from(path_bit(key, depth));
    let Some((sibling, above)) = siblings.split_last() else { return Ok(vec![number(2)]) };
    match node(advice, sibling)? {
        Node::Inner { left, right } => {
            let mut answer = vec![Felt::ZERO, bit(above.len())];
            answer.extend([*left.elements(), *right.elements()].concat());
            Ok(answer)
        }
        Node::Leaf { key, value } => {
            // The leaf moves up past empty siblings.
            let depth = above.iter().rposition(|digest| !is_empty(digest)).map_or(0, |index| index + 1);
            let mut answer = vec![Felt::ONE, number(depth)];
            answer.extend([key, value].concat());
            if let Some((next, sibling)) =
                depth.checked_sub(1).and_then(|next| Some((next, above.get(next)?)))
            {
                answer.push(bit(next));
                answer.extend(*sibling.elements());
            }
            Ok(answer)
        }
        Node::Empty => Err(AdviceError::Provider {
            message: format!("the trie is not proper: a leaf at depth {} has no sibling", siblings.len()),
        }),
    }
}

/// Follows the path of a key.
fn descend(advice: &impl AdviceProvider, key: &Word, root: Digest) -> Result<End, AdviceError> {
    let (mut digest, mut siblings) = (root, Vec::new());
    loop {
        match node(advice, &digest)? {
            Node::Inner { .. } if siblings.len() >= MAX_DEPTH => {
                let message = format!("the trie with root {root} is deeper than {MAX_DEPTH} levels");
                return Err(AdviceError::Provider { message });
            }
            Node::Inner { left, right } => {
                let goes_right = path_bit(key, siblings.len());
                let (next, sibling) = if goes_right { (right, left) } else { (left, right) };
                siblings.push(sibling);
                digest = next;
            }
            node => return Ok(End { node, siblings }),
        }
    }
}

fn node(advice: &impl AdviceProvider, digest: &Digest) -> Result<Node, AdviceError> {
    if is_empty(digest) {
        return Ok(Node::Empty);
    }
    if let Ok(left) = advice.merkle_node(digest, 1, 0) {
        return Ok(Node::Inner { left, right: advice.merkle_node(digest, 1, 1)? });
    }
    match advice.map_get(digest) {
        Some(&[k0, k1, k2, k3, v0, v1, v2, v3]) => {
            Ok(Node::Leaf { key: [k0, k1, k2, k3], value: [v0, v1, v2, v3] })
        }
        _ => Err(AdviceError::SetNotFound { root: *digest }),
    }
}

fn is_empty(digest: &Digest) -> bool {
    *digest == Digest::default()
}

/// A depth or a kind of answer.
fn number(value: usize) -> Felt {
    Felt::new(value as u64)
}
