/* SPDX-License-Identifier: MIT */
/*
 * tests/fuzz/fuzz_options.c - any text as a number, a list of numbers and a size
 *
 * The first byte is the room for a list, the rest is text. Reading must move on, stay in the text
 * and in the room; counting must agree with expanding.
 *
 * LINK: lib/cmdline.c lib/kstrtox.c lib/string.c
 */
#include <host_first.h>

#include <lib/cmdline.h>
#include <lib/string.h>

#define ROOM_MAX	256
#define GUARD		0x5eed

#define REQUIRE(condition) do { if (!(condition)) abort(); } while (0)

static void one_by_one(char *text, char *end)
{
	char *at = text, *before;
	int kind, value;

	do {
		before = at;
		kind = get_option(&at, &value);
		REQUIRE(kind >= 0 && kind <= 3);
		REQUIRE(at >= before && at <= end);
		REQUIRE(kind == 0 || at > before);
	} while (kind == 2);
	REQUIRE(kind != 3 || *at == '-');
}

static void as_a_list(const char *text, const char *end, int room)
{
	int ints[ROOM_MAX + 1], count, n;
	char *stop;

	ints[room] = GUARD;
	stop = get_options(text, room, ints);
	REQUIRE(stop >= text && stop <= end);
	REQUIRE(ints[room] == GUARD);
	n = ints[0];
	REQUIRE(n >= 0 && n < room);
	get_options(text, 0, &count);
	REQUIRE(n == (count < room ? count : room - 1));
}

static void as_a_size(const char *text, const char *end)
{
	char *stop;

	memparse(text, &stop);
	REQUIRE(stop >= text && stop <= end);
	REQUIRE(memparse(text, NULL) == memparse(text, &stop));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text, *end;

	if (len < 1)
		return 0;
	text = malloc(len);
	memcpy(text, data + 1, len - 1);
	text[len - 1] = '\0';
	end = text + strlen(text);
	one_by_one(text, end);
	as_a_list(text, end, data[0] + 1);
	as_a_size(text, end);
	free(text);
	return 0;
}
