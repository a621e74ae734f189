#ifndef CDICOMBRIDGE_H
#define CDICOMBRIDGE_H

#include "rdcm_derive.h"
#include "rdcm_file.h"
#include "rdcm_node.h"
#include "rdcm_read.h"

#endif
