/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/include/io.h - ports, and registers in memory. The order of arguments is value, then where.
 *
 * <asm/io.h> gives this to code from elsewhere.
 */
#ifndef ARCH_IO_H
#define ARCH_IO_H

#include <lib/compiler.h>
#include <lib/types.h>

static __always_inline void outb(u8 value, u16 port)
{
	__asm__ __volatile__("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void outw(u16 value, u16 port)
{
	__asm__ __volatile__("outw %0, %1" : : "a"(value), "Nd"(port));
}

static __always_inline u8 inb(u16 port)
{
	u8 value;

	__asm__ __volatile__("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline u16 inw(u16 port)
{
	u16 value;

	__asm__ __volatile__("inw %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void outl(u32 value, u16 port)
{
	__asm__ __volatile__("outl %0, %1" : : "a"(value), "Nd"(port));
}

static inline u32 inl(u16 port)
{
	u32 value;

	__asm__ __volatile__("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

/* Registers that ioremap() has mapped: one access of that width, in program order with the others. */
#define readb(addr)		(*(const volatile u8 __iomem *)(addr))
#define readw(addr)		(*(const volatile u16 __iomem *)(addr))
#define readl(addr)		(*(const volatile u32 __iomem *)(addr))
#define writeb(value, addr)	((void)(*(volatile u8 __iomem *)(addr) = (value)))
#define writew(value, addr)	((void)(*(volatile u16 __iomem *)(addr) = (value)))
#define writel(value, addr)	((void)(*(volatile u32 __iomem *)(addr) = (value)))

#endif
