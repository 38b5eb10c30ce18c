/* SPDX-License-Identifier: MIT */
#ifndef LINUX_LIST_H
#define LINUX_LIST_H

#include <lib/list.h>

#endif
