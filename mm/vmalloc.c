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
 * after the TLB has forgotten them. That is done for many areas together, and until then they wait:
 *
 *   lazy_areas[0] --> 40 pages --> 17 pages --> NULL  larger ones
 *   lazy_areas[1] --> 1 page --> 1 page --> 1 page    by size: whoever wants as many pages gets the
 *             ...                                     same area back, and only its few pages are
 *   lazy_areas[16] --> 16 pages --> NULL              forgotten, one by one; no tree is touched
 *
 * All of them are still in vmalloc_space. When they reach lazy_max pages, or addresses run short, one
 * flush of the TLB frees them all: a purge.
 *
 * A1  each page of a vmalloc() area is mapped to its frame, which is handed out to it and leads back to
 *     the vm_struct (page->private, so that vfree() needs no search); guard pages are never mapped
 * A2  addresses outside all areas, and those of lazy areas, are not mapped
 * A3  vmalloc_lazy_pages is the sum over lazy_areas, guard pages included, and nr_lazy their number
 *
 * Nothing here but the deferred list is touched by interrupt handlers.
 * Source: Bovet & Cesati, "Understanding the Linux Kernel", "Noncontiguous Memory Area Management";
 * Bonwick & Adams, "Magazines and Vmem" (2001), "Quantum Caching".
 */
#include <arch.h>
#include <lib/bug.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/kstrtox.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <lib/string_words.h>
#include <lib/vsprintf.h>
#include <mm/ledger.h>
#include <mm/vmalloc.h>
#include "explain.h"
#include "internal.h"

#define CALLER		((unsigned long)__builtin_return_address(0))

/*
 * Pages of addresses that may wait for a purge. A purge costs one flush and what the TLB then has to
 * learn again; the more areas share it the better, but twice as many spare only half of what is left.
 * docs/06-highmem-vmalloc.md has the figures for limits from 64 to 8192 pages (vmalloc_lazy=); 4096 are
 * 16 MiB of the 96 MiB that vmalloc has at the least. Small machines keep an eighth of their RAM's
 * count, since each waiting area holds a struct vm_struct.
 */
#define LAZY_MAX	4096u

/* Areas of up to so many pages are kept by size. More than that are forgotten in one go anyway. */
#define LAZY_SIZES	16u

struct vmap_space vmalloc_space;
static struct kmem_cache *vm_cache;
static struct vm_struct *lazy_areas[LAZY_SIZES + 1];
static unsigned long lazy_max = LAZY_MAX, purges;
static unsigned long nr_lazy;		/* areas on all lists */
unsigned long vmalloc_lazy_pages;

/* An area that an interrupt handler has freed: what is left to do lies in its first words. */
struct deferred {
	struct deferred *next;
	unsigned long caller;
};
static struct deferred *deferred_areas;

static int set_lazy_max(const char *value)
{
	return kstrtoul(value, 0, &lazy_max);
}
early_param("vmalloc_lazy", set_lazy_max);

static inline struct vm_struct *vm_of(struct vmap_area *area)
{
	return container_of(area, struct vm_struct, area);
}

/* --- page tables ------------------------------------------------------------------------------ */

void flush_tlb_kernel_range(vaddr_t start, vaddr_t end)
{
	arch_tlb_flush_range(start, end);
}

/* How many of the @nr pages from @va on have their entries in the same table. */
static inline unsigned int pages_in_span(vaddr_t va, unsigned int nr)
{
	return min_t(unsigned long, nr, (ARCH_PTE_SPAN - va % ARCH_PTE_SPAN) >> PAGE_SHIFT);
}

/* The table that was used last: the next area is mostly there too, and tables stay. */
static struct {
	vaddr_t start;
	pte_t *entries;			/* of the page at start; NULL: none used so far */
} last_table;

