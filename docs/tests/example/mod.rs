//! The running example: everything that its page shows, computed.

mod proof;
mod rows;

use std::{fmt::Write as _, fs};

use miden_air::{
    Frame,
    inspect::{MessageKind, sent_messages},
    periodic,
};
use miden_assembly::{Assembler, Source};
use miden_core::{
    Digest, Felt, Node, NodeId, Opcode, Program, ProgramInputs, StackInputs, Statement,
    operations::OperationInfo,
    trace::{Column, WIDTH, decoder},
};
use miden_processor::{ExecutionTrace, Executor};

use crate::marked::{check_sections, root};

/// The input, with two ones in its binary form.
const INPUT: u64 = 6;

/// The program of the example, assembled and run.
pub(crate) struct Example {
    source: String,
    program: Program,
    inputs: ProgramInputs,
    pub(crate) trace: ExecutionTrace,
}

impl Example {
    pub(crate) fn new() -> Self {
        let source = fs::read_to_string(root().join("docs/src/example/ones.masm")).unwrap();
        let program = Assembler::new().assemble(&Source::new("ones.masm", source.as_str())).unwrap().program;
        let stack = StackInputs::from_ints(&[INPUT]).unwrap();
        let inputs = ProgramInputs { stack, ..Default::default() };
        let trace = Executor::new(&program).with_inputs(inputs.clone()).trace().unwrap();
        Self { source, program, inputs, trace }
    }

    fn statement(&self) -> Statement {
        self.trace.statement(&self.program, &self.inputs.stack)
    }

    fn cell(&self, row: usize, column: Column, index: usize) -> u64 {
        self.trace.cell(column.at(index), row).as_int()
    }

    /// The operation of a row, from the one-hot digits of its opcode.
    fn operation(&self, row: usize) -> &'static OperationInfo {
        let digit = |column: Column, implicit: usize| {
            let hot = (0..column.width()).find(|&i| self.cell(row, column, i) == 1);
            hot.map_or(implicit, |i| column.first_number() + i)
        };
        let (hi, mid, lo) = (digit(decoder::HI, 0), digit(decoder::MID, 3), digit(decoder::LO, 3));
        let opcode = Opcode::from_code(u8::try_from(16 * hi + 4 * mid + lo).unwrap());
        opcode.expect("every row has an operation").info()
    }

    fn name(&self, row: usize) -> String {
        self.operation(row).name.to_uppercase()
    }

    /// Messages that a row sends, with their numerators, of one kind.
    fn messages(&self, row: usize, kind: MessageKind) -> Vec<(Felt, Vec<u64>)> {
        let cells = |row: usize| (0..WIDTH).map(|column| self.trace.cell(column, row)).collect::<Vec<_>>();
        let fixed: Vec<Felt> = periodic::columns().iter().map(|column| column[row % column.len()]).collect();
        let (current, next) = (cells(row), cells(row + 1));
        let frame = Frame::from_slices(&current, &next, &fixed).unwrap();
        let sent = sent_messages([frame]).into_iter().filter(|message| message.kind == Some(kind));
        sent.map(|message| (message.surplus, message.values.iter().skip(1).map(|v| v.as_int()).collect()))
            .collect()
    }
}

/// The first eight digits of a digest.
fn short(digest: &Digest) -> String {
    format!("{}…", &digest.to_hex()[..8])
}

fn describe(program: &Program, id: NodeId) -> String {
    let hashed = program.node(id);
    let kind = hashed.node().opcode().info().name.to_uppercase();
    let head = format!("{kind} {}", short(hashed.digest()));
    match hashed.node() {
        Node::Block(block) => {
            let operations = block.operations().iter().map(|operation| {
                let name = operation.opcode().info().name.to_uppercase();
                operation.immediate().map_or(name.clone(), |value| format!("{name}({})", signed(value)))
            });
            format!("{head}  {}", operations.collect::<Vec<_>>().join(" "))
        }
        _ => head,
    }
}

/// A field element as people write it: the elements just below the modulus as negative numbers.
fn signed(value: Felt) -> String {
    let negated = (-value).as_int();
    if negated != 0 && negated < 1 << 32 { format!("−{negated}") } else { value.as_int().to_string() }
}

fn tree(program: &Program) -> String {
    fn draw(program: &Program, id: NodeId, first: &str, rest: &str, out: &mut String) {
        let _ = writeln!(out, "{first}{}", describe(program, id));
        let children: Vec<NodeId> = program.node(id).node().children().collect();
        for (i, &child) in children.iter().enumerate() {
            let (branch, below) =
                if i + 1 == children.len() { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            draw(program, child, &format!("{rest}{branch}"), &format!("{rest}{below}"), out);
        }
    }
    let mut out = String::new();
    draw(program, program.root(), "", "", &mut out);
    format!("```text\n{out}```\n\nThe program hash is `{}`.", program.digest().to_hex())
}

#[test]
fn the_page_of_the_running_example_is_up_to_date() {
    let example = Example::new();
    let lines = example.source.lines().count();
    assert!(lines <= 12, "{lines} lines are too many");
    check_sections(
        "docs/src/example.md",
        &[
            ("source", format!("```masm\n{}```", example.source)),
            ("tree", tree(&example.program)),
            ("rows", rows::rows(&example)),
            ("continuations", rows::continuations(&example)),
            ("parts", rows::sections(&example)),
            ("message", rows::balance(&example)),
            ("proof", proof::proof(&example)),
        ],
    );
}

#[test]
fn the_picture_of_the_transcript_is_up_to_date() {
    check_sections("docs/src/design/transcript.md", &[("transcript", proof::transcript(&Example::new()))]);
}
