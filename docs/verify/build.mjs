// Bundles the page into one file: `node build.mjs MODULE OUTPUT`.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";

const [module, output] = process.argv.slice(2);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const { buildSync } = createRequire(here("../../verifier/wasm/package.json"))("esbuild");
const { outputFiles } = buildSync({
    entryPoints: [here("page.js")],
    alias: { "verifier.wasm": module },
    bundle: true,
    charset: "utf8",
    external: ["node:*"],
    format: "esm",
    loader: { ".wasm": "binary" },
    logOverride: { "empty-import-meta": "silent" },
    minify: true,
    target: "es2022",
    write: false,
});
// A closing tag in the script would end its element.
const script = outputFiles[0].text.replaceAll("</script", "<\\/script");
const page = readFileSync(here("index.html"), "utf8");
writeFileSync(output, page.replace("/* script */", () => script));
