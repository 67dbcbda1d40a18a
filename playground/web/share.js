// Source and inputs in the fragment of an address, which browsers send to nobody.

const VERSION = "1";
const MAX_BYTES = 1 << 20;
const FIELDS = ["source", "kernel", "stack", "advice", "limit", "set"];

/** The fragment for fields that are texts; empty ones are left out. */
export async function toFragment(fields) {
    const given = Object.fromEntries(FIELDS.filter((name) => fields[name]).map((name) => [name, fields[name]]));
    const bytes = new TextEncoder().encode(JSON.stringify(given));
    const compressed = await transform(bytes, new CompressionStream("deflate-raw"));
    const binary = Array.from(compressed, (byte) => String.fromCharCode(byte)).join("");
    return `${VERSION}.${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** The fields of a fragment; throws an error if it is not one of ours. */
export async function fromFragment(fragment) {
    const [version, data, ...rest] = fragment.replace(/^#/, "").split(".");
    if (version !== VERSION || data === undefined || rest.length > 0 || !/^[\w-]*$/.test(data)) {
        throw new Error("this link is not one of this page, or is cut off");
    }
    let fields;
    try {
        const binary = atob(data.replaceAll("-", "+").replaceAll("_", "/"));
        const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
        const text = await transform(bytes, new DecompressionStream("deflate-raw"));
        fields = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
    } catch (error) {
        throw new Error("this link is damaged", { cause: error });
    }
    const known = Object.entries(fields ?? {}).every(([name, value]) => FIELDS.includes(name) && typeof value === "string");
    if (fields === null || typeof fields !== "object" || Array.isArray(fields) || !known) {
        throw new Error("this link is from another version of this page");
    }
    return { ...Object.fromEntries(FIELDS.map((name) => [name, ""])), ...fields };
}

/** The bytes after a transformation; a few bytes of a link must not fill the memory. */
async function transform(bytes, stream) {
    const chunks = [];
    let length = 0;
    for await (const chunk of chunksOf(new Blob([bytes]).stream().pipeThrough(stream))) {
        length += chunk.length;
        if (length > MAX_BYTES) {
            throw new RangeError("too long");
        }
        chunks.push(chunk);
    }
    return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

async function* chunksOf(stream) {
    const reader = stream.getReader();
    try {
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
            yield next.value;
        }
    } finally {
        reader.cancel().catch(() => {});
    }
}
