#include "RdcmSource.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace rdcm {

namespace {

/// Headers are mostly some 10 kB: one read, and little of the pixels in vain.
constexpr size_t chunk = 16 * 1024;

/// Element lengths have 32 bits, so an honest data set of one image stays below this.
constexpr uint64_t most_inflated = uint64_t{1} << 33;

/// A data set that is this large, and so many times what it was deflated to, is taken for a trap.
constexpr uint64_t suspicious_size = uint64_t{1} << 30;
constexpr uint64_t suspicious_ratio = 200;

}  // namespace

/// Has so many bytes ahead in the buffer; false where fewer follow, then all of these.
bool Source::gather(size_t count) {
  while (buffer_.size() - start_ < count) {
    if (start_ > chunk) {
      buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(start_));
      start_ = 0;
    }
    if (!fill()) return false;
  }
  return true;
}

void Source::end_inside() const {
  throw Broken{RDCM_TRUNCATED,
               "the file ends at byte " + std::to_string(position_) + " inside an element"};
}

size_t Source::peek(uint8_t *bytes, size_t count) {
  gather(count);
  const size_t found = std::min(count, buffer_.size() - start_);
  if (found > 0) std::memcpy(bytes, buffer_.data() + start_, found);
  return found;
}

void Source::read(uint8_t *bytes, size_t count) {
  while (count > 0) {
    const size_t step = std::min(count, chunk);
    std::memcpy(bytes, take(step), step);
    bytes += step;
    count -= step;
  }
}

void Source::skip_far(uint64_t count) {
  const uint64_t target = position_ + count;
  while (position_ < target) {
    const uint64_t wanted = target - position_;
    const uint64_t step = std::min<uint64_t>(wanted, buffer_.size() - start_);
    start_ += step;
    position_ += step;
    if (step == wanted) return;
    buffer_.clear();
    start_ = 0;
    if (leap(wanted - step)) {
      position_ = target;
      return;
    }
    if (!fill()) {
      throw Broken{RDCM_TRUNCATED, "the file ends " + std::to_string(target - position_) +
                                       " bytes before its last element does"};
    }
  }
}

bool Source::only_zeros_follow() {
  while (!at_end()) {
    for (size_t i = start_; i < buffer_.size(); ++i) {
      if (buffer_[i] != 0) return false;
    }
    position_ += buffer_.size() - start_;
    buffer_.clear();
    start_ = 0;
  }
  return true;
}

FileSource::FileSource(const char *path)
    // A pipe must not block the opening.
    : descriptor_(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {
  struct stat info;
  if (descriptor_ < 0 || fstat(descriptor_, &info) != 0 || !S_ISREG(info.st_mode)) {
    if (descriptor_ >= 0) close(descriptor_);
    throw Broken{RDCM_NOT_FOUND, "no readable regular file"};
  }
  size_ = static_cast<uint64_t>(info.st_size);
}

FileSource::~FileSource() { close(descriptor_); }

/// As many bytes as come at once; 0 at the end.
size_t FileSource::get(uint64_t offset, uint8_t *bytes, size_t count) const {
  ssize_t got;
  do {
    got = pread(descriptor_, bytes, count, static_cast<off_t>(offset));
  } while (got < 0 && errno == EINTR);
  if (got < 0) throw Broken{RDCM_NOT_FOUND, "the file cannot be read"};
  return static_cast<size_t>(got);
}

void FileSource::read_at(uint64_t offset, uint8_t *bytes, size_t count) const {
  while (count > 0) {
    const size_t got = get(offset, bytes, count);
    if (got == 0) throw Broken{RDCM_TRUNCATED, "the file has become shorter"};
    offset += got;
    bytes += got;
    count -= got;
  }
}

bool FileSource::fill() {
  const size_t had = buffer_.size();
  buffer_.resize(had + chunk);
  const size_t got = get(offset_, buffer_.data() + had, chunk);
  buffer_.resize(had + got);
  offset_ += got;
  return got > 0;
}

bool FileSource::leap(uint64_t count) {
  if (offset_ > size_ || count > size_ - offset_) {
    throw Broken{RDCM_TRUNCATED, "the file ends " + std::to_string(offset_ + count - size_) +
                                     " bytes before its last element does"};
  }
  offset_ += count;
  return true;
}

struct InflateSource::Stream {
  z_stream z{};
};

InflateSource::InflateSource(Source &deflated)
    : deflated_(deflated), stream_(std::make_unique<Stream>()), input_(chunk) {
  if (inflateInit2(&stream_->z, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
}

InflateSource::~InflateSource() { inflateEnd(&stream_->z); }

bool InflateSource::fill() {
  if (ended_) return false;
  z_stream &z = stream_->z;
  const size_t had = buffer_.size();
  buffer_.resize(had + 4 * chunk);
  z.next_out = buffer_.data() + had;
  z.avail_out = static_cast<uInt>(4 * chunk);
  while (z.avail_out == 4 * chunk && !ended_) {
    if (z.avail_in == 0) {
      const size_t got = deflated_.peek(input_.data(), chunk);
      if (got == 0) throw Broken{RDCM_TRUNCATED, "the file ends inside its deflated data set"};
      deflated_.skip(got);
      consumed_ += got;
      z.next_in = input_.data();
      z.avail_in = static_cast<uInt>(got);
    }
    const int result = inflate(&z, Z_NO_FLUSH);
    if (result == Z_STREAM_END) ended_ = true;
    else if (result == Z_MEM_ERROR) throw std::bad_alloc();
    else if (result != Z_OK && result != Z_BUF_ERROR)
      throw Broken{RDCM_MALFORMED, "the deflated data set is damaged"};
  }
  const size_t got = 4 * chunk - z.avail_out;
  buffer_.resize(had + got);
  inflated_ += got;
  if (inflated_ > most_inflated ||
      (inflated_ > suspicious_size && inflated_ / suspicious_ratio > consumed_))
    throw Broken{RDCM_MALFORMED, "the deflated data set is too large"};
  return got > 0;
}

bool InflateSource::leap(uint64_t) { return false; }

}  // namespace rdcm
