/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_bootalloc.c - the front of early memory: record, layout, hand-over
 *
 * The files under test keep one machine's state for ever, so they are included here and set back
 * before each test; that also lets a test break the state and see who notices. What does not depend
 * on where a request goes runs twice, with bootmem and with memblock serving.
 *
 * LINK: mm/boot_engine.c mm/bootmem.c mm/memblock.c mm/memblock_check.c mm/memblock_free.c
 * LINK: mm/e820.c lib/bitmap.c lib/find.c lib/sort.c lib/string.c lib/cmdline.c lib/kstrtox.c
 * LINK: lib/random.c
 */
#include <support.h>

#include <lib/random.h>

#include "../../mm/boot_layout.c"
#include "../../mm/boot_record.c"
#include "../../mm/bootalloc.c"

#include <mm/memblock.h>

#define MIB(n)		((phys_addr_t)(n) << 20)
#define RAM(base, size)	{ base, size, E820_RAM, E820_ENABLED }
#define RES(base, size)	{ base, size, E820_RESERVED, E820_ENABLED }

/* --- the machine ------------------------------------------------------------------------------ */

static struct reservation {
	phys_addr_t start, end;
	const char *why;
} reservations[40];
static unsigned int nr_reservations;

static const char *engine = "bootmem";	/* the one that serves */

static u8 owned[1 << 20];		/* 1: the frame was handed over */
static unsigned long nr_handed;

void arch_for_each_reserved(void (*fn)(phys_addr_t start, phys_addr_t end, const char *why))
{
	for (unsigned int i = 0; i < nr_reservations; i++)
		fn(reservations[i].start, reservations[i].end, reservations[i].why);
}

void free_pages_bootmem(pfn_t pfn, unsigned int order)
{
	assert_true(order < MAX_ORDER && pfn % (1ul << order) == 0);
	assert_true(pfn + (1ul << order) <= vm_layout.max_low_pfn || pfn >= vm_layout.max_low_pfn);
	assert_null(memchr(owned + pfn, 1, 1ul << order));
	memset(owned + pfn, 1, 1ul << order);
	nr_handed += 1ul << order;
}

static void also_reserved(phys_addr_t start, phys_addr_t end, const char *why)
{
	reservations[nr_reservations++] = (struct reservation){ start, end, why };
}

/* A machine with this map, whose first @backed MiB really exist, before the bootalloc stage. */
static void machine(const struct e820_entry *map, unsigned int nr, unsigned int backed)
{
	static struct chunk empty;

	memblock_reset();
	assert_int_equal(set_engine(engine), 0);
	host_ram_init(backed << 20);
	memset(__va(0), 0x5a, backed << 20);
	host_boot_mapped_end = MIB(backed);
	first_chunk = empty;
	last_chunk = &first_chunk;
	nr_lost = 0;
	open = false;
	memset(owned, 0, sizeof(owned));
	nr_handed = 0;
	nr_reservations = 0;
	highmem_option = vmalloc_option = 0;
	also_reserved(0, PAGE_SIZE, "BIOS data");
	also_reserved(0x100000, 0x140000, "kernel text");
	also_reserved(0x140000, 0x150000, "kernel init");
	host_map = map;
	host_map_entries = nr;
	e820_clean(&e820, map, nr);
	host_log_clear();
}

static void machine_of_mib(unsigned int mib)
{
	static struct e820_entry map[4];

	map[0] = (struct e820_entry)RAM(0, 0x9fc00);
	map[1] = (struct e820_entry)RES(0x9fc00, 0x60400);
	map[2] = (struct e820_entry)RAM(0x100000, ((u64)mib << 20) - 0x120000);
	map[3] = (struct e820_entry)RES(((u64)mib << 20) - 0x20000, 0x20000);
	machine(map, 4, min(mib, 32u));
}

static void started(unsigned int mib)
{
	machine_of_mib(mib);
	bootalloc_init();
	assert_int_equal(bootalloc_check(), 0);
}

