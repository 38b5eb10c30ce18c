/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/include/arch_inline.h - the inline half of include/arch.h, for the machine itself
 */
#ifndef ARCH_INLINE_H
#define ARCH_INLINE_H

#include <lib/compiler.h>
#include <lib/cpu_stack.h>
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

/* The first of the words [@at, @end) that is not @value, or @end. */
static __always_inline const u32 *arch_skip_words(const u32 *at, const u32 *end, u32 value)
{
	size_t n = end - at;
	bool differs;

	if (!n)
		return end;
	__asm__ __volatile__("repe scasl; setne %0"
			     : "=q"(differs), "+D"(at), "+c"(n) : "a"(value) : "memory", "cc");
	return differs ? at - 1 : end;
}

/*
 * Restartable ranges. The instructions between the labels 1 and 2 end in the one store that makes
 * the change; section .restart lists each such range, and an interrupt that finds EIP inside one
 * (restart_range() in arch/i386/restart.c) sets it back to label 1 before its handler runs. So the
 * handler may use the same stack, and the common case needs no CLI and POPF.
 *
 * Source: Bershad, Redell, Ellis, "Fast Mutual Exclusion for Uniprocessors" (ASPLOS 1992).
 */
#define RESTART_RANGE	".pushsection .restart, \"a\"\n\t.long 1b, 2b\n\t.popsection\n"

/*
 * A jump out of the middle goes straight to the caller's slow path; with outputs that takes gcc 11 or
 * clang 12. cppcheck does not know this form and is told of a simpler one.
 */
#ifndef asm_goto
#define asm_goto	__asm__ goto
#endif

/* The newest entry, or NULL when there is none. */
static __always_inline void *arch_stack_pop(struct cpu_stack *stack)
{
	void *obj;

	asm_goto("1:\n\t"
		 "movl %[top], %[obj]\n\t"
		 "cmpl %[base], %[obj]\n\t"
		 "je %l[empty]\n\t"
		 "movl -4(%[obj]), %[obj]\n\t"
		 "subl $4, %[top]\n"
		 "2:\n\t"
		 RESTART_RANGE
		 : [obj] "=&r"(obj), [top] "+m"(stack->top)
		 : [base] "m"(stack->base)
		 : "memory", "cc"
		 : empty);
	if (!obj)
		__builtin_unreachable();	/* only pointers are pushed: spares a test */
	return obj;
empty:
	return NULL;
}

/* False when there is no room. */
static __always_inline bool arch_stack_push(struct cpu_stack *stack, void *obj)
{
	asm_goto("1:\n\t"
		 "movl %[top], %%eax\n\t"
		 "cmpl %[end], %%eax\n\t"
		 "je %l[full]\n\t"
		 "movl %[obj], (%%eax)\n\t"
		 "addl $4, %[top]\n"
		 "2:\n\t"
		 RESTART_RANGE
		 :
		 : [top] "m"(stack->top), [end] "m"(stack->end), [obj] "r"(obj)
		 : "eax", "memory", "cc"
		 : full);
	return true;
full:
	return false;
}

/* The high half of @a * @b, and the low one: one MUL, where the compiler spends moves on 64 bits. */
static __always_inline u32 arch_mul_high(u32 a, u32 b, u32 *low)
{
	u32 high;

	__asm__("mull %[b]" : "=d"(high), "=a"(*low) : [b] "rm"(b), "a"(a) : "cc");
	return high;
}

/*
 * How one page is forgotten (tlb.c): INVLPG came with the 486, and a test may leave flushes out.
 */
enum tlb_page_way { TLB_BY_CR3, TLB_BY_INVLPG, TLB_NOT_AT_ALL };
extern u8 tlb_page_way;

void arch_tlb_flush_page(vaddr_t va);
void arch_tlb_flush_range(vaddr_t start, vaddr_t end);
void arch_tlb_flush_windows(void);
void arch_tlb_flush_all(void);

/* The same without a call, for the hottest path: when the first says yes, the second does it. */
static __always_inline bool arch_tlb_has_invlpg(void)
{
	return tlb_page_way == TLB_BY_INVLPG;
}

static __always_inline void arch_tlb_invlpg(vaddr_t va)
{
	__asm__ __volatile__("invlpg (%0)" : : "r"(va) : "memory");
}

#endif
