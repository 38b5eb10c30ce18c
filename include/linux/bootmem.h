/* SPDX-License-Identifier: MIT */
/* include/linux/bootmem.h - forwards, for code from elsewhere */
#ifndef LINUX_BOOTMEM_H
#define LINUX_BOOTMEM_H

#include <mm/bootmem.h>

#endif
