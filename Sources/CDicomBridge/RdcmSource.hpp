// Bytes of a file from front to back, as they are or inflated.
#ifndef RDCM_SOURCE_HPP
#define RDCM_SOURCE_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rdcm_file.h"

namespace rdcm {

/// Why a walk stops early.
struct Broken {
  rdcm_status status;
  std::string reason;
};

/// Reads forward only. Throws `Broken` with RDCM_TRUNCATED where the bytes end too early.
class Source {
 public:
  virtual ~Source() = default;

  uint64_t position() const { return position_; }

  /// The next bytes where they are, until anything else is asked; null where fewer follow.
  const uint8_t *ahead(size_t count) {
    if (buffer_.size() - start_ < count && !gather(count)) return nullptr;
    return buffer_.data() + start_;
  }
  /// The next bytes, a few, until anything else is asked; moves past them.
  const uint8_t *take(size_t count) {
    const uint8_t *bytes = ahead(count);
    if (!bytes) end_inside();
    start_ += count;
    position_ += count;
    return bytes;
  }
  /// Copies the next bytes and leaves them where they are; fewer only at the end.
  size_t peek(uint8_t *bytes, size_t count);
  /// Copies the next bytes and moves past them.
  void read(uint8_t *bytes, size_t count);
  /// Moves past the next bytes.
  void skip(uint64_t count) {
    if (count > buffer_.size() - start_) return skip_far(count);
    start_ += count;
    position_ += count;
  }
  /// Whether nothing follows.
  bool at_end() { return ahead(1) == nullptr; }
  /// Whether only zeros follow, if anything; moves to the end.
  bool only_zeros_follow();

 protected:
  /// Appends what comes next to `buffer_`; false at the end.
  virtual bool fill() = 0;
  /// Moves past bytes that are not buffered; false when it cannot do so without reading them.
  virtual bool leap(uint64_t count) = 0;

  std::vector<uint8_t> buffer_;
  size_t start_ = 0;

 private:
  bool gather(size_t count);
  void skip_far(uint64_t count);
  [[noreturn]] void end_inside() const;

  uint64_t position_ = 0;
};

/// A regular file.
class FileSource final : public Source {
 public:
  explicit FileSource(const char *path);
  ~FileSource() override;
  FileSource(const FileSource &) = delete;
  FileSource &operator=(const FileSource &) = delete;

  uint64_t size() const { return size_; }
  /// Copies bytes from anywhere; the position stays.
  void read_at(uint64_t offset, uint8_t *bytes, size_t count) const;

 protected:
  bool fill() override;
  bool leap(uint64_t count) override;

 private:
  size_t get(uint64_t offset, uint8_t *bytes, size_t count) const;

  int descriptor_;
  uint64_t size_ = 0;
  uint64_t offset_ = 0;
};

/// The rest of another source, inflated (RFC 1951, no header), as Deflated Explicit VR has it.
class InflateSource final : public Source {
 public:
  explicit InflateSource(Source &deflated);
  ~InflateSource() override;
  InflateSource(const InflateSource &) = delete;
  InflateSource &operator=(const InflateSource &) = delete;

 protected:
  bool fill() override;
  bool leap(uint64_t count) override;

 private:
  struct Stream;
  Source &deflated_;
  std::unique_ptr<Stream> stream_;
  std::vector<uint8_t> input_;
  uint64_t inflated_ = 0;
  uint64_t consumed_ = 0;
  bool ended_ = false;
};

}  // namespace rdcm

#endif
