// The walk over the elements of a file, from its first to its last.
#ifndef RDCM_WALK_HPP
#define RDCM_WALK_HPP

#include <cstdint>
#include <string>

#include "RdcmElement.hpp"
#include "RdcmFragments.hpp"
#include "RdcmHeader.hpp"
#include "RdcmSource.hpp"
#include "rdcm_read.h"

namespace rdcm {

/// Walks the elements of one file. Throws `Broken` where its structure is.
class Walk {
 public:
  /// `encapsulated` gets the places of fragments, if anyone wants them.
  Walk(Source &source, rdcm_layout &layout, Encapsulated *encapsulated = nullptr)
      : source_(source), layout_(layout), encapsulated_(encapsulated) {}

  /// The file meta information; its transfer syntax, empty when it names none.
  std::string meta();

  /// What the next bytes look like, where no transfer syntax says it.
  Coding guess();

  /// All elements. `places` gets where those before the pixels lie, if anyone wants to know.
  void dataset(Coding coding, Places *places = nullptr);

 private:
  Element next(Coding coding);
  bool is_padding();
  bool begins_with_item(const Element &element, Coding coding);
  bool may_nest(const Element &element, Coding coding);
  void top_level(const Element &element, Coding coding);
  void value(const Element &element, Coding coding, uint64_t end, int depth);
  void nested(Coding coding, uint64_t stop, int depth);
  void sequence(Coding coding, uint64_t end, bool until_delimiter, int depth);
  void item(Coding coding, uint64_t end, bool until_delimiter, int depth);
  void count_frames(const Element &element);
  uint64_t fragments();
  void pixels(const Element &element, Coding coding);
  void reals(const Element &element);

  Source &source_;
  rdcm_layout &layout_;
  Encapsulated *encapsulated_;
  uint64_t elements_ = 0;
  uint64_t fragment_bytes_ = 0;
  bool too_deep_ = false;
};

}  // namespace rdcm

#endif
