/* SPDX-License-Identifier: MIT */
#ifndef LINUX_BUILD_BUG_H
#define LINUX_BUILD_BUG_H

#include <lib/kernel.h>

#endif
