/* SPDX-License-Identifier: MIT */
/* include/linux/mm.h - forwards, for code from elsewhere */
#ifndef LINUX_MM_H
#define LINUX_MM_H

#include <lib/bug.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/list.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/gfp.h>
#include <mm/meminfo.h>
#include <mm/page.h>
#include <mm/util.h>
#include <mm/vmalloc.h>

#endif
