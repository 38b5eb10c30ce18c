/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/ktest.h - tests that run inside the booted kernel and print KTAP
 *
 *	KTEST(buddy, split_then_merge_restores_the_block)
 *	{
 *		struct page *one = alloc_pages(GFP_KERNEL, 0);
 *		KTEST_REQUIRE(t, one);			ends this test, not the run
 *		KTEST_EXPECT_EQ(t, page_count(one), 1);	"# file:line: got 2, want 1", and not ok
 *		free_pages(one, 0);
 *	}
 *
 * The table of tests lies in section .ktest (gathered by the linker, sorted by suite at run time).
 * After each suite the ledger is verified: a suite that leaks a frame fails.
 * Source of the format: the Linux kernel's "The Kernel Test Anything Protocol (KTAP), version 1".
 */
#ifndef KERNEL_KTEST_H
#define KERNEL_KTEST_H

#include <lib/compiler.h>
#include <lib/types.h>

struct ktest {
	const char *suite, *name;
	void (*run)(struct ktest *t);
	bool failed;
	const char *skipped;		/* why the machine cannot run it */
};

#define KTEST(suite_, name_)						\
	static void ktest_##suite_##_##name_(struct ktest *t);		\
	static struct ktest ktest_entry_##suite_##_##name_		\
	__used __section(".ktest") __aligned(4) = {			\
		.suite = #suite_, .name = #name_,			\
		.run = ktest_##suite_##_##name_,			\
	};								\
	static void ktest_##suite_##_##name_(struct ktest *t __maybe_unused)

void ktest_fail(struct ktest *t, const char *file, int line, const char *fmt, ...) __printf(4, 5);

#define KTEST_EXPECT_EQ(t, got, want) do {				\
	long long got_ = (long long)(got), want_ = (long long)(want);	\
	if (got_ != want_)						\
		ktest_fail(t, __FILE__, __LINE__, #got ": got %lld (0x%llx), want %lld (0x%llx)", \
			   got_, got_, want_, want_);			\
} while (0)

#define KTEST_EXPECT(t, cond) do {					\
	if (!(cond))							\
		ktest_fail(t, __FILE__, __LINE__, "%s is false", #cond); \
} while (0)

#define KTEST_REQUIRE(t, cond) do {					\
	if (!(cond)) {							\
		ktest_fail(t, __FILE__, __LINE__, "%s is false", #cond); \
		return;							\
	}								\
} while (0)

/* End this test as skipped; @why is printed and must name what the machine lacks. */
#define KTEST_SKIP(t, why) do { (t)->skipped = (why); return; } while (0)

/**
 * ktest_run - run the suites named in @which
 * @which: suite names with commas between, or "all"
 * Return: the number of tests that failed, or -EINVAL when a name is unknown (the log lists the known)
 */
int ktest_run(const char *which);

/* selftest=@which: run, then leave the emulator by its exit code; returns where there is no way out. */
void ktest_boot(const char *which);

#endif
