/* SPDX-License-Identifier: MIT */
#ifndef LINUX_SORT_H
#define LINUX_SORT_H

#include <lib/sort.h>

#endif
