/* SPDX-License-Identifier: MIT */
/*
 * tests/host/soft_mmu.h - page tables that translate, and a TLB that remembers, for host tests
 *
 * Addresses of the kernel's windows are those of the process: the same ones, but for the fixmap,
 * which ends 16 MiB lower. At first none is mapped, so that the first access to a page is a
 * SIGSEGV:
 *
 *   access -> SIGSEGV -> handler: mmu_table[va >> 12] -+- present: mmap() of the frame there, go on
 *                                                      `- empty:   a page fault, see expect_fault()
 *   flush  -> the mmap() is taken back
 *
 * What has been mapped once stays so until a flush, whatever becomes of the entry: the process's
 * own mappings are a TLB of unlimited size. Whoever forgets a flush therefore writes into the old
 * frame, always, and not only on a bad day.
 *
 * Physical memory becomes a file of 4 GiB, sparse: [0, host_ram_size) is host_ram, and what lies
 * behind is the devices that ioremap() maps. A table is there once arch_pte_create() was asked
 * for it. All tables lie one behind the other, as if they mapped themselves: a multiple of 4 MiB
 * plus 4 bytes a page.
 *
 * Include this in one source of a test program; soft_mmu_start() comes right after host_ram_init(),
 * soft_mmu_on() at the beginning of each test.
 */
#ifndef HOST_SOFT_MMU_H
#define HOST_SOFT_MMU_H

#include <support.h>
#include <signal.h>
#include <sys/mman.h>

#include <arch.h>
#include <mm/layout.h>

#define MMU_START	0xF8000000UL	/* above what mmap() hands out, below the stack */
#define MMU_END		0xFF000000UL
#define MMU_PAGES	((MMU_END - MMU_START) >> PAGE_SHIFT)
#define MMU_PRESENT	0x1u
#define MMU_WRITABLE	0x2u
#define MMU_TABLES	1024u

static pte_t *mmu_table;		/* the entry of va: [va >> PAGE_SHIFT] */
static bool mmu_has_table[MMU_TABLES];
static unsigned int mmu_tables_left = MMU_TABLES;	/* then arch_pte_create() finds no page */
static bool mmu_known[MMU_PAGES];	/* the TLB */
static unsigned int mmu_nr_known;
static int mmu_file = -1;
static struct sigaction mmu_other_handler;

static sigjmp_buf mmu_fault_frame;
static volatile bool mmu_fault_expected;
static volatile vaddr_t mmu_fault_address;

/* Run a statement that must fault on the page of @va. */
#define expect_fault(va, ...) do {						\
	if (sigsetjmp(mmu_fault_frame, 1) == 0) {				\
		mmu_fault_expected = true;					\
		__VA_ARGS__;							\
		mmu_fault_expected = false;					\
		fail_msg("no fault from: %s", #__VA_ARGS__);			\
	}									\
	assert_int_equal(mmu_fault_address & PAGE_MASK, (vaddr_t)(va) & PAGE_MASK); \
} while (0)

/* Map nothing at [@start, @end), as at the beginning. */
static void mmu_unmap(vaddr_t start, vaddr_t end)
{
	if (mmap((void *)start, end - start, PROT_NONE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED)
		fail_msg("the window at %#lx cannot be had", start);
}

void host_tlb_forget(vaddr_t start, vaddr_t end)
{
	if (start <= MMU_START && end >= MMU_END && mmu_nr_known) {
		mmu_unmap(MMU_START, MMU_END);
		memset(mmu_known, 0, sizeof(mmu_known));
		mmu_nr_known = 0;
	}
	start = start < MMU_START ? MMU_START : start & PAGE_MASK;
	for (; start < end && start < MMU_END && mmu_nr_known; start += PAGE_SIZE) {
		bool *known = &mmu_known[(start - MMU_START) >> PAGE_SHIFT];

		if (!*known)
			continue;
		mmu_unmap(start, start + PAGE_SIZE);
		*known = false;
		mmu_nr_known--;
	}
}

/* Remember a translation. False: there is none, or it is known and does not allow the access. */
static bool mmu_fill(vaddr_t va)
{
	pte_t pte;
	bool *known;

	if (va < MMU_START || va >= MMU_END || !mmu_has_table[va / ARCH_PTE_SPAN])
		return false;
	pte = mmu_table[va >> PAGE_SHIFT];
	known = &mmu_known[(va - MMU_START) >> PAGE_SHIFT];
	if (*known || !(pte & MMU_PRESENT))
		return false;
	if (mmap64((void *)(va & PAGE_MASK), PAGE_SIZE,
		   PROT_READ | (pte & MMU_WRITABLE ? PROT_WRITE : 0), MAP_SHARED | MAP_FIXED,
		   mmu_file, (off64_t)arch_pte_pa(pte)) == MAP_FAILED)
		return false;
	*known = true;
	mmu_nr_known++;
	return true;
}

static void mmu_fault(int sig, siginfo_t *info, void *context)
{
	vaddr_t va = (vaddr_t)info->si_addr;

	if (mmu_fill(va))
		return;
	if (!mmu_fault_expected) {		/* again, for cmocka's report */
		sigaction(SIGSEGV, &mmu_other_handler, NULL);
		return;
	}
	mmu_fault_expected = false;
	mmu_fault_address = va;
	siglongjmp(mmu_fault_frame, 1);
}

pte_t *arch_pte_lookup(vaddr_t va)
{
	return mmu_has_table[va / ARCH_PTE_SPAN] ? &mmu_table[va >> PAGE_SHIFT] : NULL;
}

pte_t *arch_pte_create(vaddr_t va)
{
	bool *has = &mmu_has_table[va / ARCH_PTE_SPAN];

	if (!*has && !mmu_tables_left)
		return NULL;
	mmu_tables_left -= !*has;
	*has = true;
	return arch_pte_lookup(va);
}

bool arch_translate(vaddr_t va, phys_addr_t *pa)
{
	const pte_t *pte = arch_pte_lookup(va);

	if (!pte || !(*pte & MMU_PRESENT))
		return false;
	*pa = arch_pte_pa(*pte) | offset_in_page(va);
	return true;
}

/* From here on; cmocka takes the signal for itself when a test begins. */
static void soft_mmu_on(void)
{
	struct sigaction action = {
		.sa_sigaction = mmu_fault, .sa_flags = SA_SIGINFO | SA_NODEFER,
	};

	assert_int_equal(sigaction(SIGSEGV, &action, &mmu_other_handler), 0);
}

/* The file becomes physical memory, and the tables of the kmap window and the fixmap are made. */
static void soft_mmu_start(vaddr_t pkmap_base)
{
	void *at = mmap(NULL, 2 * ARCH_PTE_SPAN, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	assert_true(at != MAP_FAILED);
	mmu_table = (pte_t *)(((vaddr_t)at + ARCH_PTE_SPAN - 1) & -ARCH_PTE_SPAN);
	mmu_file = memfd_create("physical memory", MFD_CLOEXEC);
	assert_true(mmu_file >= 0);
	assert_int_equal(ftruncate64(mmu_file, 1ll << 32), 0);
	at = mmap(host_ram, host_ram_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
		  mmu_file, 0);
	assert_ptr_equal(at, host_ram);
	mmu_unmap(MMU_START, MMU_END);
	assert_non_null(arch_pte_create(pkmap_base));
	assert_non_null(arch_pte_create(FIXADDR_START));
}

#endif
