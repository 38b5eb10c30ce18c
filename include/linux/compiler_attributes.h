/* SPDX-License-Identifier: MIT */
#ifndef LINUX_COMPILER_ATTRIBUTES_H
#define LINUX_COMPILER_ATTRIBUTES_H

#include <lib/compiler.h>

#endif
