/* SPDX-License-Identifier: MIT */
/*
 * include/lib/err.h - an error number in place of a pointer
 *
 * The last 4095 addresses of the address space hold no object (the last page is never mapped), so
 * a pointer with one of those values is an errno: ERR_PTR(-ENOMEM) == (void *)0xFFFFFFF4.
 */
#ifndef LIB_ERR_H
#define LIB_ERR_H

#include <lib/compiler.h>
#include <lib/errno.h>
#include <lib/types.h>

#define MAX_ERRNO	4095

/* Is @x, a pointer or an unsigned long, one of the last MAX_ERRNO values? */
#define IS_ERR_VALUE(x)	unlikely((unsigned long)(void *)(x) >= (unsigned long)-MAX_ERRNO)

/* @error: -MAX_ERRNO .. -1, or 0 for NULL */
static inline void *__must_check ERR_PTR(long error)
{
	return (void *)error;
}

static inline long __must_check PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

static inline bool __must_check IS_ERR(const void *ptr)
{
	return IS_ERR_VALUE(ptr);
}

static inline bool __must_check IS_ERR_OR_NULL(const void *ptr)
{
	return unlikely(!ptr) || IS_ERR_VALUE(ptr);
}

/* The same error as a pointer of another type. */
static inline void *__must_check ERR_CAST(const void *ptr)
{
	return (void *)ptr;
}

/* The error, or 0 for a good pointer. */
static inline int __must_check PTR_ERR_OR_ZERO(const void *ptr)
{
	return IS_ERR(ptr) ? (int)PTR_ERR(ptr) : 0;
}

#endif
