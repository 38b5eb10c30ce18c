/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/include/traps.h - exceptions: what was saved, and how a test expects one
 */
#ifndef ARCH_TRAPS_H
#define ARCH_TRAPS_H

#include <lib/compiler.h>
#include <lib/types.h>

/* Source: Intel SDM vol. 3A, "Protected-Mode Exceptions and Interrupts". */
enum trap_vector {
	TRAP_DIVIDE = 0, TRAP_DEBUG = 1, TRAP_NMI = 2, TRAP_BREAKPOINT = 3, TRAP_OVERFLOW = 4,
	TRAP_BOUND = 5, TRAP_INVALID_OPCODE = 6, TRAP_NO_FPU = 7, TRAP_DOUBLE_FAULT = 8,
	TRAP_INVALID_TSS = 10, TRAP_NOT_PRESENT = 11, TRAP_STACK = 12, TRAP_PROTECTION = 13,
	TRAP_PAGE_FAULT = 14, TRAP_ALIGNMENT = 17, TRAP_MACHINE_CHECK = 18,
	NR_EXCEPTIONS = 32,
	TRAP_NONE = 0x100,		/* registers saved by a call, not by an exception */
};

/* Error code of a page fault. Source: Intel SDM vol. 3A, "Page-Fault Exception (#PF)". */
#define PF_PRESENT	(1u << 0)	/* the page is there, but not for this */
#define PF_WRITE	(1u << 1)
#define PF_USER		(1u << 2)
#define PF_RESERVED	(1u << 3)
#define PF_FETCH	(1u << 4)

/*
 * The interrupted context on the stack, in the order in which entry.asm and the CPU push it. There
 * is no user mode: the CPU pushes no SS:ESP, and esp is filled in by entry.asm.
 */
struct arch_regs {
	u32 gs, fs, es, ds;		/* low 16 bits */
	u32 edi, esi, ebp, esp, ebx, edx, ecx, eax;
	u32 vector, error;
	u32 eip, cs, eflags;
};

/* A double fault enters a task with a CR3 of its own: say so whenever CR3 gets another value. */
void traps_cr3_changed(void);

/* --- expected faults ------------------------------------------------------------------------- */

struct trap_info {
	unsigned int vector, error;
	vaddr_t eip;
	vaddr_t cr2;			/* where a page fault pointed; stale for other vectors */
};

/**
 * trap_expect - run code that may fault, and come back
 * @fn:  called with @arg; must not hold anything that a jump out of it would leave held
 * @arg: handed through
 * @got: out: the exception, untouched when there was none; may be NULL
 *
 * Catches any exception that @fn raises but NMI, double fault and machine check. An exception in an
 * interrupt handler that runs meanwhile is not @fn's and is reported as always. May nest.
 *
 * Context: any, from the first C instruction on. Interrupts are afterwards as they were before.
 * Return:  true when @fn was cut short by an exception.
 */
bool trap_expect(void (*fn)(void *arg), void *arg, struct trap_info *got);

/*
 * For tests that step through code: called for each debug exception instead of the report, and the
 * code goes on with what @regs then holds. NULL when nobody steps.
 */
extern void (*trap_step_hook)(struct arch_regs *regs);

/* The report of an exception that nobody expected; the end. */
void trap_fatal(const struct arch_regs *regs) __noreturn __cold;

/* What arch_show_regs() ends in: the call chain of an interrupted context. */
void backtrace_regs(const struct arch_regs *regs) __cold;

/* --- words ----------------------------------------------------------------------------------- */

/* "page fault", and "#PF" or "" */
const char *trap_name(unsigned int vector);
const char *trap_mnemonic(unsigned int vector);

/* The region of the address map that @va lies in, e.g. "direct map of lowmem". */
const char *address_region(vaddr_t va);

/*
 * More about @va inside one of the windows: "12 bytes past the end of the vmalloc area of 8192 bytes
 * made by NAME", "kmap slot 17, already unmapped". False: there is nothing more to say.
 */
bool address_detail(vaddr_t va, char *text, size_t size);

/* Is @va in the unmapped page below the boot stack, where an overflow ends? */
bool address_is_stack_guard(vaddr_t va);

/* Push onto an unmapped stack, so that the CPU cannot deliver the fault of doing so. */
void trap_provoke_double_fault(void) __noreturn;

#endif
