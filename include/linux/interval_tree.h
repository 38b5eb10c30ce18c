/* SPDX-License-Identifier: MIT */
#ifndef LINUX_INTERVAL_TREE_H
#define LINUX_INTERVAL_TREE_H

#include <lib/interval_tree.h>

#endif
