/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/ksyms.c - from an address to the name of its function
 *
 * tools/ksyms turns `nm` of the kernel's first link into tables, which the second link puts behind all
 * code. ksym_table is a stream of entries in order of address:
 *
 *   | delta | code code ... code |     delta   address - the previous one: 7 bits a byte, low first,
 *   | delta | code code |                      bit 7 set in all but the last; 0 ends the table
 *   | ...                        |     code    one letter or many; the first one from
 *   | 0     |                                  ksym_first_end on ends the name
 *
 *   ksym_code[12] = { 'k', 0 }         12 is the letter k
 *   ksym_code[90] = { 12, 31 }         90 is what 12 stands for, then what 31 does: "kmem_"
 *   ksym_code[200] = { 90, 199 }       from ksym_first_end = 190 on: the last letter is NUL
 *
 * An empty name means that no function starts there: a gap. About 9 bytes a function. Looking up walks
 * from the start and spells one name only. It calls nothing, so it works in every panic.
 */
#include <arch.h>

#define KSYM_NAME_MAX	64		/* tools/ksyms cuts longer names */
#define KSYM_DEPTH_MAX	16		/* and sees to it that codes are nested no deeper */

struct ksym_code {
	u8 first;			/* a letter, if second is 0; else a code */
	u8 second;
};

extern const u8 ksym_table[], ksym_first_end;
extern const struct ksym_code ksym_code[256];

static unsigned long read_delta(const u8 **pos)
{
	unsigned long delta = 0;
	unsigned int shift = 0;

	do {
		delta |= (unsigned long)(**pos & 0x7f) << shift;
		shift += 7;
	} while (*(*pos)++ & 0x80);
	return delta;
}

/* Write down the name whose codes begin at @pos. */
static void spell(const u8 *pos, char *name)
{
	u8 later[KSYM_DEPTH_MAX];	/* second halves, to be spelt when their first halves are */
	unsigned int nr_later = 0;
	u8 code = *pos++;

	for (;;) {
		const struct ksym_code *entry = &ksym_code[code];

		if (entry->second) {
			later[nr_later++] = entry->second;
			code = entry->first;
			continue;
		}
		*name = entry->first;
		if (!*name++)
			return;
		code = nr_later ? later[--nr_later] : *pos++;
	}
}

const char *ksym_name(unsigned long addr, unsigned long *offset)
{
	static char name[KSYM_NAME_MAX];
	const u8 *pos = ksym_table, *found = NULL;
	unsigned long start = 0, delta;

	while ((delta = read_delta(&pos)) && addr - start >= delta) {
		start += delta;
		found = pos;
		while (*pos++ < ksym_first_end)
			;
	}
	if (!found)
		return NULL;
	spell(found, name);
	*offset = addr - start;
	return name[0] ? name : NULL;
}
