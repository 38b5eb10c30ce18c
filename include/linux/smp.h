/* SPDX-License-Identifier: MIT */
/* include/linux/smp.h - forwards, for code from elsewhere */
#ifndef LINUX_SMP_H
#define LINUX_SMP_H

#include <kernel/smp.h>

#endif
