// Values written out without the toolkit, where there is only one way to do it.
#ifndef RDCM_PLAIN_TEXT_HPP
#define RDCM_PLAIN_TEXT_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rdcm {

/// A value as text, as the toolkit gives it but for padding; null where only the toolkit knows: for
/// characters beyond printable ASCII, odd lengths, and VRs that are rare in items.
///
/// The text stands in the value itself or in `room`.
std::optional<std::string_view> plain_text(
    uint16_t vr, const uint8_t *bytes, size_t count, bool is_big_endian, std::string &room);

}  // namespace rdcm

#endif
