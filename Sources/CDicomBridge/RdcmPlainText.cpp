#include "RdcmPlainText.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/ofstd/ofstd.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "RdcmElement.hpp"

namespace rdcm {

namespace {

bool is_text(uint16_t vr) {
  switch (vr) {
    case "AE"_vr: case "AS"_vr: case "CS"_vr: case "DA"_vr: case "DS"_vr: case "DT"_vr:
    case "IS"_vr: case "LO"_vr: case "LT"_vr: case "SH"_vr: case "ST"_vr: case "TM"_vr:
    case "UC"_vr: case "UR"_vr: case "UT"_vr:
      return true;
    default:
      return false;
  }
}

bool is_printable(uint8_t byte) { return byte >= 0x20 && byte <= 0x7E; }

void append(std::string &text, int64_t number) {
  char digits[24];
  text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

/// As the toolkit does it.
void append(std::string &text, double number) {
  char digits[64];
  OFStandard::ftoa(digits, sizeof digits, number, 0, 0, 17);
  text += digits;
}

/// Writes numbers of some size one after another; false where their bytes are not a whole number of
/// them.
template <typename Append>
bool join(size_t size, size_t count, std::string &room, Append append_at) {
  if (count % size != 0) return false;
  room.clear();
  for (size_t at = 0; at < count; at += size) {
    if (at > 0) room += '\\';
    append_at(at);
  }
  return true;
}

double real_at(const uint8_t *bytes, bool big) {
  const uint64_t first = word32(bytes, big);
  const uint64_t second = word32(bytes + 4, big);
  const uint64_t bits = big ? first << 32 | second : second << 32 | first;
  double value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

bool join_numbers(
    uint16_t vr, const uint8_t *bytes, size_t count, bool big, std::string &room) {
  switch (vr) {
    case "US"_vr:
      return join(2, count, room, [&](size_t at) {
        append(room, int64_t{word16(bytes + at, big)});
      });
    case "SS"_vr:
      return join(2, count, room, [&](size_t at) {
        append(room, int64_t{static_cast<int16_t>(word16(bytes + at, big))});
      });
    case "UL"_vr:
      return join(4, count, room, [&](size_t at) {
        append(room, int64_t{word32(bytes + at, big)});
      });
    case "SL"_vr:
      return join(4, count, room, [&](size_t at) {
        append(room, int64_t{static_cast<int32_t>(word32(bytes + at, big))});
      });
    case "FD"_vr:
      return join(8, count, room, [&](size_t at) { append(room, real_at(bytes + at, big)); });
    default:
      return false;
  }
}

}  // namespace

std::optional<std::string_view> plain_text(
    uint16_t vr, const uint8_t *bytes, size_t count, bool is_big_endian, std::string &room) {
  if (!is_text(vr)) {
    if (!join_numbers(vr, bytes, count, is_big_endian, room)) return std::nullopt;
    return room;
  }
  // Null characters may only fill up.
  while (count > 0 && bytes[count - 1] == 0) --count;
  if (!std::all_of(bytes, bytes + count, is_printable)) return std::nullopt;
  return std::string_view(reinterpret_cast<const char *>(bytes), count);
}

}  // namespace rdcm
