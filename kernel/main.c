/* SPDX-License-Identifier: MIT */
/*
 * kernel/main.c - the order of boot
 *
 *   GRUB -> boot/multiboot.asm -> boot/realmode.asm -> boot/paging.asm -> boot/higher_half.asm
 *        -> start_kernel()
 *
 * Before it: protected mode, boot page tables (identity and PAGE_OFFSET), a stack, BSS cleared, the
 * firmware asked and its answers kept, an IDT: a fault of the very first instruction is told. Nothing
 * is allocated, no interrupt can be taken.
 */
#include <arch.h>
#include <kernel/console.h>
#include <kernel/late.h>
#include <kernel/main.h>
#include <kernel/monitor.h>
#include <kernel/stage.h>
#include <mm/bootalloc.h>
#include <mm/e820.h>
#include <mm/highmem.h>
#include <mm/mmzone.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

void start_kernel(void)
{
	traps_early_init();					/* double faults are told too */
	boot_stage("console", console_init, NULL);		/* printk reaches a person */
	boot_stage("cpu", cpu_init, NULL);			/* what this CPU has is known */
	boot_stage("traps", traps_init, traps_check);		/* interrupts are served; time ticks */
	boot_stage("e820", e820_init, e820_check);		/* the map of physical memory */
	boot_stage("bootalloc", bootalloc_init, bootalloc_check); /* boot_alloc() */
	boot_stage("paging", paging_init, paging_check);	/* __va() of all lowmem */
	boot_stage("zones", zones_init, zones_check);		/* a struct page for each frame */
	boot_stage("buddy", buddy_init, buddy_check);		/* alloc_pages() */
	boot_stage("highmem", highmem_init, highmem_check);	/* kmap(), kmap_local_page() */
	boot_stage("slab", slab_init, slab_check);		/* kmalloc(), kmem_cache_create() */
	boot_stage("vmalloc", vmalloc_init, vmalloc_check);	/* vmalloc(), vmap(), ioremap() */
	boot_stage("late", late_init, NULL);			/* keys by interrupt; the clock is exact */
	boot_stage("monitor", monitor_init, NULL);		/* modules ran; .init memory is free */
	monitor_run();
}
