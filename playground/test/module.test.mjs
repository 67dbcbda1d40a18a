// The module in Node.js. Run playground/build first.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { examples } from "../web/examples.mjs";
import { Engine, seed } from "../web/engine.js";
import { built, example, read } from "./support.mjs";

const module = new WebAssembly.Module(readFileSync(built("playground.wasm")));
const engine = new Engine(module);
const answer = (...call) => engine.call(...call).answer;
const fib = { source: example("fib"), stack: "60" };
const overdraft = { source: example("overdraft"), stack: "100, 250" };
const { bundle } = engine.call("prove", fib, seed());

test("the module imports nothing but the report of progress", () => {
    assert.deepEqual(WebAssembly.Module.imports(module).map(({ module, name }) => [module, name]), [["playground", "progress"]]);
});

test("diagnostics have places, help and severities", () => {
    const { diagnostics } = answer("check", { source: 'begin\n    push."𝄞é" addd # 𝄞\nend' });
    const found = diagnostics.find(({ help }) => help?.includes("`add`"));
    assert.equal(found.severity, "error");
    assert.deepEqual([found.line, found.file], [2, "program"]);
    const { start, end } = found;
    assert.equal('begin\n    push."𝄞é" addd # 𝄞\nend'.slice(start, end), "addd");
    const lints = answer("check", { source: "# [a, b] → [a + b]\nproc.sum\n    add drop\nend\nbegin exec.sum end" }).diagnostics;
    assert.deepEqual(lints.map(({ severity }) => severity), ["warning"]);
    assert.deepEqual(answer("check", fib).diagnostics, []);
    assert.deepEqual(answer("check", { source: "export.double\n    dup add\nend" }).diagnostics, []);
    const [kernel] = answer("check", { ...fib, kernel: "export.f\n    addd\nend" }).diagnostics;
    assert.deepEqual([kernel.file, kernel.line], ["kernel", 2]);
});

test("a run gives the stack and the cycles", () => {
    const { outcome, cycles, outputs, program } = answer("run", fib);
    assert.deepEqual([outcome, outputs[0], cycles], ["success", "1548008755920", 733]);
    assert.match(program, /^[0-9a-f]{64}$/);
});

test("a program has the hash that the command line prints", () => {
    const [, native] = /program hash is (\w+)/.exec(read("README.md"));
    assert.equal(answer("run", { ...overdraft, stack: "250, 100" }).program, native);
});

test("the examples of the page end, or fail as their README says", () => {
    const failing = ["overdraft", "out-of-gas", "invariant"];
    const all = examples();
    assert.ok(all.length > 10);
    for (const { name, limit, source, kernel, stack, advice } of all) {
        const request = { source, kernel, stack, advice, cycle_limit: limit === "" ? null : Number(limit) };
        assert.equal(answer("run", request).outcome, failing.includes(name) ? "fault" : "success", name);
        assert.deepEqual(answer("check", { source, kernel }).diagnostics.filter(({ severity }) => severity === "error"), [], name);
    }
    const list = read("examples/README.md");
    assert.ok(all.every(({ name }) => list.includes(`[${name}]`)));
});

test("a failure has its line, its callers and a way out", () => {
    const failure = answer("run", overdraft);
    assert.deepEqual([failure.outcome, failure.error, failure.place.line, failure.place.procedure], ["fault", "FailedAssertion", 10, "check_funds"]);
    assert.match(failure.message, /the balance does not cover the payment/);
    assert.deepEqual(failure.callers.map(({ instruction }) => instruction), ["exec.check_funds"]);
    assert.match(answer("run", { source: "begin\n  push.0 div\nend" }).help, /check the divisor/);
    const library = answer("run", { source: "use.std::math::u64\nbegin push.1.0.0.0 exec.u64::div end" });
    assert.match(library.place.file, /u64\.masm$/);
    assert.equal(library.callers.at(-1).file, "program");
});

test("an analysis counts rows by part of the trace", () => {
    const { cycles, rows, parts, chiplets, provable } = answer("analyze", { ...fib, stack: "600" });
    assert.deepEqual([cycles, rows, provable, parts.execution], [7213, 2 ** 13, true, 7216]);
    assert.equal(Object.values(chiplets).reduce((sum, rows) => sum + rows, 1), parts.chiplets);
    assert.equal(parts.execution + parts.random + parts.padding, rows);
    assert.equal(answer("analyze", { ...fib, stack: "10000" }).provable, false);
});

test("a proof is verified, for its own program and stack alone", () => {
    const verdict = answer("verify", fib, bundle);
    assert.deepEqual([verdict.valid, verdict.hides, verdict.outputs[0], verdict.rows], [true, true, "1548008755920", 1024]);
    for (const other of [{ ...fib, stack: "61" }, { ...fib, cycle_limit: 10000 }, { ...fib, source: `${fib.source.trimEnd().slice(0, -3)} push.1 end` }]) {
        const { valid, error } = answer("verify", other, bundle);
        assert.deepEqual([valid, error], [false, "OtherStatement"]);
    }
});

test("altered bundles are rejected", () => {
    for (let at = 3; at < bundle.length; at += 1999) {
        const altered = bundle.slice();
        altered[at] ^= 1;
        assert.equal(answer("verify", fib, altered).valid, false, `byte ${at}`);
    }
    assert.equal(answer("verify", fib, bundle.slice(0, -1)).valid, false);
    assert.equal(answer("verify", fib, new Uint8Array()).error, "MalformedBundle");
});

