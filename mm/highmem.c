/* SPDX-License-Identifier: MIT */
/*
 * mm/highmem.c - windows onto frames that have no address: kmap, kmap_local_page, the fixmap
 *
 * The kmap window has LAST_PKMAP slots of a page, each with a count:
 *
 *   slot     0     1     2     3     4   ...   1023
 *   count  | 2  |  1  |  1  |  3  |  0  | ... |  0  |
 *            |     |           |     \-- free: not mapped, and no TLB knows it
 *            |     |           \-------- mapped twice
 *            |     \-------------------- nobody uses it, but its entry is still there: the same page
 *            \ mapped once               gets it back for the price of a count
 *                                 ^ last_slot: the search for a 0 goes on from here
 *
 * When the search comes round, all slots that count 1 become 0, with one TLB flush for all of them.
 * hash[] leads from a page to its slot:
 *
 *   hash[h] --> slot 3 --> slot 17 --> NO_SLOT          chained through slot[].next
 *
 * kmap_local_page() uses KM_MAX_IDX slots of the fixmap as a stack; an interrupt handler that maps
 * something has unmapped it before it returns, so depth is right again for whom it interrupted.
 *
 * K1  count 0: entry empty, no page, on no chain. Else: the entry maps the page's frame
 * K2  a page with a slot is on the chain of its hash, once, and is a HIGHMEM page
 * K3  fixmap slots from depth on are empty
 * K4  the number of slots with count 0 is nr_free
 *
 * Source: Bovet & Cesati, "Understanding the Linux Kernel", "Kernel Mappings of High-Memory Page Frames".
 */
#include <arch.h>
#include <lib/bug.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <mm/gfp.h>
#include <mm/highmem.h>

#define HASH_SIZE	2048u		/* twice the slots: chains of one, mostly */
#define NO_SLOT		0xFFFFu

struct pkmap_slot {
	struct page *page;
	u16 count;
	u16 next;			/* of the chain */
};

struct pkmap {
	struct pkmap_slot slot[LAST_PKMAP];
	u16 hash[HASH_SIZE];
};

static struct pkmap *pkmap;		/* NULL: no HIGHMEM, no window */
static pte_t *pkmap_pte;		/* of slot 0 */
static unsigned int last_slot, nr_free;
unsigned long pkmap_flushes;

static pte_t *fixmap_pte;		/* of fixmap slot 0; slot 1 is one entry before it */
static unsigned int local_depth;

/* --- fixmap ---------------------------------------------------------------------------------- */

static pte_t *fix_pte(unsigned int slot)
{
	return arch_pte_lookup(fix_to_virt(slot));
}

void __set_fixmap(unsigned int slot, phys_addr_t pa, u32 bits)
{
	BUG_ON(offset_in_page(pa));
	*fix_pte(slot) = arch_pte(pa, bits);
	arch_tlb_flush_page(fix_to_virt(slot));
}

void clear_fixmap(unsigned int slot)
{
	*fix_pte(slot) = 0;
	arch_tlb_flush_page(fix_to_virt(slot));
}

/* --- kmap_local_page: a stack of fixmap slots ------------------------------------------------- */

void *FASTCALL kmap_local_high(struct page *page)
{
	unsigned int slot = local_depth++;	/* first: an interrupt handler then uses the next */

	if (unlikely(slot >= KM_MAX_IDX))
		panic("kmap_local_page is nested deeper than %u.", KM_MAX_IDX);
	*(fixmap_pte - slot) = arch_pte(page_to_phys(page), ARCH_PTE_KERNEL);
	barrier();
	return (void *)__fix_to_virt(FIX_KMAP_BEGIN + slot);
}

void FASTCALL kunmap_local_high(const void *address)
{
	unsigned int slot = local_depth - 1;
	vaddr_t top = __fix_to_virt(FIX_KMAP_BEGIN + slot);

	if (unlikely(((vaddr_t)address & PAGE_MASK) != top || slot >= KM_MAX_IDX)) {
		WARN(1, "kunmap_local(%px): %u pages are mapped, and this is not the last of them",
		     address, local_depth);
		return;
	}
	*(fixmap_pte - slot) = 0;
	arch_tlb_flush_page(top);
	barrier();
	local_depth = slot;
}

unsigned int kmap_local_depth(void)
{
	return local_depth;
}

/* --- kmap: counted slots with a hash ---------------------------------------------------------- */

/* Pages are 24 bytes apart: neighbours differ from bit 3 on. */
static inline u16 *hash_of(const struct page *page)
{
	return &pkmap->hash[((unsigned long)page >> 3) & (HASH_SIZE - 1)];
}

static inline void *slot_address(unsigned int slot)
{
	return (void *)(vm_layout.pkmap_base + slot * PAGE_SIZE);
}

/* The slot of @page, or NO_SLOT. */
static inline unsigned int find_slot(const struct page *page)
{
	unsigned int slot = *hash_of(page);

	while (slot != NO_SLOT && pkmap->slot[slot].page != page)
		slot = pkmap->slot[slot].next;
	return slot;
}

static void hash_remove(unsigned int slot)
{
	u16 *link = hash_of(pkmap->slot[slot].page);

	while (*link != slot)
		link = &pkmap->slot[*link].next;
	*link = pkmap->slot[slot].next;
}

/* Every slot that nobody uses becomes free, and the TLB forgets them all at once. */
static void flush_idle_slots(void)
{
	for (unsigned int slot = 0; slot < LAST_PKMAP; slot++) {
		struct pkmap_slot *s = &pkmap->slot[slot];

		if (s->count != 1)
			continue;
		hash_remove(slot);
		s->count = 0;
		s->page = NULL;
		pkmap_pte[slot] = 0;
		nr_free++;
	}
	arch_tlb_flush_windows();
	pkmap_flushes++;
}

