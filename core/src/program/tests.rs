use alloc::{vec, vec::Vec};

use proptest::prelude::*;
use winter_math::{FieldElement, StarkField};

use super::*;
use crate::{DecodeError, Operation, Reader, Writer, operations::OPERATIONS, params::GROUPS_PER_BLOCK};

fn operation() -> impl Strategy<Value = Operation> {
    let plain: Vec<Opcode> = OPERATIONS
        .iter()
        .filter(|info| info.is_block_operation() && info.opcode != Opcode::Push)
        .map(|info| info.opcode)
        .collect();
    prop_oneof![
        3 => proptest::sample::select(plain).prop_map(Operation::Plain),
        1 => (0..Felt::MODULUS).prop_map(|value| Operation::Push(Felt::new(value))),
    ]
}

/// Decodes slots as the machine does: the digits of the first group, its immediates from the slots after it.
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
        let root = builder.while_true(split).unwrap();
        let program = builder.finish(root);
        prop_assert_eq!(Program::from_bytes(&program.to_bytes()), Ok(program));
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut file = b"MDPR\x03\x00\x02\x00\x00\x00".to_vec();
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
    let key = |first: u64| Digest::new([first, 2, 3, 4].map(Felt::new));
    let advice = [(key(1), [5, 6].map(Felt::new).to_vec()), (key(7), Vec::new())];
    builder.finish(root).with_advice(advice.into())
}

#[test]
fn lists_of_advice_are_in_the_file_but_not_in_the_hash() {
    let program = program();
    assert_eq!(Program::from_bytes(&program.to_bytes()), Ok(program.clone()));
    let other = program.clone().with_advice(BTreeMap::new());
    assert_ne!(other, program);
    assert_eq!(other.digest(), program.digest());
    assert_eq!(Program::from_bytes(&other.to_bytes()), Ok(other));
}

#[test]
fn keys_of_advice_that_do_not_ascend_are_rejected() {
    let bytes = program().to_bytes();
    let key = |first: u64| Digest::new([first, 2, 3, 4].map(Felt::new)).to_bytes();
    let find = |part: &[u8]| bytes.windows(part.len()).position(|window| window == part).unwrap();
    for (from, to) in [(7, 1), (7, 0), (1, 8)] {
        let mut changed = bytes.clone();
        let start = find(&key(from));
        changed[start..start + 32].copy_from_slice(&key(to));
        let error = Program::from_bytes(&changed).unwrap_err();
        assert!(matches!(error, DecodeError::Invalid { what: "advice map", .. }), "{error}");
    }
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
fn a_spoofed_hash_is_rejected() {
    let mut bytes = program().to_bytes();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let error = Program::from_bytes(&bytes).unwrap_err();
    assert!(
        matches!(error, DecodeError::Invalid { reason: "the program hash does not match the nodes", .. }),
        "{error}"
    );
}

#[test]
fn each_kind_of_node_has_its_own_domain() {
    let mut builder = ProgramBuilder::new();
    let block = builder.block(&[]).unwrap();
    let nodes = [
        builder.join(block, block).unwrap(),
        builder.split(block, block).unwrap(),
        builder.while_true(block).unwrap(),
        builder.call(block).unwrap(),
        builder.syscall(block).unwrap(),
        builder.dynexec().unwrap(),
        builder.dyncall().unwrap(),
    ];
    let mut digests: Vec<_> = nodes.iter().map(|&id| *builder.node(id).digest()).collect();
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), nodes.len());
}

#[test]
fn equal_nodes_are_stored_once() {
    let mut builder = ProgramBuilder::new();
    let block = builder.block(&vec![Opcode::Add.into(); 72 * 1000]).unwrap();
    let program = builder.finish(block);
    // One block, and a join for each level and each odd remainder.
    assert!(program.nodes().len() < 20, "{}", program.nodes().len());
}

#[test]
fn control_rows_are_rejected_in_blocks() {
    let mut builder = ProgramBuilder::new();
    for info in OPERATIONS.iter().filter(|info| !info.is_block_operation()) {
        assert_eq!(
            builder.block(&[info.opcode.into()]),
            Err(BuildError::NotABlockOperation { opcode: info.opcode })
        );
    }
}

fn emit(event: u32) -> Decorator {
    Decorator::Emit(event)
}

#[test]
fn decorators_precede_the_same_operations_after_packing() {
    let operations = vec![Operation::Plain(Opcode::Add); 100];
    let decorators: Vec<_> =
        [0, 0, 71, 72, 99, 100].into_iter().zip(0..).map(|(index, event)| (index, emit(event))).collect();
    let blocks = Block::pack_decorated(&operations, &decorators);
    let [first, second] = <[Block; 2]>::try_from(blocks).unwrap();
    assert_eq!(first.decorators(), [(0, emit(0)), (0, emit(1)), (71, emit(2))]);
    assert_eq!(second.decorators(), [(0, emit(3)), (27, emit(4)), (28, emit(5))]);
}

#[test]
fn misplaced_decorators_are_rejected() {
    let mut builder = ProgramBuilder::new();
    let mut build = |decorators: &[(usize, Decorator)]| {
        builder.decorated_block(&[Opcode::Add.into(), Opcode::Mul.into()], decorators).map(drop)
    };
    assert_eq!(build(&[(1, emit(1)), (2, emit(2))]), Ok(()));
    assert_eq!(build(&[(3, emit(1))]), Err(BuildError::MisplacedDecorator { index: 0 }));
    assert_eq!(build(&[(1, emit(1)), (0, emit(2))]), Err(BuildError::MisplacedDecorator { index: 1 }));
}

