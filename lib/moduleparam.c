/* SPDX-License-Identifier: MIT */
/*
 * lib/moduleparam.c - finding the parameter that a word names, and reading values of each type
 *
 *	"docs/examples/ring.c" + "max_rounds"		the entry in .init.params
 *	              "ring.max-rounds=5"		the word on the command line
 *
 * Of the file's name counts what lies between the last '/' and the first '.' behind it.
 */
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/kstrtox.h>
#include <lib/moduleparam.h>
#include <lib/string.h>
#include <lib/vsprintf.h>

/* What a get() function may print. */
#define PARAM_TEXT_MAX	4096

/* --- names ------------------------------------------------------------------------------------- */

/* The same character, where '-' and '_' are one? */
static bool same_char(char a, char b)
{
	return (a == '-' ? '_' : a) == (b == '-' ? '_' : b);
}

/* Is @name, which ends at @end or at its NUL, the same as the @len characters at @text? */
static bool same_name(const char *name, char end, const char *text, size_t len)
{
	for (; len > 0; len--, name++, text++)
		if (!*name || *name == end || !same_char(*name, *text))
			return false;
	return !*name || *name == end;
}

static bool param_has_name(const struct kernel_param *param, const char *name, const char *dot)
{
	const char *slash = strrchr(param->file, '/');
	const char *file = slash ? slash + 1 : param->file;

	return same_name(file, '.', name, (size_t)(dot - name)) &&
	       same_name(param->name, '\0', dot + 1, strlen(dot + 1));
}

int kernel_param_set(const struct kernel_param *table, const struct kernel_param *end,
		     const char *name, const char *value)
{
	const char *dot = strchr(name, '.');

	for (const struct kernel_param *param = table; dot && param < end; param++)
		if (param_has_name(param, name, dot))
			return param->ops->set(value, param);
	return -ENOENT;
}

/* --- numbers ----------------------------------------------------------------------------------- */

/* A bare name has the value "", which is no number: kstrto*() says -EINVAL. */
#define NUMBER_OPS(type, parse, format)							\
static int param_set_##type(const char *value, const struct kernel_param *param)	\
{											\
	return parse(value, 0, (param_type_##type *)param->arg);			\
}											\
static int param_get_##type(char *buffer, const struct kernel_param *param)		\
{											\
	return scnprintf(buffer, PARAM_TEXT_MAX, format, *(param_type_##type *)param->arg); \
}											\
const struct kernel_param_ops param_ops_##type = { param_set_##type, param_get_##type }

NUMBER_OPS(byte, kstrtou8, "%hhu\n");
NUMBER_OPS(short, kstrtos16, "%hd\n");
NUMBER_OPS(ushort, kstrtou16, "%hu\n");
NUMBER_OPS(int, kstrtoint, "%d\n");
NUMBER_OPS(uint, kstrtouint, "%u\n");
NUMBER_OPS(long, kstrtol, "%ld\n");
NUMBER_OPS(ulong, kstrtoul, "%lu\n");
NUMBER_OPS(ullong, kstrtoull, "%llu\n");
NUMBER_OPS(hexint, kstrtouint, "%#08x\n");

/* --- yes or no --------------------------------------------------------------------------------- */

/* A bare name says yes. */
static int param_set_bool(const char *value, const struct kernel_param *param)
{
	return kstrtobool(*value ? value : "1", param->arg);
}

static int param_set_invbool(const char *value, const struct kernel_param *param)
{
	bool yes;
	int err = kstrtobool(*value ? value : "1", &yes);

	if (!err)
		*(bool *)param->arg = !yes;
	return err;
}

static int param_get_bool(char *buffer, const struct kernel_param *param)
{
	return scnprintf(buffer, PARAM_TEXT_MAX, "%c\n", *(bool *)param->arg ? 'Y' : 'N');
}

static int param_get_invbool(char *buffer, const struct kernel_param *param)
{
	return scnprintf(buffer, PARAM_TEXT_MAX, "%c\n", *(bool *)param->arg ? 'N' : 'Y');
}

const struct kernel_param_ops param_ops_bool = { param_set_bool, param_get_bool };
const struct kernel_param_ops param_ops_invbool = { param_set_invbool, param_get_invbool };

/* --- text -------------------------------------------------------------------------------------- */

static int param_set_charp(const char *value, const struct kernel_param *param)
{
	*(const char **)param->arg = value;
	return 0;
}

static int param_get_charp(char *buffer, const struct kernel_param *param)
{
	return scnprintf(buffer, PARAM_TEXT_MAX, "%s\n", *(const char **)param->arg);
}

static int param_set_string(const char *value, const struct kernel_param *param)
{
	const struct kparam_string *string = param->arg;

	if (strlen(value) >= string->size)
		return -ENOSPC;
	strcpy(string->text, value);
	return 0;
}

static int param_get_string(char *buffer, const struct kernel_param *param)
{
	const struct kparam_string *string = param->arg;

	return scnprintf(buffer, PARAM_TEXT_MAX, "%s\n", string->text);
}

const struct kernel_param_ops param_ops_charp = { param_set_charp, param_get_charp };
const struct kernel_param_ops param_ops_string = { param_set_string, param_get_string };

/* --- arrays: elements with commas between ------------------------------------------------------ */

#define ELEMENT_TEXT_MAX	32		/* digits and sign of any number, and more */

static struct kernel_param array_element(const struct kernel_param *param, unsigned int index)
{
	const struct kparam_array *array = param->arg;

	return (struct kernel_param){
		.file = param->file,
		.name = param->name,
		.ops = array->ops,
		.arg = (char *)array->elements + index * array->element_size,
	};
}

/*
 * Elements before a bad one keep their new values; the count is written only when all were good.
 * An array of charp would need the text cut in place, so elements are numbers and bools.
 */
static int param_set_array(const char *value, const struct kernel_param *param)
{
	const struct kparam_array *array = param->arg;
	char text[ELEMENT_TEXT_MAX];
	unsigned int n = 0;

	for (;;) {
		struct kernel_param element = array_element(param, n);
		size_t len = strcspn(value, ",");
		int err;

		if (n == array->max || len >= sizeof(text))
			return -EINVAL;
		memcpy(text, value, len);
		text[len] = '\0';
		err = array->ops->set(text, &element);
		if (err)
			return err;
		n++;
		if (!value[len])
			break;
		value += len + 1;
	}
	if (array->count)
		*array->count = n;
	return 0;
}

/* The elements' own lines, with the newlines between them made commas. */
static int param_get_array(char *buffer, const struct kernel_param *param)
{
	const struct kparam_array *array = param->arg;
	unsigned int n = array->count ? *array->count : array->max;
	int used = 0;

	for (unsigned int i = 0; i < n && used < PARAM_TEXT_MAX - ELEMENT_TEXT_MAX; i++) {
		struct kernel_param element = array_element(param, i);

		if (used)
			buffer[used - 1] = ',';
		used += array->ops->get(buffer + used, &element);
	}
	return used;
}

const struct kernel_param_ops param_ops_array = { param_set_array, param_get_array };
