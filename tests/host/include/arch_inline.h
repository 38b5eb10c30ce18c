/* SPDX-License-Identifier: MIT */
/*
 * tests/host/include/arch_inline.h - the inline half of include/arch.h, for tests on the host
 *
 * Interrupts are one flag, so that code which leaves them off is found: support.c fails the program
 * when they are off at its end. TLB flushes are counted;
 * with soft_mmu.h they do what they say.
 */
#ifndef ARCH_INLINE_H
#define ARCH_INLINE_H

#include <lib/cpu_stack.h>
#include <lib/types.h>

extern bool host_irqs_off;
extern bool host_has_invlpg;
extern unsigned long host_tlb_page_flushes, host_tlb_window_flushes, host_tlb_full_flushes;

/* Nothing, unless the test has page tables (soft_mmu.h). */
void host_tlb_forget(vaddr_t start, vaddr_t end);

void host_halt(void) __attribute__((noreturn));

static inline unsigned long arch_irq_save(void)
{
	unsigned long flags = host_irqs_off;

	host_irqs_off = true;
	return flags;
}

static inline void arch_irq_restore(unsigned long flags)
{
	host_irqs_off = flags;
}

static inline void arch_irq_enable(void)
{
	host_irqs_off = false;
}

static inline void arch_irq_disable(void)
{
	host_irqs_off = true;
}

static inline bool arch_irqs_off(void)
{
	return host_irqs_off;
}

/* No interrupt ever comes here: whoever waits for one would hang. */
static inline void arch_halt(void)
{
	host_halt();
}

static inline u32 arch_mul_high(u32 a, u32 b, u32 *low)
{
	u64 product = (u64)a * b;

	*low = (u32)product;
	return product >> 32;
}

static inline void *arch_stack_pop(struct cpu_stack *stack)
{
	return stack->top == stack->base ? NULL : *--stack->top;
}

static inline bool arch_stack_push(struct cpu_stack *stack, void *obj)
{
	if (stack->top == stack->end)
		return false;
	*stack->top++ = obj;
	return true;
}

static inline void arch_tlb_flush_page(vaddr_t va)
{
	host_tlb_page_flushes++;
	host_tlb_forget(va, va + 4096);
}

static inline bool arch_tlb_has_invlpg(void)
{
	return host_has_invlpg;
}

static inline void arch_tlb_invlpg(vaddr_t va)
{
	arch_tlb_flush_page(va);
}

static inline void arch_tlb_flush_range(vaddr_t start, vaddr_t end)
{
	for (; start < end; start += 4096)
		arch_tlb_flush_page(start);
}

static inline void arch_tlb_flush_windows(void)
{
	host_tlb_window_flushes++;
	host_tlb_forget(0, -4096ul);
}

static inline void arch_tlb_flush_all(void)
{
	host_tlb_full_flushes++;
	host_tlb_forget(0, -4096ul);
}

#endif
