/* SPDX-License-Identifier: MIT */
/*
 * kernel/param.c - the command line, cut into words and handed to their options
 *
 *   "mem=64M break=zones debug"
 *      |          |        \---- set_debug("")      a bare name has the empty value
 *      |          \------------- set_break("zones")
 *      \------------------------ set_mem("64M")     looked up between __setup_start and __setup_end
 *
 * The words stay in words[] for ever, so that an option may keep a pointer to its value.
 */
#include <arch.h>
#include <kernel/param.h>
#include <lib/init.h>
#include <lib/printk.h>
#include <lib/string.h>

#define COMMAND_LINE_MAX	2048

extern const struct boot_option __setup_start[], __setup_end[];

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

static void param_set(const char *name, const char *value)
{
	bool known = false;
	int err = 0;

	for (const struct boot_option *o = __setup_start; o < __setup_end && !err; o++) {
		if (strcmp(o->name, name))
			continue;
		known = true;
		err = o->set(value);
	}
	if (!known)
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
