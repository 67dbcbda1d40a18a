// Links.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";

import { fromFragment, toFragment } from "../web/share.js";

const link = (content) => `#1.${deflateRawSync(content).toString("base64url")}`;

test("fields survive the round trip", async () => {
    const fields = { source: "begin # 𝄞\n  add\nend\n", kernel: "", stack: "1, 2", advice: "", limit: "7", set: "std-128" };
    const fragment = await toFragment(fields);
    assert.match(fragment, /^1\.[\w-]+$/);
    assert.deepEqual(await fromFragment(`#${fragment}`), fields);
    const long = { ...fields, source: "add ".repeat(30000) };
    assert.deepEqual(await fromFragment(await toFragment(long)), long);
});

test("damaged, foreign and oversized links are rejected", async () => {
    const good = await toFragment({ source: "begin add end" });
    for (const fragment of ["", "#", "#2.abc", "#1", "#1.a.b", "#1.%00", `#${good.slice(0, -4)}`, "#1.AAAA", link("[]"), link("null"), link("1"), link('{"source":1}'), link('{"other":"1"}'), link("\xff")]) {
        await assert.rejects(fromFragment(fragment), /^Error: this link/, fragment);
    }
    const long = (length) => fromFragment(link(JSON.stringify({ source: "#".repeat(length) })));
    await assert.rejects(long(50 << 20), /this link is damaged/);
    assert.equal((await long(1 << 19)).source.length, 1 << 19);
});
