// How stored values lie in their words.
#ifndef RDCM_SAMPLES_HPP
#define RDCM_SAMPLES_HPP

#include <algorithm>
#include <cstdint>
#include <limits>

#include "rdcm_read.h"

namespace rdcm {

/// Cuts a stored value out of its word and extends its sign.
class Cut {
 public:
  explicit Cut(const rdcm_samples &samples)
      : shift_(samples.high_bit + 1 - samples.bits_stored),
        mask_(static_cast<uint32_t>((uint64_t{1} << samples.bits_stored) - 1)),
        sign_(samples.is_signed ? uint32_t{1} << (samples.bits_stored - 1) : 0) {}

  int32_t operator()(uint32_t word) const {
    const uint32_t value = (word >> shift_) & mask_;
    return static_cast<int32_t>((value ^ sign_) - sign_);
  }

  /// Cuts words of 16 bits in their place, and finds the range of the values.
  template <typename Value>
  void in_place(Value *words, uint64_t count, int32_t &least, int32_t &greatest) const {
    const auto shift = static_cast<uint16_t>(shift_);
    const auto mask = static_cast<uint16_t>(mask_);
    const auto sign = static_cast<uint16_t>(sign_);
    Value low = std::numeric_limits<Value>::max();
    Value high = std::numeric_limits<Value>::min();
    for (uint64_t i = 0; i < count; ++i) {
      const auto value = static_cast<uint16_t>((static_cast<uint16_t>(words[i]) >> shift) & mask);
      words[i] = static_cast<Value>(static_cast<uint16_t>((value ^ sign) - sign));
      low = std::min(low, words[i]);
      high = std::max(high, words[i]);
    }
    least = low;
    greatest = high;
  }

 private:
  uint32_t shift_;
  uint32_t mask_;
  uint32_t sign_;
};

/// Whether samples are such as can be read, and so many as their grid has.
inline bool is_sound(const rdcm_samples &samples, uint64_t count) {
  const bool known =
      samples.bits_allocated == 8 || samples.bits_allocated == 12 ||
      samples.bits_allocated == 16 || samples.bits_allocated == 32;
  return known && samples.bits_stored >= 1 && samples.bits_stored <= samples.bits_allocated &&
         samples.high_bit < samples.bits_allocated &&
         samples.high_bit + 1 >= samples.bits_stored && samples.rows >= 1 &&
         samples.rows <= 0xFFFF && samples.columns >= 1 && samples.columns <= 0xFFFF &&
         count == uint64_t{samples.rows} * samples.columns;
}

}  // namespace rdcm

#endif
