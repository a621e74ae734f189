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

const CodedFrames &coded_frames(rdcm_file &file) {
  if (!file.coded) file.coded = std::make_unique<CodedFrames>(file.path.c_str());
  return *file.coded;
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
