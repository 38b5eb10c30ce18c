/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/include/descriptor.h - segments, gates and task states, as the CPU reads them
 *
 * Source: Intel SDM vol. 3A, "Segment Descriptors", "Gate Descriptors", "Task-State Segment (TSS)".
 */
#ifndef ARCH_DESCRIPTOR_H
#define ARCH_DESCRIPTOR_H

#include <lib/compiler.h>
#include <lib/types.h>

#define KERNEL_CS		0x08
#define KERNEL_DS		0x10
#define TSS_SELECTOR		0x18	/* the kernel's only ordinary task */
#define DOUBLE_FAULT_SELECTOR	0x20	/* the task behind vector 8 */

/* What LGDT and LIDT load. */
struct descriptor_pointer {
	u16 limit;
	u32 base;
} __packed;

/* The 32-bit TSS. Selectors fill the low half of their word. */
struct tss {
	u32 link;
	u32 esp0, ss0, esp1, ss1, esp2, ss2;
	u32 cr3, eip, eflags;
	u32 eax, ecx, edx, ebx, esp, ebp, esi, edi;
	u32 es, cs, ss, ds, fs, gs, ldt;
	u16 trap, iomap;
};

_Static_assert(sizeof(struct tss) == 104, "the CPU's 32-bit TSS without an I/O map");

/* The task that a double fault leaves behind: its registers at that moment. */
extern struct tss kernel_tss;

/* Its stack. A printk line, its formatting and a backtrace need less than half of it. */
#define DOUBLE_FAULT_STACK_SIZE	8192
extern char double_fault_stack[DOUBLE_FAULT_STACK_SIZE];

/* The GDT's part of traps_check(). */
int gdt_check(void);

#endif
