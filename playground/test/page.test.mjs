// The page in headless Chromium, from a file without network; skipped where there is no browser.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { after, before, beforeEach, test } from "node:test";

import { chromium } from "playwright-core";

import { toFragment } from "../web/share.js";
import { built, example } from "./support.mjs";

const executablePath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
const skip = executablePath === undefined && "no browser is installed";
const address = built("index.html").href;
const requests = [];
const errors = [];
let browser, context, page;

before(async () => {
    if (!skip) {
        const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
        browser = await chromium.launch({ executablePath, args });
        context = await browser.newContext({ acceptDownloads: true });
    }
});

after(() => browser?.close());

beforeEach(async () => {
    if (!skip) {
        await page?.close();
        await open(address);
    }
});

async function open(url) {
    page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on("request", (request) => requests.push(request.url()));
    page.on("pageerror", (error) => errors.push(error));
    // Content that the policy of the page blocks, too.
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await page.goto(url);
    await page.waitForFunction(() => /errors?[.,]/.test(document.getElementById("checked").textContent));
}

/** Types a source over the one in the editor. */
async function enter(source) {
    await page.click(".cm-content");
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(source);
}

const text = (selector) => page.textContent(selector);
const isDisabled = async (id) => (await page.getAttribute(`#${id}`, "aria-disabled")) === "true";

/** Presses a button, and waits for the verdict. */
async function perform(id) {
    await page.click(`#${id}`);
    await page.waitForFunction(() => document.getElementById("working").hidden);
    return text("#verdict");
}

async function loadExample(name) {
    await page.selectOption("#example", { label: await page.$$eval("#example option", (options, name) => options.map(({ label }) => label).find((label) => label.startsWith(`${name}:`)), name) });
}

test("a mistyped instruction is marked, with a suggestion", { skip }, async () => {
    assert.equal(await text("#checked"), "No errors.");
    await enter("begin\n    push.1 addd\nend\n");
    await page.waitForSelector("#diagnostics .error");
    assert.match(await text("#diagnostics"), /line 2, column 12: error: unknown instruction `addd`\s*help: did you mean `add`\?/);
    assert.equal(await text("#checked"), "1 error, 0 warnings.");
    assert.equal(await text(".cm-lintRange-error"), "addd");
    await page.hover(".cm-lintRange-error");
    await page.waitForSelector(".cm-tooltip:has-text('help: did you mean `add`?')");
    await enter("begin\n    push.1 add\nend\n");
    await page.waitForFunction(() => document.getElementById("checked").textContent === "No errors.");
    assert.equal(await page.$(".cm-lintRange-error"), null);
});

test("the source is highlighted by the rules of the book", { skip }, async () => {
    await enter('# comment\nproc.f\n    push.12 assert.err="text"\nend\n');
    const colors = await page.$$eval(".cm-line span", (spans) => Object.fromEntries(spans.map((span) => [span.textContent, getComputedStyle(span).color])));
    assert.ok(["# comment", "proc", "f", "12", '"text"'].every((part) => part in colors), JSON.stringify(colors));
    assert.ok(new Set(Object.values(colors)).size >= 5);
});

test("a run shows the stack, and an analysis the rows", { skip }, async () => {
    assert.equal(await perform("run"), "The program ended");
    assert.match(await text("#results"), /Final stack, top first16245143635561662896Cycles12,013/);
    await page.fill("#stack", "x");
    assert.equal(await perform("run"), "Not possible");
    assert.match(await text("#reason"), /stack: `x` is not a number/);
    await page.fill("#stack", "10");
    assert.match(await perform("analyze"), /cycles, 2\^10 rows/);
    assert.match(await text("#results"), /Rows by part of the trace.*execution.*chiplets.*padding/);
    await page.setViewportSize({ width: 400, height: 800 });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 400);
});

test("a failing program shows its line", { skip }, async () => {
    await loadExample("overdraft");
    assert.match(await perform("run"), /^The program failed/);
    assert.match(await text("#reason"), /the balance does not cover the payment/);
    assert.match(await text("#results"), /Failedline 10, column 5: assert\.err=.*in procedure check_fundsCalled byline 14, column 5/);
    assert.match(await text(".cm-lintRange-error"), /^assert\.err/);
    await page.click("#results button");
    assert.match(await page.evaluate(() => document.activeElement.className), /cm-content/);
});

test("a proof reports progress, is verified and can be saved; other statements are rejected", { skip }, async () => {
    assert.ok((await isDisabled("verify")) && (await isDisabled("download")));
    await page.fill("#stack", "600");
    const values = page.evaluate(async () => {
        const seen = new Set();
        const watch = new MutationObserver(() => seen.add(document.getElementById("stage").textContent));
        watch.observe(document.getElementById("stage"), { childList: true, characterData: true, subtree: true });
        await new Promise((resolve) => addEventListener("proven", resolve, { once: true }));
        return [...seen];
    });
    assert.equal(await perform("prove"), "Proven");
    await page.evaluate(() => dispatchEvent(new Event("proven")));
    const stages = (await values).join("\n");
    assert.match(stages, /committing to the trace, \d+ %/);
    assert.match(stages, /evaluating the constraints, \d+ %/);
    assert.match(await text("#results"), /96 bits conjectured/);
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#download")]);
    assert.equal(download.suggestedFilename(), "program.bundle");
    assert.equal((await readFile(await download.path())).subarray(0, 4).toString(), "MDPB");
    assert.equal(await perform("verify"), "Valid");
    if (process.env.SCREENSHOT) {
        await page.screenshot({ path: process.env.SCREENSHOT, fullPage: true });
    }
    await page.fill("#stack", "601");
    assert.equal(await perform("verify"), "Invalid");
    assert.match(await text("#reason"), /another statement/);
});

