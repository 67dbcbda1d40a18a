//! The sections of the chiplets, which respond truthfully to all that they are asked.

use std::collections::BTreeMap;

use miden_core::{
    Digest, Felt, NUM_ROUNDS, ROUND_CONSTANTS_2, RescueState, Word, apply_round,
    field::FieldElement,
    inverse_mds,
    params::HASH_CYCLE,
    trace::chiplets::{M, Q, U, W, X, bitwise, kernel, memory, merkle},
};

use crate::{
    common::{Row, felt},
    range::Range,
};

/// A permutation, and how often its input, its output and its digest are requested.
#[derive(Clone)]
struct Permutation {
    input: RescueState,
    inputs: u64,
    outputs: u64,
    digests: u64,
}

/// An access to a word of memory.
#[derive(Clone, Copy)]
pub(crate) struct Access {
    pub(crate) context: u64,
    pub(crate) address: Felt,
    pub(crate) row: u64,
    pub(crate) write: bool,
    pub(crate) element: bool,
    pub(crate) word: Word,
}

/// A path from a node to the root, and the same path with another node.
#[derive(Clone)]
struct Path {
    index: u64,
    siblings: Vec<Word>,
    nodes: Vec<Word>,
    hashes: Vec<Felt>,
    new_nodes: Vec<Word>,
    new_hashes: Vec<Felt>,
    /// Row of the execution that requests the path.
    requested_by: usize,
}

/// The requests.
#[derive(Clone, Default)]
pub(crate) struct Chiplets {
    permutations: Vec<Permutation>,
    numbers: BTreeMap<Vec<u64>, usize>,
    bits: BTreeMap<(u32, u32, u32), u64>,
    accesses: Vec<Access>,
    paths: Vec<Path>,
    /// Procedures of the kernel, each with the number of its calls.
    pub(crate) kernel: Vec<(Digest, u64)>,
}

fn digest(state: &RescueState) -> Word {
    [state[4], state[5], state[6], state[7]]
}

fn cube(x: Felt) -> Felt {
    x * x * x
}

/// The capacity `(domain, 0, 0, 0)`, then the rate.
pub(crate) fn hasher_input(domain: u64, rate: [Felt; 8]) -> RescueState {
    let mut state = [Felt::ZERO; 12];
    state[0] = felt(domain);
    state[4..].copy_from_slice(&rate);
    state
}

fn permute(mut state: RescueState) -> RescueState {
    miden_core::permute(&mut state);
    state
}

