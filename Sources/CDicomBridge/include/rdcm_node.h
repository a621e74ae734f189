// Data sets and items of a header, read without making objects of all that stands in them.
#ifndef RDCM_NODE_H
#define RDCM_NODE_H

#include <stddef.h>
#include <stdint.h>

#include "rdcm_derive.h"
#include "rdcm_read.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The data set of a file, both members 0, or an item of one of its sequences. Gone with the file.
typedef struct rdcm_node {
  /// Where the toolkit has read the item.
  rdcm_item *item;
  /// Else which it is among those whose places are known.
  uint32_t place;
} rdcm_node;

/// The value of an element as `rdcm_item_text` gives it; 0 if the element is absent or has no text.
int32_t rdcm_node_text(rdcm_file *file, rdcm_node node, uint32_t tag, rdcm_text *text);

/// The bytes of an element, as `rdcm_item_bytes` gives them.
const uint8_t *rdcm_node_bytes(rdcm_file *file, rdcm_node node, uint32_t tag, size_t *length);

/// The VR of a top-level element, as `rdcm_item_vr` gives it.
const char *rdcm_file_vr(rdcm_file *file, uint32_t tag);

/// 1 where two items hold the same bytes; 0 where they do not, or where that is not known.
int32_t rdcm_node_is_same(rdcm_file *file, rdcm_node one, rdcm_node other);

/// Copies the items of a sequence, as many as there is room for; returns how many there are.
size_t rdcm_node_items(
    rdcm_file *file, rdcm_node node, uint32_t sequence, rdcm_node *items, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
