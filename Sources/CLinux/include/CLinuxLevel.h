#ifndef CLINUX_LEVEL_H
#define CLINUX_LEVEL_H
// Levels of the x86-64 instruction set, as its psABI names them.

/// The level that whoever includes this was built for: 4, 3, or 0 for less and for other processors.
static inline int clinux_built_level(void) {
#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512CD__) && \
    defined(__AVX512DQ__) && defined(__AVX512VL__)
  return 4;
#elif defined(__AVX2__) && defined(__FMA__) && defined(__BMI2__)
  return 3;
#else
  return 0;
#endif
}

/// The level that the processor and the system's saving of its registers allow, in the same way.
int clinux_processor_level(void);

#endif
