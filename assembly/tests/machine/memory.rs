use miden_core::{Felt, field::FieldElement, permute};

use crate::{
    Run,
    run::{P, items},
};

const ADDRESSES: [u64; 7] = [0, 1, 2, 1 << 16, 1 << 30, (1 << 31) + 5, (1 << 32) - 1];
const NO_ADDRESSES: [u64; 3] = [1 << 32, (1 << 32) + 1, P - 1];

/// The form that takes the address from the stack, and the form with a parameter.
fn forms(instruction: &str, address: u64) -> [String; 2] {
    [format!("push.{address} {instruction}"), format!("{instruction}.{address}")]
}

/// Code that stores a word at the address and leaves the stack empty.
fn stored(address: u64, word: [u64; 4]) -> String {
    let [e0, e1, e2, e3] = word;
    format!("push.{e0}.{e1}.{e2}.{e3} mem_storew.{address} dropw ")
}

#[test]
fn words_come_back_from_their_address() {
    for address in ADDRESSES {
        for store in ["mem_storew", "mem_storew_be"].iter().flat_map(|name| forms(name, address)) {
            // The word stays on the stack.
            Run::body(&store).stack([4, 3, 2, 1, 9]).gives([4, 3, 2, 1, 9]);
            for load in ["mem_loadw", "mem_loadw_be"].iter().flat_map(|name| forms(name, address)) {
                Run::body(&format!("{store} dropw {load}"))
                    .stack([4, 3, 2, 1, 5, 6, 7, 8, 9])
                    .gives([4, 3, 2, 1, 9]);
            }
            for load in forms("mem_loadw_le", address) {
                Run::body(&format!("{store} dropw {load}"))
                    .stack([4, 3, 2, 1, 5, 6, 7, 8, 9])
                    .gives([1, 2, 3, 4, 9]);
            }
            for load in forms("mem_load", address) {
                Run::body(&format!("{store} dropw {load}")).stack([4, 3, 2, 1, 9]).gives([1, 9]);
            }
        }
        for store in forms("mem_storew_le", address) {
            Run::body(&store).stack([1, 2, 3, 4, 9]).gives([1, 2, 3, 4, 9]);
            let load = format!("{store} dropw padw mem_loadw.{address}");
            Run::body(&load).stack([1, 2, 3, 4, 9]).gives([4, 3, 2, 1, 9]);
        }
        // The other elements of the word are unchanged.
        for store in forms("mem_store", address) {
            let body = format!("{} push.7 {store} padw mem_loadw.{address}", stored(address, [1, 2, 3, 4]));
            Run::body(&body).stack([9]).gives([4, 3, 2, 7, 9]);
        }
    }
}

#[test]
fn unwritten_memory_is_zero() {
    Run::body("mem_load.5").stack([9]).gives([0, 9]);
    Run::body("mem_loadw.5").stack([1, 2, 3, 4, 9]).gives([0, 0, 0, 0, 9]);
    // Adjacent words are unaffected.
    Run::body("push.7 mem_store.5 mem_load.4 mem_load.6").gives([0, 0]);
}

#[test]
fn addresses_are_below_two_to_the_32() {
    for address in NO_ADDRESSES {
        let names = ["mem_load", "mem_loadw", "mem_loadw_le", "mem_store", "mem_storew", "mem_storew_le"];
        for name in names {
            Run::body(name).stack([address]).fails("MemoryAddressOutOfRange");
        }
    }
    for name in ["mem_stream", "adv_pipe"] {
        for address in NO_ADDRESSES.into_iter().chain([(1 << 32) - 1]) {
            let run = Run::body(name).stack([0; 12].into_iter().chain([address])).tape(0..8);
            run.fails("MemoryAddressOutOfRange");
        }
        let end = Run::body(name).stack([0; 12].into_iter().chain([(1 << 32) - 2])).tape(0..8).end();
        assert_eq!(end[12], 1 << 32);
    }
}

#[test]
fn streams_add_two_words_and_permute() {
    let state: Vec<u64> = (100..112).collect();
    let (first, second) = ([1, 2, 3, 4], [P - 1, 6, 7, 8]);
    let mut expected: [Felt; 12] = std::array::from_fn(|i| Felt::new(state[11 - i]));
    for (cell, value) in expected[4..].iter_mut().zip(first.into_iter().chain(second)) {
        *cell += Felt::new(value);
    }
    permute(&mut expected);
    let expected: Vec<u64> = expected.iter().rev().map(|element| element.as_int()).chain([42, 77]).collect();
    let inputs = state.iter().copied().chain([40, 77]);
    let body = format!("{} {} mem_stream", stored(40, first), stored(41, second));
    Run::body(&body).stack(inputs.clone()).gives(expected.clone());
    // Likewise from the tape; the words are also stored.
    let tape = first.into_iter().chain(second);
    Run::body("adv_pipe").stack(inputs.clone()).tape(tape.clone()).gives(expected);
    let body = "adv_pipe dropw dropw dropw drop mem_loadw.41 padw mem_loadw.40 drop drop drop movdn.4";
    let end = Run::body(body).stack(inputs.chain([1, 2, 3])).tape(tape).end();
    assert_eq!(end[..5], [8, 7, 6, P - 1, 1]);
    Run::body("adv_pipe").stack([0; 13]).tape(0..7).fails("AdviceTapeReadFailed");
}

