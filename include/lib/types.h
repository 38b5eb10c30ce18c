/* SPDX-License-Identifier: MIT */
/*
 * include/lib/types.h - the integer types everything is written in
 *
 * A physical address is phys_addr_t (32 bits: there is no PAE here), a page frame number is
 * pfn_t = pa >> 12, a virtual address as a number is vaddr_t, and void * is an address that is
 * mapped and may be used now. They change kind only through __pa, __va, pfn_to_page, page_to_pfn,
 * phys_to_pfn and pfn_to_phys.
 */
#ifndef LIB_TYPES_H
#define LIB_TYPES_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

typedef uint8_t u8;
typedef int8_t s8;
typedef uint16_t u16;
typedef int16_t s16;
typedef uint32_t u32;
typedef int32_t s32;
typedef unsigned long long u64;
typedef long long s64;

typedef u8 __u8;
typedef s8 __s8;
typedef u16 __u16;
typedef s16 __s16;
typedef u32 __u32;
typedef s32 __s32;
typedef u64 __u64;
typedef s64 __s64;

#ifndef FLAGSTONE_HOST		/* the host's libc has these */
typedef int ssize_t;
typedef long off_t;
typedef long long loff_t;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef unsigned char u_char;
typedef unsigned int u_int;
typedef unsigned long u_long;
#endif

typedef unsigned int gfp_t;
typedef unsigned int slab_flags_t;
typedef u32 phys_addr_t;
typedef phys_addr_t resource_size_t;
typedef unsigned long pfn_t;
typedef unsigned long pgoff_t;
typedef unsigned long vaddr_t;

struct list_head {
	struct list_head *next, *prev;
};

struct hlist_head {
	struct hlist_node *first;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

typedef struct {
	int counter;
} atomic_t;

#define BITS_PER_BYTE		8
#define BITS_PER_LONG		(BITS_PER_BYTE * __SIZEOF_LONG__)	/* 32; fit for #if */
#define BITS_TO_LONGS(bits)	(((bits) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]

#endif
