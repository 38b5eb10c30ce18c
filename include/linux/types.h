/* SPDX-License-Identifier: MIT */
#ifndef LINUX_TYPES_H
#define LINUX_TYPES_H

#include <lib/types.h>
#include <lib/byteorder.h>

#endif
