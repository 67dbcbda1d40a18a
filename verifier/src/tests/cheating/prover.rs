//! A prover of the stand-in, written from design/transcript.md and design/proof-format.md, that cheats as planned.

use alloc::{collections::BTreeSet, vec, vec::Vec};

use miden_air::{
    ParameterSet, ProtocolVisitor,
    proof::{Coin, ProofHeader},
};
use miden_core::{
    Felt, Writer,
    field::{FieldElement, StarkField, ToElements},
};
use winter_crypto::{ElementHasher, RandomCoin};
use winter_math::{fft, polynom};
use winter_utils::Serializable;

use super::{
    super::stand_in::{Form, Inputs, columns, shape_of},
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
    /// The last cell of the execution in this column, and the result if it is there: the statement is false, and no other row
    /// contradicts it.
    LastCell(usize),
    /// A cell of this column in a random row.
    RandomCell(usize),
    /// `x^(n + excess)` added to the first chunk of the quotient and taken from the second, so that the quotient remains what
    /// it is.
    HighChunk {
        excess: usize,
    },
    /// `x^(n + excess)` added to the mask of the DEEP polynomial.
    HighMask {
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
    pub(super) form: Form,
    pub(super) trace: TraceLie,
    pub(super) frame: FrameLie,
    /// The FRI layer that the prover replaces by one of low degree; the number of layers means none, as the remainder
    /// always is.
    pub(super) low_degree: Option<usize>,
}

impl Plan {
    pub(super) const HONEST: Self = Self::honest(Form::Stock);

    pub(super) const fn honest(form: Form) -> Self {
        Self { form, trace: TraceLie::None, frame: FrameLie::None, low_degree: None }
    }
}

/// A proof with valid work, in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Forgery {
    pub(super) form: Form,
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
    coin: Coin<H>,
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
    let inputs = Inputs { result: Felt::ZERO, set, form: plan.form };
    let last = inputs.hiding().execution_rows(rows) - 1;
    let mut random = random();
    let mut main = if is_uniform { vec![vec![Felt::new(5)], vec![Felt::new(7)]] } else { columns(rows) };
    for column in &mut main {
        column.iter_mut().skip(last + 1).for_each(|cell| *cell = random());
    }
    if let TraceLie::LastCell(column) = plan.trace
        && column < 2
    {
        main[column][last] += Felt::ONE;
    }
    let mut result = main[1][last.min(main[1].len() - 1)];
    if plan.trace == TraceLie::Result {
        result += Felt::ONE;
    }
    let inputs = Inputs { result, ..inputs };
    let shape = shape_of(rows, &inputs);
    let size = shape.domain_size();
    let blowup = size / rows;
    let mut seed: Vec<Felt> = shape.context().to_elements();
    if plan.form != Form::Stock {
        seed.extend([rows - 1 - last, shape.hiding().mask_len()].map(|number| Felt::new(number as u64)));
    }
    seed.extend(inputs.to_elements());
    let mut writer = Writer::new();
    ProofHeader::new(set, log2 as u8).unwrap().with_hiding(plan.form.hides()).write(&mut writer);
    let mut channel = Channel::<H> { coin: Coin::new(&seed), bytes: writer.finish() };
    let depth = size.ilog2();

    // 2 ----- main segment
    let mut polynomials: Vec<Vec<E>> = Vec::new();
    let mut main: Vec<Vec<E>> =
        main.iter().map(|column| column.iter().copied().map(E::from).collect()).collect();
    for (number, column) in main.iter_mut().enumerate() {
        lie_in_cell(column, plan, number, last);
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
    aux.iter_mut().skip(last + 1).for_each(|cell| *cell = element(&mut random));
    if plan.trace == TraceLie::LastCell(2) {
        aux[last] += E::ONE;
    }
    lie_in_cell(&mut aux, plan, 2, last);
    polynomials.push(polynomial(&aux, plan, 2));
    tables.push(extend(&polynomials[2], size));
    commitments.push(Commitment::new(transpose(&tables[2..], flat), depth));
    channel.commit(&commitments[1]);

    // 4 ----- quotient
    let rules = Rules { coefficients: channel.draw(), challenge, result, rows, last };
    let domain = || powers(root(size)).take(size).map(|power| E::from(OFFSET * power));
    let num_chunks = shape.num_chunks();
    let mut quotients: Vec<Vec<E>> = if is_uniform {
        (0..num_chunks).map(|i| vec![E::from(i as u32 + 11)]).collect()
    } else {
        let frame = |row: usize| core::array::from_fn(|i| tables[i][row % size]);
        let mut exempt: Vec<E> = rules.exempt().into_iter().map(E::from).collect();
        exempt.resize(rows, E::ZERO);
        let points = domain().zip(extend(&exempt, size)).enumerate();
        let values = points.map(|(row, (x, e))| rules.quotient(frame(row), frame(row + blowup), x, e));
        let coefficients = interpolate(values.collect(), OFFSET);
        let chunks = coefficients.chunks(shape.chunk_len()).take(num_chunks);
        chunks.map(|chunk| [chunk, &vec![E::ZERO; rows - chunk.len()]].concat()).collect()
    };
    if !is_uniform {
        for chunk in 0..num_chunks - 1 {
            for i in 0..shape.hiding().mask_len() {
                let mask: E = element(&mut random);
                quotients[chunk][shape.chunk_len() + i] += mask;
                quotients[chunk + 1][i] -= mask;
            }
        }
    }
    if let TraceLie::HighChunk { excess } = plan.trace {
        let exponent = rows + excess;
        add_power(&mut quotients[0], exponent, E::ONE);
        add_power(&mut quotients[1], exponent - shape.chunk_len(), -E::ONE);
    }
    // The mask of the DEEP polynomial is the last of the columns.
    if plan.form.hides() {
        let mut mask: Vec<E> = match is_uniform {
            true => vec![E::from(13_u32)],
            false => (0..rows - 1).map(|_| element(&mut random)).chain([E::ZERO]).collect(),
        };
        if let TraceLie::HighMask { excess } = plan.trace {
            add_power(&mut mask, rows + excess, E::ONE);
        }
        quotients.push(mask);
    }
    tables.extend(quotients.iter().map(|column| extend(column, size)));
    commitments.push(Commitment::new(transpose(&tables[3..], flat), depth));
    channel.commit(&commitments[2]);

    // 5 ----- evaluations at the out-of-domain point
    let [point] = channel.draw::<E, 1>();
    let points = [point, point * E::from(root(rows))];
    let at =
        |columns: &[Vec<E>], x: E| columns.iter().map(|column| polynom::eval(column, x)).collect::<Vec<E>>();
    let chunks = &quotients[..num_chunks];
    let next_chunks = &quotients[..shape.num_next_chunks()];
    let mut frame: Vec<E> =
        [points.map(|x| at(&polynomials, x)).concat(), at(chunks, points[0]), at(next_chunks, points[1])]
            .concat();
    let width = 3;
    match plan.frame {
        FrameLie::None => {}
        FrameLie::Cell(cell) => frame[cell] += E::ONE,
        FrameLie::Solved => {
            let row = |start: usize| core::array::from_fn(|i| frame[start + i]);
            let exempt: Vec<E> = rules.exempt().into_iter().map(E::from).collect();
            let expected = rules.quotient(row(0), row(width), point, polynom::eval(&exempt, point));
            let claimed = &frame[2 * width..2 * width + num_chunks];
            let shift = point.exp((shape.chunk_len() as u32).into());
            let claimed = claimed.iter().rev().fold(E::ZERO, |sum, &value| sum * shift + value);
            frame[2 * width] += expected - claimed;
        }
    }
    channel.send(&frame);
    let (trace, quotient) = frame.split_at(2 * width);
    let (trace, next_trace) = trace.split_at(width);
    let (quotient, next_quotient) = quotient.split_at(num_chunks);
    channel.coin.reseed(H::hash_elements(&[trace, quotient, next_trace, next_quotient].concat()));

    // 6 ----- FRI layers
    let mut draw = |count| (0..count).map(|_| channel.coin.draw().unwrap()).collect::<Vec<E>>();
    let of_trace = draw(width);
    // One coefficient for both openings of a column in the form of the backend, otherwise one for each.
    let of_next_trace = if plan.form == Form::Stock { of_trace.clone() } else { draw(width) };
    let of_chunks = draw(num_chunks);
    let of_next_chunks = &of_chunks[..next_quotient.len()];
    let weights = [[&of_trace[..], &of_chunks[..]].concat(), [&of_next_trace[..], of_next_chunks].concat()];
    let claims = [[trace, quotient].concat(), [next_trace, next_quotient].concat()];
    let weighted = |weights: &[E], values: &mut dyn Iterator<Item = E>| {
        sum(weights.iter().zip(values).map(|(&weight, value)| weight * value))
    };
    let claims: [E; 2] = [0, 1].map(|i| weighted(&weights[i], &mut claims[i].iter().copied()));
    let mask = |row: usize| if plan.form.hides() { tables[width + num_chunks][row] } else { E::ZERO };
    let mut layer: Vec<E> = if is_uniform {
        vec![mask(0)]
    } else {
        domain()
            .enumerate()
            .map(|(row, x)| {
                let values =
                    [0, 1].map(|i| weighted(&weights[i], &mut tables.iter().map(|column| column[row])));
                let [a, b] = points.map(|point| x - point);
                ((values[0] - claims[0]) * b + (values[1] - claims[1]) * a) / (a * b) + mask(row)
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
    let has_others = is_uniform || plan == Plan::honest(plan.form);
    let others: Vec<_> = commitments.iter().filter(|_| has_others).map(Commitment::other).collect();
    Forgery {
        form: plan.form,
        result,
        head: channel.bytes,
        openings: open(&commitments),
        others: open(&others),
    }
}

/// The constraints of the stand-in, combined with challenges and divided by what they vanish on.
struct Rules<E> {
    coefficients: [E; 7],
    challenge: E,
    result: Felt,
    rows: usize,
    /// The last row of the execution.
    last: usize,
}

impl<E: FieldElement<BaseField = Felt>> Rules<E> {
    /// The polynomial that is zero from the last row of the execution on, where transitions need not hold.
    fn exempt(&self) -> Vec<Felt> {
        let points = powers(root(self.rows)).skip(self.last).take(self.rows - self.last);
        points.fold(vec![Felt::ONE], |product, point| polynom::mul(&product, &[-point, Felt::ONE]))
    }

    /// The value at `x`, where the polynomial of the exempt rows is `exempt`.
    fn quotient(&self, current: [E; 3], next: [E; 3], x: E, exempt: E) -> E {
        let c = self.coefficients;
        let [a, b, product] = current;
        let transitions = c[0] * (next[0] - b)
            + c[1] * (next[1] - a - b)
            + c[2] * (next[2] - product * (self.challenge + a));
        let starts = c[3] * (a - E::ONE) + c[4] * (b - E::ONE) + c[6] * (product - E::ONE);
        let end = c[5] * (b - E::from(self.result));
        let last = x - E::from(root(self.rows).exp(self.last as u64));
        let (first, all) = (x - E::ONE, power(x, self.rows) - E::ONE);
        (transitions * exempt * last * first + (starts * last + end * first) * all) / (all * first * last)
    }
}

fn lie_in_cell<E: FieldElement>(column: &mut [E], plan: Plan, number: usize, last: usize) {
    if plan.trace == TraceLie::Cell(number) {
        column[column.len() / 2] += E::ONE;
    }
    if plan.trace == TraceLie::RandomCell(number) {
        column[last + 1] += E::ONE;
    }
}

/// Elements without a pattern.
fn random() -> impl FnMut() -> Felt {
    let mut state = 1_u64;
    move || {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        Felt::new(state ^ (state >> 29))
    }
}

fn element<E: FieldElement<BaseField = Felt>>(random: &mut impl FnMut() -> Felt) -> E {
    let components: Vec<Felt> = (0..E::EXTENSION_DEGREE).map(|_| random()).collect();
    E::slice_from_base_elements(&components)[0]
}

/// A multiple of `x^exponent` added to a polynomial.
fn add_power<E: FieldElement>(polynomial: &mut Vec<E>, exponent: usize, factor: E) {
    polynomial.resize(polynomial.len().max(exponent + 1).next_power_of_two(), E::ZERO);
    polynomial[exponent] += factor;
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
