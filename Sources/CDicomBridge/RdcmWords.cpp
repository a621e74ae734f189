#include "RdcmFile.hpp"
#include "RdcmFrames.hpp"
#include "RdcmRunLengths.hpp"
#include "RdcmSamples.hpp"
#include "RdcmSource.hpp"
#include "rdcm_read.h"

namespace rdcm {

namespace {

/// Cuts words of 16 bits in their place.
void cut_words(
    const rdcm_samples &samples, uint16_t *stored, uint64_t count, int32_t &least,
    int32_t &greatest) {
  const Cut cut(samples);
  if (samples.is_signed) {
    cut.in_place(reinterpret_cast<int16_t *>(stored), count, least, greatest);
  } else {
    cut.in_place(stored, count, least, greatest);
  }
}

rdcm_status read_words(
    const char *path, const rdcm_layout &layout, const rdcm_samples &samples, uint32_t frame,
    uint16_t *stored, uint64_t count, int32_t &least, int32_t &greatest) {
  static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "words are read as they lie in a file");
  if (layout.pixel_form != RDCM_NATIVE || layout.is_deflated || samples.bits_allocated != 16)
    return fail(RDCM_UNSUPPORTED, "Pixel Data are no plain words");
  const uint64_t size = 2 * count;
  const uint64_t first = frame * size;
  if (first + size > layout.pixel_bytes)
    throw Broken{RDCM_TRUNCATED, "Pixel Data are shorter than Rows and Columns say"};
  FileSource source(path);
  if (layout.pixel_offset + first + size > source.size())
    throw Broken{RDCM_TRUNCATED, "the file ends inside its Pixel Data"};
  source.read_at(layout.pixel_offset + first, reinterpret_cast<uint8_t *>(stored), size);
  if (layout.is_big_endian && !layout.is_byte_string) {
    for (uint64_t i = 0; i < count; ++i)
      stored[i] = static_cast<uint16_t>(stored[i] << 8 | stored[i] >> 8);
  }
  cut_words(samples, stored, count, least, greatest);
  return RDCM_OK;
}

}  // namespace

}  // namespace rdcm

extern "C" RDCM_EXPORT rdcm_status rdcm_read_words(
    const char *path, const rdcm_layout *layout, const rdcm_samples *samples, uint32_t frame,
    uint16_t *stored, uint64_t count, int32_t *least, int32_t *greatest) {
  return rdcm::guarded([&] {
    if (!rdcm::is_sound(*samples, count))
      return rdcm::fail(RDCM_UNSUPPORTED, "Bits Allocated, Bits Stored or High Bit is unusual");
    try {
      return rdcm::read_words(path, *layout, *samples, frame, stored, count, *least, *greatest);
    } catch (const rdcm::Broken &broken) {
      return rdcm::fail(broken.status, broken.reason);
    }
  });
}

extern "C" RDCM_EXPORT rdcm_status rdcm_decode_words(
    rdcm_file *file, const rdcm_samples *samples, uint32_t frame, uint16_t *stored,
    uint64_t count, int32_t *least, int32_t *greatest) {
  return rdcm::guarded([&] {
    if (!rdcm::is_sound(*samples, count))
      return rdcm::fail(RDCM_UNSUPPORTED, "Bits Allocated, Bits Stored or High Bit is unusual");
    if (samples->bits_allocated != 16 ||
        rdcm::transfer_syntax_of(*file) != rdcm::run_length_syntax)
      return rdcm::fail(RDCM_UNSUPPORTED, "Pixel Data are no run lengths of words");
    try {
      rdcm::decode_run_lengths(rdcm::coded_frames(*file)[frame], stored, count);
      rdcm::cut_words(*samples, stored, count, *least, *greatest);
      return RDCM_OK;
    } catch (const rdcm::Broken &broken) {
      return rdcm::fail(broken.status, broken.reason);
    }
  });
}
