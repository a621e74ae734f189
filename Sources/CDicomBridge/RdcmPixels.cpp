#include "RdcmFile.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "RdcmCodestream.hpp"
#include "RdcmFrames.hpp"
#include "RdcmRunLengths.hpp"
#include "RdcmSamples.hpp"
#include "RdcmSource.hpp"
#include "rdcm_read.h"

namespace rdcm {

namespace {

/// Little-endian words of 8, 12 (two in three bytes, PS3.5 8.1.1), 16 or 32 bits, from a bit on.
void cut_all(
    const std::vector<uint8_t> &bytes, const rdcm_samples &samples, unsigned first_bit,
    int32_t *stored, uint64_t count) {
  const Cut cut(samples);
  if (samples.bits_allocated == 8) {
    for (uint64_t i = 0; i < count; ++i) stored[i] = cut(bytes[i]);
  } else if (samples.bits_allocated == 16) {
    for (uint64_t i = 0; i < count; ++i)
      stored[i] = cut(static_cast<uint32_t>(bytes[2 * i] | bytes[2 * i + 1] << 8));
  } else if (samples.bits_allocated == 32) {
    for (uint64_t i = 0; i < count; ++i) {
      const uint8_t *word = &bytes[4 * i];
      stored[i] = cut(word[0] | word[1] << 8 | word[2] << 16 | static_cast<uint32_t>(word[3]) << 24);
    }
  } else {
    for (uint64_t i = 0; i < count; ++i) {
      const uint64_t bit = first_bit + 12 * i;
      const uint32_t pair =
          static_cast<uint32_t>(bytes[bit / 8] | bytes[bit / 8 + 1] << 8);
      stored[i] = cut(pair >> (bit % 8) & 0xFFF);
    }
  }
}

rdcm_status decode_native(
    const rdcm_file &file, const rdcm_layout &layout, const rdcm_samples &samples, uint32_t frame,
    int32_t *stored, uint64_t count) {
  const uint64_t first_bit = uint64_t{frame} * count * samples.bits_allocated;
  const std::vector<uint8_t> bytes = native_bytes(
      file, layout, first_bit, count * samples.bits_allocated, samples.bits_allocated == 32 ? 4 : 2);
  cut_all(bytes, samples, static_cast<unsigned>(first_bit % 8), stored, count);
  return RDCM_OK;
}

/// Decodes a JPEG 2000 frame. Its samples are numbers, not words: of the header's bits only as many
/// count as the codestream has, and where it is lossy, what lies beyond them is an error to clamp.
rdcm_status decode_codestream(
    rdcm_file &file, const rdcm_samples &samples, uint32_t frame, int32_t *stored,
    uint64_t count) {
  const CodedFrames &pixels = coded_frames(file);
  const CodedFrame coded = pixels[frame];
  const Codestream codestream = codestream_of(coded);
  const rdcm_codestream &header = codestream.header;
  if (header.rows != samples.rows || header.columns != samples.columns)
    return fail(RDCM_MALFORMED, "the codestream has another size than Rows and Columns");
  if (header.components != 1) return fail(RDCM_UNSUPPORTED, "the codestream is a colour image");
  if (header.precision > 16) return fail(RDCM_UNSUPPORTED, "the codestream has over 16 bits");
  const std::vector<int32_t> decoded = decoded_samples(coded, codestream);
  const std::string &syntax = pixels.transfer_syntax();
  const std::string leaf = syntax.substr(syntax.rfind('.') + 1);
  const bool is_exact = header.is_reversible && leaf != "91" && leaf != "93" && leaf != "203";

  rdcm_samples words = samples;
  // An encoder that was given whole words has left the value where High Bit says, else at the bottom.
  if (header.precision <= samples.high_bit) words.high_bit = samples.bits_stored - 1;
  // Bits of a signed value that were coded as if they were a number: its sign is the codestream's
  // highest bit.
  if (samples.is_signed && !header.is_signed && header.precision < words.bits_stored) {
    words.bits_stored = header.precision;
    words.high_bit = header.precision - 1;
  }
  const Cut cut(words);
  const bool may_overshoot = header.precision > words.bits_stored && !is_exact &&
                             (header.is_signed != 0) == (samples.is_signed != 0);
  const int32_t span = int32_t{1} << words.bits_stored;
  const int32_t least = samples.is_signed ? -(span / 2) : 0;
  for (uint64_t i = 0; i < count; ++i) {
    const int32_t value =
        may_overshoot ? std::clamp(decoded[i], least, least + span - 1) : decoded[i];
    stored[i] = cut(static_cast<uint32_t>(value));
  }
  return RDCM_OK;
}

rdcm_status decode_coded(
    rdcm_file &file, const rdcm_samples &samples, uint32_t frame, int32_t *stored,
    uint64_t count) {
  if (samples.bits_allocated == 12)
    return fail(RDCM_UNSUPPORTED, "Bits Allocated is 12 in coded Pixel Data");
  const std::string syntax = transfer_syntax_of(file);
  if (is_codestream_syntax(syntax)) return decode_codestream(file, samples, frame, stored, count);
  if (syntax == run_length_syntax) {
    const size_t width = samples.bits_allocated / 8;
    std::vector<uint8_t> bytes(count * width);
    decode_run_lengths(coded_frames(file)[frame], 1, width, bytes.data(), count);
    cut_all(bytes, samples, 0, stored, count);
    return RDCM_OK;
  }
  if (samples.bits_allocated == 32)
    return fail(RDCM_UNSUPPORTED, "Bits Allocated is 32 in coded Pixel Data");
  unsigned precision = 0;
  // Two bytes a sample whatever is stored: decoders write bytes or words as the stream has it.
  std::vector<uint16_t> decoded(count + 1);
  const CodedGrid grid{samples.rows, samples.columns, 1};
  const rdcm_status status = decode_by_toolkit(
      file, frame, grid, decoded.data(), decoded.size() * sizeof(uint16_t), precision);
  if (status != RDCM_OK) return status;
  const Cut cut(samples);
  if (precision <= 8) {
    const auto *narrow = reinterpret_cast<const uint8_t *>(decoded.data());
    for (uint64_t i = 0; i < count; ++i) stored[i] = cut(narrow[i]);
  } else {
    for (uint64_t i = 0; i < count; ++i) stored[i] = cut(decoded[i]);
  }
  return RDCM_OK;
}

}  // namespace

}  // namespace rdcm

