/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/include/arch_inline.h - the inline half of include/arch.h, for the machine itself
 */
#ifndef ARCH_INLINE_H
#define ARCH_INLINE_H

#include <lib/types.h>

/* Source: Intel SDM vol. 1, "EFLAGS Register". */
#define X86_EFLAGS_IF	(1UL << 9)

static inline unsigned long arch_irq_save(void)
{
	unsigned long flags;

	__asm__ __volatile__("pushfl; popl %0; cli" : "=rm"(flags) : : "memory");
	return flags;
}

static inline void arch_irq_restore(unsigned long flags)
{
	__asm__ __volatile__("pushl %0; popfl" : : "g"(flags) : "memory", "cc");
}

static inline void arch_irq_enable(void)
{
	__asm__ __volatile__("sti" : : : "memory");
}

static inline void arch_irq_disable(void)
{
	__asm__ __volatile__("cli" : : : "memory");
}

static inline bool arch_irqs_off(void)
{
	unsigned long flags;

	__asm__ __volatile__("pushfl; popl %0" : "=rm"(flags));
	return !(flags & X86_EFLAGS_IF);
}

/* STI lets one instruction pass before an interrupt, so none is lost between the two. */
static inline void arch_halt(void)
{
	__asm__ __volatile__("sti; hlt" : : : "memory");
}

/* arch/i386/tlb.c: not inline, for a 386 has no INVLPG and the choice is made there. */
void arch_tlb_flush_page(vaddr_t va);
void arch_tlb_flush_windows(void);
void arch_tlb_flush_all(void);

#endif