/* After hand-over: each frame is given if and only if the record says free, and the sums agree. */
static void expect_ledger_closes(void)
{
	unsigned long kept = 0, ram = e820_ram_frames(&e820, 0, E820_PFN_END);
	struct boot_extent x;

	for (pfn_t pfn = 0; pfn < vm_layout.max_pfn; pfn = x.end) {
		boot_extent_at(pfn, &x);
		assert_true(x.start == pfn && x.end > pfn);
		x.end = min(x.end, vm_layout.max_pfn);
		if (memchr(owned + pfn, !!x.why, x.end - pfn))
			fail_msg("one of the frames [%lu, %lu) is in the wrong hands", pfn, x.end);
		if (x.ram && x.why)
			kept += x.end - pfn;
	}
	assert_int_equal(kept + nr_handed, ram);
	assert_int_equal(bootalloc_check(), 0);
}

static const char *why(pfn_t pfn)
{
	struct boot_extent x;

	return boot_extent_at(pfn, &x) ? x.why : "free";
}

/* --- layout ----------------------------------------------------------------------------------- */

static void layout_of(unsigned int mib, const char *highmem, const char *vmalloc)
{
	machine_of_mib(mib);
	if (highmem)
		assert_int_equal(set_highmem(highmem), 0);
	if (vmalloc)
		assert_int_equal(set_vmalloc(vmalloc), 0);
	bootalloc_init();
	assert_int_equal(bootalloc_check(), 0);
	assert_int_equal(vm_layout.high_memory, PAGE_OFFSET + vm_layout.max_low_pfn * PAGE_SIZE);
	assert_true(vm_layout.vmalloc_start >= vm_layout.high_memory + VMALLOC_OFFSET);
	assert_true(vm_layout.vmalloc_end - vm_layout.vmalloc_start >= VMALLOC_RESERVE_MIN);
	assert_true(vm_layout.vmalloc_end < FIXADDR_START);
	if (vm_layout.max_pfn > vm_layout.max_low_pfn) {
		assert_true(vm_layout.pkmap_base >= vm_layout.high_memory + VMALLOC_OFFSET);
		assert_int_equal(vm_layout.pkmap_base % SZ_4M, 0);
		assert_true(vm_layout.pkmap_base + LAST_PKMAP * PAGE_SIZE <=
			    vm_layout.vmalloc_start);
		assert_int_equal(vm_layout.max_low_pfn % 1024, 0);
	} else {
		assert_int_equal(vm_layout.pkmap_base, 0);
	}
}

#define LOW_MIB		(vm_layout.max_low_pfn / 256)

static void lowmem_ends_at_896_mib(void **state)
{
	static const unsigned int sizes[] = { 4, 8, 16, 17, 32, 64, 895, 896, 897, 1024, 4095 };

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		pfn_t end = sizes[i] * 256 - 32;

		layout_of(sizes[i], NULL, NULL);
		assert_int_equal(vm_layout.max_pfn, end);
		assert_int_equal(vm_layout.max_low_pfn, min(end, (pfn_t)896 * 256));
		assert_int_equal(!vm_layout.pkmap_base, sizes[i] <= 896);
	}
}

static void vmalloc_moves_the_border_down(void **state)
{
	layout_of(2048, NULL, "256M");
	assert_true(vm_layout.vmalloc_end - vm_layout.vmalloc_start >= MIB(256));
	assert_in_range(LOW_MIB + FIXADDR_LOWER_MIB, 740, 756);
	layout_of(2048, NULL, "64M");
	assert_int_equal(LOW_MIB, 896);
	layout_of(512, NULL, "256M");
	assert_int_equal(vm_layout.max_low_pfn, vm_layout.max_pfn);
	assert_false(host_log_says("asks for too much"));
	layout_of(2048, NULL, "1G");
	assert_int_equal(LOW_MIB, 20);			/* 8 and mem_map's 12 */
	assert_true(host_log_says("asks for too much: lowmem keeps 20480 KiB"));
}

