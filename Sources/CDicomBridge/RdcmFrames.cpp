#include "RdcmFrames.hpp"

#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>

#include <algorithm>

#include "RdcmSource.hpp"

namespace rdcm {

namespace {

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

/// The coded pixel data of a file; null where there are none.
DcmPixelSequence *sequence_of(rdcm_file &file, DcmPixelData *&pixels) {
  DcmElement *element = nullptr;
  file.dataset().findAndGetElement(DCM_PixelData, element);
  pixels = dynamic_cast<DcmPixelData *>(element);
  if (!pixels) return nullptr;
  DcmPixelSequence *sequence = nullptr;
  const DcmRepresentationParameter *parameter = nullptr;
  E_TransferSyntax original = file.dataset().getOriginalXfer();
  pixels->getOriginalRepresentationKey(original, parameter);
  return pixels->getEncapsulatedRepresentation(original, parameter, sequence).good() ? sequence
                                                                                     : nullptr;
}

/// Compares a coded frame with the header before the toolkit trusts either.
rdcm_status check_stream(
    DcmPixelSequence &sequence, Uint32 fragment, const CodedGrid &grid, unsigned &precision) {
  DcmPixelItem *item = nullptr;
  Uint8 *bytes = nullptr;
  if (sequence.getItem(item, fragment).bad() || item->getUint8Array(bytes).bad() || !bytes)
    return fail(RDCM_MALFORMED, "Pixel Data hold no coded frame");
  const StreamFrame frame = frame_of(bytes, item->getLength());
  if (frame.precision == 0) return fail(RDCM_MALFORMED, "the coded frame has no header");
  if (frame.rows != grid.rows || frame.columns != grid.columns)
    return fail(RDCM_MALFORMED, "the coded frame has another size than Rows and Columns");
  if (frame.components != grid.components) {
    return fail(RDCM_UNSUPPORTED, grid.components == 1 ? "the coded frame is a colour image"
                                                       : "the coded frame is no colour image");
  }
  if (frame.precision > (grid.components == 1 ? 16 : 8))
    return fail(RDCM_UNSUPPORTED, "the coded frame has more bits than can be read");
  precision = frame.precision;
  return RDCM_OK;
}

/// The fragment that a frame begins with, the offset table being number 0; 0 where it is not known.
Uint32 first_fragment(rdcm_file &file, DcmPixelSequence &sequence, uint32_t frame) {
  if (frame == 0) return 1;
  Sint32 frames = 0;
  file.dataset().findAndGetSint32(DCM_NumberOfFrames, frames);
  if (frames > 0 && sequence.card() == static_cast<unsigned long>(frames) + 1) return frame + 1;
  return frame == file.next_frame ? file.next_fragment : 0;
}

void reverse_words(std::vector<uint8_t> &bytes, size_t word) {
  for (size_t i = 0; i + word <= bytes.size(); i += word)
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                 bytes.begin() + static_cast<std::ptrdiff_t>(i + word));
}

}  // namespace

std::string transfer_syntax_of(rdcm_file &file) {
  OFString uid;
  file.meta().findAndGetOFString(DCM_TransferSyntaxUID, uid);
  return std::string(uid.c_str(), uid.length());
}

std::vector<uint8_t> native_bytes(
    const rdcm_file &file, const rdcm_layout &layout, uint64_t first_bit, uint64_t bit_count,
    size_t word) {
  const uint64_t last_bit = first_bit + bit_count;
  // Whole words, since big endian turns them round.
  const uint64_t first = first_bit / (8 * word) * word;
  const uint64_t last =
      std::min((last_bit + 8 * word - 1) / (8 * word) * word, layout.pixel_bytes);
  if (last * 8 < last_bit)
    throw Broken{RDCM_TRUNCATED, "Pixel Data are shorter than Rows and Columns say"};

  FileSource source(file.path.c_str());
  std::vector<uint8_t> bytes;
  if (layout.is_deflated) {
    source.skip(layout.deflated_offset);
    InflateSource inflated(source);
    inflated.skip(layout.pixel_offset + first);
    bytes.resize(last - first);
    inflated.read(bytes.data(), bytes.size());
  } else {
    if (layout.pixel_offset + last > source.size())
      throw Broken{RDCM_TRUNCATED, "the file ends inside its Pixel Data"};
    bytes.resize(last - first);
    source.read_at(layout.pixel_offset + first, bytes.data(), bytes.size());
  }
  if (layout.is_big_endian && !layout.is_byte_string) reverse_words(bytes, word);
  const auto lead = static_cast<std::ptrdiff_t>((first_bit - first * 8) / 8);
  bytes.erase(bytes.begin(), bytes.begin() + lead);
  return bytes;
}

/// One segment a byte plane: of each colour in turn, its high bytes first. The toolkit's own
/// decoder reads beyond a fragment that is shorter than its header.
rdcm_status decode_run_lengths(
    rdcm_file &file, uint32_t frame, size_t colours, size_t width, uint8_t *samples,
    uint64_t pixels) {
  DcmPixelData *element = nullptr;
  DcmPixelSequence *sequence = sequence_of(file, element);
  DcmPixelItem *item = nullptr;
  Uint8 *bytes = nullptr;
  // One fragment a frame, after the offset table.
  if (!sequence || sequence->getItem(item, static_cast<unsigned long>(frame) + 1).bad() ||
      item->getUint8Array(bytes).bad() || !bytes || item->getLength() < 64)
    return fail(RDCM_MALFORMED, "Pixel Data hold no run lengths");
  const size_t size = item->getLength();
  const auto word = [&](size_t index) {
    const uint8_t *at = bytes + 4 * index;
    return size_t{at[0]} | size_t{at[1]} << 8 | size_t{at[2]} << 16 | size_t{at[3]} << 24;
  };
  const size_t planes = colours * width;
  if (word(0) != planes || planes > 15)
    return fail(RDCM_MALFORMED, "the run lengths do not fit Bits Allocated");
  for (size_t plane = 0; plane < planes; ++plane) {
    const size_t start = word(1 + plane);
    const size_t end = plane + 1 < planes ? word(2 + plane) : size;
    uint8_t *first = samples + plane / width * width + (width - 1 - plane % width);
    if (start < 64 || start > end || end > size ||
        !unpack(bytes + start, end - start, first, pixels, planes))
      return fail(RDCM_MALFORMED, "the run lengths end too early");
  }
  return RDCM_OK;
}

rdcm_status decode_by_toolkit(
    rdcm_file &file, uint32_t frame, const CodedGrid &grid, void *samples, size_t size,
    unsigned &precision) {
  DcmPixelData *pixels = nullptr;
  DcmPixelSequence *sequence = sequence_of(file, pixels);
  if (!sequence) return fail(RDCM_MALFORMED, "Pixel Data hold no fragments");
  Uint32 fragment = first_fragment(file, *sequence, frame);
  if (fragment == 0) return fail(RDCM_MALFORMED, "which fragments make a frame cannot be told");
  const rdcm_status status = check_stream(*sequence, fragment, grid, precision);
  if (status != RDCM_OK) return status;
  OFString model;
  const OFCondition condition = pixels->getUncompressedFrame(
      &file.dataset(), frame, fragment, samples, static_cast<Uint32>(size), model);
  if (condition.bad())
    return fail(RDCM_MALFORMED, std::string("Pixel Data cannot be decoded: ") + condition.text());
  file.next_frame = frame + 1;
  file.next_fragment = fragment;
  return RDCM_OK;
}

}  // namespace rdcm
