/* SPDX-License-Identifier: MIT */
#ifndef LINUX_COMPILER_H
#define LINUX_COMPILER_H

#include <lib/compiler.h>

#endif
