/* SPDX-License-Identifier: MIT */
/*
 * kernel/console.c - all consoles at once, and the one queue of keys
 *
 *   printk, console_printf --> console_write --> vga     screen
 *                                           \-> serial   COM1
 *                                           \-> e9       port 0xE9
 *
 *   keyboard IRQ 1 --> console_input          \
 *   serial IRQ 4 --> console_input_terminal ---> keys[]  --> console_getkey --> monitor
 *
 *   keys[]  |   | a | b | c |   |      key_tail: next to read; key_head: next to fill
 *                 ^tail       ^head    equal: empty; a key that finds it full is dropped
 */
#include <arch.h>
#include <arch_consoles.h>
#include <kernel/console.h>
#include <kernel/param.h>
#include <kernel/time.h>
#include <lib/bits.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <lib/vsprintf.h>

#define NR_KEYS		256		/* a power of two */
#define ESCAPE_TICKS	(HZ / 5)	/* the bytes of one key come faster, on any line */
#define PRINT_MAX	512		/* what one console_printf can format */

static struct console *const consoles[] = {
	&serial_console, &vga_console, &e9_console, &keyboard_console,
};

static bool probed;
static u16 keys[NR_KEYS];
static unsigned int key_head, key_tail;

static_assert((NR_KEYS & (NR_KEYS - 1)) == 0, "indices are reduced with a mask");

static void consoles_probe(void)
{
	if (probed)
		return;
	probed = true;
	for (unsigned int i = 0; i < ARRAY_SIZE(consoles); i++)
		consoles[i]->enabled = consoles[i]->probe();
}

void console_write(const char *s, size_t n)
{
	unsigned long flags = arch_irq_save();

	consoles_probe();	/* a panic may come before the console stage */
	for (unsigned int i = 0; i < ARRAY_SIZE(consoles); i++)
		if (consoles[i]->enabled && consoles[i]->write)
			consoles[i]->write(s, n);
	arch_irq_restore(flags);
}

int console_printf(const char *fmt, ...)
{
	static char text[PRINT_MAX];
	unsigned long flags = arch_irq_save();
	va_list args;
	int n;

	va_start(args, fmt);
	n = vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	console_write(text, n);
	arch_irq_restore(flags);
	return n;
}

void console_input(int key)
{
	unsigned long flags = arch_irq_save();

	if (key_head - key_tail < NR_KEYS)
		keys[key_head++ & (NR_KEYS - 1)] = key;
	arch_irq_restore(flags);
}

/* ESC [ x, and ESC [ n ~. Source: ECMA-48, "CSI"; DEC VT220 programmer reference, "Editing Keys". */
static int terminal_key(unsigned char final, unsigned int number)
{
	switch (final) {
	case 'A': return KEY_UP;
	case 'B': return KEY_DOWN;
	case 'C': return KEY_RIGHT;
	case 'D': return KEY_LEFT;
	case 'H': return KEY_HOME;
	case 'F': return KEY_END;
	}
	if (final != '~')
		return -1;
	switch (number) {
	case 1: case 7: return KEY_HOME;
	case 4: case 8: return KEY_END;
	case 3: return KEY_DELETE;
	case 5: return KEY_PAGE_UP;
	case 6: return KEY_PAGE_DOWN;
	}
	return -1;
}

static enum { PLAIN, ESCAPE, SEQUENCE } terminal_state;
static unsigned long escape_came;		/* jiffies */

void console_input_terminal(unsigned char byte)
{
	static unsigned int number;
	int key;

	switch (terminal_state) {
	case PLAIN:
		if (byte == '\033') {
			terminal_state = ESCAPE;
			escape_came = jiffies;
		} else {
			console_input(byte);
		}
		return;
	case ESCAPE:
		number = 0;
		terminal_state = byte == '[' || byte == 'O' ? SEQUENCE : PLAIN;
		return;
	case SEQUENCE:
		if (byte >= '0' && byte <= '9') {
			number = (number * 10 + byte - '0') % 100;
			return;
		}
		if (byte == ';')
			return;
		terminal_state = PLAIN;
		key = terminal_key(byte, number);
		if (key >= 0)
			console_input(key);
		return;
	}
}

/* An ESC behind which nothing comes is the key of that name. */
static void end_lone_escape(void)
{
	if (terminal_state == ESCAPE && jiffies - escape_came > ESCAPE_TICKS) {
		terminal_state = PLAIN;
		console_input('\033');
	}
}

int console_poll(void)
{
	unsigned long flags = arch_irq_save();
	int key = -1;

	for (unsigned int i = 0; i < ARRAY_SIZE(consoles); i++)
		if (consoles[i]->enabled && consoles[i]->poll)
			consoles[i]->poll();
	end_lone_escape();
	if (key_head != key_tail)
		key = keys[key_tail++ & (NR_KEYS - 1)];
	arch_irq_restore(flags);
	return key;
}

/* Every two seconds without a key: caches that nobody used give back what they hold for nobody. */
static void reap_when_idle(void)
{
	static unsigned long last;

	if (jiffies - last < 2 * HZ)
		return;
	last = jiffies;
	slab_reap();
}

int console_getkey(void)
{
	int key;

	while ((key = console_poll()) < 0) {
		arch_halt();	/* the timer's interrupt ends it 100 times a second at the least */
		reap_when_idle();
	}
	return key;
}

void console_enable_irqs(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(consoles); i++)
		if (consoles[i]->enabled && consoles[i]->enable_irq)
			consoles[i]->enable_irq();
}

static int find_console(const char *name, size_t len)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(consoles); i++)
		if (strlen(consoles[i]->name) == len && !strncmp(name, consoles[i]->name, len))
			return i;
	return -EINVAL;
}

/* console=serial,vga: write to these only. A name that nothing can be written to refuses the whole option. */
static int set_console(const char *value)
{
	u32 wanted = 0;

	for (const char *word = value; *word; word += strcspn(word, ","), word += *word == ',') {
		int i = find_console(word, strcspn(word, ","));

		if (i < 0 || !consoles[i]->write)
			return -EINVAL;
		wanted |= BIT(i);
	}
	if (!wanted)
		return -EINVAL;
	for (unsigned int i = 0; i < ARRAY_SIZE(consoles); i++)
		if (consoles[i]->write && !(wanted & BIT(i)))
			consoles[i]->enabled = false;
	return 0;
}
early_param("console", set_console);

void console_init(void)
{
	char found[64] = "";
	size_t n = 0;

	consoles_probe();
	pr_info("Flagstone: how a 32-bit kernel manages memory\n");
	params_parse();
	for (unsigned int i = 0; i < ARRAY_SIZE(consoles); i++)
		if (consoles[i]->enabled)
			n += scnprintf(found + n, sizeof(found) - n, " %s", consoles[i]->name);
	pr_info("console:%s; command line \"%s\"\n", n ? found : " none", arch_command_line());
}
