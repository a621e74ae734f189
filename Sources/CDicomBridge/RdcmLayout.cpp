#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

#include "RdcmFile.hpp"
#include "RdcmFragments.hpp"
#include "RdcmHeader.hpp"
#include "RdcmSource.hpp"
#include "rdcm_read.h"

namespace rdcm {

namespace {

constexpr uint32_t undefined_length = 0xFFFFFFFF;
constexpr uint32_t item_tag = 0xFFFEE000;
constexpr uint32_t item_end = 0xFFFEE00D;
constexpr uint32_t sequence_end = 0xFFFEE0DD;
constexpr uint32_t pixel_data = 0x7FE00010;
constexpr uint32_t float_pixel_data = 0x7FE00008;
constexpr uint32_t number_of_frames = 0x00280008;
constexpr uint32_t double_pixel_data = 0x7FE00009;

/// Deeper than any real object; the toolkit's own parser recurses without a limit.
constexpr int most_nesting = 64;
/// More than the largest enhanced objects have; the toolkit keeps each in memory.
constexpr uint64_t most_elements = 4'000'000;

/// How elements are written.
struct Coding {
  bool is_explicit = true;
  bool is_big_endian = false;
};

struct Element {
  uint32_t tag = 0;
  char vr[3] = {0, 0, 0};
  uint32_t length = 0;

  bool is(const char *name) const { return std::strcmp(vr, name) == 0; }
};

uint32_t word16(const uint8_t *bytes, bool big) {
  return big ? (bytes[0] << 8 | bytes[1]) : (bytes[1] << 8 | bytes[0]);
}

uint32_t word32(const uint8_t *bytes, bool big) {
  return big ? (word16(bytes, big) << 16 | word16(bytes + 2, big))
             : (word16(bytes + 2, big) << 16 | word16(bytes, big));
}

uint32_t tag_at(const uint8_t *bytes, bool big) {
  return word16(bytes, big) << 16 | word16(bytes + 2, big);
}

bool is_letter(uint8_t byte) { return byte >= 'A' && byte <= 'Z'; }

/// Whether a VR's length takes 16 bits (PS3.5 table 7.1-2); unknown letters take 32.
bool is_short(const char *vr) {
  static const char known[] = "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US ";
  const char *found = std::strstr(known, vr);
  return (found && (found - known) % 3 == 0) || !is_letter(static_cast<uint8_t>(vr[0])) ||
         !is_letter(static_cast<uint8_t>(vr[1]));
}

/// Whether a VR is one of the standard's, of whose length nobody thinks otherwise.
bool is_standard(const char *vr) {
  static const char wide[] = "OB OD OF OL OV OW SQ SV UC UN UR UT UV ";
  const char *found = std::strstr(wide, vr);
  return (found && (found - wide) % 3 == 0) ||
         (is_short(vr) && is_letter(static_cast<uint8_t>(vr[0])) &&
          is_letter(static_cast<uint8_t>(vr[1])));
}

/// Walks the elements of one file.
class Walk {
 public:
  Walk(Source &source, rdcm_layout &layout, Encapsulated *encapsulated = nullptr,
       Places *places = nullptr)
      : source_(source), layout_(layout), encapsulated_(encapsulated), places_(places) {}

  void dataset(Coding coding) {
    layout_.is_big_endian = coding.is_big_endian;
    while (!source_.at_end()) {
      if (is_padding()) return;
      const uint64_t begin = source_.position();
      const Element element = next(coding);
      if (places_ && element.tag >> 16 >= 0x7FE0) return;
      uint8_t ahead[4];
      const bool may_nest =
          element.length == undefined_length || element.is("SQ") ||
          (coding.is_explicit && !is_standard(element.vr)) ||
          (element.length >= 8 && source_.peek(ahead, 4) == 4 &&
           tag_at(ahead, coding.is_big_endian) == item_tag);
      const bool is_real = element.tag == float_pixel_data || element.tag == double_pixel_data;
      const bool is_first = layout_.pixel_form == RDCM_NO_PIXELS;
      if (is_real || element.tag == pixel_data) layout_.pixel_elements += 1;
      if (element.tag == pixel_data && is_first) {
        pixels(element, coding);
      } else if (is_real && is_first) {
        reals(element);
      } else if (element.tag == number_of_frames && encapsulated_ && element.length <= 16) {
        count_frames(element);
      } else {
        value(element, coding, UINT64_MAX, 0);
      }
      if (places_) places_->elements.push_back({element.tag, begin, source_.position(), may_nest});
    }
  }

