/* SPDX-License-Identifier: MIT */
#ifndef LINUX_KTIME_H
#define LINUX_KTIME_H

#include <kernel/time.h>

#endif
