/* SPDX-License-Identifier: MIT */
/*
 * tests/fuzz/fuzz_e820.c - libFuzzer: any bytes as a firmware map and a command line
 *
 *     byte 0        1 ...                                     after the entries
 *     | nr entries | 8 bytes each: base, size, type, shape | text of memmap=, and of mem= |
 *
 * Addresses come in few bits, at the places where maps go wrong (0, 4 GiB, 2^64) and at multiples
 * of a byte or of a page, so that entries meet. The table must keep its rules, and at every edge
 * and beside it must say what the model of tests/host/e820_model.h says.
 *
 * LINK: mm/e820.c lib/sort.c lib/string.c lib/cmdline.c lib/kstrtox.c
 */
#include <host_first.h>

#include <arch.h>
#include <lib/bug.h>
#include <lib/printk.h>

#include "../host/e820_model.h"

#define ENTRY_BYTES	8

static struct e820_table table;
static struct e820_entry raw[E820_RAW_MAX];

static u64 address(u8 place, u8 high, u8 low)
{
	static const u64 places[] = { 0, 0x9f000, 0xfffffff8000, 0xfffff000, 0x100000000 };
	u64 base = place % 8 < ARRAY_SIZE(places) ? places[place % 8] : 0ull - (1 << 20);

	return base + high * (u64)(place & 0x80 ? 0x100000 : PAGE_SIZE) +
	       low * (place & 0x40 ? 1 : PAGE_SIZE / 256);
}

static struct e820_entry entry_of(const u8 *b)
{
	struct e820_entry e = {
		.base = address(b[0], b[1], b[2]),
		.size = b[3] & 0x80 ? address(b[3] & 0x7f, b[4], b[5]) - address(b[0], b[1], b[2]) :
			(u64)b[4] << b[3] % 32 | b[5],
		.type = b[6] % 16,
		.attributes = b[7] != 0,
	};

	if (b[6] & 0x80)
		e.type = E820_RAM;
	return e;
}

/* --- the machine, as far as mm/e820.c asks for it --------------------------------------------- */

void panic(const char *fmt, ...)
{
	abort();
}

void bug_hit(const struct bug_site *site)
{
	abort();
}

int printk(const char *fmt, ...)
{
	return 0;
}

unsigned int arch_memory_map(struct e820_entry *map, unsigned int max, const char **source)
{
	return 0;
}

void arch_for_each_reserved(void (*fn)(phys_addr_t start, phys_addr_t end, const char *why))
{
}

/* --- what must hold -------------------------------------------------------------------------- */

static void require(bool truth, const char *what, u64 at)
{
	if (truth)
		return;
	printf("%s at 0x%llx\n", what, at);
	abort();
}

/* The table's word and the model's, for the frames around byte @at. */
static void compare_near(unsigned int nr, u64 at)
{
	u64 frame = at >> PAGE_SHIFT;
	pfn_t end;

	for (u64 f = frame ? frame - 1 : 0; f <= frame + 1 && f < E820_PFN_END; f++) {
		const struct e820_range *r = e820_find(&table, f, &end);

		require((r ? r->type : E820_HOLE) == model_type(raw, nr, f), "wrong type", f);
		require(end > f && end <= E820_PFN_END, "no way on", f);
	}
}

static void clean_and_compare(unsigned int nr)
{
	e820_clean(&table, raw, nr);
	require(!e820_check_table(&table), "broken rule", e820_check_table(&table));
	for (unsigned int i = 0; i < nr; i++) {
		compare_near(nr, raw[i].base);
		compare_near(nr, raw[i].base + raw[i].size);
	}
	for (unsigned int i = 0; i < table.nr; i++) {
		compare_near(nr, (u64)table.range[i].start << PAGE_SHIFT);
		compare_near(nr, (u64)table.range[i].end << PAGE_SHIFT);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	unsigned int nr = 0, wanted = size ? *data++ % E820_RAW_MAX : 0;
	char text[256];

	for (size -= !!size; nr < wanted && size >= ENTRY_BYTES; size -= ENTRY_BYTES) {
		raw[nr++] = entry_of(data);
		data += ENTRY_BYTES;
	}
	clean_and_compare(nr);
	size = min(size, sizeof(text) - 1);
	memcpy(text, data, size);
	text[size] = '\0';
	e820_option_memmap(text);
	e820_option_mem(text + strlen(text) / 2);
	e820_apply_options(&table);
	require(!e820_check_table(&table), "broken rule", e820_check_table(&table));
	return 0;
}
