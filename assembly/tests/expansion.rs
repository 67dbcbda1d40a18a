//! The size of expanded code and the limit on it, compared with a model that counts operations without building any.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fmt::Write};

use miden_assembly::{
    Assembler, AssemblyErrorKind, BundleError, CompiledLibrary, Diagnostics, Library, Source, Version,
};
use miden_core::{
    Node, Opcode, Operation, Program,
    params::{GROUPS_PER_BLOCK, OPS_PER_GROUP},
    program::Block,
};
use proptest::{prelude::*, sample::Index};

/// Element of a body. All instructions are `add`, which no optimization shortens.
#[derive(Clone, Debug)]
enum Item {
    Adds(u16),
    /// Inlines a procedure before its own, if there is one.
    Exec(Index),
    Call(Index),
    Repeat(u32, Vec<Item>),
    If(Vec<Item>, Vec<Item>),
    While(Vec<Item>),
}

/// Procedures, each of which may invoke those before it; the last is the body of the program.
#[derive(Clone, Debug)]
struct Procedures {
    bodies: Vec<Vec<Item>>,
    /// Number of procedures in the library.
    num_library: usize,
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let adds = prop_oneof![
        6 => 0..60_u16,
        2 => 250..260_u16,
        1 => 4000..9000_u16,
    ];
    let leaf = prop_oneof![
        adds.prop_map(Item::Adds),
        any::<Index>().prop_map(Item::Exec),
        any::<Index>().prop_map(Item::Exec),
        any::<Index>().prop_map(Item::Call),
    ];
    let count = prop_oneof![0..5_u32, 5..300_u32, any::<u32>()];
    let item = leaf.prop_recursive(4, 16, 4, move |inner| {
        let body = || proptest::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            (count.clone(), body()).prop_map(|(count, body)| Item::Repeat(count, body)),
            (body(), body()).prop_map(|(on_one, on_zero)| Item::If(on_one, on_zero)),
            body().prop_map(Item::While),
        ]
    });
    proptest::collection::vec(item, 0..6)
}

fn procedures() -> impl Strategy<Value = Procedures> {
    (proptest::collection::vec(items(), 1..10), any::<Index>())
        .prop_map(|(bodies, num_library)| Procedures { num_library: num_library.index(bodies.len()), bodies })
}

impl Procedures {
    /// Prints items of procedure `own`.
    fn write(&self, items: &[Item], own: usize, text: &mut String) {
        let name = |callee: usize| match callee < self.num_library && own >= self.num_library {
            true => format!("m::p{callee}"),
            false => format!("p{callee}"),
        };
        for item in items {
            match item {
                Item::Adds(count) => text.push_str(&"add ".repeat((*count).into())),
                Item::Exec(_) | Item::Call(_) if own == 0 => {}
                Item::Exec(callee) => write!(text, "exec.{} ", name(callee.index(own))).unwrap(),
                Item::Call(callee) => write!(text, "call.{} ", name(callee.index(own))).unwrap(),
                Item::Repeat(count, body) => {
                    write!(text, "repeat.{count} ").unwrap();
                    self.write(body, own, text);
                    text.push_str("end ");
                }
                Item::If(on_one, on_zero) => {
                    text.push_str("if.true ");
                    self.write(on_one, own, text);
                    text.push_str("else ");
                    self.write(on_zero, own, text);
                    text.push_str("end ");
                }
                Item::While(body) => {
                    text.push_str("while.true ");
                    self.write(body, own, text);
                    text.push_str("end ");
                }
            }
        }
    }

    fn text(&self, own: usize) -> String {
        let mut text = String::new();
        self.write(&self.bodies[own], own, &mut text);
        text
    }

    /// The library, with its procedures in one module.
    fn library(&self) -> Library {
        let exports = (0..self.num_library).map(|own| format!("export.p{own} {} end\n", self.text(own)));
        let source = Source::new("m", exports.collect::<String>() + "export.other add end");
        Library::new("lib", Version::new(1, 0, 0), [("lib::m".to_owned(), source)]).unwrap()
    }

    fn program(&self) -> Source {
        let last = self.bodies.len() - 1;
        let own = (self.num_library..last).map(|own| format!("proc.p{own} {} end\n", self.text(own)));
        let text = format!("use.lib::m\n{}begin {} end", own.collect::<String>(), self.text(last));
        Source::new("program", text)
    }

    /// The procedures reachable from `from`, inclusive.
    fn reached(&self, from: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let mut reached: BTreeSet<usize> = from.into_iter().collect();
        for own in (0..self.bodies.len()).rev().filter(|own| *own > 0) {
            if reached.contains(&own) {
                callees(&self.bodies[own], own, &mut reached);
            }
        }
        reached
    }

