#include <algorithm>
#include <cstring>

#include "RdcmCodestream.hpp"
#include "RdcmFrames.hpp"
#include "RdcmRunLengths.hpp"
#include "rdcm_read.h"

namespace rdcm {

namespace {

/// Native pixel data: pixel after pixel, colour after colour, or two pixels a pair of chrominances.
rdcm_status native_colours(
    const rdcm_file &file, const rdcm_layout &layout, const rdcm_colours &colours, uint32_t frame,
    uint8_t *samples, uint64_t pixels) {
  const bool is_halved = colours.model == RDCM_YBR_FULL_422;
  if (is_halved && colours.columns % 2 != 0)
    return fail(RDCM_UNSUPPORTED, "YBR_FULL_422 has an odd number of Columns");
  const uint64_t size = is_halved ? 2 * pixels : 3 * pixels;
  const std::vector<uint8_t> bytes = native_bytes(file, layout, frame * size * 8, size * 8, 2);
  if (is_halved) {
    for (uint64_t i = 0; i < pixels; ++i) {
      const uint8_t *pair = &bytes[i / 2 * 4];
      samples[3 * i] = pair[i % 2];
      samples[3 * i + 1] = pair[2];
      samples[3 * i + 2] = pair[3];
    }
  } else if (colours.is_planar) {
    for (uint64_t i = 0; i < pixels; ++i)
      for (uint64_t c = 0; c < 3; ++c) samples[3 * i + c] = bytes[c * pixels + i];
  } else {
    std::memcpy(samples, bytes.data(), size);
  }
  return RDCM_OK;
}

/// The decoder itself has undone the codestream's colour transform, if there was one.
rdcm_status codestream_colours(
    rdcm_file &file, const rdcm_colours &colours, uint32_t frame, uint8_t *samples) {
  const CodedFrame coded = coded_frames(file)[frame];
  const Codestream codestream = codestream_of(coded);
  const rdcm_codestream &header = codestream.header;
  if (header.rows != colours.rows || header.columns != colours.columns || header.components != 3)
    return fail(RDCM_MALFORMED, "the codestream has another size than Rows and Columns");
  if (header.precision != 8 || header.is_signed || header.is_uneven)
    return fail(RDCM_UNSUPPORTED, "the codestream has no three colours of 8 bits");
  const std::vector<int32_t> decoded = decoded_samples(coded, codestream);
  for (size_t i = 0; i < decoded.size(); ++i)
    samples[i] = static_cast<uint8_t>(std::clamp(decoded[i], 0, 255));
  return RDCM_OK;
}

rdcm_status toolkit_colours(
    rdcm_file &file, const rdcm_colours &colours, uint32_t frame, uint8_t *samples,
    uint64_t count) {
  std::vector<uint8_t> decoded(count + 2);
  unsigned precision = 0;
  const rdcm_status status = decode_by_toolkit(
      file, frame, {colours.rows, colours.columns, 3}, decoded.data(), decoded.size(), precision);
  if (status != RDCM_OK) return status;
  std::memcpy(samples, decoded.data(), count);
  return RDCM_OK;
}

rdcm_status decode_colours(
    rdcm_file &file, const rdcm_layout &layout, const rdcm_colours &colours, uint32_t frame,
    uint8_t *samples, uint64_t count, rdcm_colour_model &model) {
  const uint64_t pixels = uint64_t{colours.rows} * colours.columns;
  if (pixels == 0 || colours.rows > 0xFFFF || colours.columns > 0xFFFF || count != 3 * pixels)
    return fail(RDCM_MALFORMED, "Rows or Columns are out of range");
  model = colours.model == RDCM_RGB ? RDCM_RGB : RDCM_YBR_FULL;
  if (layout.pixel_form == RDCM_NATIVE)
    return native_colours(file, layout, colours, frame, samples, pixels);
  if (layout.pixel_form != RDCM_ENCAPSULATED)
    return fail(RDCM_MALFORMED, "there are no Pixel Data");
  const std::string syntax = transfer_syntax_of(file);
  if (is_codestream_syntax(syntax)) return codestream_colours(file, colours, frame, samples);
  if (syntax == run_length_syntax) {
    decode_run_lengths(coded_frames(file)[frame], 3, 1, samples, pixels);
    return RDCM_OK;
  }
  return toolkit_colours(file, colours, frame, samples, count);
}

}  // namespace

}  // namespace rdcm

extern "C" RDCM_EXPORT rdcm_status rdcm_decode_colours(
    rdcm_file *file, const rdcm_layout *layout, const rdcm_colours *colours, uint32_t frame,
    uint8_t *samples, uint64_t count, rdcm_colour_model *model) {
  return rdcm::guarded([&] {
    try {
      return rdcm::decode_colours(*file, *layout, *colours, frame, samples, count, *model);
    } catch (const rdcm::Broken &broken) {
      return rdcm::fail(broken.status, broken.reason);
    }
  });
}
