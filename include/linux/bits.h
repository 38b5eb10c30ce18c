/* SPDX-License-Identifier: MIT */
#ifndef LINUX_BITS_H
#define LINUX_BITS_H

#include <lib/bits.h>

#endif
