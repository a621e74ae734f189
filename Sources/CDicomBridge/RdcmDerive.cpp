#include "rdcm_derive.h"

#include "RdcmFile.hpp"

#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>

#include <vector>

namespace {

DcmItem &opened(rdcm_item *item) { return *reinterpret_cast<DcmItem *>(item); }

rdcm_item *face(DcmItem *item) { return reinterpret_cast<rdcm_item *>(item); }

DcmTagKey key(uint32_t tag) {
  return DcmTagKey(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xffff));
}

/// An empty element in the item's place for the tag, of the given VR or the dictionary's.
DcmTag typed(uint32_t tag, const char *vr) {
  DcmTag result(key(tag));
  if (vr != nullptr) result.setVR(DcmVR(vr));
  return result;
}

DcmElement *found(rdcm_item *item, uint32_t tag) {
  DcmElement *element = nullptr;
  opened(item).findAndGetElement(key(tag), element);
  return element;
}

rdcm_status outcome(const OFCondition &condition) {
  if (condition.good()) return RDCM_OK;
  return rdcm::fail(condition == EC_MemoryExhausted ? RDCM_OUT_OF_MEMORY : RDCM_MALFORMED,
                    condition.text());
}

/// Inserts native pixel data; the encoders know only elements of just this class.
template <typename Fill>
rdcm_status put_pixels(rdcm_item *item, DcmEVR vr, Fill fill) {
  auto pixels = std::make_unique<DcmPixelData>(DcmTag(DCM_PixelData));
  pixels->setVR(vr);
  OFCondition condition = fill(*pixels);
  if (condition.good()) condition = opened(item).insert(pixels.get(), OFTrue);
  if (condition.good()) pixels.release();
  return outcome(condition);
}

thread_local OFString text_result;

}  // namespace

