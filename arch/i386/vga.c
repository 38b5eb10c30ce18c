/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/vga.c - the text screen
 *
 *   video memory, row after row:   | 'F' | 07 | 'l' | 07 | ...      character, attribute
 *                                        attribute: 7 blink, 6-4 background, 3-0 foreground
 *
 * Colour adapters have it at 0xB8000 and their CRTC at port 0x3D4, monochrome ones at 0xB0000 and
 * 0x3B4; the BIOS data area tells which. What is written below the last row scrolls the rest up.
 * ESC [ sequences as include/kernel/console.h lists them.
 *
 * Source: IBM VGA Technical Reference, "Alphanumeric Modes", "CRT Controller Registers".
 */
#include <arch_consoles.h>
#include <io.h>
#include <lib/kernel.h>
#include <lib/string.h>
#include <mm/layout.h>

#define ROWS		25
#define COLUMNS		80
#define BDA_CRTC_PORT	0x463		/* word: 0x3D4 or 0x3B4 */
#define CRTC_MONO	0x3B4
#define CRTC_CURSOR_HIGH 0x0E
#define CRTC_CURSOR_LOW	0x0F
#define ATTR_NORMAL	0x07		/* light grey on black */
#define ESC_ARGS	4

static volatile u16 *cells;		/* ROWS x COLUMNS, character in the low byte */
static u16 crtc;
static unsigned int row, column;
static u8 attribute = ATTR_NORMAL;

static struct {
	enum { TEXT, ESCAPE, SEQUENCE } state;
	unsigned int arg[ESC_ARGS], nr;
} esc;

static u16 cell(char c)
{
	return (u8)c | attribute << 8;
}

static void clear_cells(unsigned int from, unsigned int to)
{
	while (from < to)
		cells[from++] = cell(' ');
}

static void show_cursor(void)
{
	unsigned int at = row * COLUMNS + min(column, COLUMNS - 1u);

	outb(CRTC_CURSOR_HIGH, crtc);
	outb(at >> 8, crtc + 1);
	outb(CRTC_CURSOR_LOW, crtc);
	outb(at & 0xff, crtc + 1);
}

static void scroll(void)
{
	for (unsigned int i = 0; i < (ROWS - 1) * COLUMNS; i++)
		cells[i] = cells[i + COLUMNS];
	clear_cells((ROWS - 1) * COLUMNS, ROWS * COLUMNS);
}

static void new_line(void)
{
	column = 0;
	if (row < ROWS - 1)
		row++;
	else
		scroll();
}

/* ESC [ n m. ANSI counts colours red-green-blue from bit 0, the VGA blue-green-red. */
static void set_colour(unsigned int n)
{
	static const u8 vga_of_ansi[8] = { 0, 4, 2, 6, 1, 5, 3, 7 };

	if (n == 0)
		attribute = ATTR_NORMAL;
	else if (n == 1)
		attribute |= 0x08;
	else if (n == 7)
		attribute = (attribute & 0x88) | (attribute & 7) << 4 | (attribute >> 4 & 7);
	else if (n >= 30 && n <= 37)
		attribute = (attribute & 0xf8) | vga_of_ansi[n - 30];
	else if (n >= 40 && n <= 47)
		attribute = (attribute & 0x8f) | vga_of_ansi[n - 40] << 4;
	else if (n >= 90 && n <= 97)
		attribute = (attribute & 0xf0) | 0x08 | vga_of_ansi[n - 90];
}

static void run_sequence(char final)
{
	unsigned int at = row * COLUMNS + min(column, COLUMNS - 1u);

	switch (final) {
	case 'm':
		for (unsigned int i = 0; i <= esc.nr; i++)
			set_colour(esc.arg[i]);
		break;
	case 'H':
		row = clamp(esc.arg[0], 1u, (unsigned int)ROWS) - 1;
		column = clamp(esc.arg[1], 1u, (unsigned int)COLUMNS) - 1;
		break;
	case 'J':
		clear_cells(esc.arg[0] == 2 ? 0 : at, ROWS * COLUMNS);
		break;
	case 'K':
		clear_cells(at, (row + 1) * COLUMNS);
		break;
	}
}

static void put_escape(char c)
{
	if (esc.state == ESCAPE) {
		esc.state = c == '[' ? SEQUENCE : TEXT;
		esc.nr = 0;
		memset(esc.arg, 0, sizeof(esc.arg));
	} else if (c >= '0' && c <= '9') {
		esc.arg[esc.nr] = (esc.arg[esc.nr] * 10 + c - '0') % 1000;
	} else if (c == ';') {
		esc.nr = min(esc.nr + 1, ESC_ARGS - 1u);
	} else {
		esc.state = TEXT;
		run_sequence(c);
	}
}

static void put_char(char c)
{
	switch (c) {
	case '\033':
		esc.state = ESCAPE;
		return;
	case '\n':
		new_line();
		return;
	case '\r':
		column = 0;
		return;
	case '\b':
		if (column)
			column--;
		return;
	case '\t':
		column = min((column | 7) + 1, COLUMNS - 1u);
		return;
	}
	if (column == COLUMNS)		/* only now: a line of 80 characters needs no empty row */
		new_line();
	cells[row * COLUMNS + column++] = cell(c);
}

static void vga_write(const char *s, size_t n)
{
	for (; n; n--, s++) {
		if (esc.state == TEXT)
			put_char(*s);
		else
			put_escape(*s);
	}
	show_cursor();
}

/* Go on below what the loader has printed. */
static void read_cursor(void)
{
	unsigned int at;

	outb(CRTC_CURSOR_HIGH, crtc);
	at = inb(crtc + 1) << 8;
	outb(CRTC_CURSOR_LOW, crtc);
	at |= inb(crtc + 1);
	row = min(at / COLUMNS, ROWS - 1u);
	column = 0;
	if (at % COLUMNS)
		new_line();
}

static bool vga_probe(void)
{
	u16 saved;
	bool there;

	crtc = *(volatile u16 *)__va(BDA_CRTC_PORT);
	if (crtc != CRTC_MONO)
		crtc = 0x3D4;
	cells = __va(crtc == CRTC_MONO ? 0xB0000 : 0xB8000);
	saved = cells[0];
	cells[0] = 0x5aa5;
	barrier();
	there = cells[0] == 0x5aa5;
	cells[0] = saved;
	if (there)
		read_cursor();
	return there;
}

struct console vga_console = {
	.name = "vga", .probe = vga_probe, .write = vga_write,
};
