//! A prover of the stand-in, written from design/transcript.md and design/proof-format.md, that cheats as planned.

use alloc::{collections::BTreeSet, vec, vec::Vec};

use miden_air::{ParameterSet, ProtocolVisitor, proof::ProofHeader};
use miden_core::{
    Felt, Writer,
    field::{FieldElement, StarkField, ToElements},
};
use winter_crypto::{DefaultRandomCoin, ElementHasher, RandomCoin};
use winter_math::{fft, polynom};
use winter_utils::Serializable;

use super::{
    super::stand_in::{Inputs, columns, shape_of},
    commitment::{Commitment, Opening, felt_bytes},
};

/// Offset of the domain of the low-degree extension.
const OFFSET: Felt = Felt::GENERATOR;
/// Factor by which each FRI layer is folded.
const FOLDING: usize = 8;

/// The lie about the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TraceLie {
    None,
    /// A cell of this column in the middle of the trace; column 2 is the auxiliary one.
    Cell(usize),
    /// The statement claims another result than the trace has.
    Result,
    /// `x^excess·(xⁿ − 1)` added to this column: right in every row, but of degree `n + excess`.
    HighDegree {
        column: usize,
        excess: usize,
    },
    /// Every row of every table is the same, so that a tree of any height is known. The statement is false.
    Uniform,
}

/// The lie about the evaluations at the out-of-domain point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameLie {
    None,
    /// The evaluation with this number in the proof is larger by 1.
    Cell(usize),
    /// The first quotient column is claimed to have the value that the constraints require.
    Solved,
}

/// All lies of a prover before it knows the queries. Whatever follows from a lie is computed from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) trace: TraceLie,
    pub(super) frame: FrameLie,
    /// The FRI layer that the prover replaces by one of low degree; the number of layers means none, as the remainder
    /// always is.
    pub(super) low_degree: Option<usize>,
}

impl Plan {
    pub(super) const HONEST: Self = Self { trace: TraceLie::None, frame: FrameLie::None, low_degree: None };
}

/// A proof with valid work, in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Forgery {
    /// The result in the statement.
    pub(super) result: Felt,
    /// Header and messages, nonce included.
    pub(super) head: Vec<u8>,
    /// Openings of main segment, auxiliary segment, quotient, FRI layers.
    pub(super) openings: Vec<Opening>,
    /// Openings of other tables at the same positions, each consistent in itself.
    pub(super) others: Vec<Opening>,
}

impl Forgery {
    pub(super) fn new(set: ParameterSet, log2: u32, plan: Plan) -> Self {
        Self::from_nonce(set, log2, plan, 1)
    }

    /// Like [`Self::new`], with the first valid nonce from `first_nonce` on.
    pub(super) fn from_nonce(set: ParameterSet, log2: u32, plan: Plan, first_nonce: u64) -> Self {
        set.visit(Forge { set, log2, plan, first_nonce })
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.with(&self.openings)
    }

    /// The proof with other openings.
    pub(super) fn with(&self, openings: &[Opening]) -> Vec<u8> {
        let tail: Vec<u8> = openings.iter().flat_map(Opening::bytes).collect();
        [&self.head[..], &tail].concat()
    }
}

struct Forge {
    set: ParameterSet,
    log2: u32,
    plan: Plan,
    first_nonce: u64,
}

impl ProtocolVisitor for Forge {
    type Output = Forgery;

    fn visit<H, E>(self) -> Forgery
    where
        H: ElementHasher<BaseField = Felt> + Send + Sync,
        E: FieldElement<BaseField = Felt>,
    {
        forge::<H, E>(self.set, self.log2, self.plan, self.first_nonce)
    }
}

/// The transcript: what is sent is also absorbed.
struct Channel<H: ElementHasher<BaseField = Felt>> {
    coin: DefaultRandomCoin<H>,
    bytes: Vec<u8>,
}

impl<H: ElementHasher<BaseField = Felt>> Channel<H> {
    fn commit(&mut self, commitment: &Commitment<H>) {
        self.bytes.extend(commitment.root().to_bytes());
        self.coin.reseed(commitment.root());
    }

    fn draw<E: FieldElement<BaseField = Felt>, const N: usize>(&mut self) -> [E; N] {
        core::array::from_fn(|_| self.coin.draw().unwrap())
    }