/* The entry of @va, whose table is made if need be; NULL: no page for it. */
static inline pte_t *get_pte(vaddr_t va)
{
	pte_t *pte;

	if (likely(va - last_table.start < ARCH_PTE_SPAN && last_table.entries))
		return last_table.entries + (va - last_table.start) / PAGE_SIZE;
	pte = arch_pte_create(va);
	if (pte) {
		last_table.start = va & -ARCH_PTE_SPAN;
		last_table.entries = pte - (va - last_table.start) / PAGE_SIZE;
	}
	return pte;
}

/* Clear @nr entries; holes are fine. */
static void unmap_range(vaddr_t va, unsigned int nr)
{
	while (nr) {
		unsigned int n = pages_in_span(va, nr);
		pte_t *pte = arch_pte_lookup(va);

		if (pte)
			fill_words(pte, 0, n);
		va += n * PAGE_SIZE;
		nr -= n;
	}
}

static int map_pages(vaddr_t va, struct page **pages, unsigned int nr, pgprot_t prot)
{
	while (nr) {
		unsigned int n = pages_in_span(va, nr);
		pte_t *pte = get_pte(va);

		if (!pte)
			return -ENOMEM;
		va += n * PAGE_SIZE;
		nr -= n;
		do
			*pte++ = arch_pte(page_to_phys(*pages++), prot);
		while (--n);
	}
	return 0;
}

static int map_phys(vaddr_t va, phys_addr_t pa, unsigned int nr, pgprot_t prot)
{
	for (; nr; nr--, va += PAGE_SIZE, pa += PAGE_SIZE) {
		pte_t *pte = get_pte(va);

		if (!pte)
			return -ENOMEM;
		*pte = arch_pte(pa, prot);
	}
	return 0;
}

/* --- areas ------------------------------------------------------------------------------------ */

/* The pages that an area can map: all but its guard page. */
static unsigned int mapped_pages(const struct vm_struct *vm)
{
	return (vm->area.end - vm->area.start - PAGE_SIZE) >> PAGE_SHIFT;
}

/* The list on which an area of @nr pages waits. */
static struct vm_struct **lazy_list(unsigned int nr)
{
	return &lazy_areas[nr <= LAZY_SIZES ? nr : 0];
}

static void drop_area(struct vmap_area *area)
{
	kmem_cache_free(vm_cache, vm_of(area));
}

static bool area_is_live(struct vmap_area *area)
{
	return vm_of(area)->flags;
}

/* Take the areas of a list out of the tree, one by one. */
static void purge_list(const struct vm_struct *vm)
{
	while (vm) {
		struct vmap_area *area = (struct vmap_area *)&vm->area;

		vm = vm->next_lazy;
		vmap_space_free(&vmalloc_space, area);
		drop_area(area);
	}
}

/* When most areas go, it costs less to plant the rest anew. */
static void purge_areas(void)
{
	if (nr_lazy > vmalloc_space.nr / 2)
		vmap_space_keep(&vmalloc_space, area_is_live, drop_area);
	else
		for (unsigned int i = 0; i <= LAZY_SIZES; i++)
			purge_list(lazy_areas[i]);
	memset(lazy_areas, 0, sizeof(lazy_areas));
	nr_lazy = 0;
}

unsigned long vmalloc_purge(void)
{
	unsigned long pages = vmalloc_lazy_pages;

	if (!pages)
		return 0;
	arch_tlb_flush_windows();
	purge_areas();
	vmalloc_lazy_pages = 0;
	purges++;
	trace_event(EVENT_VM_PURGE, 0, pages, 0);
	if (tracing(TRACE_VMALLOC))
		explain_vm_purge(pages);
	return pages;
}

/* An area of @nr pages that waits for the next purge, with its pages forgotten; or NULL. */
static struct vm_struct *take_lazy(unsigned int nr)
{
	struct vm_struct **list = lazy_list(nr), *vm = *list;

	if (list == lazy_areas || !vm)
		return NULL;
	*list = vm->next_lazy;
	vmalloc_lazy_pages -= nr + 1;
	nr_lazy--;
	arch_tlb_flush_range(vm->area.start, vm->area.end - PAGE_SIZE);
	return vm;
}

