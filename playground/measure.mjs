// Prints the table of the book: `node measure.mjs`, after `build`.

import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

import { Engine, seed } from "./web/engine.js";

const RUNS = 5;
const root = new URL("../", import.meta.url);
const bytes = readFileSync(new URL("target/playground/playground.wasm", root));
const page = readFileSync(new URL("target/playground/index.html", root));
const source = readFileSync(new URL("examples/fib/fib.masm", root), "utf8");
const size = (content) => `${content.length} bytes, ${gzipSync(content, { level: 9 }).length} with gzip`;
console.log(`module: ${size(bytes)}; page: ${size(page)}\n`);
console.log("| Rows | Proof, bytes | Prove, s | Verify, ms |\n|---|---|---|---|");
for (const [log, stack] of [[10, "60"], [13, "600"], [16, "5000"]]) {
    const engine = new Engine(new WebAssembly.Module(bytes));
    const times = { prove: [], verify: [] };
    let bundle;
    const timed = (operation, ...more) => {
        const start = performance.now();
        const result = engine.call(operation, { source, stack }, ...more);
        times[operation].push(performance.now() - start);
        return result;
    };
    for (let run = 0; run < RUNS; run++) {
        bundle = timed("prove", seed()).bundle;
        const { rows, valid } = timed("verify", bundle).answer;
        if (!valid || rows !== 2 ** log) {
            throw new Error(`2^${log}: ${rows} rows, valid ${valid}`);
        }
    }
    const median = (list) => list.sort((a, b) => a - b)[RUNS >> 1];
    console.log(`| 2^${log} | ${bundle.length} | ${(median(times.prove) / 1000).toFixed(1)} | ${median(times.verify).toFixed(0)} |`);
}
