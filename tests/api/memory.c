// SPDX-License-Identifier: MIT
/*
 * tests/api/memory.c - pages, slab, vmalloc, highmem and pools; with init_on_alloc= it fills memory with
 * garbage first and wants zeroes from every allocator
 */
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "check.h"

#define GARBAGE	0x9e
#define NR	64

static bool zeroed;			/* booted with init_on_alloc=1 */

static int __init set_zeroed(char *value)
{
	zeroed = value && *value == '1';
	return 0;
}
early_param("init_on_alloc", set_zeroed);

static bool __init is_zero(const void *mem, size_t size)
{
	return memchr_inv(mem, 0, size) == NULL;
}

/* Of each order twice: what comes back must not be what was left there. */
static void __init pages(void)
{
	unsigned int order, round, available = nr_free_pages() > 4096 ? MAX_ORDER : MAX_ORDER - 3;

	for (order = 0; order < available; order++) {
		for (round = 0; round < 2; round++) {
			struct page *page = alloc_pages(GFP_KERNEL, order);
			void *mem;

			CHECK(page);
			if (!page)
				return;
			mem = page_address(page);
			CHECK(virt_to_page(mem) == page && page_count(page) == 1);
			CHECK(__pa(mem) == page_to_phys(page));
			if (zeroed)
				CHECK(is_zero(mem, PAGE_SIZE << order));
			memset(mem, GARBAGE, PAGE_SIZE << order);
			__free_pages(page, order);
		}
		round = __get_free_pages(GFP_KERNEL | __GFP_ZERO, order);
		CHECK(round && is_zero((void *)round, PAGE_SIZE << order));
		free_pages(round, order);
	}
}

/* A reference that outlives the block, plain and compound: nothing may leak. */
static void __init references(void)
{
	struct page *page;
	unsigned long before, after;
	gfp_t gfp[] = { GFP_KERNEL, GFP_KERNEL | __GFP_COMP };
	int i, j;

	for (i = 0; i < 2; i++) {
		before = nr_free_pages();
		for (j = 0; j < 1000; j++) {
			page = alloc_pages(gfp[i], 3);
			if (!page)
				break;
			get_page(page);
			__free_pages(page, 3);
			put_page(page);
		}
		after = nr_free_pages();
		CHECK(j == 1000 && after + 64 > before && before + 64 > after);
	}
}

static void __init exact(void)
{
	char *mem = alloc_pages_exact(3 * PAGE_SIZE + 1, GFP_KERNEL);

	CHECK(mem && offset_in_page(mem) == 0);
	if (mem) {
		memset(mem, GARBAGE, 4 * PAGE_SIZE);
		free_pages_exact(mem, 3 * PAGE_SIZE + 1);
	}
}

static void __init kmallocs(void)
{
	size_t size;
	char *mem;

	for (size = 1; size <= 512 << 10; size *= 2) {
		mem = kmalloc(size, GFP_KERNEL);
		CHECK(mem && ksize(mem) >= size && IS_ALIGNED((unsigned long)mem, min(size, 4096ul)));
		if (!mem)
			continue;
		if (zeroed)
			CHECK(is_zero(mem, size));
		memset(mem, GARBAGE, size);
		kfree(mem);
		mem = kzalloc(size, GFP_KERNEL);
		CHECK(mem && is_zero(mem, size));
		kfree(mem);
	}
	CHECK(!kmalloc(SIZE_MAX, GFP_KERNEL | __GFP_NOWARN));
	CHECK(!kcalloc(SIZE_MAX / 2, 4, GFP_KERNEL | __GFP_NOWARN));
	CHECK(!kvmalloc(SIZE_MAX, GFP_KERNEL | __GFP_NOWARN));
	CHECK(ZERO_OR_NULL_PTR(kmalloc(0, GFP_KERNEL)));
	mem = kmalloc_array(10, 10, GFP_KERNEL);
	memset(mem, GARBAGE, 100);
	mem = krealloc(mem, 5000, GFP_KERNEL);
	CHECK(mem && !memchr_inv(mem, GARBAGE, 100));
	kfree(mem);
	kfree(NULL);
	mem = kvcalloc(300, 4096, GFP_KERNEL);
	CHECK(mem && is_zero(mem, 300 * 4096));
	kvfree(mem);
}

static void __init count_ctor(void *object)
{
	memset(object, 0x41, 16);
}

static void __init caches(void)
{
	static const slab_flags_t flags[] __initconst = { 0, SLAB_HWCACHE_ALIGN, SLAB_TYPESAFE_BY_RCU };
	void *objects[NR];
	struct kmem_cache *c;
	unsigned int size, i, f;

	for (size = 8; size <= PAGE_SIZE; size *= 2) {
		for (f = 0; f < ARRAY_SIZE(flags) * 2; f++) {
			c = kmem_cache_create("api", size, f & 1 ? size : 1, flags[f / 2],
					      size >= 16 && f < 2 ? count_ctor : NULL);
			CHECK(c && kmem_cache_size(c) == size);
			CHECK(kmem_cache_alloc_bulk(c, GFP_KERNEL, NR, objects) == NR);
			for (i = 0; i < NR; i++) {
				if (size >= 16 && f < 2)
					CHECK(*(char *)objects[i] == 0x41);
				else if (zeroed && f < 4)
					CHECK(is_zero(objects[i], size));
				if (f & 1)
					CHECK(IS_ALIGNED((unsigned long)objects[i], size));
				if (size < 16 || f >= 2)
					memset(objects[i], GARBAGE, size);
			}
			rcu_read_lock();
			kmem_cache_free_bulk(c, NR, objects);
			if (f >= 4)	/* typesafe: its bytes stay */
				CHECK(!memchr_inv(objects[0], GARBAGE, size));
			rcu_read_unlock();
			objects[0] = kmem_cache_alloc(c, GFP_KERNEL);
			CHECK(f < 4 || !memchr_inv(objects[0], GARBAGE, size));
			kmem_cache_free(c, objects[0]);
			kmem_cache_shrink(c);
			kmem_cache_destroy(c);
		}
	}
}

