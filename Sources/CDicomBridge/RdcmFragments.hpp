// Where the fragments of encapsulated pixel data lie, and which of them make a frame.
#ifndef RDCM_FRAGMENTS_HPP
#define RDCM_FRAGMENTS_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "RdcmSource.hpp"

namespace rdcm {

/// The value of one item of encapsulated pixel data.
struct Fragment {
  uint64_t offset;
  uint64_t length;
};

/// What the walk of a file has found of its encapsulated pixel data.
struct Encapsulated {
  std::string transfer_syntax;
  /// Number of Frames, 1 when absent.
  uint64_t frames = 1;
  /// All items: the first holds the Basic Offset Table.
  std::vector<Fragment> items;
};

/// Walks a file for the places of its fragments. Throws `Broken` where it is not whole.
Encapsulated encapsulated_of(FileSource &file);

/// The bytes of one coded frame, put together from its fragments as they are asked for.
class CodedFrame {
 public:
  CodedFrame(const FileSource &file, std::vector<Fragment> fragments);

  uint64_t size() const { return size_; }
  /// Throws `Broken` with RDCM_TRUNCATED beyond the end.
  void read(uint64_t offset, uint8_t *bytes, size_t count) const;

 private:
  const FileSource &file_;
  std::vector<Fragment> fragments_;
  /// Where each fragment ends in the frame: a hostile file may have millions of them.
  std::vector<uint64_t> ends_;
  uint64_t size_ = 0;
};

/// Which fragments make which frame: all of them an only one; one a frame where there are as many
/// (so also with an Extended Offset Table, PS3.5 A.4); else as the Basic Offset Table says, or, where
/// that is empty, from one fragment that begins like a JPEG 2000 codestream to the next.
class FrameTable {
 public:
  /// Throws `Broken` where that cannot be told. The file and what the walk found must outlive it.
  FrameTable(const FileSource &file, const Encapsulated &pixels);

  CodedFrame operator[](uint64_t frame) const;

 private:
  const FileSource &file_;
  const Encapsulated &pixels_;
  /// The item at which each frame begins; empty where every fragment is a frame.
  std::vector<size_t> starts_;
};

/// The coded frames of a file; walks it once.
class CodedFrames {
 public:
  /// Throws `Broken`.
  explicit CodedFrames(const char *path)
      : source_(path), pixels_(encapsulated_of(source_)), table_(source_, pixels_) {}

  const std::string &transfer_syntax() const { return pixels_.transfer_syntax; }
  CodedFrame operator[](uint64_t frame) const { return table_[frame]; }

 private:
  FileSource source_;
  Encapsulated pixels_;
  FrameTable table_;
};

}  // namespace rdcm

#endif
