// SPDX-License-Identifier: MIT
/*
 * docs/examples/two_answers.c - the same five requests to bootmem and to memblock
 *
 *	0        1 MiB                16 MiB                              64 MiB
 *	| taken  | free               | free                              |
 *	         bootmem, goal 0: --> first fit upwards, part pages shared
 *	                                  highest fit downwards <-- memblock
 *
 * Both allocators of the running kernel have handed over their memory by now, so each gets a made-up
 * machine of 64 MiB whose first MiB is taken. Neither rounds a request of 100 bytes up to a frame:
 * bootmem goes on in the frame of the last one, memblock knows every byte.
 *
 * SAYS: two_answers:   100 bytes, align 16:    bootmem 0x00100000  memblock 0x03ffff90
 * SAYS: two_answers:   100 bytes, align 16:    bootmem 0x00100070  memblock 0x03ffff20
 * SAYS: two_answers:  8192 bytes, align 4096:  bootmem 0x00101000  memblock 0x03ffd000
 * SAYS: two_answers:     1 bytes, align 1:     bootmem 0x001000d4  memblock 0x03ffffff
 * SAYS: two_answers: 1 MiB below 2 MiB:        bootmem none        memblock none
 * SAYS: two_answers: both took 3 frames
 * SAYS: module: two_answers: two_answers_init() returned 0
 */
#include <linux/bootmem.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#define MACHINE		SZ_64M
#define FRAMES		(MACHINE >> PAGE_SHIFT)

/* One machine, as each of the two sees it. */
struct twins {
	struct bootmem_data bootmem;
	unsigned long bitmap[BITS_TO_LONGS(FRAMES)];
	struct memblock_arena memblock;
};

static const struct request {
	size_t size, align;
} requests[] __initconst = { { 100, 16 }, { 100, 16 }, { SZ_8K, SZ_4K }, { 1, 1 } };

static void __init lay_out(struct twins *twins)
{
	bootmem_arena_init(&twins->bootmem, twins->bitmap, 0, FRAMES);
	bootmem_free_frames(&twins->bootmem, SZ_1M >> PAGE_SHIFT, FRAMES);

	memblock_arena_init(&twins->memblock, NULL, 0);
	memblock_arena_add(&twins->memblock, 0, MACHINE);
	memblock_arena_reserve(&twins->memblock, 0, SZ_1M);
}

static void __init ask_both(struct twins *twins, const struct request *request)
{
	phys_addr_t low = bootmem_alloc(&twins->bootmem, request->size, request->align, 0, 0);
	phys_addr_t high = memblock_arena_alloc(&twins->memblock, request->size, request->align,
						0, MEMBLOCK_ALLOC_ANYWHERE);

	pr_info("two_answers: %5zu bytes, align %-6s bootmem 0x%08x  memblock 0x%08x\n",
		request->size, request->align == SZ_4K ? "4096:" :
		request->align == 16 ? "16:" : "1:", low, high);
}

/* A wish that cannot be granted: what fails must change nothing. */
static void __init ask_for_too_much(struct twins *twins)
{
	phys_addr_t low = bootmem_alloc(&twins->bootmem, SZ_1M, SZ_4K, 0, SZ_2M);
	phys_addr_t high = memblock_arena_alloc(&twins->memblock, SZ_1M, SZ_2M, SZ_1M, SZ_2M);

	pr_info("two_answers: 1 MiB below 2 MiB:        bootmem %s        memblock %s\n",
		low == BOOTMEM_NONE ? "none" : "some", high ? "some" : "none");
}

static int __init two_answers_init(void)
{
	struct twins *twins = kmalloc(sizeof(*twins), GFP_KERNEL);
	unsigned long low, high;
	unsigned int i;

	if (!twins)
		return -ENOMEM;
	lay_out(twins);
	for (i = 0; i < ARRAY_SIZE(requests); i++)
		ask_both(twins, &requests[i]);
	ask_for_too_much(twins);

	low = FRAMES - (SZ_1M >> PAGE_SHIFT) - twins->bootmem.nr_free;
	high = PAGE_ALIGN(twins->memblock.mb.reserved.total_size - SZ_1M) >> PAGE_SHIFT;
	if (low == high)
		pr_info("two_answers: both took %lu frames\n", low);
	else
		pr_info("two_answers: bootmem took %lu frames, memblock %lu\n", low, high);
	kfree(twins);
	return 0;
}
module_init(two_answers_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("The same requests to both boot allocators");
