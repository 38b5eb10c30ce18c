// SPDX-License-Identifier: MIT
/*
 * tests/api/text.c - strings, numbers in text, formats, hex dumps
 */
#include <linux/ctype.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "check.h"

extern bool no_hash_pointers;

#define FORMATS(wanted, fmt, args...) do {					\
	char out_[256];								\
	int len_ = snprintf(out_, sizeof(out_), fmt, ##args);			\
	CHECK(len_ == (int)strlen(wanted));					\
	if (strcmp(out_, wanted)) {						\
		check_failures++;						\
		pr_err("not ok %s:%d: \"%s\" gave \"%s\"\n", __FILE__, __LINE__, wanted, out_); \
	}									\
} while (0)

static void __init strings(void)
{
	char text[16], *cut = text;

	CHECK(strscpy(text, "hello, large world", sizeof(text)) == -E2BIG && text[15] == '\0');
	CHECK(strscpy_pad(text, "abc", sizeof(text)) == 3 && !memchr_inv(text + 3, 0, 13));
	CHECK(strscpy_pad(text, "abc", 0) == -E2BIG);
	CHECK(strnchr("abc", 2, 'c') == NULL && strnchr("abc", 4, '\0') != NULL);
	CHECK(strcasecmp("Flagstone", "FLAGSTONE") == 0 && strnstr("abcabc", "ca", 3) == NULL);
	strscpy(text, "a,b,,c", sizeof(text));
	CHECK(!strcmp(strsep(&cut, ","), "a") && !strcmp(strsep(&cut, ","), "b"));
	CHECK(*strsep(&cut, ",") == '\0' && !strcmp(cut, "c"));
	strscpy(text, "  trim me ", sizeof(text));
	CHECK(!strcmp(strim(text), "trim me"));
	memset16((u16 *)text, 0x1234, 8);
	CHECK(text[1] == 0x12 && text[14] == 0x34);
}

static void __init allocated(void)
{
	char *copy = kstrdup("copied", GFP_KERNEL);
	char *formatted = kasprintf(GFP_KERNEL, "%s-%d", "number", 7);
	int a = 1, b = 2, *left[] = { &a, NULL }, *right[] = { &b, NULL }, **both;

	CHECK(copy && !strcmp(copy, "copied"));
	CHECK(formatted && !strcmp(formatted, "number-7"));
	both = memcat_p(left, right);
	CHECK(both && both[0] == &a && both[1] == &b && !both[2]);
	kfree(both);
	kfree(copy);
	kfree(formatted);
}

static void __init numbers(void)
{
	unsigned long long ull = 5;
	int ints[5], value;
	char line[] = "1,2-3,x", *at = line;
	u8 byte = 9;
	bool yes;

	CHECK(kstrtoull("0xff\n", 0, &ull) == 0 && ull == 255);
	CHECK(kstrtoull("18446744073709551616", 10, &ull) == -ERANGE && ull == 255);
	CHECK(kstrtou8("256", 10, &byte) == -ERANGE && byte == 9);
	CHECK(kstrtou8("-1", 10, &byte) == -EINVAL && kstrtou8("", 10, &byte) == -EINVAL);
	CHECK(kstrtou8("1 ", 10, &byte) == -EINVAL && kstrtou8("1\n\n", 10, &byte) == -EINVAL);
	CHECK(kstrtobool("on", &yes) == 0 && yes && kstrtobool("?", &yes) == -EINVAL);
	CHECK(simple_strtoul("077", NULL, 0) == 63);
	CHECK(get_option(&at, &value) == 2 && value == 1);
	CHECK(get_option(&at, &value) == 3 && value == 2);
	get_options("1,4-6", ARRAY_SIZE(ints), ints);
	CHECK(ints[0] == 4 && ints[4] == 6);
	CHECK(memparse("16M", NULL) == 16 << 20 && isxdigit('f') && !isspace('x'));
}

static void __init formats(void)
{
	char out[32];

	FORMATS("0x1f 037 -5 +5", "%#x %#o %d %+d", 0x1f, 037, -5, 5);
	FORMATS("[   ab][ab   ][00042]", "[%5s][%-5s][%05d]", "ab", "ab", 42);
	FORMATS("abc   |", "%*s|", -6, "abc");
	FORMATS("255 -1 18446744073709551615", "%hhu %hhd %llu", 255, 255, ~0ull);
	FORMATS("01 02 03|01:02:03|010203", "%3ph|%3phC|%3phN", "\1\2\3", "\1\2\3", "\1\2\3");
	FORMATS("deadbeef 00000000", "%px %p", (void *)0xdeadbeef, NULL);
	FORMATS("fffffff5", "%p", ERR_PTR(-11));
	FORMATS("1-3,5", "%*pbl", 8, &(unsigned long){ 0x2e });
	FORMATS("2e", "%*pb", 8, &(unsigned long){ 0x2e });
	CHECK(snprintf(out, 4, "%s", "abcdef") == 6 && !strcmp(out, "abc"));
	CHECK(scnprintf(out, 4, "%s", "abcdef") == 3);
	snprintf(out, sizeof(out), "%p", (void *)0xc0123456);
	CHECK(no_hash_pointers == !strcmp(out, "c0123456") && strlen(out) == 8);
	CHECK(hex_dump_to_buffer("\xde\xad\xbe\xef", 4, 16, 4, out, sizeof(out), false) == 8);
	CHECK(!strcmp(out, "efbeadde"));
	print_hex_dump(KERN_INFO, "text: ", DUMP_PREFIX_OFFSET, 16, 1, "a dump of 17 bytes", 17, true);
}

static int __init text_init(void)
{
	strings();
	allocated();
	numbers();
	formats();
	return check_result();
}
late_initcall(text_init);
MODULE_LICENSE("GPL");
