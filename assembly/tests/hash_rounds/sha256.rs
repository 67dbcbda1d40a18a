//! SHA-256: a round, and a word of the message schedule.

use super::{Round, Style, emit};

/// Address of the first round's word; each takes a word of memory.
pub(crate) const SCHEDULE: u32 = 100;

/// The constant of the first round.
const CONSTANT: u32 = 0x428A_2F98;

/// The state is `[a, b, c, d, e, f, g, h]`, or reversed, `h` on top, in the direct program, whose instructions keep
/// their operands.
pub(crate) fn round() -> Round {
    let round = Round::new("SHA-256, of 64", |style| {
        let mut code = Vec::new();
        match style {
            Style::Usual => usual(&mut code),
            Style::Direct => direct(&mut code),
        }
        code
    });
    Round { is_reversed: true, ..round }
}

fn usual(code: &mut Vec<String>) {
    // [ch(e, f, g), a, …]
    emit(code, "dup.6 dup.6 dup.6");
    emit(code, "swap dup.1 u32checked_and swap u32checked_not movup.2 u32checked_and u32checked_xor");
    emit(code, "dup.5");
    emit(code, &sum([6, 11, 25]));
    // [t1, a, …, g]
    emit(code, &format!("movup.9 u32wrapping_add3 push.{CONSTANT} mem_load.{SCHEDULE} u32wrapping_add3"));
    // [t1, a, b, c, e', e, f, g]
    emit(code, "movup.4 dup.1 u32wrapping_add movdn.4");
    // [maj(a, b, c), t1, a, …]
    emit(code, "dup.3 dup.3 dup.3");
    emit(code, "dup.1 dup.1 u32checked_and swap dup.3 u32checked_and u32checked_xor");
    emit(code, "movup.2 movup.2 u32checked_and u32checked_xor");
    emit(code, "dup.2");
    emit(code, &sum([2, 13, 22]));
    emit(code, "u32wrapping_add3");
}

fn direct(code: &mut Vec<String>) {
    // [h + ch(e, f, g) + k + w, g, f, e, d, c, b, a]
    emit(code, &format!("movdn.3 u32ch movup.4 add push.{CONSTANT} add mem_load.{SCHEDULE} add dup.3"));
    emit(code, &sum_direct([6, 11, 25]));
    // [t1, g, f, e, e', c, b, a]
    emit(code, "add movup.4 dup.1 u32wrapping_add movdn.4");
    // [c, b, a, a', g, f, e, e']
    emit(code, "movdn.7 swapw u32maj movup.4 add dup.3");
    emit(code, &sum_direct([2, 13, 22]));
    emit(code, "u32wrapping_add movdn.3 swapw");
}

/// `[x] → [Σ(x)]`
fn sum([a, b, c]: [u32; 3]) -> String {
    format!(
        "dup u32unchecked_rotr.{a} swap dup u32unchecked_rotr.{b} swap u32unchecked_rotr.{c} \
         u32checked_xor u32checked_xor"
    )
}

fn sum_direct([a, b, c]: [u32; 3]) -> String {
    format!("dup u32rotr.{a} dup.1 u32rotr.{b} u32xor swap u32rotr.{c} u32xor")
}

/// The word of round 16, from those of rounds 0 to 15.
pub(crate) fn schedule() -> Round {
    Round::new("SHA-256, a word of the schedule, of 48", |style| {
        let mut code = Vec::new();
        let load = |round: u32| format!("mem_load.{}", SCHEDULE + round);
        emit(&mut code, &load(14));
        emit(&mut code, &small_sum([17, 19, 10]));
        emit(&mut code, &load(9));
        emit(&mut code, &load(1));
        match style {
            Style::Usual => {
                emit(&mut code, &small_sum([7, 18, 3]));
                emit(&mut code, &format!("u32wrapping_add3 {} u32wrapping_add", load(0)));
            }
            Style::Direct => {
                // x ⋙ 7 and x ⋙ 18 = (x ⋙ 11) ⋙ 7
                emit(&mut code, "dup u32rotr.11 dup.1 u32xorrotr.7 swap u32shr.3 u32xor");
                emit(&mut code, &format!("add add {} u32wrapping_add", load(0)));
            }
        }
        emit(&mut code, &format!("mem_store.{}", SCHEDULE + 16));
        code
    })
}

/// `[x] → [σ(x)]`
fn small_sum([a, b, c]: [u32; 3]) -> String {
    format!(
        "dup u32unchecked_rotr.{a} swap dup u32unchecked_rotr.{b} swap u32unchecked_shr.{c} \
         u32checked_xor u32checked_xor"
    )
}

/// The state after a round.
pub(crate) fn model([a, b, c, d, e, f, g, h]: [u32; 8], word: u32) -> [u32; 8] {
    let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
    let t1 = [s1, (e & f) ^ (!e & g), CONSTANT, word].into_iter().fold(h, u32::wrapping_add);
    let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
    let t2 = s0.wrapping_add((a & b) ^ (a & c) ^ (b & c));
    [t1.wrapping_add(t2), a, b, c, d.wrapping_add(t1), e, f, g]
}

/// The next word of the schedule.
pub(crate) fn model_schedule(window: [u32; 16]) -> u32 {
    let (x, y) = (window[1], window[14]);
    let s0 = x.rotate_right(7) ^ x.rotate_right(18) ^ (x >> 3);
    let s1 = y.rotate_right(17) ^ y.rotate_right(19) ^ (y >> 10);
    [s0, window[9], s1].into_iter().fold(window[0], u32::wrapping_add)
}
