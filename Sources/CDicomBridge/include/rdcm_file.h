#ifndef RDCM_FILE_H
#define RDCM_FILE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A DICOM file held in memory. Owned by the caller; free with `rdcm_file_close`. One handle, one
/// thread.
typedef struct rdcm_file rdcm_file;

typedef enum rdcm_status : int32_t {
  RDCM_OK = 0,
  RDCM_NOT_FOUND = 1,
  RDCM_MALFORMED = 2,
  RDCM_OUT_OF_MEMORY = 3,
  /// Well formed, but with a coding or pixel layout that is not handled.
  RDCM_UNSUPPORTED = 4,
  RDCM_WRITE_FAILED = 5,
  /// The file ends before its data set does.
  RDCM_TRUNCATED = 6,
} rdcm_status;

/// Registers the decoders, reads the dictionary and silences the toolkit's own log. Call before
/// anything else; further calls do nothing.
void rdcm_start(void);

/// Reads a file whole, pixel data included.
rdcm_status rdcm_file_open(const char *path, rdcm_file **file);

void rdcm_file_close(rdcm_file *file);

/// Says why the last call on this thread failed. Valid until the next call on this thread.
const char *rdcm_last_error(void);

#ifdef __cplusplus
}
#endif
#endif