impl Chiplets {
    fn permutation(&mut self, input: RescueState) -> (&mut Permutation, Felt) {
        let key = input.iter().map(|x| x.as_int()).collect();
        let next = self.permutations.len();
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.permutations.push(Permutation { input, inputs: 0, outputs: 0, digests: 0 });
        }
        (&mut self.permutations[number], felt((number * HASH_CYCLE) as u64))
    }

    /// Requests input and digest; returns the address of the permutation and the digest.
    pub(crate) fn hash(&mut self, input: RescueState) -> (Felt, Word) {
        let (permutation, address) = self.permutation(input);
        permutation.inputs += 1;
        permutation.digests += 1;
        (address, digest(&permute(input)))
    }

    /// Requests input and output; returns the address of the permutation and the output.
    pub(crate) fn permute(&mut self, input: RescueState) -> (Felt, RescueState) {
        let (permutation, address) = self.permutation(input);
        permutation.inputs += 1;
        permutation.outputs += 1;
        (address, permute(input))
    }

    /// Requests the AND of two words, or their XOR rotated by `rotation`, which is not 0 then.
    pub(crate) fn bits(&mut self, rotation: u32, a: u32, b: u32) {
        *self.bits.entry((a, b, rotation)).or_default() += 1;
    }

    pub(crate) fn access(&mut self, access: Access) {
        self.accesses.push(access);
    }

    /// Requests a path and, with a new node, the path of that; returns the roots.
    pub(crate) fn path(
        &mut self,
        requested_by: usize,
        index: u64,
        siblings: &[Word],
        node: Word,
        new_node: Option<Word>,
    ) -> (Word, Word) {
        let (nodes, hashes) = self.levels(index, siblings, node);
        let (new_nodes, new_hashes) =
            new_node.map_or_else(Default::default, |node| self.levels(index, siblings, node));
        let last = |nodes: &[Word]| nodes.last().copied().unwrap_or_default();
        let roots = (last(&nodes), last(&new_nodes));
        let siblings = siblings.to_vec();
        self.paths.push(Path { index, siblings, nodes, hashes, new_nodes, new_hashes, requested_by });
        roots
    }

    /// The nodes from this one up to the root, and the addresses of the permutations between them.
    fn levels(&mut self, index: u64, siblings: &[Word], node: Word) -> (Vec<Word>, Vec<Felt>) {
        let (mut nodes, mut hashes) = (vec![node], Vec::new());
        for (level, &sibling) in siblings.iter().enumerate() {
            let [left, right] = children(index, level, nodes[level], sibling);
            let mut rate = [Felt::ZERO; 8];
            rate[..4].copy_from_slice(&left);
            rate[4..].copy_from_slice(&right);
            let (address, parent) = self.hash(hasher_input(8, rate));
            nodes.push(parent);
            hashes.push(address);
        }
        (nodes, hashes)
    }

    /// Sorts the accesses, whose limbs the range list responds to.
    pub(crate) fn sort(&mut self, range: &mut Range) {
        self.accesses.sort_by_key(key);
        for i in 0..self.accesses.len() {
            self.limbs(i).into_iter().for_each(|limb| range.look_up(limb));
        }
    }

    fn is_first(&self, i: usize) -> [bool; 2] {
        let before = i.checked_sub(1).map(|i| key(&self.accesses[i]));
        let (context, address, _) = key(&self.accesses[i]);
        [
            before.is_none_or(|before| before.0 != context),
            before.is_none_or(|before| (before.0, before.1) != (context, address)),
        ]
    }

    fn limbs(&self, i: usize) -> [Felt; 2] {
        let [first_of_context, first] = self.is_first(i);
        let Some(before) = i.checked_sub(1).map(|i| key(&self.accesses[i])) else { return [Felt::ZERO; 2] };
        let access = key(&self.accesses[i]);
        let distance = match (first_of_context, first) {
            (true, _) => access.0 - before.0,
            (false, true) => access.1 - before.1,
            _ => access.2 - before.2,
        };
        let rest = distance.saturating_sub(1);
        [felt(rest & 0xffff), felt(rest >> 16 & 0xffff)]
    }

    /// Rows of each section.
    fn lengths(&self) -> [usize; 5] {
        let paths: usize = self
            .paths
            .iter()
            .map(|path| path.siblings.len() * if path.new_nodes.is_empty() { 1 } else { 2 })
            .sum();
        let hasher = HASH_CYCLE * self.permutations.len();
        [hasher, 2 * self.bits.len(), self.accesses.len(), paths, self.kernel.len()]
    }

    pub(crate) fn num_rows(&self) -> usize {
        self.lengths().iter().sum::<usize>() + 1
    }

    /// Writes all sections; returns the rows that request a path, each with its address.
    pub(crate) fn write(&self, rows: &mut [Row]) -> Vec<(usize, Felt)> {
        let mut end = 0;
        let starts = self.lengths().map(|length| {
            let start = end;
            end += length;
            start
        });
        for (q, start) in starts[1..].iter().chain([&end]).enumerate() {
            rows[*start..].iter_mut().for_each(|row| row[Q.at(q)] = Felt::ONE);
        }
        for (i, permutation) in self.permutations.iter().enumerate() {
            permutation.write(&mut rows[HASH_CYCLE * i..][..HASH_CYCLE], felt((HASH_CYCLE * i) as u64));
        }
        self.write_bits(&mut rows[starts[1]..]);
        self.write_memory(&mut rows[starts[2]..]);
        for (row, (procedure, calls)) in rows[starts[4]..].iter_mut().zip(&self.kernel) {
            row[kernel::CALLED.range()].copy_from_slice(procedure.elements());
            row[kernel::STATED.range()].copy_from_slice(procedure.elements());
            row[kernel::NUMERATORS.range()].copy_from_slice(&[felt(*calls), -Felt::ONE]);
        }
        let mut first = starts[3];
        let mut requests = Vec::new();
        for path in &self.paths {
            requests.push((path.requested_by, felt(first as u64)));
            first += path.write(&mut rows[first..]);
        }
        requests
    }

    fn write_bits(&self, rows: &mut [Row]) {
        let words: Vec<(u32, u32, u64)> = self
            .bits
            .iter()
            .flat_map(|(&(a, b, rotation), &count)| [(a, rotation, count), (b, 0, 0)])
            .collect();
        for (i, &(word, rotation, count)) in words.iter().enumerate() {
            let row = &mut rows[i];
            let next = words.get(i + 1).map_or(0, |next| next.0);
            let result = if rotation == 0 { word & next } else { (word ^ next).rotate_right(rotation) };
            for (bit, cell) in bitwise::BITS.range().enumerate() {
                row[cell] = felt(u64::from(word >> bit & 1));
            }
            row[bitwise::RESULT.at(0)] = felt(u64::from(result));
            row[bitwise::MULTIPLICITY.at(0)] = felt(count);
            match rotation {
                16 => row[bitwise::ROTATE_16.at(0)] = Felt::ONE,
                12 => row[bitwise::ROTATE_12_8_7.at(0)] = Felt::ONE,
                8 => row[bitwise::ROTATE_12_8_7.at(1)] = Felt::ONE,
                7 => row[bitwise::ROTATE_12_8_7.at(2)] = Felt::ONE,
                _ => {}
            }
        }
    }

    fn write_memory(&self, rows: &mut [Row]) {
        let flag = |condition: bool| felt(u64::from(condition));
        for (i, (row, access)) in rows.iter_mut().zip(&self.accesses).enumerate() {
            let [first_of_context, first] = self.is_first(i);
            let [low, high] = self.limbs(i);
            let len = if access.element { 1 } else { 4 };
            row[memory::MESSAGE.range()][..len].copy_from_slice(&access.word[..len]);
            row[memory::REST.range()].copy_from_slice(&access.word[1..]);
            row[memory::NUMERATORS.range()].copy_from_slice(&[Felt::ONE, -Felt::ONE]);
            let cells = [
                (memory::CONTEXT, felt(access.context)),
                (memory::ADDRESS, access.address),
                (memory::ROW, felt(access.row)),
                (memory::WRITE, flag(access.write)),
                (memory::ELEMENT, flag(access.element)),
                (memory::FIRST, flag(first)),
                (memory::FIRST_OF_CONTEXT, flag(first_of_context)),
                (memory::LOW_LIMB, low),
                (memory::HIGH_LIMB, high),
            ];
            cells.into_iter().for_each(|(column, value)| row[column.at(0)] = value);
        }
    }
}

