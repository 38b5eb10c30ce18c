/* SPDX-License-Identifier: MIT */
/* include/linux/numa.h - forwards, for code from elsewhere */
#ifndef LINUX_NUMA_H
#define LINUX_NUMA_H

#include <mm/layout.h>

#endif
