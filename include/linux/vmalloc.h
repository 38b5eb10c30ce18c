/* SPDX-License-Identifier: MIT */
/* include/linux/vmalloc.h - forwards, for code from elsewhere */
#ifndef LINUX_VMALLOC_H
#define LINUX_VMALLOC_H

#include <mm/slab.h>
#include <mm/vmalloc.h>

#endif
