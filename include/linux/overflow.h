/* SPDX-License-Identifier: MIT */
#ifndef LINUX_OVERFLOW_H
#define LINUX_OVERFLOW_H

#include <lib/overflow.h>

#endif
