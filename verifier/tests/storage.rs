//! Transitions of persistent storage, on a kernel that lets programs choose the next root.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use miden_assembly::{Assembler, Source};
use miden_core::{
    Digest, Felt, InputError, Kernel, StackInputs, Word,
    storage::{EMPTY, EntryProof, PathEnd, inner_digest, leaf_digest, wrap, wrapped_digest, wrapped_inputs},
};
use miden_prover::Prover;
use miden_verifier::{
    BrokenLink, ChainError, EntryError, Policy, Transition, TransitionError, VerifierError, verify_chain,
    verify_entry, verify_transition,
};

/// A proven transition.
struct Proven {
    kernel: Kernel,
    program: Digest,
    before: Digest,
    inputs: Vec<Felt>,
    after: Digest,
    outputs: Vec<Felt>,
    proof: Vec<u8>,
}

impl Proven {
    /// Adds the second input to element 3 of the root, and leaves the sum of the inputs.
    fn new(before: Digest, inputs: [u64; 2]) -> Self {
        let kernel =
            Source::new("kernel", "export.add_to_root padw mem_loadw.0 movup.4 add mem_storew.0 dropw end");
        let body = Source::new("body", "begin dup syscall.add_to_root add end");
        let assembler = Assembler::new().with_kernel(&kernel).unwrap();
        let body = assembler.assemble(&body).unwrap().program;
        let wrapped = wrap(&body).unwrap();
        let inputs = inputs.map(Felt::new).to_vec();
        let stack = wrapped_inputs(&StackInputs::new(inputs.clone()).unwrap(), &before).unwrap();
        let proof = Prover::new(&wrapped).with_stack(stack).prove().unwrap();
        assert!(proof.failure().is_none(), "{:?}", proof.failure());
        let (root, outputs) = proof.outputs().items().split_first_chunk::<4>().unwrap();
        let mut root = *root;
        root.reverse();
        Self {
            kernel: body.kernel().clone(),
            program: body.digest(),
            before,
            inputs,
            after: root.into(),
            outputs: outputs.to_vec(),
            proof: proof.to_bytes(),
        }
    }

    fn transition(&self) -> Transition<'_> {
        Transition {
            program: self.program,
            root_before: self.before,
            inputs: &self.inputs,
            root_after: self.after,
            outputs: &self.outputs,
            cycle_limit: None,
        }
    }
}

fn word(elements: [u64; 4]) -> Word {
    elements.map(Felt::new)
}

#[test]
fn a_chain_leads_from_root_to_root_and_nothing_else_is_accepted() {
    let mut chain: Vec<Proven> = Vec::new();
    for i in 0..3 {
        let before = chain.last().map_or(EMPTY, |link| link.after);
        chain.push(Proven::new(before, [i, 10 * i + 1]));
    }
    let kernel = chain[0].kernel.clone();
    let policy = Policy::default();
    let verify = |kernel: &Kernel, root, chain: &[&Proven]| {
        let links = chain.iter().map(|link| (link.transition(), &link.proof));
        verify_chain(kernel, root, links, &policy)
    };
    let [a, b, c] = [&chain[0], &chain[1], &chain[2]];
    assert_eq!(a.after, word([0, 0, 0, 1]).into());
    assert_eq!(verify(&kernel, EMPTY, &[a, b, c]), Ok(c.after));
    assert_eq!(verify(&kernel, a.after, &[b]), Ok(b.after));
    assert_eq!(verify(&kernel, EMPTY, &[]), Ok(EMPTY));

    // Reordered, with one left out, from another root.
    let root = |index, expected, found| {
        Err(ChainError { index, reason: BrokenLink::Root { expected, found } }.to_string())
    };
    let text = |result: Result<Digest, ChainError>| result.map_err(|error| error.to_string());
    assert_eq!(text(verify(&kernel, EMPTY, &[a, c, b])), root(1, a.after, c.before));
    assert_eq!(text(verify(&kernel, EMPTY, &[a, c])), root(1, a.after, c.before));
    assert_eq!(text(verify(&kernel, b.after, &[a])), root(0, b.after, a.before));

    // Under a policy that does not accept the proofs.
    let strict = Policy::only([]);
    let result = verify_transition(&kernel, &a.transition(), &a.proof, &strict);
    assert!(matches!(result, Err(TransitionError::Rejected(VerifierError::ParameterSet { .. }))));
    assert_eq!(verify_chain(&kernel, EMPTY, [(a.transition(), &a.proof)], &strict).unwrap_err().index, 0);

    // On another kernel.
    let other = Kernel::new(vec![EMPTY]).unwrap();
    let larger = Kernel::new([kernel.procedures(), &[EMPTY]].concat()).unwrap();
    for other in [&other, &larger, &Kernel::default()] {
        assert_eq!(verify(other, EMPTY, &[a, b]).unwrap_err().index, 0);
    }

    // Forged in one part each.
    let honest = b.transition();
    let (more, fewer) = ([b.inputs.as_slice(), &[Felt::new(0)]].concat(), &b.outputs[..15]);
    let mut outputs = b.outputs.clone();
    outputs[1] = Felt::new(77);
    let forged = [
        Transition { program: wrapped_digest(&b.program), ..honest.clone() },
        Transition { root_before: c.before, ..honest.clone() },
        Transition { root_after: c.after, ..honest.clone() },
        Transition { inputs: &more, ..honest.clone() },
        Transition { outputs: &outputs, ..honest.clone() },
        Transition { cycle_limit: Some(1 << 20), ..honest.clone() },
        Transition { outputs: &fewer[..11], ..honest.clone() },
    ];
    for forged in forged {
        let result = verify_transition(&kernel, &forged, &b.proof, &policy);
        assert!(
            matches!(result, Err(TransitionError::Rejected(VerifierError::ProofOfWork { .. }))),
            "{forged:?}"
        );
    }
    let many = vec![Felt::default(); StackInputs::MAX];
    let long = Transition { inputs: &many, ..honest };
    assert!(matches!(
        verify_transition(&kernel, &long, &b.proof, &policy),
        Err(TransitionError::Stack(InputError::TooMany { .. }))
    ));
}

