/* SPDX-License-Identifier: MIT */
/* include/linux/gfp_types.h - forwards, for code from elsewhere */
#ifndef LINUX_GFP_TYPES_H
#define LINUX_GFP_TYPES_H

#include <mm/gfp.h>

#endif