#[test]
fn a_hash_over_memory_is_the_hash_of_its_elements() {
    let elements: Vec<Felt> = (1..=16u32).map(Felt::from).collect();
    let expected = miden_core::hash_elements(&elements);
    let mut body = String::new();
    for (word, address) in (0..4u64).zip(10..) {
        body += &stored(address, std::array::from_fn(|i| 4 * word + i as u64 + 1));
    }
    body += "push.10 push.16.0.0.0 padw padw mem_stream mem_stream dropw swapw dropw movup.4 drop";
    Run::body(&body).gives(items(&expected));
    assert_ne!(expected.elements()[0], Felt::ZERO);
}

#[test]
fn locals_do_not_overlap() {
    let program = "
        proc.foo.3
            push.10 loc_store.0 push.11 loc_store.1 push.12 loc_store.2
            loc_load.0 loc_load.1 loc_load.2
        end
        begin exec.foo end";
    Run::program(program).gives([12, 11, 10]);
    let program = "
        proc.foo.2
            loc_storew.0 swapw loc_storew_be.1
            dropw dropw
            padw loc_loadw.1 padw loc_loadw_be.0 loc_load.1
        end
        begin exec.foo end";
    Run::program(program).stack([4, 3, 2, 1, 8, 7, 6, 5]).gives([5, 4, 3, 2, 1, 8, 7, 6, 5]);
    let program = "
        proc.foo.2 loc_storew_le.1 dropw padw loc_loadw.1 swapw loc_loadw_le.1 end
        begin exec.foo end";
    Run::program(program).stack([1, 2, 3, 4]).gives([1, 2, 3, 4, 4, 3, 2, 1]);
}

#[test]
fn the_first_local_is_right_after_the_free_memory_pointer() {
    let first = (1 << 30) + 1;
    Run::program("proc.foo.1 locaddr.0 end begin exec.foo end").gives([first]);
    Run::program("proc.foo.3 locaddr.2 locaddr.1 locaddr.0 end begin exec.foo end").gives([
        first,
        first + 1,
        first + 2,
    ]);
    // Locals of an inner procedure come after those of the outer one, and their space is reused.
    let program = "
        proc.inner.2 locaddr.0 end
        proc.outer.3 exec.inner locaddr.0 exec.inner end
        begin exec.outer exec.inner end";
    Run::program(program).gives([first, first + 3, first, first + 3]);
    // Reused memory keeps its values.
    let program = "
        proc.write.1 loc_store.0 end
        proc.read.1 loc_load.0 end
        begin push.7 exec.write exec.read mem_load.1073741825 end";
    Run::program(program).gives([7, 7]);
    // A local is ordinary memory at its address.
    let program = "proc.foo.2 push.5 locaddr.1 mem_store loc_load.1 end begin exec.foo end";
    Run::program(program).gives([5]);
}

#[test]
fn the_number_of_locals_is_limited_by_the_free_memory_pointer() {
    // 32768 · 65535 words fit into 2^31, 32769 · 65535 do not.
    let program = "
        proc.deeper.65535 dup.4 sub.1 swap.5 drop dup.4 eq.0 if.true else dynexec end end
        begin procref.deeper dynexec dropw end";
    Run::program(program).stack([32768]).gives([0]);
    Run::program(program).stack([32769]).fails("InvalidFmpValue");
}

#[test]
fn locals_of_empty_bodies_cost_their_reservation_only() {
    Run::program("proc.foo.5 end begin exec.foo end").stack([3]).gives([3]);
}

#[test]
fn the_depth_counts_what_is_there() {
    let body = "sdepth push.1.2 sdepth mem_load.7 sdepth";
    Run::body(body).stack(1..=16).gives([21, 0, 19, 2, 1, 16].into_iter().chain(1..=16));
    // Loading a word consumes its address.
    Run::body("push.7 mem_loadw sdepth").gives([16]);
    Run::body("clk nop nop clk sub neg").gives([3]);
}
