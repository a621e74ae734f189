#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

// Swift does not see macros that are computed.
static const uint32_t cisal_level1_bytes = ISAL_DEF_LVL1_DEFAULT;
