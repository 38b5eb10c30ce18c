/* SPDX-License-Identifier: MIT */
#ifndef LINUX_RBTREE_H
#define LINUX_RBTREE_H

#include <lib/rbtree.h>

#endif
