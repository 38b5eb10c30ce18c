/* SPDX-License-Identifier: MIT */
/*
 * mm/vmalloc.c - areas of contiguous addresses over frames from anywhere
 *
 *   VMALLOC_START                                                        VMALLOC_END
 *    | vmalloc 3 pages |g| ioremap |g|  free  | vmap 2 pages |g| ...  |     g = guard page: a fault
 *         |    |    |
 *       f812  f007  f931     frames, HIGHMEM first: pages[0], pages[1], pages[2]
 *
 * Freeing an area clears its entries and gives back its frames at once, but its addresses only
 * after the TLB has forgotten them. That is done for many areas together:
 *
 *   lazy_areas --> area --> area --> NULL     still in vmalloc_space; when they reach LAZY_MAX pages,
 *                                             or addresses run short: one flush, then all are free
 *
 * A1  inside an area each page of nr_pages is mapped to its frame, its guard page never is
 * A2  addresses outside all areas, and those of lazy areas, are not mapped
 * A3  lazy_pages is the sum over lazy_areas
 *
 * Nothing here but the deferred list is touched by interrupt handlers.
 * Source: Bovet & Cesati, "Understanding the Linux Kernel", "Noncontiguous Memory Area Management".
 */
#include <arch.h>
#include <lib/bug.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <lib/vsprintf.h>
#include <mm/vmalloc.h>
#include "internal.h"

#define CALLER		((unsigned long)__builtin_return_address(0))

/*
 * Pages of addresses that may wait for a flush. More means fewer flushes and a larger tree; from
 * some hundred areas on the share of the flush in the cost of an area no longer shows (`bench`).
 */
#define LAZY_MAX	1024u

/* Single pages up to this many are forgotten one by one; see `bench tlb`. */
#define FLUSH_ALL_FROM	32u

struct vmap_space vmalloc_space;
static struct kmem_cache *vm_cache;
static struct vm_struct *lazy_areas;
static unsigned long lazy_pages, purges;

/* An area that an interrupt handler has freed: the link lies in its first word. */
struct deferred {
	struct deferred *next;
};
static struct deferred *deferred_areas;

static inline struct vm_struct *vm_of(struct vmap_area *area)
{
	return container_of(area, struct vm_struct, area);
}

/* --- page tables ------------------------------------------------------------------------------ */

void flush_tlb_kernel_range(vaddr_t start, vaddr_t end)
{
	if ((end - start) >> PAGE_SHIFT >= FLUSH_ALL_FROM) {
		arch_tlb_flush_windows();
		return;
	}
	for (; start < end; start += PAGE_SIZE)
		arch_tlb_flush_page(start);
}

/* How many of the @nr pages from @va on have their entries in the same table. */
static unsigned int pages_in_span(vaddr_t va, unsigned int nr)
{
	return min_t(unsigned long, nr, (ARCH_PTE_SPAN - va % ARCH_PTE_SPAN) >> PAGE_SHIFT);
}

/* Clear @nr entries; holes are fine. */
static void unmap_range(vaddr_t va, unsigned int nr)
{
	while (nr) {
		unsigned int n = pages_in_span(va, nr);
		pte_t *pte = arch_pte_lookup(va);

		if (pte)
			memset32(pte, 0, n);
		va += n * PAGE_SIZE;
		nr -= n;
	}
}

static int map_pages(vaddr_t va, struct page **pages, unsigned int nr, pgprot_t prot)
{
	while (nr) {
		unsigned int n = pages_in_span(va, nr);
		pte_t *pte = arch_pte_create(va);

		if (!pte)
			return -ENOMEM;
		va += n * PAGE_SIZE;
		nr -= n;
		for (; n; n--)
			*pte++ = arch_pte(page_to_phys(*pages++), prot);
	}
	return 0;
}

static int map_phys(vaddr_t va, phys_addr_t pa, unsigned int nr, pgprot_t prot)
{
	for (; nr; nr--, va += PAGE_SIZE, pa += PAGE_SIZE) {
		pte_t *pte = arch_pte_create(va);

		if (!pte)
			return -ENOMEM;
		*pte = arch_pte(pa, prot);
	}
	return 0;
}

/* --- areas ------------------------------------------------------------------------------------ */

