//! A whole section of a few rows between any two neighbours, solved for its cells.

use std::{array, cell::RefCell, collections::HashMap, marker::PhantomData, ops::ControlFlow, rc::Rc};

use miden_air::{
    Frame, MidenAir, ParameterSet, PublicInputs,
    inspect::{Label, StatementConstants, Unbalanced, broken_constraints, main_degrees, sent_messages},
    trace_info,
};
use miden_core::{
    Felt, Opcode, Statement,
    field::FieldElement,
    params::HASH_CYCLE,
    trace::{WIDTH, chiplets::Q, system, write_opcode},
};
use winter_air::{Air, EvaluationFrame};

use crate::common::{Echelon, Form, Random, Row, Section, everything, felt, periodic_row};

/// Bound of the number of rows of a window, its neighbours included.
const MAX_ROWS: usize = 8;

/// Number of the first row.
const FIRST_CLK: usize = 1000;

/// Seed of the random cells.
const SEED: u64 = 13;

/// A section and its meaning.
pub(crate) trait Subject {
    const SECTION: Section;
    /// Topic of its constraints.
    const TOPIC: &'static str;
    /// Largest number of rows.
    const NUM_ROWS: usize;
    /// Number of random points of each solution space.
    const NUM_POINTS: usize;

    /// Constraints of the same topic on rows of the execution, which read no cell of the section. The model takes them
    /// for granted.
    const OPERANDS: &[&str] = &[];

    /// The columns in whose cells the constraints are not linear.
    fn flags() -> Vec<usize>;

    /// The values of the flags of a row to try, in the absence of a constraint.
    fn assignments(dropped: Option<&str>) -> Vec<Vec<Felt>>;

    /// Columns that are 0 in the neighbours, because the row after the section has no such cell and the constraints
    /// do not read the row before.
    fn idle_next_to() -> Vec<usize> {
        Vec::new()
    }

    /// Whether the cells of this column should be free rather than others.
    fn is_last(_column: usize) -> bool {
        false
    }

    /// The value of a free cell.
    fn choose(column: usize, random: &mut Random) -> Felt;

    /// Judges the messages of the section.
    fn judge(messages: &[Unbalanced]) -> Verdict;
}

/// Truth of the messages of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The rest of the machine cannot balance them, so no proof contains the section.
    Impossible,
    True,
    False(String),
}

/// A row: its section and the values of its flags.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kind {
    section: Section,
    flags: Vec<Felt>,
}

impl Kind {
    /// A row next to the section.
    fn neighbour(section: Section) -> Self {
        Self { section, flags: Vec::new() }
    }

    fn key(&self) -> (u8, Vec<u64>) {
        (self.section as u8, self.flags.iter().map(|flag| flag.as_int()).collect())
    }
}

/// An equation between cells, (is in the next row, column), with the number of its constraint.
struct Equation {
    constraint: usize,
    constant: Felt,
    terms: Vec<(bool, usize, Felt)>,
}

type Key = (u8, Vec<u64>);

/// The equations of two adjacent rows, by the kinds of the rows.
type Equations = HashMap<(Key, Key), Rc<Vec<Equation>>>;

/// The constraints, evaluated on the rows of one section.
pub(crate) struct Solver<S> {
    air: MidenAir,
    constants: StatementConstants,
    labels: Vec<String>,
    equations: RefCell<Equations>,
    subject: PhantomData<S>,
}

/// Result of a search through all windows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Search {
    /// Windows that have solutions.
    pub(crate) windows: usize,
    /// Windows all of whose points the rest of the machine contradicts.
    pub(crate) impossible: usize,
    /// Points whose messages are true.
    pub(crate) points: usize,
    /// A point whose messages are false; ends the search.
    pub(crate) lie: Option<String>,
}

impl<S: Subject> Solver<S> {
    pub(crate) fn new() -> Self {
        let statement: Statement = everything().statement;
        let constants = StatementConstants::new(&statement);
        let set = ParameterSet::Fast96;
        let inputs = PublicInputs::new(statement, set);
        Self {
            air: MidenAir::new(trace_info(1 << 12), inputs, set.proof_options()),
            constants,
            labels: main_degrees().iter().map(|(label, _)| label.to_string()).collect(),
            equations: RefCell::default(),
            subject: PhantomData,
        }
    }

    /// The constraints of the section.
    pub(crate) fn topic(&self) -> Vec<String> {
        let family =
            |label: &str| label.split('[').next().is_some_and(|family| S::OPERANDS.contains(&family));
        let of_topic = |label: &&String| label.split('.').next() == Some(S::TOPIC) && !family(label);
        self.labels.iter().filter(of_topic).cloned().collect()
    }

