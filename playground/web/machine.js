// Workers as promises.

/** A worker with the machine. Its operations run one after the other. */
export class Machine {
    #module;
    #url;
    #worker = null;
    #waiting = new Map();
    #ids = 0;
    #onProgress;

    constructor(module, url, onProgress = () => {}) {
        this.#module = module;
        this.#url = url;
        this.#onProgress = onProgress;
    }

    /** The result of an operation; `null` if it was cancelled. */
    call(operation, request, bytes) {
        this.#worker ??= this.#start();
        const id = ++this.#ids;
        return new Promise((resolve) => {
            this.#waiting.set(id, resolve);
            this.#worker.postMessage({ id, operation, request, bytes });
        });
    }

    /** Ends the worker, whatever it does; the next operation starts another one. */
    cancel() {
        this.#worker?.terminate();
        this.#finish(null);
    }

    #start() {
        const worker = new Worker(this.#url);
        worker.addEventListener("message", ({ data: { progress, id, ...result } }) => {
            if (progress) {
                this.#onProgress(progress);
                return;
            }
            this.#waiting.get(id)?.(result);
            this.#waiting.delete(id);
        });
        worker.addEventListener("error", ({ message }) => {
            worker.terminate();
            this.#finish({ answer: { outcome: "error", error: "Stopped", message: `the worker stopped: ${message}` }, milliseconds: 0 });
        });
        worker.postMessage({ module: this.#module });
        return worker;
    }

    #finish(result) {
        this.#worker = null;
        const waiting = [...this.#waiting.values()];
        this.#waiting.clear();
        waiting.forEach((resolve) => resolve(result));
    }
}
