/* SPDX-License-Identifier: MIT */
/*
 * include/lib/bug.h - three answers to trouble
 *
 *   the caller may lack luck      NULL or -Exxx, documented where the function is declared
 *   the machine cannot go on      panic("what was wanted, what there was")
 *   the code is wrong             BUG_ON(condition), in every build; WARN_ON where going on is safe
 *
 * A site is one constant structure, so that a check costs a compare, a jump never taken, and a
 * push and a call that lie out of line.
 */
#ifndef LIB_BUG_H
#define LIB_BUG_H

#include <lib/compiler.h>
#include <lib/types.h>

struct bug_site {
	const char *file;
	const char *what;		/* the condition, as it is written in the source */
	unsigned int line;
};

/**
 * panic - stop the machine and say why
 * @fmt: a full sentence: what was wanted and what there was
 *
 * Prints the sentence, the registers, a named backtrace and the boot stage on every console. Under
 * test (isa-debug-exit present) the emulator leaves with status 35.
 *
 * Context: any, from the first C instruction on. Does not return.
 */
void panic(const char *fmt, ...) __printf(1, 2) __noreturn __cold;

/* Out-of-line halves of the macros below. */
void bug_hit(const struct bug_site *site) __noreturn __cold;
void warn_hit(const struct bug_site *site) __cold;
void warn_hit_fmt(const struct bug_site *site, const char *fmt, ...) __printf(2, 3) __cold;

#define BUG_SITE(text) \
	({ static const struct bug_site site_ = { __FILE__, text, __LINE__ }; &site_; })

#define BUG()		bug_hit(BUG_SITE("BUG()"))
#define BUG_ON(cond)	do { if (unlikely(cond)) bug_hit(BUG_SITE(#cond)); } while (0)

#define WARN_ON(cond) ({						\
	bool warn_cond_ = !!(cond);					\
	if (unlikely(warn_cond_))					\
		warn_hit(BUG_SITE(#cond));				\
	unlikely(warn_cond_);						\
})

#define WARN(cond, fmt...) ({						\
	bool warn_cond_ = !!(cond);					\
	if (unlikely(warn_cond_))					\
		warn_hit_fmt(BUG_SITE(#cond), fmt);			\
	unlikely(warn_cond_);						\
})

#define WARN_ON_ONCE(cond) ({						\
	static bool warned_;						\
	bool warn_cond_ = !!(cond);					\
	if (unlikely(warn_cond_ && !warned_)) {				\
		warned_ = true;						\
		warn_hit(BUG_SITE(#cond));				\
	}								\
	unlikely(warn_cond_);						\
})

#define WARN_ONCE(cond, fmt...) ({					\
	static bool warned_;						\
	bool warn_cond_ = !!(cond);					\
	if (unlikely(warn_cond_ && !warned_)) {				\
		warned_ = true;						\
		warn_hit_fmt(BUG_SITE(#cond), fmt);			\
	}								\
	unlikely(warn_cond_);						\
})

#endif