static void highmem_moves_the_border_both_ways(void **state)
{
	layout_of(64, "32M", NULL);
	assert_int_equal(LOW_MIB, 28);			/* 64 MiB less 128 KiB, rounded down */
	assert_true(vm_layout.max_pfn - vm_layout.max_low_pfn >= 32 * 256);
	layout_of(2048, "1536M", NULL);
	assert_int_equal(LOW_MIB, 508);
	layout_of(2048, "100M", NULL);
	assert_int_equal(LOW_MIB, 896);
	assert_int_equal(vm_layout.max_pfn, 996 * 256);
	assert_true(host_log_says("highmem= leaves 1077120 KiB of RAM unused"));
	assert_int_equal(e820_ram_end(&e820), 996 * 256);
	layout_of(64, "60M", NULL);
	assert_int_equal(LOW_MIB, 12);
	assert_true(host_log_says("asks for too much: lowmem keeps 12288 KiB"));
	layout_of(8, "7M", NULL);
	assert_int_equal(vm_layout.max_low_pfn, vm_layout.max_pfn);
	layout_of(2048, "1536M", "600M");
	assert_in_range(LOW_MIB + FIXADDR_LOWER_MIB, 400, 420);
}

static void malformed_sizes_are_refused(void **state)
{
	machine_of_mib(64);
	assert_int_equal(set_highmem(""), -EINVAL);
	assert_int_equal(set_highmem("0"), -EINVAL);
	assert_int_equal(set_highmem("64X"), -EINVAL);
	assert_int_equal(set_vmalloc("-1"), -EINVAL);
	assert_int_equal(set_vmalloc("2G"), -EINVAL);
	assert_int_equal(set_vmalloc("99999999999G"), -EINVAL);
	bootalloc_init();
	assert_int_equal(vm_layout.max_low_pfn, vm_layout.max_pfn);
}

/* --- start ------------------------------------------------------------------------------------ */

static void nothing_reserved_is_ever_given_out(void **state)
{
	phys_addr_t addr;

	machine_of_mib(8);
	also_reserved(0x200800, 0x2017ff, "module 0");
	also_reserved(0xf0000000, 0xf0001000, "far outside");
	bootalloc_init();
	for (;;) {
		void *p = boot_alloc_nopanic(PAGE_SIZE, PAGE_SIZE, 0, 0);

		if (!p)
			break;
		addr = __pa(p);
		assert_true(addr >= PAGE_SIZE && addr < 0x9f000 ? true : addr >= 0x150000);
		assert_true(addr < 0x200000 || addr >= 0x202000);
		assert_true(addr < 0x7e0000);
	}
	assert_int_equal(boot_bootmem.nr_free, 0);
	assert_int_equal(bootalloc_check(), 0);
	assert_string_equal(why(0x200), "module 0");
	assert_string_equal(why(0x201), "module 0");
	assert_string_equal(why(0xf0000), "hole");
}

static void page_0_is_kept_whoever_forgets_it(void **state)
{
	machine_of_mib(8);
	reservations[0].start = reservations[0].end;		/* nobody says "BIOS data" */
	bootalloc_init();
	assert_string_equal(why(0), "page 0");
}

static void the_bitmap_finds_the_first_gap(void **state)
{
	started(8);
	assert_string_equal(why(1), "bootmem bitmap");
	assert_string_equal(why(2), "free");
	machine_of_mib(896);				/* 28 KiB of bitmap */
	also_reserved(0x6000, 0xa0000, "below 640 KiB");
	also_reserved(0x151000, 0x156000, "module 0");
	also_reserved(0x15c800, 0x15d000, "module 1");
	bootalloc_init();
	assert_string_equal(why(0x15d), "bootmem bitmap");
	assert_string_equal(why(0x163), "bootmem bitmap");
	assert_string_equal(why(0x164), "free");
	machine_of_mib(896);
	also_reserved(0x2000, 0xa0000, "below 640 KiB");
	host_boot_mapped_end = 0x156000;
	expect_panic_saying("needs 28 KiB in one piece below 1 MiB", bootalloc_init());
}

