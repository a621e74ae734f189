#include "RdcmFragments.hpp"

#include <algorithm>
#include <cstring>

#include "RdcmCodestream.hpp"

namespace rdcm {

namespace {

uint32_t little32(const uint8_t *bytes) {
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | static_cast<uint32_t>(bytes[3]) << 24;
}

/// The indices of the items at which frames begin, by the Basic Offset Table; empty without one.
std::vector<size_t> starts_by_table(const FileSource &file, const Encapsulated &pixels) {
  const Fragment &table = pixels.items[0];
  if (table.length == 0) return {};
  if (table.length / 4 != pixels.frames)
    throw Broken{RDCM_MALFORMED, "the Basic Offset Table has not one entry a frame"};
  std::vector<uint8_t> bytes(table.length);
  file.read_at(table.offset, bytes.data(), bytes.size());
  // Offsets count from the first byte of the first fragment's item tag.
  const uint64_t base = pixels.items[1].offset;
  std::vector<size_t> starts;
  size_t item = 1;
  for (uint64_t frame = 0; frame < pixels.frames; ++frame) {
    const uint64_t wanted = base + little32(&bytes[4 * frame]);
    while (item < pixels.items.size() && pixels.items[item].offset < wanted) ++item;
    if (item == pixels.items.size() || pixels.items[item].offset != wanted)
      throw Broken{RDCM_MALFORMED, "the Basic Offset Table points between fragments"};
    starts.push_back(item);
  }
  return starts;
}

std::vector<size_t> starts_by_signature(const FileSource &file, const Encapsulated &pixels) {
  std::vector<size_t> starts;
  for (size_t item = 1; item < pixels.items.size(); ++item) {
    uint8_t head[12];
    const size_t count = std::min<uint64_t>(pixels.items[item].length, sizeof head);
    file.read_at(pixels.items[item].offset, head, count);
    if (begins_codestream(head, count)) starts.push_back(item);
  }
  return starts;
}

}  // namespace

CodedFrame::CodedFrame(const FileSource &file, std::vector<Fragment> fragments)
    : file_(file), fragments_(std::move(fragments)) {
  for (const Fragment &fragment : fragments_) {
    size_ += fragment.length;
    ends_.push_back(size_);
  }
}

void CodedFrame::read(uint64_t offset, uint8_t *bytes, size_t count) const {
  if (offset > size_ || count > size_ - offset)
    throw Broken{RDCM_TRUNCATED, "the coded frame ends too early"};
  auto index =
      static_cast<size_t>(std::upper_bound(ends_.begin(), ends_.end(), offset) - ends_.begin());
  for (; count > 0; ++index) {
    const Fragment &fragment = fragments_[index];
    const uint64_t inside = offset - (ends_[index] - fragment.length);
    const size_t step = std::min<uint64_t>(count, fragment.length - inside);
    file_.read_at(fragment.offset + inside, bytes, step);
    bytes += step;
    count -= step;
    offset += step;
  }
}

FrameTable::FrameTable(const FileSource &file, const Encapsulated &pixels)
    : file_(file), pixels_(pixels) {
  const size_t fragments = pixels.items.empty() ? 0 : pixels.items.size() - 1;
  if (fragments < pixels.frames)
    throw Broken{RDCM_TRUNCATED, "there are fewer fragments than frames"};
  if (pixels.frames == 1) {
    starts_ = {1};
  } else if (fragments != pixels.frames) {
    starts_ = starts_by_table(file, pixels);
    if (starts_.empty()) starts_ = starts_by_signature(file, pixels);
    if (starts_.size() != pixels.frames || starts_[0] != 1)
      throw Broken{RDCM_MALFORMED, "which fragments make a frame cannot be told"};
  }
}

CodedFrame FrameTable::operator[](uint64_t frame) const {
  if (frame >= pixels_.frames) throw Broken{RDCM_MALFORMED, "there is no such frame"};
  size_t first = 1 + frame;
  size_t last = 2 + frame;
  if (!starts_.empty()) {
    first = starts_[frame];
    last = frame + 1 < starts_.size() ? starts_[frame + 1] : pixels_.items.size();
  }
  const auto begin = pixels_.items.begin();
  return CodedFrame(file_, std::vector<Fragment>(begin + static_cast<std::ptrdiff_t>(first),
                                                 begin + static_cast<std::ptrdiff_t>(last)));
}

}  // namespace rdcm
