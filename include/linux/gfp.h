/* SPDX-License-Identifier: MIT */
/* include/linux/gfp.h - forwards, for code from elsewhere */
#ifndef LINUX_GFP_H
#define LINUX_GFP_H

#include <mm/gfp.h>
#include <mm/mmzone.h>

#endif