    fn send<E: FieldElement<BaseField = Felt>>(&mut self, elements: &[E]) {
        self.bytes.extend(felt_bytes(E::slice_as_base_elements(elements)));
    }
}

fn forge<H, E>(set: ParameterSet, log2: u32, plan: Plan, first_nonce: u64) -> Forgery
where
    H: ElementHasher<BaseField = Felt>,
    E: FieldElement<BaseField = Felt>,
{
    let rows = 1_usize << log2;
    let is_uniform = plan.trace == TraceLie::Uniform;

    // 1 ----- statement and seed
    let main = if is_uniform { vec![vec![Felt::new(5)], vec![Felt::new(7)]] } else { columns(rows) };
    let mut result = main[1][main[1].len() - 1];
    if plan.trace == TraceLie::Result {
        result += Felt::ONE;
    }
    let inputs = Inputs { result, set };
    let shape = shape_of(rows, &inputs);
    let size = shape.domain_size();
    let blowup = size / rows;
    let mut seed: Vec<Felt> = shape.context().to_elements();
    seed.extend(inputs.to_elements());
    let mut writer = Writer::new();
    ProofHeader::new(set, log2 as u8).unwrap().write(&mut writer);
    let mut channel = Channel::<H> { coin: DefaultRandomCoin::new(&seed), bytes: writer.finish() };
    let depth = size.ilog2();

    // 2 ----- main segment
    let mut polynomials: Vec<Vec<E>> = Vec::new();
    let mut main: Vec<Vec<E>> =
        main.iter().map(|column| column.iter().copied().map(E::from).collect()).collect();
    for (number, column) in main.iter_mut().enumerate() {
        lie_in_cell(column, plan, number);
        polynomials.push(polynomial(column, plan, number));
    }
    let mut tables: Vec<Vec<E>> = polynomials.iter().map(|column| extend(column, size)).collect();
    let base = |value: E| E::slice_as_base_elements(&[value])[0];
    let main_rows = transpose(&tables, |row| row.iter().map(|&value| base(value)).collect());
    let mut commitments = vec![Commitment::<H>::new(main_rows, depth)];
    channel.commit(&commitments[0]);

    // 3 ----- auxiliary segment
    let [challenge] = channel.draw::<E, 1>();
    let mut product = E::ONE;
    let cells = main[0].iter().map(|&value| {
        let cell = product;
        product *= challenge + value;
        cell
    });
    let mut aux: Vec<E> = cells.collect();
    lie_in_cell(&mut aux, plan, 2);
    polynomials.push(polynomial(&aux, plan, 2));
    tables.push(extend(&polynomials[2], size));
    commitments.push(Commitment::new(transpose(&tables[2..], flat), depth));
    channel.commit(&commitments[1]);

    // 4 ----- quotient
    let rules = Rules { coefficients: channel.draw(), challenge, result, rows };
    let domain = || powers(root(size)).take(size).map(|power| E::from(OFFSET * power));
    let quotients: Vec<Vec<E>> = if is_uniform {
        (0..shape.num_quotients()).map(|i| vec![E::from(i as u32 + 11)]).collect()
    } else {
        let frame = |row: usize| core::array::from_fn(|i| tables[i][row % size]);
        let values = domain().enumerate().map(|(row, x)| rules.quotient(frame(row), frame(row + blowup), x));
        let coefficients = interpolate(values.collect(), OFFSET);
        coefficients.chunks(rows).take(shape.num_quotients()).map(<[E]>::to_vec).collect()
    };
    tables.extend(quotients.iter().map(|column| extend(column, size)));
    commitments.push(Commitment::new(transpose(&tables[3..], flat), depth));
    channel.commit(&commitments[2]);

    // 5 ----- evaluations at the out-of-domain point
    let [point] = channel.draw::<E, 1>();
    let points = [point, point * E::from(root(rows))];
    let at =
        |columns: &[Vec<E>], x: E| columns.iter().map(|column| polynom::eval(column, x)).collect::<Vec<E>>();
    let mut frame: Vec<E> =
        [&polynomials, &quotients].map(|columns| points.map(|x| at(columns, x)).concat()).concat();
    let (width, num_quotients) = (3, quotients.len());
    match plan.frame {
        FrameLie::None => {}
        FrameLie::Cell(cell) => frame[cell] += E::ONE,
        FrameLie::Solved => {
            let row = |start: usize| core::array::from_fn(|i| frame[start + i]);
            let expected = rules.quotient(row(0), row(width), point);
            let claimed = &frame[2 * width..2 * width + num_quotients];
            let shift = power(point, rows);
            let claimed = claimed.iter().rev().fold(E::ZERO, |sum, &value| sum * shift + value);
            frame[2 * width] += expected - claimed;
        }
    }
    channel.send(&frame);
    let (trace, quotient) = frame.split_at(2 * width);
    let values = [&trace[..width], &quotient[..num_quotients], &trace[width..], &quotient[num_quotients..]];
    channel.coin.reseed(H::hash_elements(&values.concat()));

    // 6 ----- FRI layers
    let coefficients: Vec<E> = (0..width + num_quotients).map(|_| channel.coin.draw().unwrap()).collect();
    let weighted = |values: &[E]| sum(coefficients.iter().zip(values).map(|(&c, &value)| c * value));
    let claims = [[values[0], values[1]].concat(), [values[2], values[3]].concat()].map(|row| weighted(&row));
    let mut layer: Vec<E> = if is_uniform {
        vec![E::ZERO]
    } else {
        domain()
            .enumerate()
            .map(|(row, x)| {
                let value = sum(coefficients.iter().zip(&tables).map(|(&c, column)| c * column[row]));
                let [a, b] = points.map(|point| x - point);
                ((value - claims[0]) * b + (value - claims[1]) * a) / (a * b)
            })
            .collect()
    };
    for (number, num_leaves) in shape.layer_sizes().into_iter().enumerate() {
        if plan.low_degree == Some(number) {
            let degree = layer.len() / blowup;
            let mut coefficients = interpolate(layer, OFFSET);
            coefficients.truncate(degree);
            layer = extend(&coefficients, num_leaves * FOLDING);
        }
        let num_rows = layer.len().div_ceil(FOLDING);
        let leaf =
            |row| (0..FOLDING).map(|i| layer[(row + i * num_leaves) % layer.len()]).collect::<Vec<E>>();
        let leaves: Vec<Vec<E>> = (0..num_rows).map(leaf).collect();
        let leaf_rows = leaves.iter().map(|leaf| flat(leaf)).collect();
        commitments.push(Commitment::new(leaf_rows, num_leaves.ilog2()));
        channel.commit(&commitments[3 + number]);
        let [challenge] = channel.draw::<E, 1>();
        let points = powers(root(num_leaves * FOLDING)).map(|power| OFFSET * power);
        layer = leaves.iter().zip(points).map(|(leaf, x)| fold(leaf, x, challenge)).collect();
    }

    // 7 ----- remainder, highest coefficient first
    let mut remainder = if is_uniform { layer } else { interpolate(layer, OFFSET) };
    remainder.resize(shape.remainder_len(), E::ZERO);
    remainder.reverse();
    channel.send(&remainder);
    channel.coin.reseed(H::hash_elements(&remainder));

    // 8 ----- work and queries
    let options = shape.options();
    let nonce = (first_nonce..)
        .find(|&nonce| channel.coin.check_leading_zeros(nonce) >= options.grinding_factor())
        .unwrap();
    channel.bytes.extend(nonce.to_le_bytes());
    let positions = channel.coin.draw_integers(options.num_queries(), size, nonce).unwrap();
    let positions: BTreeSet<usize> = positions.into_iter().collect();
    let mut opened = vec![positions.into_iter().collect::<Vec<_>>(); 3];
    for num_leaves in shape.layer_sizes() {
        let mut seen = BTreeSet::new();
        let folded = opened[opened.len() - 1].iter().map(|position| position % num_leaves);
        opened.push(folded.filter(|&position| seen.insert(position)).collect());
    }
    let open = |commitments: &[Commitment<H>]| {
        commitments.iter().zip(&opened).map(|(commitment, positions)| commitment.open(positions)).collect()
    };
    let has_others = is_uniform || plan == Plan::HONEST;
    let others: Vec<_> = commitments.iter().filter(|_| has_others).map(Commitment::other).collect();
    Forgery { result, head: channel.bytes, openings: open(&commitments), others: open(&others) }
}

