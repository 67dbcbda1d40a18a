// Prints the table of the book: `node measure.mjs FILE…`, each file a bundle of `miden prove --bundle`.

import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const built = new URL("../../target/wasm/npm/", import.meta.url);
const { decodeBundle, load } = await import(new URL("index.js", built));
const module = await readFile(new URL("verifier.wasm", built));
console.log(`The module has ${module.length} bytes, ${gzipSync(module, { level: 9 }).length} with gzip.\n`);
const verifier = await load(module);
console.log("| Set | Rows | Proof, bytes | Wasm, ms |\n|---|---|---|---|");
for (const path of process.argv.slice(2)) {
    const { statement, proof } = decodeBundle(await readFile(path));
    const expectation = { ...statement, outcome: "any" };
    const times = Array.from({ length: 25 }, () => {
        const start = performance.now();
        const verdict = verifier.verify(statement, proof, expectation);
        return [performance.now() - start, verdict];
    });
    const [, verdict] = times[0];
    const median = times.map(([time]) => time).sort((a, b) => a - b)[12];
    console.log(`| \`${verdict.parameterSet}\` | 2^${verdict.rowsLog2} | ${proof.length} | ${median.toFixed(1)} |`);
}
