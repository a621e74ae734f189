#include "RdcmRunLengths.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace rdcm {

namespace {

/// Bytes at a time; both buffers have so many beyond their ends, and so a longest run's.
constexpr size_t stride = 16;
constexpr size_t slack = 128 + stride;
/// The header of a frame: how many segments there are, and where each begins.
constexpr size_t header_size = 64;

/// Bytes of a frame, read at once.
class Segments {
 public:
  /// Throws `Broken` where there are not `count` segments, each within the frame.
  Segments(const CodedFrame &frame, size_t count) : size_(frame.size()) {
    if (size_ < header_size) throw Broken{RDCM_MALFORMED, "Pixel Data hold no run lengths"};
    bytes_.resize(size_ + slack);
    frame.read(0, bytes_.data(), size_);
    if (word(0) != count || count > 15)
      throw Broken{RDCM_MALFORMED, "the run lengths do not fit Bits Allocated"};
    for (size_t segment = 0; segment <= count; ++segment)
      starts_[segment] = segment < count ? word(1 + segment) : size_;
    for (size_t segment = 0; segment < count; ++segment) {
      if (starts_[segment] < header_size || starts_[segment] > starts_[segment + 1])
        throw Broken{RDCM_MALFORMED, "the run lengths end too early"};
    }
    if (starts_[count - 1] > size_)
      throw Broken{RDCM_MALFORMED, "the run lengths end too early"};
  }

  /// Unpacks one segment (PackBits, PS3.5 G.3.1) into as many bytes as there are pixels, with `slack`
  /// beyond them.
  ///
  /// 0.5 to 1 ns a byte; the bound is a mispredicted branch a run. Runs are copied in strides
  /// whatever their length: most are short, and a call costs more than the bytes.
  void unpack(size_t segment, uint8_t *samples, uint64_t pixels) const {
    const uint8_t *at = bytes_.data() + starts_[segment];
    const uint8_t *const end = bytes_.data() + starts_[segment + 1];
    uint8_t *sample = samples;
    uint8_t *const last = samples + pixels;
    while (sample < last && at < end) {
      const uint8_t control = *at++;
      if (control == 0x80) continue;
      const bool repeats = control > 0x80;
      const size_t run = repeats ? 257u - control : control + 1u;
      const size_t coded = repeats ? 1 : run;
      if (static_cast<size_t>(end - at) < coded)
        throw Broken{RDCM_MALFORMED, "the run lengths end too early"};
      if (repeats) {
        uint8_t block[stride];
        std::memset(block, *at, stride);
        for (size_t done = 0; done < run; done += stride) std::memcpy(sample + done, block, stride);
      } else {
        for (size_t done = 0; done < run; done += stride)
          std::memcpy(sample + done, at + done, stride);
      }
      // A last run may be padded beyond the last sample.
      sample += run;
      at += coded;
    }
    if (sample < last) throw Broken{RDCM_MALFORMED, "the run lengths end too early"};
  }

 private:
  size_t word(size_t index) const {
    const uint8_t *at = bytes_.data() + 4 * index;
    return size_t{at[0]} | size_t{at[1]} << 8 | size_t{at[2]} << 16 | size_t{at[3]} << 24;
  }

  size_t size_;
  std::vector<uint8_t> bytes_;
  size_t starts_[16] = {};
};

}  // namespace

/// One segment a byte plane: of each colour in turn, its high bytes first.
void decode_run_lengths(
    const CodedFrame &frame, size_t colours, size_t width, uint8_t *samples, uint64_t pixels) {
  const size_t planes = colours * width;
  const Segments segments(frame, planes);
  std::vector<uint8_t> plane(pixels + slack);
  for (size_t index = 0; index < planes; ++index) {
    segments.unpack(index, plane.data(), pixels);
    uint8_t *first = samples + index / width * width + (width - 1 - index % width);
    for (uint64_t i = 0; i < pixels; ++i) first[i * planes] = plane[i];
  }
}

void decode_run_lengths(const CodedFrame &frame, uint16_t *words, uint64_t pixels) {
  const Segments segments(frame, 2);
  std::vector<uint8_t> planes(2 * (pixels + slack));
  uint8_t *const high = planes.data();
  uint8_t *const low = high + pixels + slack;
  segments.unpack(0, high, pixels);
  segments.unpack(1, low, pixels);
  for (uint64_t i = 0; i < pixels; ++i)
    words[i] = static_cast<uint16_t>(high[i] << 8 | low[i]);
}

}  // namespace rdcm
