// SPDX-License-Identifier: MIT
/*
 * tests/modules/fault.c - a module that writes through a null pointer: the report must name it
 *
 * STATUS: 35
 * SAYS: page fault in reach\+0x[0-9a-f]+: write to 0x00000008 in page 0
 * SAYS: In module fault, during fault_init\(\)
 * SAYS: fault_init\+0x
 */
#include <linux/module.h>

struct node {
	struct node *next;
	long value, more;
};

static noinline void reach(struct node *node)
{
	WRITE_ONCE(node->more, 1);
}

static int __init fault_init(void)
{
	struct node *nothing = NULL;

	OPTIMIZER_HIDE_VAR(nothing);
	reach(nothing);
	return 0;
}
module_init(fault_init);
