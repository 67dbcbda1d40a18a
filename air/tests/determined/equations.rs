//! Linear equations between the changes of cells, and what follows from them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use miden_air::inspect::MessageKind;
use miden_core::{Felt, field::FieldElement, trace::WIDTH};

/// A linear form in the cells of the trace: cell (`WIDTH·row + column`) and coefficient, ordered by cell.
pub(crate) type Form = Vec<(usize, Felt)>;

/// A message that a row sends, and its derivative.
pub(crate) struct Sent {
    pub(crate) numerator: Felt,
    /// Label and values.
    pub(crate) values: Vec<Felt>,
    pub(crate) d_numerator: Form,
    pub(crate) d_values: Vec<Form>,
}

/// Derivatives of all constraints and messages of two neighbouring rows.
pub(crate) struct FrameForms {
    pub(crate) constraints: Vec<(String, Form)>,
    pub(crate) messages: Vec<Sent>,
}

/// `a + c·b`
fn add(a: &Form, b: &Form, c: Felt) -> Form {
    let mut sum = Form::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let Some(cell) = [a.peek(), b.peek()].into_iter().flatten().map(|term| term.0).min() {
        let from_a = a.next_if(|term| term.0 == cell).map_or(Felt::ZERO, |term| term.1);
        let from_b = b.next_if(|term| term.0 == cell).map_or(Felt::ZERO, |term| c * term.1);
        if from_a + from_b != Felt::ZERO {
            sum.push((cell, from_a + from_b));
        }
    }
    sum
}

/// Equations of one frame in reduced form, by their first cell, which occurs in no other equation.
#[derive(Default)]
struct Equations(HashMap<usize, Form>);

impl Equations {
    /// The form less multiples of the equations, without their first cells.
    fn reduce(&self, form: Form) -> Form {
        // The equations bring in no first cells, so one pass is enough.
        form.iter()
            .filter_map(|&(cell, factor)| Some((self.0.get(&cell)?, factor)))
            .fold(form.clone(), |form, (equation, factor)| add(&form, equation, -factor))
    }

    fn push(&mut self, form: Form) {
        let form = self.reduce(form);
        let Some(&(pivot, factor)) = form.first() else { return };
        let inverse = factor.inv();
        let form: Form = form.into_iter().map(|(cell, value)| (cell, value * inverse)).collect();
        for equation in self.0.values_mut() {
            if let Ok(i) = equation.binary_search_by_key(&pivot, |&(cell, _)| cell) {
                *equation = add(equation, &form, -equation[i].1);
            }
        }
        self.0.insert(pivot, form);
    }

    /// Cells that an equation determines alone.
    fn zeros(&self) -> impl Iterator<Item = usize> {
        self.0.values().filter(|form| form.len() == 1).map(|form| form[0].0)
    }
}

/// Messages with the same values: row and number.
type Pole = Vec<(usize, usize)>;

/// Messages by their values, except range checks, which are tested elsewhere, and empty messages.
fn poles(frames: &[FrameForms]) -> Vec<(u64, Pole)> {
    let mut poles: BTreeMap<Vec<u64>, Pole> = BTreeMap::new();
    for (row, frame) in frames.iter().enumerate() {
        for (i, message) in frame.messages.iter().enumerate() {
            let values = message.values.iter().map(|value| value.as_int()).collect();
            poles.entry(values).or_default().push((row, i));
        }
    }
    let skipped = [0, MessageKind::Limb.label(), MessageKind::Byte.label()];
    let poles = poles.into_iter().map(|(values, pole)| (values[0], pole));
    poles.filter(|(label, _)| !skipped.contains(label)).collect()
}

/// What is known about the changes `δ` of the cells.
struct Search<'a> {
    frames: &'a [FrameForms],
    left_out: Option<&'a str>,
    poles: Vec<(u64, Pole)>,
    /// The poles of each frame.
    poles_of: Vec<BTreeSet<usize>>,
    /// Cells in which `δ = 0`.
    zero: Vec<bool>,
    equations: Vec<Equations>,
    /// The equations that poles impose on the messages of a frame.
    said: Vec<Vec<&'a Form>>,
    /// Pole and number of the value that has been shown to stand still, or number of values for the numerator.
    settled: BTreeSet<(usize, usize)>,
    /// Frames about which something new is known.
    stale: BTreeSet<usize>,
}

