// Prints the table of the book: `node measure.mjs FILE…`, each file a binary bundle of `miden prove --bundle`.
// The native times need `verifier/bindings/run c`.

import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const RUNS = 101;
const built = new URL("../../target/wasm/npm/", import.meta.url);
const { decodeBundle, load } = await import(new URL("index.js", built));
const module = await readFile(new URL("verifier.wasm", built));
console.log(`The module has ${module.length} bytes, ${gzipSync(module, { level: 9 }).length} with gzip.\n`);
const verifier = await load(module);
const files = process.argv.slice(2);
const native = execFileSync(fileURLToPath(new URL("../../target/bindings/c/time", import.meta.url)), files).toString().trim().split("\n");
console.log("| Set | Rows | Proof, bytes | Wasm, ms | Native, ms |\n|---|---|---|---|---|");
for (const [index, path] of files.entries()) {
    const { statement, proof } = decodeBundle(await readFile(path));
    const expectation = { ...statement, outcome: "any" };
    const times = Array.from({ length: RUNS }, () => {
        const start = performance.now();
        const verdict = verifier.verify(statement, proof, expectation);
        return [performance.now() - start, verdict];
    });
    const [, verdict] = times[0];
    const median = times.map(([time]) => time).sort((a, b) => a - b)[RUNS >> 1];
    console.log(`| \`${verdict.parameterSet}\` | 2^${verdict.rowsLog2} | ${proof.length} | ${median.toFixed(1)} | ${Number(native[index]).toFixed(1)} |`);
}