test("a long proof is cancelled, and the page stays usable", { skip }, async () => {
    await page.fill("#stack", "5000");
    await page.evaluate(() => (document.getElementById("more").open = true));
    await page.selectOption("#set", "proven-128");
    await page.click("#prove");
    await page.waitForFunction(() => /committing/.test(document.getElementById("stage").textContent));
    assert.ok((await isDisabled("run")) && !(await isDisabled("cancel")));
    assert.equal(page.workers().length, 2);
    // Diagnostics do not wait for the proof.
    await enter("begin addd end");
    await page.waitForSelector("#diagnostics .error");
    assert.equal(await text("#verdict"), "Proving…");
    const ended = page.workers()[1].waitForEvent("close");
    assert.equal(await perform("cancel"), "Cancelled");
    await ended;
    assert.ok((await isDisabled("cancel")) && (await isDisabled("verify")));
    await enter("begin add end");
    await page.fill("#stack", "3, 4");
    assert.equal(await perform("run"), "The program ended");
    assert.match(await text("#results"), /top first7Cycles/);
});

test("a link restores source and inputs; a damaged one says so", { skip }, async () => {
    await loadExample("kernel");
    const kernel = await page.inputValue("#kernel");
    await page.click("#share");
    await page.waitForSelector("#link:not([hidden])");
    const link = await page.inputValue("#address");
    assert.ok(link.startsWith(`${address}#1.`));
    await page.close();
    await open(link);
    assert.equal(await page.inputValue("#stack"), "100, 30");
    assert.equal(await page.inputValue("#kernel"), kernel);
    assert.equal(await perform("run"), "The program ended");
    await page.close();
    await open(`${address}#${await toFragment({ source: "begin push.41 add end", stack: "1" })}`);
    assert.match(await text(".cm-content"), /push\.41/);
    assert.equal(await perform("run"), "The program ended");
    await page.close();
    await open(`${link.slice(0, -9)}`);
    assert.equal(await text("#verdict"), "The link was not opened");
    assert.equal(await perform("run"), "The program ended");
});

test("markup in a source, an error or a link stays text", { skip }, async () => {
    const markup = '<img src=x onerror="document.title=1"></script>';
    await page.close();
    await open(`${address}#${await toFragment({ source: `begin push.0 assert.err="${markup.replaceAll('"', "'")}" end`, stack: markup })}`);
    await perform("run");
    await page.fill("#stack", "");
    await perform("run");
    assert.match(await text("#reason"), /<img src=x/);
    assert.equal(await page.$("main img"), null);
    assert.equal(await page.title(), "Miden playground");
});

test("the page works by keyboard alone, and names its controls", { skip }, async () => {
    await page.focus("#example");
    const order = [];
    for (const _ of Array(12)) {
        order.push(await page.evaluate(() => document.activeElement.id || document.activeElement.className.split(" ")[0] || document.activeElement.tagName));
        await page.keyboard.press("Tab");
    }
    assert.deepEqual(order, ["example", "share", "cm-content", "stack", "advice", "SUMMARY", "run", "analyze", "prove", "verify", "download", "cancel"]);
    await page.focus(".cm-content");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("begin push.5 end");
    await page.keyboard.press("Control+Enter");
    await page.waitForFunction(() => document.getElementById("verdict").textContent === "The program ended");
    assert.match(await text("#results"), /top first5/);
    // A button that cannot be used any more keeps the focus.
    await page.focus("#prove");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.getElementById("verdict").textContent === "Proven");
    assert.equal(await page.evaluate(() => document.activeElement.id), "prove");
    const unnamed = await page.$$eval("main input, main select, main textarea", (controls) => controls.filter(({ labels }) => labels.length !== 1).map(({ id }) => id));
    assert.deepEqual(unnamed, []);
    assert.equal(await page.getAttribute(".cm-content", "aria-label"), "Source of the program");
    assert.equal(await page.getAttribute("[aria-live]:has(#verdict)", "aria-live"), "polite");
});

test("the page follows the colours of the system, asks for nothing and has no errors", { skip }, async () => {
    const background = () => page.$eval(".cm-editor", (editor) => getComputedStyle(editor).backgroundColor);
    const light = await background();
    await page.emulateMedia({ colorScheme: "dark" });
    assert.notEqual(await background(), light);
    assert.deepEqual(requests.filter((url) => !/^(file|data|blob):/.test(url)), []);
    assert.deepEqual(errors, []);
});
