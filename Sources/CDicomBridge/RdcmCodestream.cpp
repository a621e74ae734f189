#include "RdcmCodestream.hpp"

#include <algorithm>
#include <cstring>

#include "RdcmFile.hpp"

namespace rdcm {

namespace {

// Markers (ISO/IEC 15444-1, table A.2).
constexpr uint32_t start_of_codestream = 0xFF4F;
constexpr uint32_t image_and_tile_size = 0xFF51;
constexpr uint32_t coding_style = 0xFF52;
constexpr uint32_t start_of_tile_part = 0xFF90;
constexpr uint32_t end_of_codestream = 0xFFD9;

constexpr uint8_t signature_box[12] = {0, 0, 0, 12, 'j', 'P', ' ', ' ', 0x0D, 0x0A, 0x87, 0x0A};

/// Big-endian words out of a frame.
class Reader {
 public:
  explicit Reader(const CodedFrame &frame) : frame_(frame) {}

  uint32_t word16(uint64_t at) const {
    uint8_t bytes[2];
    frame_.read(at, bytes, 2);
    return static_cast<uint32_t>(bytes[0] << 8 | bytes[1]);
  }
  uint32_t word32(uint64_t at) const { return word16(at) << 16 | word16(at + 2); }
  uint32_t byte(uint64_t at) const {
    uint8_t value;
    frame_.read(at, &value, 1);
    return value;
  }

 private:
  const CodedFrame &frame_;
};

[[noreturn]] void malformed(const char *reason) { throw Broken{RDCM_MALFORMED, reason}; }
[[noreturn]] void truncated(const char *reason) { throw Broken{RDCM_TRUNCATED, reason}; }

/// Finds the codestream in the boxes of a JP2 file (ISO/IEC 15444-1, annex I), which some writers
/// leave around it although PS3.5 8.2.4 forbids that.
void unwrap(const CodedFrame &frame, Codestream &codestream) {
  const Reader reader(frame);
  codestream.end = frame.size();
  for (uint64_t at = 0;;) {
    if (frame.size() - at < 8) truncated("the JP2 file ends before its codestream");
    uint64_t length = reader.word32(at);
    const uint32_t type = reader.word32(at + 4);
    uint64_t header = 8;
    if (length == 1) {
      length = uint64_t{reader.word32(at + 8)} << 32 | reader.word32(at + 12);
      header = 16;
    } else if (length == 0) {
      length = frame.size() - at;
    }
    if (length < header) malformed("a box of the JP2 file is broken");
    if (type == 0x6A703263) {  // jp2c
      if (length > frame.size() - at) truncated("the codestream is shorter than its box");
      codestream.start = at + header;
      codestream.end = at + length;
      return;
    }
    if (length > frame.size() - at) truncated("the JP2 file ends before its codestream");
    at += length;
  }
}

/// Reads the marker segment SIZ, its length at `at` (A.5.1); how many tiles there are.
uint64_t read_size(const Reader &reader, uint64_t at, rdcm_codestream &header) {
  const uint64_t right = reader.word32(at + 4), bottom = reader.word32(at + 8);
  const uint64_t left = reader.word32(at + 12), top = reader.word32(at + 16);
  const uint64_t tile_width = reader.word32(at + 20), tile_height = reader.word32(at + 24);
  const uint64_t tile_left = reader.word32(at + 28), tile_top = reader.word32(at + 32);
  header.components = reader.word16(at + 36);
  if (left >= right || top >= bottom || tile_width == 0 || tile_height == 0 || tile_left > left ||
      tile_top > top || tile_left + tile_width <= left || tile_top + tile_height <= top ||
      header.components == 0 || reader.word16(at) != 38 + 3 * header.components)
    malformed("the codestream's size is broken");
  header.columns = static_cast<uint32_t>(right - left);
  header.rows = static_cast<uint32_t>(bottom - top);
  for (uint32_t i = 0; i < header.components; ++i) {
    const uint32_t depth = reader.byte(at + 38 + 3 * i);
    const uint32_t precision = (depth & 0x7F) + 1;
    if (i == 0) {
      header.precision = precision;
      header.is_signed = depth >> 7;
    } else if (precision != header.precision || depth >> 7 != uint32_t(header.is_signed)) {
      header.is_uneven = 1;
    }
    if (reader.byte(at + 39 + 3 * i) != 1 || reader.byte(at + 40 + 3 * i) != 1)
      header.is_uneven = 1;
  }
  const auto tiles = [](uint64_t from, uint64_t to, uint64_t size) {
    return (to - from + size - 1) / size;
  };
  return tiles(tile_left, right, tile_width) * tiles(tile_top, bottom, tile_height);
}

/// Which parts of which tiles have come (A.4.2).
class TileParts {
 public:
  explicit TileParts(uint64_t tiles) : seen_(tiles), announced_(tiles) {}

  void note(uint32_t tile, uint32_t announced) {
    if (tile >= seen_.size()) malformed("the codestream has a tile too many");
    if (seen_[tile] < 0xFFFF) ++seen_[tile];
    if (announced > 0) announced_[tile] = static_cast<uint16_t>(announced);
  }

  void check() const {
    for (size_t tile = 0; tile < seen_.size(); ++tile) {
      if (seen_[tile] == 0 || seen_[tile] < announced_[tile])
        truncated("the codestream lacks parts of its tiles");
    }
  }

