/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/in_interrupt.c - run a function as an interrupt handler does
 *
 * INT goes through the gate that the PIC's line would: arch_in_irq() says yes, interrupts are off.
 */
#include <irq.h>
#include <lib/bug.h>
#include <arch.h>
#include "in_interrupt.h"

#define TEST_IRQ	10		/* free for a card in the ISA bus */

static void (*to_run)(void);

static void handler(void)
{
	BUG_ON(!arch_in_irq());
	to_run();
}

void test_in_interrupt(void (*what)(void))
{
	if (!to_run)
		irq_install(TEST_IRQ, handler);
	to_run = what;
	__asm__ __volatile__("int %0" : : "i"(IRQ_VECTOR_BASE + TEST_IRQ) : "memory");
}