  /// The file meta information; its transfer syntax, empty when it names none.
  std::string meta() {
    std::string syntax;
    uint8_t ahead[8];
    while (source_.peek(ahead, 8) == 8 && tag_at(ahead, false) >> 16 == 0x0002) {
      // Some writers leave the VR out here too.
      const Coding coding{is_letter(ahead[4]) && is_letter(ahead[5]), false};
      const Element element = next(coding);
      if (element.tag == 0x00020010 && element.length <= 64) {
        syntax.resize(element.length);
        source_.read(reinterpret_cast<uint8_t *>(&syntax[0]), element.length);
        syntax.erase(std::find_if(syntax.begin(), syntax.end(),
                                  [](char c) { return c == '\0' || c == ' '; }),
                     syntax.end());
      } else {
        value(element, coding, UINT64_MAX, 0);
      }
    }
    return syntax;
  }

  /// What the next bytes look like, where no transfer syntax says it.
  Coding guess() {
    uint8_t ahead[6] = {0};
    source_.peek(ahead, 6);
    const bool big = word16(ahead, false) > word16(ahead, true);
    return {is_letter(ahead[4]) && is_letter(ahead[5]), big};
  }

 private:
  /// Zeros after the pixel data fill up a block; before them they are what is not written yet.
  bool is_padding() {
    uint8_t ahead[8];
    const size_t count = source_.peek(ahead, 8);
    if (std::any_of(ahead, ahead + count, [](uint8_t byte) { return byte != 0; })) return false;
    const uint64_t start = source_.position();
    if (!source_.only_zeros_follow())
      throw Broken{RDCM_MALFORMED, "zeros at byte " + std::to_string(start)};
    if (layout_.pixel_form == RDCM_NO_PIXELS)
      throw Broken{RDCM_TRUNCATED, "only zeros follow byte " + std::to_string(start)};
    return true;
  }

  Element next(Coding coding) {
    if (++elements_ > most_elements) throw Broken{RDCM_MALFORMED, "too many elements"};
    uint8_t bytes[8];
    source_.read(bytes, 8);
    Element element;
    element.tag = tag_at(bytes, coding.is_big_endian);
    if (element.tag >> 16 == 0xFFFE || !coding.is_explicit) {
      element.length = word32(bytes + 4, coding.is_big_endian);
      return element;
    }
    element.vr[0] = static_cast<char>(bytes[4]);
    element.vr[1] = static_cast<char>(bytes[5]);
    if (is_short(element.vr)) {
      element.length = word16(bytes + 6, coding.is_big_endian);
    } else {
      source_.read(bytes, 4);
      element.length = word32(bytes, coding.is_big_endian);
    }
    return element;
  }

  /// Moves past a value that starts here and, where nested, must not pass `end`.
  void value(const Element &element, Coding coding, uint64_t end, int depth) {
    if (element.tag >> 16 == 0xFFFE)
      throw Broken{RDCM_MALFORMED, "an item outside a sequence at byte " +
                                       std::to_string(source_.position())};
    if (element.length == undefined_length) {
      if (element.is("OB") || element.is("OW")) {
        fragments();
      } else {
        // An unknown value of undefined length is a sequence in implicit VR (PS3.5 6.2.2).
        sequence(element.is("UN") ? Coding{false, false} : coding, end, true, depth + 1);
      }
      return;
    }
    const uint64_t stop = source_.position() + element.length;
    if (stop > end) throw Broken{RDCM_MALFORMED, "an element is longer than what holds it"};
    uint8_t ahead[4];
    const bool may_nest = element.is("SQ") || element.is("UN") || !coding.is_explicit;
    if (may_nest && element.length >= 8 && source_.peek(ahead, 4) == 4 &&
        tag_at(ahead, coding.is_big_endian) == item_tag) {
      nested(element.is("UN") ? Coding{false, false} : coding, stop, depth);
    }
    source_.skip(stop - source_.position());
  }

  /// Looks into a value of known length for the sake of its depth alone; it may be no sequence.
  void nested(Coding coding, uint64_t stop, int depth) {
    try {
      sequence(coding, stop, false, depth + 1);
    } catch (const Broken &broken) {
      if (broken.status == RDCM_TRUNCATED || too_deep_) throw;
    }
    if (source_.position() > stop)
      throw Broken{RDCM_MALFORMED, "an item is longer than its sequence"};
  }

