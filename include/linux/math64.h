/* SPDX-License-Identifier: MIT */
#ifndef LINUX_MATH64_H
#define LINUX_MATH64_H

#include <lib/math64.h>

#endif
