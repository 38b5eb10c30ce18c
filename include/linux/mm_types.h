/* SPDX-License-Identifier: MIT */
/* include/linux/mm_types.h - forwards, for code from elsewhere */
#ifndef LINUX_MM_TYPES_H
#define LINUX_MM_TYPES_H

#include <mm/page.h>

#endif
