//! Compares programs with a fully expanded model: however code is chunked and shared, the operations executed are
//! those of the source, in order. Optimizations are off, except in the last part.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use miden_assembly::{Assembler, Assembly, Inlined, Source};
use miden_core::{
    AdviceInputs, Felt, Node, NodeId, Opcode, Operation, Program, StackInputs,
    field::StarkField,
    program::{AdviceInjector, Decorator, ErrorCode},
};
use miden_processor::{
    DefaultHost, ExecutionError, ExecutionOptions, Executor, HandlerError, InMemoryAdvice, ProcessState,
};
use proptest::{collection::vec, option, prelude::*};

/// Expanded code, without no-ops.
#[derive(Clone, Debug, PartialEq)]
enum Event {
    Operation(Operation),
    Decorator(Decorator),
    Choice(Vec<Event>, Vec<Event>),
    Loop(Vec<Event>),
    Call(Vec<Event>),
    Dynamic,
}

/// Element of a body.
#[derive(Clone, Debug)]
enum Statement {
    Instruction(usize),
    /// Inlines one of the procedures defined so far.
    Exec(usize),
    Call(usize),
    Dynamic,
    If(Vec<Statement>, Option<Vec<Statement>>),
    While(Vec<Statement>),
    Repeat(usize, Vec<Statement>),
}

/// Some instructions and their lowering.
fn instructions() -> Vec<(&'static str, Vec<Event>)> {
    use Opcode::{
        Add, Assert, AssertZ, Drop, Dup0, Eq, Eqz, MovDn3, MovDn8, MovUp3, MovUp8, Mul, Neg, Not, Pad, Swap,
        SwapDW,
    };
    let plain = |opcodes: &[Opcode]| opcodes.iter().map(|&opcode| Event::Operation(opcode.into())).collect();
    let push = |value: u32| Event::Operation(Operation::Push(value.into()));
    let operation = |opcode: Opcode| Event::Operation(opcode.into());
    let code = Event::Decorator(Decorator::Error(ErrorCode { code: 7, message: None }));
    vec![
        ("mul", plain(&[Mul])),
        ("push.0.7", vec![operation(Pad), push(7)]),
        ("exp.3", plain(&[Dup0, Dup0, Mul, Mul])),
        ("swap.9", plain(&[MovDn8, SwapDW, Swap, SwapDW, MovUp8])),
        ("exp.1", vec![]),
        ("add.9", vec![push(9), operation(Add)]),
        ("not", plain(&[Not])),
        ("neg", plain(&[Neg])),
        ("swap", plain(&[Swap])),
        ("movup.3", plain(&[MovUp3])),
        ("movdn.3", plain(&[MovDn3])),
        ("dup", plain(&[Dup0])),
        ("drop", plain(&[Drop])),
        ("eq.0", plain(&[Eqz])),
        ("push.1", vec![push(1)]),
        ("assertz", plain(&[AssertZ])),
        ("emit.5", vec![Event::Decorator(Decorator::Emit(5))]),
        ("adv.keyval", vec![Event::Decorator(Decorator::Advice(AdviceInjector::MapValue))]),
        ("assert_eq.err=7", vec![operation(Eq), code, operation(Assert)]),
    ]
}

fn statements() -> impl Strategy<Value = Vec<Statement>> {
    let instruction = || (0..instructions().len()).prop_map(Statement::Instruction);
    let leaf = prop_oneof![
        8 => instruction(),
        2 => (0usize..4).prop_map(Statement::Exec),
        1 => (0usize..4).prop_map(Statement::Call),
        1 => Just(Statement::Dynamic),
        // Long enough to be chunked.
        1 => (0usize..300, vec(instruction(), 0..12)).prop_map(|(count, body)| Statement::Repeat(count, body)),
    ];
    let statement = leaf.prop_recursive(3, 24, 5, |inner| {
        let body = || vec(inner.clone(), 0..5);
        prop_oneof![
            (body(), option::of(body())).prop_map(|(on_one, on_zero)| Statement::If(on_one, on_zero)),
            body().prop_map(Statement::While),
            (0usize..4, body()).prop_map(|(count, body)| Statement::Repeat(count, body)),
        ]
    });
    vec(statement, 0..8)
}

