//! The worked examples of the language reference.

use super::Run;
use crate::run::P;

#[test]
fn worked_examples_match_the_reference() {
    let stack = |top_first: &[u64]| top_first.to_vec();
    for (body, inputs, result) in [
        ("push.3 push.5 sub", stack(&[]), stack(&[P - 2])),
        ("push.3 push.5 lt", stack(&[]), stack(&[1])),
        ("push.7 push.2 u32checked_divmod", stack(&[]), stack(&[1, 3])),
        ("push.1.2.3 movup.2", stack(&[]), stack(&[1, 3, 2])),
        ("push.1.2.3 movdn.2", stack(&[]), stack(&[2, 1, 3])),
        ("push.10.20.1 cswap", stack(&[]), stack(&[10, 20])),
        ("push.10.20.1 cdrop", stack(&[]), stack(&[20])),
        ("push.1.2.3.4 mem_storew.9 dropw mem_load.9", stack(&[]), stack(&[1])),
        ("push.1.2.3.4 mem_storew.9 dropw padw mem_loadw.9", stack(&[]), stack(&[4, 3, 2, 1])),
        ("push.5 mem_store.7 padw mem_loadw.7", stack(&[]), stack(&[0, 0, 0, 5])),
        ("add", stack(&[2, 1]), stack(&[3])),
        ("sub", stack(&[4, 10]), stack(&[6])),
        ("push.1 while.true push.0 end push.9", stack(&[]), stack(&[9])),
        ("push.1 if.true push.2 else push.3 end", stack(&[]), stack(&[2])),
        ("repeat.3 push.1 end add add", stack(&[]), stack(&[3])),
        ("sdepth", stack(&[2, 1]), stack(&[16, 2, 1])),
        ("push.2 u32unchecked_shl", stack(&[5]), stack(&[20])),
        ("push.1.2.3.4", stack(&[]), stack(&[4, 3, 2, 1])),
        ("push.0x10", stack(&[]), stack(&[16])),
        ("push.0x00000000000000010000000000000002", stack(&[]), stack(&[2, 1])),
    ] {
        let end = Run::body(body).stack(inputs).end();
        let below = end.iter().skip(result.len());
        assert!(end.starts_with(&result) && below.clone().all(|item| *item == 0), "{body} gives {end:?}");
    }
    let end = Run::body("adv_push.3").tape([1, 2, 3]).end();
    assert_eq!(end[..4], [3, 2, 1, 0]);
}
