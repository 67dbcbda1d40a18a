// The npm package: verdicts, expectations, forms, and the module itself. Run verifier/wasm/build first.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { built, bundleBytes, bundleForm, fixture, stored, storedWithLimit } from "./support.mjs";

const { FormatError, decodeBundle, decodeStatement, encodeStatement, load } = await import(built("npm/index.js"));
const verifier = await load();
const { statement, proof } = await stored();
const expectation = { program: statement.program };
const accepts = (...parts) => verifier.verify(...parts).valid;

test("the stored proof is accepted, in both forms of a bundle", () => {
    const verdict = verifier.verify(statement, proof, expectation);
    assert.deepEqual(
        { ...verdict, rounds: verdict.rounds.length > 5 },
        { valid: true, code: 0, parameterSet: "small-96", rowsLog2: 10, hides: true, conjectured: 96, proven: verdict.proven, rounds: true },
    );
    assert.ok(Math.min(...verdict.rounds.map((round) => round.conjectured)) >= 96);
    const form = bundleForm({ statement, proof });
    for (const file of [bundleBytes(encodeStatement, { statement, proof }), JSON.stringify(form), Buffer.from(JSON.stringify(form))]) {
        assert.deepEqual(decodeBundle(file), { statement, proof });
        assert.ok(verifier.verifyBundle(file, expectation).valid);
    }
});

test("the stored proof with a limit beyond 32 bits is accepted", async () => {
    const { statement, proof } = await storedWithLimit();
    const { cycleLimit } = statement;
    assert.ok(verifier.verify(statement, proof, { ...expectation, cycleLimit }).valid);
});

test("each part that differs from the expected one is named", () => {
    const differences = (more) => verifier.verify(statement, proof, { ...expectation, ...more }).differences;
    const other = "1".padStart(64, "0");
    assert.deepEqual(differences({ program: other }), ["program"]);
    assert.deepEqual(differences({ kernel: [other] }), ["kernel"]);
    assert.deepEqual(differences({ inputs: [10n] }), ["inputs"]);
    assert.deepEqual(differences({ inputs: statement.inputs, outputs: [0n, 56n] }), ["outputs"]);
    assert.deepEqual(differences({ outcome: "DivideByZero", cycleLimit: 9n }), ["outcome", "cycleLimit"]);
    assert.deepEqual(differences({ inputs: statement.inputs, outputs: statement.outputs, outcome: "any" }), undefined);
    const verdict = verifier.verify(statement, proof, { program: other });
    assert.deepEqual([verdict.code, verdict.kind], [402, "OtherStatement"]);
    assert.throws(() => verifier.verify(statement, proof, {}), TypeError);
});

test("an expected statement needs its proof", () => {
    const outputs = statement.outputs.with(1, 56n);
    const verdict = verifier.verify({ ...statement, outputs }, proof, expectation);
    assert.deepEqual([verdict.valid, verdict.kind], [false, "ProofOfWork"]);
    assert.equal(verifier.verify(statement, new Uint8Array(0), expectation).kind, "NotAProof");
    assert.equal(verifier.verify(statement, new Uint8Array(50 << 20), expectation).kind, "NotAProof");
    const kernel = ["1".padStart(64, "0")];
    assert.ok(!accepts({ ...statement, kernel }, proof, { ...expectation, kernel }));
});

test("a policy narrows what is accepted", () => {
    const kind = (policy) => verifier.verify(statement, proof, expectation, policy).kind;
    assert.equal(kind({ parameterSets: ["std-128"] }), "UnacceptableParameterSet");
    assert.equal(kind({ parameterSets: ["std-128", "small-96"], hiding: true, conjectured: 96 }), undefined);
    assert.equal(kind({ conjectured: 128 }), "InsufficientSecurity");
    assert.equal(kind({ proven: 100 }), "InsufficientSecurity");
    assert.throws(() => kind({ parameterSets: ["fast-95"] }), RangeError);
});

