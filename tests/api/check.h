/* SPDX-License-Identifier: MIT */
/*
 * tests/api/check.h - for programs that are compiled as code from elsewhere is
 *
 * CHECK() says which line failed and goes on; check_result() is what a module_init() function returns.
 */
#ifndef TESTS_API_CHECK_H
#define TESTS_API_CHECK_H

#include <linux/errno.h>
#include <linux/printk.h>

static int check_failures __attribute__((unused));

#define CHECK(cond) do {							\
	if (!(cond)) {								\
		check_failures++;						\
		pr_err("not ok %s:%d: %s\n", __FILE__, __LINE__, #cond);	\
	}									\
} while (0)

static inline int check_result(void)
{
	return check_failures ? -EINVAL : 0;
}

#endif