static void overlapping_reservations_are_a_panic_naming_both(void **state)
{
	phys_addr_t start, end;

	machine_of_mib(8);
	also_reserved(0x13ffff, 0x160000, "module 0");
	expect_panic_saying("[0x0013ffff, 0x0015ffff] of \"module 0\" lie over [0x00100000, "
			    "0x0013ffff] of \"kernel text\"", bootalloc_init());
	machine_of_mib(8);
	also_reserved(0x150000, 0x160000, "module 0");
	bootalloc_init();				/* touching is fine */
	expect_panic_saying("\"late\" lie over", boot_reserve(0x15ffff, 0x160001, "late"));
	start = __pa(boot_alloc(PAGE_SIZE, PAGE_SIZE));
	end = start + PAGE_SIZE;
	expect_panic_saying("of \"early memory\"", boot_reserve(end - 1, end + 9, "late"));
	boot_reserve(0x301000, 0x301001, "late");
	boot_reserve(0xfffff000, 0, "the last page");
	assert_int_equal(bootalloc_check(), 0);
	assert_string_equal(why(0x301), "late");
}

/* --- requests --------------------------------------------------------------------------------- */

static void memory_is_zeroed_and_recorded(void **state)
{
	const struct boot_request *req, *last = NULL;
	u8 *p;

	started(32);
	p = boot_alloc(5000, 64);
	for (int i = 0; i < 5000; i++)
		assert_int_equal(p[i], 0);
	assert_int_equal(p[5000], 0x5a);
	assert_int_equal(__pa(p), MIB(16));
	boot_for_each_request(req)
		last = req;
	assert_int_equal(last->kind, BOOT_ALLOC);
	assert_true(last->live);
	assert_int_equal(last->start, MIB(16));
	assert_int_equal(last->last, MIB(16) + 4999);
	assert_int_equal(last->size, 5000);
	assert_int_equal(last->align, 64);
	assert_int_equal(last->goal, BOOTMEM_GOAL);
	assert_int_equal(last->limit, MIB(32) - 0x20000);
	assert_in_range(last->steps, 1, 8);
	assert_int_not_equal(last->caller, 0);
	assert_string_equal(why(0x1000), "early");
	assert_string_equal(why(0x1001), "early");
	assert_string_equal(why(0x1002), "free");
	assert_int_equal(__pa(boot_alloc(10, 0)), MIB(16) + 5024);
}

static void nothing_is_past_what_is_mapped(void **state)
{
	machine_of_mib(32);
	host_boot_mapped_end = MIB(4);
	bootalloc_init();
	assert_true(__pa(boot_alloc(SZ_1M, 0)) + SZ_1M <= MIB(4));
	assert_null(boot_alloc_nopanic(SZ_4M, 0, 0, 0));
	assert_null(boot_alloc_nopanic(SZ_1M, 0, 0, SZ_1M));
	host_boot_mapped_end = MIB(32);
	assert_int_equal(__pa(boot_alloc_nopanic(SZ_4M, 0, MIB(8), 0)), MIB(8));
	expect_panic_saying("Early memory has no 33554432 bytes aligned to 4096 for its caller",
			    boot_alloc(MIB(32), PAGE_SIZE));
}

static void what_is_freed_can_be_had_again(void **state)
{
	void *a, *b, *c;
	unsigned long free;

	started(32);
	free = boot_bootmem.nr_free;
	a = boot_alloc(100, 0);
	b = boot_alloc(PAGE_SIZE, 0);			/* shares a's frame, and the next */
	c = boot_alloc(200, 0);
	assert_int_equal(boot_bootmem.nr_free, free - 2);
	boot_free(b, PAGE_SIZE);
	assert_int_equal(boot_bootmem.nr_free, free - 2);
	assert_int_equal(bootalloc_check(), 0);
	boot_free(a, 100);
	assert_int_equal(boot_bootmem.nr_free, free - 1);
	assert_int_equal(bootalloc_check(), 0);
	expect_panic_saying("BUG", boot_free(a, 100));
	expect_panic_saying("BUG", boot_free(c, 199));
	expect_panic_saying("BUG", boot_free((char *)c + 1, 199));
	expect_panic_saying("BUG", boot_free(__va(0x100000), 0x40000));	/* a reservation */
	boot_free(c, 200);
	assert_int_equal(boot_bootmem.nr_free, free);
	assert_int_equal(bootalloc_check(), 0);
}

