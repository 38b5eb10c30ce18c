/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/idt.c - the 48 ways in
 *
 *   vector   0 .. 31    the CPU's exceptions, interrupt gates to trap_stub_N (entry.asm)
 *            8          double fault: a task gate, for the stack may be what is wrong
 *           32 .. 47    the two PICs' lines
 *           48 .. 255   none: past the table's limit, a general protection fault that names them
 *
 * Interrupt gates clear IF: a handler is never interrupted, so one struct of registers at a time
 * is being looked at.
 *
 * Source: Intel SDM vol. 3A, "IDT Descriptors", "Interrupt Procedures" (task gates).
 */
#include <descriptor.h>
#include <irq.h>
#include <lib/init.h>
#include <traps.h>

#define NR_VECTORS	(IRQ_VECTOR_BASE + NR_IRQS)	/* as many stubs as entry.asm has */

/* Bits 8 to 15 of a gate's second word: present, ring 0, type. */
#define GATE_INTERRUPT	0x8e00u
#define GATE_TASK	0x8500u

static u64 idt[NR_VECTORS] __aligned(8);

extern const u32 trap_stubs[NR_VECTORS];

static u64 __init gate(u32 offset, u16 selector, u32 type)
{
	return (u64)((offset & 0xffff0000) | type) << 32 | (u32)selector << 16 | (offset & 0xffff);
}

void __init idt_init(void)
{
	const struct descriptor_pointer pointer = { sizeof(idt) - 1, (u32)idt };

	for (unsigned int vector = 0; vector < NR_VECTORS; vector++)
		idt[vector] = gate(trap_stubs[vector], KERNEL_CS, GATE_INTERRUPT);
	idt[TRAP_DOUBLE_FAULT] = gate(0, DOUBLE_FAULT_SELECTOR, GATE_TASK);
	__asm__ __volatile__("lidt %0" : : "m"(pointer));
}
