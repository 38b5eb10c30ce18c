/* SPDX-License-Identifier: MIT */
#ifndef LINUX_LIMITS_H
#define LINUX_LIMITS_H

#include <lib/limits.h>

#endif
