#include "RdcmHeader.hpp"

#include <dcmtk/dcmdata/dcistrmb.h>

#include <algorithm>
#include <cstring>

namespace rdcm {

namespace {

/// Longer headers are read piece by piece.
constexpr uint64_t most_head = 64 * 1024;

bool is_before(const Place &place, uint32_t tag) { return place.tag < tag; }

}  // namespace

std::unique_ptr<Header> Header::of(const char *path, rdcm_file &file) {
  FileSource source(path);
  Places places = places_of(source);
  if (places.is_deflated || places.start == 0) return nullptr;
  const DcmXfer syntax(places.transfer_syntax.c_str());
  if (syntax.getXfer() == EXS_Unknown) return nullptr;
  std::unique_ptr<Header> header(new Header(path, std::move(places)));
  std::vector<uint8_t> meta;
  header->append({0, 0, header->start_, false}, meta);
  DcmInputBufferStream stream;
  stream.setBuffer(meta.data(), static_cast<offile_off_t>(meta.size()));
  stream.setEos();
  file.meta().transferInit();
  file.meta().read(stream, EXS_Unknown, EGL_noChange, DCM_MaxReadLength);
  file.meta().transferEnd();
  OFString uid;
  file.meta().findAndGetOFString(DCM_TransferSyntaxUID, uid);
  // What the walk has taken for the transfer syntax is the toolkit's too, or this way is closed.
  return uid == syntax.getXferID() ? std::move(header) : nullptr;
}

Header::Header(const char *path, Places places)
    : source_(path), syntax_(DcmXfer(places.transfer_syntax.c_str()).getXfer()),
      start_(places.start), places_(std::move(places.elements)), read_(places_.size()),
      is_sound_(places_.size()) {
  uint64_t end = start_;
  for (const Place &place : places_) end = std::max(end, place.end);
  head_.resize(std::min({end, most_head, source_.size()}));
  if (!head_.empty()) source_.read_at(0, head_.data(), head_.size());
  // Of two with one tag the first counts.
  std::sort(places_.begin(), places_.end(), [](const Place &one, const Place &other) {
    return one.tag != other.tag ? one.tag < other.tag : one.begin < other.begin;
  });
}

void Header::append(const Place &place, std::vector<uint8_t> &element) const {
  const size_t had = element.size();
  element.resize(had + (place.end - place.begin));
  if (element.size() == had) return;
  if (place.end <= head_.size()) {
    std::memcpy(&element[had], &head_[place.begin], element.size() - had);
  } else {
    source_.read_at(place.begin, &element[had], element.size() - had);
  }
}

bool Header::has(uint32_t tag) const {
  const auto found = std::lower_bound(places_.begin(), places_.end(), tag, is_before);
  return found != places_.end() && found->tag == tag;
}

bool Header::may_nest(uint32_t tag) const {
  const auto found = std::lower_bound(places_.begin(), places_.end(), tag, is_before);
  return found != places_.end() && found->tag == tag && found->may_nest;
}

bool Header::read(rdcm_file &file, uint32_t tag) {
  const auto found = std::lower_bound(places_.begin(), places_.end(), tag, is_before);
  if (found == places_.end() || found->tag != tag) return false;
  const auto index = static_cast<size_t>(found - places_.begin());
  if (read_[index]) return is_sound_[index];
  read_[index] = true;
  std::vector<uint8_t> element;
  if ((tag >> 16) % 2 == 1 && (tag & 0xFFFF) > 0xFF) {
    // Who has reserved a block says what its elements are.
    const uint32_t group = tag & 0xFFFF0000;
    auto owner = std::lower_bound(places_.begin(), places_.end(), group | 0x10, is_before);
    for (; owner != places_.end() && owner->tag <= (group | 0xFF); ++owner)
      if (!owner->may_nest) append(*owner, element);
  }
  append(*found, element);
  is_sound_[index] = insert(file, tag, element);
  return is_sound_[index];
}

/// Has the toolkit read an element; false where it takes it for longer than it is.
bool Header::insert(rdcm_file &file, uint32_t tag, const std::vector<uint8_t> &bytes) const {
  DcmInputBufferStream stream;
  stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  stream.setEos();
  DcmDataset part;
  part.transferInit();
  part.read(stream, syntax_, EGL_noChange, DCM_MaxReadLength);
  DcmElement *element = nullptr;
  const DcmTagKey key(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xFFFF));
  part.findAndGetElement(key, element);
  // What is only half there may claim to be of any length. Texts of odd length grow by one.
  if (!element || !element->isLeaf() || element->getLengthField() > bytes.size()) return false;
  part.transferEnd();
  part.remove(element);
  const OFCondition inserted = file.dataset().insert(element, OFTrue);
  if (inserted.bad()) delete element;
  return inserted.good();
}

}  // namespace rdcm