/* Find room for @bytes, with a purge if there is none. */
static struct vm_struct *make_area(unsigned long bytes, unsigned long align)
{
	struct vm_struct *vm = kmem_cache_alloc(vm_cache, GFP_KERNEL);

	if (!vm)
		return NULL;
	if (vmap_space_alloc(&vmalloc_space, &vm->area, bytes, align) &&
	    (!vmalloc_purge() || vmap_space_alloc(&vmalloc_space, &vm->area, bytes, align))) {
		kmem_cache_free(vm_cache, vm);
		return NULL;
	}
	if (tracing(TRACE_VMALLOC))
		explain_vm_area(&vmalloc_space, &vm->area);
	vm->addr = (void *)vm->area.start;
	return vm;
}

static struct vm_struct *get_area(unsigned long size, unsigned long align, u32 flags,
				  unsigned long caller)
{
	unsigned long bytes = PAGE_ALIGN(size) + PAGE_SIZE;	/* with its guard page */
	struct vm_struct *vm = NULL;

	if (!size || bytes <= size)
		return NULL;
	if (align == PAGE_SIZE)
		vm = take_lazy(bytes / PAGE_SIZE - 1);
	if (!vm)
		vm = make_area(bytes, align);
	if (!vm)
		return NULL;
	vm->size = size;
	vm->flags = flags;
	vm->nr_pages = 0;
	vm->pages = NULL;
	vm->phys_addr = 0;
	vm->caller = caller;
	return vm;
}

/* Unmap an area; its addresses and its vm_struct wait for the next purge. */
static void put_area(struct vm_struct *vm)
{
	unsigned int nr = mapped_pages(vm);
	struct vm_struct **list = lazy_list(nr);

	unmap_range(vm->area.start, nr);
	vm->flags = 0;
	vm->next_lazy = *list;
	*list = vm;
	vmalloc_lazy_pages += nr + 1;
	nr_lazy++;
	if (tracing(TRACE_VMALLOC))
		explain_vm_free(&vm->area, vmalloc_lazy_pages);
	if (vmalloc_lazy_pages > lazy_max)
		vmalloc_purge();
}

struct vm_struct *find_vm_area(const void *addr)
{
	struct vmap_area *area = vmap_space_find(&vmalloc_space, (vaddr_t)addr);

	if (!area || !vm_of(area)->flags)
		return NULL;
	return vm_of(area);
}

static noinline __cold struct vm_struct *no_such_area(const void *addr, const char *who,
						      unsigned long caller)
{
	WARN(1, "%s(%px), called by %pS: no such area starts there", who, addr, (void *)caller);
	return NULL;
}

/* The area that starts at @addr and is of @kind; another address is reported. */
static struct vm_struct *area_to_unmap(const void *addr, u32 kind, const char *who,
				       unsigned long caller)
{
	struct vm_struct *vm = find_vm_area(addr);

	return vm && vm->addr == addr && vm->flags & kind ? vm : no_such_area(addr, who, caller);
}

/* The same for vmalloc(): no search, for the frame that is mapped there leads to its area. */
static struct vm_struct *area_to_free(const void *addr, const char *who, unsigned long caller)
{
	const pte_t *pte = is_vmalloc_addr(addr) ? arch_pte_lookup((vaddr_t)addr) : NULL;
	const struct page *page;
	struct vm_struct *vm;

	if (unlikely(!pte || !*pte || !pfn_valid(phys_to_pfn(*pte))))
		return no_such_area(addr, who, caller);
	page = phys_to_page(*pte);
	vm = (struct vm_struct *)page->private;
	if (unlikely(page->owner != PAGE_OWNER_VMALLOC || vm->addr != addr))
		return no_such_area(addr, who, caller);
	return vm;
}

struct vm_struct *get_vm_area(unsigned long size, u32 flags)
{
	return get_area(size, PAGE_SIZE, flags ? flags : VM_MAP, CALLER);
}

