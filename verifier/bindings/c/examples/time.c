/* time FILE…: the median time to verify each proof bundle, in milliseconds, one per line. The file must be in binary form,
 * and its statement is taken as it is, which only a measurement should do. */

#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "miden_verifier.h"

enum { RUNS = 101, HASH_AT = 6, HASH_BYTES = 32 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return 1e3 * (double)time.tv_sec + 1e-6 * (double)time.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    static uint8_t file[1 << 22];
    for (int i = 1; i < argc; i++) {
        FILE *stream = fopen(argv[i], "rb");
        size_t length = stream == NULL ? 0 : fread(file, 1, sizeof file, stream);
        if (length < HASH_AT + HASH_BYTES) return 2;
        fclose(stream);
        char program[2 * HASH_BYTES + 1];
        for (int j = 0; j < HASH_BYTES; j++) snprintf(program + 2 * j, 3, "%02x", file[HASH_AT + j]);
        MidenExpectation expected = {.program = program, .outcome = MIDEN_ANY_OUTCOME};
        double times[RUNS];
        for (int run = 0; run < RUNS; run++) {
            double start = now();
            if (miden_verify_bundle(file, length, &expected, NULL).code != 0) return 1;
            times[run] = now() - start;
        }
        qsort(times, RUNS, sizeof *times, ascending);
        printf("%.3f\n", times[RUNS / 2]);
    }
    return 0;
}
