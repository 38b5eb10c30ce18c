/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/keyboard.c - the PS/2 or AT keyboard, US layout
 *
 *   8042   port 0x64  status: bit 0 a byte waits, bit 5 it is the mouse's
 *          port 0x60  the byte: scan code set 1, as the 8042 translates it
 *
 *   1E       key down (A)             9E       the same key up: bit 7
 *   E0 48    key down (cursor up)     E0 C8    the same key up
 *
 * Source: IBM PS/2 Hardware Interface Technical Reference, "Keyboard and Auxiliary Device Controller",
 * "Scan Code Set 1".
 */
#include <arch_consoles.h>
#include <io.h>
#include <irq.h>
#include <lib/kernel.h>

#define KBD_DATA	0x60
#define KBD_STATUS	0x64
#define STATUS_FULL	0x01
#define STATUS_MOUSE	0x20
#define NO_CONTROLLER	0xFF		/* what an empty bus reads */
#define DRAIN_MAX	64		/* bytes taken at probe: more than any 8042 holds */

#define SCAN_UP		0x80
#define SCAN_EXTENDED	0xE0
#define SCAN_LEFT_SHIFT	0x2A
#define SCAN_RIGHT_SHIFT 0x36
#define SCAN_CONTROL	0x1D
#define SCAN_CAPS	0x3A

static const char plain[] =
	"\0\033" "1234567890-=\b\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
static const char shifted[] =
	"\0\033" "!@#$%^&*()_+\b\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";

static_assert(sizeof(plain) == 0x3A + 1 && sizeof(shifted) == sizeof(plain),
	      "one character for each scan code from 0 to 0x39, the space bar");

static bool shift, control, caps, extended;

static int extended_key(u8 code)
{
	switch (code) {
	case 0x48: return KEY_UP;
	case 0x50: return KEY_DOWN;
	case 0x4B: return KEY_LEFT;
	case 0x4D: return KEY_RIGHT;
	case 0x47: return KEY_HOME;
	case 0x4F: return KEY_END;
	case 0x53: return KEY_DELETE;
	case 0x49: return KEY_PAGE_UP;
	case 0x51: return KEY_PAGE_DOWN;
	case 0x1C: return '\r';		/* Enter of the number pad */
	case 0x35: return '/';
	}
	return 0;
}

static int plain_key(u8 code)
{
	int c;

	if (code >= sizeof(plain) - 1)
		return 0;
	c = plain[code];
	if (c >= 'a' && c <= 'z')
		return control ? c & 0x1f : shift != caps ? shifted[code] : c;
	return shift ? shifted[code] : c;
}

/* Shift, Ctrl and Caps Lock change state; true when @code was one of them. */
static bool modifier(u8 code, bool down)
{
	switch (code) {
	case SCAN_LEFT_SHIFT: case SCAN_RIGHT_SHIFT:
		if (!extended)		/* E0 2A is a shift that cursor keys pretend */
			shift = down;
		return true;
	case SCAN_CONTROL:
		control = down;
		return true;
	case SCAN_CAPS:
		caps ^= down;
		return true;
	}
	return false;
}

static void scan_code(u8 byte)
{
	u8 code = byte & ~SCAN_UP;
	bool down = !(byte & SCAN_UP);
	int key;

	if (byte == SCAN_EXTENDED) {
		extended = true;
		return;
	}
	if (!modifier(code, down) && down) {
		key = extended ? extended_key(code) : plain_key(code);
		if (key)
			console_input(key);
	}
	extended = false;
}

static void keyboard_poll(void)
{
	u8 status;

	while ((status = inb(KBD_STATUS)) & STATUS_FULL) {
		u8 byte = inb(KBD_DATA);

		if (!(status & STATUS_MOUSE))
			scan_code(byte);
	}
}

/* Bytes from before our time are dropped: a key pressed in the loader's menu is not for us. */
static bool keyboard_probe(void)
{
	if (inb(KBD_STATUS) == NO_CONTROLLER)
		return false;
	for (unsigned int i = 0; i < DRAIN_MAX && inb(KBD_STATUS) & STATUS_FULL; i++)
		inb(KBD_DATA);
	return true;
}

static void keyboard_enable_irq(void)
{
	irq_install(IRQ_KEYBOARD, keyboard_poll);
	irq_unmask(IRQ_KEYBOARD);
}

struct console keyboard_console = {
	.name = "keyboard", .probe = keyboard_probe,
	.poll = keyboard_poll, .enable_irq = keyboard_enable_irq,
};