  void sequence(Coding coding, uint64_t end, bool until_delimiter, int depth) {
    if (depth > most_nesting) {
      too_deep_ = true;
      throw Broken{RDCM_MALFORMED, "sequences are nested too deep"};
    }
    while (until_delimiter || source_.position() < end) {
      if (end < UINT64_MAX && source_.position() + 8 > end)
        throw Broken{RDCM_MALFORMED, "a sequence is not closed"};
      const Element element = next(coding);
      if (element.tag == sequence_end && until_delimiter) return;
      if (element.tag != item_tag) throw Broken{RDCM_MALFORMED, "a sequence holds no item"};
      const bool open = element.length == undefined_length;
      const uint64_t stop = open ? end : source_.position() + element.length;
      if (stop > end) throw Broken{RDCM_MALFORMED, "an item is longer than its sequence"};
      item(coding, stop, open, depth);
    }
  }

  void item(Coding coding, uint64_t end, bool until_delimiter, int depth) {
    while (until_delimiter || source_.position() < end) {
      if (end < UINT64_MAX && source_.position() + 8 > end)
        throw Broken{RDCM_MALFORMED, "an item is not closed"};
      const Element element = next(coding);
      if (element.tag == item_end && until_delimiter) return;
      value(element, coding, end, depth);
    }
  }

  /// Text that is no number counts as one frame, as the header's reader has it.
  void count_frames(const Element &element) {
    std::string text(element.length, '\0');
    source_.read(reinterpret_cast<uint8_t *>(&text[0]), text.size());
    const long count = std::strtol(text.c_str(), nullptr, 10);
    encapsulated_->frames = count > 1 ? static_cast<uint64_t>(count) : 1;
  }

  /// Moves past the fragments of encapsulated pixel data; how many, the offset table included.
  uint64_t fragments() {
    fragment_bytes_ = 0;
    if (encapsulated_) encapsulated_->items.clear();
    for (uint64_t count = 0;; ++count) {
      const Element element = next(Coding{false, false});
      if (element.tag == sequence_end) return count;
      if (element.tag != item_tag || element.length == undefined_length)
        throw Broken{RDCM_MALFORMED, "the fragments of the pixel data are broken"};
      fragment_bytes_ += element.length;
      if (encapsulated_) encapsulated_->items.push_back({source_.position(), element.length});
      source_.skip(element.length);
    }
  }

  void pixels(const Element &element, Coding coding) {
    if (element.length == undefined_length) {
      const uint64_t items = fragments();
      layout_.fragments = items > 0 ? items - 1 : 0;
      layout_.pixel_bytes = fragment_bytes_;
      layout_.pixel_form = RDCM_ENCAPSULATED;
      return;
    }
    layout_.pixel_offset = source_.position();
    layout_.pixel_bytes = element.length;
    layout_.is_byte_string = coding.is_explicit && element.is("OB");
    source_.skip(element.length);
    layout_.pixel_form = RDCM_NATIVE;
  }

  /// Moves past values that stand as they are, in encapsulated transfer syntaxes too (PS3.5 A.4).
  void reals(const Element &element) {
    if (element.length == undefined_length)
      throw Broken{RDCM_MALFORMED, "floating-point pixel data have no length"};
    layout_.pixel_offset = source_.position();
    layout_.pixel_bytes = element.length;
    layout_.float_bits = element.tag == float_pixel_data ? 32 : 64;
    source_.skip(element.length);
    layout_.pixel_form = RDCM_FLOATING_POINT;
  }