impl<'a> Search<'a> {
    fn new(frames: &'a [FrameForms], zero: Vec<bool>, left_out: Option<&'a str>) -> Self {
        let poles = poles(frames);
        let mut poles_of = vec![BTreeSet::new(); frames.len()];
        for (number, (_, pole)) in poles.iter().enumerate() {
            for &(row, _) in pole {
                poles_of[row].insert(number);
            }
        }
        Self {
            frames,
            left_out,
            poles,
            poles_of,
            zero,
            equations: frames.iter().map(|_| Equations::default()).collect(),
            said: vec![Vec::new(); frames.len()],
            settled: BTreeSet::new(),
            stale: (0..frames.len()).collect(),
        }
    }

    /// The form without the cells in which `δ` is 0.
    fn rest(&self, form: &Form) -> Form {
        form.iter().filter(|&&(cell, _)| !self.zero[cell]).copied().collect()
    }

    /// Whether the form is 0 by the equations of its frame.
    fn vanishes(&self, row: usize, form: &Form) -> bool {
        self.rest(&self.equations[row].reduce(self.rest(form))).is_empty()
    }

    fn run(mut self) -> Vec<bool> {
        while !self.stale.is_empty() {
            let stale = std::mem::take(&mut self.stale);
            stale.iter().for_each(|&row| self.solve(row));
            let poles: BTreeSet<usize> =
                stale.iter().flat_map(|&row| self.poles_of[row].iter().copied()).collect();
            poles.into_iter().for_each(|number| self.balance(number));
        }
        self.zero
    }

    /// Solves the equations of a frame.
    fn solve(&mut self, row: usize) {
        let mut equations = Equations::default();
        let frames = self.frames;
        let constraints = frames[row].constraints.iter();
        let kept =
            constraints.filter(|(label, _)| Some(label.as_str()) != self.left_out).map(|(_, form)| form);
        kept.chain(self.said[row].iter().copied()).for_each(|form| equations.push(self.rest(form)));
        for cell in equations.zeros() {
            self.zero[cell] = true;
            // The frames that contain the cell.
            let row_of_cell = cell / WIDTH;
            self.stale.extend([row_of_cell.checked_sub(1), Some(row_of_cell)].into_iter().flatten());
        }
        self.stale.retain(|&stale| stale < self.frames.len());
        self.equations[row] = equations;
    }

    /// Derives what a pole says about its messages.
    fn balance(&mut self, number: usize) {
        let (label, pole) = &self.poles[number];
        let frames = self.frames;
        let message = |&(row, i): &(usize, usize)| (row, &frames[row].messages[i]);
        let sent: Vec<_> = pole.iter().map(message).filter(|(_, m)| m.numerator != Felt::ZERO).collect();
        // Messages of the statement are constant.
        let public = [MessageKind::Input, MessageKind::Output, MessageKind::KernelProcedure]
            .iter()
            .any(|kind| kind.label() == *label);
        let num_values = sent.first().map_or(0, |(_, message)| message.values.len());
        let mut news = Vec::new();
        for i in (0..num_values).filter(|&i| !self.settled.contains(&(number, i))) {
            let moves = |(row, message): &(usize, &Sent)| !self.vanishes(*row, &message.d_values[i]);
            if public || !sent.iter().all(moves) {
                let forms = sent.iter().map(|&(row, message)| (row, &message.d_values[i]));
                news.push((i, forms.collect::<Vec<_>>()));
            }
        }
        if !self.settled.contains(&(number, usize::MAX)) {
            let changes = |(row, message): &(usize, &Sent)| !self.vanishes(*row, &message.d_numerator);
            let changing: Vec<_> = pole.iter().map(message).filter(changes).collect();
            if let [(row, message)] = changing[..] {
                news.push((usize::MAX, vec![(row, &message.d_numerator)]));
            }
        }
        for (i, forms) in news {
            self.settled.insert((number, i));
            for (row, form) in forms {
                if !self.vanishes(row, form) {
                    self.said[row].push(form);
                    self.stale.insert(row);
                }
            }
        }
    }
}

/// Cells of all rows but the last, in which `δ` may differ from 0 if the given constraint is ignored. In the last row,
/// only the cells that the row before reads are bound.
pub(crate) fn open_cells(
    frames: &[FrameForms],
    fixed: Vec<bool>,
    left_out: Option<&str>,
) -> Vec<(usize, usize)> {
    let zero = Search::new(frames, fixed, left_out).run();
    let cells = 0..frames.len() * WIDTH;
    cells.filter(|&cell| !zero[cell]).map(|cell| (cell / WIDTH, cell % WIDTH)).collect()
}
