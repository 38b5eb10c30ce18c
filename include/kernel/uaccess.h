/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/uaccess.h - memory of programs, of which there are none
 *
 * All of [0, PAGE_OFFSET) is empty, so nothing can be read or written there: each call answers as it
 * does for an address that is not mapped.
 */
#ifndef KERNEL_UACCESS_H
#define KERNEL_UACCESS_H

#include <lib/compiler.h>
#include <lib/errno.h>
#include <lib/string.h>
#include <lib/types.h>

#define access_ok(addr, size)	((void)(addr), (void)(size), false)

/* Return: the bytes that were not copied, which is all; the destination is zeroed, as if cut short. */
static inline unsigned long copy_from_user(void *to, const void __user *from, unsigned long n)
{
	memset(to, 0, n);
	return n;
}

static inline unsigned long copy_to_user(void __user *to, const void *from, unsigned long n)
{
	return n;
}

#define get_user(value, ptr)	((value) = 0, (void)(ptr), -EFAULT)
#define put_user(value, ptr)	((void)(value), (void)(ptr), -EFAULT)

#endif
