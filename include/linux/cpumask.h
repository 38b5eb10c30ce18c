/* SPDX-License-Identifier: MIT */
/* include/linux/cpumask.h - forwards, for code from elsewhere */
#ifndef LINUX_CPUMASK_H
#define LINUX_CPUMASK_H

#include <kernel/smp.h>

#endif
