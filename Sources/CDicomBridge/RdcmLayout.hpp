// The walk over a whole file: what it is, and where its parts lie.
#ifndef RDCM_LAYOUT_HPP
#define RDCM_LAYOUT_HPP

#include "RdcmFragments.hpp"
#include "RdcmHeader.hpp"
#include "RdcmSource.hpp"
#include "rdcm_read.h"

namespace rdcm {

/// Walks a file; `encapsulated` and `places` get what they are for, if anyone wants them. Throws
/// `Broken` where its structure is; `layout` is filled as far as the walk came.
void walk_file(
    FileSource &file, rdcm_layout &layout, Encapsulated *encapsulated, Places *places);

}  // namespace rdcm

#endif
