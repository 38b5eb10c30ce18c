/* SPDX-License-Identifier: MIT */
/*
 * mm/highmem.c - kmap: a window onto frames that have no address of their own
 *
 * The window has LAST_PKMAP slots of a page, each with a count:
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
 *   hash[h] --> slot 3 --> slot 17 --> CHAIN_END        chained through slot[].next
 *
 * CHAIN_END is a slot too, behind the others and of no page: one compare finds a page that is the
 * first of its chain.
 *
 * K1  count 0: entry empty, no page, on no chain. Else: the entry maps the page's frame
 * K2  a page with a slot is on the chain of its hash, once, and is a HIGHMEM page; CHAIN_END has none
 * K3  the number of slots with count 0 is pkmap_nr_free
 *
 * Not for interrupt handlers: they have kmap_local_page() (fixmap.c). The Makefile compiles this file
 * without frame pointers, since kmap() and kunmap() stand on hot paths.
 * Source: Bovet & Cesati, "Understanding the Linux Kernel", "Kernel Mappings of High-Memory Page
 * Frames".
 */
#include <arch.h>
#include <lib/bug.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <lib/string_words.h>
#include <lib/vsprintf.h>
#include <mm/gfp.h>
#include <mm/highmem.h>
#include <mm/ledger.h>

#include "explain.h"

#define HASH_SIZE	2048u		/* twice the slots: chains of one, mostly */
#define CHAIN_END	LAST_PKMAP
#define NO_SLOT		0x10000u	/* not found; more than a chain can say */
#define COUNT_MAX	0xFFFEu		/* users that a count of 16 bits holds */

/* Reached by a jump from a function without a frame: the compiler may not look inside. */
#define SLOW_HALF	__noipa

struct pkmap_slot {
	struct page *page;
	u16 count;
	u16 next;			/* of the chain */
};

struct pkmap {
	struct pkmap_slot slot[LAST_PKMAP + 1];	/* with CHAIN_END */
	u16 hash[HASH_SIZE];
};

static struct pkmap *pkmap;		/* NULL: no HIGHMEM, no window */
static pte_t *pkmap_pte;		/* of slot 0 */
static unsigned int last_slot;
unsigned int pkmap_nr_free;
unsigned long pkmap_flushes;

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

	while (unlikely(pkmap->slot[slot].page != page)) {
		if (slot == CHAIN_END)
			return NO_SLOT;
		slot = pkmap->slot[slot].next;
	}
	return slot;
}

static void empty_hash(void)
{
	fill_words(pkmap->hash, CHAIN_END << 16 | CHAIN_END, HASH_SIZE * sizeof(u16) / sizeof(u32));
}

static void hash_add(unsigned int slot, struct page *page)
{
	u16 *hash = hash_of(page);

	pkmap->slot[slot].next = *hash;
	*hash = slot;
}

void kmap_flush_unused(void)
{
	unsigned int free_before = pkmap_nr_free;

	BUG_ON(arch_in_irq());
	if (!pkmap)
		return;
	empty_hash();
	for (unsigned int slot = 0; slot < LAST_PKMAP; slot++) {
		struct pkmap_slot *s = &pkmap->slot[slot];

		if (s->count == 1) {
			s->count = 0;
			s->page = NULL;
			pkmap_pte[slot] = 0;
			pkmap_nr_free++;
		} else if (s->count) {
			hash_add(slot, s->page);
		}
	}
	arch_tlb_flush_windows();
	pkmap_flushes++;
	trace_event(EVENT_KMAP_FLUSH, pkmap_nr_free - free_before, 0, 0);
	if (tracing(TRACE_KMAP))
		explain_kmap_flush(pkmap_nr_free - free_before);
}

/* A slot with count 0, or NO_SLOT when all are in use. */
static unsigned int find_free_slot(void)
{
	for (unsigned int tries = 2 * LAST_PKMAP; tries; tries--) {	/* all slots after a flush */
		last_slot = (last_slot + 1) & (LAST_PKMAP - 1);
		if (!last_slot)
			kmap_flush_unused();
		if (!pkmap->slot[last_slot].count)
			return last_slot;
	}
	return NO_SLOT;
}