unsigned long vmalloc_purge(void)
{
	unsigned long pages = lazy_pages;
	struct vm_struct *vm = lazy_areas;

	if (!vm)
		return 0;
	arch_tlb_flush_windows();
	lazy_areas = NULL;
	lazy_pages = 0;
	purges++;
	while (vm) {
		struct vm_struct *next = vm->next_lazy;

		vmap_space_free(&vmalloc_space, &vm->area);
		kmem_cache_free(vm_cache, vm);
		vm = next;
	}
	return pages;
}

static struct vm_struct *get_area(unsigned long size, unsigned long align, u32 flags,
				  unsigned long caller)
{
	unsigned long bytes = PAGE_ALIGN(size) + PAGE_SIZE;	/* with its guard page */
	struct vm_struct *vm;

	if (!size || bytes <= size)
		return NULL;
	vm = kmem_cache_alloc(vm_cache, GFP_KERNEL);
	if (!vm)
		return NULL;
	if (vmap_space_alloc(&vmalloc_space, &vm->area, bytes, align) &&
	    (!vmalloc_purge() || vmap_space_alloc(&vmalloc_space, &vm->area, bytes, align))) {
		kmem_cache_free(vm_cache, vm);
		return NULL;
	}
	vm->addr = (void *)vm->area.start;
	vm->size = size;
	vm->flags = flags;
	vm->nr_pages = 0;
	vm->pages = NULL;
	vm->phys_addr = 0;
	vm->caller = caller;
	return vm;
}

static unsigned int mapped_pages(const struct vm_struct *vm)
{
	return (vm->area.end - vm->area.start - PAGE_SIZE) >> PAGE_SHIFT;
}

/* Unmap an area; its addresses and its vm_struct wait for the next purge. */
static void put_area(struct vm_struct *vm)
{
	unsigned int nr = mapped_pages(vm);

	unmap_range(vm->area.start, nr);
	vm->flags = 0;
	vm->next_lazy = lazy_areas;
	lazy_areas = vm;
	lazy_pages += nr + 1;
	if (lazy_pages > LAZY_MAX)
		vmalloc_purge();
}

struct vm_struct *find_vm_area(const void *addr)
{
	struct vmap_area *area = vmap_space_find(&vmalloc_space, (vaddr_t)addr);

	if (!area || !vm_of(area)->flags)
		return NULL;
	return vm_of(area);
}

/* The area that starts at @addr and is of @kind; another address is reported. */
static struct vm_struct *area_to_free(const void *addr, u32 kind, const char *who,
				      unsigned long caller)
{
	struct vm_struct *vm = find_vm_area(addr);

	if (likely(vm && vm->addr == addr && vm->flags & kind))
		return vm;
	WARN(1, "%s(%px), called by %pS: no such area starts there", who, addr, (void *)caller);
	return NULL;
}

struct vm_struct *get_vm_area(unsigned long size, u32 flags)
{
	return get_area(size, PAGE_SIZE, flags, CALLER);
}

int map_vm_area(struct vm_struct *vm, pgprot_t prot, struct page **pages)
{
	int err = map_pages(vm->area.start, pages, mapped_pages(vm), prot);

	if (err)
		unmap_range(vm->area.start, mapped_pages(vm));
	else
		vm->nr_pages = mapped_pages(vm);
	return err;
}

void free_vm_area(struct vm_struct *vm)
{
	put_area(vm);
}

/* --- vmalloc ---------------------------------------------------------------------------------- */

/* The array for @nr page pointers: in the vm_struct, from kmalloc, or an area of its own. */
static struct page **alloc_page_array(struct vm_struct *vm, unsigned int nr)
{
	if (nr == 1)
		return &vm->only_page;
	return kvmalloc(nr * sizeof(struct page *), GFP_KERNEL | __GFP_NOWARN);
}

static void free_page_array(struct vm_struct *vm)
{
	if (vm->pages != &vm->only_page)
		kvfree(vm->pages);
	vm->pages = NULL;
}

/* Frames [from, nr) of @vm->pages. Return: 0 or -ENOMEM, and none of the new ones is kept. */
static int get_frames(struct vm_struct *vm, unsigned int from, unsigned int nr, gfp_t gfp)
{
	if (alloc_pages_bulk(gfp & ~__GFP_ZERO, nr - from, vm->pages + from) != nr - from)
		return -ENOMEM;
	for (unsigned int i = from; i < nr; i++)
		page_set_owner(vm->pages[i], PAGE_OWNER_VMALLOC);
	return 0;
}

