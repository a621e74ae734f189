#include "RdcmOpen.hpp"

#include <sys/stat.h>

#include <filesystem>

#include "RdcmHeader.hpp"
#include "RdcmLayout.hpp"
#include "rdcm_read.h"

namespace {

rdcm_status open_file(const char *path, const DcmTagKey &stop, rdcm_file **file) {
  return rdcm::guarded([&] {
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
      return rdcm::fail(RDCM_NOT_FOUND, "no readable regular file");
    auto opened = std::make_unique<rdcm_file>();
    opened->path = path;
    const OFCondition condition = opened->format.loadFileUntilTag(
        path, EXS_Unknown, EGL_noChange, DCM_MaxReadLength, ERM_autoDetect, stop);
    if (condition.bad()) return rdcm::fail(RDCM_MALFORMED, condition.text());
    *file = opened.release();
    return RDCM_OK;
  });
}

/// Drops what was only half there when the toolkit broke off: it claims more than the file has, and
/// whoever asks for its value would have room made for all of that.
void drop_unfinished(DcmItem &item, uint64_t file_bytes) {
  for (unsigned long i = item.card(); i > 0; --i) {
    DcmElement *element = item.getElement(i - 1);
    if (auto *sequence = dynamic_cast<DcmSequenceOfItems *>(element)) {
      for (unsigned long k = 0; k < sequence->card(); ++k) {
        drop_unfinished(*sequence->getItem(k), file_bytes);
      }
    } else if (element->getLengthField() > file_bytes) {
      delete item.remove(element);
    }
  }
}

/// A file whose header's elements are known by their places; null where these do not say all.
std::unique_ptr<rdcm_file> with_places(
    const char *path, std::unique_ptr<rdcm::FileSource> source, rdcm::Places places) {
  auto opened = std::make_unique<rdcm_file>();
  opened->path = path;
  opened->header = rdcm::Header::of(std::move(source), std::move(places), *opened);
  return opened->header ? std::move(opened) : nullptr;
}

}  // namespace

namespace rdcm {

bool has_places(const rdcm_file &file) { return file.header && !file.header->is_retired(); }

void load_header(rdcm_file &file) {
  if (file.header) file.header->retire();
  file.format.clear();
  const OFCondition loaded = file.format.loadFileUntilTag(
      file.path.c_str(), EXS_Unknown, EGL_noChange, DCM_MaxReadLength, ERM_autoDetect,
      DcmTagKey(0x7FE0, 0x0000));
  if (loaded.good()) return;
  std::error_code none;
  const auto bytes = std::filesystem::file_size(file.path, none);
  drop_unfinished(file.dataset(), none ? 0 : bytes);
}

DcmElement *element_of(rdcm_file &file, uint32_t tag) {
  if (has_places(file) && tag >> 16 != 0x0002) {
    if (file.header->may_nest(tag)) {
      load_header(file);
    } else if (!file.header->read(file, tag)) {
      return nullptr;
    }
  }
  DcmElement *element = nullptr;
  DcmItem &item = tag >> 16 == 0x0002 ? static_cast<DcmItem &>(file.meta()) : file.dataset();
  item.findAndGetElement(key_of(tag), element);
  return element;
}

}  // namespace rdcm

extern "C" {

RDCM_EXPORT rdcm_status rdcm_layout_read(
    const char *path, rdcm_layout *layout, rdcm_file **header) {
  return rdcm::guarded([&] {
    *layout = rdcm_layout{};
    *header = nullptr;
    try {
      auto source = std::make_unique<rdcm::FileSource>(path);
      rdcm::Places places;
      rdcm::walk_file(*source, *layout, nullptr, &places);
      *header = with_places(path, std::move(source), std::move(places)).release();
      return RDCM_OK;
    } catch (const rdcm::Broken &broken) {
      return rdcm::fail(broken.status, broken.reason);
    }
  });
}

RDCM_EXPORT rdcm_status rdcm_file_open_header(const char *path, rdcm_file **file) {
  return rdcm::guarded([&] {
    try {
      auto source = std::make_unique<rdcm::FileSource>(path);
      rdcm::Places places = rdcm::places_of(*source);
      auto opened = with_places(path, std::move(source), std::move(places));
      *file = opened.release();
      if (*file) return RDCM_OK;
    } catch (const rdcm::Broken &) {
      // The toolkit says it in its own words.
    }
    return open_file(path, DcmTagKey(0x7FE0, 0x0000), file);
  });
}

RDCM_EXPORT int32_t rdcm_file_need(rdcm_file *file, uint32_t tag) {
  int32_t is_there = 0;
  rdcm::guarded([&] {
    is_there = rdcm::element_of(*file, tag) != nullptr;
    return RDCM_OK;
  });
  return is_there;
}

RDCM_EXPORT rdcm_status rdcm_file_open_lazily(const char *path, rdcm_file **file) {
  return open_file(path, DCM_UndefinedTagKey, file);
}
}
