// Statements and proof bundles, in binary and in JSON form. Every value has exactly one binary form.

import { faults, operations } from "./tables.js";

const MODULUS = 0xffffffff00000001n;
const VERSION = 1;
const STACK_TOP = 16;
const MAX_ITEMS = 1 << 16;
const MAX_PROCEDURES = 1 << 10;

/** Error of a malformed statement or bundle. */
export class FormatError extends Error {
    constructor(message) {
        super(message);
        this.name = "FormatError";
    }
}

function require(condition, message) {
    if (!condition) {
        throw new FormatError(message);
    }
}

class Reader {
    constructor(bytes) {
        this.bytes = bytes;
        this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this.offset = 0;
    }

    take(length, what) {
        require(length <= this.bytes.length - this.offset, `${what} is cut off at byte ${this.offset}`);
        this.offset += length;
        return this.offset - length;
    }

    u8(what) {
        return this.view.getUint8(this.take(1, what));
    }

    u16(what) {
        return this.view.getUint16(this.take(2, what), true);
    }

    u64(what) {
        return this.view.getBigUint64(this.take(8, what), true);
    }

    element(what) {
        const value = this.u64(what);
        require(value < MODULUS, `${what} is not below the field modulus`);
        return value;
    }

    /** A number of items of `size` bytes each, which the rest of the input can hold. */
    count(size, max, what) {
        const count = this.view.getUint32(this.take(4, what), true);
        require(count <= max, `${what} has too many items`);
        require(count * size <= this.bytes.length - this.offset, `${what} is cut off`);
        return count;
    }

    slice(length, what) {
        const start = this.take(length, what);
        return this.bytes.slice(start, start + length);
    }

    digest(what) {
        const bytes = this.slice(32, what);
        const words = new DataView(bytes.buffer);
        for (let i = 0; i < 32; i += 8) {
            require(words.getBigUint64(i, true) < MODULUS, `${what} has a number that is not below the field modulus`);
        }
        return toHex(bytes);
    }

    header(magic, what) {
        const start = this.take(4, what);
        require(String.fromCharCode(...this.bytes.subarray(start, start + 4)) === magic, `this is not a ${what}`);
        const version = this.u16(what);
        require(version === VERSION, `${what} has version ${version}, this package reads version ${VERSION}`);
    }

    finish() {
        require(this.offset === this.bytes.length, `unexpected bytes after the end, at byte ${this.offset}`);
    }
}

