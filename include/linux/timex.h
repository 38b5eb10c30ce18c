/* SPDX-License-Identifier: MIT */
#ifndef LINUX_TIMEX_H
#define LINUX_TIMEX_H

#include <kernel/time.h>

#endif
