/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/serial.c - COM1, a 16550 or any of its ancestors, at 115200 8N1
 *
 *   port  0x3F8  +0 data (DLAB: divisor low)   +1 interrupt enable (DLAB: divisor high)
 *                +2 FIFO control               +3 line control, bit 7 = DLAB
 *                +4 modem control              +5 line status: bit 0 byte came, bit 5 room for one
 *
 * Writing waits for room, but never for ever: a UART that stops taking bytes costs a line, not the
 * boot. Reading is by IRQ 4 once there are interrupts, by polling before and beside them.
 *
 * Source: National Semiconductor PC16550D data sheet, "Registers".
 */
#include <arch_consoles.h>
#include <io.h>
#include <irq.h>

#define COM1		0x3F8
#define UART_DATA	(COM1 + 0)
#define UART_IER	(COM1 + 1)
#define UART_FCR	(COM1 + 2)
#define UART_LCR	(COM1 + 3)
#define UART_MCR	(COM1 + 4)
#define UART_LSR	(COM1 + 5)

#define IER_RECEIVED	0x01
#define IER_ALL		0x0F
#define FCR_ENABLE_CLEAR 0x07
#define LCR_8N1		0x03
#define LCR_DLAB	0x80
#define MCR_DTR_RTS_OUT2 0x0B		/* OUT2 lets the interrupt out on a PC */
#define LSR_RECEIVED	0x01
#define LSR_ROOM	0x20
#define DIVISOR_115200	1		/* 1.8432 MHz / 16 / 115200 */
#define WAIT_POLLS	100000		/* a byte takes 87 microseconds, a poll about 1 */

static void put_byte(char c)
{
	for (unsigned int polls = WAIT_POLLS; polls && !(inb(UART_LSR) & LSR_ROOM); polls--)
		;
	outb(c, UART_DATA);
}

static void serial_write(const char *s, size_t n)
{
	for (; n; n--, s++) {
		if (*s == '\n')
			put_byte('\r');
		put_byte(*s);
	}
}

static void serial_poll(void)
{
	while (inb(UART_LSR) & LSR_RECEIVED)
		console_input_terminal(inb(UART_DATA));
}

/* The low four bits of the interrupt enable register keep what is written to them: an 8250 too. */
static bool serial_probe(void)
{
	outb(IER_ALL, UART_IER);
	if (inb(UART_IER) != IER_ALL)
		return false;
	outb(0, UART_IER);
	if (inb(UART_IER) != 0)
		return false;
	outb(LCR_DLAB, UART_LCR);
	outb(DIVISOR_115200, UART_DATA);
	outb(0, UART_IER);
	outb(LCR_8N1, UART_LCR);
	outb(FCR_ENABLE_CLEAR, UART_FCR);
	outb(MCR_DTR_RTS_OUT2, UART_MCR);
	return true;
}

static void serial_enable_irq(void)
{
	irq_install(IRQ_COM1, serial_poll);
	outb(IER_RECEIVED, UART_IER);
	irq_unmask(IRQ_COM1);
}

struct console serial_console = {
	.name = "serial", .probe = serial_probe, .write = serial_write,
	.poll = serial_poll, .enable_irq = serial_enable_irq,
};
