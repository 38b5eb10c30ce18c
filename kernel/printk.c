/* SPDX-License-Identifier: MIT */
/*
 * kernel/printk.c - the log: one ring of text, and its way to the consoles
 *
 * Finished text goes into a ring of LOG_SIZE bytes; old lines fall out at the far end.
 *
 *     log_head - LOG_SIZE                                   log_head
 *      |...rest of a lost line\n|<6>[    0.000213] e820: ...\n|
 *                                ^ dmesg starts at the first whole line
 *
 * A line starts with its level, "<6>", which the consoles do not show, and the time in seconds since
 * the first one. printk("a") leaves the line open: KERN_CONT goes on with it, anything else ends it first.
 *
 * Works from the first C instruction on: nothing here is allocated. IRQs are off inside.
 */
#include <arch.h>
#include <kernel/console.h>
#include <kernel/printk.h>
#include <kernel/time.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/math64.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <lib/vsprintf.h>

#define LOG_SIZE	(16u << 10)	/* about 200 lines; a power of two */
#define LOG_LINE_MAX	512	/* what one printk can format */
#define LEVEL_DEFAULT	'6'
#define LEVEL_PREFIX	3		/* "<6>" */

static char log_ring[LOG_SIZE];
static unsigned long log_head;		/* bytes ever written; the next goes to log_head % LOG_SIZE */
static u64 cycles_spent;			/* in vprintk, consoles included */
static bool line_open;			/* the last line has no "\n" yet */
static char console_level = '8';	/* levels below it are shown: all of them */

static_assert((LOG_SIZE & (LOG_SIZE - 1)) == 0, "log_head is reduced with a mask");

static int set_loglevel(const char *value)
{
	if (value[0] < '0' || value[0] > '8' || value[1])
		return -EINVAL;
	console_level = value[0];
	return 0;
}
early_param("loglevel", set_loglevel);

static void log_put(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		log_ring[log_head++ & (LOG_SIZE - 1)] = s[i];
}

/* To the ring and, when @level is shown, to the consoles. */
static void emit(char level, const char *s, size_t n)
{
	log_put(s, n);
	if (level < console_level)
		console_write(s, n);
}

/* "<6>" for the ring only, then "[    0.000213] " for both. */
static void start_line(char level)
{
	char text[32];
	u64 us = div_u64(ktime_get_ns(), NSEC_PER_USEC);
	u32 fraction = do_div(us, USEC_PER_SEC);
	int n = scnprintf(text, sizeof(text), "<%c>[%5lu.%06u] ", level, (unsigned long)us,
			  fraction);

	log_put(text, LEVEL_PREFIX);
	emit(level, text + LEVEL_PREFIX, n - LEVEL_PREFIX);
	line_open = true;
}

static void end_line(char level)
{
	emit(level, "\n", 1);
	line_open = false;
}

/* Split @text at its newlines, each line with a start of its own. */
static void put_text(char level, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		if (!line_open)
			start_line(level);
		emit(level, text, n);
		text += n;
		if (*text == '\n') {
			end_line(level);
			text++;
		}
	}
}

u64 printk_cycles(void)
{
	return cycles_spent;
}

/* Cut the level off the front of *@text. Return: true for KERN_CONT, which keeps the level. */
static bool take_level(const char **text, char *level)
{
	char prefix = (*text)[0] == KERN_SOH[0] && (*text)[1] ? (*text)[1] : LEVEL_DEFAULT;

	if ((*text)[0] == KERN_SOH[0] && (*text)[1])
		*text += 2;
	if (prefix == KERN_CONT[1])
		return true;
	*level = prefix;
	return false;
}

int vprintk(const char *fmt, va_list args)
{
	static char line[LOG_LINE_MAX];	/* not on the stack: a fault handler may be short of it */
	static char level = LEVEL_DEFAULT;
	unsigned long flags = arch_irq_save();
	u64 start = arch_cycles();
	const char *text = line;
	int n = vscnprintf(line, sizeof(line), fmt, args);	/* the level may be an argument */

	if (!take_level(&text, &level) && line_open)
		end_line(level);
	put_text(level, text);
	cycles_spent += arch_cycles() - start;
	arch_irq_restore(flags);
	return n - (text - line);
}

int printk(const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vprintk(fmt, args);
	va_end(args);
	return n;
}

void log_show(void)
{
	unsigned long end = log_head;
	unsigned long pos = end > LOG_SIZE ? end - LOG_SIZE : 0;

	if (pos)	/* the oldest line has lost its start */
		while (pos < end && log_ring[pos++ & (LOG_SIZE - 1)] != '\n')
			;
	for (bool at_start = true; pos < end; pos++) {
		char c;

		if (at_start)
			pos += LEVEL_PREFIX;
		c = log_ring[pos & (LOG_SIZE - 1)];
		console_write(&c, 1);
		at_start = c == '\n';
	}
}