extern "C" {

RDCM_EXPORT rdcm_item *rdcm_file_dataset(rdcm_file *file) { return face(&file->dataset()); }

RDCM_EXPORT const char *rdcm_tag_keyword(uint32_t tag) {
  DcmTag known(key(tag));
  text_result = known.getTagName();
  if (text_result == DcmTag_ERROR_TagName) text_result.clear();
  return text_result.c_str();
}

RDCM_EXPORT size_t rdcm_item_tags(rdcm_item *item, uint32_t *tags, size_t capacity) {
  DcmItem &list = opened(item);
  size_t count = 0;
  for (DcmObject *object = list.nextInContainer(nullptr); object != nullptr;
       object = list.nextInContainer(object)) {
    if (count < capacity) {
      tags[count] = static_cast<uint32_t>(object->getGTag()) << 16 | object->getETag();
    }
    count += 1;
  }
  return count;
}

RDCM_EXPORT const char *rdcm_item_text(rdcm_item *item, uint32_t tag) {
  DcmElement *element = found(item, tag);
  if (element == nullptr) return nullptr;
  // Byte strings are taken raw: joining their values would trim what is not padding.
  char *raw = nullptr;
  if (element->isaString() && element->getString(raw).good()) {
    text_result = raw == nullptr ? "" : raw;
    return text_result.c_str();
  }
  return element->getOFStringArray(text_result).good() ? text_result.c_str() : nullptr;
}

RDCM_EXPORT const char *rdcm_item_vr(rdcm_item *item, uint32_t tag) {
  DcmElement *element = found(item, tag);
  text_result = element == nullptr ? "" : DcmVR(element->getVR()).getValidVRName();
  return text_result.c_str();
}

RDCM_EXPORT const uint8_t *rdcm_item_bytes(rdcm_item *item, uint32_t tag, size_t *length) {
  *length = 0;
  DcmElement *element = found(item, tag);
  if (element == nullptr) return nullptr;
  Uint8 *bytes = nullptr;
  Uint16 *words = nullptr;
  // Each getter answers only for its own VR.
  if (element->getUint8Array(bytes).good() && bytes != nullptr) {
    *length = element->getLength();
    return bytes;
  }
  if (element->getUint16Array(words).good() && words != nullptr) {
    *length = element->getLength();
    return reinterpret_cast<const uint8_t *>(words);
  }
  Float32 *floats = nullptr;
  Float64 *doubles = nullptr;
  if (element->getVR() == EVR_OF && element->getFloat32Array(floats).good() && floats != nullptr) {
    *length = element->getLength();
    return reinterpret_cast<const uint8_t *>(floats);
  }
  if (element->getVR() == EVR_OD && element->getFloat64Array(doubles).good() &&
      doubles != nullptr) {
    *length = element->getLength();
    return reinterpret_cast<const uint8_t *>(doubles);
  }
  return nullptr;
}

RDCM_EXPORT uint64_t rdcm_item_encapsulated_length(rdcm_item *item) {
  auto *pixels = dynamic_cast<DcmPixelData *>(found(item, 0x7fe00010));
  if (pixels == nullptr) return 0;
  E_TransferSyntax syntax = EXS_Unknown;
  const DcmRepresentationParameter *parameter = nullptr;
  pixels->getOriginalRepresentationKey(syntax, parameter);
  DcmPixelSequence *sequence = nullptr;
  if (pixels->getEncapsulatedRepresentation(syntax, parameter, sequence).bad()) return 0;
  uint64_t total = 0;
  for (unsigned long index = 1; index < sequence->card(); index += 1) {
    DcmPixelItem *fragment = nullptr;
    if (sequence->getItem(fragment, index).good()) total += fragment->getLength();
  }
  return total;
}

RDCM_EXPORT rdcm_status rdcm_item_put_text(rdcm_item *item, uint32_t tag, const char *vr,
                                           const char *text) {
  return rdcm::guarded([&] {
    return outcome(opened(item).putAndInsertString(typed(tag, vr), text, OFTrue));
  });
}

RDCM_EXPORT rdcm_status rdcm_item_put_pixels8(rdcm_item *item, const uint8_t *samples,
                                              size_t count) {
  return rdcm::guarded([&] {
    return put_pixels(item, EVR_OB, [&](DcmPixelData &pixels) {
      return pixels.putUint8Array(samples, static_cast<unsigned long>(count));
    });
  });
}

RDCM_EXPORT rdcm_status rdcm_item_put_pixels16(rdcm_item *item, const uint16_t *samples,
                                               size_t count) {
  return rdcm::guarded([&] {
    return put_pixels(item, EVR_OW, [&](DcmPixelData &pixels) {
      return pixels.putUint16Array(samples, static_cast<unsigned long>(count));
    });
  });
}

RDCM_EXPORT rdcm_status rdcm_item_put_pixels32(rdcm_item *item, const uint32_t *samples,
                                               size_t count) {
  return rdcm::guarded([&] {
    std::vector<uint16_t> words(2 * count);
    for (size_t i = 0; i < count; ++i) {
      words[2 * i] = static_cast<uint16_t>(samples[i]);
      words[2 * i + 1] = static_cast<uint16_t>(samples[i] >> 16);
    }
    return put_pixels(item, EVR_OW, [&](DcmPixelData &pixels) {
      return pixels.putUint16Array(words.data(), static_cast<unsigned long>(words.size()));
    });
  });
}

RDCM_EXPORT rdcm_status rdcm_item_put_floats(rdcm_item *item, const float *values, size_t count) {
  return rdcm::guarded([&] {
    return outcome(opened(item).putAndInsertFloat32Array(
        DcmTag(DcmTagKey(0x7FE0, 0x0008), EVR_OF), values, static_cast<unsigned long>(count)));
  });
}

RDCM_EXPORT rdcm_status rdcm_item_put_doubles(rdcm_item *item, const double *values,
                                              size_t count) {
  return rdcm::guarded([&] {
    return outcome(opened(item).putAndInsertFloat64Array(
        DcmTag(DcmTagKey(0x7FE0, 0x0009), EVR_OD), values, static_cast<unsigned long>(count)));
  });
}

RDCM_EXPORT void rdcm_item_remove(rdcm_item *item, uint32_t tag) {
  opened(item).findAndDeleteElement(key(tag));
}

RDCM_EXPORT rdcm_status rdcm_item_copy(rdcm_item *from, rdcm_item *to, uint32_t tag) {
  return rdcm::guarded([&]() -> rdcm_status {
    DcmElement *copy = nullptr;
    const OFCondition condition = opened(from).findAndGetElement(key(tag), copy, OFFalse, OFTrue);
    if (condition.bad()) return outcome(condition);
    const OFCondition inserted = opened(to).insert(copy, OFTrue);
    if (inserted.bad()) delete copy;
    return outcome(inserted);
  });
}

RDCM_EXPORT size_t rdcm_item_count(rdcm_item *item, uint32_t sequence) {
  DcmSequenceOfItems *items = nullptr;
  return opened(item).findAndGetSequence(key(sequence), items).good() ? items->card() : 0;
}

RDCM_EXPORT rdcm_item *rdcm_item_at(rdcm_item *item, uint32_t sequence, size_t index) {
  DcmSequenceOfItems *items = nullptr;
  if (opened(item).findAndGetSequence(key(sequence), items).bad() || index >= items->card()) {
    return nullptr;
  }
  return face(items->getItem(index));
}

RDCM_EXPORT rdcm_status rdcm_item_put_empty(rdcm_item *item, uint32_t sequence) {
  return rdcm::guarded([&] {
    if (found(item, sequence) != nullptr) return RDCM_OK;
    return outcome(opened(item).insertEmptyElement(typed(sequence, "SQ"), OFFalse));
  });
}

RDCM_EXPORT rdcm_item *rdcm_item_append(rdcm_item *item, uint32_t sequence) {
  DcmItem *made = nullptr;
  const rdcm_status status = rdcm::guarded([&] {
    return outcome(opened(item).findOrCreateSequenceItem(typed(sequence, "SQ"), made, -2));
  });
  return status == RDCM_OK ? face(made) : nullptr;
}
}
