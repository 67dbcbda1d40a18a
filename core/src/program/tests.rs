use alloc::{vec, vec::Vec};

use proptest::prelude::*;
use winter_math::{FieldElement, StarkField};

use super::*;
use crate::{DecodeError, Operation, operations::OPERATIONS, params::GROUPS_PER_BLOCK};

fn operation() -> impl Strategy<Value = Operation> {
    let plain: Vec<Opcode> = OPERATIONS
        .iter()
        .filter(|info| info.built && info.is_block_operation() && info.opcode != Opcode::Push)
        .map(|info| info.opcode)
        .collect();
    prop_oneof![
        3 => proptest::sample::select(plain).prop_map(Operation::Plain),
        1 => (0..Felt::MODULUS).prop_map(|value| Operation::Push(Felt::new(value))),
    ]
}

/// Decodes slots as the machine does: digits of the group at the front, immediates behind it.
fn decode(slots: [Felt; GROUPS_PER_BLOCK]) -> Vec<Operation> {
    let mut register: Vec<Felt> = slots.to_vec();
    let mut operations = vec![];
    while !register.is_empty() && register[0] != Felt::ZERO {
        let mut group = register.remove(0).as_int();
        while group != 0 {
            operations.push(match Opcode::from_code((group & 127) as u8).unwrap() {
                Opcode::Push => Operation::Push(register.remove(0)),
                opcode => opcode.into(),
            });
            group >>= 7;
        }
    }
    operations
}

proptest! {
    #[test]
    fn packed_blocks_decode_to_their_operations(operations in proptest::collection::vec(operation(), 0..300)) {
        let blocks = Block::pack(&operations);
        let decoded: Vec<_> = blocks.iter().flat_map(|block| decode(block.slots())).collect();
        prop_assert_eq!(&decoded, &operations);
        for block in &blocks {
            let grouped: Vec<_> = block.groups().flatten().copied().collect();
            prop_assert_eq!(grouped.as_slice(), block.operations());
        }
    }

    #[test]
    fn programs_round_trip(operations in proptest::collection::vec(operation(), 0..200), count in 0u64..50) {
        let mut builder = ProgramBuilder::new();
        let block = builder.block(&operations).unwrap();
        let repeated = builder.repeat(block, count).unwrap();
        let split = builder.split(repeated, block).unwrap();
        let root = builder.repeat_while(split).unwrap();
        let program = builder.finish(root);
        prop_assert_eq!(Program::from_bytes(&program.to_bytes()), Ok(program));
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut file = b"MDPR\x01\x00\x02\x00\x00\x00".to_vec();
        file.extend(bytes);
        prop_assert!(Program::from_bytes(&file).is_err());
    }
}

fn program() -> Program {
    let mut builder = ProgramBuilder::new();
    let one = builder.block(&[Opcode::Pad.into(), Opcode::Incr.into()]).unwrap();
    let two = builder.block(&[Opcode::Drop.into()]).unwrap();
    let split = builder.split(one, two).unwrap();
    let root = builder.join(one, split).unwrap();
    builder.finish(root)
}

#[test]
fn every_byte_of_a_program_file_matters() {
    let program = program();
    let bytes = program.to_bytes();
    for index in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[index] ^= 1;
        assert_ne!(Program::from_bytes(&changed), Ok(program.clone()), "byte {index}");
        assert!(Program::from_bytes(&bytes[..index]).is_err(), "cut at {index}");
    }
}

#[test]
fn a_spoofed_digest_is_refused() {
    let mut bytes = program().to_bytes();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let error = Program::from_bytes(&bytes).unwrap_err();
    assert!(
        matches!(error, DecodeError::Invalid { reason: "the digest does not match the nodes", .. }),
        "{error}"
    );
}

#[test]
fn node_kinds_have_domains_of_their_own() {
    let mut builder = ProgramBuilder::new();
    let block = builder.block(&[]).unwrap();
    let nodes = [
        builder.join(block, block).unwrap(),
        builder.split(block, block).unwrap(),
        builder.repeat_while(block).unwrap(),
    ];
    let mut digests: Vec<_> = nodes.iter().map(|&id| *builder.node(id).digest()).collect();
    digests.dedup();
    assert_eq!(digests.len(), nodes.len());
}

#[test]
fn equal_nodes_are_stored_once() {
    let mut builder = ProgramBuilder::new();
    let block = builder.block(&vec![Opcode::Add.into(); 72 * 1000]).unwrap();
    let program = builder.finish(block);
    // One block, and a join for each level and each odd rest.
    assert!(program.nodes().len() < 20, "{}", program.nodes().len());
}

#[test]
fn reserved_operations_are_refused() {
    let mut builder = ProgramBuilder::new();
    for info in OPERATIONS.iter().filter(|info| !info.built || !info.is_block_operation()) {
        assert_eq!(
            builder.block(&[info.opcode.into()]),
            Err(BuildError::NotABlockOperation { opcode: info.opcode })
        );
    }
}

#[test]
fn the_root_of_a_program_is_its_last_node() {
    let program = program();
    assert_eq!(program.digest(), *program.nodes().last().unwrap().digest());
    assert_eq!(program.nodes().len(), 4);
}
