// Compiled, not run: the declarations say what a caller writes.

import { type Statement, type Verdict, decodeBundle, load } from "../npm/index.js";

const verifier = await load(new Uint8Array());
const { statement, proof } = decodeBundle("{}");
const verdict: Verdict = verifier.verify(
    statement,
    proof,
    { program: "00", outcome: "DivideByZero", inputs: [1n], cycleLimit: null },
    { parameterSets: ["std-128"], hiding: true },
);
if (verdict.valid) {
    const bits: number = verdict.rounds[0]!.conjectured;
    console.log(bits);
} else {
    console.log(verdict.code, verdict.differences.includes("inputs"));
}
const top: bigint | undefined = (statement satisfies Statement).outputs[0];
console.log(top);
// @ts-expect-error: an expectation names the program
verifier.verify(statement, proof, {});