test("verdicts equal those of the native verifier", async () => {
    const cases = JSON.parse(await readFile(fixture("verdicts.json"), "utf8"));
    assert.ok(cases.length > 1000);
    const bytes = { statement: encodeStatement(statement), proof };
    for (const [part, kind, a, b, expected] of cases) {
        const altered = { ...bytes, [part]: claims[kind] ? claim(kind, a, b) : alter(bytes[part], kind, a, b) };
        assert.equal(code(altered), expected, `${part} ${kind} ${a} ${b}`);
    }
});

const claims = {
    limit: (cycles) => ({ cycleLimit: cycles }),
    fault: (cycles) => fault("FailedAssertion", "assert", cycles),
    stop: (cycles) => ({ ...fault("CycleLimitExceeded", "noop", cycles), cycleLimit: cycles }),
};

/** The statement with another outcome or limit, whose number of cycles has these halves. */
function claim(kind, high, low) {
    return encodeStatement({ ...statement, ...claims[kind]((BigInt(high) << 32n) + BigInt(low)) });
}

function fault(code, operation, clk) {
    const outcome = { kind: "fault", code, operation, clk, deterministic: true, target: null };
    return { outcome, outputs: statement.outputs.slice(0, 16) };
}

function alter(bytes, kind, a, b) {
    const copy = Uint8Array.from(bytes);
    switch (kind) {
        case "flip":
            copy[a] ^= b;
            return copy;
        case "set":
            copy[a] = b;
            return copy;
        case "overwrite":
            return copy.fill(b, a, a + 16);
        case "truncate":
            return copy.subarray(0, a);
        case "append":
            return Uint8Array.from([...copy, ...Array(a).fill(b)]);
    }
}

function code({ statement: bytes, proof }) {
    let statement;
    try {
        statement = decodeStatement(bytes);
    } catch (error) {
        assert.ok(error instanceof FormatError, error);
        return 401;
    }
    assert.deepEqual(encodeStatement(statement), bytes);
    return verifier.verify(statement, proof, { ...statement, outcome: "any" }).code;
}

test("malformed bundles throw an error that names the fault", () => {
    const form = bundleForm({ statement, proof });
    const rejects = (change, message) => {
        const copy = structuredClone(form);
        change(copy);
        assert.throws(() => decodeBundle(JSON.stringify(copy)), (error) => error instanceof FormatError && message.test(error.message));
    };
    rejects((form) => (form.extra = 1), /unknown key "extra"/);
    rejects((form) => delete form.statement.kernel, /lacks the key "kernel"/);
    rejects((form) => (form.statement.version = 2), /version 2/);
    rejects((form) => (form.statement.inputs[0] = "18446744069414584321"), /out of range/);
    rejects((form) => (form.statement.inputs[0] = "01"), /not a number/);
    rejects((form) => (form.statement.inputs[0] = 2 ** 60), /not a number/);
    rejects((form) => (form.statement.outcome = "failure"), /outcome/);
    rejects((form) => (form.proof = "+/8"), /Base64/);
    assert.throws(() => decodeBundle("{"), FormatError);
    assert.throws(() => decodeBundle(new Uint8Array(50 << 20)), /this is not a Miden proof bundle/);
    const bytes = bundleBytes(encodeStatement, { statement, proof });
    assert.throws(() => decodeBundle(bytes.subarray(0, bytes.length - 1)), /cut off/);
    assert.throws(() => decodeBundle(Uint8Array.from([...bytes, 0])), /unexpected bytes/);
});

test("the module has no imports and no floating point, and is small", async () => {
    const bytes = await readFile(built("npm/verifier.wasm"));
    assert.deepEqual(WebAssembly.Module.imports(new WebAssembly.Module(bytes)), []);
    const disassembler = fileURLToPath(new URL("../node_modules/binaryen/bin/wasm-dis", import.meta.url));
    const text = execFileSync(process.execPath, [disassembler, "--all-features", fileURLToPath(built("npm/verifier.wasm"))], { maxBuffer: 1 << 28 });
    const floats = text.toString().match(/\bf(32|64)\b/g) ?? [];
    assert.deepEqual(floats.length, 0);
    assert.ok(bytes.length <= 430_000 && gzipSync(bytes).length <= 170_000, `${bytes.length} bytes`);
});
