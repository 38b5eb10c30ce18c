/* SPDX-License-Identifier: MIT */
/*
 * include/lib/moduleparam.h - variables that the command line sets: file.name=value
 *
 *	static int rounds = 3;			in ring.c:  ring.rounds=5
 *	module_param(rounds, int, 0444);
 *
 * Each parameter is an entry in section .init.params; kernel/param.c looks up there what has a dot in
 * its name. As in the books, '-' and '_' are the same in names.
 */
#ifndef LIB_MODULEPARAM_H
#define LIB_MODULEPARAM_H

#include <lib/compiler.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/types.h>

struct kernel_param;

/*
 * set: 0, or -EINVAL or -ERANGE with the variable untouched; @value stays valid for ever
 * get: print the value and a newline into @buffer, one page; gives the length. May be NULL.
 */
struct kernel_param_ops {
	int (*set)(const char *value, const struct kernel_param *param);
	int (*get)(char *buffer, const struct kernel_param *param);
};

struct kernel_param {
	const char *file;			/* KBUILD_MODNAME */
	const char *name;
	const struct kernel_param_ops *ops;
	void *arg;				/* the variable */
};

/**
 * kernel_param_set - hand a word of the command line to the parameter it names
 * @table: first entry of .init.params
 * @end:   behind the last
 * @name:  "file.name"
 * @value: what stood behind '='; "" for a bare name, which only bool and string parameters take
 * Return: 0; -ENOENT when there is no such parameter; else what its set() said
 */
int kernel_param_set(const struct kernel_param *table, const struct kernel_param *end,
		     const char *name, const char *value);

/* --- types ------------------------------------------------------------------------------------- */

typedef unsigned char param_type_byte;
typedef short param_type_short;
typedef unsigned short param_type_ushort;
typedef int param_type_int;
typedef unsigned int param_type_uint;
typedef long param_type_long;
typedef unsigned long param_type_ulong;
typedef unsigned long long param_type_ullong;
typedef unsigned int param_type_hexint;
typedef char *param_type_charp;
typedef bool param_type_bool;
typedef bool param_type_invbool;

extern const struct kernel_param_ops param_ops_byte, param_ops_short, param_ops_ushort,
	param_ops_int, param_ops_uint, param_ops_long, param_ops_ulong, param_ops_ullong,
	param_ops_hexint, param_ops_charp, param_ops_bool, param_ops_invbool,
	param_ops_string, param_ops_array;

/* For module_param_string(): @size bytes at @text. */
struct kparam_string {
	unsigned int size;
	char *text;
};

/* For module_param_array(): at most @max elements, of which *@count have been set. */
struct kparam_array {
	unsigned int max, element_size;
	unsigned int *count;			/* may be NULL */
	const struct kernel_param_ops *ops;	/* of one element */
	void *elements;
};

/* --- declaring --------------------------------------------------------------------------------- */

/* A parameter with functions of its own. @perm is for the reader: there is no file system. */
#define module_param_cb(name_, ops_, arg_, perm)				\
	static const struct kernel_param kernel_param_##name_			\
	__used __section(".init.params") __aligned(sizeof(void *)) = {		\
		KBUILD_MODNAME, #name_, ops_, arg_ }

/*
 * @type: byte short ushort int uint long ulong ullong hexint charp bool invbool
 * The word is joined to a name where it is written: one macro further down, bool would be _Bool.
 */
#define module_param_named(name, variable, type, perm)				\
	module_param_typed_(name, variable, param_type_##type, param_ops_##type, perm)
#define module_param(name, type, perm)						\
	module_param_typed_(name, name, param_type_##type, param_ops_##type, perm)
#define module_param_typed_(name, variable, type_, ops, perm)			\
	_Static_assert(__same_type(variable, type_),				\
		       "module_param: " #variable " is not a " #type_);		\
	module_param_cb(name, &ops, &(variable), perm)

/* @name sets @text, an array of @size characters. A value that is too long is -ENOSPC. */
#define module_param_string(name, text, size, perm)				\
	static const struct kparam_string kparam_string_##name = { size, text };	\
	module_param_cb(name, &param_ops_string, (void *)&kparam_string_##name, perm)

/*
 * name=1,2,3 fills the array @name; the number of elements goes to *@count, an unsigned int (may be
 * NULL). Any @type but charp.
 */
#define module_param_array_named(name, array, type, count, perm)		\
	module_param_array_typed_(name, array, param_type_##type, param_ops_##type, count, perm)
#define module_param_array(name, type, count, perm)				\
	module_param_array_typed_(name, name, param_type_##type, param_ops_##type, count, perm)
#define module_param_array_typed_(name, array, type_, ops, count, perm)		\
	_Static_assert(__same_type((array)[0], type_),				\
		       "module_param_array: " #array " does not hold " #type_);	\
	_Static_assert(!__same_type((array)[0], char *),			\
		       "module_param_array: not for charp");			\
	static const struct kparam_array kparam_array_##name = {		\
		ARRAY_SIZE(array), sizeof((array)[0]), count, &ops, array }; \
	module_param_cb(name, &param_ops_array, (void *)&kparam_array_##name, perm)

#endif