/* Each kind of damage is found once, and the cache can still be destroyed. */
static void __init damage(void)
{
	struct kmem_cache *c = kmem_cache_create("api_damage", 64, 0, SLAB_RED_ZONE | SLAB_POISON, NULL);
	unsigned char *p = c ? kmem_cache_alloc(c, GFP_KERNEL) : NULL;

	CHECK(p);
	if (!p)
		return;
	CHECK(validate_slab_cache(c) == 0);
	p[64] = 0x12;
	CHECK(validate_slab_cache(c) == 1);
	kmem_cache_free(c, p);
	validate_slab_cache(c);
	p[50] = 0x9a;
	CHECK(validate_slab_cache(c) == 1);
	p[0] = 0x78;
	CHECK(validate_slab_cache(c) == 1);
	kmem_cache_destroy(c);
}

static void __init vmallocs(void)
{
	static void *area[500] __initdata;
	unsigned int i, left = 0;
	char *mem;

	for (i = 0; i < ARRAY_SIZE(area); i++) {
		area[i] = __vmalloc((i % 4 + 1) * PAGE_SIZE, GFP_KERNEL | (i % 2 ? __GFP_ZERO : 0));
		CHECK(area[i] && is_vmalloc_addr(area[i]));
		if (!area[i])
			continue;
		if (zeroed || i % 2)
			CHECK(is_zero(area[i], (i % 4 + 1) * PAGE_SIZE));
		memset(area[i], GARBAGE, (i % 4 + 1) * PAGE_SIZE);
		CHECK(vmalloc_to_page(area[i]) == pfn_to_page(vmalloc_to_pfn(area[i])));
	}
	for (i = 0; i < ARRAY_SIZE(area); i += 2)
		vfree(area[i]);
	mem = vzalloc(100 * PAGE_SIZE);
	CHECK(mem && is_zero(mem, 100 * PAGE_SIZE));
	vfree(mem);
	for (i = 1; i < ARRAY_SIZE(area); i += 2)
		vfree(area[i]);
	for (i = 12; i <= 22; i++) {
		mem = __vmalloc_node(PAGE_SIZE, 1ul << i, GFP_KERNEL, NUMA_NO_NODE,
				     __builtin_return_address(0));
		CHECK(mem && IS_ALIGNED((unsigned long)mem, 1ul << i));
		vfree(mem);
	}
	CHECK(!__vmalloc_node(PAGE_SIZE, 1ul << 31, GFP_KERNEL | __GFP_NOWARN, 0, NULL));
	for (i = 0; i < 2000; i++)
		left += vmalloc(~0ul - PAGE_SIZE * 2) != NULL;
	CHECK(left == 0);
	vfree(NULL);
}

static void __init mapped(void)
{
	struct page *page[4];
	unsigned int i;
	char *mem, *window;

	for (i = 0; i < 4; i++) {
		page[i] = alloc_page(GFP_HIGHUSER);
		clear_highpage(page[i]);
		mem = kmap(page[i]);
		CHECK(is_zero(mem, PAGE_SIZE));
		mem[i] = 'a' + i;
		kunmap(page[i]);
	}
	window = vmap(page, 4, VM_MAP, PAGE_KERNEL);
	CHECK(window && window[0] == 'a' && window[3 * PAGE_SIZE + 3] == 'd');
	CHECK(!window || vmalloc_to_page(window + PAGE_SIZE) == page[1]);
	vunmap(window);
	copy_highpage(page[0], page[3]);
	mem = kmap_local_page(page[0]);
	CHECK(mem[3] == 'd' && mem[0] == 0);
	window = kmap_atomic(page[1]);
	CHECK(window[1] == 'b');
	kunmap_atomic(window);
	kunmap_local(mem);
	for (i = 0; i < 4; i++)
		__free_page(page[i]);
}

static void __init pools(void)
{
	struct kmem_cache *c = kmem_cache_create("api_pool", 100, 0, 0, NULL);
	mempool_t *of_objects = mempool_create_slab_pool(4, c);
	mempool_t *of_bytes = mempool_create_kmalloc_pool(2, 1000);
	void *a, *b;

	CHECK(of_objects && of_bytes);
	a = mempool_alloc(of_objects, GFP_KERNEL);
	b = mempool_alloc(of_bytes, GFP_NOWAIT);
	CHECK(a && b);
	mempool_free(a, of_objects);
	mempool_free(b, of_bytes);
	CHECK(mempool_resize(of_objects, 8) == 0);
	mempool_destroy(of_objects);
	mempool_destroy(of_bytes);
	kmem_cache_destroy(c);
}

static void __init figures(void)
{
	struct sysinfo info;

	si_meminfo(&info);
	CHECK(info.totalram == totalram_pages() && info.freeram <= info.totalram);
	CHECK(nr_free_pages() <= info.totalram && info.totalhigh <= info.totalram);
	CHECK(VMALLOC_START < VMALLOC_END && mem_map);
}

static int __init memory_init(void)
{
	pages();
	references();
	exact();
	kmallocs();
	caches();
	damage();
	vmallocs();
	mapped();
	pools();
	figures();
	return check_result();
}
module_init(memory_init);
MODULE_LICENSE("GPL");