/// Prints a body as source text.
fn write(text: &mut String, body: &[Statement], procedures: usize) {
    for statement in body {
        match statement {
            Statement::Instruction(index) => *text += instructions()[*index].0,
            Statement::Exec(_) | Statement::Call(_) if procedures == 0 => {}
            Statement::Exec(index) => *text += &format!("exec.p{}", index % procedures),
            Statement::Call(index) => *text += &format!("call.p{}", index % procedures),
            Statement::Dynamic => *text += "dynexec",
            Statement::If(on_one, on_zero) => {
                *text += "if.true ";
                write(text, on_one, procedures);
                if let Some(on_zero) = on_zero {
                    *text += "else ";
                    write(text, on_zero, procedures);
                }
                *text += "end";
            }
            Statement::While(body) => {
                *text += "while.true ";
                write(text, body, procedures);
                *text += "end";
            }
            Statement::Repeat(count, body) => {
                *text += &format!("repeat.{count} ");
                write(text, body, procedures);
                *text += "end";
            }
        }
        *text += "\n";
    }
}

/// Expands a body, given the procedures before it.
fn write_out(body: &[Statement], procedures: &[Vec<Event>]) -> Vec<Event> {
    let mut events = Vec::new();
    for statement in body {
        match statement {
            Statement::Instruction(index) => events.extend(instructions()[*index].1.iter().cloned()),
            Statement::Exec(_) | Statement::Call(_) if procedures.is_empty() => {}
            Statement::Exec(index) => events.extend(procedures[index % procedures.len()].iter().cloned()),
            Statement::Call(index) => events.push(Event::Call(procedures[index % procedures.len()].clone())),
            Statement::Dynamic => events.push(Event::Dynamic),
            Statement::If(on_one, on_zero) => {
                let on_zero = on_zero.as_ref().map_or(vec![], |body| write_out(body, procedures));
                events.push(Event::Choice(write_out(on_one, procedures), on_zero));
            }
            Statement::While(body) => events.push(Event::Loop(write_out(body, procedures))),
            Statement::Repeat(count, body) => {
                let body = write_out(body, procedures);
                (0..*count).for_each(|_| events.extend(body.iter().cloned()));
            }
        }
    }
    events
}

/// Expands a node of a program.
fn events(program: &Program, node: NodeId) -> Vec<Event> {
    match program.node(node).node() {
        Node::Block(block) => {
            let mut events = Vec::new();
            let mut decorators = block.decorators().iter().peekable();
            for (index, operation) in block.operations().iter().enumerate() {
                while let Some((_, decorator)) = decorators.next_if(|(place, _)| usize::from(*place) == index)
                {
                    events.push(Event::Decorator(decorator.clone()));
                }
                if operation.opcode() != Opcode::Noop {
                    events.push(Event::Operation(*operation));
                }
            }
            events.extend(decorators.map(|(_, decorator)| Event::Decorator(decorator.clone())));
            events
        }
        Node::Join(left, right) => [events(program, *left), events(program, *right)].concat(),
        Node::Split(on_one, on_zero) => {
            vec![Event::Choice(events(program, *on_one), events(program, *on_zero))]
        }
        Node::Loop(body) => vec![Event::Loop(events(program, *body))],
        Node::Call(callee) => vec![Event::Call(events(program, *callee))],
        Node::Dyn => vec![Event::Dynamic],
        other => panic!("unknown node {other:?}"),
    }
}

