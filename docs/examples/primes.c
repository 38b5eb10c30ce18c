// SPDX-License-Identifier: MIT
/*
 * docs/examples/primes.c - a table too large for kmalloc, in vmalloc memory
 *
 *	table:   | page | page | page | ... | guard |	contiguous addresses
 *	            |       \_____  \			frames from anywhere, HIGHMEM too
 *	frames: ...[ ]...[ ]......[ ]...
 *
 * A sieve of Eratosthenes over ten million numbers, one bit each. pi(10^7) = 664579 is in every
 * table of primes (OEIS A006880).
 *
 * SAYS: primes: 1221 KiB in 306 pages of which
 * SAYS: primes: 664579 primes below 10000000, the last is 9999991
 * SAYS: module: primes: primes_init() returned 0
 */
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

#define LIMIT	10000000ul

/* How many pages of the table do not lie behind the page before them? */
static unsigned int __init count_jumps(const char *table, unsigned int pages)
{
	unsigned int i, jumps = 0;

	for (i = 1; i < pages; i++)
		jumps += vmalloc_to_pfn(table + i * PAGE_SIZE) !=
			 vmalloc_to_pfn(table + (i - 1) * PAGE_SIZE) + 1;
	return jumps;
}

static void __init sieve(unsigned long *composite)
{
	unsigned long n, multiple;

	__set_bit(0, composite);
	__set_bit(1, composite);
	for (n = 2; n * n < LIMIT; n = find_next_zero_bit(composite, LIMIT, n + 1))
		for (multiple = n * n; multiple < LIMIT; multiple += n)
			__set_bit(multiple, composite);
}

static int __init primes_init(void)
{
	unsigned long bytes = BITS_TO_LONGS(LIMIT) * sizeof(long), last, n;
	unsigned int pages = PAGE_ALIGN(bytes) >> PAGE_SHIFT;
	unsigned long *composite = vzalloc(bytes);

	if (!composite)
		return -ENOMEM;
	if (!is_vmalloc_addr(composite))
		return -EINVAL;
	pr_info("primes: %lu KiB in %u pages of which %u do not follow their neighbour\n",
		DIV_ROUND_UP(bytes, 1024), pages, count_jumps((char *)composite, pages));

	sieve(composite);
	last = 0;
	for_each_clear_bit(n, composite, LIMIT)
		last = n;
	pr_info("primes: %lu primes below %lu, the last is %lu\n",
		LIMIT - bitmap_weight(composite, LIMIT), LIMIT, last);
	vfree(composite);
	return 0;
}
module_init(primes_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A table in vmalloc memory");