#[test]
fn a_program_that_is_not_wrapped_proves_no_transition() {
    // It writes the root itself, where the wrapper would.
    let body = Source::new("body", "begin mem_storew.0 dropw push.9 mem_store.0 padw mem_loadw.0 end");
    let program = Assembler::new().assemble(&body).unwrap().program;
    let proof =
        Prover::new(&program).with_stack(StackInputs::new(word([0; 4]).to_vec()).unwrap()).prove().unwrap();
    let (root, outputs) = proof.outputs().items().split_first_chunk::<4>().unwrap();
    let mut root = *root;
    root.reverse();
    for digest in [program.digest(), wrapped_digest(&program.digest())] {
        let transition = Transition {
            program: digest,
            root_before: EMPTY,
            inputs: &[],
            root_after: root.into(),
            outputs,
            cycle_limit: None,
        };
        let result = verify_transition(&Kernel::default(), &transition, proof.as_bytes(), &Policy::default());
        assert!(matches!(result, Err(TransitionError::Rejected(_))));
    }
}

#[test]
fn entries_are_accepted_under_their_root_alone() {
    let (key, value) = (word([1, 2, 3, 4]), word([5, 6, 7, 8]));
    let other = word([1, 2, 3, 4 | 1 << 63]);
    let leaf = leaf_digest(&key, &value);
    let sibling = leaf_digest(&other, &value);
    let root = inner_digest(&leaf, &sibling);
    let proof = EntryProof { siblings: vec![sibling], end: PathEnd::Leaf { key, value } };
    let bytes = proof.to_bytes();
    assert_eq!(verify_entry(&root, &key, &value, &bytes), Ok(()));
    let zero = word([0; 4]);
    assert_eq!(
        verify_entry(&root, &key, &zero, &bytes),
        Err(EntryError::OtherValue { expected: zero, found: value })
    );
    assert_eq!(verify_entry(&root, &other, &value, &bytes), Err(EntryError::OtherKey));
    assert_eq!(
        verify_entry(&leaf, &key, &value, &bytes),
        Err(EntryError::OtherRoot { expected: leaf, found: root })
    );
    // An inner node is not a leaf: its children cannot be taken for a key and its value.
    let (left, right) = (Word::from(leaf), Word::from(sibling));
    let inner = EntryProof { siblings: Vec::new(), end: PathEnd::Leaf { key: left, value: right } };
    assert!(verify_entry(&root, &left, &right, &inner.to_bytes()).is_err());
    // Nor can a proof that ends early hide an entry.
    let hidden = EntryProof { siblings: Vec::new(), end: PathEnd::Empty };
    assert!(verify_entry(&root, &key, &zero, &hidden.to_bytes()).is_err());
    for len in 0..bytes.len() {
        assert!(matches!(verify_entry(&root, &key, &value, &bytes[..len]), Err(EntryError::Decode(_))));
    }
}
