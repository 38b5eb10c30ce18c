/* SPDX-License-Identifier: MIT */
/*
 * kernel/param.c - the command line, cut into words and handed to their options
 *
 *   "mem=64M break=zones debug"
 *      |          |        \---- set_debug("")      a bare name has the empty value
 *      |          \------------- set_break("zones")
 *      \------------------------ set_mem("64M")     looked up between __setup_start and __setup_end
 *
 * A name with a dot, "ring.rounds=5", is a variable that module_param() has named.
 *
 * The words stay in words[] for ever, so that an option may keep a pointer to its value.
 */
#include <arch.h>
#include <kernel/param.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/moduleparam.h>
#include <lib/printk.h>
#include <lib/string.h>

#define COMMAND_LINE_MAX	2048

extern const struct boot_option __setup_start[], __setup_end[];
extern const struct kernel_param __params_start[], __params_end[];

static char words[COMMAND_LINE_MAX];

/* Cut the next word off *@rest, in place; quotes vanish. NULL at the end of the line. */
static char *next_word(char **rest)
{
	char *word = skip_spaces(*rest), *from = word, *to = word;
	bool quoted = false;

	if (!*word)
		return NULL;
	for (; *from && (quoted || *from != ' '); from++) {
		if (*from == '"')
			quoted = !quoted;
		else
			*to++ = *from;
	}
	*rest = *from ? from + 1 : from;
	*to = '\0';
	return word;
}

/* Every option of that name hears of it. Return: 0, -ENOENT: there is none, or what one said. */
static int option_set(const char *name, const char *value)
{
	int err = -ENOENT;

	for (const struct boot_option *o = __setup_start; o < __setup_end; o++) {
		if (strcmp(o->name, name))
			continue;
		err = o->set(value);
		if (err)
			break;
	}
	return err;
}

static void param_set(const char *name, const char *value)
{
	int err = strchr(name, '.') ?
		  kernel_param_set(__params_start, __params_end, name, value) :
		  option_set(name, value);

	if (err == -ENOENT)
		pr_warn("command line: option \"%s\" is not known, so it is ignored\n", name);
	else if (err)
		pr_warn("command line: option \"%s\" cannot be \"%s\", so it is ignored\n",
			name, value);
}

void params_parse(void)
{
	char *rest = words, *word;

	if (strscpy(words, arch_command_line(), sizeof(words)) < 0)
		pr_warn("command line: only its first %u characters are read\n",
			COMMAND_LINE_MAX - 1);
	while ((word = next_word(&rest))) {
		char *value = strchr(word, '=');

		if (value)
			*value++ = '\0';
		param_set(word, value ? value : "");
	}
}
