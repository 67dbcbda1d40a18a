use miden_assembly::{Assembler, Source};
use miden_core::{Digest, Felt, RescueState, hash_elements, merge, permute};

use crate::{
    Run,
    run::{P, digest, items},
};

#[test]
fn the_tape_is_read_from_its_start() {
    for count in 1..=16u64 {
        let run = Run::body(&format!("adv_push.{count}")).tape(1..=count).stack([99]);
        run.gives((1..=count).rev().chain([99]));
        let run = Run::body(&format!("adv_push.{count}")).tape(1..count);
        run.fails("AdviceTapeReadFailed");
    }
    Run::body("adv_pushw").tape([1, 2, 3, 4, 5]).stack([9]).gives([4, 3, 2, 1, 9]);
    Run::body("adv_loadw").tape([1, 2, 3, 4, 5]).stack([9, 9, 9, 9, 8]).gives([4, 3, 2, 1, 8]);
    Run::body("adv_loadw").tape([1, 2, 3]).fails("AdviceTapeReadFailed");
}

#[test]
fn a_failed_read_reports_the_remaining_values() {
    let error = Run::body("adv_loadw").tape([1, 2, 3]).fails("AdviceTapeReadFailed");
    assert!(error.to_string().contains('3') && error.to_string().contains('4'), "{error}");
}

#[test]
fn division_advice_has_the_order_of_the_reference() {
    let limbs = |value: u64| [value >> 32, value & 0xFFFF_FFFF];
    for (a, b) in [(7u64, 2u64), (u64::MAX, 1), (u64::MAX, u64::MAX), (5, 7), (1 << 63, 3 << 31), (0, 1)] {
        let operands: Vec<u64> = limbs(b).into_iter().chain(limbs(a)).collect();
        for name in ["adv.u64div", "adv.push_u64div"] {
            let run = Run::body(&format!("{name} adv_push.2 adv_push.2")).stack(operands.clone());
            let expected = limbs(a % b).into_iter().chain(limbs(a / b)).chain(operands.iter().copied());
            run.gives(expected);
        }
    }
    Run::body("adv.u64div").stack([0, 0, 1, 1]).fails("DivideByZero");
    for position in 0..4 {
        let mut operands = [1; 4];
        operands[position] = 1 << 32;
        Run::body("adv.u64div").stack(operands).fails("NotU32Value");
    }
}

#[test]
fn the_map_is_looked_up_by_key() {
    let key = digest([1, 2, 3, 4]);
    let run = |body: &str| Run::body(body).list([1, 2, 3, 4], &[10, 20, 30]).stack(items(&key)).tape([77]);
    let below = items(&key);
    for name in ["adv.keyval", "adv.push_mapval"] {
        run(&format!("{name} adv_push.4")).gives([77, 30, 20, 10].into_iter().chain(below));
    }
    run("adv.push_mapvaln adv_push.5").gives([77, 30, 20, 10, 3].into_iter().chain(below));
    run("adv.push_mapval_count adv_push.2").gives([77, 3].into_iter().chain(below));
    run("adv.has_mapkey adv_push.2").gives([77, 1].into_iter().chain(below));
    // Reading does not remove the list.
    run("adv.keyval adv.keyval adv_push.7").gives([77, 30, 20, 10, 30, 20, 10].into_iter().chain(below));
    for name in ["adv.keyval", "adv.push_mapval", "adv.push_mapvaln", "adv.push_mapval_count"] {
        let error = run(&format!("drop {name}")).fails("AdviceKeyNotFound");
        assert!(error.to_string().contains("key"), "{error}");
    }
    run("drop adv.has_mapkey adv_push.1").gives([0, 3, 2, 1]);
}