static void release_frames(struct vm_struct *vm)
{
	free_pages_bulk(vm->nr_pages, vm->pages);
	vm->nr_pages = 0;
}

static void free_deferred(void);

/* Give back everything that a half-made area has. */
static void *undo_area(struct vm_struct *vm)
{
	if (vm->pages) {
		release_frames(vm);
		free_page_array(vm);
	}
	put_area(vm);
	return NULL;
}

static void *vmalloc_common(unsigned long size, unsigned long align, gfp_t gfp,
			    unsigned long caller)
{
	unsigned long nr = PAGE_ALIGN(size) >> PAGE_SHIFT;
	struct vm_struct *vm;

	if (unlikely(READ_ONCE(deferred_areas)))
		free_deferred();
	if (nr > totalram_pages())
		return NULL;
	vm = get_area(size, max(align, PAGE_SIZE), VM_ALLOC, caller);
	if (!vm)
		return NULL;
	vm->pages = alloc_page_array(vm, nr);
	if (!vm->pages || get_frames(vm, 0, nr, gfp))
		return undo_area(vm);
	vm->nr_pages = nr;
	if (map_pages(vm->area.start, vm->pages, nr, PAGE_KERNEL))
		return undo_area(vm);
	if (gfp & __GFP_ZERO)
		memset(vm->addr, 0, nr * PAGE_SIZE);
	return vm->addr;
}

void *__vmalloc_node(unsigned long size, unsigned long align, gfp_t gfp, int node __maybe_unused,
		     const void *caller)
{
	if (align & (align - 1))
		return NULL;
	return vmalloc_common(size, align, gfp, (unsigned long)caller);
}

void *__vmalloc(unsigned long size, gfp_t gfp)
{
	return vmalloc_common(size, PAGE_SIZE, gfp, CALLER);
}

void *vmalloc(unsigned long size)
{
	return vmalloc_common(size, PAGE_SIZE, GFP_HIGHUSER, CALLER);
}

void *vzalloc(unsigned long size)
{
	return vmalloc_common(size, PAGE_SIZE, GFP_HIGHUSER | __GFP_ZERO, CALLER);
}

void *vmalloc_32(unsigned long size)
{
	return vmalloc_common(size, PAGE_SIZE, GFP_KERNEL, CALLER);
}

static void free_area(const void *addr, unsigned long caller)
{
	struct vm_struct *vm = area_to_free(addr, VM_ALLOC, "vfree", caller);

	if (!vm)
		return;
	release_frames(vm);
	free_page_array(vm);
	put_area(vm);
}

/* Free what interrupt handlers have noted. */
static void free_deferred(void)
{
	unsigned long flags = arch_irq_save();
	struct deferred *area = deferred_areas;

	deferred_areas = NULL;
	arch_irq_restore(flags);
	while (area) {
		struct deferred *next = area->next;

		free_area(area, CALLER);
		area = next;
	}
}

void vfree(const void *addr)
{
	struct deferred *area = (struct deferred *)addr;

	if (!addr)
		return;
	if (unlikely(arch_in_irq())) {
		area->next = deferred_areas;
		deferred_areas = area;
		return;
	}
	if (unlikely(READ_ONCE(deferred_areas)))
		free_deferred();
	free_area(addr, CALLER);
}

/* --- vrealloc --------------------------------------------------------------------------------- */

/* Make room for @nr pages behind what @vm has, without moving it. */
static int grow_in_place(struct vm_struct *vm, unsigned int nr, gfp_t gfp)
{
	unsigned long old_end = vm->area.end;
	unsigned int old_nr = vm->nr_pages;
	struct page **pages;

	if (vmap_space_resize(&vmalloc_space, &vm->area, vm->area.start + (nr + 1) * PAGE_SIZE))
		return -ENOMEM;
	pages = kvmalloc(nr * sizeof(*pages), GFP_KERNEL | __GFP_NOWARN);
	if (!pages)
		goto no_array;
	memcpy(pages, vm->pages, old_nr * sizeof(*pages));
	swap(pages, vm->pages);
	if (get_frames(vm, old_nr, nr, gfp))
		goto no_frames;
	if (map_pages(old_end - PAGE_SIZE, vm->pages + old_nr, nr - old_nr, PAGE_KERNEL))
		goto no_tables;
	if (pages != &vm->only_page)
		kvfree(pages);
	vm->nr_pages = nr;
	if (gfp & __GFP_ZERO)
		memset((void *)(old_end - PAGE_SIZE), 0, (nr - old_nr) * PAGE_SIZE);
	return 0;

no_tables:
	unmap_range(old_end - PAGE_SIZE, nr - old_nr);
	flush_tlb_kernel_range(old_end - PAGE_SIZE, vm->area.end);
	free_pages_bulk(nr - old_nr, vm->pages + old_nr);
no_frames:
	swap(pages, vm->pages);
	kvfree(pages);
no_array:
	vmap_space_resize(&vmalloc_space, &vm->area, old_end);
	return -ENOMEM;
}