 private:
  std::vector<uint16_t> seen_, announced_;
};

/// Whether nothing but zeros or filling bytes lies between two places.
bool is_filling(const CodedFrame &frame, uint64_t from, uint64_t to) {
  // An even length needs one byte; some writers round up to more.
  if (to - from > 4096) return false;
  std::vector<uint8_t> bytes(to - from);
  frame.read(from, bytes.data(), bytes.size());
  return std::all_of(bytes.begin(), bytes.end(),
                     [](uint8_t byte) { return byte == 0 || byte == 0xFF; });
}

/// The last tile-part may leave its length open; then only the end marker closes it.
void check_open_end(const CodedFrame &frame, const Codestream &codestream) {
  uint8_t bytes[64];
  const size_t count = std::min<uint64_t>(codestream.end - codestream.start, sizeof bytes);
  frame.read(codestream.end - count, bytes, count);
  for (size_t i = count; i >= 2; --i) {
    if (bytes[i - 2] == 0xFF && bytes[i - 1] == 0xD9) return;
    if (bytes[i - 1] != 0 && bytes[i - 1] != 0xFF) break;
  }
  truncated("the codestream has no end");
}

/// Follows the tile-parts from the first at `at` by their stated lengths.
void follow_tile_parts(
    const CodedFrame &frame, const Codestream &codestream, uint64_t at, TileParts &parts) {
  const Reader reader(frame);
  for (;;) {
    if (codestream.end - at < 2 || is_filling(frame, at, codestream.end)) {
      // Without an end marker, but with all that comes before it.
      return parts.check();
    }
    const uint32_t marker = reader.word16(at);
    if (marker == end_of_codestream) return parts.check();
    if (marker != start_of_tile_part) malformed("the codestream loses its thread");
    if (codestream.end - at < 14) truncated("the codestream ends in the header of a tile");
    const uint64_t length = reader.word32(at + 6);
    parts.note(reader.word16(at + 4), reader.byte(at + 11));
    if (length == 0) {
      check_open_end(frame, codestream);
      return parts.check();
    }
    if (length < 14) malformed("a part of a tile is shorter than its header");
    if (length > codestream.end - at) truncated("the codestream ends inside a tile");
    at += length;
  }
}

}  // namespace

bool is_codestream_syntax(const std::string &syntax) {
  static const char *const syntaxes[] = {"90", "91", "92", "93", "201", "202", "203"};
  const std::string root = "1.2.840.10008.1.2.4.";
  return syntax.compare(0, root.size(), root) == 0 &&
         std::any_of(std::begin(syntaxes), std::end(syntaxes),
                     [&](const char *leaf) { return syntax.substr(root.size()) == leaf; });
}

bool begins_codestream(const uint8_t *bytes, size_t count) {
  static const uint8_t raw[4] = {0xFF, 0x4F, 0xFF, 0x51};
  return (count >= 4 && std::memcmp(bytes, raw, 4) == 0) ||
         (count >= 12 && std::memcmp(bytes, signature_box, 12) == 0);
}

Codestream codestream_of(const CodedFrame &frame) {
  Codestream codestream;
  uint8_t head[12] = {0};
  frame.read(0, head, std::min<uint64_t>(frame.size(), sizeof head));
  if (!begins_codestream(head, std::min<uint64_t>(frame.size(), sizeof head))) {
    if (frame.size() < 12) truncated("the coded frame is too short for JPEG 2000");
    malformed("the coded frame is no JPEG 2000 codestream");
  }
  codestream.end = frame.size();
  if (std::memcmp(head, signature_box, sizeof head) == 0) unwrap(frame, codestream);

  const Reader reader(frame);
  uint64_t at = codestream.start;
  if (codestream.end - at < 4 || reader.word16(at) != start_of_codestream ||
      reader.word16(at + 2) != image_and_tile_size)
    malformed("the coded frame is no JPEG 2000 codestream");
  const uint64_t tiles = read_size(reader, at + 4, codestream.header);
  // As many as their two bytes can name, each with its own header.
  if (tiles > 0xFFFF) malformed("the codestream has too many tiles");
  if (tiles * 14 > codestream.end - at) truncated("the codestream lacks parts of its tiles");
  at += 2;
  for (;;) {
    const uint32_t marker = reader.word16(at);
    if (marker == start_of_tile_part) break;
    if (marker < 0xFF01) malformed("the codestream's header is broken");
    const uint64_t length = reader.word16(at + 2);
    if (length < 2) malformed("the codestream's header is broken");
    // SPcod: progression, layers, component transform, levels, code block, transformation (A.6.1).
    if (marker == coding_style && length >= 12)
      codestream.header.is_reversible = reader.byte(at + 13) == 1;
    at += 2 + length;
    if (at + 2 > codestream.end) truncated("the codestream ends in its header");
  }
  TileParts parts(tiles);
  follow_tile_parts(frame, codestream, at, parts);
  return codestream;
}

}  // namespace rdcm

extern "C" RDCM_EXPORT rdcm_status rdcm_codestream_read(
    const char *path, rdcm_codestream *codestream) {
  return rdcm::guarded([&] {
    *codestream = rdcm_codestream{};
    try {
      rdcm::FileSource file(path);
      const rdcm::Encapsulated pixels = rdcm::encapsulated_of(file);
      if (!rdcm::is_codestream_syntax(pixels.transfer_syntax))
        return rdcm::fail(RDCM_NOT_FOUND, "Pixel Data are not JPEG 2000");
      const rdcm::FrameTable frames(file, pixels);
      for (uint64_t frame = 0; frame < pixels.frames; ++frame) {
        const rdcm::CodedFrame coded = frames[frame];
        const rdcm::Codestream found = rdcm::codestream_of(coded);
        if (frame == 0) *codestream = found.header;
      }
      return RDCM_OK;
    } catch (const rdcm::Broken &broken) {
      return rdcm::fail(broken.status, broken.reason);
    }
  });
}
