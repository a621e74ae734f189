// JPEG 2000 and High-Throughput JPEG 2000 (ISO/IEC 15444-1 and -15).
#ifndef RDCM_CODESTREAM_HPP
#define RDCM_CODESTREAM_HPP

#include <string>
#include <vector>

#include "RdcmFragments.hpp"
#include "rdcm_read.h"

namespace rdcm {

/// Whether frames of a transfer syntax are JPEG 2000 codestreams (PS3.6 table A-1).
bool is_codestream_syntax(const std::string &syntax);

/// Whether bytes begin a codestream, or the boxes of a JP2 file around one.
bool begins_codestream(const uint8_t *bytes, size_t count);

/// What a codestream says of itself, and where it lies in its frame.
struct Codestream {
  rdcm_codestream header{};
  uint64_t start = 0;
  uint64_t end = 0;
};

/// Follows the markers of a codestream from its first to its last, without decoding. Throws
/// `Broken`: RDCM_TRUNCATED where a part of a tile is missing, RDCM_MALFORMED where it is none.
Codestream codestream_of(const CodedFrame &frame);

/// Decodes a codestream that `codestream_of` has found whole; samples of all components, those of
/// one pixel side by side. Throws `Broken`.
std::vector<int32_t> decoded_samples(const CodedFrame &frame, const Codestream &codestream);

}  // namespace rdcm

#endif
