//! Two executions of one statement cannot be told apart by their proofs. Book: design/zero-knowledge.md
//!
//! The observer here knows both executions and all randomness except that of one ingredient. It has seen proofs of each,
//! with other randomness of that ingredient, and gets new ones. A value of a polynomial that the ingredient does not mask
//! is then a number that it has seen before, at the same position of a proof of the same execution.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

use miden_air::{
    MidenAir, ParameterSet, PublicInputs,
    proof::{Coin, Messages, Openings, ProofHeader, ProofShape},
};
use miden_core::{
    AdviceInputs, Felt, Opcode, Operation, Program, ProgramInputs, Reader, StackInputs, Statement,
    field::{FieldElement, ToElements},
    program::ProgramBuilder,
};
use miden_processor::{ExecutionOptions, Executor};
use miden_prover::testing::{Ingredient, prove_from_seeds};
use winter_air::Air;
use winter_crypto::hashers::Blake3_192;
use winter_math::fields::QuadExtension;

use crate::{
    protocol::{Challenges, seed as transcript_seed},
    verify,
};

type Hash = Blake3_192<Felt>;
type Quad = QuadExtension<Felt>;

const SET: ParameterSet = ParameterSet::Fast96;

/// Reads a secret and drops it.
fn program() -> Program {
    let mut builder = ProgramBuilder::new();
    let root = builder.block(&[Opcode::Read, Opcode::Drop].map(Operation::from)).unwrap();
    builder.finish(root)
}

/// Seeds of the ingredients, in the order of [`Ingredient::ALL`]; without one, the ingredient is all zeros.
type Seeds = [Option<[u8; 32]>; 4];

/// A proof of the execution with this secret.
fn prove(secret: u64, seeds: Seeds) -> (Statement, Vec<u8>) {
    let (program, stack) = (program(), StackInputs::default());
    let advice = AdviceInputs::from_ints(&[secret]).unwrap();
    let inputs = ProgramInputs { stack: stack.clone(), advice };
    let options = ExecutionOptions::default().with_reserved_rows(SET.hiding(true).random_rows());
    let trace = Executor::new(&program).with_inputs(inputs).with_options(options).trace().unwrap();
    let statement = trace.statement(&program, &stack);
    (statement, prove_from_seeds(trace, &program, &stack, SET, seeds).unwrap())
}

/// What a proof shows: names of values, each the column of a table and a position, and the values.
type View = BTreeMap<(usize, usize), Vec<Felt>>;

/// What a proof shows of the columns or words that an ingredient masks.
fn view(ingredient: Ingredient, statement: &Statement, bytes: &[u8]) -> View {
    verify(statement, bytes).unwrap();
    let mut reader = Reader::new(bytes);
    let header = ProofHeader::read(&mut reader).unwrap();
    let inputs = PublicInputs::new(statement.clone(), SET).with_hiding(true);
    let elements = inputs.to_elements();
    let air = MidenAir::new(miden_air::trace_info(header.trace_rows()), inputs, SET.proof_options());
    let shape = ProofShape::new(&air, header.hiding());
    let messages = Messages::<Hash, Quad>::read(&mut reader, &shape).unwrap();
    let challenges = Challenges::replay(
        &air,
        &shape,
        Coin::<Hash>::from_seed(&transcript_seed(&shape, &elements)),
        &messages,
    )
    .unwrap();
    let openings = Openings::<Hash, Quad>::read(&mut reader, &shape, &challenges.positions).unwrap();

    let positions = || challenges.positions.iter().copied();
    let mut view = View::new();
    match ingredient {
        Ingredient::MainRows => {
            for (position, row) in positions().zip(openings.main.rows()) {
                view.extend(
                    row.iter().enumerate().map(|(column, &cell)| ((column, position), [cell].into())),
                );
            }
        }
        Ingredient::AuxRows => {
            let aux = openings.aux.unwrap();
            for (position, row) in positions().zip(aux.rows()) {
                view.extend(cells(row).map(|(column, cell)| ((column, position), cell)));
            }
        }
        Ingredient::ChunkMasks => {
            for (position, row) in positions().zip(openings.quotients.rows()) {
                view.extend(
                    cells(&row[..shape.num_chunks()]).map(|(column, cell)| ((column, position), cell)),
                );
            }
        }
        Ingredient::MaskColumn => {
            let mut folded: BTreeSet<usize> = challenges.positions.clone();
            for (layer, (size, opening)) in shape.layer_sizes().into_iter().zip(&openings.layers).enumerate()
            {
                folded = folded.iter().map(|position| position % size).collect();
                for (position, row) in folded.iter().zip(opening.rows()) {
                    view.extend(cells(row).map(|(i, cell)| ((layer, position + i * size), cell)));
                }
            }
            view.extend(cells(&messages.remainder).map(|(i, cell)| ((usize::MAX, i), cell)));
        }
    }
    view
}