int map_vm_area(struct vm_struct *vm, pgprot_t prot, struct page **pages)
{
	int err = map_pages(vm->area.start, pages, mapped_pages(vm), prot);

	if (err) {
		unmap_range(vm->area.start, mapped_pages(vm));
		flush_tlb_kernel_range(vm->area.start, vm->area.end);
		return err;
	}
	vm->nr_pages = mapped_pages(vm);
	return 0;
}

void free_vm_area(struct vm_struct *vm)
{
	put_area(vm);
}

/* --- vmalloc ---------------------------------------------------------------------------------- */

/* @page is part of @vm from now on: A1. */
static inline void own_frame(struct page *page, struct vm_struct *vm)
{
	page_set_owner(page, PAGE_OWNER_VMALLOC);
	page->private = (unsigned long)vm;
}

/* Frames [from, nr) of @vm->pages. Return: 0 or -ENOMEM, and none of the new ones is kept. */
static int get_frames(struct vm_struct *vm, unsigned int from, unsigned int nr, gfp_t gfp)
{
	if (alloc_pages_bulk(gfp & ~__GFP_ZERO, nr - from, vm->pages + from) != nr - from)
		return -ENOMEM;
	for (struct page **page = vm->pages + from, **end = vm->pages + nr; page < end; page++)
		own_frame(*page, vm);
	return 0;
}

/*
 * Frames for a new area of @nr pages, mapped. Their array comes from kmalloc or is an area of its own.
 * Return: 0 or -ENOMEM; what it has then is for undo_area().
 */
static int fill_area(struct vm_struct *vm, unsigned int nr, gfp_t gfp)
{
	vm->pages = kvmalloc(nr * sizeof(struct page *), GFP_KERNEL | __GFP_NOWARN);
	if (!vm->pages || get_frames(vm, 0, nr, gfp))
		return -ENOMEM;
	vm->nr_pages = nr;
	return map_pages(vm->area.start, vm->pages, nr, PAGE_KERNEL);
}

/* The same for one page, the commonest size by far: no array, no loops. */
static int fill_one_page(struct vm_struct *vm, gfp_t gfp)
{
	pte_t *pte = get_pte(vm->area.start);
	struct page *page = pte ? alloc_page(gfp & ~(__GFP_ZERO | __GFP_COMP)) : NULL;

	if (!page)
		return -ENOMEM;
	own_frame(page, vm);
	*pte = arch_pte(page_to_phys(page), PAGE_KERNEL);
	vm->only_page = page;
	vm->pages = &vm->only_page;
	vm->nr_pages = 1;
	return 0;
}

static void release_frames(struct vm_struct *vm)
{
	if (vm->pages == &vm->only_page) {
		__free_page(vm->only_page);
	} else {
		free_pages_bulk(vm->nr_pages, vm->pages);
		kvfree(vm->pages);
	}
	vm->nr_pages = 0;
	vm->pages = NULL;
}

static void free_deferred(void);

/* Give back everything that a half-made area has. */
static void *undo_area(struct vm_struct *vm)
{
	unmap_range(vm->area.start, mapped_pages(vm));
	if (vm->pages)
		release_frames(vm);
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
	if (nr > mem_map_end)			/* more than there are frames: do not even begin */
		return NULL;
	vm = get_area(size, max(align, PAGE_SIZE), VM_ALLOC, caller);
	if (!vm)
		return NULL;
	if (nr == 1 ? fill_one_page(vm, gfp) : fill_area(vm, nr, gfp))
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
	struct vm_struct *vm = area_to_free(addr, "vfree", caller);

	if (!vm)
		return;
	release_frames(vm);
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

		vmalloc_to_page(area)->flags = 0;
		free_area(area, area->caller);
		area = next;
	}
}

/*
 * In an interrupt handler the tree may be half changed, so only the page tables are asked whether
 * @area can be one; the rest comes out when it is freed. A flag on its first frame keeps an area from
 * being noted twice.
 */
