/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/shutdown.c - ways out: reset, power off, the emulators' exits, a stop for the debugger
 *
 * Sources: IBM PC/AT Technical Reference, "Keyboard Controller" (output port bit 0 resets the CPU);
 *          QEMU documentation, isa-debug-exit and fw_cfg; Bochs documentation, "unmapped" plugin;
 *          Bochs documentation, "magic_break".
 */
#include <arch.h>
#include <descriptor.h>
#include <io.h>
#include <lib/printk.h>

#define KEYBOARD_STATUS		0x64
#define KEYBOARD_INPUT_FULL	0x02
#define KEYBOARD_PULSE_RESET	0xfe	/* pulse output port bit 0 low */

#define COM1_LINE_STATUS	0x3fd
#define UART_ALL_SENT		0x60	/* holding register and shift register empty */

#define DEBUG_EXIT_PORT		0xf4	/* QEMU leaves with status (value << 1) | 1 */
#define DEBUG_EXIT_DONE		0x10
#define DEBUG_EXIT_FAILED	0x11
#define BOCHS_SHUTDOWN_PORT	0x8900

#define FW_CFG_SELECTOR		0x510	/* QEMU answers "QEMU" for item 0 */
#define FW_CFG_DATA		0x511
#define QEMU_ACPI_PM1A_CONTROL	0x604	/* where QEMU's BIOS puts it, pc and q35 */
#define ACPI_SLEEP_ENABLE	(1u << 13)	/* with sleep type 0: QEMU's S5 */

/* A port read takes about a microsecond on ISA: this bounds every wait here to about a second. */
#define SPINS_MAX		1000000u

/* Send what the serial port still holds, or the last line would be lost. */
static void drain_serial(void)
{
	u8 status = inb(COM1_LINE_STATUS);

	if (status == 0xff)		/* no serial port there */
		return;
	for (unsigned int i = 0; i < SPINS_MAX && (status & UART_ALL_SENT) != UART_ALL_SENT; i++)
		status = inb(COM1_LINE_STATUS);
}

static void bochs_shutdown(void)
{
	for (const char *s = "Shutdown"; *s; s++)
		outb(*s, BOCHS_SHUTDOWN_PORT);
}

static bool is_qemu(void)
{
	outw(0, FW_CFG_SELECTOR);
	for (const char *s = "QEMU"; *s; s++)
		if (inb(FW_CFG_DATA) != *s)
			return false;
	return true;
}

void arch_stop(void)
{
	for (;;)		/* a non-maskable interrupt ends a HLT */
		__asm__ __volatile__("cli; hlt");
}

void arch_test_exit(bool failed)
{
	drain_serial();
	outb(failed ? DEBUG_EXIT_FAILED : DEBUG_EXIT_DONE, DEBUG_EXIT_PORT);
	bochs_shutdown();
}

void arch_poweroff(void)
{
	arch_irq_disable();
	drain_serial();
	if (is_qemu())
		outw(ACPI_SLEEP_ENABLE, QEMU_ACPI_PM1A_CONTROL);
	arch_test_exit(false);
	for (unsigned int i = 0; i < SPINS_MAX; i++)	/* QEMU does it a moment later */
		inb(KEYBOARD_STATUS);
	pr_notice("poweroff: this machine has no way that is known here; switch it off now\n");
	arch_stop();
}

/* An exception without an IDT is a triple fault, which resets the CPU. */
static void __noreturn triple_fault(void)
{
	static const struct descriptor_pointer none;

	__asm__ __volatile__("lidt %0; int3" : : "m"(none));
	arch_stop();
}

void arch_reboot(void)
{
	arch_irq_disable();
	drain_serial();
	for (unsigned int i = 0; i < SPINS_MAX && inb(KEYBOARD_STATUS) & KEYBOARD_INPUT_FULL; i++)
		;
	outb(KEYBOARD_PULSE_RESET, KEYBOARD_STATUS);
	for (unsigned int i = 0; i < SPINS_MAX; i++)
		inb(KEYBOARD_STATUS);		/* the reset takes a moment */
	triple_fault();
}

noinline void arch_break(void)
{
	__asm__ __volatile__("xchgw %bx, %bx");
}
