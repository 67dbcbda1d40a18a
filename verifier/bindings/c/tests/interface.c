/* interface FIXTURES BUNDLE: tests of the C interface with the stored proof of the verifier's tests. Writes its bundle.
 *
 * Buffers on the heap have exactly the size of their content, so that the address sanitizer sees every read beyond. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "miden_verifier.h"

static int failed, passed;

static void check_code(const char *what, uint32_t code, uint32_t expected) {
    if (code == expected) {
        passed++;
    } else {
        failed++;
        printf("%s: %s, expected %s\n", what, miden_error_kind(code), miden_error_kind(expected));
    }
}

static void check(const char *what, bool holds) {
    if (holds) {
        passed++;
    } else {
        failed++;
        printf("%s\n", what);
    }
}

typedef struct Bytes {
    uint8_t *data;
    size_t length;
} Bytes;

static Bytes allocate(size_t length) {
    Bytes bytes = {malloc(length), length};
    if (bytes.data == NULL && length > 0) abort();
    return bytes;
}

static Bytes read_file(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) {
        perror(path);
        exit(2);
    }
    fseek(stream, 0, SEEK_END);
    Bytes bytes = allocate((size_t)ftell(stream));
    rewind(stream);
    if (fread(bytes.data, 1, bytes.length, stream) != bytes.length) exit(2);
    fclose(stream);
    return bytes;
}

static void append(Bytes *bytes, const void *data, size_t length) {
    bytes->data = realloc(bytes->data, bytes->length + length);
    if (bytes->data == NULL) abort();
    memcpy(bytes->data + bytes->length, data, length);
    bytes->length += length;
}

static void append_u32(Bytes *bytes, uint32_t value) {
    uint8_t parts[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24)};
    append(bytes, parts, sizeof parts);
}

static void append_u64(Bytes *bytes, uint64_t value) {
    append_u32(bytes, (uint32_t)value);
    append_u32(bytes, (uint32_t)(value >> 32));
}

static void append_items(Bytes *bytes, const uint64_t *items, size_t count) {
    append_u32(bytes, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        append_u64(bytes, items[i]);
    }
}

enum { DEPTH = 22, NOOP = 0x01, ASSERT = 0x79 };
static uint64_t inputs[DEPTH], outputs[DEPTH];
static char program[65];

/* The binary form of a statement about the loop that adds the numbers from 10 down to 1, up to the outcome. */
static Bytes statement_until_outcome(const char *magic, size_t depth) {
    Bytes bytes = {NULL, 0};
    append(&bytes, magic, 4);
    append(&bytes, "\1", 2);
    for (int i = 0; i < 32; i++) {
        unsigned byte = 0;
        sscanf(program + 2 * i, "%2x", &byte);
        uint8_t value = (uint8_t)byte;
        append(&bytes, &value, 1);
    }
    append_u32(&bytes, 0);
    append_items(&bytes, inputs, DEPTH);
    append_items(&bytes, outputs, depth);
    return bytes;
}

/* The statement that is true, with other magic bytes for a bundle: success without a limit. */
static Bytes statement(const char *magic) {
    Bytes bytes = statement_until_outcome(magic, DEPTH);
    append(&bytes, "\0", 2);
    return bytes;
}

/* The claim of a limit, of a failed assertion, or of an end by the limit, in this cycle. */
static Bytes claim(const char *kind, uint64_t cycles) {
    bool limit = strcmp(kind, "limit") == 0, fault = strcmp(kind, "fault") == 0;
    Bytes bytes = statement_until_outcome("MDST", limit ? DEPTH : 16);
    if (limit) {
        append(&bytes, "\0", 1);
    } else {
        const uint8_t code_and_operation[2] = {fault ? 1 : 11, fault ? ASSERT : NOOP};
        append(&bytes, code_and_operation, 2);
        append_u64(&bytes, cycles);
        append(&bytes, "\1", 1);
    }
    append(&bytes, fault ? "\0" : "\1", 1);
    if (!fault) append_u64(&bytes, cycles);
    return bytes;
}

static bool is_claim(const char *kind) {
    return strcmp(kind, "limit") == 0 || strcmp(kind, "fault") == 0 || strcmp(kind, "stop") == 0;
}

