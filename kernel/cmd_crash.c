/* SPDX-License-Identifier: MIT */
/*
 * kernel/cmd_crash.c - trouble on purpose: `crash NAME` at the prompt, crash=NAME when boot is over
 *
 * What a panic prints and how the machine then ends can only be tested by one. Each name below ends
 * the kernel; the whole-machine tests look for its words in the log and for exit status 35.
 */
#include <arch.h>
#include <arch_consoles.h>
#include <traps.h>
#include <kernel/console.h>
#include <kernel/late.h>
#include <kernel/monitor.h>
#include <lib/bug.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/highmem.h>
#include <mm/vmalloc.h>

struct crash {
	const char *name;
	void (*run)(void);
	const char *what;
};

static const char *crash_option = "";

static void crash_null(void)
{
	volatile int *nothing = NULL;

	OPTIMIZER_HIDE_VAR(nothing);
	*nothing = 1;
}

static void crash_divide(void)
{
	volatile unsigned int seven = 7, zero = 0;

	pr_info("crash: 7 / 0 = %u\n", seven / zero);
}

static void crash_text(void)
{
	u8 *code = (u8 *)crash_divide;

	OPTIMIZER_HIDE_VAR(code);
	*(volatile u8 *)code = 0x90;
	panic("Kernel text can be written on this CPU, which has no CR0.WP.");
}

/* Each call keeps something on the stack, and uses it after the next one has come back. */
static noinline unsigned int recurse(unsigned int depth)
{
	volatile unsigned int on_stack[16];

	on_stack[depth % 16] = depth;
	if (depth == ~0u)		/* never reached, but the compiler does not know */
		return 0;
	return recurse(depth + 1) + on_stack[depth % 16];
}

static void crash_stack(void)
{
	recurse(0);
}

static void crash_panic(void)
{
	panic("A panic was wanted, and here it is: %d of %d.", 1, 1);
}

static void crash_bug(void)
{
	unsigned int two = 2;

	OPTIMIZER_HIDE_VAR(two);
	BUG_ON(two + two == 4);
}

/* Not a constant address, or the compiler would know better. */
static void touch(char *at)
{
	OPTIMIZER_HIDE_VAR(at);
	*(volatile char *)at = 1;
}

static void crash_vmalloc(void)
{
	char *at = vmalloc(8192);

	if (at)
		touch(at + 8192 + 12);
}

/* The next two need HIGHMEM (highmem=32M makes some); without it they end in vain. */
static void crash_kmap(void)
{
	for (;;) {
		struct page *page = alloc_page(GFP_HIGHUSER);

		if (!page || !page_is_highmem(page))
			panic("There are too few HIGHMEM frames to fill the kmap window.");
		kmap(page);
	}
}

static void crash_kunmap(void)
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	char *at = page ? kmap(page) : NULL;

	kunmap(page);
	kmap_flush_unused();
	touch(at);
	panic("A lowmem page can be used without kmap().");
}

static void broken_write(const char *s, size_t n)
{
	crash_null();
}

/* Serial comes before the screen: it has each text before the fault that the text leads to. */
static void crash_report(void)
{
	vga_console.write = broken_write;
	vga_console.enabled = true;
	panic("A panic was wanted, but the screen's driver is broken.");
}

static const struct crash crashes[] = {
	{ "null", crash_null, "write through a null pointer" },
	{ "div", crash_divide, "divide by zero" },
	{ "text", crash_text, "write into the kernel's code" },
	{ "stack", crash_stack, "recurse until the stack is used up" },
	{ "panic", crash_panic, "call panic()" },
	{ "bug", crash_bug, "let a BUG_ON() hit" },
	{ "vmalloc", crash_vmalloc, "write 12 bytes past the end of a vmalloc area" },
	{ "kmap", crash_kmap, "map pages until the kmap window is full" },
	{ "kunmap", crash_kunmap, "use a kmap address after kunmap()" },
	{ "report", crash_report, "panic, and fault while reporting that" },
	{ "doublefault", trap_provoke_double_fault, "push without a stack" },
};

static int crash(const char *name)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(crashes); i++)
		if (!strcmp(name, crashes[i].name))
			crashes[i].run();
	for (unsigned int i = 0; i < ARRAY_SIZE(crashes); i++)
		console_printf("  %-12s %s\n", crashes[i].name, crashes[i].what);
	return -EINVAL;
}

static int cmd_crash(int argc, char **argv)
{
	return crash(argc == 2 ? argv[1] : "");
}
MONITOR_COMMAND(crash, "NAME", "end the kernel in one of several ways", cmd_crash);

static int set_crash(const char *value)
{
	crash_option = value;
	return *value ? 0 : -EINVAL;
}
early_param("crash", set_crash);

void crash_boot(void)
{
	if (*crash_option)
		crash(crash_option);
}