/// The constraints of the stand-in, combined with challenges and divided by what they vanish on.
struct Rules<E> {
    coefficients: [E; 7],
    challenge: E,
    result: Felt,
    rows: usize,
}

impl<E: FieldElement<BaseField = Felt>> Rules<E> {
    fn quotient(&self, current: [E; 3], next: [E; 3], x: E) -> E {
        let c = self.coefficients;
        let [a, b, product] = current;
        let transitions = c[0] * (next[0] - b)
            + c[1] * (next[1] - a - b)
            + c[2] * (next[2] - product * (self.challenge + a));
        let starts = c[3] * (a - E::ONE) + c[4] * (b - E::ONE) + c[6] * (product - E::ONE);
        let end = c[5] * (b - E::from(self.result));
        // The last point of the trace, where transitions need not hold.
        let last = x - E::from(root(self.rows).inv());
        let (first, all) = (x - E::ONE, power(x, self.rows) - E::ONE);
        (transitions * last * last * first + (starts * last + end * first) * all) / (all * first * last)
    }
}

fn lie_in_cell<E: FieldElement>(column: &mut [E], plan: Plan, number: usize) {
    if plan.trace == TraceLie::Cell(number) {
        column[column.len() / 2] += E::ONE;
    }
}

/// Coefficients of a column of the trace.
fn polynomial<E: FieldElement<BaseField = Felt>>(column: &[E], plan: Plan, number: usize) -> Vec<E> {
    let mut coefficients = interpolate(column.to_vec(), Felt::ONE);
    if let TraceLie::HighDegree { column: number_of_lie, excess } = plan.trace
        && number_of_lie == number
    {
        let rows = column.len();
        coefficients.resize(2 * rows, E::ZERO);
        coefficients[rows + excess] += E::ONE;
        coefficients[excess] -= E::ONE;
    }
    coefficients
}

