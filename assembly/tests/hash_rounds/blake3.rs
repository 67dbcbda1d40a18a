//! BLAKE3: eight quarter rounds, four on columns and four on diagonals.
//!
//! The state is `[A, B, C, D]`, the rows of the 4 × 4 matrix, column 0 first. The top row is combined with the row
//! below it; then the last row moves to the top.

use super::{Round, Style, emit};

/// Address of the message; each of its 16 numbers takes a word.
pub(crate) const MESSAGE: u32 = 100;

pub(crate) fn round() -> Round {
    Round::new("BLAKE3, of 7", |style| {
        let mut code = Vec::new();
        half(style, 0, ["", "", ""], &mut code);
        // Rotates B by one place, C by two, D by three.
        emit(&mut code, "movdn.3 movupw.3");
        half(style, 8, ["movup.3", "movdn.3 movdn.3", ""], &mut code);
        // [B, C, D, A], rotated back.
        emit(&mut code, "movup.3 swapw movdn.3 movdn.3 swapw.2 movdn.3 swapw.3");
        code
    })
}

/// `[A, B, C, D] → [B, C, D, A]`: the quarter rounds of the four columns. `turns` rotates D, C and B first.
fn half(style: Style, message: u32, turns: [&str; 3], code: &mut Vec<String>) {
    for (part, [first, second]) in [[16, 12], [8, 7]].into_iter().enumerate() {
        let turns = if part == 0 { turns } else { [""; 3] };
        if part == 1 {
            emit(code, "movupw.3");
        }
        for column in 0..4u32 {
            let word = MESSAGE + message + 2 * column + part as u32;
            emit(code, &format!("dup.{} mem_load.{word} u32wrapping_add3 movdn.3", 4 + column));
        }
        for (step, turn) in turns.into_iter().enumerate() {
            emit(code, &format!("movupw.3 {turn}"));
            for column in 0..4 {
                emit(code, &format!("dup.{}", 4 + column));
                match (step, style) {
                    (1, _) => emit(code, "u32wrapping_add"),
                    (step, Style::Usual) => {
                        let bits = if step == 0 { first } else { second };
                        emit(code, &format!("u32checked_xor u32unchecked_rotr.{bits}"));
                    }
                    (step, Style::Direct) => {
                        emit(code, &format!("u32xorrotr.{}", if step == 0 { first } else { second }));
                    }
                }
                emit(code, "movdn.3");
            }
        }
    }
}

/// The state after a round; both states top first.
pub(crate) fn model(mut state: [u32; 16], message: [u32; 16]) -> [u32; 16] {
    let mut quarter = |[a, b, c, d]: [usize; 4], x: u32, y: u32| {
        for (word, first, second) in [(x, 16, 12), (y, 8, 7)] {
            state[a] = state[a].wrapping_add(state[b]).wrapping_add(word);
            state[d] = (state[d] ^ state[a]).rotate_right(first);
            state[c] = state[c].wrapping_add(state[d]);
            state[b] = (state[b] ^ state[c]).rotate_right(second);
        }
    };
    for i in 0..4 {
        quarter([i, 4 + i, 8 + i, 12 + i], message[2 * i], message[2 * i + 1]);
    }
    for i in 0..4 {
        let cells = [i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4];
        quarter(cells, message[8 + 2 * i], message[9 + 2 * i]);
    }
    state
}
