// The verifier: a WebAssembly module without imports, and the comparison of statements with expectations.

import { FormatError, decodeBundle, decodeStatement, encodeStatement, normalize, normalizeKernel } from "./codec.js";
import { errors, faults, parameterSets } from "./tables.js";

export { FormatError, decodeBundle, decodeStatement, encodeStatement, errors, faults, parameterSets };

const OTHER_STATEMENT = 402;
const ROUNDS = ["bus", "composition", "out of domain", "batching", "fold", "queries", "hash", "other"];

/** Compiles the module: `source` is its bytes, a response, a compiled module, or nothing for the package's own. */
export async function load(source) {
    return new Verifier(await compile(source ?? (await ownModule())));
}

async function compile(source) {
    if (source instanceof WebAssembly.Module) {
        return source;
    }
    return WebAssembly.compile(typeof Response !== "undefined" && source instanceof Response ? await source.arrayBuffer() : source);
}

async function ownModule() {
    const url = new URL("./verifier.wasm", import.meta.url);
    if (url.protocol !== "file:") {
        return fetch(url);
    }
    const { readFile } = await import("node:fs/promises");
    return readFile(url);
}

/** A loaded verifier. Every call gets a fresh instance, so that its memory is free again afterwards. */
export class Verifier {
    #module;

    constructor(module) {
        this.#module = module;
    }

    /**
     * Whether the statement is an expected one, and the proof proves it.
     */
    verify(statement, proof, expectation, policy = {}) {
        const claimed = normalize(statement);
        const differences = compare(claimed, expectation);
        if (differences.length > 0) {
            return { ...rejected(OTHER_STATEMENT), differences };
        }
        const { exports } = new WebAssembly.Instance(this.#module);
        [encodeStatement(claimed), proof].forEach((bytes, index) => {
            const address = exports.buffer(index, bytes.length) >>> 0;
            if (address === 0) {
                throw new RangeError("not enough memory for the proof");
            }
            new Uint8Array(exports.memory.buffer, address, bytes.length).set(bytes);
        });
        const sets = policy.parameterSets ?? parameterSets.map((set) => set.name);
        const mask = sets.reduce((mask, name) => mask | (1 << idOf(name)), 0);
        const { conjectured = 0, proven = 0 } = policy;
        const length = exports.verify(mask, policy.hiding ? 1 : 0, conjectured, proven);
        const view = new DataView(exports.memory.buffer, exports.verdict() >>> 0, 4 * length);
        return verdict(Array.from({ length }, (_, index) => view.getUint32(4 * index, true)));
    }

    /** Like `verify`, for the file of a proof bundle. */
    verifyBundle(file, expectation, policy) {
        const { statement, proof } = decodeBundle(file);
        return this.verify(statement, proof, expectation, policy);
    }
}

function idOf(name) {
    const set = parameterSets.find((set) => set.name === name);
    if (!set) {
        throw new RangeError(`there is no parameter set ${name}`);
    }
    return set.id;
}

/** Names of the parts of a normalized statement that are not as expected. */
function compare(statement, expectation) {
    if (typeof expectation?.program !== "string") {
        throw new TypeError("an expectation names the program");
    }
    const { program, kernel = [], inputs, outputs, outcome = "success", cycleLimit = null } = expectation;
    const expected = normalize({ ...statement, program, cycleLimit, inputs: inputs ?? statement.inputs, outputs: outputs ?? statement.outputs });
    const same = (a, b) => a.length === b.length && a.every((item, index) => item === b[index]);
    const accepted = outcome === "any" || outcome === (statement.outcome.code ?? statement.outcome.kind);
    return [
        ["program", statement.program === expected.program],
        ["kernel", same(statement.kernel, normalizeKernel(kernel))],
        ["inputs", same(statement.inputs, expected.inputs)],
        ["outputs", same(statement.outputs, expected.outputs)],
        ["outcome", accepted],
        ["cycleLimit", statement.cycleLimit === expected.cycleLimit],
    ].flatMap(([name, isSame]) => (isSame ? [] : [name]));
}

function rejected(code) {
    const { name: kind, text: message } = errors.find((error) => error.number === code) ?? { name: "Unknown", text: "Unknown." };
    return { valid: false, code, kind, message, differences: [] };
}

function verdict([code, id, rowsLog2, hides, conjectured, proven, ...rounds]) {
    if (code !== 0) {
        return rejected(code);
    }
    const security = [];
    for (let i = 0; i < rounds.length; i += 5) {
        const [kind, layer, ...tenths] = rounds.slice(i, i + 5);
        const name = ROUNDS[kind] === "fold" ? `fold ${layer}` : ROUNDS[kind];
        const [conjectured, uniqueDecoding, listDecoding] = tenths.map((bits) => bits / 10);
        security.push({ round: name, conjectured, uniqueDecoding, listDecoding });
    }
    const parameterSet = parameterSets.find((set) => set.id === id).name;
    return { valid: true, code: 0, parameterSet, rowsLog2, hides: hides === 1, conjectured, proven, rounds: security };
}
