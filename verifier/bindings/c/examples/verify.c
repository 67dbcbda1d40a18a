/* verify FILE HASH: verifies a proof bundle of the program with this hash, and prints the top of its final stack. */

#include <inttypes.h>
#include <stdio.h>
#include "miden_verifier.h"

int main(int argc, char **argv) {
    static uint8_t file[1 << 22];
    FILE *stream = argc == 3 ? fopen(argv[1], "rb") : NULL;
    if (stream == NULL) return 2;
    size_t length = fread(file, 1, sizeof file, stream);
    MidenExpectation expected = {.program = argv[2]};
    MidenVerdict verdict = miden_verify_bundle(file, length, &expected, NULL);
    uint64_t top = 0;
    miden_bundle_stack(file, length, MIDEN_FINAL_STACK, &top, 1);
    printf("%s, %" PRIu64 "\n", miden_error_kind(verdict.code), top);
    return verdict.code == 0 ? 0 : 1;
}