static Bytes altered(Bytes bytes, const char *kind, size_t a, unsigned b) {
    if (strcmp(kind, "truncate") == 0) {
        Bytes copy = allocate(a);
        memcpy(copy.data, bytes.data, a);
        return copy;
    }
    bool appends = strcmp(kind, "append") == 0;
    Bytes copy = allocate(bytes.length + (appends ? a : 0));
    memcpy(copy.data, bytes.data, bytes.length);
    if (appends) {
        memset(copy.data + bytes.length, (int)b, a);
    } else if (strcmp(kind, "flip") == 0) {
        copy.data[a] ^= (uint8_t)b;
    } else if (strcmp(kind, "set") == 0) {
        copy.data[a] = (uint8_t)b;
    } else if (strcmp(kind, "overwrite") != 0) {
        printf("no such change: %s\n", kind);
        exit(2);
    } else {
        size_t rest = bytes.length - a;
        memset(copy.data + a, (int)b, rest < 16 ? rest : 16);
    }
    return copy;
}

/* Every verdict is that of the native verifier. */
static void verdicts(const char *fixtures, Bytes stated, Bytes proof) {
    char path[4096], line[256];
    snprintf(path, sizeof path, "%s/verdicts.json", fixtures);
    FILE *stream = fopen(path, "r");
    int cases = 0;
    while (stream != NULL && fgets(line, sizeof line, stream) != NULL) {
        char part[16], kind[16];
        size_t a;
        unsigned b, expected;
        if (sscanf(line, " [\"%15[a-z]\", \"%15[a-z]\", %zu, %u, %u]", part, kind, &a, &b, &expected) != 5) continue;
        bool of_proof = strcmp(part, "proof") == 0;
        Bytes copy = is_claim(kind) ? claim(kind, ((uint64_t)a << 32) + b) : altered(of_proof ? proof : stated, kind, a, b);
        Bytes first = of_proof ? stated : copy, second = of_proof ? copy : proof;
        check_code(line, miden_verify(first.data, first.length, second.data, second.length, NULL).code, expected);
        free(copy.data);
        cases++;
    }
    check("more than a thousand cases", cases > 1000);
    if (stream != NULL) fclose(stream);
}

static MidenVerdict verify_bundle(Bytes bundle, MidenExpectation expected) {
    return miden_verify_bundle(bundle.data, bundle.length, &expected, NULL);
}

static void expectations(Bytes bundle) {
    static const char other[] = "0000000000000000000000000000000000000000000000000000000000000001";
    const char *kernel[] = {other}, *no_hash[] = {NULL};
    const uint64_t limit = 9, not_canonical = UINT64_MAX;
    MidenExpectation expected = {.program = program};
    MidenVerdict verdict = verify_bundle(bundle, expected);
    check_code("open stacks", verdict.code, 0);
    check("the parameters are reported", verdict.parameter_set == 2 && verdict.rows_log2 == 10 && verdict.hides
          && verdict.conjectured == 96 && verdict.differences == 0);

    MidenExpectation given = {.program = program, .inputs = inputs, .inputs_len = DEPTH, .outputs = outputs,
                              .outputs_len = DEPTH, .outcome = MIDEN_ANY_OUTCOME};
    check_code("given stacks", verify_bundle(bundle, given).code, 0);
    given.outputs_len--;
    given.inputs++;
    given.inputs_len--;
    given.program = other;
    given.kernel = kernel;
    given.kernel_len = 1;
    given.outcome = 2;
    given.cycle_limit = &limit;
    verdict = verify_bundle(bundle, given);
    check_code("another statement", verdict.code, 402);
    check("every part differs", verdict.differences == 63);
    expected.outcome = 2;
    check("the outcome differs", verify_bundle(bundle, expected).differences == MIDEN_OUTCOME);

    MidenExpectation wrong[] = {
        {.program = NULL},
        {.program = "12"},
        {.program = "\xff"},
        {.program = program, .kernel = no_hash, .kernel_len = 1},
        {.program = program, .kernel_len = 1},
        {.program = program, .inputs = &not_canonical, .inputs_len = 1},
        {.program = program, .outputs = &not_canonical, .outputs_len = SIZE_MAX},
        {.program = program, .outcome = 200},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        check_code("a wrong argument", verify_bundle(bundle, wrong[i]).code, MIDEN_INVALID_ARGUMENT);
    }
    check_code("no expectation", miden_verify_bundle(bundle.data, bundle.length, NULL, NULL).code, MIDEN_INVALID_ARGUMENT);
    check_code("no bundle", miden_verify_bundle(NULL, 9, &given, NULL).code, MIDEN_INVALID_ARGUMENT);
}

