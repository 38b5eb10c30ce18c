/* SPDX-License-Identifier: MIT */
#ifndef LINUX_MIN_HEAP_H
#define LINUX_MIN_HEAP_H

#include <lib/min_heap.h>

#endif
