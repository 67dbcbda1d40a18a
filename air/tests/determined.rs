//! Statement, advice and lookups determine the trace: no set of cells can move together.
//!
//! `mutate.rs` changes one cell at a time. Here all cells may change at once, but infinitesimally: the trace can leave
//! the honest one in direction `δ` only if the derivatives of all constraints and of the bus along `δ` are 0. To first
//! order, a sum of fractions `n/(α + m)` does not change if the messages of each pole move together and the sum of
//! their numerators is constant. The test shows that `δ = 0` except in cells that are free by design (book:
//! design/free-cells.md), by solving one frame after the other until nothing new follows.
//!
//! The rule for standing messages is a heuristic: a value of a message stands still if it stands still in one message of
//! its pole. Where two equal facts are provided, requests may divide among them and one fact may move away with a part
//! of the requests, which the rule does not follow.
//!
//! Some cells are not bound by derivatives; `δ` is 0 there by assumption: advice; limbs and the list of values, which
//! are integers in a range; rates of nodes and siblings on Merkle paths, which are bound by hashes.

mod common;
mod failures;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use common::{Section, Trace, everything, felt, periodic_row};
use failures::failures;
use miden_air::{
    Challenges, Frame, MidenAir, ParameterSet, PublicInputs, RowFractions,
    inspect::{MessageKind, NUM_CHALLENGES, boundary_cells, main_degrees},
    trace_info,
};
use miden_core::{
    Felt, Opcode,
    field::FieldElement,
    operations::{Class, OPERATIONS},
    trace::{
        WIDTH,
        chiplets::{M, memory, merkle},
        column_name,
        decoder::{GROUPS, HELPERS, fail},
        range::{BYTE_MULTIPLICITY, MULTIPLICITY, VALUE},
        stack::S,
    },
};
use winter_air::{Air, EvaluationFrame};

/// Values of a message: the label, then one value per challenge after `α`.
const NUM_VALUES: usize = NUM_CHALLENGES;

/// Largest degree of a constraint or message in one cell.
const MAX_DEGREE: usize = 5;

/// A linear form in the cells of the trace: cell (`WIDTH·row + column`) and coefficient, ordered by cell.
type Form = Vec<(usize, Felt)>;

/// A message that a row sends, and its derivative.
struct Sent {
    numerator: Felt,
    values: [Felt; NUM_VALUES],
    d_numerator: Form,
    d_values: Vec<Form>,
}

/// Derivatives of all constraints and messages of two neighbouring rows.
struct Derivatives {
    constraints: Vec<Form>,
    messages: Vec<Sent>,
}

struct Subject {
    trace: Trace,
    air: MidenAir,
    challenges: Vec<[Felt; NUM_CHALLENGES]>,
}

impl Subject {
    fn new(trace: Trace) -> Self {
        let set = ParameterSet::Fast96;
        let inputs = PublicInputs::new(trace.statement.clone(), set);
        let air = MidenAir::new(trace_info(trace.rows.len()), inputs, set.proof_options());
        // With all challenges 0, a denominator is the label; with a single 1 after `α`, the label plus one value.
        let mut challenges = vec![[Felt::ZERO; NUM_CHALLENGES]; NUM_VALUES];
        (1..NUM_VALUES).for_each(|value| challenges[value][value] = Felt::ONE);
        Self { trace, air, challenges }
    }

    fn constraints(&self, rows: &[Felt], periodic: &[Felt]) -> Vec<Felt> {
        let frame = EvaluationFrame::from_rows(rows[..WIDTH].to_vec(), rows[WIDTH..].to_vec());
        let mut residuals = vec![Felt::ZERO; LABELS.len()];
        self.air.evaluate_transition(&frame, periodic, &mut residuals);
        residuals
    }

