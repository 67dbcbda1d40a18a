// The module: requests and answers as objects, in any JavaScript environment.

const OPERATIONS = ["describe", "check", "run", "analyze", "prove", "verify"];
const [REQUEST, BYTES, ANSWER, BUNDLE] = [0, 1, 2, 3];
const SEED_BYTES = 32;

export class Engine {
    #module;
    #progress;
    #exports = null;

    /** `progress` gets the position of the stage and the thousandths of a proof that are done. */
    constructor(module, progress = () => {}) {
        this.#module = module;
        this.#progress = progress;
    }

    /** Performs an operation; returns its answer, and the bytes of a proof bundle after `prove`. Throws nothing. */
    call(operation, request = {}, bytes = new Uint8Array()) {
        try {
            return this.#call(OPERATIONS.indexOf(operation), request, bytes);
        } catch (error) {
            // After a trap, the memory of the instance is in no defined state.
            this.#exports = null;
            const message = error instanceof WebAssembly.RuntimeError ? "the machine ran out of memory, or has a bug" : error.message;
            return failed("Stopped", `${message} (${error})`);
        }
    }

    #call(operation, request, bytes) {
        const text = request instanceof Uint8Array ? request : new TextEncoder().encode(JSON.stringify(request));
        if (!this.#write(REQUEST, text)) {
            return failed("RequestTooLong", `the request has ${text.length} bytes, which are too many`);
        }
        if (!this.#write(BYTES, bytes)) {
            return failed("BundleTooLong", `the file has ${bytes.length} bytes, too many for a proof bundle`);
        }
        this.#instance().call(operation);
        const bundle = this.#read(BUNDLE).slice();
        return { answer: JSON.parse(new TextDecoder().decode(this.#read(ANSWER))), bundle };
    }

    #instance() {
        const imports = { playground: { progress: this.#progress } };
        this.#exports ??= new WebAssembly.Instance(this.#module, imports).exports;
        return this.#exports;
    }

    #write(index, bytes) {
        const { buffer, memory } = this.#instance();
        const address = buffer(index, bytes.length) >>> 0;
        if (address !== 0) {
            new Uint8Array(memory.buffer, address, bytes.length).set(bytes);
        }
        return address !== 0;
    }

    #read(index) {
        const { address, length, memory } = this.#instance();
        return new Uint8Array(memory.buffer, address(index) >>> 0, length(index) >>> 0);
    }
}

/** Randomness for a proof, which hides the execution with it. */
export function seed() {
    return crypto.getRandomValues(new Uint8Array(SEED_BYTES));
}

function failed(error, message) {
    return { answer: { outcome: "error", error, message }, bundle: new Uint8Array() };
}