extern "C" RDCM_EXPORT rdcm_status rdcm_decode_frame(
    rdcm_file *file, const rdcm_layout *layout, const rdcm_samples *samples, uint32_t frame,
    int32_t *stored, uint64_t count) {
  return rdcm::guarded([&] {
    if (!rdcm::is_sound(*samples, count))
      return rdcm::fail(RDCM_UNSUPPORTED, "Bits Allocated, Bits Stored or High Bit is unusual");
    try {
      if (layout->pixel_form == RDCM_NATIVE)
        return rdcm::decode_native(*file, *layout, *samples, frame, stored, count);
      if (layout->pixel_form == RDCM_ENCAPSULATED)
        return rdcm::decode_coded(*file, *samples, frame, stored, count);
      return rdcm::fail(RDCM_MALFORMED, "there are no Pixel Data");
    } catch (const rdcm::Broken &broken) {
      return rdcm::fail(broken.status, broken.reason);
    }
  });
}

extern "C" RDCM_EXPORT rdcm_status rdcm_read_reals(
    rdcm_file *file, const rdcm_layout *layout, uint32_t frame, void *values, uint64_t count) {
  return rdcm::guarded([&] {
    if (layout->pixel_form != RDCM_FLOATING_POINT)
      return rdcm::fail(RDCM_MALFORMED, "there are no floating-point pixel data");
    try {
      const auto bits = static_cast<uint64_t>(layout->float_bits);
      const std::vector<uint8_t> bytes =
          rdcm::native_bytes(*file, *layout, frame * count * bits, count * bits, bits / 8);
      std::memcpy(values, bytes.data(), count * bits / 8);
      return RDCM_OK;
    } catch (const rdcm::Broken &broken) {
      return rdcm::fail(broken.status, broken.reason);
    }
  });
}
