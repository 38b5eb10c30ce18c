/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/bootinfo.c - what the boot path brought, for the rest of the kernel
 *
 * Physical memory as it is when the first allocator is about to look:
 *
 *   0x00000000  IVT and BIOS data       one page
 *   0x00001000  free                    the real-mode stub and its buffers are done with
 *   EBDA        firmware's, to 640 KiB  [40Eh] and [413h] in the BIOS data say from where
 *   0x000A0000  video memory and ROMs   to 1 MiB
 *   0x00100000  the kernel image        its parts by name (sections.h)
 *   anywhere    modules                 where the loader put them
 *
 * Multiboot information, command line and strings were copied and need no keeping.
 */
#include <arch.h>
#include <lib/bug.h>
#include <lib/compiler.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <lib/vsprintf.h>
#include <mm/layout.h>
#include <sections.h>
#include "bootinfo.h"

/* Source: IBM PS/2 and PC BIOS Interface Technical Reference, "BIOS Data Area". */
#define BDA_EBDA_SEGMENT	0x40E
#define BDA_BASE_KIB		0x413
#define BIOS_DATA_END		0x1000		/* IVT and BDA end at 0x500 */
#define VIDEO_START		0xA0000
#define EBDA_LOWEST		0x60000		/* what claims to start lower is no EBDA */
#define EBDA_SIZE_MAX		128		/* KiB; the EBDA's first byte is its size */

static phys_addr_t firmware_start, firmware_end;

static char command_line[BOOT_COMMAND_LINE_MAX];

/*
 * Loaders of the QEMU and GRUB Legacy kind put the kernel's own file name first; GRUB 2 does not.
 * An option never starts with a slash or a bracket.
 */
static const char * __init skip_file_name(const char *line)
{
	if (strncmp(boot_info.loader_name, "qemu", 4) && *line != '/' && *line != '(')
		return line;
	while (*line && *line != ' ')
		line++;
	while (*line == ' ')
		line++;
	return line;
}

const char *arch_command_line(void)
{
	static bool copied;

	if (!copied) {
		strscpy(command_line, skip_file_name(boot_info.command_line), sizeof(command_line));
		copied = true;
	}
	return command_line;
}

/* boot/realmode.asm has acted on it long before options are read; here its value is checked. */
static int __init set_realmode(const char *value)
{
	return strcmp(value, "off") ? -EINVAL : 0;
}
early_param("realmode", set_realmode);

unsigned int __init arch_memory_map(struct e820_entry *raw, unsigned int max, const char **source)
{
	return bootmap_choose(&boot_info, raw, max, source);
}

static const char *a20_word = "not looked at";

const char *bootinfo_a20(void)
{
	return a20_word;
}

void __init bootinfo_report(void)
{
	static const char *const realmode[] __initconst = {
		[REALMODE_DONE] = "BIOS asked in real mode",
		[REALMODE_OFF] = "real mode left out (realmode=off)",
		[REALMODE_NO_BIOS] = "no BIOS behind int 15h",
		[REALMODE_IN_THE_WAY] = "real mode left out (a module lies below 0x7C00)",
	};
	static const char *const a20[] __initconst = {
		[A20_UNKNOWN] = "not looked at",
		[A20_WAS_OPEN] = "was open",
		[A20_BIOS] = "opened by int 15h 2401h",
		[A20_PORT_92] = "opened by port 92h",
		[A20_KEYBOARD] = "opened by the keyboard controller",
		[A20_PORT_EE] = "opened by port EEh",
	};
	static const char *const end[] __initconst = {
		[E820_END_NOT_TRIED] = "",
		[E820_END_LAST] = "",
		[E820_END_CARRY] = " ended by carry",
		[E820_END_SIGNATURE] = " not answered",
		[E820_END_FULL] = " and more",
	};
	const struct boot_info *bi = &boot_info;

	a20_word = a20[bi->a20];
	pr_info("boot: loaded by %s, %u modules; %s, A20 %s, %u E820 entries%s, "
		"%u from the loader\n",
		bi->loader_name[0] ? bi->loader_name : "an unnamed loader", bi->module_count,
		realmode[bi->realmode_status], a20_word, bi->e820_count, end[bi->e820_end],
		bi->mmap_count);
	if (bi->command_line_cut)
		pr_warn("boot: the command line has more than %u characters: the rest is not seen\n",
			BOOT_COMMAND_LINE_MAX - 1);
}