#[test]
fn nodes_that_differ_in_decorators_share_a_digest_only() {
    let mut builder = ProgramBuilder::new();
    let add = [Opcode::Add.into()];
    let plain = builder.block(&add).unwrap();
    let decorated = builder.decorated_block(&add, &[(0, emit(7))]).unwrap();
    assert_ne!(plain, decorated);
    assert_eq!(builder.node(plain).digest(), builder.node(decorated).digest());
    let root = builder.join(plain, decorated).unwrap();
    let program = builder.finish(root);
    assert_eq!(program.nodes().len(), 3);
    assert_eq!(Program::from_bytes(&program.to_bytes()), Ok(program));
}

#[test]
fn decorators_round_trip() {
    let injectors = [
        AdviceInjector::U64Div,
        AdviceInjector::MapValue,
        AdviceInjector::MapValueWithLength,
        AdviceInjector::MapValueLength,
        AdviceInjector::HasMapKey,
        AdviceInjector::MerkleNode,
        AdviceInjector::MerkleMerge,
        AdviceInjector::InsertMemory { address: 5, count: 6 },
        AdviceInjector::InsertMemoryRange,
        AdviceInjector::InsertDoubleWord { domain: 3 },
        AdviceInjector::InsertDoubleWordInDomain,
        AdviceInjector::InsertQuadWord,
        AdviceInjector::InsertPermutation,
    ];
    let error =
        |message: Option<&str>| Decorator::Error(ErrorCode { code: 9, message: message.map(Into::into) });
    let decorators = injectors.map(Decorator::Advice).into_iter().chain([
        emit(u32::MAX),
        error(None),
        error(Some("no füel")),
    ]);
    let mut builder = ProgramBuilder::new();
    let decorators: Vec<_> = decorators.map(|decorator| (0, decorator)).collect();
    let root = builder.decorated_block(&[], &decorators).unwrap();
    let program = builder.finish(root);
    let bytes = program.to_bytes();
    assert_eq!(Program::from_bytes(&bytes), Ok(program));
    for len in 0..bytes.len() {
        assert!(Program::from_bytes(&bytes[..len]).is_err(), "cut at {len}");
    }
}

#[test]
fn procedures_are_found_by_their_digest() {
    let mut builder = ProgramBuilder::new();
    let blocks =
        [Opcode::Add, Opcode::Mul, Opcode::Neg, Opcode::Sub].map(|op| builder.block(&[op.into()]).unwrap());
    let [called, referred, kernel, unused] = blocks;
    let digest = |id| *builder.node(id).digest();
    let digests = [digest(called), digest(referred), digest(kernel), digest(unused)];
    let (call, system_call, dynamic) =
        (builder.call(called).unwrap(), builder.syscall(kernel).unwrap(), builder.dynexec().unwrap());
    let root = builder.sequence(&[call, system_call, dynamic]).unwrap();
    let kernel = Kernel::new(vec![digests[2]]).unwrap();
    let (program, origins) = builder.finish_with(root, &[referred], kernel);
    let found = digests.map(|digest| program.procedure(&digest).map(|id| *program.node(id).digest()));
    assert_eq!(found, [Some(digests[0]), Some(digests[1]), Some(digests[2]), None]);
    assert!(program.kernel().contains(&digests[2]));
    for (id, origin) in program.node_ids().zip(origins) {
        assert_eq!(program.node(id).digest(), builder.node(origin).digest());
    }
    assert_eq!(Program::from_bytes(&program.to_bytes()), Ok(program));
}

#[test]
fn copied_nodes_are_equal_and_unique() {
    let mut builder = ProgramBuilder::new();
    let one = builder.block(&[Opcode::Add.into()]).unwrap();
    let two = builder.decorated_block(&[Opcode::Mul.into()], &[(0, emit(1))]).unwrap();
    let unused = builder.call(one).unwrap();
    let split = builder.split(one, two).unwrap();
    let root = builder.join(split, two).unwrap();

    let mut target = ProgramBuilder::new();
    target.block(&[Opcode::Mul.into()]).unwrap();
    let known = target.block(&[Opcode::Add.into()]).unwrap();
    let mut copied = BTreeMap::new();
    let added = target.copy(&builder, &[root], &mut copied).unwrap();
    assert_eq!(added.len(), 4);
    assert_eq!(copied[&one], known);
    assert!(!copied.contains_key(&unused));
    for (from, to) in added {
        assert_eq!(builder.node(from).digest(), target.node(to).digest());
        assert_eq!(builder.node(from).rate(), target.node(to).rate());
    }
    assert_eq!(builder.finish(root), target.finish(copied[&root]));
    assert_eq!(target.copy(&builder, &[root, split], &mut copied).unwrap(), []);
}

#[test]
fn nodes_round_trip() {
    let mut builder = ProgramBuilder::new();
    let block = builder.block(&[Opcode::Add.into()]).unwrap();
    let root = builder.repeat(block, 5).unwrap();
    let mut writer = Writer::new();
    builder.write_nodes(&mut writer);
    builder.write_id(root, &mut writer);
    let bytes = writer.finish();
    let mut reader = Reader::new(&bytes);
    let read = ProgramBuilder::read_nodes(&mut reader).unwrap();
    let id = read.read_id(&mut reader, "root").unwrap();
    reader.finish().unwrap();
    assert_eq!(read.finish(id), builder.finish(root));
    let mut missing = Writer::new();
    missing.u32(read.num_nodes() as u32);
    assert!(read.read_id(&mut Reader::new(&missing.finish()), "root").is_err());
}

#[test]
fn the_root_of_a_program_is_its_last_node() {
    let program = program();
    assert_eq!(program.digest(), *program.nodes().last().unwrap().digest());
    assert_eq!(program.nodes().len(), 4);
}
