// SPDX-License-Identifier: MIT
/*
 * tests/modules/refuse.c - two modules in one file, the first of which fails: both are reported, and
 * the words of the command line reach the variables, or are refused with the variable as it was
 *
 * WORDS: refuse.count=3 refuse.names-are-alike=yes refuse.small=300 refuse.none=1
 * SAYS: module: refuse: refuse_init\(\) returned -11 after
 * SAYS: refuse: count 3, names_are_alike 1, small 7
 * SAYS: module: refuse: accept_init\(\) returned 0 after
 * SAYS: option "refuse.small" cannot be "300"
 * SAYS: option "refuse.none" is not known
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>

static int count = 1;
module_param(count, int, 0444);
static bool names_are_alike;
module_param(names_are_alike, bool, 0);
static unsigned char small = 7;
module_param(small, byte, 0600);

static int __init refuse_init(void)
{
	return -EAGAIN;
}
module_init(refuse_init);

static int __init accept_init(void)
{
	printk(KERN_INFO "refuse: count %d, names_are_alike %d, small %u\n", count,
	       names_are_alike, small);
	return 0;
}
module_init(accept_init);
