use alloc::vec::Vec;

use crate::{
    Digest, InputError, Opcode, Operation, Program, StackInputs,
    program::{Block, BuildError, ProgramBuilder},
    rescue::{hash_rate, merge},
};

/// Moves the root from the top of the stack to word 0 of the root context: `mem_storew.0 dropw`.
const ENTER: [Opcode; 6] =
    [Opcode::Pad, Opcode::MStoreW, Opcode::Drop, Opcode::Drop, Opcode::Drop, Opcode::Drop];

/// Puts the root back: `padw mem_loadw.0`.
const LEAVE: [Opcode; 6] = [Opcode::Pad, Opcode::Pad, Opcode::Pad, Opcode::Pad, Opcode::Pad, Opcode::MLoadW];

fn operations(opcodes: [Opcode; 6]) -> Vec<Operation> {
    opcodes.map(Operation::Plain).to_vec()
}

/// The hash of the wrapped program, given the hash of the program that it calls.
///
/// The wrapped program takes the root of the storage from the top of the stack into the memory of the kernel, calls the
/// program in a context of its own, and leaves the new root on top.
pub fn wrapped_digest(body: &Digest) -> Digest {
    let block = |opcodes| {
        // Six operations are a single block.
        let slots = Block::pack(&operations(opcodes)).first().map(Block::slots).unwrap_or_default();
        hash_rate(Opcode::Block.code().into(), slots)
    };
    let join = |left: &Digest, right: &Digest| merge(Opcode::Join.code().into(), left, right);
    let call = merge(Opcode::Call.code().into(), body, &Digest::default());
    join(&join(&block(ENTER), &call), &block(LEAVE))
}

/// The initial stack of the wrapped program: the root on top of the user's initial stack.
///
/// # Errors
/// If no four items fit onto the user's stack.
pub fn wrapped_inputs(inputs: &StackInputs, root: &Digest) -> Result<StackInputs, InputError> {
    StackInputs::new([inputs.items(), root.elements()].concat())
}

/// The wrapped program: see [`wrapped_digest`]. The nodes of the program keep their identifiers.
///
/// # Errors
/// If the program grows too large.
pub fn wrap(body: &Program) -> Result<Program, BuildError> {
    let (mut builder, root) = ProgramBuilder::of(body)?;
    let enter = builder.block(&operations(ENTER))?;
    let call = builder.call(root)?;
    let leave = builder.block(&operations(LEAVE))?;
    let entered = builder.join(enter, call)?;
    let wrapped = builder.join(entered, leave)?;
    let procedures: Vec<_> = body.procedures().collect();
    let (program, _) = builder.finish_with(wrapped, &procedures, body.kernel().clone());
    Ok(program.with_advice(body.advice().clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Felt, Kernel, Node};

    /// A program that contains the wrapper's own blocks, and a procedure that only dynamic calls reach.
    fn body() -> Program {
        let mut builder = ProgramBuilder::new();
        let enter = builder.block(&operations(ENTER)).unwrap();
        let procedure = builder.block(&[Operation::Push(Felt::new(5))]).unwrap();
        let syscall = builder.syscall(procedure).unwrap();
        let dynamic = builder.dyncall().unwrap();
        let root = builder.sequence(&[enter, syscall, dynamic]).unwrap();
        let kernel = Kernel::new([*builder.node(procedure).digest()].to_vec()).unwrap();
        let other = builder.block(&[Operation::Plain(Opcode::Neg)]).unwrap();
        builder.finish_with(root, &[other], kernel).0
    }

    #[test]
    fn the_digest_is_that_of_the_wrapped_program() {
        let body = body();
        let wrapped = wrap(&body).unwrap();
        assert_eq!(wrapped.digest(), wrapped_digest(&body.digest()));
        assert_ne!(wrapped.digest(), wrapped_digest(&wrapped.digest()));
    }

    #[test]
    fn the_body_keeps_its_nodes_procedures_and_kernel() {
        let body = body();
        let wrapped = wrap(&body).unwrap();
        assert_eq!(wrapped.kernel(), body.kernel());
        assert_eq!(&wrapped.nodes()[..body.nodes().len()], body.nodes());
        for id in body.procedures() {
            assert_eq!(wrapped.procedure(body.node(id).digest()), Some(id));
        }
        let entry = wrapped.procedure(&body.digest()).unwrap();
        assert_eq!(*wrapped.node(entry).digest(), body.digest());
        let calls = wrapped.nodes().iter().filter(|hashed| matches!(hashed.node(), Node::Call(_)));
        assert_eq!(calls.count(), 1);
    }
}
