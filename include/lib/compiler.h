/* SPDX-License-Identifier: MIT */
/*
 * include/lib/compiler.h - names for what the compiler can be told
 *
 * Works with gcc and clang. Sections named here are placed by arch/i386/flagstone.ld:
 * .init.text and .init.data are given to the buddy lists at the end of boot.
 */
#ifndef LIB_COMPILER_H
#define LIB_COMPILER_H

#define __aligned(x)		__attribute__((aligned(x)))
#undef __always_inline				/* a host libc has its own */
#define __always_inline		inline __attribute__((always_inline))
#define __cold			__attribute__((cold))
#define __maybe_unused		__attribute__((unused))
#define __must_check		__attribute__((warn_unused_result))
#define __noreturn		__attribute__((noreturn))
#define __packed		__attribute__((packed))
#define __printf(a, b)		__attribute__((format(printf, a, b)))
#define __scanf(a, b)		__attribute__((format(scanf, a, b)))
#define __section(name)		__attribute__((section(name)))
#define __used			__attribute__((used))
#define __weak			__attribute__((weak))
#define noinline		__attribute__((noinline))
/* Called as if it were in another file: the caller keeps nothing alive for it. clang has no such word. */
#if defined(__has_attribute) && __has_attribute(noipa)
#define __noipa			__attribute__((noipa))
#else
#define __noipa			noinline
#endif
#define fallthrough		__attribute__((fallthrough))
#define unreachable()		__builtin_unreachable()
#define noinline_for_stack	noinline
#define __malloc		__attribute__((malloc))
#define __deprecated		__attribute__((deprecated))
#define __always_unused		__attribute__((unused))
#define __pure			__attribute__((pure))
#define __attribute_const__	__attribute__((const))

/* Said of pointers for a checker that is not run here, and of data that needs no section here. */
#define __user
#define __iomem
#define __percpu
#define __rcu
#define __bitwise
#define __nocast
#define __must_hold(lock)
#define __acquires(lock)
#define __releases(lock)
#define __private
#define notrace
#define __force
#define __read_mostly
#define __counted_by(member)
#define __ro_after_init
#define asmlinkage
#if defined(__has_attribute) && __has_attribute(nonstring)
#define __nonstring		__attribute__((nonstring))
#else
#define __nonstring
#endif

/* A host test build keeps everything in the ordinary sections. */
#ifdef FLAGSTONE_HOST
#define __init
#define __initdata
#define __initconst
#else
#define __init			__section(".init.text") __cold
#define __initdata		__section(".init.data")
#define __initconst		__section(".init.rodata")
#endif
#define __exit			__maybe_unused
#define __exitdata		__maybe_unused
#define __ref
#define __refdata
#define __devinit		__init		/* no device comes later: Linux 2.6's words are these */
#define __devinitdata		__initdata
#define __devexit		__exit

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)

/* The compiler may not move memory accesses across this; the CPU is not told. */
#define barrier()		__asm__ __volatile__("" ::: "memory")

/* One access, exactly where it is written. */
#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, val)	do { *(volatile __typeof__(x) *)&(x) = (val); } while (0)
#define ACCESS_ONCE(x)		(*(volatile __typeof__(x) *)&(x))
#define data_race(expression)	(expression)

/* The compiler forgets what it knew about the value of @var. */
#define OPTIMIZER_HIDE_VAR(var)	__asm__("" : "=r"(var) : "0"(var))

#define __same_type(a, b)	__builtin_types_compatible_p(__typeof__(a), __typeof__(b))
#define is_signed_type(type)	(((type)(-1)) < (__typeof__((type)1))1)

#define __diag_push()		_Pragma("GCC diagnostic push")
#define __diag_pop()		_Pragma("GCC diagnostic pop")
#define __diag_ignore_all(option, comment) diag_pragma_(GCC diagnostic ignored option)
#define diag_pragma_(text)	_Pragma(#text)

#endif
