//! Programs that try to reach the storage in other ways than the kernel allows.

use miden_assembly::Source;
use miden_core::{
    Digest, Felt, Node, NodeId, Opcode, Operation, Program,
    field::StarkField,
    params::{FMP_INIT, FMP_MAX},
    program::ProgramBuilder,
    storage::{Mode, wrap},
};

use super::{
    storage::entry,
    wrapped::{Ended, assemble, assembler, execute, nothing},
};
use crate::{
    collections::trie::Map,
    support::{Word4, felts, reversed},
};

const ZERO: Word4 = [0; 4];
const SLOT: u64 = 7;

/// The procedures of the kernel for slots of the caller.
const OF_THE_CALLER: [&str; 9] = [
    "value_get",
    "value_set",
    "map_get",
    "map_set",
    "array_len",
    "array_get",
    "array_set",
    "array_push",
    "array_pop",
];

/// Executes a program on the empty storage.
#[track_caller]
fn run(text: &str) -> Ended {
    execute(&assemble(text), ZERO, &[], nothing()).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn fails(body: &Program, kind: &str) {
    match execute(body, ZERO, &[], nothing()) {
        Ok(ended) => panic!("the body succeeds: {:?}", ended.outputs),
        Err(error) => assert_eq!(error.kind(), kind, "{error}"),
    }
}

/// The digest in the topmost outputs from a position on.
fn digest_at(outputs: &[u64], position: usize) -> Word4 {
    reversed(core::array::from_fn(|index| outputs[position + index]))
}

/// The root of a state in which these owners have these values in [`SLOT`].
fn root_of(values: &[(Word4, Word4)]) -> Word4 {
    let mut map = Map::default();
    for (owner, value) in values {
        map.set(entry(*owner, Mode::Value, SLOT, ZERO), *value);
    }
    map.root()
}

fn ints(digest: Digest) -> Word4 {
    digest.elements().map(|element| element.as_int())
}

/// A procedure that writes a number to [`SLOT`] and keeps the stack.
fn writes(name: &str, number: u64, then: &str) -> String {
    format!("proc.{name} push.{SLOT} push.{number}.0.0.0 syscall.value_set dropw drop {then} end\n")
}

/// The digest of one of these procedures.
fn digest_of(procedures: &str, name: &str) -> Word4 {
    let ended = run(&format!("{procedures} begin procref.{name} swapw dropw end"));
    digest_at(&ended.outputs, 0)
}

const fn number(value: u64) -> Word4 {
    [value, 0, 0, 0]
}

#[test]
fn the_owner_is_the_procedure_entered_last() {
    let procedures = [
        writes("inlined", 1, ""),
        writes("inner", 3, ""),
        writes("outer", 2, "call.inner"),
        writes("dynamic", 4, "exec.inlined_too"),
        writes("inlined_too", 5, ""),
    ]
    .concat();
    let body =
        assemble(&format!("{procedures} begin exec.inlined call.outer procref.dynamic dyncall dropw end"));
    let owners = [
        (ints(body.digest()), number(1)),
        (digest_of(&procedures, "outer"), number(2)),
        (digest_of(&procedures, "inner"), number(3)),
        (digest_of(&procedures, "dynamic"), number(5)),
    ];
    assert_eq!(execute(&body, ZERO, &[], nothing()).unwrap().root, root_of(&owners));
}

#[test]
fn slots_of_others_can_be_read_but_not_written() {
    let contract = writes("contract", 5, "");
    let owner = digest_of(&contract, "contract");
    let before = run(&format!("{contract} begin call.contract end"));
    assert_eq!(before.root, root_of(&[(owner, number(5))]));
    let [d0, d1, d2, d3] = owner;
    // By the body, by a call, a call within it, and a dynamic call; then reads the slot of the contract.
    let attacks =
        [writes("direct", 6, ""), writes("nested", 7, ""), writes("called", 8, "call.nested")].concat();
    let dynamic = writes("dynamic", 9, "");
    let body = assemble(&format!(
        "{attacks} {dynamic} begin
            exec.direct call.called procref.dynamic dyncall dropw
            push.{d0}.{d1}.{d2}.{d3} push.{SLOT} padw syscall.value_get_of
            movdn.8 movdn.8 movdn.8 movdn.8 drop dropw swapw dropw
        end"
    ));
    let after = execute(&body, before.root, &[], before.advice).unwrap();
    assert_eq!(digest_at(&after.outputs, 0), number(5));
    let owners = [
        (owner, number(5)),
        (ints(body.digest()), number(6)),
        (digest_of(&attacks, "nested"), number(7)),
        (digest_of(&attacks, "called"), number(8)),
        (digest_of(&dynamic, "dynamic"), number(9)),
    ];
    assert_eq!(after.root, root_of(&owners));
}

#[test]
fn the_memory_of_the_kernel_is_out_of_reach() {
    let first = run(&format!("{} begin exec.write end", writes("write", 1, "")));
    // All places that the kernel uses: the root, and its locals.
    let addresses =
        [0, 1, 1 << 30, (1 << 30) + 1, 1 << 31, (1_u64 << 31) + 1, (1 << 31) + 2, u32::MAX.into()];
    let stores: String = addresses.iter().map(|address| format!("mem_storew.{address} ")).collect();
    let body = assemble(&format!(
        "proc.scratch.200 push.9.9.9.9 loc_storew.0 loc_storew.199 dropw end
        begin
            padw mem_loadw.0 push.9.9.9.9 {stores} dropw exec.scratch call.scratch
            padw syscall.root {stores} dropw
            swapw dropw
        end"
    ));
    let second = execute(&body, first.root, &[], first.advice).unwrap();
    assert_eq!(second.root, first.root);
    // The body finds no root in its own memory.
    assert_eq!(digest_at(&second.outputs, 0), ZERO);
}

#[test]
fn entering_again_does_not_change_the_root() {
    // The code of the wrapper itself, around a procedure that writes.
    let inner = writes("inner", 3, "");
    let body =
        format!("{inner} begin push.9.9.9.9 mem_storew.0 dropw call.inner padw mem_loadw.0 swapw dropw end");
    let ended = run(&body);
    assert_eq!(ended.root, root_of(&[(digest_of(&inner, "inner"), number(3))]));
    assert_eq!(digest_at(&ended.outputs, 0), [9; 4]);
    // A wrapped program in the wrapper leaves four items too many.
    let wrapped = wrap(&assemble(&format!("{inner} begin exec.inner end"))).unwrap();
    fails(&wrapped, "InvalidStackDepthOnReturn");
}

#[test]
fn a_root_on_the_stack_of_the_body_is_not_the_root() {
    let write = writes("write", 1, "");
    let body = assemble(&format!("{write} begin exec.write push.9.9.9.9 swapw dropw end"));
    let ended = execute(&body, ZERO, &[], nothing()).unwrap();
    assert_eq!(ended.root, root_of(&[(ints(body.digest()), number(1))]));
    assert_eq!(digest_at(&ended.outputs, 0), [9; 4]);
}

/// The program whose root is a node of `text`'s program that `build` makes of the kernel procedure it calls.
fn around(text: &str, build: impl FnOnce(&mut ProgramBuilder, NodeId) -> NodeId) -> Program {
    let program = assemble(text);
    let (mut builder, _) = ProgramBuilder::of(&program).unwrap();
    let target = program.nodes().iter().find_map(|hashed| match hashed.node() {
        Node::SysCall(target) => Some(*target),
        _ => None,
    });
    let root = build(&mut builder, target.unwrap());
    builder.finish_with(root, &[target.unwrap()], program.kernel().clone()).0
}

#[test]
fn kernel_procedures_act_only_in_system_calls() {
    for name in OF_THE_CALLER {
        let text = format!("begin syscall.{name} end");
        // By `call`, inlined as by `exec`, and dynamically.
        fails(&around(&text, |builder, target| builder.call(target).unwrap()), "CallerNotInSyscall");
        fails(
            &around(&text, |builder, target| builder.sequence(&[target, target]).unwrap()),
            "CallerNotInSyscall",
        );
        let digest =
            |builder: &ProgramBuilder, target| builder.node(target).digest().elements().map(|d| d.as_int());
        let dynamic = around(&text, |builder, target| {
            let push = digest(builder, target).map(|element| Operation::Push(felts(&[element])[0]));
            let push = builder.block(&push).unwrap();
            let dyncall = builder.dyncall().unwrap();
            builder.sequence(&[push, dyncall]).unwrap()
        });
        fails(&dynamic, "CallerNotInSyscall");
        // The assembler does not even assemble them.
        let text = format!("use.std::kernels::storage begin exec.storage::{name} end");
        assert!(assembler().assemble(&Source::new("body", text.as_str())).is_err());
    }
}

#[test]
fn kernel_procedures_that_need_no_caller_find_no_root_elsewhere() {
    let write = writes("write", 1, "");
    let first = run(&format!("{write} begin call.write end"));
    let owner = digest_of(&write, "write");
    // A value of an owner, the first of the two words below the slot, or the root itself.
    let operands = [&[0, 0, 0, 0, SLOT][..], &reversed(owner)].concat();
    let honest = assemble("begin syscall.value_get_of end");
    let ended = execute(&honest, first.root, &operands, first.advice.clone()).unwrap();
    assert_eq!(digest_at(&ended.outputs, 0), number(1));
    for (name, operands) in [
        ("root", vec![]),
        ("value_get_of", operands),
        ("map_get_of", [&[1, 0, 0, 0, SLOT][..], &reversed(owner)].concat()),
        ("array_len_of", [&[0, SLOT][..], &reversed(owner)].concat()),
    ] {
        let text = format!("begin syscall.{name} end");
        let called = around(&text, |builder, target| builder.call(target).unwrap());
        // Inlined, in a context whose word 0 the body has chosen: the root of the empty state.
        let inlined = around(&text, |builder, target| {
            let store = [Operation::Push(felts(&[0])[0]), Operation::Plain(Opcode::MStoreW)];
            let store = builder.block(&store).unwrap();
            let zeros = builder.block(&[Operation::Plain(Opcode::Drop); 4]).unwrap();
            builder.sequence(&[store, zeros, target]).unwrap()
        });
        let above: Vec<u64> = [0; 4].into_iter().chain(operands.iter().copied()).collect();
        for (body, inputs) in [(called, &operands), (inlined, &above)] {
            let ended = execute(&body, first.root, inputs, first.advice.clone()).unwrap();
            assert_eq!((ended.root, ended.outputs[0]), (first.root, 0), "{name}");
        }
    }
}

#[test]
fn locals_and_the_pointer_to_them_do_not_reach_the_kernel() {
    let update = |builder: &mut ProgramBuilder, distance: u64| {
        let push = Operation::Push(felts(&[distance])[0]);
        builder.block(&[push, Operation::Plain(Opcode::FmpUpdate)]).unwrap()
    };
    let text = format!("begin push.{SLOT}.5.0.0.0 syscall.value_set dropw drop end");
    let expected = |body: &Program| root_of(&[(ints(body.digest()), number(5))]);
    // To the kernel's own locals, just below and above them, and as far as it goes.
    for distance in [1, (1 << 30) - 1, 1 << 30, (1 << 30) + 1, (1 << 30) + 8, FMP_MAX - FMP_INIT] {
        let body = assemble(&text);
        let (mut builder, root) = ProgramBuilder::of(&body).unwrap();
        let moved = update(&mut builder, distance);
        let whole = builder.sequence(&[moved, root]).unwrap();
        let body = builder.finish_with(whole, &[], body.kernel().clone()).0;
        let ended = execute(&body, ZERO, &[], nothing()).unwrap();
        assert_eq!(ended.root, expected(&body), "{distance}");
    }
    for distance in [FMP_MAX - FMP_INIT + 1, Felt::MODULUS - 1, Felt::MODULUS - FMP_INIT] {
        let body = around(&text, |builder, _| update(builder, distance));
        fails(&body, "InvalidFmpValue");
    }
    // Locals of the body, before, between and after system calls, are its own, and those of the kernel are not in them.
    let body = assemble(&format!(
        "proc.scratch.60
            push.9.9.9.9 loc_storew.0 loc_storew.30 loc_storew.59 dropw
            push.{SLOT}.5.0.0.0 syscall.value_set dropw drop
            padw loc_loadw.0 push.9.9.9.9 assert_eqw
            padw loc_loadw.59 push.9.9.9.9 assert_eqw
            padw loc_loadw.1 push.0.0.0.0 assert_eqw
        end
        begin exec.scratch end"
    ));
    assert_eq!(execute(&body, ZERO, &[], nothing()).unwrap().root, expected(&body));
}

#[test]
fn a_system_call_sees_and_changes_the_top_of_the_stack_only() {
    let write = writes("write", 1, "");
    // A deep stack before and after system calls, in the body and in a call.
    let deep = "repeat.40 push.3 end exec.write repeat.39 add end";
    let body =
        assemble(&format!("{write} proc.deep {deep} swap drop end begin {deep} swap drop call.deep end"));
    let ended = execute(&body, ZERO, &[], nothing()).unwrap();
    assert_eq!(ended.outputs[0], 120);
    let body = assemble(&format!("{write} begin {deep} end"));
    fails(&body, "InvalidStackDepthOnReturn");
}

#[test]
fn inputs_below_the_body_pass_through() {
    let inputs: Vec<u64> = (1..=20).collect();
    let body = assemble("begin dup.1 add end");
    let ended = execute(&body, ZERO, &inputs, nothing()).unwrap();
    assert_eq!(ended.outputs, [3].into_iter().chain(2..=20).collect::<Vec<u64>>());
    // Fewer than 16 inputs below the root end in zeros.
    let ended = execute(&body, ZERO, &[1, 2], nothing()).unwrap();
    assert_eq!(ended.outputs, [&[3_u64, 2][..], &[0; 14]].concat());
}

#[test]
fn a_failure_has_no_root() {
    fails(
        &assemble(&format!("{} begin exec.write push.0 assert end", writes("write", 1, ""))),
        "FailedAssertion",
    );
}
