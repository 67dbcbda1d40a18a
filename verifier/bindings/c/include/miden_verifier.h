/* The verifier of the Miden machine. Written by cbindgen from verifier/bindings/c/src; a test compares them.
 *
 * Every function may be called from several threads at once. None keeps a pointer, and nothing has to be freed. */

#ifndef MIDEN_VERIFIER_H
#define MIDEN_VERIFIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The outcome of an expectation that accepts success and every fault.
#define MIDEN_ANY_OUTCOME 4294967295

// The code of a call whose arguments are wrong, whatever the proof: a null pointer where none is allowed, a hash that
// is not one, the number of a fault or a parameter set that does not exist.
#define MIDEN_INVALID_ARGUMENT 4294967295

// Difference: the program.
#define MIDEN_PROGRAM 1

// Difference: the kernel.
#define MIDEN_KERNEL 2

// Difference: the initial stack.
#define MIDEN_INPUTS 4

// Difference: the final stack.
#define MIDEN_OUTPUTS 8

// Difference: the outcome.
#define MIDEN_OUTCOME 16

// Difference: the cycle limit.
#define MIDEN_CYCLE_LIMIT 32

// One of the two stacks of a statement.
typedef enum MidenStack {
  // The initial stack, bottom first.
  MIDEN_INITIAL_STACK,
  // The final stack, top first.
  MIDEN_FINAL_STACK,
} MidenStack;

// The result of a verification.
typedef struct MidenVerdict {
  // 0 if the proof is accepted, otherwise the stable number of the error, or `MIDEN_INVALID_ARGUMENT`. The other fields
  // are then 0, except for `differences`.
  uint32_t code;
  // The parts of the statement that are not as expected: a sum of `MIDEN_PROGRAM` and its like.
  uint32_t differences;
  // Number of the parameter set.
  uint32_t parameter_set;
  // Binary logarithm of the number of rows of the trace.
  uint32_t rows_log2;
  // Whether the proof has a form that hides the execution.
  bool hides;
  // Conjectured security in bits.
  uint32_t conjectured;
  // Proven security in bits.
  uint32_t proven;
} MidenVerdict;

// The proofs that are accepted. All zeros, or a null pointer instead, accepts each parameter set at the level that it
// promises.
typedef struct MidenPolicy {
  // Bit i accepts the parameter set with number i; 0 accepts all.
  uint32_t parameter_sets;
  // Whether a proof must hide the execution.
  bool hiding;
  // Least conjectured security in bits.
  uint32_t conjectured;
  // Least proven security in bits.
  uint32_t proven;
} MidenPolicy;

// The statements that are accepted. With everything but `program` zero: success of the program, without kernel and
// cycle limit, on any inputs and with any outputs.
typedef struct MidenExpectation {
  // Program hash, from a source that you trust: 64 hexadecimal digits.
  const char *program;
  // Hashes of the procedures of the kernel.
  const char *const *kernel;
  // Number of hashes in `kernel`.
  size_t kernel_len;
  // The initial stack, bottom first; zeros at the bottom may be omitted. Null accepts any.
  const uint64_t *inputs;
  // Number of items in `inputs`.
  size_t inputs_len;
  // The final stack, top first; zeros at the bottom may be omitted. Null accepts any.
  const uint64_t *outputs;
  // Number of items in `outputs`.
  size_t outputs_len;
  // 0 for success, the number of a fault, or `MIDEN_ANY_OUTCOME`.
  uint32_t outcome;
  // The cycle limit of the statement; null for none.
  const uint64_t *cycle_limit;
} MidenExpectation;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Verifies that `proof` proves exactly `statement`, which is in its binary form. `policy` may be null.
//
// # Safety
// Pointers must be null or lead to as much memory as their lengths say, which nothing writes during the call.
struct MidenVerdict miden_verify(const uint8_t *statement,
                                 size_t statement_len,
                                 const uint8_t *proof,
                                 size_t proof_len,
                                 const struct MidenPolicy *policy);

// Verifies that the statement of a bundle, in its binary or its JSON form, is as expected, and that its proof proves it.
// `policy` may be null.
//
// # Safety
// Pointers, also those in `*expected`, must be null or lead to as much memory as their lengths say, texts with a zero at
// the end; nothing writes there during the call.
struct MidenVerdict miden_verify_bundle(const uint8_t *bundle,
                                        size_t bundle_len,
                                        const struct MidenExpectation *expected,
                                        const struct MidenPolicy *policy);

// Copies the items of a stack of a bundle, at most `capacity` of them, and returns their number, at least 16: 0 if there is
// no such stack, the bundle is malformed, or a pointer is null. `stack` is a `MidenStack`. It is what the bundle states;
// verify it first.
//
// # Safety
// Pointers must be null or lead to as much memory as their lengths say; nothing writes to the bundle during the call, and
// nothing else reads or writes the items.
size_t miden_bundle_stack(const uint8_t *bundle,
                          size_t bundle_len,
                          uint32_t stack,
                          uint64_t *items,
                          size_t capacity);

// Name of the kind of error with this number, as the book lists them; `Accepted` for 0, `Unknown` for a number that no error has.
// The text is static.
const char *miden_error_kind(uint32_t code);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* MIDEN_VERIFIER_H */
