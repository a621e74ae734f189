// Run lengths: the RLE Lossless transfer syntax (PS3.5 annex G).
#ifndef RDCM_RUN_LENGTHS_HPP
#define RDCM_RUN_LENGTHS_HPP

#include <cstddef>
#include <cstdint>

#include "RdcmFragments.hpp"

namespace rdcm {

/// RLE Lossless.
constexpr char run_length_syntax[] = "1.2.840.10008.1.2.5";

/// Decodes a frame into samples of `width` bytes, low byte first, the `colours` samples of one pixel
/// side by side. Throws `Broken` where the run lengths do not fit the header, or end too early.
void decode_run_lengths(
    const CodedFrame &frame, size_t colours, size_t width, uint8_t *samples, uint64_t pixels);

/// Decodes a frame of one sample of 16 bits a pixel into words. Throws `Broken`.
void decode_run_lengths(const CodedFrame &frame, uint16_t *words, uint64_t pixels);

}  // namespace rdcm

#endif
