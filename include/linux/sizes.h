/* SPDX-License-Identifier: MIT */
#ifndef LINUX_SIZES_H
#define LINUX_SIZES_H

#include <lib/sizes.h>

#endif
