/* SPDX-License-Identifier: MIT */
#ifndef LINUX_RBTREE_AUGMENTED_H
#define LINUX_RBTREE_AUGMENTED_H

#include <lib/rbtree_augmented.h>

#endif