static void the_record_grows(void **state)
{
	unsigned long requests, walked = 0;
	const struct boot_request *req;
	char *last = NULL;

	started(32);
	requests = boot_requests();
	for (int i = 0; i < 1000; i++) {
		char *p = boot_alloc(40, 4);

		assert_true(p != last);
		last = p;
	}
	boot_for_each_request(req)
		walked++;
	assert_int_equal(walked, boot_requests());
	assert_in_range(boot_requests(), requests + 1000 + 10, requests + 1000 + 20);
	assert_int_equal(boot_requests_lost(), 0);
	assert_int_equal(bootalloc_check(), 0);
	bootalloc_hand_over();
	expect_ledger_closes();
}

/* With the record full and no page for more of it, a request is refused rather than forgotten. */
static void what_cannot_be_recorded_is_not_served(void **state)
{
	void *first;

	started(8);
	first = boot_alloc(PAGE_SIZE, PAGE_SIZE);
	while (boot_bootmem.nr_free)
		assert_true(boot_alloc_nopanic(PAGE_SIZE, PAGE_SIZE, 0, 0) ||
			    !boot_bootmem.nr_free);
	while (!boot_requests_lost())
		assert_null(boot_alloc_nopanic(PAGE_SIZE, PAGE_SIZE, 0, 0));
	assert_int_equal(bootalloc_check(), 0);
	expect_panic_saying("There is no room to record a reservation",
			    boot_reserve(0xf0000000, 0xf0001000, "too late"));
	boot_free(first, PAGE_SIZE);			/* not recorded, but done */
	assert_int_equal(boot_bootmem.nr_free, 1);
	assert_int_equal(bootalloc_check(), 0);
	assert_null(boot_alloc_nopanic(2 * PAGE_SIZE, 0, 0, 0));
	bootalloc_hand_over();
	expect_ledger_closes();
}

/*
 * The n-th request finds no memory, for each n: it is refused and recorded as that, the books stay
 * alike, and the requests after it are served.
 */
static void memory_may_run_out_at_any_request(void **state)
{
	for (unsigned int n = 0; n < 60; n++) {
		const struct boot_request *req, *refused = NULL;

		started(32);
		for (unsigned int i = 0; i < 60; i++) {
			size_t size = i % 3 ? 100 + i : 3 * PAGE_SIZE;
			void *p;

			host_boot_mapped_end = i == n ? PAGE_SIZE : MIB(32);
			p = boot_alloc_nopanic(size, i % 2 ? 64 : PAGE_SIZE, MIB(i % 20), 0);
			assert_int_equal(!p, i == n);
			if (p && i % 7 == 0)
				boot_free(p, size);
			assert_int_equal(bootalloc_check(), 0);
		}
		boot_for_each_request(req)
			if (req->kind == BOOT_ALLOC && req->start == BOOTMEM_NONE)
				refused = refused ? NULL : req;
		assert_true(refused && !refused->live);
		bootalloc_hand_over();
		expect_ledger_closes();
	}
}

static void nonsense_is_a_bug(void **state)
{
	machine_of_mib(8);
	expect_panic_saying("BUG", boot_alloc(1, 1));		/* too early */
	bootalloc_init();
	expect_panic_saying("BUG", boot_alloc(0, 1));
	expect_panic_saying("BUG", boot_alloc(1, 3));
	expect_panic_saying("BUG", boot_reserve(0x5000, 0x5000, "nothing"));
	expect_panic_saying("BUG", boot_reserve(0x5000, 0x4000, "backwards"));
	expect_panic_saying("BUG", boot_release(0x140000, 0x150000));	/* not handed over yet */
	bootalloc_hand_over();
	expect_panic_saying("BUG", boot_alloc(1, 1));
	expect_panic_saying("BUG", boot_free(__va(0x200000), 1));
	expect_panic_saying("BUG", boot_reserve(0x5000, 0x6000, "late"));
	expect_panic_saying("BUG", bootalloc_hand_over());
}

/* --- hand-over -------------------------------------------------------------------------------- */