    /// Looks for a lie in all windows, without one of the constraints.
    pub(crate) fn search(&self, dropped: Option<&str>) -> Search {
        let rows: Vec<Kind> =
            S::assignments(dropped).into_iter().map(|flags| Kind { section: S::SECTION, flags }).collect();
        let dropped = dropped.and_then(|label| self.labels.iter().position(|other| other == label));
        let mut search = Search::default();
        let mut random = Random::new(SEED);
        // Short sections first: most lies need few rows.
        for num_rows in 1..=S::NUM_ROWS {
            for before in Section::ALL.into_iter().filter(|&section| section != S::SECTION) {
                let mut kinds = vec![Kind::neighbour(before)];
                let mut visit = |kinds: &[Kind], system: &Echelon| {
                    self.judge_points(kinds, system, dropped, &mut random, &mut search)
                };
                let flow = self.extend(&mut kinds, &rows, num_rows, &Echelon::default(), dropped, &mut visit);
                if flow.is_break() {
                    return search;
                }
            }
        }
        search
    }

    /// Continues a window by all rows that the constraints allow, and then by a neighbour.
    fn extend(
        &self,
        kinds: &mut Vec<Kind>,
        rows: &[Kind],
        num_rows: usize,
        system: &Echelon,
        dropped: Option<usize>,
        visit: &mut impl FnMut(&[Kind], &Echelon) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let is_whole = kinds.len() == num_rows + 1;
        let after = Section::ALL.into_iter().filter(|&section| section != S::SECTION).map(Kind::neighbour);
        let next: Vec<Kind> = if is_whole { after.collect() } else { rows.to_vec() };
        for next in next {
            let mut system = system.clone();
            let place = kinds.len() - 1;
            let equations = self.equations(&kinds[place], &next);
            let kept = equations.iter().filter(|equation| Some(equation.constraint) != dropped);
            if !kept.map(|equation| equation.form::<S>(place)).all(|form| system.push(form)) {
                continue;
            }
            kinds.push(next);
            let flow = if is_whole {
                visit(kinds, &system)
            } else {
                self.extend(kinds, rows, num_rows, &system, dropped, visit)
            };
            kinds.pop();
            flow?;
        }
        ControlFlow::Continue(())
    }

    fn judge_points(
        &self,
        kinds: &[Kind],
        system: &Echelon,
        dropped: Option<usize>,
        random: &mut Random,
        search: &mut Search,
    ) -> ControlFlow<()> {
        search.windows += 1;
        let before = search.points;
        for _ in 0..S::NUM_POINTS {
            let rows = Self::point(kinds, system, random);
            self.assert_solved(kinds, &rows, dropped);
            let periodic = periodic_row(0);
            // The neighbours speak for themselves.
            let frames = rows[1..].windows(2).map(|pair| Frame::new(&pair[0], &pair[1], &periodic));
            match S::judge(&sent_messages(frames)) {
                Verdict::Impossible => {}
                Verdict::True => search.points += 1,
                Verdict::False(lie) => {
                    search.lie = Some(format!("{lie}, in {kinds:?}"));
                    return ControlFlow::Break(());
                }
            }
        }
        search.impossible += usize::from(before == search.points);
        ControlFlow::Continue(())
    }

    /// A random solution.
    fn point(kinds: &[Kind], system: &Echelon, random: &mut Random) -> Vec<Row> {
        let mut rows: Vec<Row> = kinds.iter().map(base::<S>).collect();
        for (clk, row) in (FIRST_CLK..).zip(&mut rows) {
            row[system::CLK.at(0)] = felt(clk as u64);
        }
        let places = kinds.iter().enumerate();
        let mut variables: Vec<usize> = places
            .flat_map(|(place, kind)| cells::<S>(kind).into_iter().map(move |column| (place, column)))
            .map(|(place, column)| variable::<S>(place, column))
            .collect();
        variables.sort_unstable_by(|a, b| b.cmp(a));
        let values = system.solution(&variables, |variable| S::choose(cell(variable).1, random));
        for (variable, value) in values {
            let (place, column) = cell(variable);
            rows[place][column] = value;
        }
        rows
    }

    /// Asserts that the rows satisfy the constraints of the section themselves, not only the equations.
    fn assert_solved(&self, kinds: &[Kind], rows: &[Row], dropped: Option<usize>) {
        for (pair, kind) in rows.windows(2).zip(kinds) {
            let periodic = periodic_of(kind.section);
            let broken = broken_constraints(&Frame::new(&pair[0], &pair[1], &periodic), self.constants);
            let is_unsolved = |label: &Label| {
                let label = label.to_string();
                is_of::<S>(&label) && dropped.is_none_or(|dropped| self.labels[dropped] != label)
            };
            assert!(!broken.iter().any(is_unsolved), "{broken:?} in {kinds:?}");
        }
    }

