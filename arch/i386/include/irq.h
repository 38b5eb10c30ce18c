/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/include/irq.h - the sixteen interrupt lines of the two 8259A PICs
 *
 *   master   0 timer  1 keyboard  2 (the slave)  3 COM2  4 COM1  5    6 floppy  7 printer / spurious
 *   slave    8 RTC    9          10             11      12      13 FPU  14 disk  15 disk / spurious
 *
 * A line starts masked. Installing a handler does not unmask it: the driver says when its device is
 * ready. Handlers run with interrupts off, on the stack of whatever they interrupted.
 */
#ifndef ARCH_IRQ_H
#define ARCH_IRQ_H

#include <lib/types.h>

#define NR_IRQS		16
#define IRQ_TIMER	0
#define IRQ_KEYBOARD	1
#define IRQ_CASCADE	2
#define IRQ_COM1	4
#define IRQ_PRINTER	7	/* also where the master reports an interrupt that went away */
#define IRQ_DISK2	15	/* the same for the slave */

/* Vectors 0 to 31 are the CPU's own; the BIOS had the master at 8, on top of them. */
#define IRQ_VECTOR_BASE	32

/**
 * irq_install - name the function that serves line @irq
 * @irq:     0 <= irq < NR_IRQS; BUG when out of range or taken
 * @handler: called with interrupts off, after which the PIC is told that the interrupt is done
 *
 * Context: after the traps stage. The line stays masked: irq_unmask().
 */
void irq_install(unsigned int irq, void (*handler)(void));

/* Let line @irq through, or hold it back. Context: any, after the traps stage. */
void irq_unmask(unsigned int irq);
void irq_mask(unsigned int irq);

/* How often line @irq was served, and how many interrupts on 7 and 15 were spurious. */
unsigned long irq_count(unsigned int irq);
unsigned long irq_spurious_count(void);

#endif
