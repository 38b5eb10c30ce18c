/* SPDX-License-Identifier: MIT */
/* include/linux/slab.h - forwards, for code from elsewhere */
#ifndef LINUX_SLAB_H
#define LINUX_SLAB_H

#include <lib/overflow.h>
#include <mm/gfp.h>
#include <mm/slab.h>
#include <mm/util.h>
#include <mm/vmalloc.h>

#endif
