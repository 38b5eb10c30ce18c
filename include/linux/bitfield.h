/* SPDX-License-Identifier: MIT */
#ifndef LINUX_BITFIELD_H
#define LINUX_BITFIELD_H

#include <lib/bitfield.h>

#endif
