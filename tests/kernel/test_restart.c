/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/test_restart.c - a pop or push of a cache's array, interrupted at every instruction
 *
 *   step            1   2   3   4   5   6 ...     of kmem_cache_alloc() or kmem_cache_free(), by TF
 *   run 1           !                             ! an "interrupt": its handler uses the same cache,
 *   run 2               !                           and the range starts anew as after any interrupt
 *   run 3                   !
 *
 * Then the same with real interrupts: the clock chip's 8192 a second, in the middle of a loop.
 *
 * Sources: Intel SDM vol. 3B, "Single-Stepping"; Motorola MC146818A data sheet, "Periodic Interrupt".
 */
#include <arch.h>
#include <io.h>
#include <irq.h>
#include <restart.h>
#include <traps.h>
#include <kernel/ktest.h>
#include <kernel/time.h>
#include <lib/kernel.h>
#include <mm/slab.h>
#include <mm/slabinfo.h>
#include "machine_lacks.h"

#define EFLAGS_TF	(1u << 8)
#define HELD_MAX	256

static struct kmem_cache *cache;
static void *held[HELD_MAX];		/* objects that this test has */
static unsigned int nr_held;

static void hold(struct ktest *t, void *object)
{
	for (unsigned int i = 0; i < nr_held; i++)
		KTEST_EXPECT(t, held[i] != object);
	KTEST_REQUIRE(t, object && nr_held < HELD_MAX);
	held[nr_held++] = object;
}

static void let_go(unsigned int n)
{
	while (n-- && nr_held)
		kmem_cache_free(cache, held[--nr_held]);
}

/* What a handler may do to the array: pop, push, empty it, fill it up, take it all. */
enum meddle { POP, PUSH, EMPTY, FILL, TAKE_ALL, NR_MEDDLES };

static void meddle(struct ktest *t, enum meddle what)
{
	switch (what) {
	case POP:
		hold(t, kmem_cache_alloc(cache, GFP_ATOMIC));
		break;
	case PUSH:
		let_go(1);
		break;
	case EMPTY:
		kmem_cache_shrink(cache);
		break;
	case FILL:
		for (int i = 0; i < 130; i++)
			hold(t, kmem_cache_alloc(cache, GFP_ATOMIC));
		let_go(130);
		break;
	default:
		for (int i = 0; i < 70; i++)
			hold(t, kmem_cache_alloc(cache, GFP_ATOMIC));
		let_go(5);
	}
}

/* With debug=slab or init_on_alloc=1 there is none, and nothing to restart. */
static bool cache_has_array(struct kmem_cache *c)
{
	struct slab_info info;

	for (unsigned int i = 0; slab_info(i, &info); i++)
		if (info.name == kmem_cache_name(c))
			return info.limit != 0;
	return false;
}

/* --- step by step ---------------------------------------------------------------------------- */

static struct ktest *stepping_for;
static unsigned int steps_left;		/* until the interrupt */
static enum meddle what_then;

/* An instruction that runs with interrupts off cannot be interrupted, and is not counted. */
static void step(struct arch_regs *regs)
{
	if (regs->eflags & X86_EFLAGS_IF && steps_left && --steps_left == 0) {
		meddle(stepping_for, what_then);
		regs->eip = restart_range(regs->eip);
	}
}

/* TF makes each instruction from the one after POPF on end in a debug exception. */
static void stepping(bool on)
{
	if (on)
		__asm__ __volatile__("pushfl; orl %0, (%%esp); popfl" : : "i"(EFLAGS_TF) : "cc", "memory");
	else
		__asm__ __volatile__("pushfl; andl %0, (%%esp); popfl" : : "i"(~EFLAGS_TF) : "cc", "memory");
}

/* One call, interrupted after @at steps. False: it was over before. */
static bool interrupted_call(struct ktest *t, bool alloc, unsigned int at)
{
	void *object = alloc ? NULL : held[--nr_held];
	bool met;

	steps_left = at;
	trap_step_hook = step;
	stepping(true);
	if (alloc)
		object = kmem_cache_alloc(cache, GFP_ATOMIC);
	else
		kmem_cache_free(cache, object);
	stepping(false);
	trap_step_hook = NULL;
	met = !steps_left;
	if (alloc)
		hold(t, object);
	return met;
}

