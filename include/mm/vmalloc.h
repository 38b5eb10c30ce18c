/* SPDX-License-Identifier: MIT */
/*
 * include/mm/vmalloc.h - memory that is contiguous in addresses, not in frames
 *
 * Areas lie between VMALLOC_START and VMALLOC_END, each followed by a guard page that is never
 * mapped. See mm/vmalloc.c for the picture.
 */
#ifndef MM_VMALLOC_H
#define MM_VMALLOC_H

#include <arch_pte.h>
#include <lib/compiler.h>
#include <lib/types.h>
#include <mm/gfp.h>
#include <mm/layout.h>
#include <mm/slab.h>
#include <mm/vmap_area.h>

#define VMALLOC_START	(vm_layout.vmalloc_start)
#define VMALLOC_END	(vm_layout.vmalloc_end)

/* Kinds of areas, as `vmallocinfo` names them. */
#define VM_IOREMAP	0x01u		/* a device's registers */
#define VM_ALLOC	0x02u		/* vmalloc(): the frames are the area's own */
#define VM_MAP		0x04u		/* vmap(): the frames are the caller's */

/* How a page may be used: the bits of its table entry. */
typedef u32 pgprot_t;
#define PAGE_KERNEL		ARCH_PTE_KERNEL
#define PAGE_KERNEL_RO		ARCH_PTE_KERNEL_RO
#define PAGE_KERNEL_NOCACHE	ARCH_PTE_KERNEL_NOCACHE

struct vm_struct {
	struct vmap_area area;		/* the guard page included */
	void *addr;			/* = area.start */
	unsigned long size;		/* bytes asked for; what lies past them is a fault in words */
	u32 flags;			/* VM_ kind */
	unsigned int nr_pages;
	struct page **pages;		/* VM_ALLOC: nr_pages frames; NULL for others */
	struct page *only_page;		/* where pages points when there is just one */
	phys_addr_t phys_addr;		/* VM_IOREMAP */
	unsigned long caller;
	struct vm_struct *next_lazy;	/* freed: unmapped, and waiting for the TLB flush */
};

/**
 * vmalloc - take @size bytes of contiguous addresses
 * @size: bytes, more than 0; rounded up to pages
 *
 * Frames come from HIGHMEM first. Not for DMA: they are scattered.
 *
 * Context: after the vmalloc stage, not in interrupt handlers.
 * Return:  page aligned address; NULL: no frames, or no addresses, left, or @size is 0 or more than
 *          the machine's RAM. Nothing is kept then.
 * Undo:    vfree()
 */
void *vmalloc(unsigned long size);
void *vzalloc(unsigned long size);

/* Frames that a 32-bit device can reach: all of them here. */
void *vmalloc_32(unsigned long size);

/* @gfp: GFP_KERNEL or GFP_HIGHUSER, | __GFP_ZERO | __GFP_NOWARN. */
void *__vmalloc(unsigned long size, gfp_t gfp);

/* @align: a power of two; an alignment that no address meets gives NULL. @caller: for vmallocinfo. */
void *__vmalloc_node(unsigned long size, unsigned long align, gfp_t gfp, int node,
		     const void *caller);

/**
 * vfree - give back what vmalloc() gave
 * @addr: NULL is ignored; anything but the start of an area is reported
 *
 * Context: any. In an interrupt handler the area is only noted; the next call outside frees it.
 */
void vfree(const void *addr);

/**
 * vrealloc - change the size of an area
 * @size: new size; 0 frees
 *
 * Stays in place when the new size fits the area, or when the addresses behind it are free.
 * Return: where the bytes are now, or NULL: the area is as it was.
 */
void *vrealloc(const void *addr, unsigned long size, gfp_t gfp);

/**
 * vmap - map frames, whichever they are, one behind the other
 * @pages: @count of them; they stay the caller's
 * @flags: VM_MAP
 * @prot:  PAGE_KERNEL and its kin
 * Return: address, or NULL. Undo: vunmap().
 */
void *vmap(struct page **pages, unsigned int count, u32 flags, pgprot_t prot);
void vunmap(const void *addr);

/**
 * ioremap - map a device's registers, uncached
 * @phys: need not be page aligned
 * @size: bytes, more than 0; the range must not be RAM that the kernel manages
 * Return: the address of @phys, or NULL. Undo: iounmap().
 */
