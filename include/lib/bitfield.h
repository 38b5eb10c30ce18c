/* SPDX-License-Identifier: MIT */
/*
 * include/lib/bitfield.h - fields of a register, each named by one mask
 *
 *	#define CTRL_DIVIDER	GENMASK(7, 4)
 *
 *	FIELD_PREP(CTRL_DIVIDER, 5)	0x50			FIELD_MAX(CTRL_DIVIDER)		15
 *	FIELD_GET(CTRL_DIVIDER, 0xA7)	10			FIELD_FIT(CTRL_DIVIDER, 16)	false
 *
 * The masks of the FIELD_ macros are constants of neighbouring ones; a bad mask, and a constant that
 * does not fit, do not compile. The functions further down take any mask and cut the value to it.
 */
#ifndef LIB_BITFIELD_H
#define LIB_BITFIELD_H

#include <lib/byteorder.h>
#include <lib/compiler.h>
#include <lib/kernel.h>
#include <lib/types.h>

/* The lowest bit of a mask: multiplying and dividing by it shift, by nothing when that is constant. */
#define field_low_(mask)	((mask) & (0 - (mask)))

/* 0; does not compile unless the constant @mask is one row of ones. */
#define field_check_mask_(mask)							\
	BUILD_BUG_ON_ZERO((mask) == 0 ||					\
			  (((u64)(mask) + field_low_((u64)(mask))) & (u64)(mask)) != 0)

/* 0; does not compile when @val is a constant that does not fit. */
#define field_check_value_(mask, val)						\
	BUILD_BUG_ON_ZERO(__builtin_choose_expr(__builtin_constant_p(val),	\
		((u64)(val) & ~((u64)(mask) / field_low_((u64)(mask)))) != 0, 0))

#define FIELD_MAX(mask)								\
	((__typeof__(mask))((mask) / field_low_(mask) + field_check_mask_(mask)))

/* Can @val be stored in the field? */
#define FIELD_FIT(mask, val)							\
	(((u64)(val) & ~(u64)FIELD_MAX(mask)) == 0)

/* @val at the place of the field, all other bits clear. */
#define FIELD_PREP(mask, val)							\
	((__typeof__(mask))(((__typeof__(mask))(val) * field_low_(mask) & (mask)) +	\
			    field_check_mask_(mask) + field_check_value_(mask, val)))
#define FIELD_PREP_CONST(mask, val)	FIELD_PREP(mask, val)

/* The field of @reg, shifted down. */
#define FIELD_GET(mask, reg)							\
	((__typeof__(mask))(((reg) & (mask)) / field_low_(mask) + field_check_mask_(mask)))

/* Put @val into the field of *@reg_p. */
#define FIELD_MODIFY(mask, reg_p, val)						\
	((void)(*(reg_p) = (*(reg_p) & ~(mask)) | FIELD_PREP(mask, val)))

/* --- functions by type ------------------------------------------------------------------------- */

/*
 * NAME_encode_bits(v, field)        v at the place of the field
 * NAME_get_bits(v, field)           the field of v
 * NAME_replace_bits(old, v, field)  old with v in the field
 * NAMEp_replace_bits(p, v, field)   the same in place
 *
 * NAME is u8 u16 u32 u64, le16 le32 le64 or be16 be32 be64. The le and be forms hold the register in
 * that byte order; field and value are plain numbers.
 */
#define BITFIELD_FUNCTIONS(name, type, base, to, from)				\
static __always_inline type name##_encode_bits(base v, base field)		\
{										\
	return to((base)((base)(v * field_low_(field)) & field));		\
}										\
static __always_inline base name##_get_bits(type v, base field)			\
{										\
	return (base)((base)(from(v) & field) / (base)field_low_(field));	\
}										\
static __always_inline type name##_replace_bits(type old, base v, base field)	\
{										\
	return (type)((old & (type)~to(field)) | name##_encode_bits(v, field));	\
}										\
static __always_inline void name##p_replace_bits(type *p, base v, base field)	\
{										\
	*p = name##_replace_bits(*p, v, field);					\
}

#define field_same_(x)	(x)
BITFIELD_FUNCTIONS(u8, u8, u8, field_same_, field_same_)
BITFIELD_FUNCTIONS(u16, u16, u16, field_same_, field_same_)
BITFIELD_FUNCTIONS(u32, u32, u32, field_same_, field_same_)
BITFIELD_FUNCTIONS(u64, u64, u64, field_same_, field_same_)
BITFIELD_FUNCTIONS(le16, __le16, u16, cpu_to_le16, le16_to_cpu)
BITFIELD_FUNCTIONS(le32, __le32, u32, cpu_to_le32, le32_to_cpu)
BITFIELD_FUNCTIONS(le64, __le64, u64, cpu_to_le64, le64_to_cpu)
BITFIELD_FUNCTIONS(be16, __be16, u16, cpu_to_be16, be16_to_cpu)
BITFIELD_FUNCTIONS(be32, __be32, u32, cpu_to_be32, be32_to_cpu)
BITFIELD_FUNCTIONS(be64, __be64, u64, cpu_to_be64, be64_to_cpu)
#undef BITFIELD_FUNCTIONS

#endif