static void defer_free(struct deferred *area, unsigned long caller)
{
	unsigned long flags = arch_irq_save();
	struct page *page = vmalloc_to_page(area);

	if (WARN(!page || offset_in_page(area) || page->owner != PAGE_OWNER_VMALLOC || page->flags,
		 "vfree(%px), called by %pS in an interrupt: no area, or freed before", area,
		 (void *)caller)) {
		arch_irq_restore(flags);
		return;
	}
	page->flags = PAGE_FLAG_DEFERRED;
	area->caller = caller;
	area->next = deferred_areas;
	deferred_areas = area;
	arch_irq_restore(flags);
}

void vfree(const void *addr)
{
	if (!addr)
		return;
	if (unlikely(arch_in_irq())) {
		defer_free((struct deferred *)addr, CALLER);
		return;
	}
	if (unlikely(READ_ONCE(deferred_areas)))
		free_deferred();
	free_area(addr, CALLER);
}

/* --- vrealloc --------------------------------------------------------------------------------- */

/* Move the end of @vm; areas behind it that only wait for a purge are no obstacle. */
static int resize_area(struct vm_struct *vm, unsigned long end)
{
	int err = vmap_space_resize(&vmalloc_space, &vm->area, end);

	if (err && vmalloc_purge())
		err = vmap_space_resize(&vmalloc_space, &vm->area, end);
	return err;
}

/* Make room for @nr pages behind what @vm has, without moving it. */
static int grow_in_place(struct vm_struct *vm, unsigned int nr, gfp_t gfp)
{
	unsigned long old_end = vm->area.end;
	unsigned int old_nr = vm->nr_pages;
	struct page **pages;

	if (resize_area(vm, vm->area.start + (nr + 1) * PAGE_SIZE))
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
	vm = area_to_free(addr, "vrealloc", CALLER);
	if (!vm || nr > mem_map_end)
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

	if (!count || count > mem_map_end)
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
	struct vm_struct *vm = addr ? area_to_unmap(addr, VM_MAP, "vunmap", CALLER) : NULL;

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
	struct vm_struct *vm = addr ? area_to_unmap(start, VM_IOREMAP, "iounmap", CALLER) : NULL;

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
	unsigned long at;

	if (!vm_cache || !is_vmalloc_addr((void *)addr))	/* too early, or elsewhere */
		return false;
	area = vmap_space_find(&vmalloc_space, addr);
	if (!area) {
		scnprintf(text, size, "where no area is");
		return true;
	}
	vm = vm_of(area);
	at = addr - area->start;
	scnprintf(text, size, "%lu bytes %s the %s area of %lu bytes made by %pS",
		  at < vm->size ? at : at - vm->size,
		  at < vm->size ? "into" : "past the end of",
		  vm->flags ? vm_kind_name(vm->flags) : "freed", vm->size, (void *)vm->caller);
	return true;
}

const char *vm_kind_name(u32 flags)
{
	return flags & VM_IOREMAP ? "ioremap" : flags & VM_ALLOC ? "vmalloc" : "vmap";
}

void vmalloc_for_each(void (*show)(const struct vm_struct *vm))
{
	struct vmap_area *area;

	for_each_vmap_area(area, &vmalloc_space)
		show(vm_of(area));
}

/* Frames that areas hold. Those of vmap() and ioremap() are somebody else's, and counted there. */
static unsigned long vmalloc_frames(void)
{
	unsigned long frames = 0;
	struct vmap_area *area;

	for_each_vmap_area(area, &vmalloc_space)
		if (vm_of(area)->flags & VM_ALLOC)
			frames += vm_of(area)->nr_pages;
	return frames;
}

static void print_frames_by_area(void)
{
	struct vmap_area *area;

	for_each_vmap_area(area, &vmalloc_space)
		if (vm_of(area)->flags & VM_ALLOC)
			pr_info("      0x%08lx %8u frames, for %pS\n", area->start,
				vm_of(area)->nr_pages, (void *)vm_of(area)->caller);
}