  Source &source_;
  rdcm_layout &layout_;
  /// Where the places of fragments go, if anyone wants them.
  Encapsulated *encapsulated_;
  /// Where the places of elements go, if anyone wants them; then the walk ends before the pixels.
  Places *places_;
  uint64_t elements_ = 0;
  uint64_t fragment_bytes_ = 0;
  bool too_deep_ = false;
};

/// Whether bytes may open a data set that has neither preamble nor meta information: an element of
/// group 2 or 8, then one with a higher tag.
bool opens_dataset(const uint8_t *bytes, size_t count) {
  for (const bool big : {false, true}) {
    if (count < 8) return false;
    const uint32_t tag = tag_at(bytes, big);
    const uint32_t group = tag >> 16;
    if (group != 0x0008 && (group != 0x0002 || big)) continue;
    if ((tag & 0xFFFF) > 0x9459) continue;
    size_t next;
    if (is_letter(bytes[4]) && is_letter(bytes[5])) {
      const char vr[3] = {static_cast<char>(bytes[4]), static_cast<char>(bytes[5]), 0};
      if (DcmVR(vr).getEVR() == EVR_UNKNOWN) continue;
      if (!is_short(vr)) return true;
      next = 8 + word16(bytes + 6, big);
    } else {
      if (big || word32(bytes + 4, big) > 0x10000) continue;
      next = 8 + size_t{word32(bytes + 4, big)};
    }
    if (next + 4 > count) return true;
    const uint32_t second = tag_at(bytes + next, big);
    if (second > tag && second <= 0x7FE00010) return true;
  }
  return false;
}

/// Whether a data set in a transfer syntax is deflated (PS3.6 table A-1).
bool is_deflated(const std::string &syntax) {
  return syntax == "1.2.840.10008.1.2.1.99" || syntax == "1.2.840.10008.1.2.4.95" ||
         syntax == "1.2.840.10008.1.2.4.205";
}

void walk_file(
    FileSource &file, rdcm_layout &layout, Encapsulated *encapsulated = nullptr,
    Places *places = nullptr) {
  uint8_t head[4096];
  const size_t count = file.peek(head, sizeof head);
  layout.file_bytes = file.size();
  layout.head_count = static_cast<int32_t>(std::min<size_t>(count, sizeof layout.head));
  std::memcpy(layout.head, head, static_cast<size_t>(layout.head_count));

  const bool part10 = count >= 132 && std::memcmp(head + 128, "DICM", 4) == 0;
  if (!part10 && !opens_dataset(head, count)) {
    // Space is often reserved before it is filled. The preamble itself may hold anything.
    const bool zeros = std::all_of(head + std::min<size_t>(count, 128), head + count,
                                   [](uint8_t byte) { return byte == 0; });
    layout.likeness = count < 132 || zeros ? RDCM_UNDECIDED : RDCM_NOT_DICOM;
    throw Broken{layout.likeness == RDCM_UNDECIDED ? RDCM_TRUNCATED : RDCM_MALFORMED,
                 count == 0    ? "the file is empty"
                 : count < 132 ? "the file is too short to be DICOM"
                 : zeros       ? "the file holds zeros where DICOM begins"
                               : "the file is not DICOM"};
  }
  layout.likeness = RDCM_DICOM;
  if (part10) file.skip(132);

  Walk outer(file, layout, encapsulated, places);
  const std::string syntax = outer.meta();
  if (encapsulated) encapsulated->transfer_syntax = syntax;
  if (places) {
    places->transfer_syntax = syntax;
    places->is_deflated = is_deflated(syntax);
    places->start = part10 ? file.position() : 0;
    if (places->is_deflated || !part10) return;
  }
  if (is_deflated(syntax)) {
    layout.is_deflated = 1;
    layout.deflated_offset = file.position();
    InflateSource inflated(file);
    Walk(inflated, layout).dataset(Coding{});
    return;
  }
  if (file.at_end()) throw Broken{RDCM_TRUNCATED, "the file ends before its data set begins"};
  if (syntax.empty()) {
    outer.dataset(outer.guess());
  } else {
    outer.dataset({syntax != "1.2.840.10008.1.2" && syntax != "1.2.840.113619.5.2",
                   syntax == "1.2.840.10008.1.2.2"});
  }
}

}  // namespace

Places places_of(FileSource &file) {
  rdcm_layout layout{};
  Places places;
  walk_file(file, layout, nullptr, &places);
  return places;
}

Encapsulated encapsulated_of(FileSource &file) {
  rdcm_layout layout{};
  Encapsulated pixels;
  walk_file(file, layout, &pixels);
  if (layout.pixel_form != RDCM_ENCAPSULATED)
    throw Broken{RDCM_MALFORMED, "Pixel Data hold no fragments"};
  return pixels;
}

}  // namespace rdcm

extern "C" RDCM_EXPORT rdcm_status rdcm_layout_read(const char *path, rdcm_layout *layout) {
  return rdcm::guarded([&] {
    *layout = rdcm_layout{};
    try {
      rdcm::FileSource file(path);
      rdcm::walk_file(file, *layout);
      return RDCM_OK;
    } catch (const rdcm::Broken &broken) {
      return rdcm::fail(broken.status, broken.reason);
    }
  });
}
