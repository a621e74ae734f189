#include "RdcmFile.hpp"

#include <dcmtk/dcmdata/dcdict.h>
#include <dcmtk/dcmdata/dcspchrs.h>

#include <unordered_map>

#include "RdcmHeader.hpp"
#include "RdcmOpen.hpp"
#include "rdcm_read.h"

namespace {

/// Longer values are no business of a header's reader.
constexpr Uint32 most_text = 64 * 1024;

thread_local std::string last_text;

bool is_text_block(DcmEVR vr) {
  return vr == EVR_LT || vr == EVR_ST || vr == EVR_UT || vr == EVR_UR;
}

bool has_character_set(DcmEVR vr) {
  return vr == EVR_LO || vr == EVR_SH || vr == EVR_PN || vr == EVR_UC || vr == EVR_LT ||
         vr == EVR_ST || vr == EVR_UT;
}

/// The length of the well-formed UTF-8 character at a place (RFC 3629), 0 where there is none.
size_t character_length(const std::string &text, size_t at) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const unsigned first = byte(at);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xF5 ? 0 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || length == 0) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  }
  const unsigned second = byte(at + 1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second >= 0xA0;
  const bool beyond = first == 0xF4 && second >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

/// Keeps what is UTF-8 and writes every other byte as `\xHH`. The backslash that separates values
/// becomes a null character; null characters that fill up a value are dropped.
std::string escaped(const std::string &text, bool is_list) {
  static const char digits[] = "0123456789ABCDEF";
  std::string result;
  for (size_t i = 0; i < text.size();) {
    const size_t length = character_length(text, i);
    if (length > 0) {
      if (is_list && text[i] == '\\') result += '\0';
      else if (text[i] != '\0') result.append(text, i, length);
      i += length;
      continue;
    }
    const auto byte = static_cast<unsigned char>(text[i++]);
    result += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
  }
  return result;
}

bool is_ascii(const OFString &text) {
  for (size_t i = 0; i < text.length(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // An escape sequence of ISO 2022 is made of ASCII, but what follows it is not.
    if (byte >= 0x80 || byte == 0x1B) return false;
  }
  return true;
}

std::string converted(rdcm_file &file, const OFString &text, DcmEVR vr) {
  const bool is_list = !is_text_block(vr);
  const std::string raw(text.c_str(), text.length());
  if (is_ascii(text) || !has_character_set(vr)) return escaped(raw, is_list);
  if (rdcm::has_places(file)) file.header->read(file, 0x00080005);
  DcmSpecificCharacterSet set;
  OFString result;
  const char *delimiters = is_text_block(vr) ? "" : vr == EVR_PN ? "\\^=" : "\\";
  if (set.selectCharacterSet(file.dataset()).good() &&
      set.convertString(text, result, delimiters).good()) {
    return escaped(std::string(result.c_str(), result.length()), is_list);
  }
  return escaped(raw, is_list);
}

std::unordered_map<std::string, uint32_t> read_keywords() {
  std::unordered_map<std::string, uint32_t> keywords;
  // The toolkit's iterators exist for a writer only.
  DcmDataDictionary &dictionary = dcmDataDict.wrlock();
  for (auto entry = dictionary.normalBegin(); entry != dictionary.normalEnd(); ++entry) {
    if ((*entry)->getPrivateCreator() || !(*entry)->getTagName()) continue;
    std::string name = (*entry)->getTagName();
    // The toolkit marks what the standard has retired; the keyword itself is unchanged.
    if (name.rfind("RETIRED_", 0) == 0) name.erase(0, 8);
    const DcmTagKey key = (*entry)->getKey();
    keywords.emplace(name, static_cast<uint32_t>(key.getGroup()) << 16 | key.getElement());
  }
  dcmDataDict.wrunlock();
  return keywords;
}

}  // namespace

extern "C" {

RDCM_EXPORT rdcm_status rdcm_file_text(rdcm_file *file, uint32_t tag, rdcm_text *text) {
  return rdcm::guarded([&] {
    DcmElement *element = rdcm::element_of(*file, tag);
    if (!element && tag == 0x00020010) {
      last_text = DcmXfer(file->dataset().getOriginalXfer()).getXferID();
      *text = {last_text.data(), last_text.size()};
      return RDCM_OK;
    }
    if (!element || !element->isLeaf()) return rdcm::fail(RDCM_NOT_FOUND, "no such element");
    if (element->getLengthField() > most_text) return rdcm::fail(RDCM_NOT_FOUND, "long element");
    const DcmEVR vr = element->getVR();
    OFString value;
    if (element->getLengthField() > 0 && element->getOFStringArray(value, OFFalse).bad())
      return rdcm::fail(RDCM_NOT_FOUND, "undecodable element");
    last_text = converted(*file, value, vr);
    *text = {last_text.data(), last_text.size()};
    return RDCM_OK;
  });
}

RDCM_EXPORT rdcm_status rdcm_file_real(rdcm_file *file, uint32_t tag, double *value) {
  return rdcm::guarded([&] {
    DcmElement *element = rdcm::element_of(*file, tag);
    Float32 narrow = 0;
    Float64 wide = 0;
    if (!element) return rdcm::fail(RDCM_NOT_FOUND, "no such element");
    if (element->getFloat32(narrow).good()) {
      *value = static_cast<double>(narrow);
      return RDCM_OK;
    }
    if (element->getFloat64(wide).bad()) return rdcm::fail(RDCM_NOT_FOUND, "no real number");
    *value = wide;
    return RDCM_OK;
  });
}

RDCM_EXPORT int32_t rdcm_file_has(rdcm_file *file, uint32_t tag) {
  if (rdcm::has_places(*file) && tag >> 16 != 0x0002) return file->header->has(tag);
  return rdcm::element_of(*file, tag) != nullptr;
}

RDCM_EXPORT uint32_t rdcm_tag_of_keyword(const char *keyword) {
  uint32_t tag = 0;
  rdcm::guarded([&] {
    static const std::unordered_map<std::string, uint32_t> keywords = read_keywords();
    const auto found = keywords.find(keyword);
    if (found != keywords.end()) tag = found->second;
    return RDCM_OK;
  });
  return tag;
}

RDCM_EXPORT const char *rdcm_name_of_uid(const char *uid) {
  return dcmFindNameOfUID(uid, nullptr);
}
}
