// Debian ships KissFFT's library in single precision only; its header-only template gives both.
#include "CFourier.h"

#include <complex>
#include <kissfft/kissfft.hh>
#include <memory>
#include <new>

#define FOURIER_EXPORT __attribute__((visibility("default")))

struct fourier_plan {
  kissfft<double> transform;
  fourier_plan(std::size_t count, bool inverse) : transform(count, inverse) {}
};

FOURIER_EXPORT fourier_plan *fourier_plan_make(int32_t count, int32_t inverse) {
  if (count <= 0) return nullptr;
  try {
    return new fourier_plan(static_cast<std::size_t>(count), inverse != 0);
  } catch (const std::exception &) {
    return nullptr;
  }
}

FOURIER_EXPORT void fourier_plan_run(
    fourier_plan *plan, const double *source, double *destination) {
  plan->transform.transform(
      reinterpret_cast<const std::complex<double> *>(source),
      reinterpret_cast<std::complex<double> *>(destination));
}

FOURIER_EXPORT void fourier_plan_free(fourier_plan *plan) { delete plan; }
