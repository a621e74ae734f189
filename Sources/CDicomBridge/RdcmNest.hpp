// The elements of sequences that were asked for, each known by its place.
#ifndef RDCM_NEST_HPP
#define RDCM_NEST_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include "RdcmElement.hpp"

namespace rdcm {

/// An element of a sequence's item, or such an item. What it holds follows it.
struct Node {
  /// Where its value begins in the file.
  uint64_t value;
  uint32_t tag;
  /// The node after all that this one holds.
  uint32_t next;
  /// Bytes of the value, delimiters included.
  uint32_t size;
  uint16_t vr;
  /// Bytes of what stands before the value.
  uint8_t head;
  /// Whether items follow; false for a leaf.
  bool is_sequence;

  uint64_t begin() const { return value - head; }
  uint64_t end() const { return value + size; }
};

/// Parses sequences, but only such of which nobody can think otherwise: with VRs of the standard,
/// nothing of unknown VR that may be a sequence, and lengths that fit into each other.
class Nest {
 public:
  explicit Nest(Coding coding) : coding_(coding), nodes_(1) {}

  /// Parses the sequence whose bytes are given and which begins at `begin` in its file.
  ///
  /// Its node; 0 where it is anything but plain, and the toolkit is to read it.
  uint32_t parse(const uint8_t *bytes, size_t count, uint64_t begin);

  const Node &operator[](uint32_t node) const { return nodes_[node]; }

  /// The first element with a tag in an item; 0 without one.
  uint32_t find(uint32_t item, uint32_t tag) const;

  Coding coding() const { return coding_; }

 private:
  void open(const Element &element, uint64_t begin, bool is_sequence);
  void close(size_t node);
  bool element(uint64_t limit, int depth);
  bool head(uint64_t limit, Element &element);
  bool sequence(uint32_t length, uint64_t limit, int depth);
  bool item(uint32_t length, uint64_t limit, int depth);
  uint32_t tag_ahead() const;
  uint32_t length_ahead() const;

  Coding coding_;
  /// The first stands for none.
  std::vector<Node> nodes_;
  const uint8_t *bytes_ = nullptr;
  /// What `bytes_` begin with in the file, and how far in them the parser is.
  uint64_t base_ = 0;
  uint64_t at_ = 0;
};

}  // namespace rdcm

#endif