/* Map @page, which has no slot, once. Return: its address, or NULL: all slots are in use. */
static noinline void *__page_fastcall fill_slot(struct page *page)
{
	unsigned int from = last_slot, slot = find_free_slot();

	if (tracing(TRACE_KMAP))
		explain_kmap(page_to_pfn(page), from, slot);
	if (slot == NO_SLOT)
		return NULL;
	pkmap->slot[slot].page = page;
	pkmap->slot[slot].count = 2;
	hash_add(slot, page);
	pkmap_pte[slot] = arch_pte(page_to_phys(page), ARCH_PTE_KERNEL);
	pkmap_nr_free--;
	return slot_address(slot);
}

static SLOW_HALF void *__page_fastcall kmap_fill(struct page *page)
{
	void *address = fill_slot(page);

	if (unlikely(!address))
		panic("kmap: all %lu slots of the window are in use, and nothing here can wait.",
		      LAST_PKMAP);
	return address;
}

static SLOW_HALF void *__page_fastcall too_many(unsigned int slot)
{
	panic("kmap: frame %#lx is mapped %u times, and kunmap() is wanting.",
	      page_to_pfn(pkmap->slot[slot].page), COUNT_MAX);
}

/* One more user of a slot; the count that wraps to 0 is the end. */
static __always_inline void *hold_slot(unsigned int slot)
{
	u16 *count = &pkmap->slot[slot].count;

	if (unlikely(!++*count))
		return too_many(slot);
	return slot_address(slot);
}

void *__page_fastcall kmap_high(struct page *page)
{
	unsigned int slot = find_slot(page);

	return unlikely(slot == NO_SLOT) ? kmap_fill(page) : hold_slot(slot);
}

void *kmap_try(struct page *page)
{
	unsigned int slot;

	if (!page_is_highmem(page))
		return __va(page_to_phys(page));
	slot = find_slot(page);
	return slot == NO_SLOT ? fill_slot(page) : hold_slot(slot);
}

static SLOW_HALF void __page_fastcall not_mapped(const struct page *page)
{
	WARN(1, "kunmap of frame %#lx, which is not mapped", page_to_pfn(page));
}

/* By its slot: kunmap_high() has no register left for the page then. */
static SLOW_HALF void __page_fastcall not_mapped_now(unsigned int slot)
{
	not_mapped(pkmap->slot[slot].page);
}

void __page_fastcall kunmap_high(struct page *page)
{
	unsigned int slot = find_slot(page);

	if (unlikely(slot == NO_SLOT))
		not_mapped(page);
	else if (unlikely(pkmap->slot[slot].count < 2))
		not_mapped_now(slot);
	else
		pkmap->slot[slot].count--;
}

/* --- whole frames and parts of them ----------------------------------------------------------- */

/* Return: the address of the page's last byte. */
static __always_inline vaddr_t clear_words(void *at)
{
	return (vaddr_t)fill_words(at, 0, PAGE_SIZE / sizeof(u32)) - 1;
}

void __page_fastcall clear_highpage(struct page *page)
{
	if (page_is_highmem(page))
		kunmap_local_high(clear_words(kmap_local_high(page)));
	else
		clear_words(page_address(page));
}

void copy_highpage(struct page *to, struct page *from)
{
	const void *source = kmap_local_page(from);
	void *target = kmap_local_page(to);

	copy_words(target, source, PAGE_SIZE / sizeof(u32));
	kunmap_local(target);
	kunmap_local(source);
}

static void check_part(unsigned int offset, unsigned int len)
{
	BUG_ON(offset > PAGE_SIZE || len > PAGE_SIZE - offset);
}

void zero_user(struct page *page, unsigned int offset, unsigned int len)
{
	char *at = kmap_local_page(page);

	check_part(offset, len);
	memset(at + offset, 0, len);
	kunmap_local(at);
}

