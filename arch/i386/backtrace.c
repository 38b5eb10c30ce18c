/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/backtrace.c - the chain of stack frames, with names
 *
 *    higher   | return address |   into the caller's caller
 *             | saved EBP      |<---.         the first frame's saved EBP is 0
 *             | ...            |    |
 *             | return address |    |         into the caller
 *      EBP -->| saved EBP      |----'
 *    lower    | locals         |
 *
 * Every step goes up and stays on a stack that this kernel has; anything else ends the walk, so that
 * a broken stack gives a short backtrace and never a fault.
 */
#include <arch.h>
#include <descriptor.h>
#include <sections.h>
#include <traps.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <lib/string.h>

#define BACKTRACE_MAX	24		/* lines: an endless recursion is seen in fewer */
#define OPCODE_PUSH_EBP	0x55

struct frame {
	const struct frame *up;
	unsigned long return_address;
};

static bool on_stack(const struct frame *frame, const char *low, const char *high)
{
	return (const char *)frame >= low && (const char *)(frame + 1) <= high;
}

static bool frame_ok(const struct frame *frame)
{
	return ((unsigned long)frame & 3) == 0 &&
	       (on_stack(frame, boot_stack, boot_stack_top) ||
		on_stack(frame, double_fault_stack, double_fault_stack + DOUBLE_FAULT_STACK_SIZE));
}

/*
 * A return address is one past its call, and past the end of the function when that call does not
 * return: it is looked up one byte earlier.
 */
static void show_address(unsigned long addr, bool is_return)
{
	unsigned long offset;
	const char *name = ksym_name(addr - is_return, &offset);

	if (name)
		pr_emerg("  %08lx %s+0x%lx\n", addr, name, offset + is_return);
	else
		pr_emerg("  %08lx ?\n", addr);
}

/* Up to @max return addresses, from @frame upwards. */
static unsigned int collect(const struct frame *frame, unsigned long *addr, unsigned int max)
{
	unsigned int n = 0;

	while (n < max && frame_ok(frame)) {
		addr[n++] = frame->return_address;
		if (frame->up <= frame)
			break;
		frame = frame->up;
	}
	return n;
}

static void show_chain(const struct frame *frame)
{
	unsigned long addr[BACKTRACE_MAX];
	unsigned int n = collect(frame, addr, BACKTRACE_MAX);

	for (unsigned int i = 0; i < n; i++)
		show_address(addr[i], true);
	if (n == BACKTRACE_MAX)
		pr_emerg("  ... and maybe more\n");
}

unsigned int arch_backtrace_collect(unsigned long *addr, unsigned int max)
{
	return collect(__builtin_frame_address(0), addr, max);
}

void arch_backtrace(unsigned long frame)
{
	pr_emerg("Backtrace:\n");
	show_chain(frame ? (const struct frame *)frame : __builtin_frame_address(0));
}

/*
 * A function that does not begin with PUSH EBP, or has not got past it, has no frame: its return
 * address lies on top of the stack. (.cold parts begin in the middle of a function.)
 */
static bool has_no_frame(unsigned long eip)
{
	unsigned long offset;
	const char *name = ksym_name(eip, &offset);

	return name && !strstr(name, ".cold") &&
	       (offset == 0 || *(const u8 *)(eip - offset) != OPCODE_PUSH_EBP);
}

static void show_caller_of_leaf(const struct arch_regs *regs)
{
	const unsigned long *top = (const unsigned long *)regs->esp;
	unsigned long offset;

	if (!has_no_frame(regs->eip) || !frame_ok((const struct frame *)top))
		return;
	if (ksym_name(*top, &offset))
		show_address(*top, true);
}

void backtrace_regs(const struct arch_regs *regs)
{
	pr_emerg("Backtrace:\n");
	show_address(regs->eip, regs->vector == TRAP_NONE);
	if (regs->vector != TRAP_NONE)
		show_caller_of_leaf(regs);
	show_chain((const struct frame *)regs->ebp);
}
