//! Cycles stated by the language reference of release 0.3 and by later releases.

use std::collections::BTreeMap;

/// Cycles of release 0.3 and of later releases, by the text of the instruction.
pub(crate) fn reference() -> Vec<(String, usize)> {
    let mut rows = release_0_3();
    rows.extend(later_releases());
    rows
}

/// Cycles of release 0.3, with every case where they depend on a parameter.
pub(crate) fn release_0_3() -> Vec<(String, usize)> {
    let fixed = [
        ("assert", 1),
        ("assertz", 2),
        ("assert_eq", 2),
        ("add", 1),
        ("add.0", 2),
        ("add.1", 1),
        ("add.2", 2),
        ("sub", 2),
        ("sub.0", 2),
        ("sub.1", 2),
        ("sub.2", 2),
        ("mul", 1),
        ("mul.0", 2),
        ("mul.1", 2),
        ("mul.2", 2),
        ("div", 2),
        ("div.1", 2),
        ("div.2", 2),
        ("neg", 1),
        ("inv", 1),
        ("pow2", 16),
        ("exp.0", 3),
        ("exp.1", 1),
        ("not", 1),
        ("and", 1),
        ("or", 1),
        ("xor", 7),
        ("eq", 1),
        ("eq.0", 1),
        ("eq.1", 2),
        ("eq.2", 2),
        ("neq", 2),
        ("neq.0", 2),
        ("neq.1", 3),
        ("neq.2", 3),
        ("lt", 17),
        ("lte", 18),
        ("gt", 18),
        ("gte", 19),
        ("eqw", 15),
        ("drop", 1),
        ("dropw", 4),
        ("padw", 4),
        ("dup", 1),
        ("dupw", 4),
        ("swap", 1),
        ("swapw", 1),
        ("swapdw", 1),
        ("swapw.1", 1),
        ("swapw.2", 1),
        ("swapw.3", 1),
        ("movupw.2", 2),
        ("movupw.3", 3),
        ("movdnw.2", 2),
        ("movdnw.3", 3),
        ("cswap", 1),
        ("cswapw", 1),
        ("cdrop", 2),
        ("cdropw", 5),
        ("push.0", 1),
        ("push.1", 2),
        ("push.2", 1),
        ("push.0.1.2", 4),
        ("sdepth", 1),
        ("caller", 1),
        ("locaddr.0", 2),
        ("loc_load.0", 3),
        ("loc_loadw.0", 3),
        ("loc_store.0", 4),
        ("loc_storew.0", 3),
        ("adv.u64div", 0),
        ("adv.keyval", 0),
        ("adv.mem.0.1", 0),
        ("mem_load", 1),
        ("mem_load.0", 2),
        ("mem_load.1", 3),
        ("mem_load.2", 2),
        ("mem_loadw", 1),
        ("mem_loadw.1", 3),
        ("mem_loadw.2", 2),
        ("mem_store", 2),
        ("mem_store.1", 4),
        ("mem_store.2", 3),
        ("mem_storew", 1),
        ("mem_storew.1", 3),
        ("mem_storew.2", 2),
        ("mem_stream", 2),
        ("adv_loadw", 1),
        ("adv_pipe", 2),
        ("rpperm", 1),
        ("rphash", 16),
        ("mtree_get", 9),
        ("mtree_set", 14),
        ("mtree_cwm", 12),
    ];
    let mut rows: Vec<(String, usize)> = fixed.map(|(text, cycles)| (text.to_owned(), cycles)).into();
    rows.extend(u32_arithmetic());
    rows.extend((0..16).map(|n| (format!("dup.{n}"), if matches!(n, 8 | 10 | 12 | 14) { 3 } else { 1 })));
    rows.extend((0..4).map(|n| (format!("dupw.{n}"), 4)));
    rows.extend((1..16).map(|n| {
        let cycles = match n {
            1 => 1,
            2..=8 => 2,
            9 => 5,
            _ => 6,
        };
        (format!("swap.{n}"), cycles)
    }));
    for name in ["movup", "movdn"] {
        rows.extend((2..16).map(|n| (format!("{name}.{n}"), if n <= 8 { 1 } else { 4 })));
    }
    rows.extend((2..=7).map(|b| (format!("exp.{b}"), 2 * (b - 1))));
    let larger = (8..200).chain((8..64).flat_map(|bit| [1 << bit, (1 << bit) - 1, (1 << bit) + 1]));
    rows.extend(
        larger.chain([0xFFFF_FFFF_0000_0000]).map(|b: u64| (format!("exp.{b}"), 11 + b.ilog2() as usize)),
    );
    rows.extend((0..=64).map(|bits| (format!("exp.u{bits}"), 9 + bits)));
    rows.push(("exp".to_owned(), 73));
    rows.extend((1..=16).map(|n| (format!("adv_push.{n}"), n)));
    rows
}

