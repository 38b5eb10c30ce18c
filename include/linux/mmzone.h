/* SPDX-License-Identifier: MIT */
/* include/linux/mmzone.h - forwards, for code from elsewhere */
#ifndef LINUX_MMZONE_H
#define LINUX_MMZONE_H

#include <mm/gfp.h>
#include <mm/mmzone.h>

#endif
