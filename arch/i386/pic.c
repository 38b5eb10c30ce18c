/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/pic.c - two 8259A interrupt controllers, and who serves their lines
 *
 *      lines 8..15          lines 0..7
 *      +-------+            +--------+
 *      | slave |---line 2-->| master |---INTR--> CPU, vector 32 + line
 *      +-------+            +--------+
 *
 * A line that goes away before the CPU asks for the vector makes the PIC answer 7 (slave: 15)
 * without marking it as being served: a spurious interrupt, which gets no end-of-interrupt from the
 * PIC that made it up.
 *
 * P1  the masks in the PICs are those in `masked`, the slave's line open
 *
 * Source: Intel 8259A data sheet, "Initialization Command Words", "Operation Command Words".
 */
#include <arch.h>
#include <io.h>
#include <irq.h>
#include <lib/bug.h>
#include <lib/init.h>
#include <lib/printk.h>
#include "interrupts.h"

#define MASTER_COMMAND	0x20
#define MASTER_DATA	0x21
#define SLAVE_COMMAND	0xa0
#define SLAVE_DATA	0xa1

#define ICW1_INIT	0x11		/* edge triggered, cascaded, ICW4 follows */
#define ICW4_8086	0x01		/* 8086 mode, normal end of interrupt */
#define OCW2_EOI	0x60		/* end of interrupt for the line in bits 0 to 2 */
#define OCW3_READ_ISR	0x0b		/* the next read of the command port: lines being served */

static u16 masked = 0xffff & ~(1u << IRQ_CASCADE);
static void (*handlers[NR_IRQS])(void);
static unsigned long counts[NR_IRQS], spurious;
static unsigned int depth;

static void write_masks(void)
{
	outb(masked & 0xff, MASTER_DATA);
	outb(masked >> 8, SLAVE_DATA);
}

/* An old PIC wants time between two writes; a write to the POST code port takes about 1 us. */
static void slow_outb(u8 value, u16 port)
{
	outb(value, port);
	outb(0, 0x80);
}

void __init pic_init(void)
{
	slow_outb(ICW1_INIT, MASTER_COMMAND);
	slow_outb(ICW1_INIT, SLAVE_COMMAND);
	slow_outb(IRQ_VECTOR_BASE, MASTER_DATA);
	slow_outb(IRQ_VECTOR_BASE + 8, SLAVE_DATA);
	slow_outb(1u << IRQ_CASCADE, MASTER_DATA);	/* which lines have a slave: a mask */
	slow_outb(IRQ_CASCADE, SLAVE_DATA);		/* which line the slave is on: a number */
	slow_outb(ICW4_8086, MASTER_DATA);
	slow_outb(ICW4_8086, SLAVE_DATA);
	write_masks();
}

int pic_check(void)
{
	return (inb(MASTER_DATA) | inb(SLAVE_DATA) << 8) == masked ? 0 : 1;
}

void irq_mask(unsigned int irq)
{
	unsigned long flags = arch_irq_save();

	masked |= 1u << irq;
	write_masks();
	arch_irq_restore(flags);
}

void irq_unmask(unsigned int irq)
{
	unsigned long flags = arch_irq_save();

	masked &= ~(1u << irq);
	write_masks();
	arch_irq_restore(flags);
}

void irq_install(unsigned int irq, void (*handler)(void))
{
	BUG_ON(irq >= NR_IRQS || handlers[irq]);
	handlers[irq] = handler;
}

static bool being_served(unsigned int irq)
{
	u16 command = irq < 8 ? MASTER_COMMAND : SLAVE_COMMAND;

	outb(OCW3_READ_ISR, command);
	return inb(command) & (1u << (irq & 7));
}

static void end_of_interrupt(unsigned int irq)
{
	if (irq >= 8)
		outb(OCW2_EOI | (irq & 7), SLAVE_COMMAND);
	outb(OCW2_EOI | (irq >= 8 ? IRQ_CASCADE : irq), MASTER_COMMAND);
}

static bool is_spurious(unsigned int irq)
{
	if ((irq != IRQ_PRINTER && irq != IRQ_DISK2) || being_served(irq))
		return false;
	if (irq == IRQ_DISK2)		/* the master did see the slave's line */
		end_of_interrupt(IRQ_CASCADE);
	return true;
}

void irq_dispatch(unsigned int irq)
{
	if (is_spurious(irq)) {
		spurious++;
		return;
	}
	counts[irq]++;
	depth++;
	if (handlers[irq]) {
		handlers[irq]();
	} else {
		irq_mask(irq);
		pr_warn("irq %u: nobody serves it, so it is masked\n", irq);
	}
	depth--;
	end_of_interrupt(irq);
}

unsigned int irq_depth(void)
{
	return depth;
}

bool arch_in_irq(void)
{
	return depth > 0;
}

unsigned long irq_count(unsigned int irq)
{
	return counts[irq];
}

unsigned long irq_spurious_count(void)
{
	return spurious;
}