/// Coefficients of the polynomial with these values on the coset of `offset`.
fn interpolate<E: FieldElement<BaseField = Felt>>(mut values: Vec<E>, offset: Felt) -> Vec<E> {
    if values.len() > 1 {
        let twiddles = fft::get_inv_twiddles::<Felt>(values.len());
        fft::interpolate_poly_with_offset(&mut values, &twiddles, offset);
    }
    values
}

/// Values on the domain of this size; one value of a constant.
fn extend<E: FieldElement<BaseField = Felt>>(coefficients: &[E], size: usize) -> Vec<E> {
    match coefficients {
        [constant] => vec![*constant],
        _ => {
            let twiddles = fft::get_twiddles::<Felt>(coefficients.len());
            fft::evaluate_poly_with_offset(coefficients, &twiddles, OFFSET, size / coefficients.len())
        }
    }
}

/// The polynomial of degree below 8 with the values of `leaf` on `x·ω^i`, ω of order 8, evaluated at `challenge`.
fn fold<E: FieldElement<BaseField = Felt>>(leaf: &[E], x: Felt, challenge: E) -> E {
    let inverse = root(FOLDING).inv();
    let ratio = challenge / E::from(x);
    let terms = powers(inverse).zip(leaf).map(|(step, &value)| {
        let ratio = ratio * E::from(step);
        value * (0..FOLDING).fold(E::ZERO, |sum, _| sum * ratio + E::ONE)
    });
    sum(terms) / E::from(FOLDING as u32)
}

/// Generator of the subgroup of this order.
fn root(order: usize) -> Felt {
    Felt::get_root_of_unity(order.ilog2())
}

fn powers(base: Felt) -> impl Iterator<Item = Felt> {
    core::iter::successors(Some(Felt::ONE), move |&power| Some(power * base))
}

/// `x^exponent` for a power of two.
fn power<E: FieldElement>(x: E, exponent: usize) -> E {
    (0..exponent.ilog2()).fold(x, |power, _| power.square())
}

fn sum<E: FieldElement>(terms: impl Iterator<Item = E>) -> E {
    terms.fold(E::ZERO, |sum, term| sum + term)
}

fn flat<E: FieldElement<BaseField = Felt>>(row: &[E]) -> Vec<Felt> {
    E::slice_as_base_elements(row).to_vec()
}

fn transpose<E: FieldElement>(columns: &[Vec<E>], row: impl Fn(&[E]) -> Vec<Felt>) -> Vec<Vec<Felt>> {
    (0..columns[0].len()).map(|i| row(&columns.iter().map(|column| column[i]).collect::<Vec<E>>())).collect()
}
