/* SPDX-License-Identifier: MIT */
#ifndef LINUX_COMPILER_TYPES_H
#define LINUX_COMPILER_TYPES_H

#include <lib/compiler.h>

#endif
