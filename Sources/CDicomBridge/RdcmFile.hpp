// What the entry points share: the handle, the guard, the last error.
#ifndef RDCM_FILE_HPP
#define RDCM_FILE_HPP

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <exception>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "rdcm_file.h"

#define RDCM_EXPORT __attribute__((visibility("default")))

namespace rdcm {
class CodedFrames;
class Header;
}  // namespace rdcm

struct rdcm_file {
  rdcm_file();
  ~rdcm_file();
  rdcm_file(const rdcm_file &) = delete;
  rdcm_file &operator=(const rdcm_file &) = delete;

  DcmFileFormat format;
  std::string path;
  /// Of a file that was opened for its header; null where the toolkit has read all of that.
  std::unique_ptr<rdcm::Header> header;
  /// Once a coded frame was asked for that the toolkit does not decode.
  std::unique_ptr<rdcm::CodedFrames> coded;
  /// The frame after the one that was decoded last, and the fragment that it begins with; 0 before
  /// the first. Where several fragments make a frame, only its predecessor says where it begins.
  uint32_t next_frame = 0;
  Uint32 next_fragment = 0;

  DcmDataset &dataset() { return *format.getDataset(); }
  DcmMetaInfo &meta() { return *format.getMetaInfo(); }
};

namespace rdcm {

/// Notes why a call fails, and returns its status.
rdcm_status fail(rdcm_status status, std::string reason);

/// Runs the body of an entry point: no C++ exception may cross into Swift.
template <typename Body>
rdcm_status guarded(Body body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc &) {
    return RDCM_OUT_OF_MEMORY;
  } catch (const std::exception &error) {
    return fail(RDCM_MALFORMED, error.what());
  } catch (...) {
    return fail(RDCM_MALFORMED, "unknown C++ exception");
  }
}

}  // namespace rdcm

#endif