fn cells(row: &[Quad]) -> impl Iterator<Item = (usize, Vec<Felt>)> {
    row.iter().enumerate().map(|(i, cell)| (i, Quad::slice_as_base_elements(&[*cell]).to_vec()))
}

const SECRETS: [u64; 2] = [3, 0x1234_5678_9abc_def0];

/// A seed for proof `number` of an execution.
fn seed(execution: usize, number: usize) -> [u8; 32] {
    let mut seed = [0; 32];
    (seed[0], seed[1]) = (execution as u8 + 1, number as u8);
    seed
}

/// All ingredients have a seed that the observer knows, and `ingredient` has that of the proof, or is switched off.
fn seeds(ingredient: Ingredient, of_proof: Option<[u8; 32]>) -> Seeds {
    Ingredient::ALL.map(|other| if other == ingredient { of_proof } else { Some([7; 32]) })
}

/// How often a value of a new proof is one that was seen at its position: in proofs of the same execution, and of the
/// other; and how often a position was seen before.
#[derive(Debug, Default, PartialEq, Eq)]
struct Recognized {
    own: usize,
    other: usize,
    positions: usize,
}

fn recognize(ingredient: Ingredient, is_on: bool, before: usize, new: usize) -> Recognized {
    let prove = |execution: usize, number: usize| {
        let of_proof = is_on.then(|| seed(execution, number));
        let (statement, bytes) = prove(SECRETS[execution], seeds(ingredient, of_proof));
        (statement.clone(), view(ingredient, &statement, &bytes))
    };
    let seen = [0, 1].map(|execution| (0..before).map(|i| prove(execution, i)).collect::<Vec<_>>());
    let mut recognized = Recognized::default();
    for execution in [0, 1] {
        for number in before..before + new {
            let (statement, view) = prove(execution, number);
            assert_eq!(statement, seen[1 - execution][0].0, "both executions prove one statement");
            for (of, seen) in seen.iter().enumerate() {
                for (place, value) in seen.iter().flat_map(|(_, seen)| seen) {
                    let Some(new) = view.get(place) else { continue };
                    recognized.positions += 1;
                    let count = if of == execution { &mut recognized.own } else { &mut recognized.other };
                    *count += usize::from(new == value);
                }
            }
        }
    }
    recognized
}

#[test]
fn no_value_of_another_proof_is_recognized() {
    for ingredient in Ingredient::ALL {
        let recognized = recognize(ingredient, true, 4, 2);
        assert_eq!((recognized.own, recognized.other), (0, 0), "{ingredient:?}");
        assert!(recognized.positions > 0, "{ingredient:?}: some positions are opened in several proofs");
    }
}

/// The test above can fail: without any one of the ingredients, the observer tells the executions apart.
#[test]
fn without_an_ingredient_executions_are_told_apart() {
    for ingredient in Ingredient::ALL {
        let Recognized { own, other, positions } = recognize(ingredient, false, 1, 1);
        assert!(own > 0 && own + other <= positions, "{ingredient:?}: {own} of {positions}");
        assert!(other < own, "{ingredient:?}: {other} values are those of the other execution");
    }
}

/// The values of all columns, at all positions and at `z`, are spread evenly, whatever the secret.
#[test]
fn values_are_spread_evenly() {
    const CELLS: usize = 16;
    for execution in [0, 1] {
        let mut counts = [0_usize; CELLS];
        for number in 0..3 {
            let seeds =
                Ingredient::ALL.map(|ingredient| Some(seed(execution, 10 * number + ingredient as usize)));
            let (statement, bytes) = prove(SECRETS[execution], seeds);
            for ingredient in Ingredient::ALL {
                for value in view(ingredient, &statement, &bytes).into_values().flatten() {
                    counts[(value.as_int() >> 60) as usize] += 1;
                }
            }
        }
        // The modulus is so close to 2^64 that the leading four bits are uniform.
        let total: usize = counts.iter().sum();
        let expected = total as f64 / CELLS as f64;
        let distance: f64 = counts.iter().map(|&count| (count as f64 - expected).powi(2) / expected).sum();
        // χ² with 15 degrees of freedom exceeds 60 once in two million.
        assert!(distance < 60.0, "{distance} for {total} values");
    }
}
