#include "RdcmFile.hpp"

#include "RdcmFragments.hpp"
#include "RdcmHeader.hpp"

#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/dcmdata/dcdict.h>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/oflog/oflog.h>
#include <sys/stat.h>

#include <mutex>

namespace {

thread_local std::string last_error;

rdcm_status status_of(const OFCondition &condition) {
  if (condition == EC_MemoryExhausted) return RDCM_OUT_OF_MEMORY;
  if (condition == EC_EndOfStream || condition == EC_StreamNotifyClient ||
      condition == EC_SequDelimitationItemMissing || condition == EC_ItemDelimitationItemMissing) {
    return RDCM_TRUNCATED;
  }
  return RDCM_MALFORMED;
}

}  // namespace

rdcm_file::rdcm_file() = default;
rdcm_file::~rdcm_file() = default;

namespace rdcm {

rdcm_status fail(rdcm_status status, std::string reason) {
  last_error = std::move(reason);
  return status;
}

}  // namespace rdcm

extern "C" {

RDCM_EXPORT void rdcm_start(void) {
  static std::once_flag once;
  std::call_once(once, [] {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    // Samples come as they are coded: what colours they are is known from the header.
    DJDecoderRegistration::registerCodecs(EDC_never, EUC_default, EPC_colorByPixel);
    DJLSDecoderRegistration::registerCodecs();
    DcmRLEDecoderRegistration::registerCodecs();
    // Files whose every element is of unknown VR (PS3.5 6.2.2 note) are read by the dictionary.
    dcmEnableUnknownVRConversion.set(OFTrue);
    // The dictionary is a file; a jailed worker could not open it later.
    dcmDataDict.rdlock();
    dcmDataDict.rdunlock();
  });
}

RDCM_EXPORT rdcm_status rdcm_file_open(const char *path, rdcm_file **file) {
  return rdcm::guarded([&] {
    struct stat info;
    if (stat(path, &info) != 0) return rdcm::fail(RDCM_NOT_FOUND, "no such file");
    auto opened = std::make_unique<rdcm_file>();
    opened->path = path;
    OFCondition condition = opened->format.loadFile(path);
    if (condition.good()) condition = opened->format.loadAllDataIntoMemory();
    if (condition.bad()) return rdcm::fail(status_of(condition), condition.text());
    *file = opened.release();
    return RDCM_OK;
  });
}

RDCM_EXPORT void rdcm_file_close(rdcm_file *file) { delete file; }

RDCM_EXPORT const char *rdcm_last_error(void) { return last_error.c_str(); }
}
