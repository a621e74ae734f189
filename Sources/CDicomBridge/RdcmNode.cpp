#include "rdcm_node.h"

#include <cstring>
#include <string>

#include "RdcmHeader.hpp"
#include "RdcmOpen.hpp"
#include "RdcmPlainText.hpp"

namespace {

using rdcm::Node;

thread_local std::string last_text;

rdcm_item *face(DcmItem *item) { return reinterpret_cast<rdcm_item *>(item); }

/// An element of an item whose place is known; null where it is absent.
const Node *leaf_of(rdcm_file &file, rdcm_node node, uint32_t tag) {
  const rdcm::Nest &nest = file.header->nest();
  const uint32_t found = nest.find(node.place, tag);
  return found != 0 ? &nest[found] : nullptr;
}

/// What the toolkit has read of an element, or reads now; null where it is absent.
rdcm_item *holder_of(rdcm_file &file, rdcm_node node, uint32_t tag) {
  if (node.item) return node.item;
  if (node.place == 0)
    return rdcm::element_of(file, tag) ? face(&file.dataset()) : nullptr;
  const Node *leaf = leaf_of(file, node, tag);
  return leaf && !leaf->is_sequence ? face(file.header->by_toolkit(*leaf)) : nullptr;
}

bool is_known(rdcm_node node) { return !node.item && node.place != 0; }

/// The node of a sequence; 0 where the toolkit is to say what it holds, in `item` then.
uint32_t sequence_of(rdcm_file &file, rdcm_node node, uint32_t tag, DcmItem *&item) {
  if (is_known(node)) return file.header->nest().find(node.place, tag);
  item = node.item ? reinterpret_cast<DcmItem *>(node.item) : &file.dataset();
  if (node.item || !rdcm::has_places(file)) return 0;
  if (!file.header->has(tag)) {
    item = nullptr;
    return 0;
  }
  const uint32_t known = file.header->sequence(tag);
  if (known == 0) rdcm::load_header(file);
  return known;
}

size_t known_items(
    const rdcm::Nest &nest, uint32_t sequence, rdcm_node *items, size_t capacity) {
  if (sequence == 0 || !nest[sequence].is_sequence) return 0;
  size_t count = 0;
  for (uint32_t at = sequence + 1; at < nest[sequence].next; at = nest[at].next) {
    if (count < capacity) items[count] = {nullptr, at};
    count += 1;
  }
  return count;
}

size_t toolkit_items(DcmItem &item, uint32_t tag, rdcm_node *items, size_t capacity) {
  DcmSequenceOfItems *sequence = nullptr;
  if (item.findAndGetSequence(rdcm::key_of(tag), sequence).bad()) return 0;
  size_t count = 0;
  for (DcmObject *object = sequence->nextInContainer(nullptr); object && count < capacity;
       object = sequence->nextInContainer(object)) {
    items[count++] = {face(static_cast<DcmItem *>(object)), 0};
  }
  return sequence->card();
}

}  // namespace

extern "C" {

RDCM_EXPORT int32_t rdcm_node_text(
    rdcm_file *file, rdcm_node node, uint32_t tag, rdcm_text *text) {
  int32_t is_there = 0;
  rdcm::guarded([&] {
    if (is_known(node)) {
      const Node *leaf = leaf_of(*file, node, tag);
      if (!leaf || leaf->is_sequence) return RDCM_OK;
      const auto plain = rdcm::plain_text(
          leaf->vr, file->header->value(*leaf), leaf->size,
          file->header->nest().coding().is_big_endian, last_text);
      if (plain) {
        *text = {plain->data(), plain->size()};
        is_there = 1;
        return RDCM_OK;
      }
    }
    rdcm_item *holder = holder_of(*file, node, tag);
    const char *value = holder ? rdcm_item_text(holder, tag) : nullptr;
    if (value) {
      last_text = value;
      *text = {last_text.data(), last_text.size()};
      is_there = 1;
    }
    return RDCM_OK;
  });
  return is_there;
}

RDCM_EXPORT const uint8_t *rdcm_node_bytes(
    rdcm_file *file, rdcm_node node, uint32_t tag, size_t *length) {
  const uint8_t *bytes = nullptr;
  *length = 0;
  rdcm::guarded([&] {
    if (rdcm_item *holder = holder_of(*file, node, tag))
      bytes = rdcm_item_bytes(holder, tag, length);
    return RDCM_OK;
  });
  return bytes;
}

RDCM_EXPORT const char *rdcm_file_vr(rdcm_file *file, uint32_t tag) {
  const char *vr = "";
  rdcm::guarded([&] {
    if (rdcm::element_of(*file, tag)) vr = rdcm_item_vr(face(&file->dataset()), tag);
    return RDCM_OK;
  });
  return vr;
}

RDCM_EXPORT int32_t rdcm_node_is_same(rdcm_file *file, rdcm_node one, rdcm_node other) {
  if (one.item || other.item) return one.item == other.item;
  if (one.place == other.place) return 1;
  if (one.place == 0 || other.place == 0) return 0;
  const Node &first = file->header->nest()[one.place];
  const Node &second = file->header->nest()[other.place];
  return first.size == second.size &&
         std::memcmp(file->header->value(first), file->header->value(second), first.size) == 0;
}

RDCM_EXPORT size_t rdcm_node_items(
    rdcm_file *file, rdcm_node node, uint32_t sequence, rdcm_node *items, size_t capacity) {
  size_t count = 0;
  rdcm::guarded([&] {
    DcmItem *item = nullptr;
    const uint32_t known = sequence_of(*file, node, sequence, item);
    if (known != 0 || is_known(node)) {
      count = known_items(file->header->nest(), known, items, capacity);
    } else if (item) {
      count = toolkit_items(*item, sequence, items, capacity);
    }
    return RDCM_OK;
  });
  return count;
}
}