void *vrealloc(const void *addr, unsigned long size, gfp_t gfp)
{
	unsigned long nr = PAGE_ALIGN(size) >> PAGE_SHIFT;
	struct vm_struct *vm;
	void *new;

	if (!addr)
		return vmalloc_common(size, PAGE_SIZE, gfp, CALLER);
	if (!size) {
		vfree(addr);
		return NULL;
	}
	vm = area_to_free(addr, VM_ALLOC, "vrealloc", CALLER);
	if (!vm || nr > totalram_pages())
		return NULL;
	if (nr <= vm->nr_pages || !grow_in_place(vm, nr, gfp)) {
		if (gfp & __GFP_ZERO && size > vm->size)
			memset((char *)addr + vm->size, 0, nr * PAGE_SIZE - vm->size);
		vm->size = size;
		return (void *)addr;
	}
	new = vmalloc_common(size, PAGE_SIZE, gfp, CALLER);
	if (!new)
		return NULL;
	memcpy(new, addr, vm->size);
	vfree(addr);
	return new;
}

/* --- mapping what is there -------------------------------------------------------------------- */

void *vmap(struct page **pages, unsigned int count, u32 flags, pgprot_t prot)
{
	struct vm_struct *vm;

	if (!count || count > totalram_pages())
		return NULL;
	vm = get_area((unsigned long)count << PAGE_SHIFT, PAGE_SIZE, flags | VM_MAP, CALLER);
	if (!vm)
		return NULL;
	if (map_vm_area(vm, prot, pages)) {
		put_area(vm);
		return NULL;
	}
	return vm->addr;
}

void vunmap(const void *addr)
{
	struct vm_struct *vm = addr ? area_to_free(addr, VM_MAP, "vunmap", CALLER) : NULL;

	if (vm)
		put_area(vm);
}

/* Does [phys, last] touch a frame that the buddy lists manage? Two users would cache it differently. */
static bool is_managed_ram(phys_addr_t phys, phys_addr_t last)
{
	for (pfn_t pfn = phys_to_pfn(phys); pfn <= phys_to_pfn(last) && pfn_valid(pfn); pfn++) {
		const struct page *block = page_block(pfn);

		if (block && block->state != PAGE_HOLE && block->state != PAGE_RESERVED)
			return true;
	}
	return false;
}

void *ioremap(phys_addr_t phys, unsigned long size)
{
	phys_addr_t last = phys + size - 1;
	phys_addr_t first = phys & PAGE_MASK;
	struct vm_struct *vm;

	if (!size || last < phys || is_managed_ram(phys, last))
		return NULL;
	vm = get_area(PAGE_ALIGN(last + 1 - first), PAGE_SIZE, VM_IOREMAP, CALLER);
	if (!vm)
		return NULL;
	vm->phys_addr = phys;
	if (map_phys(vm->area.start, first, mapped_pages(vm), PAGE_KERNEL_NOCACHE)) {
		put_area(vm);
		return NULL;
	}
	return (char *)vm->addr + offset_in_page(phys);
}

void iounmap(const void *addr)
{
	const void *start = (const void *)((vaddr_t)addr & PAGE_MASK);
	struct vm_struct *vm = addr ? area_to_free(start, VM_IOREMAP, "iounmap", CALLER) : NULL;

	if (vm)
		put_area(vm);
}

/* --- looking ---------------------------------------------------------------------------------- */

struct page *vmalloc_to_page(const void *addr)
{
	pfn_t pfn = vmalloc_to_pfn(addr);

	return pfn && pfn_valid(pfn) ? pfn_to_page(pfn) : NULL;
}