void *ioremap(phys_addr_t phys, unsigned long size);
#define ioremap_nocache(phys, size)	ioremap(phys, size)
void iounmap(const void *addr);

/*
 * An area of addresses with nothing mapped, of kind @flags (0: VM_MAP); map_vm_area() fills it, and
 * gives 0, or -ENOMEM: no page for a page table, and nothing is mapped. Undo: free_vm_area().
 */
struct vm_struct *get_vm_area(unsigned long size, u32 flags);
int map_vm_area(struct vm_struct *vm, pgprot_t prot, struct page **pages);
void free_vm_area(struct vm_struct *vm);

/* The frame behind an address of the area, or NULL, or 0. */
struct page *vmalloc_to_page(const void *addr);
pfn_t vmalloc_to_pfn(const void *addr);

static inline bool is_vmalloc_addr(const void *addr)
{
	return (vaddr_t)addr >= VMALLOC_START && (vaddr_t)addr < VMALLOC_END;
}

/* The area that @addr lies in, its guard page included; NULL for none, or one that was freed. */
struct vm_struct *find_vm_area(const void *addr);

/* Forget all translations of [start, end): page by page, or all windows when that costs less. */
void flush_tlb_kernel_range(vaddr_t start, vaddr_t end);

/* Unmap for good what vfree() has left for later. Return: pages of address space that came free. */
unsigned long vmalloc_purge(void);

/* Where @addr lies with respect to the areas, in words, into @text; false: outside the window. */
bool vmalloc_describe(vaddr_t addr, char *text, size_t size);

/* Numbers for meminfo and the ledger. */
struct vmalloc_info {
	unsigned long total, used, largest;	/* bytes of addresses */
	unsigned long lazy_pages;		/* freed, waiting for the flush */
	unsigned long nr_areas;			/* those too */
	unsigned long frames;			/* held by vmalloc() areas */
	unsigned long purges;
};
void vmalloc_get_info(struct vmalloc_info *info);

/* The areas by address, and the pages that wait. To be changed only by tests of the rules. */
extern struct vmap_space vmalloc_space;
extern unsigned long vmalloc_lazy_pages;

/* Call @show for each area; flags is 0 for one that is freed and waits for the TLB flush. */
void vmalloc_for_each(void (*show)(const struct vm_struct *vm));

/* "ioremap", "vmalloc" or "vmap". */
const char *vm_kind_name(u32 flags);

/* Behind kvmalloc(): more than a page. */
void *kvmalloc_large(size_t size, gfp_t gfp);

/* kmalloc() where it can, vmalloc() where it must. @size of SIZE_MAX gives NULL. */
static inline void *kvmalloc(size_t size, gfp_t gfp)
{
	return size <= PAGE_SIZE ? kmalloc(size, gfp) : kvmalloc_large(size, gfp);
}

void kvfree(const void *addr);

static inline void *kvzalloc(size_t size, gfp_t gfp)
{
	return kvmalloc(size, gfp | __GFP_ZERO);
}

static inline void *kvmalloc_array(size_t nr, size_t size, gfp_t gfp)
{
	return kvmalloc(array_size(nr, size), gfp);
}

static inline void *kvcalloc(size_t nr, size_t size, gfp_t gfp)
{
	return kvmalloc_array(nr, size, gfp | __GFP_ZERO);
}

#define kvmalloc_node(size, gfp, node)	kvmalloc(size, gfp)
#define kvzalloc_node(size, gfp, node)	kvzalloc(size, gfp)

#define vmalloc_node(size, node)	vmalloc(size)
#define vzalloc_node(size, node)	vzalloc(size)
#define vmalloc_user(size)		vzalloc(size)
#define vmalloc_array(nr, size)		vmalloc(array_size(nr, size))
#define vcalloc(nr, size)		vzalloc(array_size(nr, size))
#define vm_unmap_aliases()		((void)vmalloc_purge())

/* Stage "vmalloc". */
void vmalloc_init(void);

/*
 * Check V1-V5 of vmap_area.c, and A1-A3 of vmalloc.c, given as 11 to 13. Return: 0, or the number of
 * the broken rule.
 */
#define VMALLOC_RULE_BASE	10
int vmalloc_check(void);

#endif
