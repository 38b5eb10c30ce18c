/* SPDX-License-Identifier: MIT */
#ifndef LINUX_MATH_H
#define LINUX_MATH_H

#include <lib/kernel.h>
#include <lib/math64.h>

#endif