static void every_size_of_memory_is_handed_over_whole(void **state)
{
	static const unsigned int sizes[] = {
		4, 8, 15, 16, 17, 32, 128, 895, 896, 897, 2048, 4095,
	};
	unsigned long handed;

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		started(sizes[i]);
		boot_alloc(100000, 0);
		boot_alloc(1, 1);
		boot_free(boot_alloc(SZ_64K, PAGE_SIZE), SZ_64K);
		handed = bootalloc_hand_over();
		assert_int_equal(handed, nr_handed);
		expect_ledger_closes();
	}
}

static void highmem_reservations_are_kept(void **state)
{
	machine_of_mib(2048);
	also_reserved(MIB(1000) + 5, MIB(1001), "module 0");
	also_reserved(MIB(896) - 1, MIB(896) + 1, "across the border");
	bootalloc_init();
	assert_int_equal(bootalloc_check(), 0);
	boot_reserve(MIB(1500), MIB(1500) + 1, "late");
	bootalloc_hand_over();
	expect_ledger_closes();
	assert_string_equal(why(1000 * 256), "module 0");
	assert_string_equal(why(1001 * 256), "free");
	assert_string_equal(why(896 * 256 - 1), "across the border");
	assert_string_equal(why(896 * 256), "across the border");
	assert_string_equal(why(896 * 256 + 1), "free");
	assert_string_equal(why(1500 * 256), "late");
}

static void init_memory_is_released_later(void **state)
{
	started(8);
	bootalloc_hand_over();
	assert_string_equal(why(0x140), "kernel init");
	assert_int_equal(boot_release(0x140000, 0x14f000), -EINVAL);	/* in part */
	assert_int_equal(boot_release(0x141000, 0x150000), -EINVAL);
	assert_int_equal(boot_release(0x300000, 0x400000), -EINVAL);	/* nobody's */
	assert_string_equal(why(0x140), "kernel init");
	assert_int_equal(boot_release(0x140000, 0x150000), 0);
	assert_string_equal(why(0x140), "free");
	assert_string_equal(why(0x13f), "kernel text");
}

static void a_map_full_of_holes(void **state)
{
	static struct e820_entry map[E820_RAW_MAX];
	struct rnd_state rnd;
	const char *from = getenv("SEED");
	u64 seed = from ? strtoull(from, NULL, 0) : 20240822;

	printf("# seed %llu (SEED=)\n", seed);
	prandom_seed_state(&rnd, seed);
	for (int round = 0; round < 100; round++) {
		unsigned int nr = 10 + prandom_u32_state(&rnd) % (E820_RAW_MAX - 10);

		map[0] = (struct e820_entry)RAM(0, 0x9fc00);
		map[1] = (struct e820_entry)RAM(0x100000, MIB(7));
		for (unsigned int i = 2; i < nr; i++)
			map[i] = (struct e820_entry){
				.base = MIB(8) + ((u64)prandom_u32_state(&rnd) >> round % 8),
				.size = prandom_u32_state(&rnd) >> (4 + i % 12),
				.type = 1 + (prandom_u32_state(&rnd) % 4 == 0),
				.attributes = 1,
			};
		machine(map, nr, 16);
		bootalloc_init();
		assert_int_equal(bootalloc_check(), 0);
		for (int i = 0; i < 50; i++)
			boot_alloc_nopanic(1 + prandom_u32_state(&rnd) % 20000,
					   1u << prandom_u32_state(&rnd) % 14,
					   prandom_u32_state(&rnd) % MIB(16), 0);
		bootalloc_hand_over();
		expect_ledger_closes();
	}
}

