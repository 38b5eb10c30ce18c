/* SPDX-License-Identifier: MIT */
/*
 * include/lib/byteorder.h - numbers whose bytes lie in a given order
 *
 * The types are for the reader: __le32 is a u32 that is little-endian in memory. This CPU is
 * little-endian, so the le conversions do nothing.
 */
#ifndef LIB_BYTEORDER_H
#define LIB_BYTEORDER_H

#include <lib/types.h>

typedef u16 __le16;
typedef u32 __le32;
typedef u64 __le64;
typedef u16 __be16;
typedef u32 __be32;
typedef u64 __be64;

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "written for a little-endian CPU");

#define swab16(x)	((u16)__builtin_bswap16(x))
#define swab32(x)	((u32)__builtin_bswap32(x))
#define swab64(x)	((u64)__builtin_bswap64(x))

#define cpu_to_le16(x)	((__le16)(x))
#define cpu_to_le32(x)	((__le32)(x))
#define cpu_to_le64(x)	((__le64)(x))
#define le16_to_cpu(x)	((u16)(x))
#define le32_to_cpu(x)	((u32)(x))
#define le64_to_cpu(x)	((u64)(x))

#define cpu_to_be16(x)	((__be16)swab16(x))
#define cpu_to_be32(x)	((__be32)swab32(x))
#define cpu_to_be64(x)	((__be64)swab64(x))
#define be16_to_cpu(x)	swab16(x)
#define be32_to_cpu(x)	swab32(x)
#define be64_to_cpu(x)	swab64(x)

/* The same of what a pointer leads to, in place, and with an addition. */
#define BYTEORDER_(order, bits)							\
static inline u##bits order##bits##_to_cpup(const __##order##bits *p)		\
{										\
	return order##bits##_to_cpu(*p);					\
}										\
static inline __##order##bits cpu_to_##order##bits##p(const u##bits *p)		\
{										\
	return cpu_to_##order##bits(*p);					\
}										\
static inline void order##bits##_to_cpus(__##order##bits *p)			\
{										\
	*p = order##bits##_to_cpu(*p);						\
}										\
static inline void cpu_to_##order##bits##s(u##bits *p)				\
{										\
	*p = cpu_to_##order##bits(*p);						\
}										\
static inline void order##bits##_add_cpu(__##order##bits *p, u##bits i)		\
{										\
	*p = cpu_to_##order##bits(order##bits##_to_cpu(*p) + i);		\
}

BYTEORDER_(le, 16) BYTEORDER_(le, 32) BYTEORDER_(le, 64)
BYTEORDER_(be, 16) BYTEORDER_(be, 32) BYTEORDER_(be, 64)

#ifndef FLAGSTONE_HOST		/* the host's libc has these */
#define htons(x)	cpu_to_be16(x)
#define htonl(x)	cpu_to_be32(x)
#define ntohs(x)	be16_to_cpu(x)
#define ntohl(x)	be32_to_cpu(x)
#endif

#endif
