/* SPDX-License-Identifier: MIT */
#ifndef LINUX_BITOPS_H
#define LINUX_BITOPS_H

#include <lib/bitops.h>
#include <lib/find.h>

#endif
