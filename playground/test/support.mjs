import { readFileSync } from "node:fs";

const root = new URL("../../", import.meta.url);

export const built = (name) => new URL(`target/playground/${name}`, root);
export const read = (path) => readFileSync(new URL(path, root), "utf8");
export const example = (name) => read(`examples/${name}/${name}.masm`);
