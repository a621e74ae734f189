// Editing a data set and saving it: no decisions, only operations.
#ifndef RDCM_DERIVE_H
#define RDCM_DERIVE_H

#include <stddef.h>
#include <stdint.h>

#include "rdcm_file.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A data set or a sequence item. Borrowed from its file; gone when the file is closed or when the
/// item or its sequence is removed.
typedef struct rdcm_item rdcm_item;

/// The data set of a file.
rdcm_item *rdcm_file_dataset(rdcm_file *file);

/// The keyword of a tag (group << 16 | element) in the data dictionary, or "" if it has none.
/// Valid until the next call on this thread.
const char *rdcm_tag_keyword(uint32_t tag);

/// Copies the tags of an item's elements, ascending, into `tags`; returns how many there are,
/// which may be more than `capacity`.
size_t rdcm_item_tags(rdcm_item *item, uint32_t *tags, size_t capacity);

/// The value of an element as text, all values, padding as it stands; NULL if the element is
/// absent or has no text. Valid until the next call on this thread.
const char *rdcm_item_text(rdcm_item *item, uint32_t tag);

/// The VR of an element as two letters, or "" if the element is absent. Valid until the next call
/// on this thread.
const char *rdcm_item_vr(rdcm_item *item, uint32_t tag);

/// The bytes of an element of the VRs OB, OW, OF, OD and UN, in the machine's byte order; NULL if there
/// are none. Borrowed from the item.
const uint8_t *rdcm_item_bytes(rdcm_item *item, uint32_t tag, size_t *length);

/// The length in bytes of encapsulated pixel data without its offset table; 0 if not encapsulated.
uint64_t rdcm_item_encapsulated_length(rdcm_item *item);

/// Replaces an element by one with the given text. `vr` names the VR; NULL takes the dictionary's.
rdcm_status rdcm_item_put_text(rdcm_item *item, uint32_t tag, const char *vr, const char *text);

/// Replaces native Pixel Data by samples of 8 bits, VR OB.
rdcm_status rdcm_item_put_pixels8(rdcm_item *item, const uint8_t *samples, size_t count);

/// Replaces native Pixel Data by samples of 16 bits, VR OW.
rdcm_status rdcm_item_put_pixels16(rdcm_item *item, const uint16_t *samples, size_t count);

/// Replaces native Pixel Data by samples of 32 bits, VR OW, low words first.
rdcm_status rdcm_item_put_pixels32(rdcm_item *item, const uint32_t *samples, size_t count);

/// Replaces Float Pixel Data.
rdcm_status rdcm_item_put_floats(rdcm_item *item, const float *values, size_t count);

/// Replaces Double Float Pixel Data.
rdcm_status rdcm_item_put_doubles(rdcm_item *item, const double *values, size_t count);

/// Removes an element if it is there.
void rdcm_item_remove(rdcm_item *item, uint32_t tag);

/// Copies an element with its VR, and with all below it, from one item to another.
rdcm_status rdcm_item_copy(rdcm_item *from, rdcm_item *to, uint32_t tag);

/// The number of items of a sequence; 0 if it is absent.
size_t rdcm_item_count(rdcm_item *item, uint32_t sequence);

/// An item of a sequence, or NULL.
rdcm_item *rdcm_item_at(rdcm_item *item, uint32_t sequence, size_t index);

/// Appends an empty item to a sequence, which is made if need be; NULL if memory ran out.
rdcm_item *rdcm_item_append(rdcm_item *item, uint32_t sequence);

/// Makes an empty sequence unless the element is there.
rdcm_status rdcm_item_put_empty(rdcm_item *item, uint32_t sequence);

/// Saves a data set with a fresh file meta header, and syncs the file to disk. Group lengths and
/// trailing padding are left out, sequences get explicit lengths. Fails if the file exists.
rdcm_status rdcm_file_save(rdcm_file *file, const char *path, const char *transfer_syntax,
                           const char *implementation_class, const char *implementation_version);

#ifdef __cplusplus
}
#endif
#endif
