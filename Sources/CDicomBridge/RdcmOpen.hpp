// The elements of opened files, read when they are asked for.
#ifndef RDCM_OPEN_HPP
#define RDCM_OPEN_HPP

#include <cstdint>

#include "RdcmFile.hpp"

namespace rdcm {

inline DcmTagKey key_of(uint32_t tag) {
  return DcmTagKey(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xFFFF));
}

/// Whether top-level elements are known by their places; else the toolkit has read them.
bool has_places(const rdcm_file &file);

/// Has the toolkit read the whole header.
void load_header(rdcm_file &file);

/// A top-level element; null where it is absent or not sound.
DcmElement *element_of(rdcm_file &file, uint32_t tag);

}  // namespace rdcm

#endif
