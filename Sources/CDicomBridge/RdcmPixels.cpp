#include "RdcmFile.hpp"

#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "RdcmSource.hpp"
#include "rdcm_read.h"

namespace rdcm {

namespace {

/// Cuts a stored value out of its word and extends its sign.
class Cut {
 public:
  explicit Cut(const rdcm_samples &samples)
      : shift_(samples.high_bit + 1 - samples.bits_stored),
        mask_((uint32_t{1} << samples.bits_stored) - 1),
        sign_(samples.is_signed ? uint32_t{1} << (samples.bits_stored - 1) : 0) {}

  int32_t operator()(uint32_t word) const {
    const uint32_t value = (word >> shift_) & mask_;
    return static_cast<int32_t>(value ^ sign_) - static_cast<int32_t>(sign_);
  }

 private:
  uint32_t shift_;
  uint32_t mask_;
  uint32_t sign_;
};

bool is_sound(const rdcm_samples &samples, uint64_t count) {
  const bool known =
      samples.bits_allocated == 8 || samples.bits_allocated == 12 || samples.bits_allocated == 16;
  return known && samples.bits_stored >= 1 && samples.bits_stored <= samples.bits_allocated &&
         samples.high_bit < samples.bits_allocated &&
         samples.high_bit + 1 >= samples.bits_stored && samples.rows >= 1 &&
         samples.rows <= 0xFFFF && samples.columns >= 1 && samples.columns <= 0xFFFF &&
         count == uint64_t{samples.rows} * samples.columns;
}

void swap_words(std::vector<uint8_t> &bytes) {
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
}

/// Little-endian words of 8, 12 (two in three bytes, PS3.5 8.1.1) or 16 bits, from a bit on.
void cut_all(
    const std::vector<uint8_t> &bytes, const rdcm_samples &samples, unsigned first_bit,
    int32_t *stored, uint64_t count) {
  const Cut cut(samples);
  if (samples.bits_allocated == 8) {
    for (uint64_t i = 0; i < count; ++i) stored[i] = cut(bytes[i]);
  } else if (samples.bits_allocated == 16) {
    for (uint64_t i = 0; i < count; ++i)
      stored[i] = cut(static_cast<uint32_t>(bytes[2 * i] | bytes[2 * i + 1] << 8));
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
  const uint64_t last_bit = first_bit + count * samples.bits_allocated;
  // Whole words, since big endian swaps them.
  const uint64_t first = first_bit / 16 * 2;
  const uint64_t last = std::min((last_bit + 15) / 16 * 2, layout.pixel_bytes);
  if (last * 8 < last_bit)
    return fail(RDCM_TRUNCATED, "Pixel Data are shorter than Rows and Columns say");

  FileSource source(file.path.c_str());
  std::vector<uint8_t> bytes;
  if (layout.is_deflated) {
    source.skip(layout.deflated_offset);
    InflateSource inflated(source);
    inflated.skip(layout.pixel_offset + first);
    bytes.resize(last - first);
    inflated.read(bytes.data(), bytes.size());
  } else {
    const uint64_t end = layout.pixel_offset + last;
    if (end > source.size()) return fail(RDCM_TRUNCATED, "the file ends inside its Pixel Data");
    bytes.resize(last - first);
    source.read_at(layout.pixel_offset + first, bytes.data(), bytes.size());
  }
  if (layout.is_big_endian && !layout.is_byte_string) swap_words(bytes);
  const auto lead = static_cast<std::ptrdiff_t>((first_bit - first * 8) / 8);
  bytes.erase(bytes.begin(), bytes.begin() + lead);
  cut_all(bytes, samples, static_cast<unsigned>(first_bit % 8), stored, count);
  return RDCM_OK;
}

/// What a JPEG or JPEG-LS stream says of its own grid; precision 0 where there is no frame header.
struct StreamFrame {
  unsigned precision = 0;
  unsigned rows = 0;
  unsigned columns = 0;
  unsigned components = 0;
};

/// Finds the start-of-frame segment (ITU-T T.81 B.1.1, T.87 C.2.2).
StreamFrame frame_of(const uint8_t *bytes, size_t count) {
  StreamFrame frame;
  for (size_t at = 2; at + 9 < count && bytes[at] == 0xFF;) {
    const uint8_t marker = bytes[at + 1];
    if (marker == 0xFF) {
      ++at;
      continue;
    }
    const bool starts_frame = (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 &&
                               marker != 0xC8 && marker != 0xCC) ||
                              marker == 0xF7;
    if (starts_frame) {
      frame.precision = bytes[at + 4];
      frame.rows = static_cast<unsigned>(bytes[at + 5] << 8 | bytes[at + 6]);
      frame.columns = static_cast<unsigned>(bytes[at + 7] << 8 | bytes[at + 8]);
      frame.components = bytes[at + 9];
      break;
    }
    if (marker == 0xDA || marker == 0xD9) break;
    at += 2 + static_cast<size_t>(bytes[at + 2] << 8 | bytes[at + 3]);
  }
  return frame;
}

/// Unpacks one segment (PackBits, PS3.5 G.3.1) into every `stride`-th byte; false where it ends
/// before its last sample.
bool unpack(const uint8_t *bytes, size_t size, uint8_t *samples, uint64_t count, size_t stride) {
  uint64_t done = 0;
  for (size_t at = 0; done < count && at < size;) {
    const uint8_t control = bytes[at++];
    if (control == 0x80) continue;
    const bool repeats = control > 0x80;
    uint64_t run = repeats ? 257u - control : control + 1u;
    if (size - at < (repeats ? 1 : run)) return false;
    // A last run may be padded beyond the last sample.
    const size_t stored = repeats ? 1 : static_cast<size_t>(run);
    run = std::min(run, count - done);
    for (uint64_t i = 0; i < run; ++i) samples[(done + i) * stride] = bytes[at + (repeats ? 0 : i)];
    done += run;
    at += stored;
  }
  return done == count;
}

/// Decodes run lengths (PS3.5 annex G): byte planes, the high bytes first. The toolkit's own
/// decoder reads beyond a fragment that is shorter than its header.
rdcm_status decode_run_lengths(
    DcmPixelSequence &sequence, uint32_t frame, size_t bytes_per_sample,
    std::vector<uint16_t> &decoded, uint64_t count) {
  DcmPixelItem *item = nullptr;
  Uint8 *bytes = nullptr;
  // One fragment a frame, after the offset table.
  if (sequence.getItem(item, static_cast<unsigned long>(frame) + 1).bad() ||
      item->getUint8Array(bytes).bad() || !bytes || item->getLength() < 64)
    return fail(RDCM_MALFORMED, "Pixel Data hold no run lengths");
  const size_t size = item->getLength();
  const auto word = [&](size_t index) {
    const uint8_t *at = bytes + 4 * index;
    return size_t{at[0]} | size_t{at[1]} << 8 | size_t{at[2]} << 16 | size_t{at[3]} << 24;
  };
  if (word(0) != bytes_per_sample)
    return fail(RDCM_MALFORMED, "the run lengths do not fit Bits Allocated");
  auto *samples = reinterpret_cast<uint8_t *>(decoded.data());
  for (size_t plane = 0; plane < bytes_per_sample; ++plane) {
    const size_t start = word(1 + plane);
    const size_t end = plane + 1 < bytes_per_sample ? word(2 + plane) : size;
    if (start < 64 || start > end || end > size ||
        !unpack(bytes + start, end - start, samples + bytes_per_sample - 1 - plane, count,
                bytes_per_sample))
      return fail(RDCM_MALFORMED, "the run lengths end too early");
  }
  return RDCM_OK;
}

/// Compares a coded frame with the header before the toolkit trusts either.
rdcm_status check_stream(
    DcmPixelSequence &sequence, const rdcm_samples &samples, unsigned &precision) {
  DcmPixelItem *item = nullptr;
  Uint8 *bytes = nullptr;
  if (sequence.getItem(item, 1).bad() || item->getUint8Array(bytes).bad() || !bytes)
    return fail(RDCM_MALFORMED, "Pixel Data hold no coded frame");
  const StreamFrame frame = frame_of(bytes, item->getLength());
  if (frame.precision == 0) return fail(RDCM_MALFORMED, "the coded frame has no header");
  if (frame.rows != samples.rows || frame.columns != samples.columns)
    return fail(RDCM_MALFORMED, "the coded frame has another size than Rows and Columns");
  if (frame.components != 1) return fail(RDCM_UNSUPPORTED, "the coded frame is a colour image");
  if (frame.precision > 16) return fail(RDCM_UNSUPPORTED, "the coded frame has over 16 bits");
  precision = frame.precision;
  return RDCM_OK;
}

rdcm_status decode_coded(
    rdcm_file &file, const rdcm_samples &samples, uint32_t frame, int32_t *stored,
    uint64_t count) {
  if (samples.bits_allocated == 12)
    return fail(RDCM_UNSUPPORTED, "Bits Allocated is 12 in coded Pixel Data");
  DcmElement *element = nullptr;
  file.dataset().findAndGetElement(DCM_PixelData, element);
  auto *pixels = dynamic_cast<DcmPixelData *>(element);
  if (!pixels) return fail(RDCM_MALFORMED, "there are no Pixel Data");
  const E_TransferSyntax syntax = file.dataset().getOriginalXfer();
  DcmPixelSequence *sequence = nullptr;
  const DcmRepresentationParameter *parameter = nullptr;
  E_TransferSyntax original = syntax;
  pixels->getOriginalRepresentationKey(original, parameter);
  if (pixels->getEncapsulatedRepresentation(original, parameter, sequence).bad() || !sequence)
    return fail(RDCM_MALFORMED, "Pixel Data hold no fragments");

  unsigned precision = samples.bits_allocated;
  // Two bytes a sample whatever is stored: decoders write bytes or words as the stream has it.
  std::vector<uint16_t> decoded(count + 1);
  if (syntax == EXS_RLELossless) {
    const rdcm_status status =
        decode_run_lengths(*sequence, frame, precision / 8, decoded, count);
    if (status != RDCM_OK) return status;
  } else {
    const rdcm_status status = check_stream(*sequence, samples, precision);
    if (status != RDCM_OK) return status;
    const auto bytes = static_cast<Uint32>(decoded.size() * sizeof(uint16_t));
    Uint32 fragment = 0;
    OFString model;
    const OFCondition condition = pixels->getUncompressedFrame(
        &file.dataset(), frame, fragment, decoded.data(), bytes, model);
    if (condition.bad())
      return fail(RDCM_MALFORMED, std::string("Pixel Data cannot be decoded: ") + condition.text());
  }
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
