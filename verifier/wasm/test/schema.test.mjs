// The published schemas accept the forms that are written, and reject malformed ones.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import Ajv from "ajv/dist/2020.js";

import { bundleForm, schema, stored } from "./support.mjs";

const read = async (name) => JSON.parse(await readFile(schema(name), "utf8"));
const ajv = new Ajv({ strict: true, strictTypes: false });
ajv.addSchema(await read("statement.schema.json"), "statement.schema.json");
const isValid = ajv.compile(await read("proof-bundle.schema.json"));

test("the forms of a success and of a fault are valid", async () => {
    const bundle = await stored();
    assert.ok(isValid(bundleForm(bundle)), JSON.stringify(isValid.errors));
    const outcome = { kind: "fault", code: "DivideByZero", operation: "inv", clk: 5n, deterministic: true, target: null };
    const fault = bundleForm({ ...bundle, statement: { ...bundle.statement, outcome, cycleLimit: 2n ** 64n - 1n } });
    assert.ok(isValid(fault), JSON.stringify(isValid.errors));
});

test("malformed forms are invalid", async () => {
    const form = bundleForm(await stored());
    for (const change of [
        (form) => (form.extra = 1),
        (form) => delete form.proof,
        (form) => (form.version = 2),
        (form) => (form.proof = "+/8"),
        (form) => delete form.statement.kernel,
        (form) => (form.statement.kernels = []),
        (form) => (form.statement.program = form.statement.program.toUpperCase() + "F"),
        (form) => (form.statement.inputs[0] = "01"),
        (form) => (form.statement.inputs[0] = -1),
        (form) => (form.statement.outputs = Array(65537).fill("0")),
        (form) => (form.statement.outcome = { fault: {} }),
    ]) {
        const copy = structuredClone(form);
        change(copy);
        assert.ok(!isValid(copy), change.toString());
    }
});
