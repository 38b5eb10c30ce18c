/* SPDX-License-Identifier: MIT */
#ifndef LINUX_RBTREE_TYPES_H
#define LINUX_RBTREE_TYPES_H

#include <lib/rbtree.h>

#endif
