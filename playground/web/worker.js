// Performs one operation after the other, away from the page. To cancel one, the page ends the worker.

import { Engine, seed } from "./engine.js";

let engine;

addEventListener("message", ({ data: { module, id, operation, request, bytes } }) => {
    if (module) {
        engine = new Engine(module, (stage, permille) => postMessage({ progress: { stage, permille } }));
        return;
    }
    const start = performance.now();
    const result = engine.call(operation, request, operation === "prove" ? seed() : bytes);
    postMessage({ id, ...result, milliseconds: performance.now() - start });
});
