/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/traps.c - exceptions: expected by a test, or the end
 *
 *   CPU --gate--> trap_stub_N --> trap_common --> trap_dispatch()      (entry.asm)
 *                                                  |- vector >= 32: irq_dispatch()   (pic.c)
 *                                                  |- mend_instruction()             (mend.c)
 *                                                  |- caught: trap_unwind() into trap_expect()
 *                                                  `- else: trap_fatal() -> panic_regs()
 *   CPU --task gate--> double_fault()               `- on a stack of its own          (gdt.c)
 *
 * Those who expect a fault are a stack of struct trap_catch, linked from the innermost, each in the
 * frame of its trap_expect():
 *
 *   innermost --> { saved_esp, irq_depth, got, outer } --> { ... } --> NULL
 *
 * T1  the TSS is loaded and the two tasks are as a double fault needs them (gdt.c, D1)
 * T2  the double fault task has the CR3 in use (gdt.c, D2)
 * T3  outside trap_expect() nobody catches
 * T4  the PICs mask what pic.c believes they do (pic.c, P1)
 *
 * Source: Intel SDM vol. 3A, "Protected-Mode Exceptions and Interrupts".
 */
#include <arch.h>
#include <control.h>
#include <descriptor.h>
#include <io.h>
#include <irq.h>
#include <restart.h>
#include <sections.h>
#include <traps.h>
#include <kernel/panic.h>
#include <kernel/time.h>
#include <lib/init.h>
#include <lib/printk.h>
#include "interrupts.h"

/* System control port B of the PC/AT: why there was an NMI. Source: IBM PC/AT Technical Reference,
 * "I/O Channel Check", "RAM Parity Check". */
#define PORT_B			0x61
#define PORT_B_PARITY		0x80
#define PORT_B_CHANNEL		0x40

static const struct {
	const char *mnemonic, *name;
} exceptions[NR_EXCEPTIONS] = {
	[0] = { "#DE", "divide error" },
	[1] = { "#DB", "debug exception" },
	[2] = { "NMI", "non-maskable interrupt" },
	[3] = { "#BP", "breakpoint" },
	[4] = { "#OF", "overflow" },
	[5] = { "#BR", "bound range exceeded" },
	[6] = { "#UD", "invalid opcode" },
	[7] = { "#NM", "FPU not available" },
	[8] = { "#DF", "double fault" },
	[9] = { "", "coprocessor segment overrun" },
	[10] = { "#TS", "invalid TSS" },
	[11] = { "#NP", "segment not present" },
	[12] = { "#SS", "stack segment fault" },
	[13] = { "#GP", "general protection fault" },
	[14] = { "#PF", "page fault" },
	[15] = { "", "reserved exception 15" },
	[16] = { "#MF", "x87 floating-point error" },
	[17] = { "#AC", "alignment check" },
	[18] = { "#MC", "machine check" },
	[19] = { "#XM", "SIMD floating-point exception" },
	[20] = { "#VE", "virtualization exception" },
	[21] = { "#CP", "control protection exception" },
	[28] = { "#HV", "hypervisor injection exception" },
	[29] = { "#VC", "VMM communication exception" },
	[30] = { "#SX", "security exception" },
};

struct trap_catch {
	u32 saved_esp;
	unsigned int irq_depth;		/* an interrupt handler's faults are not ours */
	struct trap_info *got;
	struct trap_catch *outer;
};

static struct trap_catch *innermost_catch;

/* entry.asm */
bool trap_try(void (*fn)(void *arg), void *arg, u32 *saved_esp);
void trap_unwind(u32 saved_esp) __noreturn;

const char *trap_name(unsigned int vector)
{
	if (vector >= NR_EXCEPTIONS || !exceptions[vector].name)
		return "reserved exception";
	return exceptions[vector].name;
}

const char *trap_mnemonic(unsigned int vector)
{
	if (vector >= NR_EXCEPTIONS || !exceptions[vector].mnemonic)
		return "";
	return exceptions[vector].mnemonic;
}

/* --- the end --------------------------------------------------------------------------------- */

static const char *page_fault_access(u32 error)
{
	if (error & PF_FETCH)
		return "execution of";
	return error & PF_WRITE ? "write to" : "read of";
}

static const char *page_fault_reason(u32 error)
{
	if (error & PF_RESERVED)
		return "whose page table entry has reserved bits set";
	if (!(error & PF_PRESENT))
		return "which is not mapped";
	return error & PF_WRITE ? "which is read-only" : "which is protected";
}