    /// Numerator and values of each message.
    fn messages(&self, rows: &[Felt], periodic: &[Felt]) -> Vec<Felt> {
        let frame = Frame::from_slices(&rows[..WIDTH], &rows[WIDTH..], periodic).expect("a frame");
        let mut messages: Vec<[Felt; 1 + NUM_VALUES]> = Vec::new();
        for (value, challenges) in self.challenges.iter().enumerate() {
            let fractions = RowFractions::new(&frame, Challenges::new(challenges).expect("challenges"));
            for (i, (_, numerator, denominator)) in fractions.iter().enumerate() {
                if value == 0 {
                    messages.push([Felt::ZERO; 1 + NUM_VALUES]);
                }
                messages[i][0] = numerator;
                messages[i][1 + value] = denominator - if value == 0 { Felt::ZERO } else { messages[i][1] };
            }
        }
        messages.concat()
    }

    fn derivatives(&self) -> Vec<Derivatives> {
        // The degree in each cell is that at an arbitrary point.
        let mut state = felt(1);
        let mut arbitrary = |count: usize| -> Vec<Felt> {
            let mut next = || {
                state = state * felt(0x5851_f42d_4c95_7f2d) + felt(0x1405_7b7e_f767_814f);
                state
            };
            (0..count).map(|_| next()).collect()
        };
        let (place, periodic) = (arbitrary(2 * WIDTH), arbitrary(periodic_row(0).len()));
        let degrees: Vec<[usize; 2]> = (0..2 * WIDTH)
            .map(|cell| {
                [
                    degree(|rows| self.constraints(rows, &periodic), &place, cell),
                    degree(|rows| self.messages(rows, &periodic), &place, cell),
                ]
            })
            .collect();
        (0..self.trace.rows.len() - 1).map(|row| self.derivatives_of(row, &degrees)).collect()
    }

    fn derivatives_of(&self, row: usize, degrees: &[[usize; 2]]) -> Derivatives {
        let rows = [self.trace.rows[row], self.trace.rows[row + 1]].concat();
        let periodic = periodic_row(row);
        let constraints = |rows: &[Felt]| self.constraints(rows, &periodic);
        let messages = |rows: &[Felt]| self.messages(rows, &periodic);
        let (residuals, values) = (constraints(&rows), messages(&rows));
        let (mut d_constraints, mut d_messages) =
            (vec![Form::new(); LABELS.len()], vec![Form::new(); values.len()]);
        for (cell, &[degree, degree_of_messages]) in degrees.iter().enumerate() {
            let cell_of_trace = row * WIDTH + cell;
            let add = |forms: &mut [Form], derivatives: Vec<Felt>| {
                for (form, derivative) in forms.iter_mut().zip(derivatives) {
                    if derivative != Felt::ZERO {
                        form.push((cell_of_trace, derivative));
                    }
                }
            };
            add(&mut d_constraints, derivative(constraints, &residuals, &rows, cell, degree));
            add(&mut d_messages, derivative(messages, &values, &rows, cell, degree_of_messages));
        }
        let messages = values.chunks(1 + NUM_VALUES).zip(d_messages.chunks(1 + NUM_VALUES));
        let messages = messages.map(|(values, forms)| Sent {
            numerator: values[0],
            values: values[1..].try_into().expect("as many values"),
            d_numerator: forms[0].clone(),
            d_values: forms[1..].to_vec(),
        });
        Derivatives { constraints: d_constraints, messages: messages.collect() }
    }

    /// Cells in which `δ` is 0 by assumption.
    fn fixed(&self) -> Vec<bool> {
        let trace = &self.trace;
        let mut fixed = vec![false; trace.rows.len() * WIDTH];
        let mut fix = |row: usize, columns: std::ops::Range<usize>| {
            columns.for_each(|column| fixed[row * WIDTH + column] = true);
        };
        for cell in boundary_cells(&trace.statement, trace.rows.len()) {
            fix(cell.row, cell.column..cell.column + 1);
        }
        for row in 0..trace.rows.len() {
            [VALUE, MULTIPLICITY, BYTE_MULTIPLICITY].into_iter().for_each(|column| fix(row, column.range()));
        }
        for info in OPERATIONS {
            for row in trace.rows_of(info.opcode) {
                if Class::Limb.contains(info.opcode) {
                    fix(row, HELPERS.at(0)..HELPERS.at(4));
                }
                if Class::Node.contains(info.opcode) {
                    fix(row, GROUPS.range());
                }
                let advice = match info.opcode {
                    Opcode::Read => 1,
                    Opcode::ReadW => 4,
                    Opcode::Pipe => 8,
                    _ => continue,
                };
                fix(row + 1, S.start()..S.at(0) + advice);
            }
        }
        for row in trace.section(Section::Memory) {
            [memory::LOW_LIMB, memory::HIGH_LIMB].into_iter().for_each(|column| fix(row, column.range()));
        }
        for row in trace.section(Section::Merkle) {
            [merkle::LEFT, merkle::RIGHT].into_iter().for_each(|column| fix(row, column.range()));
        }
        fixed
    }
}

