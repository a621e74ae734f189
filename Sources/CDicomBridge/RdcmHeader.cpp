#include "RdcmHeader.hpp"

#include <dcmtk/dcmdata/dcistrmb.h>

#include <algorithm>
#include <cstring>

namespace rdcm {

namespace {

/// Longer headers are read piece by piece.
constexpr uint64_t most_head = 64 * 1024;

/// Longer sequences are left to the toolkit, which leaves long values in the file.
constexpr uint64_t most_sequence = 256 * 1024 * 1024;

bool is_before(const Place &place, uint32_t tag) { return place.tag < tag; }

}  // namespace

std::unique_ptr<Header> Header::of(
    std::unique_ptr<FileSource> source, Places places, rdcm_file &file) {
  if (places.start == 0) return nullptr;
  const DcmXfer syntax(places.transfer_syntax.c_str());
  if (syntax.getXfer() == EXS_Unknown) return nullptr;
  std::unique_ptr<Header> header(new Header(std::move(source), std::move(places)));
  std::vector<uint8_t> meta;
  header->append(0, header->start_, meta);
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

Header::Header(std::unique_ptr<FileSource> source, Places places)
    : source_(std::move(source)), syntax_(DcmXfer(places.transfer_syntax.c_str()).getXfer()),
      start_(places.start), places_(std::move(places.elements)), read_(places_.size()),
      is_sound_(places_.size()), nest_(places.coding) {
  uint64_t end = start_;
  for (const Place &place : places_) end = std::max(end, place.end);
  head_.resize(std::min({end, most_head, source_->size()}));
  if (!head_.empty()) source_->read_at(0, head_.data(), head_.size());
  // Of two with one tag the first counts.
  std::sort(places_.begin(), places_.end(), [](const Place &one, const Place &other) {
    return one.tag != other.tag ? one.tag < other.tag : one.begin < other.begin;
  });
}

void Header::append(uint64_t begin, uint64_t end, std::vector<uint8_t> &bytes) const {
  const size_t had = bytes.size();
  bytes.resize(had + (end - begin));
  if (bytes.size() == had) return;
  if (end <= head_.size()) {
    std::memcpy(&bytes[had], &head_[begin], bytes.size() - had);
  } else {
    source_->read_at(begin, &bytes[had], bytes.size() - had);
  }
}

const Place *Header::find(uint32_t tag) const {
  const auto found = std::lower_bound(places_.begin(), places_.end(), tag, is_before);
  return found != places_.end() && found->tag == tag ? &*found : nullptr;
}

bool Header::has(uint32_t tag) const { return find(tag) != nullptr; }

bool Header::may_nest(uint32_t tag) const {
  const Place *found = find(tag);
  return found && found->may_nest;
}

bool Header::read(rdcm_file &file, uint32_t tag) {
  const Place *found = find(tag);
  if (!found) return false;
  const auto index = static_cast<size_t>(found - places_.data());
  if (read_[index]) return is_sound_[index];
  read_[index] = true;
  std::vector<uint8_t> bytes;
  if (is_private(tag) && (tag & 0xFFFF) > 0xFF) {
    // Who has reserved a block says what its elements are.
    const uint32_t group = tag & 0xFFFF0000;
    auto owner = std::lower_bound(places_.begin(), places_.end(), group | 0x10, is_before);
    for (; owner != places_.end() && owner->tag <= (group | 0xFF); ++owner)
      if (!owner->may_nest) append(owner->begin, owner->end, bytes);
  }
  append(found->begin, found->end, bytes);
  DcmDataset part;
  DcmElement *element = parse(tag, bytes, part);
  if (!element) return false;
  part.remove(element);
  is_sound_[index] = file.dataset().insert(element, OFTrue).good();
  if (!is_sound_[index]) delete element;
  return is_sound_[index];
}

/// Has the toolkit read an element; null where it takes it for longer than it is.
DcmElement *Header::parse(
    uint32_t tag, const std::vector<uint8_t> &bytes, DcmDataset &part) const {
  DcmInputBufferStream stream;
  stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  stream.setEos();
  part.transferInit();
  part.read(stream, syntax_, EGL_noChange, DCM_MaxReadLength);
  DcmElement *element = nullptr;
  const DcmTagKey key(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xFFFF));
  part.findAndGetElement(key, element);
  // What is only half there may claim to be of any length. Texts of odd length grow by one.
  if (!element || !element->isLeaf() || element->getLengthField() > bytes.size()) return nullptr;
  part.transferEnd();
  return element;
}

uint32_t Header::sequence(uint32_t tag) {
  const Place *found = find(tag);
  if (!found) return 0;
  const auto known = sequences_.find(tag);
  if (known != sequences_.end()) return known->second;
  return sequences_[tag] = parse_sequence(*found);
}

uint32_t Header::parse_sequence(const Place &place) {
  const uint64_t count = place.end - place.begin;
  if (!place.may_nest || count > most_sequence) return 0;
  if (!kept(place.begin, place.end)) {
    Piece piece{place.begin, place.end, std::unique_ptr<uint8_t[]>(new uint8_t[count])};
    source_->read_at(place.begin, piece.bytes.get(), count);
    pieces_.push_back(std::move(piece));
  }
  return nest_.parse(kept(place.begin, place.end), count, place.begin);
}

/// The bytes of a piece of the file that are held already; null where they are not.
const uint8_t *Header::kept(uint64_t begin, uint64_t end) const {
  if (end <= head_.size()) return head_.data() + begin;
  for (const Piece &piece : pieces_)
    if (begin >= piece.begin && end <= piece.end)
      return piece.bytes.get() + (begin - piece.begin);
  return nullptr;
}

const uint8_t *Header::value(const Node &leaf) { return kept(leaf.value, leaf.end()); }

DcmItem *Header::by_toolkit(const Node &leaf) {
  std::vector<uint8_t> bytes;
  append(leaf.begin(), leaf.end(), bytes);
  last_part_.clear();
  return parse(leaf.tag, bytes, last_part_) ? &last_part_ : nullptr;
}

}  // namespace rdcm