/* With hundreds of holes memblock's lists outgrow their static arrays, in whichever role. */
static void lists_that_grow_are_in_all_books(void **state)
{
	static struct e820_entry map[E820_RAW_MAX];
	struct boot_extent x;
	unsigned long arrays = 0;

	for (u64 i = 0; i < E820_RAW_MAX; i++)
		map[i] = (struct e820_entry)RAM(i << 20, i ? 0x80000 : 0x9f000);
	machine(map, E820_RAW_MAX, 64);
	reservations[1].start = 0x100000;
	reservations[1].end = 0x140000;
	bootalloc_init();
	assert_int_equal(bootalloc_check(), 0);
	assert_true(memblock.memory.max > MEMBLOCK_STATIC_REGIONS);
	for (int i = 0; i < 300; i++) {
		phys_addr_t at = MIB(i % 150 + 5) + (i / 150 << 14);

		boot_reserve(at, at + 9, "small");
	}
	assert_true(memblock.reserved.max > MEMBLOCK_STATIC_REGIONS);
	assert_int_equal(bootalloc_check(), 0);
	for (pfn_t pfn = 0; pfn < vm_layout.max_pfn; pfn = x.end)
		if (boot_extent_at(pfn, &x) && !strcmp(x.why, "memblock array"))
			arrays += x.end - x.start;
	assert_int_not_equal(arrays, 0);
	bootalloc_hand_over();
	expect_ledger_closes();
	for (pfn_t pfn = 0; pfn < vm_layout.max_pfn; pfn = x.end)
		if (boot_extent_at(pfn, &x))
			assert_string_not_equal(x.why, "memblock array");
}

/* memblock doubles its list inside a request: wherever in a chunk that is, a line is left. */
static void a_growing_list_always_finds_a_line(void **state)
{
	for (unsigned int extra = 0; extra < CHUNK_REQUESTS; extra++) {
		started(8);
		for (unsigned int i = 0; i < extra; i++)
			boot_reserve(0x200000 + i * 16, 0x200010 + i * 16, "touching");
		for (unsigned int i = 0; memblock.reserved.max == MEMBLOCK_STATIC_REGIONS; i++)
			boot_reserve(0x300000 + i * 32, 0x300010 + i * 32, "apart");
		assert_int_equal(bootalloc_check(), 0);
	}
}

/* That list's line comes behind the request's own, which is the one to be named. */
static void every_allocation_has_the_name_it_is_given(void **state)
{
	unsigned int named = 0, frames = 0;
	struct boot_extent x;

	started(32);
	for (; memblock.reserved.max == MEMBLOCK_STATIC_REGIONS; named++)
		boot_name(boot_alloc(PAGE_SIZE, 2 * PAGE_SIZE), "mine");
	for (pfn_t pfn = 0; pfn < vm_layout.max_pfn; pfn = x.end)
		if (boot_extent_at(pfn, &x) && !strcmp(x.why, "mine"))
			frames += x.end - x.start;
	assert_int_equal(frames, named);
}

static void random_requests_keep_the_books_alike(void **state)
{
	const char *from = getenv("SEED");
	u64 seed = from ? strtoull(from, NULL, 0) : 20240823;
	struct { void *p; size_t size; } live[64] = { { NULL, 0 } };
	struct rnd_state rnd;

	printf("# seed %llu (SEED=)\n", seed);
	prandom_seed_state(&rnd, seed);
	for (int round = 0; round < 10; round++) {
		started(round % 2 ? 64 : 16);
		memset(live, 0, sizeof(live));
		for (int i = 0; i < 2000; i++) {
			unsigned int slot = prandom_u32_state(&rnd) % ARRAY_SIZE(live);
			size_t size = 1 + prandom_u32_state(&rnd) % (i % 8 ? 5000 : 200000);

			if (live[slot].p) {
				boot_free(live[slot].p, live[slot].size);
				live[slot].p = NULL;
				continue;
			}
			live[slot].size = size;
			live[slot].p = boot_alloc_nopanic(size, 1u << prandom_u32_state(&rnd) % 14,
							  prandom_u32_state(&rnd) % MIB(32),
							  i % 5 ? 0 : MIB(4 + i % 50));
			if (i % 200 == 0)
				assert_int_equal(bootalloc_check(), 0);
		}
		assert_int_equal(bootalloc_check(), 0);
		bootalloc_hand_over();
		expect_ledger_closes();
	}
}

static void the_option_names_the_one_that_serves(void **state)
{
	machine_of_mib(8);
	assert_int_equal(set_engine("slob"), -EINVAL);
	assert_int_equal(set_engine(""), -EINVAL);
	assert_string_equal(bootalloc_name(), engine);
}

