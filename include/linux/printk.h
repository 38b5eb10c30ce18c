/* SPDX-License-Identifier: MIT */
/* include/linux/printk.h - forwards, for code from elsewhere */
#ifndef LINUX_PRINTK_H
#define LINUX_PRINTK_H

#include <lib/printk.h>
#include <lib/bug.h>
#include <lib/hexdump.h>
#include <lib/vsprintf.h>

#endif
