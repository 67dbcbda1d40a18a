import { readFile } from "node:fs/promises";

const root = new URL("../../../", import.meta.url);

export const built = (name) => new URL(`target/wasm/${name}`, root);
export const fixture = (name) => new URL(`verifier/tests/fixtures/${name}`, root);
export const schema = (name) => new URL(`docs/src/schema/${name}`, root);

/** The statement of the stored proof: a loop that adds the numbers from 10 down to 1. */
export async function stored() {
    const rest = Array.from({ length: 20 }, (_, index) => BigInt(100 + index));
    const statement = {
        program: (await readFile(fixture("format-5.digest"), "utf8")).trim(),
        kernel: [],
        inputs: [...rest, 0n, 10n],
        outputs: [0n, 55n, ...rest.toReversed()],
        outcome: { kind: "success" },
        cycleLimit: null,
    };
    return { statement, proof: new Uint8Array(await readFile(fixture("format-5.bin"))) };
}

/** The same with a limit of more than 32 bits, of which the lower half is a cycle of the program. */
export async function storedWithLimit() {
    const { statement } = await stored();
    const proof = new Uint8Array(await readFile(fixture("format-5-limit.bin")));
    return { statement: { ...statement, cycleLimit: (1n << 32n) + 3n }, proof };
}

/** The binary form of a bundle. */
export function bundleBytes(encodeStatement, { statement, proof }) {
    const head = encodeStatement(statement).subarray(4);
    const bytes = new Uint8Array(4 + head.length + 4 + proof.length);
    bytes.set([..."MDPB"].map((char) => char.charCodeAt(0)));
    bytes.set(head, 4);
    new DataView(bytes.buffer).setUint32(4 + head.length, proof.length, true);
    bytes.set(proof, 8 + head.length);
    return bytes;
}

/** The JSON form of a bundle. */
export function bundleForm({ statement, proof }) {
    const { program, kernel, inputs, outputs, outcome, cycleLimit } = statement;
    const fault = ({ kind, clk, ...rest }) => ({ fault: { ...rest, clk: clk.toString() } });
    return {
        version: 1,
        statement: {
            version: 1,
            program,
            kernel,
            inputs: inputs.map(String),
            outputs: outputs.map(String),
            outcome: outcome.kind === "success" ? "success" : fault(outcome),
            cycle_limit: cycleLimit === null ? null : cycleLimit.toString(),
        },
        proof: Buffer.from(proof).toString("base64"),
    };
}