    /// The number of additions of each procedure, fully expanded.
    fn totals(&self) -> Vec<u128> {
        let mut totals: Vec<u128> = Vec::new();
        for body in &self.bodies {
            totals.push(total(body, &totals));
        }
        totals
    }
}

fn callees(items: &[Item], own: usize, reached: &mut BTreeSet<usize>) {
    for item in items {
        match item {
            Item::Adds(_) => {}
            Item::Exec(callee) | Item::Call(callee) => {
                reached.insert(callee.index(own));
            }
            Item::Repeat(_, body) | Item::While(body) => callees(body, own, reached),
            Item::If(on_one, on_zero) => {
                callees(on_one, own, reached);
                callees(on_zero, own, reached);
            }
        }
    }
}

fn total(items: &[Item], totals: &[u128]) -> u128 {
    let of = |item: &Item| match item {
        Item::Adds(count) => (*count).into(),
        Item::Exec(callee) if !totals.is_empty() => totals[callee.index(totals.len())],
        Item::Exec(_) | Item::Call(_) => 0,
        Item::Repeat(count, body) => total(body, totals).saturating_mul((*count).into()),
        Item::If(on_one, on_zero) => total(on_one, totals).saturating_add(total(on_zero, totals)),
        Item::While(body) => total(body, totals),
    };
    items.iter().map(of).fold(0, u128::saturating_add)
}

/// The number of additions of a program: a node counts as often as it occurs, callees not at all.
fn num_additions(program: &Program) -> u128 {
    let mut counts: Vec<u128> = Vec::new();
    for hashed in program.nodes() {
        counts.push(match hashed.node() {
            Node::Block(block) => {
                block.operations().iter().filter(|operation| operation.opcode() == Opcode::Add).count()
                    as u128
            }
            Node::Call(_) | Node::SysCall(_) => 0,
            node => node.children().map(|child| counts[child.index()]).fold(0, u128::saturating_add),
        });
    }
    counts[program.root().index()]
}

/// The assembler's representation of code, by length: operations, or operations on both sides of a node.
#[derive(Clone, Copy, Debug, Default)]
struct Code {
    head: u128,
    tail: Option<u128>,
}

/// State while code is lowered.
#[derive(Debug, Default)]
struct Counter {
    /// The code of the procedures counted so far.
    codes: Vec<Code>,
    /// Number of operations expanded so far.
    written: u128,
}

/// Code of at most this length is copied to its uses, longer code is shared.
const MAX_COPIED: u128 = 256;

/// Code of at least this length is packed into blocks, except for its last block.
const LONG_RUN: u128 = 1 << 13;

const OPS_PER_BLOCK: usize = GROUPS_PER_BLOCK * OPS_PER_GROUP;

impl Counter {
    /// Lowers all procedures; only those in `counted` contribute to the total.
    fn count(&mut self, procedures: &Procedures, counted: &BTreeSet<usize>) {
        for (own, body) in procedures.bodies.iter().enumerate() {
            let before = self.written;
            let code = self.body(body);
            self.codes.push(code);
            if !counted.contains(&own) {
                self.written = before;
            }
        }
    }

    fn body(&mut self, items: &[Item]) -> Code {
        let mut head = None;
        let mut run = 0;
        for item in items {
            match item {
                Item::Adds(count) => (0..*count).for_each(|_| self.append(1, &mut run, &mut head)),
                Item::Exec(_) | Item::Call(_) if self.codes.is_empty() => {}
                Item::Exec(callee) => {
                    let callee = self.codes[callee.index(self.codes.len())];
                    self.append_code(callee, &mut run, &mut head);
                }
                Item::Call(_) => append_node(&mut run, &mut head),
                Item::If(on_one, on_zero) => {
                    self.body(on_one);
                    self.body(on_zero);
                    append_node(&mut run, &mut head);
                }
                Item::While(body) => {
                    self.body(body);
                    append_node(&mut run, &mut head);
                }
                Item::Repeat(count, body) => {
                    let body = self.body(body);
                    let repeated = self.repeat(body, (*count).into());
                    self.append_code(repeated, &mut run, &mut head);
                }
            }
        }
        if run > MAX_COPIED {
            finish_blocks(&mut run, &mut head);
        }
        match head {
            None => Code { head: run, tail: None },
            Some(head) => Code { head: if head > MAX_COPIED { 0 } else { head }, tail: Some(run) },
        }
    }

    fn append(&mut self, len: u128, run: &mut u128, head: &mut Option<u128>) {
        self.written += len;
        *run += len;
        if *run >= LONG_RUN {
            finish_blocks(run, head);
        }
    }

