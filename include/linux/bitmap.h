/* SPDX-License-Identifier: MIT */
/* include/linux/bitmap.h - forwards, for code from elsewhere */
#ifndef LINUX_BITMAP_H
#define LINUX_BITMAP_H

#include <lib/bitmap.h>
#include <mm/util.h>

#endif