void memcpy_to_page(struct page *page, unsigned int offset, const void *from, unsigned int len)
{
	char *at = kmap_local_page(page);

	check_part(offset, len);
	memcpy(at + offset, from, len);
	kunmap_local(at);
}

void memcpy_from_page(void *to, struct page *page, unsigned int offset, unsigned int len)
{
	const char *at = kmap_local_page(page);

	check_part(offset, len);
	memcpy(to, at + offset, len);
	kunmap_local(at);
}

/* --- looking ---------------------------------------------------------------------------------- */

/* page_address() of a HIGHMEM page. */
static void *highmem_address(const struct page *page)
{
	unsigned int slot = pkmap ? find_slot(page) : NO_SLOT;

	return slot != NO_SLOT && pkmap->slot[slot].count > 1 ? slot_address(slot) : NULL;
}

bool pkmap_slot_info(unsigned int slot, struct pkmap_info *info)
{
	if (!pkmap || slot >= LAST_PKMAP)
		return false;
	info->page = pkmap->slot[slot].page;
	info->count = pkmap->slot[slot].count;
	return true;
}

unsigned int pkmap_slots_mapped(void)
{
	unsigned int nr = 0;

	if (pkmap && pkmap_nr_free < LAST_PKMAP)
		for (unsigned int slot = 0; slot < LAST_PKMAP; slot++)
			nr += pkmap->slot[slot].count > 1;
	return nr;
}

bool pkmap_describe(vaddr_t va, char *text, size_t size)
{
	unsigned int slot = (va - vm_layout.pkmap_base) >> PAGE_SHIFT, count;

	if (!pkmap || va < vm_layout.pkmap_base || slot >= LAST_PKMAP)
		return false;
	count = pkmap->slot[slot].count;
	if (count > 1)
		scnprintf(text, size, "kmap slot %u, frame %#lx, mapped %u times", slot,
			  page_to_pfn(pkmap->slot[slot].page), count - 1);
	else if (count || pkmap_flushes)
		scnprintf(text, size, "kmap slot %u, already unmapped", slot);
	else
		scnprintf(text, size, "kmap slot %u, not used so far", slot);
	return true;
}

/* --- stage ----------------------------------------------------------------------------------- */

static const struct highmem_ops window_ops = {
	.address = highmem_address, .clear = clear_highpage,
};

static void __init make_window(void)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_ZERO,
					get_count_order(PAGE_ALIGN(sizeof(*pkmap)) >> PAGE_SHIFT));

	if (!page)
		panic("There are no %zu bytes for the slots of the kmap window.", sizeof(*pkmap));
	pkmap = page_address(page);
	pkmap_pte = arch_pte_lookup(vm_layout.pkmap_base);
	empty_hash();
	pkmap_nr_free = LAST_PKMAP;
}

void __init highmem_init(void)
{
	static struct ledger_holder books = { .owner = PAGE_OWNER_KERNEL, .check = highmem_check };

	ledger_register(&books);
	kmap_local_init();
	if (vm_layout.pkmap_base)
		make_window();
	highmem_ops = &window_ops;
	pr_info("highmem: %lu KiB without an address; %lu kmap slots at 0x%08lx, %u kmap_local slots "
		"at 0x%08lx\n", (vm_layout.max_pfn - vm_layout.max_low_pfn) << (PAGE_SHIFT - 10),
		pkmap ? LAST_PKMAP : 0, vm_layout.pkmap_base, KM_MAX_IDX,
		__fix_to_virt(FIX_KMAP_END));
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
	int rule = fixmap_check();

	if (rule)
		return FIXMAP_RULE_BASE + rule;
	if (pkmap && pkmap->slot[CHAIN_END].page)
		return 2;
	for (unsigned int slot = 0; pkmap && slot < LAST_PKMAP; slot++) {
		rule = check_slot(slot);
		if (rule)
			return rule;
		free += !pkmap->slot[slot].count;
	}
	return free == pkmap_nr_free ? 0 : 3;
}