static const char *nmi_reason(void)
{
	u8 status = inb(PORT_B);

	if (status & PORT_B_PARITY)
		return "memory parity or system error";
	return status & PORT_B_CHANNEL ? "I/O channel check" : "no reason given by port 61h";
}

#define DETAIL_MAX	128		/* longer words about an address are cut */

/* One sentence for each kind of exception; the registers and the rest come from panic_regs(). */
void trap_fatal(const struct arch_regs *regs)
{
	char detail[DETAIL_MAX + 2] = ": ";
	vaddr_t cr2 = read_cr2();
	unsigned long offset;
	const char *in = ksym_name(regs->eip, &offset);

	if (!in) {
		in = "code outside the kernel";
		offset = 0;
	}
	switch (regs->vector) {
	case TRAP_PAGE_FAULT:
		if (!address_detail(cr2, detail + 2, DETAIL_MAX))
			detail[0] = '\0';
		panic_regs(regs, "page fault in %s+0x%lx: %s 0x%08lx in %s, %s%s", in, offset,
			   page_fault_access(regs->error), cr2, address_region(cr2),
			   page_fault_reason(regs->error), detail);
	case TRAP_DOUBLE_FAULT:
		panic_regs(regs, "double fault in %s+0x%lx: %s; the last page fault was at 0x%08lx in %s",
			   in, offset, address_is_stack_guard(cr2) ? "the boot stack overflowed" :
			   "an exception could not be delivered", cr2, address_region(cr2));
	case TRAP_NMI:
		panic_regs(regs, "non-maskable interrupt in %s+0x%lx: %s", in, offset,
			   nmi_reason());
	default:
		panic_regs(regs, "%s (%s) in %s+0x%lx", trap_name(regs->vector),
			   trap_mnemonic(regs->vector), in, offset);
	}
}

/* --- expected faults ------------------------------------------------------------------------- */

bool trap_expect(void (*fn)(void *arg), void *arg, struct trap_info *got)
{
	struct trap_catch this = {
		.irq_depth = irq_depth(), .got = got, .outer = innermost_catch,
	};
	bool caught;

	innermost_catch = &this;
	caught = trap_try(fn, arg, &this.saved_esp);
	innermost_catch = this.outer;
	return caught;
}

/* Give the exception to whoever expects it: does not come back if somebody does. */
static void trap_catch(const struct arch_regs *regs)
{
	struct trap_catch *catch = innermost_catch;

	if (!catch || catch->irq_depth != irq_depth())
		return;
	if (regs->vector == TRAP_NMI || regs->vector == TRAP_MACHINE_CHECK)
		return;
	if (catch->got)
		*catch->got = (struct trap_info) {
			.vector = regs->vector, .error = regs->error,
			.eip = regs->eip, .cr2 = read_cr2(),
		};
	trap_unwind(catch->saved_esp);
}

void (*trap_step_hook)(struct arch_regs *regs);

/* Called by trap_common with interrupts off. */
void trap_dispatch(struct arch_regs *regs);
void trap_dispatch(struct arch_regs *regs)
{
	if (regs->vector >= IRQ_VECTOR_BASE) {
		regs->eip = restart_range(regs->eip);
		irq_dispatch(regs->vector - IRQ_VECTOR_BASE);
		return;
	}
	if (regs->vector == TRAP_DEBUG && trap_step_hook) {
		trap_step_hook(regs);
		return;
	}
	if (regs->eip - (u32)_text < (u32)(_etext - _text) &&
	    *(const u8 *)(unsigned long)regs->eip == TWO_BYTE_OPCODE && mend_instruction(regs))
		return;
	trap_catch(regs);
	trap_fatal(regs);
}

/* --- stage ----------------------------------------------------------------------------------- */

void __init traps_init(void)
{
	pic_init();
	pit_tick_init();
	arch_irq_enable();
	pr_info("traps: %u exceptions, %u interrupt lines at vector %u, tick every %u ms\n",
		NR_EXCEPTIONS, NR_IRQS, IRQ_VECTOR_BASE, 1000 / HZ);
}

int traps_check(void)
{
	int broken = gdt_check();

	if (broken)
		return broken;
	if (innermost_catch)
		return 3;
	return pic_check() ? 4 : 0;
}