/* Where firmware's part of conventional memory starts: the EBDA, or a loader's hook below it. */
static phys_addr_t __init ebda_start(void)
{
	phys_addr_t start = VIDEO_START;
	phys_addr_t ebda = *(volatile u16 *)__va(BDA_EBDA_SEGMENT) << 4;
	phys_addr_t base = *(volatile u16 *)__va(BDA_BASE_KIB) << 10;

	if (ebda >= EBDA_LOWEST && ebda < start)
		start = ebda;
	if (base >= EBDA_LOWEST && base < start)
		start = base;
	return start;
}

/* The EBDA, if its first byte gives a size that fits: the rest below 640 KiB may be a hole. */
static void __init find_firmware_ram(void)
{
	phys_addr_t ebda = *(volatile u16 *)__va(BDA_EBDA_SEGMENT) << 4;
	u8 size;

	if (ebda < EBDA_LOWEST || ebda >= VIDEO_START)
		return;
	size = *(volatile u8 *)__va(ebda);
	if (!size || size > EBDA_SIZE_MAX || ebda + ((phys_addr_t)size << 10) > VIDEO_START)
		return;
	firmware_start = ebda;
	firmware_end = ebda + ((phys_addr_t)size << 10);
}

bool arch_firmware_ram(phys_addr_t *start, phys_addr_t *end)
{
	*start = firmware_start;
	*end = firmware_end;
	return firmware_end != 0;
}

phys_addr_t arch_image_end(void)
{
	return __pa(_end);
}

static bool __init over_image(phys_addr_t start, phys_addr_t end)
{
	return start < __pa(_end) && end > KERNEL_PHYS_BASE;
}

static void __init check_module(unsigned int i, const struct boot_module *m)
{
	if (m->end < m->start)
		panic("Module %u (\"%s\") ends at 0x%08x, before its start at 0x%08x.",
		      i, m->string, m->end, m->start);
	if (over_image(m->start, m->end))
		panic("Module %u (\"%s\") lies at 0x%08x to 0x%08x, over the kernel image at "
		      "0x%08lx to 0x%08x.", i, m->string, m->start, m->end, KERNEL_PHYS_BASE, __pa(_end));
}

static void __init for_each_module(void (*fn)(phys_addr_t, phys_addr_t, const char *))
{
	static char name[BOOT_MODULES_MAX][sizeof("module 31")];	/* the ledger prints them */

	if (boot_info.module_count > BOOT_MODULES_MAX)
		panic("The loader brought %u modules, and only %u can be kept track of.",
		      boot_info.module_count, BOOT_MODULES_MAX);
	for (unsigned int i = 0; i < boot_info.module_count; i++) {
		const struct boot_module *m = &boot_info.module[i];

		check_module(i, m);
		snprintf(name[i], sizeof(name[i]), "module %u", i);
		if (m->start < m->end)
			fn(m->start, m->end, name[i]);
	}
}

void __init arch_for_each_reserved(void (*fn)(phys_addr_t start, phys_addr_t end, const char *why))
{
	phys_addr_t line = boot_info.command_line_pa;
	phys_addr_t ebda = ebda_start();

	if (line && over_image(line, line + strlen(boot_info.command_line) + 1))
		panic("The loader put the command line at 0x%08x, over the kernel image at "
		      "0x%08lx to 0x%08x.", line, KERNEL_PHYS_BASE, __pa(_end));
	find_firmware_ram();
	fn(0, BIOS_DATA_END, "BIOS data");
	if (ebda < VIDEO_START)
		fn(ebda, VIDEO_START, "EBDA");
	fn(VIDEO_START, KERNEL_PHYS_BASE, "video and ROM");
	fn(__pa(__init_begin), __pa(__init_end), "kernel init");
	fn(__pa(_text), __pa(__start_rodata), "kernel text");
	fn(__pa(__start_rodata), __pa(_data), "kernel rodata");
	fn(__pa(_data), __pa(__bss_start), "kernel data");
	fn(__pa(__bss_start), __pa(boot_stack_guard), "kernel bss");
	fn(__pa(boot_stack_guard), __pa(_end), "kernel stack");
	for_each_module(fn);
}
