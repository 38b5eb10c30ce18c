/* SPDX-License-Identifier: MIT */
/*
 * include/mm/layout.h - the map of the kernel's address space
 *
 *   0x00000000            user space: empty; page 0 always faults
 *   PAGE_OFFSET           direct map of lowmem: va = pa + PAGE_OFFSET, LOWMEM_MAX bytes at most
 *   high_memory           end of the direct map on this machine
 *     VMALLOC_OFFSET      hole: a stray pointer past lowmem faults
 *   PKMAP_BASE            kmap window, LAST_PKMAP page slots, present only where there is HIGHMEM
 *   VMALLOC_START         vmalloc, vmap and ioremap areas
 *   VMALLOC_END             two guard pages
 *   FIXADDR_START         compile-time slots, counted down from
 *   FIXADDR_TOP           = 0xFFFFF000; the last page is never mapped
 *
 * Everything here is a constant of the build; what depends on the machine (high_memory, and the
 * windows that start a hole after it) is in struct vm_layout.
 */
#ifndef MM_LAYOUT_H
#define MM_LAYOUT_H

#include <lib/compiler.h>
#include <lib/types.h>

#define PAGE_SHIFT		12
#define PAGE_SIZE		(1UL << PAGE_SHIFT)
#define PAGE_MASK		(~(PAGE_SIZE - 1))
#define PAGE_ALIGN(addr)	(((addr) + PAGE_SIZE - 1) & PAGE_MASK)
#define offset_in_page(p)	((unsigned long)(p) & ~PAGE_MASK)

#define PAGE_OFFSET		0xC0000000UL
#define KERNEL_PHYS_BASE	0x00100000UL	/* where the Multiboot loader puts the image */
#define LOWMEM_MAX		(896UL << 20)	/* 1 GiB of kernel space less 128 MiB of windows */
#define VMALLOC_OFFSET		(8UL << 20)
#define VMALLOC_RESERVE_MIN	(96UL << 20)	/* what vmalloc has at least beside a kmap window */
#define LAST_PKMAP		1024UL		/* one page table's worth of slots */
#ifndef FIXADDR_TOP			/* a host program's stack is there: it has another */
#define FIXADDR_TOP		0xFFFFF000UL
#endif
#define NR_FIXADDR		17UL		/* slots; mm/fixmap.h says for what */
#define FIXADDR_START		(FIXADDR_TOP - NR_FIXADDR * PAGE_SIZE)

/* The part of the 4 GiB that the zones split: source, 24 address lines of ISA DMA (Intel 8237A). */
#define ZONE_DMA_END		(16UL << 20)

_Static_assert((PAGE_OFFSET & ((4UL << 20) - 1)) == 0, "PAGE_OFFSET starts a page directory entry");
_Static_assert(PAGE_OFFSET + LOWMEM_MAX + VMALLOC_OFFSET + LAST_PKMAP * PAGE_SIZE +
	       VMALLOC_RESERVE_MIN + 2 * PAGE_SIZE <= FIXADDR_START,
	       "direct map, hole, kmap window, vmalloc and fixmap follow each other");

/*
 * The only four ways between the kinds of address. __va is for lowmem only. A program that runs
 * these files on another machine defines __pa and __va before it includes this.
 */
#ifndef __pa
#define __pa(va)		((phys_addr_t)((unsigned long)(va) - PAGE_OFFSET))
#endif
#ifndef __va
#define __va(pa)		((void *)((unsigned long)(pa) + PAGE_OFFSET))
#endif
#define phys_to_virt(pa)	__va(pa)
#define virt_to_phys(va)	__pa(va)
#define phys_to_pfn(pa)		((pfn_t)((pa) >> PAGE_SHIFT))
#define pfn_to_phys(pfn)	((phys_addr_t)(pfn) << PAGE_SHIFT)
#define PFN_UP(pa)		(((pa) >> PAGE_SHIFT) + (((pa) & (PAGE_SIZE - 1)) != 0))
#define PFN_DOWN(pa)		((pa) >> PAGE_SHIFT)

/* All memory is one node; this stands for "whichever". */
#ifndef NUMA_NO_NODE
#define NUMA_NO_NODE		(-1)
#endif

/* What this machine and its command line made of the map; set once by the bootalloc stage. */
struct vm_layout {
	pfn_t max_low_pfn;	/* end of lowmem: first frame without a permanent address */
	pfn_t max_pfn;		/* end of the last usable frame below 4 GiB */
	vaddr_t high_memory;	/* end of the direct map = __va(max_low_pfn << PAGE_SHIFT) */
	vaddr_t pkmap_base;	/* 0 where there is no HIGHMEM */
	vaddr_t vmalloc_start, vmalloc_end;
};

extern struct vm_layout vm_layout;

/* What prints the lines: printk into the log, console_printf for the prompt. */
typedef int layout_say(const char *fmt, ...) __printf(1, 2);

/* Tell the map with its real bounds, and how full each part is. Context: after the vmalloc stage. */
void layout_print(layout_say *say);

#endif
