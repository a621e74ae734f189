// The top-level elements of a header, each read by the toolkit when it is asked for.
#ifndef RDCM_HEADER_HPP
#define RDCM_HEADER_HPP

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "RdcmElement.hpp"
#include "RdcmFile.hpp"
#include "RdcmNest.hpp"
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
  /// Whether nothing else is wanted: then the walk ends before the pixel data.
  bool is_all = false;
  std::string transfer_syntax;
  Coding coding;
  /// Where the data set begins; 0 where the places of its elements say nothing.
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
  static std::unique_ptr<Header> of(
      std::unique_ptr<FileSource> source, Places places, rdcm_file &file);

  /// Whether an element may be a sequence or of no standard VR: then the toolkit is to read the whole
  /// header, since what it takes for a length may be any, which only a file's reader takes for a claim.
  bool may_nest(uint32_t tag) const;

  /// Whether an element is there, and sound; reads it into the data set.
  bool read(rdcm_file &file, uint32_t tag);

  /// Whether an element is there.
  bool has(uint32_t tag) const;

  /// Leaves all top-level elements to the toolkit from now on. Nodes stay.
  void retire() { is_retired_ = true; }
  bool is_retired() const { return is_retired_; }

  /// The node of a top-level sequence; 0 where the toolkit is to read it.
  uint32_t sequence(uint32_t tag);

  const Nest &nest() const { return nest_; }

  /// The bytes of a leaf's value; null where it has none.
  const uint8_t *value(const Node &leaf);

  /// An item that holds a leaf as the toolkit reads it, until the next call; null where it does not.
  DcmItem *by_toolkit(const Node &leaf);

 private:
  /// A piece of the file.
  struct Piece {
    uint64_t begin;
    uint64_t end;
    /// Not a vector: that would write zeros first.
    std::unique_ptr<uint8_t[]> bytes;
  };

  Header(std::unique_ptr<FileSource> source, Places places);

  const Place *find(uint32_t tag) const;
  void append(uint64_t begin, uint64_t end, std::vector<uint8_t> &bytes) const;
  const uint8_t *kept(uint64_t begin, uint64_t end) const;
  DcmElement *parse(uint32_t tag, const std::vector<uint8_t> &bytes, DcmDataset &part) const;
  uint32_t parse_sequence(const Place &place);

  std::unique_ptr<FileSource> source_;
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
  bool is_retired_ = false;
  Nest nest_;
  /// The nodes of sequences that were asked for.
  std::unordered_map<uint32_t, uint32_t> sequences_;
  /// The bytes of those that lie beyond `head_`.
  std::vector<Piece> pieces_;
  DcmDataset last_part_;
};

}  // namespace rdcm

#endif