#[test]
fn memory_is_inserted_as_a_list() {
    let word = |first: u64| (first..first + 4).map(|v| v.to_string()).collect::<Vec<_>>().join(".");
    let stored = format!("push.{} mem_storew.5 dropw push.{} mem_storew.6 dropw ", word(10), word(20));
    let expected: Vec<u64> = (10..14).chain(20..24).chain([0; 4]).collect();
    for store in ["adv.mem.5.3", "adv.insert_mem"] {
        let run = Run::body(&format!("{stored} {store}")).stack([4, 3, 2, 1, 5, 8]);
        let advice = run.execute().unwrap().advice;
        let list = miden_processor::AdviceProvider::map_get(&advice, &digest([1, 2, 3, 4])).unwrap();
        assert!(list.iter().map(|item| item.as_int()).eq(expected.iter().copied()), "{list:?}");
        let body = format!("{stored} {store} adv.keyval adv_push.8");
        assert_eq!(Run::body(&body).stack([4, 3, 2, 1, 5, 8]).end()[..8], [23, 22, 21, 20, 13, 12, 11, 10]);
    }
    // The same list may be inserted again, a different one may not.
    Run::body(&format!("{stored} adv.mem.5.1 adv.mem.5.1")).stack([4, 3, 2, 1]).gives([4, 3, 2, 1]);
    Run::body(&format!("{stored} adv.mem.5.1 adv.mem.6.1")).stack([4, 3, 2, 1]).fails("DuplicateAdviceKey");
    for (start, end) in [(1, 0), (0, (1 << 32) + 1), (P - 1, P - 1)] {
        Run::body("adv.insert_mem").stack([4, 3, 2, 1, start, end]).fails("InvalidMemoryRange");
    }
    // Memory of the current context is read.
    let program = format!("proc.foo adv.mem.5.1 end begin {stored} call.foo adv.keyval adv_push.4 end");
    assert_eq!(Run::program(&program).stack([4, 3, 2, 1]).end()[..4], [0; 4]);
}

/// The list under `key` after the body, which must leave the stack unchanged.
#[track_caller]
fn inserted(body: &str, stack: &[u64], key: &Digest) -> Vec<u64> {
    let end = Run::body(body).stack(stack.iter().copied()).execute().unwrap();
    assert_eq!(end.stack, stack, "{body}");
    let list = miden_processor::AdviceProvider::map_get(&end.advice, key);
    list.unwrap_or_else(|| panic!("{body}")).iter().map(|item| item.as_int()).collect()
}

#[test]
fn words_are_inserted_under_their_hash() {
    let stack: Vec<u64> = (1..=16).rev().map(|value| 3 * value).collect();
    let word = |n: usize| digest(std::array::from_fn(|i| stack[4 * n + 3 - i]));
    let list = |words: &[Digest]| -> Vec<u64> {
        words.iter().flat_map(|word| *word.elements()).map(|element| element.as_int()).collect()
    };
    // [B, A]
    let (b, a) = (word(0), word(1));
    let key = |domain: u64| merge(Felt::new(domain), &a, &b);
    assert_eq!(inserted("adv.insert_hdword", &stack, &key(8)), list(&[a, b]));
    assert_eq!(inserted("adv.insert_hdword.8", &stack, &key(8)), list(&[a, b]));
    assert_eq!(inserted("adv.insert_hdword.3", &stack, &key(3)), list(&[a, b]));
    assert_eq!(inserted("adv.insert_hdword_d", &stack, &key(stack[8])), list(&[a, b]));
    // [D, C, B, A]
    let words = [word(3), word(2), word(1), word(0)];
    let elements: Vec<Felt> = words.iter().flat_map(|word| *word.elements()).collect();
    assert_eq!(inserted("adv.insert_hqword", &stack, &hash_elements(&elements)), list(&words));
    // [B, A, C]
    let mut state: RescueState = std::array::from_fn(|i| Felt::new(stack[11 - i]));
    permute(&mut state);
    let key = Digest::new([state[4], state[5], state[6], state[7]]);
    assert_eq!(inserted("adv.insert_hperm", &stack, &key), list(&[a, b]));
    // A program finds them by the hash it computes.
    let body = "adv.insert_hdword hmerge adv.keyval adv_push.8";
    let found: Vec<u64> = Run::body(body).stack(stack.clone()).end()[..8].to_vec();
    assert_eq!(found, list(&[a, b]).into_iter().rev().collect::<Vec<_>>());
}

