/* SPDX-License-Identifier: MIT */
/*
 * tests/host/e820_model.h - what a frame is, by asking every entry of the firmware's map
 *
 * Slow and plain: no edges, no sweep. Where RAM covers a frame in part, its bytes are looked at one
 * by one. Shared by the test and the fuzzer of mm/e820.c.
 */
#ifndef HOST_E820_MODEL_H
#define HOST_E820_MODEL_H

#include <lib/kernel.h>
#include <lib/string.h>
#include <mm/e820.h>
#include <mm/layout.h>

static const enum e820_type strictness[] = {
	E820_HOLE, E820_RAM, E820_ACPI, E820_NVS, E820_RESERVED, E820_UNUSABLE,
};

static unsigned int strict(u32 type)
{
	for (unsigned int i = 1; i < ARRAY_SIZE(strictness); i++)
		if (strictness[i] == type)
			return i;
	return 4;
}

/* The bytes of @e as [first, last]; false when it does not count. */
static bool bytes_of(const struct e820_entry *e, u64 *first, u64 *last)
{
	*first = e->base;
	*last = e->base + e->size - 1;
	if (!e->size || !(e->attributes & 1))
		return false;
	if (*last < *first && e->type == E820_RAM)
		return false;
	if (*last < *first)
		*last = ~0ull;
	return true;
}

static enum e820_type model_type(const struct e820_entry *raw, unsigned int nr, u64 frame)
{
	u64 start = frame << PAGE_SHIFT, end = start + PAGE_SIZE - 1, first, last;
	static u8 is_ram[PAGE_SIZE];
	unsigned int best = 0;
	bool part = false;

	for (unsigned int i = 0; i < nr; i++) {
		if (!bytes_of(&raw[i], &first, &last) || first > end || last < start)
			continue;
		if (raw[i].type != E820_RAM || (first <= start && last >= end))
			best = max(best, strict(raw[i].type));
		else
			part = true;
	}
	if (best || !part)
		return strictness[best];
	memset(is_ram, 0, sizeof(is_ram));
	for (unsigned int i = 0; i < nr; i++) {
		if (!bytes_of(&raw[i], &first, &last) || first > end || last < start)
			continue;
		for (u64 a = max(first, start); a <= min(last, end); a++)
			is_ram[a - start] = 1;
	}
	return memchr(is_ram, 0, sizeof(is_ram)) ? E820_HOLE : E820_RAM;
}

#endif
