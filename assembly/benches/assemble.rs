//! Time to assemble straight-line code, repeated code, and a large file with all kinds of code.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by a panic")]

use std::fmt::Write as _;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use miden_assembly::{Assembler, Source};

const ITERATIONS: usize = 84_000;

/// Lines of the large file.
const LINES: usize = 100_000;

fn assemble(c: &mut Criterion) {
    let mut group = c.benchmark_group("assemble");
    let repeated = format!("begin repeat.{ITERATIONS} swap dup.1 add end end");
    let written_out = format!("begin {} end", "swap dup.1 add\n".repeat(ITERATIONS));
    for (name, text) in [("repeat", repeated), ("written out", written_out)] {
        let source = Source::new(name, text);
        // An element is an executed operation.
        group.throughput(Throughput::Elements(3 * ITERATIONS as u64));
        group.bench_function(BenchmarkId::new(name, 3 * ITERATIONS), |b| {
            b.iter(|| Assembler::new().assemble(&source).unwrap());
        });
    }
    group.finish();
}

/// A procedure with comments, constants, control flow, locals, memory, u32 arithmetic and invocations.
const PROCEDURE: &str = "
#! Takes a limit and a value, and leaves a sum.
proc.NAME.2             # [limit, value] → [sum]
    push.NUMBER loc_store.0
    dup.1 dup.1 u32checked_add.NUMBER
    swap.2 movup.3 mul.7 add.1
    mem_load.40 sub dup neq.0          # the saved word

    if.true
        push.0xff.3.4 add add
        loc_load.0 u32wrapping_mul u32checked_and.4095
        u32unchecked_shr.3
    else
        swap drop push.LIMIT
        repeat.3
            dup.2 exec.OTHER
        end
    end
    # Count down.
    push.1
    while.true
        sub.1 dup eq.0
        if.true
            drop push.0
        else
            exec.OTHER
            push.0
        end
    end
    movdn.4 swapw dropw padw
    loc_loadw.1 hperm
    adv_push.2 assert_eq.err=NUMBER
    call.OTHER
end
";

/// A file of about this many lines; each procedure invokes an earlier one.
fn large_file(lines: usize) -> String {
    let mut text = "const.LIMIT=1000*2\n\nproc.p0.2\n    dup.1 mul add.3\nend\n".to_owned();
    let procedures = lines / PROCEDURE.lines().count();
    for number in 1..procedures {
        // The first procedures are invoked most, as helpers are.
        let other = number * 7 % number.min(50);
        text += &PROCEDURE
            .replace("NAME", &format!("p{number}"))
            .replace("NUMBER", &(number * 31 % 5000).to_string())
            .replace("OTHER", &format!("p{other}"));
    }
    let _ = write!(text, "\nbegin\n    exec.p{}\n    call.p7\nend\n", procedures - 1);
    text
}

fn assemble_large_file(c: &mut Criterion) {
    let source = Source::new("large", large_file(LINES));
    let mut group = c.benchmark_group("large file");
    group.sample_size(20).throughput(Throughput::Elements(LINES as u64));
    for (name, optimize) in [("shorter code", true), ("as written", false)] {
        let assembler = Assembler::new().with_optimizations(optimize);
        group.bench_function(BenchmarkId::new(name, LINES), |b| {
            b.iter(|| assembler.assemble(&source).unwrap())
        });
    }
    group.finish();
}

criterion_group!(benches, assemble, assemble_large_file);
criterion_main!(benches);