/// Values at `cell + t` for `t = 0..=count`, the first of which is known.
fn samples(
    f: impl Fn(&[Felt]) -> Vec<Felt>,
    known: Vec<Felt>,
    rows: &[Felt],
    cell: usize,
    count: usize,
) -> Vec<Vec<Felt>> {
    let mut rows = rows.to_vec();
    let others = (0..count).map(|_| {
        rows[cell] += Felt::ONE;
        f(&rows)
    });
    [known].into_iter().chain(others).collect()
}

/// `Δf, Δ²f, …` of samples.
fn differences(mut samples: Vec<Vec<Felt>>) -> Vec<Vec<Felt>> {
    let mut first = Vec::new();
    while samples.len() > 1 {
        let step = |pair: &[Vec<Felt>]| pair[1].iter().zip(&pair[0]).map(|(&b, &a)| b - a).collect();
        samples = samples.windows(2).map(step).collect();
        first.push(samples[0].clone());
    }
    first
}

/// Degree in a cell.
fn degree(f: impl Fn(&[Felt]) -> Vec<Felt>, rows: &[Felt], cell: usize) -> usize {
    let differences = differences(samples(&f, f(rows), rows, cell, MAX_DEGREE + 1));
    let is_zero = |values: &Vec<Felt>| values.iter().all(|&value| value == Felt::ZERO);
    assert!(is_zero(&differences[MAX_DEGREE]), "a larger degree");
    differences.iter().rposition(|values| !is_zero(values)).map_or(0, |last| last + 1)
}

/// `f' = Δf − Δ²f/2 + Δ³f/3 − …`
fn derivative(
    f: impl Fn(&[Felt]) -> Vec<Felt>,
    known: &[Felt],
    rows: &[Felt],
    cell: usize,
    degree: usize,
) -> Vec<Felt> {
    if degree == 0 {
        return Vec::new();
    }
    let mut sum = Vec::new();
    for (difference, k) in differences(samples(f, known.to_vec(), rows, cell, degree)).into_iter().zip(1..) {
        let factor = if k % 2 == 1 { felt(k).inv() } else { -felt(k).inv() };
        sum.resize(difference.len(), Felt::ZERO);
        sum.iter_mut().zip(difference).for_each(|(sum, value)| *sum += factor * value);
    }
    sum
}

/// `a + c·b`
fn add(a: &Form, b: &Form, c: Felt) -> Form {
    let mut sum: BTreeMap<usize, Felt> = a.iter().copied().collect();
    b.iter().for_each(|&(cell, value)| *sum.entry(cell).or_insert(Felt::ZERO) += c * value);
    sum.into_iter().filter(|&(_, value)| value != Felt::ZERO).collect()
}

/// Equations of one frame in reduced form: the first cell of each occurs in no other equation.
#[derive(Default)]
struct Equations(Vec<Form>);

impl Equations {
    fn reduce(&self, mut form: Form) -> Form {
        for equation in &self.0 {
            let pivot = equation[0].0;
            if let Ok(i) = form.binary_search_by_key(&pivot, |&(cell, _)| cell) {
                form = add(&form, equation, -form[i].1);
            }
        }
        form
    }