fn assemble(text: &str) -> Assembly {
    let assembler = Assembler::new().with_optimizations(false);
    assembler.assemble(&Source::new("test", text)).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The source text of a program, and its expansion.
fn model(bodies: &[Vec<Statement>]) -> (String, Vec<Event>) {
    let mut text = String::new();
    let mut written_out = Vec::new();
    for (index, body) in bodies.iter().enumerate() {
        let is_program = index + 1 == bodies.len();
        text += &if is_program { "begin\n".to_owned() } else { format!("proc.p{index}\n") };
        write(&mut text, body, index);
        text += "end\n";
        written_out.push(write_out(body, &written_out));
    }
    (text, written_out.pop().unwrap())
}

proptest! {
    #[test]
    fn programs_execute_the_operations_of_their_source(bodies in vec(statements(), 1..4)) {
        let (text, expected) = model(&bodies);
        let program = assemble(&text).program;
        prop_assert!(events(&program, program.root()) == expected, "{}", text);
    }

    #[test]
    fn every_operation_is_attributed_to_an_instruction_that_lowers_to_it(bodies in vec(statements(), 1..4)) {
        let (text, _) = model(&bodies);
        let assembly = assemble(&text);
        for (index, hashed) in assembly.program.nodes().iter().enumerate() {
            let node = node_id(&assembly.program, index);
            let operations = match hashed.node() {
                Node::Block(block) => block.operations(),
                Node::Join(..) => {
                    prop_assert!(assembly.debug.node(node).is_none());
                    continue;
                }
                control => {
                    let keyword = match control {
                        Node::Loop(_) => "while.true",
                        Node::Split(..) => "if.true",
                        Node::Call(_) => "call.p",
                        _ => "dynexec",
                    };
                    let text = assembly.debug.node(node).unwrap().text();
                    prop_assert!(text.starts_with(keyword), "{}", text);
                    continue;
                }
            };
            for (op_index, operation) in operations.iter().enumerate() {
                let Some(info) = assembly.debug.instruction(node, op_index) else {
                    prop_assert_eq!(*operation, Operation::from(Opcode::Noop));
                    continue;
                };
                let lowered = instructions().into_iter().find(|(text, _)| *text == info.text()).unwrap().1;
                let event = Event::Operation(*operation);
                prop_assert!(lowered.contains(&event), "{} is not in the lowering of {}", operation, info.text());
                let place = info.location();
                let line = text.lines().nth(place.line - 1).unwrap();
                prop_assert!(line[place.column - 1..].starts_with(info.text()));
            }
            prop_assert!(assembly.debug.instruction(node, operations.len()).is_none());
            let Node::Block(block) = hashed.node() else { continue };
            for (number, (_, decorator)) in block.decorators().iter().enumerate() {
                let info = assembly.debug.decorator(node, number).unwrap();
                let lowered = instructions().into_iter().find(|(text, _)| *text == info.text()).unwrap().1;
                prop_assert!(lowered.contains(&Event::Decorator(decorator.clone())), "{}", info.text());
            }
            prop_assert!(assembly.debug.decorator(node, block.decorators().len()).is_none());
        }
    }
}

/// The id of the node with this index.
fn node_id(program: &Program, index: usize) -> NodeId {
    let children = program.nodes().iter().flat_map(|hashed| hashed.node().children());
    children.chain([program.root()]).find(|id| id.index() == index).unwrap()
}

#[test]
fn debug_information_gives_line_and_procedure() {
    let assembly = assemble("proc.cube\n  exp.3\nend\nbegin\n  push.2 exec.cube\n    if.true neg end\nend");
    let (program, debug) = (&assembly.program, &assembly.debug);
    let Node::Join(block, choice) = program.node(program.root()).node() else { panic!("not a join") };
    let place = |index| {
        let info = debug.instruction(*block, index).unwrap();
        (info.text(), info.location().to_string(), info.procedure())
    };
    assert_eq!(place(0), ("push.2", "5:3".to_owned(), None));
    for index in 1..5 {
        assert_eq!(place(index), ("exp.3", "2:3".to_owned(), Some("cube")));
    }
    let info = debug.node(*choice).unwrap();
    assert_eq!((info.text(), info.location().to_string()), ("if.true", "6:5".to_owned()));
}

#[test]
fn shared_code_keeps_all_its_places() {
    let text = "begin\n  assert\n  if.true neg end\n  assert\n  call.f\n  assert\n  call.f\nend";
    let assembly = assemble(&format!("proc.f drop end {text}"));
    let lines = |wanted: &str| -> Vec<Vec<usize>> {
        let ids = assembly.program.node_ids();
        let places =
            ids.map(|id| assembly.debug.instructions(id, 0).filter(|info| info.text() == wanted).collect());
        let places = places.filter(|infos: &Vec<_>| !infos.is_empty());
        places.map(|infos| infos.iter().map(|info| info.location().line).collect()).collect()
    };
    assert_eq!(lines("assert"), [[2, 4, 6]]);
    assert_eq!(lines("call.f"), [[5, 7]]);
    assert_eq!(lines("drop"), [[1]]);
    // Copies of the same place count once, and the number of places is limited.
    let assembly = assemble(&format!("begin {} end", "repeat.3 assert if.true neg end end ".repeat(20)));
    let most = assembly.program.node_ids().map(|id| assembly.debug.instructions(id, 0).count()).max();
    assert_eq!(most, Some(miden_assembly::DebugInfo::MAX_PLACES));
}

#[test]
fn debug_information_covers_the_kernel() {
    let kernel =
        Source::new("kernel", "proc.check.1\n  assertz.err=3\nend\nexport.foo\n  exec.check neg\nend");
    let source = Source::new("program", "begin push.1 syscall.foo neg end");
    let assembly = Assembler::new().with_kernel(&kernel).unwrap().assemble(&source).unwrap();
    let (program, debug) = (&assembly.program, &assembly.debug);
    let mut places = Vec::new();
    for id in program.node_ids() {
        let operations = match program.node(id).node() {
            Node::Block(block) => block.operations().len(),
            _ => 1,
        };
        for info in (0..operations).filter_map(|index| debug.instruction(id, index)) {
            places.push((info.source().name(), info.text(), info.procedure()));
        }
    }
    for place in [
        ("kernel", "proc.check.1", Some("check")),
        ("kernel", "assertz.err=3", Some("check")),
        ("kernel", "neg", Some("foo")),
        ("program", "push.1", None),
        ("program", "syscall.foo", None),
        ("program", "neg", None),
    ] {
        assert!(places.contains(&place), "{place:?} is not among {places:?}");
    }
    assert_eq!(debug.source().name(), "program");
}

/// Number of control rows of a program without control flow: one per block and per join.
fn control_rows(text: &str) -> u64 {
    let program = assemble(text).program;
    let mut rows: Vec<u64> = Vec::new();
    for hashed in program.nodes() {
        rows.push(1 + hashed.node().children().map(|child| rows[child.index()]).sum::<u64>());
    }
    *rows.last().unwrap()
}

#[test]
fn repetitions_take_close_to_the_minimum_of_control_rows() {
    // The body, its length, and the number of its operations that fit into a block: two groups leave
    // room for six constants.
    for (body, len, per_block) in [
        ("dup.1 add swap", 3u64, 72),
        ("mul", 1, 72),
        ("dup.1 add swap neg inv", 5, 72),
        ("swap push.5 add", 3, 18),
        ("push.5 drop", 2, 12),
    ] {
        let count = 100_000;
        let blocks = (count * len).div_ceil(per_block);
        let rows = control_rows(&format!("begin repeat.{count} {body} end end"));
        assert!(rows <= 2 * blocks + blocks / 20, "{body}: {rows} rows, {blocks} blocks");
    }
}

/// The names of the procedures that code was inlined through; `starts` marks the first operation of an invocation.
fn names(inlined: impl Iterator<Item = Inlined>) -> Vec<String> {
    let mark = |inlined: &Inlined| if inlined.starts() { "starts " } else { "" };
    inlined.map(|inlined| format!("{}{}", mark(&inlined), inlined.procedure().name())).collect()
}

#[test]
fn inlined_code_keeps_its_chain_of_invocations() {
    let assembly = assemble(
        "proc.inner add mul end  proc.outer neg exec.inner end  \
         proc.again while.true exec.inner end end  proc.wrapper exec.again end \
         begin exec.outer exec.wrapper call.outer end",
    );
    let (program, debug) = (&assembly.program, &assembly.debug);
    let nodes = |opcode| {
        let ids = program.node_ids();
        ids.filter(move |id| program.node(*id).node().opcode() == opcode).collect::<Vec<_>>()
    };
    // `neg add mul` comes before the loop and is also the callee's code; the loop's body is `add mul`.
    let inlined = |id, index| names(debug.inlined(id, index));
    let blocks = nodes(Opcode::Block);
    let long = blocks.iter().find(|id| debug.inlined(**id, 2).next().is_some()).unwrap();
    let short = blocks.iter().find(|id| *id != long).unwrap();
    assert_eq!(inlined(*short, 0), ["starts inner"]);
    assert_eq!(inlined(*short, 1), ["inner"]);
    assert_eq!(inlined(*long, 1).last().unwrap(), "starts inner");

    let [repeat] = nodes(Opcode::Loop)[..] else { panic!("one loop") };
    let places: Vec<_> = nodes(Opcode::Join)
        .into_iter()
        .flat_map(|join| program.node(join).node().children().enumerate().map(move |(n, id)| (join, n, id)))
        .filter(|(_, _, id)| *id == repeat)
        .map(|(join, n, _)| names(debug.inlined_child(join, n)))
        .collect();
    assert_eq!(places, [["starts wrapper", "starts again"]]);

    let [call] = nodes(Opcode::Call)[..] else { panic!("one call") };
    let callee = program.node(call).node().children().next().unwrap();
    let (procedure, _) = debug.procedure(callee).unwrap();
    assert_eq!((procedure.name(), procedure.location().line), ("outer", 1));
    assert_eq!(names(debug.inlined_root()), [""; 0]);
}

/// Initial stacks: numbers of all sizes, with many truth values among them.
fn stacks() -> impl Strategy<Value = Vec<u64>> {
    vec(prop_oneof![4 => 0u64..3, 2 => 0u64..1 << 32, 1 => 0u64..Felt::MODULUS], 0..24)
}

/// The final stack or the fault of a program, without its place. `None` if the program exceeds the cycle limit, for
/// optimization changes the number of cycles.
fn run(program: &Program, stack: &[u64]) -> Option<Result<Vec<Felt>, String>> {
    let stack = StackInputs::from_ints(stack).unwrap();
    let advice = AdviceInputs::from_ints(&[]).unwrap();
    let mut host = DefaultHost::new(InMemoryAdvice::new(advice, 1000).unwrap());
    host.register(5, |_: &dyn ProcessState, _: &mut _| -> Result<(), HandlerError> { Ok(()) });
    let options = ExecutionOptions::default().with_max_cycles(10_000);
    match Executor::new(program).with_stack(stack).with_host(&mut host).with_options(options).execute() {
        Ok(execution) => Some(Ok(execution.outputs.items().to_vec())),
        Err(ExecutionError::CycleLimit { .. }) => None,
        Err(error @ ExecutionError::Fault { .. }) => {
            let code = match &error {
                ExecutionError::Fault { code, .. } => code.clone(),
                _ => None,
            };
            Some(Err(format!("{} {code:?}", error.kind())))
        }
        Err(error) => Some(Err(error.kind().to_owned())),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Also across the boundaries of procedures, repetitions, branches and loops, and around decorators.
    #[test]
    fn optimized_programs_are_equivalent(
        bodies in vec(statements(), 1..4),
        stacks in vec(stacks(), 4),
    ) {
        let (text, _) = model(&bodies);
        let source = Source::new("test", text.as_str());
        let [written, short] =
            [false, true].map(|optimize| Assembler::new().with_optimizations(optimize).assemble(&source).unwrap());
        for stack in stacks {
            let (written, short) = (run(&written.program, &stack), run(&short.program, &stack));
            if written.is_some() && short.is_some() {
                prop_assert_eq!(written, short, "{} on {:?}", text, stack);
            }
        }
    }
}

#[test]
fn invocations_start_at_their_first_remaining_operation() {
    let text = "proc.inner neg add mul end  proc.outer exec.inner end  begin neg exec.outer end";
    let assembly = Assembler::new().assemble(&Source::new("test", text)).unwrap();
    let root = assembly.program.root();
    let Node::Block(block) = assembly.program.node(root).node() else { panic!("a block") };
    assert_eq!(block.operations(), [Opcode::Add, Opcode::Mul].map(Operation::from));
    let inlined = |index| names(assembly.debug.inlined(root, index));
    assert_eq!(inlined(0), ["starts outer", "starts inner"]);
    assert_eq!(inlined(1), ["outer", "inner"]);

    // No operation is left before the loop.
    let text = "proc.f neg while.true drop end end  begin neg exec.f end";
    let assembly = Assembler::new().assemble(&Source::new("test", text)).unwrap();
    assert_eq!(names(assembly.debug.inlined_root()), ["starts f"]);
}
