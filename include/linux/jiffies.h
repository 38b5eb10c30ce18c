/* SPDX-License-Identifier: MIT */
#ifndef LINUX_JIFFIES_H
#define LINUX_JIFFIES_H

#include <kernel/time.h>

#endif
