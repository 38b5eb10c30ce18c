/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/ksyms.c - from an address to the name of its function
 *
 * tools/ksyms turns `nm` of the kernel's first link into ksym_table, which the second link puts
 * behind all code. It is a stream of entries in order of address, each told by its difference from
 * the one before:
 *
 *   | delta | shared | suffix NUL |   delta   address - the previous one: 7 bits a byte, low first,
 *   | delta | shared | suffix NUL |           bit 7 set in all but the last; 0 ends the table
 *   | ...                         |   shared  how many letters to keep of the previous name
 *   | 0     |                         suffix  the letters after those; an empty name means that no
 *                                             function starts here: a gap
 *
 * About 11 bytes a function. Looking up walks from the start, which is fast enough for a backtrace.
 */
#include <arch.h>

#define KSYM_NAME_MAX	64		/* tools/ksyms cuts longer names */

extern const u8 ksym_table[];

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

/* Make the entry's name out of the previous one in @name. */
static void read_name(const u8 **pos, char *name)
{
	name += *(*pos)++;
	while ((*name++ = *(*pos)++))
		;
}

const char *ksym_name(unsigned long addr, unsigned long *offset)
{
	static char name[KSYM_NAME_MAX];
	const u8 *pos = ksym_table;
	unsigned long start = 0, delta;

	name[0] = '\0';
	while ((delta = read_delta(&pos)) && addr - start >= delta) {
		start += delta;
		read_name(&pos, name);
	}
	if (!name[0])
		return NULL;
	*offset = addr - start;
	return name;
}