void vmalloc_get_info(struct vmalloc_info *info)
{
	*info = (struct vmalloc_info) {
		.total = VMALLOC_END - VMALLOC_START, .used = vmalloc_space.used,
		.largest = vmap_space_largest(&vmalloc_space), .lazy_pages = vmalloc_lazy_pages,
		.nr_areas = vmalloc_space.nr, .frames = vmalloc_frames(), .purges = purges,
	};
}

/* --- kvmalloc --------------------------------------------------------------------------------- */

void *kvmalloc_large(size_t size, gfp_t gfp)
{
	void *p = kmalloc(size, gfp | __GFP_NOWARN | __GFP_NORETRY);

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
	static struct ledger_holder books = {
		.owner = PAGE_OWNER_VMALLOC, .frames = vmalloc_frames, .print = print_frames_by_area,
		.check = vmalloc_check,
	};

	vm_cache = kmem_cache_create("vm_struct", sizeof(struct vm_struct), 0, SLAB_PANIC, NULL);
	vmap_space_init(&vmalloc_space, VMALLOC_START, VMALLOC_END);
	lazy_max = min(lazy_max, totalram_pages() / 8);
	ledger_register(&books);
	layout_print(printk);
	pr_info("vmalloc: %lu MiB of addresses end two guard pages below the fixmap; "
		"purge after %lu pages\n", (VMALLOC_END - VMALLOC_START) >> 20, lazy_max);
}

/* --- checking --------------------------------------------------------------------------------- */

/* A1 for one area. */
static bool area_is_mapped_right(const struct vm_struct *vm)
{
	phys_addr_t pa;

	for (unsigned int i = 0; vm->pages && i < vm->nr_pages; i++)
		if (!arch_translate(vm->area.start + i * PAGE_SIZE, &pa) ||
		    pa != page_to_phys(vm->pages[i]) || !page_is_used(vm->pages[i]) ||
		    vm->pages[i]->owner != PAGE_OWNER_VMALLOC ||
		    vm->pages[i]->private != (unsigned long)vm)
			return false;
	return !arch_translate(vm->area.end - PAGE_SIZE, &pa);
}

/* Where there is no table, 4 MiB are seen at once: the window is looked through at each boot. */
static bool range_is_unmapped(vaddr_t start, vaddr_t end)
{
	for (unsigned long n; start < end; start += n * PAGE_SIZE) {
		const pte_t *pte = arch_pte_lookup(start);

		n = pages_in_span(start, (end - start) >> PAGE_SHIFT);
		if (pte && memchr_inv(pte, 0, n * sizeof(*pte)))
			return false;
	}
	return true;
}

/* A3 */
static bool lazy_sums_are_right(void)
{
	unsigned long pages = 0, nr = 0;

	for (unsigned int i = 0; i <= LAZY_SIZES; i++)
		for (const struct vm_struct *vm = lazy_areas[i]; vm; vm = vm->next_lazy) {
			pages += mapped_pages(vm) + 1;
			nr++;
		}
	return pages == vmalloc_lazy_pages && nr == nr_lazy;
}

/* A1 and A2 for an area, or for the addresses before it. Return: 0, or the rule that is broken. */
static int check_area(const struct vm_struct *vm)
{
	if (vm->flags)
		return area_is_mapped_right(vm) ? 0 : 1;
	return range_is_unmapped(vm->area.start, vm->area.end) ? 0 : 2;
}

int vmalloc_check(void)
{
	int rule = vmap_space_check(&vmalloc_space);
	struct vmap_area *area;

	if (rule)
		return rule;
	list_for_each_entry(area, &vmalloc_space.areas, list) {
		if (!range_is_unmapped(area->start - area->gap, area->start))
			return VMALLOC_RULE_BASE + 2;
		if (area == &vmalloc_space.last_gap)
			break;
		rule = check_area(vm_of(area));
		if (rule)
			return VMALLOC_RULE_BASE + rule;
	}
	return lazy_sums_are_right() ? 0 : VMALLOC_RULE_BASE + 3;
}
