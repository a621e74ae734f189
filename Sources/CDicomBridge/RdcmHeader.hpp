// The top-level elements of a header, each read by the toolkit when it is asked for.
#ifndef RDCM_HEADER_HPP
#define RDCM_HEADER_HPP

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "RdcmFile.hpp"
#include "RdcmSource.hpp"

namespace rdcm {

/// Where a top-level element lies in its file.
struct Place {
  uint32_t tag;
  uint64_t begin;
  uint64_t end;
  /// Whether it may be a sequence, or is of a VR that the standard does not know: of both the toolkit
  /// may think otherwise than the walk.
  bool may_nest;
};

/// What the walk of a file up to its pixel data has found.
struct Places {
  std::string transfer_syntax;
  bool is_deflated = false;
  /// Where the data set begins.
  uint64_t start = 0;
  std::vector<Place> elements;
};

/// Walks a file up to its pixel data. Throws `Broken` where its structure is broken before.
Places places_of(FileSource &file);

/// A header whose elements are known by their places. Most of them are never asked for, and the
/// toolkit takes some microseconds for each, and more to find one among many.
class Header {
 public:
  /// Null where the places do not say all: a deflated data set, a transfer syntax that the toolkit
  /// does not know. Reads the file meta information into the file's handle.
  static std::unique_ptr<Header> of(const char *path, rdcm_file &file);

  /// Whether an element may be a sequence or of no standard VR: then the toolkit is to read the whole
  /// header, since what it takes for a length may be any, which only a file's reader takes for a claim.
  bool may_nest(uint32_t tag) const;

  /// Whether an element is there, and sound; reads it into the data set.
  bool read(rdcm_file &file, uint32_t tag);

  /// Whether an element is there.
  bool has(uint32_t tag) const;

 private:
  Header(const char *path, Places places);

  void append(const Place &place, std::vector<uint8_t> &element) const;
  bool insert(rdcm_file &file, uint32_t tag, const std::vector<uint8_t> &bytes) const;

  FileSource source_;
  E_TransferSyntax syntax_;
  /// Where the data set begins.
  uint64_t start_;
  /// By tag.
  std::vector<Place> places_;
  /// Which of them were read.
  std::vector<bool> read_;
  /// Which of these the toolkit understood.
  std::vector<bool> is_sound_;
  /// The first bytes of the file, as many as most headers have.
  std::vector<uint8_t> head_;
};

}  // namespace rdcm

#endif