/* --- broken on purpose ------------------------------------------------------------------------ */

static void the_checker_names_the_broken_rule(void **state)
{
	struct boot_request *req;

	started(32);
	boot_alloc(100, 0);
	req = &last_chunk->request[last_chunk->nr - 1];
	req->start = 0x120000;
	assert_int_equal(bootalloc_check(), 1);
	req->start = MIB(16);
	boot_bootmem.nr_free--;
	assert_int_equal(bootalloc_check(), 2);
	boot_bootmem.nr_free++;
	assert_int_equal(bootalloc_check(), 0);
	req->live = false;
	assert_int_equal(bootalloc_check(), 3);
}

static void hand_over_panics_with_the_first_frame_that_differs(void **state)
{
	started(32);
	boot_alloc(PAGE_SIZE, 0);
	bootmem_free_frames(&boot_bootmem, 0x1000, 0x1001);
	expect_panic_saying("Frame 4096 (0x01000000) is free for bootmem and taken for memblock; "
			    "by map and record it is kept as early.", bootalloc_hand_over());
	started(32);
	memblock_phys_free(0x123000, PAGE_SIZE);
	expect_panic_saying("Frame 291 (0x00123000) is taken for bootmem and free for memblock; "
			    "by map and record it is kept as kernel text.", bootalloc_hand_over());
	started(32);
	memblock_reserve(0x1234567, 1);
	bootmem_reserve_frames(&boot_bootmem, 0x1300, 0x1301, BOOTMEM_DEFAULT);
	expect_panic_saying("Frame 4660 (0x01234000) is free for bootmem and taken for memblock; "
			    "by map and record it is free.", bootalloc_hand_over());
	assert_int_equal(nr_handed, 0);
}

#define ANY_ENGINE							\
	cmocka_unit_test(the_option_names_the_one_that_serves),		\
	cmocka_unit_test(lowmem_ends_at_896_mib),			\
	cmocka_unit_test(vmalloc_moves_the_border_down),		\
	cmocka_unit_test(highmem_moves_the_border_both_ways),		\
	cmocka_unit_test(malformed_sizes_are_refused),			\
	cmocka_unit_test(nothing_reserved_is_ever_given_out),		\
	cmocka_unit_test(page_0_is_kept_whoever_forgets_it),		\
	cmocka_unit_test(the_bitmap_finds_the_first_gap),		\
	cmocka_unit_test(overlapping_reservations_are_a_panic_naming_both), \
	cmocka_unit_test(the_record_grows),				\
	cmocka_unit_test(what_cannot_be_recorded_is_not_served),	\
	cmocka_unit_test(memory_may_run_out_at_any_request),		\
	cmocka_unit_test(nonsense_is_a_bug),				\
	cmocka_unit_test(every_size_of_memory_is_handed_over_whole),	\
	cmocka_unit_test(highmem_reservations_are_kept),		\
	cmocka_unit_test(init_memory_is_released_later),		\
	cmocka_unit_test(a_map_full_of_holes),				\
	cmocka_unit_test(lists_that_grow_are_in_all_books),		\
	cmocka_unit_test(a_growing_list_always_finds_a_line),		\
	cmocka_unit_test(every_allocation_has_the_name_it_is_given),	\
	cmocka_unit_test(random_requests_keep_the_books_alike)

int main(void)
{
	const struct CMUnitTest with_bootmem[] = {
		ANY_ENGINE,
		cmocka_unit_test(memory_is_zeroed_and_recorded),
		cmocka_unit_test(nothing_is_past_what_is_mapped),
		cmocka_unit_test(what_is_freed_can_be_had_again),
		cmocka_unit_test(the_checker_names_the_broken_rule),
		cmocka_unit_test(hand_over_panics_with_the_first_frame_that_differs),
	};
	const struct CMUnitTest with_memblock[] = { ANY_ENGINE };
	int failed = cmocka_run_group_tests_name("bootalloc=bootmem", with_bootmem, NULL, NULL);

	engine = "memblock";
	failed += cmocka_run_group_tests_name("bootalloc=memblock", with_memblock, NULL, NULL);
	return failed;
}
