/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/hwreport.c - `hwreport`: this machine on a page of text, to be sent along with a question
 *
 *   CPU       CPUID's words, caches as it counts them, notes
 *   firmware  0x400 BIOS data | 0xE0000 .. 0xFFFFF tables by their signatures | 0xFFFF5 the BIOS's date
 *   memory    the map and who gave it, A20, speed of each zone
 *   boot      the time of each stage
 */
#include <arch.h>
#include <cpu.h>
#include <kernel/console.h>
#include <kernel/monitor.h>
#include <kernel/time.h>
#include <lib/kernel.h>
#include <lib/math64.h>
#include <lib/sizes.h>
#include <lib/string.h>
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

static void say_note(const char *note)
{
	console_printf("  note     %s\n", note);
}

/* --- CPU ------------------------------------------------------------------------------------- */

#define LEAF_CACHES	4u		/* Intel SDM vol. 2A, "CPUID": deterministic cache parameters */
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
	console_printf("  name     %s\n", skip_spaces((const char *)name));
}

/* Return: whether leaf 4 knew any. */
static bool report_caches_by_leaf_4(void)
{
	static const char *const kinds[4] = { "", "data", "code", "unified" };
	u32 i;

	for (i = 0; i < 8; i++) {
		struct cpuid_regs r = cpuid_leaf(LEAF_CACHES, i);
		u32 kind = r.a & 31, line = (r.b & 0xFFF) + 1, parts = (r.b >> 12 & 0x3FF) + 1;
		u32 ways = (r.b >> 22) + 1;

		if (!kind || kind > 3)
			break;
		console_printf("  cache    level %u %s: %u KiB, %u-way, lines of %u bytes\n", r.a >> 5 & 7,
			       kinds[kind], ways * parts * line * (r.c + 1) / SZ_1K, ways, line);
	}
	return i;
}

static void report_caches(void)
{
	u32 extended = cpuid_leaf(LEAF_EXTENDED, 0).a;

	if (cpuid_leaf(0, 0).a >= LEAF_CACHES && report_caches_by_leaf_4())
		return;
	if (extended < LEAF_L2 || extended > LEAF_EXTENDED + 0xFFFF) {
		console_printf("  cache    CPUID does not say\n");
		return;
	}
	console_printf("  cache    level 1 data %u KiB, code %u KiB; level 2 %u KiB\n",
		       cpuid_leaf(LEAF_L1, 0).c >> 24, cpuid_leaf(LEAF_L1, 0).d >> 24,
		       cpuid_leaf(LEAF_L2, 0).c >> 16);
}

static void report_cpu(void)
{
	console_printf("CPU\n  is       %s family %u model %u stepping %u, features %08x%s%s\n",
		       cpu.has_cpuid ? cpu.vendor : "without CPUID,", cpu.family, cpu.model,
		       cpu.stepping, cpu.features, cpu.has_fpu ? "" : ", no FPU",
		       cpu.has_wp ? "" : ", no WP");
	console_printf("  clock    %llu kHz by %s\n", div_u64(arch_cycles_hz(), 1000),
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

	console_printf("Firmware\n  date     %.8s; COM1 at %x, COM2 at %x; equipment %04x; %u KiB of base "
		       "memory, EBDA at %05x\n", (const char *)__va(ROM_DATE), bda(BDA_COM),
		       bda(BDA_COM + 2), bda(BDA_EQUIPMENT), bda(BDA_BASE_KIB), bda(BDA_EBDA) << 4);
	console_printf("  tables  ");
	for (phys_addr_t at = ROM_START; at < ROM_END; at += ROM_STEP)
		for (unsigned int i = 0; i < ARRAY_SIZE(signs); i++)
			if (!memcmp(__va(at), signs[i], strlen(signs[i])))
				console_printf(" %s at %05x;", signs[i], at);
	console_printf(" (ACPI RSD PTR, SMBIOS _SM_, MP _MP_, BIOS32 _32_)\n");
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
			console_printf("  speed    %-8s write %llu, read %llu, copy %llu MB/s\n",
				       zones[i].name, speed[SPEED_WRITE], speed[SPEED_READ],
				       speed[SPEED_COPY]);
		__free_pages(block, SPEED_ORDER);
	}
}

/* monitor_execute() cuts its line up. */
static void run_command(const char *name)
{
	char line[16];

	strscpy(line, name, sizeof(line));
	monitor_execute(line);
}

static int cmd_hwreport(int argc __maybe_unused, char **argv __maybe_unused)
{
	report_cpu();
	report_firmware();
	console_printf("Memory\n  A20      %s\n", bootinfo_a20());
	report_speed();
	run_command("e820");
	run_command("stages");
	return 0;
}
MONITOR_COMMAND(hwreport, "", "the machine on a page: CPU, firmware, memory, speed", cmd_hwreport);
