// How elements are written (PS3.5 7.1): tags, VRs and lengths as they stand in a file.
#ifndef RDCM_ELEMENT_HPP
#define RDCM_ELEMENT_HPP

#include <cstddef>
#include <cstdint>

namespace rdcm {

constexpr uint32_t undefined_length = 0xFFFFFFFF;
constexpr uint32_t item_tag = 0xFFFEE000;
constexpr uint32_t item_end = 0xFFFEE00D;
constexpr uint32_t sequence_end = 0xFFFEE0DD;
constexpr uint32_t pixel_data = 0x7FE00010;
constexpr uint32_t float_pixel_data = 0x7FE00008;
constexpr uint32_t double_pixel_data = 0x7FE00009;
constexpr uint32_t number_of_frames = 0x00280008;

/// Deeper than any real object; the toolkit's own parser recurses without a limit.
constexpr int most_nesting = 64;

/// How elements are coded.
struct Coding {
  bool is_explicit = true;
  bool is_big_endian = false;
};

/// The letters of a VR as one number.
constexpr uint16_t vr_of(uint8_t first, uint8_t second) {
  return static_cast<uint16_t>(first << 8 | second);
}

constexpr uint16_t operator""_vr(const char *letters, size_t) {
  return vr_of(static_cast<uint8_t>(letters[0]), static_cast<uint8_t>(letters[1]));
}

/// The head of an element; `vr` is 0 where it is not written.
struct Element {
  uint32_t tag = 0;
  uint16_t vr = 0;
  uint32_t length = 0;
};

inline uint32_t word16(const uint8_t *bytes, bool big) {
  return static_cast<uint32_t>(big ? (bytes[0] << 8 | bytes[1]) : (bytes[1] << 8 | bytes[0]));
}

inline uint32_t word32(const uint8_t *bytes, bool big) {
  return big ? (word16(bytes, big) << 16 | word16(bytes + 2, big))
             : (word16(bytes + 2, big) << 16 | word16(bytes, big));
}

inline uint32_t tag_at(const uint8_t *bytes, bool big) {
  return word16(bytes, big) << 16 | word16(bytes + 2, big);
}

inline bool is_letter(uint8_t byte) { return byte >= 'A' && byte <= 'Z'; }

inline bool is_private(uint32_t tag) { return (tag >> 16) % 2 == 1; }

/// Whether a VR's length takes 16 bits (PS3.5 table 7.1-2); unknown letters take 32.
inline bool is_short(uint16_t vr) {
  switch (vr) {
    case "AE"_vr: case "AS"_vr: case "AT"_vr: case "CS"_vr: case "DA"_vr: case "DS"_vr:
    case "DT"_vr: case "FD"_vr: case "FL"_vr: case "IS"_vr: case "LO"_vr: case "LT"_vr:
    case "PN"_vr: case "SH"_vr: case "SL"_vr: case "SS"_vr: case "ST"_vr: case "TM"_vr:
    case "UI"_vr: case "UL"_vr: case "US"_vr:
      return true;
    default:
      return !is_letter(static_cast<uint8_t>(vr >> 8)) || !is_letter(static_cast<uint8_t>(vr));
  }
}

/// Whether a VR is one of the standard's, of whose length nobody thinks otherwise.
inline bool is_standard(uint16_t vr) {
  switch (vr) {
    case "OB"_vr: case "OD"_vr: case "OF"_vr: case "OL"_vr: case "OV"_vr: case "OW"_vr:
    case "SQ"_vr: case "SV"_vr: case "UC"_vr: case "UN"_vr: case "UR"_vr: case "UT"_vr:
    case "UV"_vr:
      return true;
    default:
      return is_short(vr) && is_letter(static_cast<uint8_t>(vr >> 8)) &&
             is_letter(static_cast<uint8_t>(vr));
  }
}

}  // namespace rdcm

#endif
