// Bundles page, worker and module into one file: `node build.mjs MODULE OUTPUT`.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { buildSync } from "esbuild";

import { examples } from "./examples.mjs";

const [module, output] = process.argv.slice(2);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const common = { bundle: true, charset: "utf8", minify: true, target: "es2022", write: false };
const text = (options) => buildSync({ ...common, ...options }).outputFiles[0].text;

// The highlighting of the book, which is generated from the grammar.
const [, rules] = /const RULES = (\[\n.*?\n {2}\])\.map/s.exec(readFileSync(here("../../docs/masm.js"), "utf8"));
const parsed = JSON.parse(rules.replace(/,\s*\]$/, "]"));

const folder = mkdtempSync(join(tmpdir(), "playground-"));
try {
    const [worker, compressed] = ["worker.txt", "module.wasm.gz"].map((name) => join(folder, name));
    writeFileSync(worker, text({ entryPoints: [here("worker.js")], format: "iife" }));
    writeFileSync(compressed, gzipSync(readFileSync(module), { level: 9 }));
    const script = text({
        entryPoints: [here("page.js")],
        alias: { "module.wasm.gz": compressed, "worker.txt": worker },
        define: { EXAMPLES: JSON.stringify(examples()), RULES: JSON.stringify(parsed) },
        format: "esm",
        loader: { ".gz": "binary", ".txt": "text" },
    });
    // A closing tag in the script would end its element.
    const escaped = script.replaceAll("</script", "<\\/script");
    const style = readFileSync(here("style.css"), "utf8");
    const page = readFileSync(here("index.html"), "utf8");
    writeFileSync(output, page.replace("/* style */", () => style).replace("/* script */", () => escaped));
} finally {
    rmSync(folder, { recursive: true });
}
