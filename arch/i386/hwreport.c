/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/hwreport.c - `hwreport`: this machine on a page of text, to be sent along with a question
 *
 *   CPU       CPUID's words, caches as it counts them, notes
 *   firmware  0x400 BIOS data | 0xE0000 .. 0xFFFFF tables by their signatures | 0xFFFF5 the BIOS's date
 *   memory    the map and who gave it, A20, speed of each zone
 *   boot      the time of each stage
 *
 * Short enough for a screen of 80 by 25: what there may be many of stands side by side (item()).
 */
#include <arch.h>
#include <cpu.h>
#include <kernel/console.h>
#include <kernel/monitor.h>
#include <kernel/stage.h>
#include <kernel/time.h>
#include <lib/kernel.h>
#include <lib/math64.h>
#include <lib/sizes.h>
#include <lib/string.h>
#include <lib/vsprintf.h>
#include <mm/e820.h>
#include <mm/gfp.h>
#include <mm/highmem.h>
#include <mm/vmalloc.h>
#include "bootinfo.h"
#include "cpu_notes.h"

struct cpuid_regs { u32 a, b, c, d; };

/* Where cpu.has_cpuid only. */
static struct cpuid_regs cpuid_leaf(u32 leaf, u32 sub)
{
	struct cpuid_regs r = { leaf, 0, sub, 0 };

	__asm__ __volatile__("cpuid" : "+a"(r.a), "=b"(r.b), "+c"(r.c), "=d"(r.d));
	return r;
}

#define LABEL_WIDTH	11	/* "  cache    " */
#define SCREEN_WIDTH	79	/* the 80th letter would start a new line by itself */

static unsigned int column;	/* 0: at the start of a line */
static bool first;		/* of the line's items */

/* A line's first word; items follow. */
static void label(const char *name)
{
	console_printf("%s  %-*s", column ? "\n" : "", LABEL_WIDTH - 2, name);
	column = LABEL_WIDTH;
	first = true;
}

/* One of several things in a line, on the next one when it does not fit. */
static __printf(1, 2) void item(const char *fmt, ...)
{
	char text[SCREEN_WIDTH - LABEL_WIDTH];
	va_list args;
	int length;

	va_start(args, fmt);
	length = vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (first) {
		column += console_printf("%s", text);
	} else if (column + 3 + length <= SCREEN_WIDTH) {
		column += console_printf("; %s", text);
	} else {
		console_printf(";\n%*s%s", LABEL_WIDTH, "", text);
		column = LABEL_WIDTH + length;
	}
	first = false;
}

static void heading(const char *name)
{
	console_printf("%s%s\n", column ? "\n" : "", name);
	column = 0;
}

static void say_note(const char *note)
{
	label("note");
	item("%s", note);
}

/* --- CPU ------------------------------------------------------------------------------------- */

#define LEAF_DESCRIPTORS 2u		/* Intel SDM vol. 2A, "CPUID": cache descriptors, a byte each */
#define LEAF_CACHES	4u		/* the same: deterministic cache parameters */
#define LEAF_EXTENDED	0x80000000u
#define LEAF_NAME	0x80000002u	/* three leaves of 16 letters */
#define LEAF_L1		0x80000005u	/* AMD CPUID Specification: KiB in bits 31:24 */
#define LEAF_L2		0x80000006u	/* KiB in bits 31:16 */

static void report_name(void)
{
	struct cpuid_regs name[4] = { 0 };

	if (cpuid_leaf(LEAF_EXTENDED, 0).a < LEAF_NAME + 2 || cpuid_leaf(LEAF_EXTENDED, 0).a < LEAF_EXTENDED)
		return;
	for (u32 i = 0; i < 3; i++)
		name[i] = cpuid_leaf(LEAF_NAME + i, 0);
	label("name");
	item("%s", skip_spaces((const char *)name));
}

static const char *const cache_kinds[] = { "", " data", " code", "" };

/* Return: whether leaf 4 knew any. */
static bool report_caches_by_leaf_4(void)
{
	u32 i;

	for (i = 0; i < 8; i++) {
		struct cpuid_regs r = cpuid_leaf(LEAF_CACHES, i);
		u32 kind = r.a & 31, line = (r.b & 0xFFF) + 1, parts = (r.b >> 12 & 0x3FF) + 1;
		u32 ways = (r.b >> 22) + 1;

		if (!kind || kind > 3)
			break;
		item("L%u%s %u KiB %u-way by %u", r.a >> 5 & 7, cache_kinds[kind],
		     ways * parts * line * (r.c + 1) / SZ_1K, ways, line);
	}
	return i;
}

