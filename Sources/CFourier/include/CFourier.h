#ifndef CFOURIER_H
#define CFOURIER_H
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/// A complex discrete Fourier transform of one length and direction, in double precision.
/// Owned by the caller; free with `fourier_plan_free`. One plan, one thread.
typedef struct fourier_plan fourier_plan;

/// Makes a plan for `count` complex samples. Null when `count` is not positive or memory is short.
/// The inverse is not scaled: forward then inverse multiplies by `count`.
fourier_plan *fourier_plan_make(int32_t count, int32_t inverse);

/// Transforms `count` interleaved (real, imaginary) pairs. `source` and `destination` differ.
void fourier_plan_run(fourier_plan *plan, const double *source, double *destination);

void fourier_plan_free(fourier_plan *plan);

#ifdef __cplusplus
}
#endif
#endif
