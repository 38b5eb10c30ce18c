/* SPDX-License-Identifier: MIT */
/* include/linux/highmem.h - forwards, for code from elsewhere */
#ifndef LINUX_HIGHMEM_H
#define LINUX_HIGHMEM_H

#include <lib/string.h>
#include <linux/mm.h>
#include <mm/highmem.h>

#endif
