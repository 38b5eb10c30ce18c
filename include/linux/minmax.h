/* SPDX-License-Identifier: MIT */
#ifndef LINUX_MINMAX_H
#define LINUX_MINMAX_H

#include <lib/kernel.h>

#endif
