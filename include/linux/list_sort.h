/* SPDX-License-Identifier: MIT */
#ifndef LINUX_LIST_SORT_H
#define LINUX_LIST_SORT_H

#include <lib/list_sort.h>

#endif