test("progress ascends through all stages, and a fault is proven", () => {
    const reports = [];
    const watched = new Engine(module, (...report) => reports.push(report));
    const { answer: proof, bundle } = watched.call("prove", overdraft, seed());
    assert.deepEqual([proof.outcome, proof.failure.place.line], ["fault", 10]);
    assert.deepEqual([...new Set(reports.map(([stage]) => stage))], [...watched.call("describe").answer.stages.keys()]);
    const permilles = reports.map(([, permille]) => permille);
    assert.deepEqual(permilles, permilles.toSorted((a, b) => a - b));
    assert.ok(permilles.at(-1) <= 1000 && reports.length > 20);
    assert.match(watched.call("verify", overdraft, bundle).answer.stated, /FailedAssertion/);
});

test("proofs of one execution differ, because they hide it, and randomness is required", () => {
    const again = engine.call("prove", fib, seed()).bundle;
    assert.notDeepEqual(again, bundle);
    const fixed = new Uint8Array(32);
    assert.deepEqual(engine.call("prove", fib, fixed).bundle, engine.call("prove", fib, fixed).bundle);
    for (const length of [0, 31, 33]) {
        const { answer, bundle } = engine.call("prove", fib, new Uint8Array(length));
        assert.deepEqual([answer.error, bundle.length], ["NoRandomness", 0]);
    }
});

test("the parameter set can be chosen", () => {
    const proof = answer("prove", { ...fib, parameter_set: "small-96" }, seed());
    assert.deepEqual([proof.parameter_set, proof.security.conjectured], ["small-96", 96]);
    const { error, message } = answer("prove", { ...fib, parameter_set: "none" }, seed());
    assert.equal(error, "UnknownParameterSet");
    assert.match(message, /fast-96/);
});

test("limits give errors that name them", () => {
    const endless = { source: "begin push.1 while.true push.1 end end" };
    assert.match(answer("run", endless).message, /67108864/);
    assert.match(answer("analyze", endless).message, /2097152/);
    assert.match(answer("prove", endless, seed()).message, /65536/);
    const cases = [
        [{ ...fib, stack: "10000" }, "CycleLimitExceeded"],
        [{ source: `begin ${"hperm ".repeat(9000)} end` }, "TraceTooLong"],
        [{ source: "#".repeat((1 << 17) + 1) }, "SourceTooLong"],
        [{ source: "#".repeat(1 << 20) }, "RequestTooLong"],
        [{ source: `proc.p ${"add ".repeat(256)} end begin ${"exec.p ".repeat((1 << 13) + 1)} end` }, "Assembly"],
        [{ ...fib, stack: "1 ".repeat(5000) }, "Inputs"],
        [{ ...fib, stack: "18446744069414584321" }, "Inputs"],
        [{ ...fib, advice: "1, x" }, "Inputs"],
        [{ source: "begin add" }, "Assembly"],
    ];
    for (const [request, error] of cases) {
        const got = answer("prove", request, seed());
        assert.deepEqual([got.outcome, got.error], ["error", error], JSON.stringify(request).slice(0, 80));
    }
    assert.equal(answer("verify", fib, new Uint8Array((1 << 22) + 1)).error, "BundleTooLong");
    assert.equal(answer("run", { source: "begin push.1 while.true dup dup mem_store add.1 push.1 end end" }).error, "MemoryLimitExceeded");
    assert.equal(answer("run", { source: "begin push.1 while.true push.1 push.1 end end" }).error, "StackLimitExceeded");
});

test("hostile requests get an answer, never a trap", () => {
    const bytes = (text) => new TextEncoder().encode(text);
    const deep = (open, close) => `begin ${open.repeat(20000)} ${close.repeat(20000)} end`;
    const requests = [
        new Uint8Array(),
        Uint8Array.of(0xff, 0xfe, 0),
        bytes("["),
        bytes("[".repeat(100000)),
        bytes('{"source": 1}'),
        bytes('{"source": "", "extra": 1}'),
        bytes('{"source": "", "cycle_limit": -1}'),
        bytes('{"source": "", "cycle_limit": 1e99}'),
        bytes('{"source": "\\ud800"}'),
        bytes(JSON.stringify({ source: deep("push.1 if.true ", "end ") })),
        bytes(JSON.stringify({ source: deep("repeat.2 ", "end ") })),
        bytes(JSON.stringify({ source: `const.A=${"(".repeat(50000)}` })),
        bytes(JSON.stringify({ source: `begin push.1 assert.err="${"\u0000\u2028𝄞".repeat(99)}" end proc.` })),
        bytes(JSON.stringify({ source: "proc.a exec.b end proc.b exec.a end begin exec.a end" })),
    ];
    for (const [index, request] of requests.entries()) {
        for (const operation of ["check", "run", "analyze", "prove", "verify"]) {
            const { outcome, error, diagnostics, message } = answer(operation, request, seed());
            assert.ok(outcome === "error" ? error !== "Stopped" : diagnostics.length > 0, `${index} ${operation} ${message}`);
        }
    }
    const { buffer, call, address, length, memory } = new WebAssembly.Instance(module, { playground: { progress() {} } }).exports;
    assert.deepEqual([buffer(2, 1), buffer(99, 1), buffer(0, 0xffffffff), address(99), length(99)], [0, 0, 0, 0, 0]);
    call(77);
    assert.match(new TextDecoder().decode(new Uint8Array(memory.buffer, address(2), length(2))), /MalformedRequest/);
});

test("the engine starts again after a trap", () => {
    let traps = true;
    const trapping = new Engine(module, () => {
        if (traps) {
            throw new WebAssembly.RuntimeError("unreachable");
        }
    });
    assert.equal(trapping.call("prove", fib, seed()).answer.error, "Stopped");
    traps = false;
    assert.equal(trapping.call("prove", fib, seed()).answer.outcome, "success");
});
