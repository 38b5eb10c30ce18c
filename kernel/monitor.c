/* SPDX-License-Identifier: MIT */
/*
 * kernel/monitor.c - the prompt: a line editor, its history, and the table of commands
 *
 *   flagstone> alloc 3 normal_
 *              |       |      ^ length       line[] holds the text, cursor is where keys go
 *              0       cursor
 *
 *   history[]  | meminfo | e820 | page 256 |     a ring of the last HISTORY lines; up and down walk it
 *
 * A line is cut at its spaces into argv[] and its first word looked up between __monitor_start and
 * __monitor_end, where the linker has put every MONITOR_COMMAND(). A line that did not fit is not run:
 * what is left of it may say something else.
 */
#include <kernel/console.h>
#include <kernel/monitor.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/string.h>

#define LINE_MAX	120
#define HISTORY		16
#define ARGS_MAX	16
#define PROMPT		"flagstone> "
#define CTRL(c)		((c) & 0x1f)

extern const struct monitor_command __monitor_start[], __monitor_end[];

struct editor {
	char line[LINE_MAX];
	unsigned int length, cursor;
	unsigned int back;		/* how many lines back in history; 0: the line being typed */
	bool overlong;			/* keys were lost since the line was last empty */
};

static char history[HISTORY][LINE_MAX];
static unsigned int history_nr;		/* lines ever kept; the newest is (history_nr - 1) % HISTORY */

/* Draw from @from to the end of the line, and put the cursor where it belongs. */
static void redraw(const struct editor *ed, unsigned int from)
{
	console_write(ed->line + from, ed->length - from);
	console_write("\033[K", 3);
	for (unsigned int i = ed->length; i > ed->cursor; i--)
		console_write("\b", 1);
}

static void move_cursor(struct editor *ed, unsigned int to)
{
	while (ed->cursor > to) {
		console_write("\b", 1);
		ed->cursor--;
	}
	while (ed->cursor < to)
		console_write(&ed->line[ed->cursor++], 1);
}

static void insert_char(struct editor *ed, char c)
{
	if (ed->length == LINE_MAX - 1) {
		ed->overlong = true;
		return;
	}
	memmove(ed->line + ed->cursor + 1, ed->line + ed->cursor, ed->length - ed->cursor);
	ed->line[ed->cursor++] = c;
	ed->length++;
	if (ed->cursor == ed->length)
		console_write(&c, 1);
	else
		redraw(ed, ed->cursor - 1);
}

/* Take out [from, to); the cursor ends at @from. */
static void delete_range(struct editor *ed, unsigned int from, unsigned int to)
{
	move_cursor(ed, from);
	memmove(ed->line + from, ed->line + to, ed->length - to);
	ed->length -= to - from;
	ed->overlong &= ed->length > 0;
	redraw(ed, from);
}

static void delete_word(struct editor *ed)
{
	unsigned int from = ed->cursor;

	while (from && ed->line[from - 1] == ' ')
		from--;
	while (from && ed->line[from - 1] != ' ')
		from--;
	delete_range(ed, from, ed->cursor);
}

static void replace_line(struct editor *ed, const char *text)
{
	move_cursor(ed, 0);
	ed->length = ed->cursor = strlen(text);
	ed->overlong = false;
	memcpy(ed->line, text, ed->length);
	redraw(ed, 0);
}

static void walk_history(struct editor *ed, int step)
{
	unsigned int kept = min_t(unsigned int, history_nr, HISTORY);
	unsigned int back = ed->back + step;

	if (back > kept)	/* also -1, as an unsigned number */
		return;
	ed->back = back;
	replace_line(ed, back ? history[(history_nr - back) % HISTORY] : "");
}

static void keep_history(const char *line)
{
	if (!*line || (history_nr && !strcmp(history[(history_nr - 1) % HISTORY], line)))
		return;
	strscpy(history[history_nr++ % HISTORY], line, LINE_MAX);
}

/* Tab: complete the first word as far as all commands that start with it agree. */
static void complete(struct editor *ed)
{
	const char *common = NULL;
	size_t agree = 0;

	for (const struct monitor_command *c = __monitor_start; c < __monitor_end; c++) {
		size_t n = 0;

		if (strncmp(c->name, ed->line, ed->cursor))
			continue;
		if (!common) {
			common = c->name;
			agree = strlen(common);
			continue;
		}
		while (n < agree && c->name[n] == common[n])
			n++;
		agree = n;
	}
	while (common && ed->cursor < agree)
		insert_char(ed, common[ed->cursor]);
}