static void policies(Bytes stated, Bytes proof) {
    struct {
        MidenPolicy policy;
        uint32_t code;
    } cases[] = {
        {{0}, 0},
        {{.parameter_sets = 1 << 2, .hiding = true, .conjectured = 96}, 0},
        {{.parameter_sets = 1 << 3}, 307},
        {{.parameter_sets = 1 << 0}, MIDEN_INVALID_ARGUMENT},
        {{.conjectured = 128}, 309},
        {{.proven = 100}, 309},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        MidenVerdict verdict = miden_verify(stated.data, stated.length, proof.data, proof.length, &cases[i].policy);
        check_code("a policy", verdict.code, cases[i].code);
    }
    check_code("no proof", miden_verify(stated.data, stated.length, NULL, 0, NULL).code, 301);
    check_code("a null pointer", miden_verify(NULL, stated.length, proof.data, proof.length, NULL).code, MIDEN_INVALID_ARGUMENT);
}

static void stacks(Bytes bundle) {
    uint64_t *items = malloc(DEPTH * sizeof *items);
    if (items == NULL) abort();
    check("22 items", miden_bundle_stack(bundle.data, bundle.length, MIDEN_INITIAL_STACK, items, DEPTH) == DEPTH);
    check("the initial stack", memcmp(items, inputs, sizeof inputs) == 0);
    items = realloc(items, 2 * sizeof *items);
    if (items == NULL) abort();
    check("22 items", miden_bundle_stack(bundle.data, bundle.length, MIDEN_FINAL_STACK, items, 2) == DEPTH);
    check("the top of the final stack", items[0] == 0 && items[1] == 55);
    check("22 items", miden_bundle_stack(bundle.data, bundle.length, MIDEN_FINAL_STACK, NULL, 0) == DEPTH);
    check("no third stack", miden_bundle_stack(bundle.data, bundle.length, 2, NULL, 0) == 0);
    check("no items without a place", miden_bundle_stack(bundle.data, bundle.length, MIDEN_FINAL_STACK, NULL, 1) == 0);
    check("no bundle", miden_bundle_stack(bundle.data, bundle.length - 1, MIDEN_FINAL_STACK, items, 2) == 0);
    free(items);
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    Bytes proof = read_file(argv[1], "format-5.bin"), digest = read_file(argv[1], "format-5.digest");
    memcpy(program, digest.data, 64);
    free(digest.data);
    for (uint64_t i = 0; i < 20; i++) {
        inputs[i] = 100 + i;
        outputs[2 + i] = 119 - i;
    }
    inputs[21] = 10;
    outputs[1] = 55;
    Bytes stated = statement("MDST"), bundle = statement("MDPB");
    append_u32(&bundle, (uint32_t)proof.length);
    append(&bundle, proof.data, proof.length);

    verdicts(argv[1], stated, proof);
    expectations(bundle);
    policies(stated, proof);
    stacks(bundle);
    check_code("a file that is not a bundle", verify_bundle(stated, (MidenExpectation){.program = program}).code, 401);
    check("names", strcmp(miden_error_kind(402), "OtherStatement") == 0 && strcmp(miden_error_kind(0), "Accepted") == 0
          && strcmp(miden_error_kind(1), "Unknown") == 0 && strcmp(miden_error_kind(MIDEN_INVALID_ARGUMENT), "InvalidArgument") == 0);

    FILE *stream = fopen(argv[2], "wb");
    check("the bundle is written", stream != NULL && fwrite(bundle.data, 1, bundle.length, stream) == bundle.length);
    if (stream != NULL) fclose(stream);
    free(stated.data);
    free(bundle.data);
    free(proof.data);
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
