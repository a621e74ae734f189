#include "RdcmNest.hpp"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <unordered_map>

namespace rdcm {

namespace {

/// The VR that the dictionary gives for a tag; UN where it has none.
uint16_t vr_by_dictionary(uint32_t tag) {
  thread_local std::unordered_map<uint32_t, uint16_t> known;
  const auto found = known.find(tag);
  if (found != known.end()) return found->second;
  // Hostile tags must not fill the memory.
  if (known.size() > 10'000) known.clear();
  const DcmTag entry(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xFFFF));
  const char *name = DcmVR(entry.getEVR()).getVRName();
  const uint16_t vr = entry.getEVR() == EVR_UNKNOWN || is_private(tag)
                          ? "UN"_vr
                          : vr_of(static_cast<uint8_t>(name[0]), static_cast<uint8_t>(name[1]));
  return known[tag] = vr;
}

}  // namespace

uint32_t Nest::parse(const uint8_t *bytes, size_t count, uint64_t begin) {
  bytes_ = bytes;
  base_ = begin;
  at_ = 0;
  // Elements of real headers have some 40 bytes.
  nodes_.reserve(nodes_.size() + std::min<size_t>(count / 32, 65'536));
  const auto first = static_cast<uint32_t>(nodes_.size());
  if (element(count, 0) && at_ == count && nodes_[first].is_sequence) return first;
  nodes_.resize(first);
  return 0;
}

uint32_t Nest::find(uint32_t item, uint32_t tag) const {
  const uint32_t end = nodes_[item].next;
  for (uint32_t node = item + 1; node < end; node = nodes_[node].next)
    if (nodes_[node].tag == tag) return node;
  return 0;
}

uint32_t Nest::tag_ahead() const { return tag_at(bytes_ + at_, coding_.is_big_endian); }

uint32_t Nest::length_ahead() const { return word32(bytes_ + at_ + 4, coding_.is_big_endian); }

/// Reads the head of an element and moves past it.
bool Nest::head(uint64_t limit, Element &element) {
  if (limit - at_ < 8) return false;
  element.tag = tag_ahead();
  if (element.tag >> 16 == 0xFFFE) return false;
  if (!coding_.is_explicit) {
    element.vr = vr_by_dictionary(element.tag);
    element.length = length_ahead();
    at_ += 8;
    return true;
  }
  element.vr = vr_of(bytes_[at_ + 4], bytes_[at_ + 5]);
  if (!is_standard(element.vr)) return false;
  // The toolkit makes of unknown values what the dictionary knows.
  if (element.vr == "UN"_vr && !is_private(element.tag)) return false;
  if (is_short(element.vr)) {
    element.length = word16(bytes_ + at_ + 6, coding_.is_big_endian);
    at_ += 8;
    return true;
  }
  if (limit - at_ < 12) return false;
  element.length = word32(bytes_ + at_ + 8, coding_.is_big_endian);
  at_ += 12;
  return true;
}

/// Notes an element or an item whose value begins here.
void Nest::open(const Element &element, uint64_t begin, bool is_sequence) {
  const auto head = static_cast<uint8_t>(at_ - begin);
  nodes_.push_back({base_ + at_, element.tag, 0, 0, element.vr, head, is_sequence});
}

/// Notes that what a node holds ends here.
void Nest::close(size_t node) {
  nodes_[node].size = static_cast<uint32_t>(base_ + at_ - nodes_[node].value);
  nodes_[node].next = static_cast<uint32_t>(nodes_.size());
}

bool Nest::element(uint64_t limit, int depth) {
  const size_t node = nodes_.size();
  const uint64_t begin = at_;
  Element element;
  if (!head(limit, element)) return false;
  const bool is_open = element.length == undefined_length;
  const bool is_sequence =
      element.vr == "SQ"_vr || (!coding_.is_explicit && is_open && element.vr == "UN"_vr);
  open(element, begin, is_sequence);
  if (is_sequence) {
    if (!sequence(element.length, limit, depth + 1)) return false;
  } else {
    if (is_open || element.length % 2 == 1 || element.length > limit - at_) return false;
    at_ += element.length;
  }
  close(node);
  return true;
}

bool Nest::sequence(uint32_t length, uint64_t limit, int depth) {
  if (depth > most_nesting) return false;
  const bool is_open = length == undefined_length;
  if (!is_open && length > limit - at_) return false;
  const uint64_t stop = is_open ? limit : at_ + length;
  while (is_open || at_ < stop) {
    if (stop - at_ < 8) return false;
    const uint32_t tag = tag_ahead();
    const uint32_t item_length = length_ahead();
    const uint64_t begin = at_;
    at_ += 8;
    if (is_open && tag == sequence_end) return item_length == 0;
    if (tag != item_tag) return false;
    const size_t node = nodes_.size();
    open({tag, 0, item_length}, begin, false);
    if (!item(item_length, stop, depth)) return false;
    close(node);
  }
  return true;
}

bool Nest::item(uint32_t length, uint64_t limit, int depth) {
  const bool is_open = length == undefined_length;
  if (!is_open && length > limit - at_) return false;
  const uint64_t stop = is_open ? limit : at_ + length;
  while (is_open || at_ < stop) {
    if (stop - at_ < 8) return false;
    if (is_open && tag_ahead() == item_end) {
      const bool is_plain = length_ahead() == 0;
      at_ += 8;
      return is_plain;
    }
    if (!element(stop, depth)) return false;
  }
  return true;
}

}  // namespace rdcm
