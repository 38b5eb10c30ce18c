/* SPDX-License-Identifier: MIT */
/*
 * include/lib/init.h - tables that the linker gathers: boot options and module entries
 *
 * Each entry lies in a section of its own name; arch/i386/flagstone.ld puts them in link order
 * between two symbols (__setup_start .. __setup_end and __initcall_start .. __initcall_end).
 */
#ifndef LIB_INIT_H
#define LIB_INIT_H

#include <lib/compiler.h>
#include <lib/types.h>

/* The build may give the file's name without directory and ".c"; else it is taken off at run time. */
#ifndef KBUILD_MODNAME
#ifdef __FILE_NAME__
#define KBUILD_MODNAME	__FILE_NAME__
#else
#define KBUILD_MODNAME	__BASE_FILE__
#endif
#endif

/*
 * One option of the kernel command line. "name=value" calls set("value"), a bare "name" calls
 * set(""). set() gives 0, or -EINVAL for a value it cannot use: the log then names option and value
 * and boot goes on.
 */
struct boot_option {
	const char *name;
	int (*set)(const char *value);
};

/* @fn_ may also be an int (*)(char *), as code from elsewhere has it. */
#define early_param(str, fn_)						\
	static const struct boot_option boot_option_##fn_		\
	__used __section(".init.setup") __aligned(4) = { str,		\
		__builtin_choose_expr(__same_type(fn_, int (char *)),	\
				      (int (*)(const char *))(fn_), fn_) }

/* The older form, whose names end in '='. Not looked at: the log calls such an option unknown. */
#define __setup(str, fn)	static void *setup_##fn __maybe_unused = (void *)fn

typedef int (*initcall_t)(void);

struct initcall {
	const char *file;			/* KBUILD_MODNAME */
	const char *name;			/* of fn */
	initcall_t fn;
};

/*
 * Run fn() once page allocator, slab and vmalloc are up, before the prompt, in link order. It and its
 * data may be __init: that memory is given away afterwards (kernel/module.c).
 */
#define module_init(fn_)						\
	static const struct initcall initcall_##fn_			\
	__used __section(".init.calls") __aligned(4) = { KBUILD_MODNAME, #fn_, fn_ }

#define late_initcall(fn)	module_init(fn)
/* Linux has levels; here all of them are this one. */
#define device_initcall(fn)	module_init(fn)
#define subsys_initcall(fn)	module_init(fn)
#define fs_initcall(fn)		module_init(fn)
#define arch_initcall(fn)	module_init(fn)
#define core_initcall(fn)	module_init(fn)
#define postcore_initcall(fn)	module_init(fn)
#define early_initcall(fn)	module_init(fn)
#define module_exit(fn)		static void *exitcall_##fn __maybe_unused = (void *)fn

#endif
