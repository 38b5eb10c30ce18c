/* SPDX-License-Identifier: MIT */
/*
 * include/arch.h - all that the architecture gives the rest of the kernel, call by call
 *
 * lib/ and mm/ compile for the host too: there, tests/host/include/arch_inline.h and
 * tests/host/arch_host.c stand in for the machine.
 */
#ifndef ARCH_H
#define ARCH_H

#include <lib/compiler.h>
#include <lib/types.h>

/*
 * From arch_inline.h, inline because they stand on hot paths:
 *
 *   unsigned long arch_irq_save(void)          interrupts off; gives the flags from before
 *   void arch_irq_restore(unsigned long flags)
 *   void arch_irq_enable(void)
 *   void arch_irq_disable(void)
 *   bool arch_irqs_off(void)
 *   void arch_halt(void)                       wait for an interrupt
 *   void arch_tlb_flush_page(vaddr_t va)       INVLPG where the CPU has it, else all of the TLB
 *   void arch_tlb_flush_all(void)              global entries too
 */
#include <arch_inline.h>

/* --- time ------------------------------------------------------------------------------------ */

/* Ticks of the best clock there is: the TSC, else the PIT's input clock. Never goes back. */
u64 arch_cycles(void);

/* Ticks of arch_cycles() in a second. */
u64 arch_cycles_hz(void);

/* --- leaving --------------------------------------------------------------------------------- */

void arch_reboot(void) __noreturn;
void arch_poweroff(void) __noreturn;

/*
 * Leave an emulator that offers a way out: @failed picks status 35 instead of 33 in QEMU
 * (isa-debug-exit at 0xF4); Bochs shuts down through port 0x8900. Returns on a machine without.
 */
void arch_test_exit(bool failed);

/* Stop in Bochs (magic breakpoint) or at gdb's breakpoint on this function. */
void arch_break(void);

/* --- looking back ---------------------------------------------------------------------------- */

/* Print the call chain that starts at @frame (0: the caller's own) with symbol names. */
void arch_backtrace(unsigned long frame);

/**
 * ksym_name - the symbol that an address of kernel text lies in
 * @addr:   address
 * @offset: out: bytes past the symbol's start
 * Return:  its name, or NULL when the address is not kernel text
 */
const char *ksym_name(unsigned long addr, unsigned long *offset);

#endif
