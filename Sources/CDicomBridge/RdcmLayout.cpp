#include "RdcmLayout.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "RdcmElement.hpp"
#include "RdcmWalk.hpp"

namespace rdcm {

namespace {

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
      const char letters[3] = {static_cast<char>(bytes[4]), static_cast<char>(bytes[5]), 0};
      if (DcmVR(letters).getEVR() == EVR_UNKNOWN) continue;
      if (!is_short(vr_of(bytes[4], bytes[5]))) return true;
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

/// Looks at a file's first bytes, and stands before its first element then.
///
/// Whether it has Part 10's preamble. Throws `Broken` where it cannot be DICOM, or not yet.
bool begin(FileSource &file, rdcm_layout &layout) {
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
  return part10;
}

}  // namespace

void walk_file(
    FileSource &file, rdcm_layout &layout, Encapsulated *encapsulated, Places *places) {
  const bool part10 = begin(file, layout);
  Walk outer(file, layout, encapsulated);
  const std::string syntax = outer.meta();
  if (encapsulated) encapsulated->transfer_syntax = syntax;
  if (places && (is_deflated(syntax) || !part10)) {
    if (places->is_all) return;
    places = nullptr;
  }
  if (is_deflated(syntax)) {
    layout.is_deflated = 1;
    layout.deflated_offset = file.position();
    InflateSource inflated(file);
    Walk(inflated, layout).dataset(Coding{});
    return;
  }
  if (places) {
    places->transfer_syntax = syntax;
    places->start = file.position();
  }
  if (file.at_end()) throw Broken{RDCM_TRUNCATED, "the file ends before its data set begins"};
  const Coding coding =
      syntax.empty() ? outer.guess()
                     : Coding{syntax != "1.2.840.10008.1.2" && syntax != "1.2.840.113619.5.2",
                              syntax == "1.2.840.10008.1.2.2"};
  if (places) places->coding = coding;
  outer.dataset(coding, places);
}

Places places_of(FileSource &file) {
  rdcm_layout layout{};
  Places places;
  places.is_all = true;
  walk_file(file, layout, nullptr, &places);
  return places;
}

Encapsulated encapsulated_of(FileSource &file) {
  rdcm_layout layout{};
  Encapsulated pixels;
  walk_file(file, layout, &pixels, nullptr);
  if (layout.pixel_form != RDCM_ENCAPSULATED)
    throw Broken{RDCM_MALFORMED, "Pixel Data hold no fragments"};
  return pixels;
}

}  // namespace rdcm
