// The page in headless Chromium, from a file without network; skipped where there is no browser.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { chromium } from "playwright-core";

import { built, bundleBytes, bundleForm, stored } from "./support.mjs";

const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
const skip = executablePath === undefined && "no browser is installed";
const { encodeStatement } = await import(built("npm/index.js"));
const bundle = await stored();
let browser, page, folder;
const requests = [];

before(async () => {
    if (skip) {
        return;
    }
    folder = await mkdtemp(join(tmpdir(), "verify-"));
    const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
    browser = await chromium.launch({ executablePath, args });
    page = await browser.newPage();
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(built("verify.html").href);
});

after(async () => {
    await browser?.close();
    if (folder) {
        await rm(folder, { recursive: true });
    }
});

/** The verdict on a file with this content. */
async function choose(content, hash = bundle.statement.program) {
    const path = join(folder, "file");
    await writeFile(path, content);
    await page.fill("#program", hash);
    await page.setInputFiles("#file", []);
    await page.setInputFiles("#file", path);
    await page.waitForFunction(() => /valid/i.test(document.getElementById("verdict").textContent));
    return { verdict: await page.textContent("#verdict"), reason: await page.textContent("#reason") };
}

test("a good bundle is valid, in both forms, and its statement is shown", { skip }, async () => {
    for (const content of [bundleBytes(encodeStatement, bundle), JSON.stringify(bundleForm(bundle))]) {
        assert.equal((await choose(content)).verdict, "Valid");
    }
    const details = await page.textContent("#details");
    for (const text of ["Proven statement", bundle.statement.program, "small-96", "queries", " ms"]) {
        assert.ok(details.includes(text), text);
    }
    if (process.env.SCREENSHOT) {
        await page.screenshot({ path: process.env.SCREENSHOT, fullPage: true });
    }
    assert.match((await choose(bundleBytes(encodeStatement, bundle), "")).verdict, /for the statement below/);
});

test("other files are invalid, with the reason", { skip }, async () => {
    const proof = Uint8Array.from(bundle.proof);
    proof[proof.length >> 1] ^= 1;
    const altered = await choose(bundleBytes(encodeStatement, { ...bundle, proof }));
    assert.equal(altered.verdict, "Invalid");
    assert.match(altered.reason, /\(\w+, 3\d\d\)$/);
    const statement = { ...bundle.statement, outputs: bundle.statement.outputs.with(1, 56n) };
    const wrong = await choose(bundleBytes(encodeStatement, { ...bundle, statement }));
    assert.match(wrong.reason, /\(ProofOfWork, 315\)$/);
    assert.match(await page.textContent("#details"), /Claimed statement, not proven/);
    const other = await choose(bundleBytes(encodeStatement, bundle), "1".padStart(64, "0"));
    assert.match(other.reason, /Different: program\. \(OtherStatement, 402\)$/);
    assert.match((await choose("no proof at all")).reason, /this is not a Miden proof bundle/);
    assert.match((await choose(Buffer.alloc(50 << 20))).reason, /this is not a Miden proof bundle/);
    assert.match((await choose(bundleBytes(encodeStatement, bundle), "xyz")).reason, /64 lower-case hex digits/);
});

test("the page works by keyboard, names its controls, and asks for nothing", { skip }, async () => {
    await choose(bundleBytes(encodeStatement, bundle));
    await page.focus("#file");
    const order = [];
    for (const _ of Array(3)) {
        order.push(await page.evaluate(() => document.activeElement.id || document.activeElement.tagName));
        await page.keyboard.press("Tab");
    }
    assert.deepEqual(order, ["file", "program", "SUMMARY"]);
    const unnamed = await page.$$eval("input, select, textarea", (controls) => controls.filter((control) => control.labels.length !== 1).map((control) => control.id));
    assert.deepEqual(unnamed, []);
    assert.equal(await page.getAttribute("[role=status]", "aria-live"), "polite");
    assert.deepEqual(requests.filter((url) => !url.startsWith("file:") && !url.startsWith("data:")), []);
});