    fn append_code(&mut self, code: Code, run: &mut u128, head: &mut Option<u128>) {
        self.append(code.head, run, head);
        if let Some(tail) = code.tail {
            append_node(run, head);
            self.append(tail, run, head);
        }
    }

    /// Short code is copied; longer code becomes a chunk that fills its blocks, or a node, and a remainder.
    fn repeat(&mut self, body: Code, count: u128) -> Code {
        match (body, count) {
            (_, 0) => Code::default(),
            (_, 1) => body,
            (Code { head: 0, tail: None }, _) => body,
            (Code { head, tail: None }, _) if head * count <= MAX_COPIED => {
                self.written += head * count;
                Code { head: head * count, tail: None }
            }
            (Code { head, tail: None }, _) => {
                let most = (16 * OPS_PER_BLOCK as u128 / head).clamp(1, count);
                let per_block = OPS_PER_BLOCK as u128;
                let blocks = |copies: u128| (head * copies).div_ceil(per_block);
                // Minimizes blocks per copy.
                let cost = |a: u128, b: u128| (blocks(a) * b).cmp(&(blocks(b) * a));
                let chunk = (1..=most).min_by(|&a, &b| cost(a, b)).unwrap();
                let rest = count % chunk * head;
                self.written += chunk * head + rest;
                Code { head: 0, tail: Some(rest) }
            }
            (Code { head, tail: Some(tail) }, _) => {
                self.written += tail + head;
                body
            }
        }
    }
}

fn append_node(run: &mut u128, head: &mut Option<u128>) {
    head.get_or_insert(*run);
    *run = 0;
}

/// Packs all blocks but the last.
fn finish_blocks(run: &mut u128, head: &mut Option<u128>) {
    let operations = vec![Operation::from(Opcode::Add); *run as usize];
    let last = Block::pack(&operations).last().map_or(0, |block| block.operations().len() as u128);
    if *run > last {
        head.get_or_insert(0);
    }
    *run = last;
}

/// Whether the size limit is the only error.
fn exceeds_limit<T>(result: Result<T, Diagnostics>, max: usize) -> bool {
    result.is_err_and(|errors| {
        let kinds: Vec<_> = errors.iter().map(|error| error.kind().clone()).collect();
        assert_eq!(kinds, [AssemblyErrorKind::TooManyOperations { max }]);
        true
    })
}

fn bundle(assembler: &Assembler, library: &Library) -> Result<CompiledLibrary, Diagnostics> {
    match assembler.bundle(library) {
        Ok(bundle) => Ok(bundle.library),
        Err(BundleError::Source(errors)) => Err(errors),
        Err(other) => panic!("{other}"),
    }
}

/// The result with the lowest limit that suffices, after checking that one less does not.
fn at_the_limit<T>(written: u128, make: impl Fn(usize) -> Result<T, Diagnostics>) -> T {
    let written = usize::try_from(written).unwrap();
    if let Some(below) = written.checked_sub(1) {
        assert!(
            exceeds_limit(make(below), below),
            "a limit of {below} operations suffices where {written} are expected"
        );
    }
    make(written).unwrap_or_else(|errors| panic!("{written} operations: {errors}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn only_expanded_operations_are_limited(procedures in procedures(), optimize: bool) {
        let (library, program) = (procedures.library(), procedures.program());
        let last = procedures.bodies.len() - 1;
        let reached = procedures.reached([last]);
        let written = |counted: &BTreeSet<usize>| {
            let mut counter = Counter::default();
            counter.count(&procedures, counted);
            counter.written
        };
        let assembler = |max| Assembler::new().with_optimizations(optimize).with_max_operations(max);

        let from_sources = at_the_limit(written(&reached), |max| {
            assembler(max).with_library(library.clone()).unwrap().assemble(&program)
        });
        prop_assert_eq!(num_additions(&from_sources.program), procedures.totals()[last]);

        // The library has one more procedure, of one operation.
        let exported = (0..procedures.num_library).collect();
        let compiled = at_the_limit(written(&exported) + 1, |max| bundle(&assembler(max), &library));
        let own = reached.into_iter().filter(|own| *own >= procedures.num_library).collect();
        let linked = at_the_limit(written(&own), |max| {
            assembler(max).with_compiled_library(compiled.clone()).unwrap().assemble(&program)
        });
        prop_assert_eq!(linked.program.digest(), from_sources.program.digest());
    }
}

#[test]
fn the_limit_cannot_be_raised() {
    let text = format!("proc.p {} end begin {} end", "add ".repeat(256), "exec.p ".repeat(1 << 16 | 1));
    let assembler = Assembler::new().with_max_operations(usize::MAX);
    assert!(exceeds_limit(assembler.assemble(&Source::new("test", text)), 1 << 24));
}
