#include "RdcmWalk.hpp"

#include <algorithm>
#include <cstdlib>

namespace rdcm {

namespace {

/// More than the largest enhanced objects have; the toolkit keeps each in memory.
constexpr uint64_t most_elements = 4'000'000;

/// An unknown value of undefined length is a sequence in implicit VR (PS3.5 6.2.2).
Coding coding_within(const Element &element, Coding coding) {
  return element.vr == "UN"_vr ? Coding{false, false} : coding;
}

}  // namespace

std::string Walk::meta() {
  std::string syntax;
  const uint8_t *ahead = source_.ahead(8);
  for (; ahead && tag_at(ahead, false) >> 16 == 0x0002; ahead = source_.ahead(8)) {
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

Coding Walk::guess() {
  uint8_t ahead[6] = {0};
  source_.peek(ahead, 6);
  const bool big = word16(ahead, false) > word16(ahead, true);
  return {is_letter(ahead[4]) && is_letter(ahead[5]), big};
}

void Walk::dataset(Coding coding, Places *places) {
  layout_.is_big_endian = coding.is_big_endian;
  while (!source_.at_end()) {
    if (is_padding()) return;
    const uint64_t begin = source_.position();
    const Element element = next(coding);
    if (places && element.tag >> 16 >= 0x7FE0) {
      if (places->is_all) return;
      places = nullptr;
    }
    const bool is_nest = places && may_nest(element, coding);
    top_level(element, coding);
    if (places) places->elements.push_back({element.tag, begin, source_.position(), is_nest});
  }
}

void Walk::top_level(const Element &element, Coding coding) {
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
}

bool Walk::begins_with_item(const Element &element, Coding coding) {
  if (element.length < 8) return false;
  const uint8_t *ahead = source_.ahead(4);
  return ahead && tag_at(ahead, coding.is_big_endian) == item_tag;
}

/// Whether the toolkit may think otherwise of an element.
bool Walk::may_nest(const Element &element, Coding coding) {
  return element.length == undefined_length || element.vr == "SQ"_vr ||
         (coding.is_explicit && !is_standard(element.vr)) || begins_with_item(element, coding);
}

/// Zeros after the pixel data fill up a block; before them they are what is not written yet.
bool Walk::is_padding() {
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

Element Walk::next(Coding coding) {
  if (++elements_ > most_elements) throw Broken{RDCM_MALFORMED, "too many elements"};
  const uint8_t *bytes = source_.take(8);
  Element element;
  element.tag = tag_at(bytes, coding.is_big_endian);
  if (element.tag >> 16 == 0xFFFE || !coding.is_explicit) {
    element.length = word32(bytes + 4, coding.is_big_endian);
    return element;
  }
  element.vr = vr_of(bytes[4], bytes[5]);
  element.length = is_short(element.vr) ? word16(bytes + 6, coding.is_big_endian)
                                        : word32(source_.take(4), coding.is_big_endian);
  return element;
}

/// Moves past a value that starts here and, where nested, must not pass `end`.
void Walk::value(const Element &element, Coding coding, uint64_t end, int depth) {
  if (element.tag >> 16 == 0xFFFE)
    throw Broken{RDCM_MALFORMED, "an item outside a sequence at byte " +
                                     std::to_string(source_.position())};
  if (element.length == undefined_length) {
    if (element.vr == "OB"_vr || element.vr == "OW"_vr) {
      fragments();
    } else {
      sequence(coding_within(element, coding), end, true, depth + 1);
    }
    return;
  }
  const uint64_t stop = source_.position() + element.length;
  if (stop > end) throw Broken{RDCM_MALFORMED, "an element is longer than what holds it"};
  const bool may_nest =
      element.vr == "SQ"_vr || element.vr == "UN"_vr || !coding.is_explicit;
  if (may_nest && begins_with_item(element, coding))
    nested(coding_within(element, coding), stop, depth);
  source_.skip(stop - source_.position());
}

/// Looks into a value of known length for the sake of its depth alone; it may be no sequence.
void Walk::nested(Coding coding, uint64_t stop, int depth) {
  try {
    sequence(coding, stop, false, depth + 1);
  } catch (const Broken &broken) {
    if (broken.status == RDCM_TRUNCATED || too_deep_) throw;
  }
  if (source_.position() > stop)
    throw Broken{RDCM_MALFORMED, "an item is longer than its sequence"};
}

void Walk::sequence(Coding coding, uint64_t end, bool until_delimiter, int depth) {
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

void Walk::item(Coding coding, uint64_t end, bool until_delimiter, int depth) {
  while (until_delimiter || source_.position() < end) {
    if (end < UINT64_MAX && source_.position() + 8 > end)
      throw Broken{RDCM_MALFORMED, "an item is not closed"};
    const Element element = next(coding);
    if (element.tag == item_end && until_delimiter) return;
    value(element, coding, end, depth);
  }
}

/// Text that is no number counts as one frame, as the header's reader has it.
void Walk::count_frames(const Element &element) {
  std::string text(element.length, '\0');
  source_.read(reinterpret_cast<uint8_t *>(&text[0]), text.size());
  const long count = std::strtol(text.c_str(), nullptr, 10);
  encapsulated_->frames = count > 1 ? static_cast<uint64_t>(count) : 1;
}

/// Moves past the fragments of encapsulated pixel data; how many, the offset table included.
uint64_t Walk::fragments() {
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

void Walk::pixels(const Element &element, Coding coding) {
  if (element.length == undefined_length) {
    const uint64_t items = fragments();
    layout_.fragments = items > 0 ? items - 1 : 0;
    layout_.pixel_bytes = fragment_bytes_;
    layout_.pixel_form = RDCM_ENCAPSULATED;
    return;
  }
  layout_.pixel_offset = source_.position();
  layout_.pixel_bytes = element.length;
  layout_.is_byte_string = coding.is_explicit && element.vr == "OB"_vr;
  source_.skip(element.length);
  layout_.pixel_form = RDCM_NATIVE;
}

/// Moves past values that stand as they are, in encapsulated transfer syntaxes too (PS3.5 A.4).
void Walk::reals(const Element &element) {
  if (element.length == undefined_length)
    throw Broken{RDCM_MALFORMED, "floating-point pixel data have no length"};
  layout_.pixel_offset = source_.position();
  layout_.pixel_bytes = element.length;
  layout_.float_bits = element.tag == float_pixel_data ? 32 : 64;
  source_.skip(element.length);
  layout_.pixel_form = RDCM_FLOATING_POINT;
}

}  // namespace rdcm
