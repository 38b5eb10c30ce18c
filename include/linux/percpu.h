/* SPDX-License-Identifier: MIT */
/* include/linux/percpu.h - forwards, for code from elsewhere */
#ifndef LINUX_PERCPU_H
#define LINUX_PERCPU_H

#include <kernel/smp.h>
#include <mm/percpu.h>
#include <mm/slab.h>

#endif