pfn_t vmalloc_to_pfn(const void *addr)
{
	phys_addr_t pa;

	if (!is_vmalloc_addr(addr) || !arch_translate((vaddr_t)addr, &pa))
		return 0;
	return phys_to_pfn(pa);
}

bool vmalloc_describe(vaddr_t addr, char *text, size_t size)
{
	struct vmap_area *area;
	const struct vm_struct *vm;

	if (!is_vmalloc_addr((void *)addr))
		return false;
	area = vmap_space_find(&vmalloc_space, addr);
	if (!area) {
		scnprintf(text, size, "in the vmalloc window, where no area is");
		return true;
	}
	vm = vm_of(area);
	if (!vm->flags)
		scnprintf(text, size, "%lu bytes into a freed vmalloc area of %lu bytes made by %pS",
			  addr - area->start, vm->size, (void *)vm->caller);
	else if (addr - area->start >= vm->size)
		scnprintf(text, size,
			  "%lu bytes past the end of the vmalloc area of %lu bytes made by %pS",
			  addr - area->start - vm->size, vm->size, (void *)vm->caller);
	else
		scnprintf(text, size, "%lu bytes into the vmalloc area of %lu bytes made by %pS",
			  addr - area->start, vm->size, (void *)vm->caller);
	return true;
}

void vmalloc_get_info(struct vmalloc_info *info)
{
	*info = (struct vmalloc_info) {
		.total = VMALLOC_END - VMALLOC_START, .used = vmalloc_space.used,
		.largest = vmap_space_largest(&vmalloc_space), .lazy_pages = lazy_pages,
		.nr_areas = vmalloc_space.nr, .purges = purges,
	};
}

/* --- kvmalloc --------------------------------------------------------------------------------- */

void *kvmalloc(size_t size, gfp_t gfp)
{
	void *p;

	if (size <= PAGE_SIZE)
		return kmalloc(size, gfp);
	p = kmalloc(size, gfp | __GFP_NOWARN | __GFP_NORETRY);
	return p ? p : vmalloc_common(size, PAGE_SIZE, gfp | __GFP_HIGHMEM, CALLER);
}

void kvfree(const void *addr)
{
	if (is_vmalloc_addr(addr))
		vfree(addr);
	else
		kfree(addr);
}

/* --- stage ------------------------------------------------------------------------------------ */

void __init vmalloc_init(void)
{
	vm_cache = kmem_cache_create("vm_struct", sizeof(struct vm_struct), 0, SLAB_PANIC, NULL);
	vmap_space_init(&vmalloc_space, VMALLOC_START, VMALLOC_END);
	pr_info("vmalloc: %lu MiB of addresses, 0x%08lx - 0x%08lx, two guard pages below the fixmap\n",
		(VMALLOC_END - VMALLOC_START) >> 20, VMALLOC_START, VMALLOC_END);
}

/* A1 for one area. */
static bool area_is_mapped_right(const struct vm_struct *vm)
{
	phys_addr_t pa;

	for (unsigned int i = 0; vm->pages && i < vm->nr_pages; i++)
		if (!arch_translate(vm->area.start + i * PAGE_SIZE, &pa) ||
		    pa != page_to_phys(vm->pages[i]))
			return false;
	return !arch_translate(vm->area.end - PAGE_SIZE, &pa);
}

static bool range_is_unmapped(vaddr_t start, vaddr_t end)
{
	phys_addr_t pa;

	for (; start < end; start += PAGE_SIZE)
		if (arch_translate(start, &pa))
			return false;
	return true;
}

int vmalloc_check(void)
{
	int rule = vmap_space_check(&vmalloc_space);
	unsigned long pages = 0;
	struct vmap_area *area;

	if (rule)
		return rule;
	list_for_each_entry(area, &vmalloc_space.areas, list) {
		if (!range_is_unmapped(area->start - area->gap, area->start))
			return 12;
		if (area == &vmalloc_space.last_gap)
			break;
		if (vm_of(area)->flags ? !area_is_mapped_right(vm_of(area)) :
					 !range_is_unmapped(area->start, area->end))
			return vm_of(area)->flags ? 11 : 12;
	}
	for (const struct vm_struct *vm = lazy_areas; vm; vm = vm->next_lazy)
		pages += mapped_pages(vm) + 1;
	return pages == lazy_pages ? 0 : 13;
}