/// Cycles of section 7 of the reference. An immediate of 1 takes one cycle more than others.
fn u32_arithmetic() -> Vec<(String, usize)> {
    let plain = [
        ("u32test", 5),
        ("u32testw", 23),
        ("u32assert", 3),
        ("u32assert.1", 3),
        ("u32assert.2", 1),
        ("u32assertw", 6),
        ("u32cast", 2),
        ("u32split", 1),
        ("u32overflowing_add3", 1),
        ("u32wrapping_add3", 2),
        ("u32overflowing_madd", 1),
        ("u32wrapping_madd", 2),
        ("u32checked_and", 1),
        ("u32checked_or", 6),
        ("u32checked_xor", 1),
        ("u32checked_not", 5),
        ("u32checked_lt", 6),
        ("u32unchecked_lt", 5),
        ("u32checked_lte", 8),
        ("u32unchecked_lte", 7),
        ("u32checked_gt", 7),
        ("u32unchecked_gt", 6),
        ("u32checked_gte", 7),
        ("u32unchecked_gte", 6),
        ("u32checked_min", 9),
        ("u32unchecked_min", 8),
        ("u32checked_max", 10),
        ("u32unchecked_max", 9),
    ];
    let with_immediate = [
        ("u32checked_add", 4),
        ("u32overflowing_add", 1),
        ("u32wrapping_add", 2),
        ("u32checked_sub", 4),
        ("u32overflowing_sub", 1),
        ("u32wrapping_sub", 2),
        ("u32checked_mul", 4),
        ("u32overflowing_mul", 1),
        ("u32wrapping_mul", 2),
        ("u32checked_div", 3),
        ("u32unchecked_div", 2),
        ("u32checked_mod", 4),
        ("u32unchecked_mod", 3),
        ("u32checked_divmod", 2),
        ("u32unchecked_divmod", 1),
        ("u32checked_eq", 2),
        ("u32checked_neq", 3),
    ];
    let shifts = [
        ("u32checked_shl", 19, 4),
        ("u32unchecked_shl", 18, 3),
        ("u32checked_shr", 19, 4),
        ("u32unchecked_shr", 18, 3),
        ("u32checked_rotl", 19, 4),
        ("u32unchecked_rotl", 18, 3),
        ("u32checked_rotr", 31, 6),
        ("u32unchecked_rotr", 22, 3),
    ];
    let mut rows: Vec<(String, usize)> = plain.map(|(text, cycles)| (text.to_owned(), cycles)).into();
    for (name, cycles) in with_immediate {
        rows.push((name.to_owned(), cycles));
        rows.push((format!("{name}.1"), cycles + 2));
        rows.extend([2, 1 << 31, u32::MAX].map(|b| (format!("{name}.{b}"), cycles + 1)));
    }
    for (name, cycles, immediate) in shifts {
        rows.push((name.to_owned(), cycles));
        rows.extend((0..32).map(|b| (format!("{name}.{b}"), immediate)));
    }
    rows
}

/// Cycles that later releases state.
pub(crate) fn later_releases() -> Vec<(String, usize)> {
    let rows = [
        ("assert_eqw", 11),
        ("is_odd", 5),
        ("u32popcnt", 33),
        ("u32clz", 37),
        ("u32ctz", 37),
        ("u32clo", 37),
        ("u32cto", 37),
        ("ext2add", 5),
        ("ext2sub", 7),
        ("ext2mul", 3),
        ("ext2div", 11),
        ("ext2neg", 4),
        ("ext2inv", 8),
        ("nop", 1),
        ("clk", 1),
        ("adv_pushw", 4),
        ("hperm", 1),
        ("hmerge", 16),
        ("hash", 20),
        ("mtree_verify", 1),
        ("mtree_merge", 16),
        ("assert.err=1", 1),
    ];
    rows.map(|(text, cycles)| (text.to_owned(), cycles)).into()
}

/// The reference's cycles of an instruction. An immediate without its own row takes as many as any other.
pub(crate) fn reference_cycles(rows: &BTreeMap<String, usize>, instruction: &str) -> usize {
    if let Some(cycles) = rows.get(instruction) {
        return *cycles;
    }
    let (name, parameter) =
        instruction.split_once('.').unwrap_or_else(|| panic!("no cycles of {instruction}"));
    let other = if parameter == "1" { "1" } else { "2" };
    rows.get(&format!("{name}.{other}")).copied().unwrap_or_else(|| panic!("no cycles of {instruction}"))
}