fn key(access: &Access) -> (u64, u64, u64) {
    (access.context, access.address.as_int(), access.row)
}

/// Left and right child, one of which is the node.
fn children(index: u64, level: usize, node: Word, sibling: Word) -> [Word; 2] {
    if index >> level & 1 == 1 { [sibling, node] } else { [node, sibling] }
}

impl Permutation {
    fn write(&self, rows: &mut [Row], address: Felt) {
        let mut state = self.input;
        for (round, row) in rows.iter_mut().enumerate() {
            row[X.range()].copy_from_slice(&state);
            row[U.range()].copy_from_slice(&state.map(cube));
            if round < NUM_ROUNDS {
                apply_round(&mut state, round);
                // The state between the halves of the round.
                for (cell, line) in W.range().zip(inverse_mds()) {
                    let terms = line.iter().zip(&state).zip(&ROUND_CONSTANTS_2[round]);
                    let middle =
                        terms.fold(Felt::ZERO, |sum, ((&a, &x), &constant)| sum + a * (x - constant));
                    row[cell] = cube(middle);
                }
            } else {
                row[W.range()][..4].copy_from_slice(&digest(&state));
                row[W.at(4)] = address;
            }
        }
        rows[0][M.at(0)] = felt(self.inputs);
        rows[HASH_CYCLE - 1][M.at(0)] = felt(self.outputs);
        rows[HASH_CYCLE - 1][M.at(1)] = felt(self.digests);
    }
}

impl Path {
    /// Returns the number of rows.
    fn write(&self, rows: &mut [Row]) -> usize {
        let levels = self.siblings.len();
        let updates = !self.new_nodes.is_empty();
        let mut count = 0;
        for level in 0..levels {
            self.write_level(&mut rows[count], level, &self.nodes, self.hashes[level]);
            count += 1;
            if updates {
                self.write_level(&mut rows[count], level, &self.new_nodes, self.new_hashes[level]);
                link(&mut rows[count - 1], true, self.new_nodes[levels], self.new_nodes[level]);
                link(&mut rows[count], false, self.nodes[levels], self.nodes[level + 1]);
                count += 1;
            }
        }
        for row in &mut rows[..if updates { 2 } else { 1 }] {
            row[merkle::MULTIPLICITY.at(0)] = Felt::ONE;
        }
        count
    }

    fn write_level(&self, row: &mut Row, level: usize, nodes: &[Word], hash: Felt) {
        let levels = self.siblings.len();
        let [left, right] = children(self.index, level, nodes[level], self.siblings[level]);
        let words = [
            (merkle::LEFT, left),
            (merkle::RIGHT, right),
            (merkle::NODE, nodes[level]),
            (merkle::PARENT, nodes[level + 1]),
            (merkle::ROOT, nodes[levels]),
        ];
        words.into_iter().for_each(|(column, word)| row[column.range()].copy_from_slice(&word));
        let rest = self.index >> level;
        let cells = [
            (merkle::HASH_ADDRESS, hash),
            (merkle::BIT, felt(rest & 1)),
            (merkle::TOP, felt(u64::from(level + 1 == levels))),
            (merkle::LEVELS, felt((levels - level) as u64)),
            (merkle::INDEX, felt(rest)),
        ];
        cells.into_iter().for_each(|(column, value)| row[column.at(0)] = value);
        row[merkle::NUMERATORS.range()].fill(-Felt::ONE);
    }
}

/// Links the two rows of a level of an update.
fn link(row: &mut Row, is_old: bool, other_root: Word, carry: Word) {
    row[merkle::UPDATE.at(0)] = Felt::ONE;
    row[merkle::OLD.at(0)] = felt(u64::from(is_old));
    row[merkle::OTHER_ROOT.range()].copy_from_slice(&other_root[..3]);
    row[merkle::OTHER_ROOT_3.at(0)] = other_root[3];
    row[merkle::CARRY.range()].copy_from_slice(&carry);
}
