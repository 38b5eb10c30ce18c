/* SPDX-License-Identifier: MIT */
#ifndef LINUX_POISON_H
#define LINUX_POISON_H

#include <lib/list.h>

#endif
