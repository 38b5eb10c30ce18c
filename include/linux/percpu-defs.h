/* SPDX-License-Identifier: MIT */
/* include/linux/percpu-defs.h - forwards, for code from elsewhere */
#ifndef LINUX_PERCPU_DEFS_H
#define LINUX_PERCPU_DEFS_H

#include <mm/percpu.h>

#endif