/* One key; true when it ends the line. */
static bool edit_key(struct editor *ed, int key)
{
	switch (key) {
	case '\r': case '\n':
		return true;
	case '\b': case 0x7f:
		if (ed->cursor)
			delete_range(ed, ed->cursor - 1, ed->cursor);
		break;
	case KEY_DELETE: case CTRL('D'):
		if (ed->cursor < ed->length)
			delete_range(ed, ed->cursor, ed->cursor + 1);
		break;
	case KEY_LEFT: case CTRL('B'):
		move_cursor(ed, ed->cursor ? ed->cursor - 1 : 0);
		break;
	case KEY_RIGHT: case CTRL('F'):
		move_cursor(ed, min(ed->cursor + 1, ed->length));
		break;
	case KEY_HOME: case CTRL('A'):
		move_cursor(ed, 0);
		break;
	case KEY_END: case CTRL('E'):
		move_cursor(ed, ed->length);
		break;
	case CTRL('U'):
		delete_range(ed, 0, ed->cursor);
		break;
	case CTRL('K'):
		delete_range(ed, ed->cursor, ed->length);
		break;
	case CTRL('W'):
		delete_word(ed);
		break;
	case KEY_UP: case CTRL('P'):
		walk_history(ed, 1);
		break;
	case KEY_DOWN: case CTRL('N'):
		walk_history(ed, -1);
		break;
	case CTRL('C'):
		replace_line(ed, "");
		break;
	case '\t':
		complete(ed);
		break;
	default:
		if (key >= ' ' && key < 0x7f)
			insert_char(ed, key);
	}
	return false;
}

/* The next line; "" for one that was too long. */
static char *read_line(void)
{
	static struct editor ed;

	ed.length = ed.cursor = ed.back = 0;
	ed.overlong = false;
	console_printf("%s", PROMPT);
	while (!edit_key(&ed, console_getkey()))
		;
	ed.line[ed.length] = '\0';
	console_printf("\n");
	keep_history(ed.line);
	if (ed.overlong) {
		console_printf("A line has %d characters at the most; this one is not run.\n",
			       LINE_MAX - 1);
		ed.line[0] = '\0';
	}
	return ed.line;
}

/* Cut @line at its spaces. Return: the number of words, or -E2BIG past ARGS_MAX. */
static int split_words(char *line, char **argv)
{
	int argc = 0;
	char *word;

	while ((word = strsep(&line, " "))) {
		if (!*word)
			continue;
		if (argc == ARGS_MAX)
			return -E2BIG;
		argv[argc++] = word;
	}
	argv[argc] = NULL;
	return argc;
}

static const struct monitor_command *find_command(const char *name)
{
	for (const struct monitor_command *c = __monitor_start; c < __monitor_end; c++)
		if (!strcmp(c->name, name))
			return c;
	console_printf("There is no command \"%s\"; help lists them.\n", name);
	return NULL;
}

int monitor_execute(char *line)
{
	char *argv[ARGS_MAX + 1];
	const struct monitor_command *command;
	int argc = split_words(line, argv);
	int err;

	if (argc == -E2BIG) {
		console_printf("A line has %d words at the most.\n", ARGS_MAX);
		return -EINVAL;
	}
	if (!argc)
		return 0;
	command = find_command(argv[0]);
	if (!command)
		return -EINVAL;
	err = argc > 1 && !*command->args ? -EINVAL : command->run(argc, argv);
	if (err == -EINVAL)
		console_printf("usage: %s%s%s\n", command->name, *command->args ? " " : "",
			       command->args);
	return err;
}

void monitor_run(void)
{
	console_printf("\nType help for the commands.\n");
	for (;;)
		monitor_execute(read_line());
}

/* The next command by name after @last (NULL: the first). */
static const struct monitor_command *next_by_name(const struct monitor_command *last)
{
	const struct monitor_command *next = NULL;

	for (const struct monitor_command *c = __monitor_start; c < __monitor_end; c++)
		if ((!last || strcmp(c->name, last->name) > 0) &&
		    (!next || strcmp(c->name, next->name) < 0))
			next = c;
	return next;
}

static int cmd_help(int argc, char **argv)
{
	const struct monitor_command *c = NULL;

	if (argc > 2)
		return -EINVAL;
	if (argc > 1) {
		c = find_command(argv[1]);
		if (c)
			console_printf("%s %s\n    %s\n", c->name, c->args, c->help);
		return 0;
	}
	while ((c = next_by_name(c)))
		console_printf("  %-10s %-20s %s\n", c->name, c->args, c->help);
	return 0;
}
MONITOR_COMMAND(help, "[COMMAND]", "list the commands, or explain one", cmd_help);
