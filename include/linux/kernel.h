/* SPDX-License-Identifier: MIT */
/* What existing code expects of this name, gathered from where each piece lives. */
#ifndef LINUX_KERNEL_H
#define LINUX_KERNEL_H

#include <kernel/smp.h>
#include <lib/bitops.h>
#include <lib/bug.h>
#include <lib/cmdline.h>
#include <lib/compiler.h>
#include <lib/errno.h>
#include <lib/find.h>
#include <lib/hexdump.h>
#include <lib/kernel.h>
#include <lib/kstrtox.h>
#include <lib/log2.h>
#include <lib/math64.h>
#include <lib/printk.h>
#include <lib/sscanf.h>
#include <lib/types.h>
#include <lib/vsprintf.h>
#include <mm/util.h>

#endif
