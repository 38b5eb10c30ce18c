/* SPDX-License-Identifier: MIT */
/* include/linux/cache.h - forwards, for code from elsewhere */
#ifndef LINUX_CACHE_H
#define LINUX_CACHE_H

#include <mm/slab.h>

#endif
