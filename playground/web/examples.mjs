// The examples of the repository that need only a stack and an advice tape of numbers, perhaps a kernel and a cycle limit.
// The table of their README is the list.

import { existsSync, readFileSync } from "node:fs";

const folder = new URL("../../examples/", import.meta.url);
const read = (path) => readFileSync(new URL(path, folder), "utf8");

/** Name, purpose, sources and inputs of each example. */
export function examples() {
    const rows = read("README.md").matchAll(/^\| \[([\w-]+)\]\(([\w/-]+)\.masm\)(.*?) \| .*? \| .*? \| (.*?) \|$/gm);
    return [...rows].flatMap(([, name, path, more, shows]) => {
        const [, kernel] = /with the kernel \[\w+\]\(([\w/.-]+)\)/.exec(more) ?? [];
        const [, limit = ""] = /--cycle-limit (\d+)/.exec(more) ?? [];
        const inputs = existsSync(new URL(`${path}.inputs`, folder)) ? JSON.parse(read(`${path}.inputs`)) : null;
        const isPlain = inputs !== null && Object.entries(inputs).every(([key, list]) => ["stack_init", "advice_tape"].includes(key) && list.every((item) => /^\d+$/.test(item)));
        // Programs on storage need a file.
        if (!isPlain || /storage/.test(more)) {
            return [];
        }
        const list = (items = []) => items.join(", ");
        const source = read(`${path}.masm`);
        return [{ name, shows, source, kernel: kernel ? read(kernel) : "", stack: list(inputs.stack_init), advice: list(inputs.advice_tape), limit }];
    });
}
