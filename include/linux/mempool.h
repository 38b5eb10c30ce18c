/* SPDX-License-Identifier: MIT */
/* include/linux/mempool.h - forwards, for code from elsewhere */
#ifndef LINUX_MEMPOOL_H
#define LINUX_MEMPOOL_H

#include <mm/mempool.h>
#include <mm/slab.h>

#endif