    /// The equations of two rows.
    fn equations(&self, here: &Kind, next: &Kind) -> Rc<Vec<Equation>> {
        let key = (here.key(), next.key());
        if let Some(known) = self.equations.borrow().get(&key) {
            return known.clone();
        }
        let equations = Rc::new(self.derive_equations(here, next));
        self.equations.borrow_mut().insert(key, equations.clone());
        equations
    }

    /// Derives the equations from values of the constraints.
    fn derive_equations(&self, here: &Kind, next: &Kind) -> Vec<Equation> {
        let mut rows = [base::<S>(here), base::<S>(next)];
        let periodic = periodic_of(here.section);
        let at_zero = self.residuals(&rows, &periodic);
        let mut equations: Vec<Equation> = at_zero
            .iter()
            .enumerate()
            .map(|(constraint, &constant)| Equation { constraint, constant, terms: Vec::new() })
            .collect();
        let variables: Vec<(bool, usize)> = [(false, here), (true, next)]
            .into_iter()
            .flat_map(|(is_next, kind)| cells::<S>(kind).into_iter().map(move |column| (is_next, column)))
            .collect();
        for &(is_next, column) in &variables {
            let row = usize::from(is_next);
            rows[row][column] = Felt::ONE;
            for (equation, value) in equations.iter_mut().zip(self.residuals(&rows, &periodic)) {
                if value != equation.constant {
                    equation.terms.push((is_next, column, value - equation.constant));
                }
            }
            rows[row][column] = Felt::ZERO;
        }
        equations.retain(|equation| is_of::<S>(&self.labels[equation.constraint]));
        // At another point the equations have the values of the constraints, which therefore are linear.
        let mut random = Random::new(SEED);
        variables.iter().for_each(|&(is_next, column)| rows[usize::from(is_next)][column] = random.element());
        let values = self.residuals(&rows, &periodic);
        for Equation { constraint, constant, terms } in &equations {
            let value = |&(is_next, column, coefficient): &(bool, usize, Felt)| {
                coefficient * rows[usize::from(is_next)][column]
            };
            let sum = terms.iter().map(value).fold(*constant, |sum, value| sum + value);
            assert_eq!(sum, values[*constraint], "{} is not linear", self.labels[*constraint]);
        }
        equations.retain(|equation| equation.constant != Felt::ZERO || !equation.terms.is_empty());
        equations
    }

    fn residuals(&self, [here, next]: &[Row; 2], periodic: &[Felt]) -> Vec<Felt> {
        let frame = EvaluationFrame::from_rows(here.to_vec(), next.to_vec());
        let mut residuals = vec![Felt::ZERO; self.labels.len()];
        self.air.evaluate_transition(&frame, periodic, &mut residuals);
        residuals
    }
}

impl Equation {
    /// The equation for the rows at `place` of a window.
    fn form<S: Subject>(&self, place: usize) -> Form {
        let terms = self.terms.iter().map(|&(is_next, column, coefficient)| {
            (variable::<S>(place + usize::from(is_next), column), coefficient)
        });
        Form { constant: self.constant, terms: terms.collect() }
    }
}

/// Whether the constraint is one of the section, or of the selectors and idle cells of all sections.
fn is_of<S: Subject>(label: &str) -> bool {
    let topic = label.split('.').next();
    topic == Some(S::TOPIC) || topic == Some("chiplets")
}

/// The periodic columns: the hasher ends with the last row of a permutation.
fn periodic_of(section: Section) -> [Felt; miden_air::periodic::WIDTH] {
    periodic_row(if section == Section::Hasher { HASH_CYCLE - 1 } else { 0 })
}

/// A row without variables: selectors, flags, and an operation that sends nothing.
fn base<S: Subject>(kind: &Kind) -> Row {
    let mut row: Row = array::from_fn(|_| Felt::ZERO);
    write_opcode(&mut row, Opcode::Noop);
    Q.range().take(kind.section as usize).for_each(|column| row[column] = Felt::ONE);
    S::flags().into_iter().zip(&kind.flags).for_each(|(column, &value)| row[column] = value);
    row
}

/// The columns of the variables of a row.
fn cells<S: Subject>(kind: &Kind) -> Vec<usize> {
    let fixed = if kind.section == S::SECTION { S::flags() } else { S::idle_next_to() };
    (Q.end()..WIDTH).filter(|column| !fixed.contains(column)).collect()
}

/// Number of the variable of a cell. Cells of later rows come first, so they are the ones that are solved for.
fn variable<S: Subject>(place: usize, column: usize) -> usize {
    let class = usize::from(S::is_last(column));
    (class * MAX_ROWS + MAX_ROWS - 1 - place) * WIDTH + column
}

/// The row and column of a variable.
fn cell(variable: usize) -> (usize, usize) {
    (MAX_ROWS - 1 - variable / WIDTH % MAX_ROWS, variable % WIDTH)
}
