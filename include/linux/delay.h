/* SPDX-License-Identifier: MIT */
#ifndef LINUX_DELAY_H
#define LINUX_DELAY_H

#include <kernel/time.h>

#endif
