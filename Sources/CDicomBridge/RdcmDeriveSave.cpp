#include "RdcmFile.hpp"
#include "rdcm_derive.h"

#include <dcmtk/dcmdata/dcostrmf.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace {

/// Fills a new file meta header; the toolkit's own identity is left out.
OFCondition put_meta(rdcm_file &file, const char *syntax, const char *implementation_class,
                     const char *implementation_version) {
  OFString sop_class, sop_instance;
  file.dataset().findAndGetOFString(DCM_SOPClassUID, sop_class);
  file.dataset().findAndGetOFString(DCM_SOPInstanceUID, sop_instance);
  DcmMetaInfo &meta = file.meta();
  OFCondition condition = meta.clear();
  const Uint8 version[2] = {0, 1};
  const auto text = [&](const DcmTagKey &tag, const char *value) {
    if (condition.good()) condition = meta.putAndInsertString(tag, value);
  };
  if (condition.good()) {
    condition = meta.putAndInsertUint8Array(DCM_FileMetaInformationVersion, version, 2);
  }
  text(DCM_MediaStorageSOPClassUID, sop_class.c_str());
  text(DCM_MediaStorageSOPInstanceUID, sop_instance.c_str());
  text(DCM_TransferSyntaxUID, syntax);
  text(DCM_ImplementationClassUID, implementation_class);
  text(DCM_ImplementationVersionName, implementation_version);
  if (condition.bad()) return condition;
  return meta.computeGroupLengthAndPadding(EGL_withGL, EPD_noChange,
                                           META_HEADER_DEFAULT_TRANSFERSYNTAX,
                                           EET_ExplicitLength);
}

rdcm_status failed(const char *what) {
  return rdcm::fail(RDCM_WRITE_FAILED, std::string(what) + ": " + std::strerror(errno));
}

/// Makes what was written to a path durable.
rdcm_status sync_file(const char *path) {
  const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return failed("cannot open the result to sync it");
  const int synced = fsync(descriptor);
  const int reason = errno;
  close(descriptor);
  errno = reason;
  return synced == 0 ? RDCM_OK : failed("cannot sync the result");
}

/// Claims a path that must be free.
rdcm_status claim(const char *path) {
  const int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) return failed("cannot create the result");
  close(descriptor);
  return RDCM_OK;
}

}  // namespace

extern "C" {

RDCM_EXPORT rdcm_status rdcm_file_save(rdcm_file *file, const char *path,
                                       const char *transfer_syntax,
                                       const char *implementation_class,
                                       const char *implementation_version) {
  return rdcm::guarded([&]() -> rdcm_status {
    // Global in the toolkit, so once for the process; only results are ever encoded.
    static const bool registered = (DcmRLEEncoderRegistration::registerCodecs(), true);
    static_cast<void>(registered);

    const E_TransferSyntax syntax = DcmXfer(transfer_syntax).getXfer();
    OFCondition condition = file->dataset().chooseRepresentation(syntax, nullptr);
    if (condition.bad()) return rdcm::fail(RDCM_UNSUPPORTED, condition.text());
    condition = put_meta(*file, transfer_syntax, implementation_class, implementation_version);
    if (condition.bad()) return rdcm::fail(RDCM_MALFORMED, condition.text());
    const rdcm_status claimed = claim(path);
    if (claimed != RDCM_OK) return claimed;
    condition = file->format.saveFile(path, syntax, EET_ExplicitLength, EGL_withoutGL,
                                      EPD_withoutPadding, 0, 0, EWM_dontUpdateMeta);
    if (condition.bad()) {
      unlink(path);
      return rdcm::fail(RDCM_WRITE_FAILED, condition.text());
    }
    return sync_file(path);
  });
}
}
