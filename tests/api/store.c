// SPDX-License-Identifier: MIT
/*
 * tests/api/store.c - storage as a driver of the 2.4 and 2.6 years has it, in gnu89
 *
 * A "device" is a list of sets, each an array of pointers to quanta that are there once written to.
 * Commands come as lines of text: "w OFFSET WORD" writes, "r OFFSET COUNT" reads. tests/headers.sh
 * compiles this file in gnu89 besides.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/errno.h>
#include <linux/types.h>
#include <linux/string.h>
#include <linux/spinlock.h>
#include <linux/jiffies.h>
#include <linux/delay.h>
#include <asm/uaccess.h>
#include <asm/page.h>
#include <asm/io.h>
#include "check.h"

static int quantum = 40;
static int qset = 5;
static char *name = "store0";
static int sizes[4] = { 1, 2, 3 };
static unsigned int nr_sizes = 3;
module_param(quantum, int, S_IRUGO);
module_param(qset, int, S_IRUGO);
module_param(name, charp, 0);
module_param_array(sizes, int, &nr_sizes, S_IRUGO | S_IWUSR);
MODULE_AUTHOR("nobody in particular");
MODULE_LICENSE("Dual BSD/GPL");
MODULE_SUPPORTED_DEVICE("store");

struct qs {
	void **data;
	struct qs *next;
};

struct store_dev {
	struct qs *first;
	int quantum, qset;
	unsigned long size;
	unsigned int access;
	spinlock_t lock;
	kmem_cache_t *cache;
};

static char shown[64];

static struct store_dev dev = { .lock = SPIN_LOCK_UNLOCKED };

static void trim(struct store_dev *d)
{
	struct qs *s, *next;
	int i;

	for (s = d->first; s; s = next) {
		if (s->data) {
			for (i = 0; i < d->qset; i++)
				if (s->data[i])
					kmem_cache_free(d->cache, s->data[i]);
			kfree(s->data);
			s->data = NULL;
		}
		next = s->next;
		kfree(s);
	}
	d->size = 0;
	d->first = NULL;
}

static struct qs *follow(struct store_dev *d, int n)
{
	struct qs **at = &d->first;

	for (;; at = &(*at)->next, n--) {
		if (!*at) {
			*at = kmalloc(sizeof(struct qs), GFP_KERNEL);
			if (*at == NULL)
				return NULL;
			memset(*at, 0, sizeof(struct qs));
		}
		if (!n)
			return *at;
	}
}

static char *place(struct store_dev *d, unsigned long pos)
{
	unsigned long itemsize = d->quantum * d->qset;
	struct qs *s = follow(d, pos / itemsize);
	int item = (pos % itemsize) / d->quantum;

	if (!s)
		return NULL;
	if (!s->data)
		s->data = kcalloc(d->qset, sizeof(char *), GFP_KERNEL);
	if (!s->data)
		return NULL;
	if (!s->data[item]) {
		s->data[item] = kmem_cache_alloc(d->cache, GFP_KERNEL);
		if (!s->data[item])
			return NULL;
		memset(s->data[item], 0, d->quantum);
	}
	return (char *)s->data[item] + (pos % itemsize) % d->quantum;
}

static int command(struct store_dev *d, const char *line)
{
	char word[32], op;
	unsigned long offset, flags;
	int n, i, count;
	char *p;

	if (sscanf(line, "%c %lu %n", &op, &offset, &n) != 2)
		return -EINVAL;
	spin_lock_irqsave(&d->lock, flags);
	d->access++;
	switch (op) {
	case 'w':
		if (sscanf(line + n, "%31s", word) != 1)
			goto bad;
		for (i = 0; word[i]; i++) {
			p = place(d, offset + i);
			if (!p)
				goto bad;
			*p = word[i];
		}
		d->size = max_t(unsigned long, d->size, offset + i);
		spin_unlock_irqrestore(&d->lock, flags);
		return i;
	case 'r':
		if (sscanf(line + n, "%d", &count) != 1)
			goto bad;
		for (i = 0; i < count && offset + i < d->size; i++) {
			p = place(d, offset + i);
			shown[i] = p && *p ? *p : '.';
		}
		shown[i] = '\0';
		spin_unlock_irqrestore(&d->lock, flags);
		return i;
	}
bad:
	spin_unlock_irqrestore(&d->lock, flags);
	return -EINVAL;
}

static int __init store_init(void)
{
	unsigned long timeout = jiffies + HZ / 50, page;
	char from_user[4];

	dev.quantum = quantum;
	dev.qset = qset;
	dev.cache = kmem_cache_create(name, quantum, 0, SLAB_HWCACHE_ALIGN, NULL);
	if (!dev.cache)
		return -ENOMEM;
	printk(KERN_INFO "%s: %d quanta of %d in a set\n", name, qset, quantum);
	CHECK(command(&dev, "w 3 hello") == 5);
	CHECK(command(&dev, "w 198 over_the_end_of_a_set") == 21);
	CHECK(command(&dev, "r 0 12") == 12 && !strcmp(shown, "...hello...."));
	CHECK(command(&dev, "r 190 40") == 29 && !strcmp(shown, "........over_the_end_of_a_set"));
	CHECK(command(&dev, "x") == -EINVAL && command(&dev, "w 1") == -EINVAL);
	CHECK(dev.size == 219 && dev.access == 5);
	while (time_before(jiffies, timeout))
		cpu_relax();
	page = __get_free_pages(GFP_KERNEL | __GFP_ZERO, get_order(3 * PAGE_SIZE));
	CHECK(page && !(virt_to_phys((void *)page) & ~PAGE_MASK));
	free_pages(page, 2);
	CHECK(copy_from_user(from_user, (void __user *)0x1000, 4) == 4);
	outb(0, 0x80);
	trim(&dev);
	kmem_cache_destroy(dev.cache);
	return check_result();
}

static void __exit store_exit(void)
{
	trim(&dev);
}

module_init(store_init);
module_exit(store_exit);