/* A slot with count 0, or NO_SLOT when all are in use. */
static unsigned int find_free_slot(void)
{
	for (unsigned int tries = LAST_PKMAP; tries; tries--) {
		last_slot = (last_slot + 1) & (LAST_PKMAP - 1);
		if (!last_slot)
			flush_idle_slots();
		if (!pkmap->slot[last_slot].count)
			return last_slot;
	}
	return NO_SLOT;
}

/* Map @page, which has no slot. False: all slots are in use. */
static unsigned int fill_slot(struct page *page)
{
	unsigned int slot = find_free_slot();
	u16 *hash = hash_of(page);

	if (slot == NO_SLOT)
		return NO_SLOT;
	pkmap->slot[slot] = (struct pkmap_slot) { .page = page, .count = 1, .next = *hash };
	*hash = slot;
	pkmap_pte[slot] = arch_pte(page_to_phys(page), ARCH_PTE_KERNEL);
	nr_free--;
	return slot;
}

static inline void *map_in_window(struct page *page)
{
	unsigned int slot = find_slot(page);

	if (slot == NO_SLOT) {
		slot = fill_slot(page);
		if (slot == NO_SLOT)
			return NULL;
	}
	pkmap->slot[slot].count++;
	return slot_address(slot);
}

void *FASTCALL kmap_high(struct page *page)
{
	void *address = map_in_window(page);

	if (unlikely(!address))
		panic("kmap: all %lu slots of the window are in use, and nothing here can wait.",
		      LAST_PKMAP);
	return address;
}

void *kmap_try(struct page *page)
{
	return page_is_highmem(page) ? map_in_window(page) : __va(page_to_phys(page));
}

void FASTCALL kunmap_high(struct page *page)
{
	unsigned int slot = find_slot(page);

	if (unlikely(slot == NO_SLOT || pkmap->slot[slot].count < 2)) {
		WARN(1, "kunmap of frame %lu, which is not mapped", page_to_pfn(page));
		return;
	}
	pkmap->slot[slot].count--;
}

bool pkmap_slot_info(unsigned int slot, struct pkmap_info *info)
{
	if (!pkmap || slot >= LAST_PKMAP)
		return false;
	info->page = pkmap->slot[slot].page;
	info->count = pkmap->slot[slot].count;
	return true;
}

/* --- on top ---------------------------------------------------------------------------------- */

void clear_highpage(struct page *page)
{
	void *at = kmap_local_page(page);

	memset(at, 0, PAGE_SIZE);
	kunmap_local(at);
}

void copy_highpage(struct page *to, struct page *from)
{
	const void *source = kmap_local_page(from);
	void *target = kmap_local_page(to);

	memcpy(target, source, PAGE_SIZE);
	kunmap_local(target);
	kunmap_local(source);
}

/* page_address() of a HIGHMEM page. */
static void *highmem_address(const struct page *page)
{
	unsigned int slot = pkmap ? find_slot(page) : NO_SLOT;

	return slot != NO_SLOT && pkmap->slot[slot].count > 1 ? slot_address(slot) : NULL;
}

/* --- stage ----------------------------------------------------------------------------------- */

static const struct highmem_ops window_ops = {
	.address = highmem_address, .clear = clear_highpage,
};

static void make_window(void)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_ZERO,
					get_count_order(PAGE_ALIGN(sizeof(*pkmap)) >> PAGE_SHIFT));

	if (!page)
		panic("There are no %zu bytes for the slots of the kmap window.", sizeof(*pkmap));
	page_set_owner(page, PAGE_OWNER_PAGETABLE);
	pkmap = page_address(page);
	pkmap_pte = arch_pte_lookup(vm_layout.pkmap_base);
	memset16(pkmap->hash, NO_SLOT, HASH_SIZE);
	nr_free = LAST_PKMAP;
}

void __init highmem_init(void)
{
	fixmap_pte = fix_pte(FIX_KMAP_BEGIN);
	if (vm_layout.pkmap_base)
		make_window();
	highmem_ops = &window_ops;
	pr_info("highmem: %lu KiB without an address; %lu kmap slots at 0x%08lx, %u kmap_local slots "
		"at 0x%08lx\n", (vm_layout.max_pfn - vm_layout.max_low_pfn) << (PAGE_SHIFT - 10),
		pkmap ? LAST_PKMAP : 0, vm_layout.pkmap_base, KM_MAX_IDX, FIXADDR_START);
}

/* --- checking -------------------------------------------------------------------------------- */

static int check_slot(unsigned int slot)
{
	const struct pkmap_slot *s = &pkmap->slot[slot];

	if (!s->count)
		return s->page || pkmap_pte[slot] ? 1 : 0;
	if (pkmap_pte[slot] != arch_pte(page_to_phys(s->page), ARCH_PTE_KERNEL))
		return 1;
	return page_is_highmem(s->page) && find_slot(s->page) == slot ? 0 : 2;
}

int highmem_check(void)
{
	unsigned int free = 0;

	for (unsigned int slot = local_depth; slot < KM_MAX_IDX; slot++)
		if (*(fixmap_pte - slot))
			return 3;
	if (!pkmap)
		return 0;
	for (unsigned int slot = 0; slot < LAST_PKMAP; slot++) {
		int rule = check_slot(slot);

		if (rule)
			return rule;
		free += !pkmap->slot[slot].count;
	}
	return free == nr_free ? 0 : 4;
}
