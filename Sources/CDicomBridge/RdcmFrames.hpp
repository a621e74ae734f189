// Frames as their codings give them: bytes of native pixel data, coded frames, and what the
// toolkit's decoders make of them.
#ifndef RDCM_FRAMES_HPP
#define RDCM_FRAMES_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "RdcmFile.hpp"
#include "RdcmFragments.hpp"
#include "rdcm_read.h"

namespace rdcm {

/// The UID that the file meta information names; empty without one.
std::string transfer_syntax_of(rdcm_file &file);

/// The coded frames of a file, found when they are asked for first. Throws `Broken`.
const CodedFrames &coded_frames(rdcm_file &file);

/// The bytes of native pixel data from the one that holds a bit on, words of `word` bytes with
/// their low byte first. Throws `Broken` where they end too early.
std::vector<uint8_t> native_bytes(
    const rdcm_file &file, const rdcm_layout &layout, uint64_t first_bit, uint64_t bit_count,
    size_t word);

/// What a coded frame must be like.
struct CodedGrid {
  uint32_t rows;
  uint32_t columns;
  uint32_t components;
};

/// Decodes a JPEG or JPEG-LS frame by the toolkit, once it is known to fit the buffer. `precision`
/// becomes the stream's bits a sample: above 8 they are words. Colours stay as they are coded.
rdcm_status decode_by_toolkit(
    rdcm_file &file, uint32_t frame, const CodedGrid &grid, void *samples, size_t size,
    unsigned &precision);

}  // namespace rdcm

#endif
