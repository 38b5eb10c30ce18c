/* SPDX-License-Identifier: MIT */
/* include/linux/memblock.h - for code from elsewhere; see include/mm/memblock.h */
#include <mm/memblock.h>