    fn push(&mut self, form: Form) {
        let form = self.reduce(form);
        let Some(&(pivot, factor)) = form.first() else { return };
        let inverse = factor.inv();
        let form: Form = form.into_iter().map(|(cell, value)| (cell, value * inverse)).collect();
        for equation in &mut self.0 {
            if let Ok(i) = equation.binary_search_by_key(&pivot, |&(cell, _)| cell) {
                *equation = add(equation, &form, -equation[i].1);
            }
        }
        self.0.push(form);
    }
}

/// The form without the cells in which `δ` is 0.
fn rest(form: &Form, zero: &[bool]) -> Form {
    form.iter().filter(|&&(cell, _)| !zero[cell]).copied().collect()
}

/// Messages with the same values: row and number.
type Pole = Vec<(usize, usize)>;

/// Messages by their values, except range checks, which are tested elsewhere, and empty messages.
fn poles(frames: &[Derivatives]) -> BTreeMap<Vec<u64>, Pole> {
    let mut poles: BTreeMap<Vec<u64>, Pole> = BTreeMap::new();
    for (row, frame) in frames.iter().enumerate() {
        for (i, message) in frame.messages.iter().enumerate() {
            poles
                .entry(message.values.iter().map(|value| value.as_int()).collect())
                .or_default()
                .push((row, i));
        }
    }
    let skipped = [0, MessageKind::Limb.label(), MessageKind::Byte.label()];
    poles.retain(|values, _| !skipped.contains(&values[0]));
    poles
}

/// Cells in which `δ` may differ from 0 if the given constraint is ignored.
fn open_cells(subject: &Subject, frames: &[Derivatives], left_out: Option<&str>) -> Vec<(usize, usize)> {
    let mut zero = subject.fixed();
    let poles = poles(frames);
    // The equations that poles impose on the messages of a frame.
    let mut said: Vec<Vec<&Form>> = frames.iter().map(|_| Vec::new()).collect();
    let mut settled = BTreeSet::new();
    loop {
        let before = (zero.iter().filter(|&&zero| zero).count(), settled.len());
        let mut equations: Vec<Equations> = Vec::new();
        for (frame, said) in frames.iter().zip(&said) {
            let mut of_frame = Equations::default();
            let constraints = frame.constraints.iter().zip(LABELS.iter());
            let kept =
                constraints.filter(|(_, label)| Some(label.as_str()) != left_out).map(|(form, _)| form);
            kept.chain(said.iter().copied()).for_each(|form| of_frame.push(rest(form, &zero)));
            of_frame.0.iter().filter(|form| form.len() == 1).for_each(|form| zero[form[0].0] = true);
            equations.push(of_frame);
        }
        let vanishes =
            |row: usize, form: &Form| rest(&equations[row].reduce(rest(form, &zero)), &zero).is_empty();
        for (number, (values, pole)) in poles.iter().enumerate() {
            let message = |&(row, i): &(usize, usize)| (row, &frames[row].messages[i]);
            let sent: Vec<_> = pole.iter().map(message).filter(|(_, m)| m.numerator != Felt::ZERO).collect();
            // Messages of the statement are constant.
            let public = [MessageKind::Input, MessageKind::Output, MessageKind::KernelProcedure]
                .iter()
                .any(|kind| kind.label() == values[0]);
            for i in 0..NUM_VALUES {
                let moves = |(row, message): &(usize, &Sent)| !vanishes(*row, &message.d_values[i]);
                if (public || !sent.iter().all(moves)) && settled.insert((number, i)) {
                    sent.iter().for_each(|(row, message)| said[*row].push(&message.d_values[i]));
                }
            }
            let changes = |(row, message): &(usize, &Sent)| !vanishes(*row, &message.d_numerator);
            let changing: Vec<_> = pole.iter().map(message).filter(changes).collect();
            if let [(row, message)] = changing[..]
                && settled.insert((number, NUM_VALUES))
            {
                said[row].push(&message.d_numerator);
            }
        }
        if before == (zero.iter().filter(|&&zero| zero).count(), settled.len()) {
            break;
        }
    }
    // In the last row, only the cells that the row before reads are bound.
    let cells = 0..(subject.trace.rows.len() - 1) * WIDTH;
    cells.filter(|&cell| !zero[cell]).map(|cell| (cell / WIDTH, cell % WIDTH)).collect()
}