function toHex(bytes) {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function readStack(reader, what) {
    const count = reader.count(8, MAX_ITEMS, what);
    require(count >= STACK_TOP, `${what} has fewer than ${STACK_TOP} items`);
    return Array.from({ length: count }, () => reader.element(what));
}

function readOutcome(reader) {
    const code = reader.u8("outcome");
    if (code === 0) {
        return { kind: "success" };
    }
    const fault = faults.find((fault) => fault.number === code);
    const opcode = reader.u8("operation");
    const operation = operations.find((operation) => operation.opcode === opcode);
    require(fault && operation, "there is no such fault or operation");
    const clk = reader.u64("cycle");
    const flags = reader.u8("flags of the fault");
    require(flags < 4, "the fault has unknown flags");
    const target = flags & 2 ? reader.digest("missing procedure") : null;
    return { kind: "fault", code: fault.name, operation: operation.name, clk, deterministic: (flags & 1) === 1, target };
}

function readLimit(reader) {
    const flag = reader.u8("cycle limit");
    require(flag < 2, "the cycle limit is malformed");
    return flag === 1 ? reader.u64("cycle limit") : null;
}

function readStatement(reader) {
    const program = reader.digest("program hash");
    const procedures = reader.count(32, MAX_PROCEDURES, "kernel");
    const kernel = Array.from({ length: procedures }, () => reader.digest("kernel procedure"));
    require(
        kernel.every((digest, i) => i === 0 || kernel[i - 1] < digest),
        "the procedures of the kernel are not in ascending order",
    );
    const inputs = readStack(reader, "initial stack");
    const outputs = readStack(reader, "final stack");
    const outcome = readOutcome(reader);
    return { program, kernel, inputs, outputs, outcome, cycleLimit: readLimit(reader) };
}

/** Decodes the binary form of a statement. */
export function decodeStatementBytes(bytes) {
    const reader = new Reader(bytes);
    reader.header("MDST", "Miden statement");
    const statement = readStatement(reader);
    reader.finish();
    return statement;
}

function decodeBundleBytes(bytes) {
    const reader = new Reader(bytes);
    reader.header("MDPB", "Miden proof bundle");
    const statement = readStatement(reader);
    const proof = reader.slice(reader.count(1, 2 ** 32, "proof"), "proof");
    reader.finish();
    return { statement, proof };
}

class Writer {
    constructor() {
        this.bytes = [];
    }

    number(value, length) {
        for (let rest = BigInt(value), i = 0; i < length; i++, rest >>= 8n) {
            this.bytes.push(Number(rest & 0xffn));
        }
    }

    digest(hex) {
        for (let i = 0; i < 64; i += 2) {
            this.bytes.push(Number.parseInt(hex.slice(i, i + 2), 16));
        }
    }

    list(items, write) {
        this.number(items.length, 4);
        items.forEach(write);
    }
}

/** The statement in the one form that it has: complete stacks, sorted kernel; throws if a part is malformed. */
export function normalize(statement) {
    const element = (value) => number(value, MODULUS, "an item of a stack");
    const stack = (items) => {
        require(Array.isArray(items) && items.length <= MAX_ITEMS, "a stack is a list of at most 65536 items");
        return items.map(element);
    };
    const missing = (items) => Array(Math.max(0, STACK_TOP - items.length)).fill(0n);
    const [inputs, outputs] = [stack(statement.inputs), stack(statement.outputs)];
    return {
        program: digest(statement.program),
        kernel: normalizeKernel(statement.kernel),
        inputs: [...missing(inputs), ...inputs],
        outputs: [...outputs, ...missing(outputs)],
        outcome: normalizeOutcome(statement.outcome),
        cycleLimit: statement.cycleLimit == null ? null : number(statement.cycleLimit, 1n << 64n, "the cycle limit"),
    };
}

/** The kernel with its procedures in ascending order. */
export function normalizeKernel(kernel) {
    require(Array.isArray(kernel) && kernel.length <= MAX_PROCEDURES, "a kernel has at most 1024 procedures");
    const sorted = kernel.map(digest).sort();
    require(
        sorted.every((digest, i) => i === 0 || sorted[i - 1] !== digest),
        "the kernel has a procedure twice",
    );
    return sorted;
}

function normalizeOutcome(outcome) {
    if (outcome.kind === "success") {
        return { kind: "success" };
    }
    require(outcome.kind === "fault", "an outcome is a success or a fault");
    require(faults.some((fault) => fault.name === outcome.code), `there is no fault ${outcome.code}`);
    require(
        operations.some((operation) => operation.name === outcome.operation),
        `there is no operation ${outcome.operation}`,
    );
    require(typeof outcome.deterministic === "boolean", "deterministic is true or false");
    const clk = number(outcome.clk, 1n << 64n, "the cycle");
    const target = outcome.target == null ? null : digest(outcome.target);
    const { code, operation, deterministic } = outcome;
    return { kind: "fault", code, operation, clk, deterministic, target };
}

function digest(hex) {
    require(typeof hex === "string" && /^[0-9a-f]{64}$/.test(hex), "a digest has 64 lower-case hex digits");
    return hex;
}

function number(value, end, what) {
    const text = typeof value === "string" && /^(0|[1-9][0-9]{0,19})$/.test(value);
    require(
        text || typeof value === "bigint" || (Number.isSafeInteger(value) && value >= 0),
        `${what} is not a number`,
    );
    const big = BigInt(value);
    require(big >= 0n && big < end, `${what} is out of range`);
    return big;
}

/** Encodes a statement; equal statements have equal bytes. */
export function encodeStatement(statement) {
    const { program, kernel, inputs, outputs, outcome, cycleLimit } = normalize(statement);
    const writer = new Writer();
    writer.bytes.push(...[..."MDST"].map((char) => char.charCodeAt(0)));
    writer.number(VERSION, 2);
    writer.digest(program);
    writer.list(kernel, (procedure) => writer.digest(procedure));
    writer.list(inputs, (item) => writer.number(item, 8));
    writer.list(outputs, (item) => writer.number(item, 8));
    if (outcome.kind === "success") {
        writer.number(0, 1);
    } else {
        writer.number(faults.find((fault) => fault.name === outcome.code).number, 1);
        writer.number(operations.find((operation) => operation.name === outcome.operation).opcode, 1);
        writer.number(outcome.clk, 8);
        writer.number((outcome.deterministic ? 1 : 0) + (outcome.target === null ? 0 : 2), 1);
        if (outcome.target !== null) {
            writer.digest(outcome.target);
        }
    }
    writer.number(cycleLimit === null ? 0 : 1, 1);
    if (cycleLimit !== null) {
        writer.number(cycleLimit, 8);
    }
    return Uint8Array.from(writer.bytes);
}

function checkKeys(object, required, optional, what) {
    require(object !== null && typeof object === "object" && !Array.isArray(object), `${what} is not an object`);
    for (const key of Object.keys(object)) {
        require(required.includes(key) || optional.includes(key), `${what} has an unknown key "${key}"`);
    }
    for (const key of required) {
        require(Object.hasOwn(object, key), `${what} lacks the key "${key}"`);
    }
}

function statementFromForm(form) {
    const keys = ["version", "program", "kernel", "inputs", "outputs", "outcome"];
    checkKeys(form, keys, ["cycle_limit"], "the statement");
    require(form.version === VERSION, `the statement has version ${form.version}`);
    let outcome = { kind: "success" };
    if (form.outcome !== "success") {
        checkKeys(form.outcome, ["fault"], [], "the outcome");
        checkKeys(form.outcome.fault, ["code", "operation", "clk", "deterministic"], ["target"], "the fault");
        outcome = { kind: "fault", ...form.outcome.fault };
    }
    const { program, kernel, inputs, outputs, cycle_limit: cycleLimit } = form;
    return normalize({ program, kernel, inputs, outputs, outcome, cycleLimit });
}

function bundleFromForm(form) {
    checkKeys(form, ["version", "statement", "proof"], [], "the bundle");
    require(form.version === VERSION, `the bundle has version ${form.version}`);
    require(typeof form.proof === "string", "the proof is not a text");
    let binary;
    try {
        binary = atob(form.proof);
    } catch {
        throw new FormatError("the proof is not Base64");
    }
    require(btoa(binary) === form.proof, "the proof is not Base64");
    return { statement: statementFromForm(form.statement), proof: Uint8Array.from(binary, (char) => char.charCodeAt(0)) };
}

function parse(text) {
    try {
        return JSON.parse(text);
    } catch (error) {
        throw new FormatError(`not JSON: ${error.message}`);
    }
}

/** Bytes or text to text if it is JSON, else to bytes. */
function textOrBytes(file) {
    if (typeof file === "string") {
        return file;
    }
    const bytes = new Uint8Array(file.buffer ?? file, file.byteOffset ?? 0, file.byteLength);
    const first = bytes.find((byte) => ![0x20, 0x09, 0x0a, 0x0d].includes(byte));
    return first === "{".charCodeAt(0) ? new TextDecoder().decode(bytes) : bytes;
}

/** Decodes a proof bundle in binary or JSON form. */
export function decodeBundle(file) {
    const content = textOrBytes(file);
    return typeof content === "string" ? bundleFromForm(parse(content)) : decodeBundleBytes(content);
}

/** Decodes a statement in binary or JSON form. */
export function decodeStatement(file) {
    const content = textOrBytes(file);
    return typeof content === "string" ? statementFromForm(parse(content)) : decodeStatementBytes(content);
}