/* One byte of leaf 2, which is all that CPUs from the Pentium Pro to the first Pentium 4 have to say. */
static bool report_cache_descriptor(u8 code)
{
	static const struct { u8 code, level, kind; u16 kib; } known[] = {
		{ 0x06, 1, 2, 8 }, { 0x08, 1, 2, 16 }, { 0x0A, 1, 1, 8 }, { 0x0C, 1, 1, 16 },
		{ 0x2C, 1, 1, 32 }, { 0x30, 1, 2, 32 }, { 0x41, 2, 3, 128 }, { 0x42, 2, 3, 256 },
		{ 0x43, 2, 3, 512 }, { 0x44, 2, 3, 1024 }, { 0x45, 2, 3, 2048 }, { 0x60, 1, 1, 16 },
		{ 0x66, 1, 1, 8 }, { 0x67, 1, 1, 16 }, { 0x68, 1, 1, 32 }, { 0x79, 2, 3, 128 },
		{ 0x7A, 2, 3, 256 }, { 0x7B, 2, 3, 512 }, { 0x7C, 2, 3, 1024 }, { 0x7D, 2, 3, 2048 },
		{ 0x82, 2, 3, 256 }, { 0x83, 2, 3, 512 }, { 0x84, 2, 3, 1024 }, { 0x85, 2, 3, 2048 },
		{ 0x86, 2, 3, 512 }, { 0x87, 2, 3, 1024 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(known); i++) {
		if (known[i].code == code) {
			item("L%u%s %u KiB", known[i].level, cache_kinds[known[i].kind], known[i].kib);
			return true;
		}
	}
	return false;
}

/* Four bytes a register, unless its bit 31 is set; the lowest of EAX is no descriptor. */
static bool report_caches_by_leaf_2(void)
{
	struct cpuid_regs r = cpuid_leaf(LEAF_DESCRIPTORS, 0);
	u32 words[4] = { r.a & ~0xFFu, r.b, r.c, r.d };
	bool any = false;

	for (unsigned int i = 0; i < 4; i++)
		for (u32 word = words[i] >> 31 ? 0 : words[i]; word; word >>= 8)
			any |= report_cache_descriptor(word & 0xFF);
	return any;
}

static void report_caches(void)
{
	u32 extended = cpuid_leaf(LEAF_EXTENDED, 0).a;

	label("cache");
	if (cpuid_leaf(0, 0).a >= LEAF_CACHES && report_caches_by_leaf_4())
		return;
	if (extended < LEAF_L2 || extended > LEAF_EXTENDED + 0xFFFF) {
		if (cpuid_leaf(0, 0).a < LEAF_DESCRIPTORS || !report_caches_by_leaf_2())
			item("CPUID does not say");
		return;
	}
	item("L1 data %u KiB; L1 code %u KiB; L2 %u KiB", cpuid_leaf(LEAF_L1, 0).c >> 24,
	     cpuid_leaf(LEAF_L1, 0).d >> 24, cpuid_leaf(LEAF_L2, 0).c >> 16);
}

static void report_cpu(void)
{
	heading("CPU");
	label("is");
	item("%s family %u model %u stepping %u, features %08x%s%s",
	     cpu.has_cpuid ? cpu.vendor : "without CPUID,", cpu.family, cpu.model, cpu.stepping,
	     cpu.features, cpu.has_fpu ? "" : ", no FPU", cpu.has_wp ? "" : ", no WP");
	label("clock");
	item("%llu kHz by %s", div_u64(arch_cycles_hz(), 1000),
	     cpu_has_tsc() ? "its TSC" : "the PIT (no TSC)");
	if (cpu.has_cpuid) {
		report_name();
		report_caches();
	}
	cpu_notes(say_note);
}

/* --- firmware -------------------------------------------------------------------------------- */

/* Source: IBM PS/2 and PC BIOS Interface Technical Reference, "BIOS Data Area". */
#define BDA_COM			0x400
#define BDA_EBDA		0x40E
#define BDA_EQUIPMENT		0x410
#define BDA_BASE_KIB		0x413
#define ROM_START		0xE0000
#define ROM_END			0x100000
#define ROM_STEP		16
#define ROM_DATE		0xFFFF5		/* 8 letters */

/* Frame 0 has no address of its own: a null pointer must fault. */
static u16 bda(phys_addr_t at)
{
	struct page *page = pfn_to_page(0);
	char *frame = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	u16 value = frame ? *(volatile u16 *)(frame + at) : 0;

	vunmap(frame);
	return value;
}

static void report_firmware(void)
{
	static const char signs[][9] = { "RSD PTR ", "_SM_", "_SM3_", "_MP_", "_32_", "$PIR", "$PnP" };
	static const char names[][8] = { "ACPI", "SMBIOS", "SMBIOS3", "MP", "BIOS32", "PIR", "PnP" };

	heading("Firmware");
	label("BIOS");
	item("of %.8s; equipment %04x", (const char *)__va(ROM_DATE), bda(BDA_EQUIPMENT));
	item("COM1 %x, COM2 %x", bda(BDA_COM), bda(BDA_COM + 2));
	item("%u KiB base, EBDA %05x", bda(BDA_BASE_KIB), bda(BDA_EBDA) << 4);
	label("tables");
	for (phys_addr_t at = ROM_START; at < ROM_END; at += ROM_STEP)
		for (unsigned int i = 0; i < ARRAY_SIZE(signs); i++)
			if (!memcmp(__va(at), signs[i], strlen(signs[i])))
				item("%s %05x", names[i], at);
}

/* --- memory map ------------------------------------------------------------------------------ */

static void report_map(void)
{
	const struct e820_range *r;

	label("map");
	item("by %s, %u entries dropped", e820_source, e820.dropped);
	item("RAM %lu KiB; A20 %s", e820_ram_frames(&e820, 0, E820_PFN_END) << (PAGE_SHIFT - 10),
	     bootinfo_a20());
	label("");
	e820_for_each(r, &e820)
		item("%08lx-%08lx %s", r->start << PAGE_SHIFT, (r->end << PAGE_SHIFT) - 1,
		     e820_type_name(r->type));
}

/* --- speed ----------------------------------------------------------------------------------- */

#define SPEED_ORDER	6			/* 256 KiB: past the caches of its time */
#define SPEED_ROUNDS	16

enum speed { SPEED_WRITE, SPEED_READ, SPEED_COPY, NR_SPEEDS };

/* MB/s over a block, frame by frame: HIGHMEM has to be mapped. */
static u64 measure(struct page *block, enum speed what)
{
	unsigned int frames = 1u << page_block_order(block);
	u64 start = ktime_get_ns(), ns;

	for (unsigned int i = 0; i < frames * SPEED_ROUNDS; i++) {
		u32 *words = kmap_local_page(block + i % frames);

		if (what == SPEED_WRITE)
			memset32(words, 0, PAGE_SIZE / 4);
		else if (what == SPEED_READ)
			arch_skip_words(words, words + PAGE_SIZE / 4, 0);
		else
			memcpy(words, (char *)words + PAGE_SIZE / 2, PAGE_SIZE / 2);
		kunmap_local(words);
	}
	ns = ktime_get_ns() - start;
	return div64_u64((u64)frames * SPEED_ROUNDS * PAGE_SIZE * 1000 / (what == SPEED_COPY ? 2 : 1),
			 ns + !ns);
}

static void report_zone(const char *name, const u64 *speed)
{
	label("speed");
	item("%-8s write %llu, read %llu, copy %llu MB/s", name, speed[SPEED_WRITE], speed[SPEED_READ],
	     speed[SPEED_COPY]);
}

static void report_speed(void)
{
	static const gfp_t zone_gfp[] = { GFP_DMA, GFP_KERNEL, GFP_HIGHUSER };

	for (unsigned int i = 0; i < ARRAY_SIZE(zone_gfp); i++) {
		struct page *block = alloc_pages(zone_gfp[i] | __GFP_NOWARN, SPEED_ORDER);
		u64 speed[NR_SPEEDS];

		if (!block)
			continue;
		for (enum speed what = 0; what < NR_SPEEDS; what++)
			speed[what] = measure(block, what);
		if (page_zone(block) == &zones[i])
			report_zone(zones[i].name, speed);
		__free_pages(block, SPEED_ORDER);
	}
}

static void report_stages(void)
{
	const char *name;
	u64 us;

	label("us");
	for (unsigned int i = 0; (name = boot_stage_time(i, &us)); i++)
		item("%s %llu", name, us);
}

static int cmd_hwreport(int argc __maybe_unused, char **argv __maybe_unused)
{
	column = 0;
	report_cpu();
	report_firmware();
	heading("Memory");
	report_map();
	report_speed();
	heading("Boot");
	report_stages();
	console_printf("\n");
	return 0;
}
MONITOR_COMMAND(hwreport, "", "the machine on a page: CPU, firmware, memory, speed", cmd_hwreport);