/// Whether the cell is on the list of free cells.
fn is_free(trace: &Trace, row: usize, column: usize) -> bool {
    let cells = &trace.rows[row];
    // The witness of a split whose low half is 0.
    let low_is_zero = cells[HELPERS.at(0)] == Felt::ZERO && cells[HELPERS.at(1)] == Felt::ZERO;
    let splits = |&opcode: &Opcode| trace.rows_of(opcode).contains(&row) && opcode.info().uses_helper(4);
    let mut canonical =
        OPERATIONS.iter().map(|info| info.opcode).filter(|&opcode| Class::Canon.contains(opcode));
    if column == HELPERS.at(4) && low_is_zero && canonical.any(|opcode| splits(&opcode)) {
        return true;
    }
    // Likewise for an operand that is not a u32, on the rows of a fault.
    let fails =
        || trace.rows_of(Opcode::Fail).contains(&row) && cells[fail::LIMBS.range()] != [Felt::ZERO; 4];
    if column == fail::CANONICAL.at(0) && low_is_zero && fails() {
        return true;
    }
    // Multiplicities can be divided among equal words with the same neighbour.
    let bitwise = trace.section(Section::Bitwise);
    let bits = miden_core::trace::chiplets::bitwise::BITS.range();
    let fact = |row: usize| [row, row + 1].map(|row| trace.rows[row][bits.clone()].to_vec());
    let twice = || bitwise.iter().any(|&other| other != row && fact(other) == fact(row));
    column == M.at(0) && bitwise.contains(&row) && twice()
}

/// Names of the constraints, in order.
static LABELS: LazyLock<Vec<String>> =
    LazyLock::new(|| main_degrees().iter().map(|(label, _)| label.to_string()).collect());

/// Asserts that only free cells can leave the honest trace.
fn assert_determined(subject: &Subject, frames: &[Derivatives]) {
    let name =
        |&(row, column): &(usize, usize)| format!("{} in row {row}", column_name(column).unwrap_or_default());
    let is_free = |&(row, column): &(usize, usize)| is_free(&subject.trace, row, column);
    let open: Vec<_> = open_cells(subject, frames, None);
    let unexpected: Vec<_> = open.iter().filter(|cell| !is_free(cell)).map(name).collect();
    assert!(unexpected.is_empty(), "{}: {}", subject.trace.statement.outcome, common::lines(unexpected));
}

#[test]
fn no_direction_leads_away_from_an_honest_fault() {
    // An operation with three operands, a node, and a return.
    for opcode in [Opcode::U32Maj, Opcode::Split, Opcode::Return] {
        let is = |trace: &Trace| trace.statement.outcome.fault().is_some_and(|fault| fault.opcode == opcode);
        let trace = failures().into_iter().find(is).expect("a fault");
        let subject = Subject::new(trace);
        assert_determined(&subject, &subject.derivatives());
    }
}

#[test]
fn no_direction_leads_away_from_an_honest_trace() {
    let subject = Subject::new(everything());
    let frames = subject.derivatives();
    assert_determined(&subject, &frames);
    let is_free = |&(row, column): &(usize, usize)| is_free(&subject.trace, row, column);

    // Without its constraint, a cell is no longer bound.
    for (label, column) in [
        ("memory.keeps[0]", memory::MESSAGE.at(0)),
        ("merkle.other_root[0]", merkle::OTHER_ROOT.at(0)),
        ("stack.depth", miden_core::trace::stack::DEPTH.at(0)),
        ("system.ctx", miden_core::trace::system::CTX.at(0)),
    ] {
        let open = open_cells(&subject, &frames, Some(label));
        assert!(open.iter().any(|cell| cell.1 == column && !is_free(cell)), "{label} binds nothing");
    }
}