#[test]
fn a_different_list_under_the_hash_of_words_is_rejected() {
    let key = merge(Felt::new(8), &digest([5, 6, 7, 8]), &digest([1, 2, 3, 4]));
    let key = key.elements().map(|element| element.as_int());
    let run = Run::body("adv.insert_hdword").list(key, &[1]).stack([4, 3, 2, 1, 8, 7, 6, 5]);
    run.fails("DuplicateAdviceKey");
}

#[test]
fn events_reach_the_host_in_order() {
    let events = |run: Run| run.execute().unwrap().events;
    let run = Run::body("push.5 emit.1 push.6 emit.2 emit.3 drop");
    assert_eq!(events(run), [(1, 5), (2, 6), (3, 6)]);
    let error = Run::body("emit.4294967295").fails("EventHandlerNotFound");
    assert!(error.to_string().contains("4294967295"), "{error}");
}

#[test]
fn a_failing_decorator_is_named() {
    for (body, failing) in [
        ("emit.1 add emit.77 mul", "emit.77"),
        ("add mul emit.77", "emit.77"),
        ("emit.77", "emit.77"),
        ("push.1.1 if.true adv.has_mapkey adv.keyval end", "adv.keyval"),
        ("repeat.100 emit.1 add end emit.2 adv.insert_hdword adv.mem.0.1 add", "adv.mem.0.1"),
    ] {
        let source = Source::new("test", format!("begin {body} end"));
        let assembly = Assembler::new().assemble(&source).unwrap();
        let error = Run::body(body).list([0; 4], &[]).execute();
        let place = match error.map(|end| end.events) {
            Err(error) => error.site().unwrap(),
            Ok(events) => panic!("{body}: {events:?}"),
        };
        let info = assembly.debug.decorator(place.node, place.decorator.unwrap()).unwrap();
        assert_eq!(info.text(), failing, "{body}");
    }
}

#[test]
fn decorators_run_wherever_they_are_placed() {
    let events = |text: &str, stack: &[u64]| {
        let run = Run::program(text).stack(stack.iter().copied());
        run.execute().unwrap().events.into_iter().map(|(event, _)| event).collect::<Vec<_>>()
    };
    // At the start, at the end, alone.
    assert_eq!(events("begin emit.1 add emit.2 end", &[]), [1, 2]);
    assert_eq!(events("begin emit.1 end", &[]), [1]);
    assert_eq!(events("proc.foo emit.1 end begin exec.foo exec.foo end", &[]), [1, 1]);
    assert_eq!(events("proc.foo emit.1 end begin call.foo emit.2 call.foo end", &[]), [1, 2, 1]);
    // Around nodes and inside them.
    let text = "begin add emit.1 if.true emit.2 else emit.3 end emit.4 if.true emit.5 end emit.6 end";
    assert_eq!(events(text, &[0, 1, 1]), [1, 2, 4, 5, 6]);
    assert_eq!(events(text, &[0, 0, 0]), [1, 3, 4, 6]);
    let text = "begin emit.1 while.true emit.2 end emit.3 end";
    assert_eq!(events(text, &[1, 1, 0]), [1, 2, 2, 3]);
    assert_eq!(events(text, &[0]), [1, 3]);
    // Repeated, in short and in long code.
    let repeated = |body: &str, count: usize| events(&format!("begin repeat.{count} {body} end end"), &[]);
    for count in [1, 2, 3, 100, 300, 2000] {
        assert_eq!(repeated("emit.1", count), vec![1; count]);
        let pairs = repeated("emit.1 add emit.2", count);
        assert_eq!(pairs, [1, 2].repeat(count));
        let around_node = repeated("emit.1 push.1 if.true emit.2 end emit.3", count);
        assert_eq!(around_node, [1, 2, 3].repeat(count));
    }
    assert_eq!(repeated("emit.1", 0), []);
    // At every position of full blocks.
    for before in 60..80 {
        let text = format!("begin {} emit.1 {} emit.2 end", "add ".repeat(before), "add ".repeat(80));
        assert_eq!(events(&text, &[]), [1, 2]);
    }
}