static void interrupt_each_step(struct ktest *t, bool alloc)
{
	for (enum meddle m = 0; m < NR_MEDDLES; m++) {
		unsigned long before = restart_count;
		unsigned int at = 0;

		stepping_for = t;
		what_then = m;
		do {
			let_go(nr_held > 60 ? nr_held - 60 : 0);
			while (nr_held < 20)
				hold(t, kmem_cache_alloc(cache, GFP_KERNEL));
			kmem_cache_free(cache, kmem_cache_alloc(cache, GFP_KERNEL));
		} while (interrupted_call(t, alloc, ++at) && at < 1000 && !t->failed);
		KTEST_EXPECT(t, at < 1000);
		if (cache_has_array(cache)) {
			KTEST_EXPECT(t, at >= 9);		/* the call has so many instructions */
			KTEST_EXPECT(t, restart_count - before >= 4);	/* each one inside the range */
		}
		KTEST_EXPECT_EQ(t, slab_check(), 0);
	}
	let_go(nr_held);
	KTEST_EXPECT_EQ(t, kmem_cache_destroy(cache), 0);
}

KTEST(restart, alloc_interrupted_at_every_instruction)
{
	if (machine_lacks("debug"))
		KTEST_SKIP(t, "lacks= says that this machine does not step");
	cache = kmem_cache_create("restart", 40, 0, 0, NULL);
	KTEST_REQUIRE(t, cache);
	interrupt_each_step(t, true);
}

KTEST(restart, free_interrupted_at_every_instruction)
{
	if (machine_lacks("debug"))
		KTEST_SKIP(t, "lacks= says that this machine does not step");
	cache = kmem_cache_create("restart", 40, 0, 0, NULL);
	KTEST_REQUIRE(t, cache);
	interrupt_each_step(t, false);
}

/* --- 8192 interrupts a second ------------------------------------------------------------------ */

#define IRQ_RTC			8
#define RTC_INDEX		0x70
#define RTC_DATA		0x71
#define RTC_A			0x0a
#define RTC_A_RATE_8192		0x03
#define RTC_B			0x0b
#define RTC_B_PERIODIC		0x40
#define RTC_C			0x0c		/* reading it lets the next interrupt come */
#define STORM_TURNS		4000u

static volatile unsigned long storms;

static u8 rtc_read(u8 reg)
{
	outb(reg, RTC_INDEX);
	return inb(RTC_DATA);
}

static void rtc_write(u8 reg, u8 value)
{
	outb(reg, RTC_INDEX);
	outb(value, RTC_DATA);
}

static void storm(void)
{
	rtc_read(RTC_C);
	meddle(stepping_for, storms++ % NR_MEDDLES);
	if (nr_held > 40)
		let_go(nr_held - 20);
}

static void storm_begin(void)
{
	static bool installed;

	if (!installed)
		irq_install(IRQ_RTC, storm);
	installed = true;
	rtc_write(RTC_A, (rtc_read(RTC_A) & 0xf0) | RTC_A_RATE_8192);
	rtc_write(RTC_B, rtc_read(RTC_B) | RTC_B_PERIODIC);
	rtc_read(RTC_C);
	irq_unmask(IRQ_RTC);
}

static void storm_end(void)
{
	irq_mask(IRQ_RTC);
	rtc_write(RTC_B, rtc_read(RTC_B) & ~RTC_B_PERIODIC);
}

/* The loop's objects are its own: the handler has another list. */
KTEST(restart, objects_stay_single_in_a_storm_of_interrupts)
{
	unsigned long begin, turns = 0;
	u32 *mine[16];

	cache = kmem_cache_create("storm", 40, 0, 0, NULL);
	KTEST_REQUIRE(t, cache);
	stepping_for = t;
	storms = 0;
	storm_begin();
	for (begin = jiffies; turns < STORM_TURNS && jiffies - begin < 2 * HZ; turns++) {
		for (unsigned int i = 0; i < ARRAY_SIZE(mine); i++) {
			mine[i] = kmem_cache_alloc(cache, GFP_ATOMIC);
			if (mine[i])
				mine[i][3] = turns + i;
		}
		for (unsigned int i = 0; i < ARRAY_SIZE(mine); i++) {
			if (!mine[i] || mine[i][3] != turns + i)
				ktest_fail(t, __FILE__, __LINE__, "turn %lu: %px is lost", turns, mine[i]);
			kmem_cache_free(cache, mine[i]);
		}
		if (storms < 20 && turns == STORM_TURNS - 1)
			turns = 0;
	}
	storm_end();
	let_go(nr_held);
	KTEST_EXPECT_EQ(t, slab_check(), 0);
	KTEST_EXPECT_EQ(t, kmem_cache_destroy(cache), 0);
	if (!storms)
		KTEST_SKIP(t, "the clock chip gives no periodic interrupt");
}
