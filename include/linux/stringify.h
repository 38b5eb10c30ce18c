/* SPDX-License-Identifier: MIT */
#ifndef LINUX_STRINGIFY_H
#define LINUX_STRINGIFY_H

#include <lib/kernel.h>

#endif
