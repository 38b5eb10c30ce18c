// SPDX-License-Identifier: MIT
/*
 * docs/examples/ring.c - a character ring, as a driver keeps between its interrupt and its reader
 *
 *	tail                    head
 *	 | h | e | l | l | o |   |   |   |	head - tail = characters in it; both only ever grow,
 *	   0   1   2   3   4   5   6   7	and "& mask" finds the place
 *
 * The "device" is a software loop here. The lock is what keeps an interrupt handler out between the
 * reading of head and the writing of it.
 *
 * WORDS: ring.size=16
 * SAYS: ring: 16 characters at an address aligned to 8
 * SAYS: ring: 12 written, 12 read: hello, world
 * SAYS: ring: 40 offered to a ring of 16: 16 written, 24 dropped
 * SAYS: module: ring: ring_init() returned 0
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static unsigned int size = 64;
module_param(size, uint, 0444);
MODULE_PARM_DESC(size, "characters in the ring, rounded up to a power of two");

struct ring {
	spinlock_t lock;
	unsigned int head, tail, mask;
	unsigned long dropped;
	char *data;
};

static struct ring *ring_create(unsigned int characters)
{
	struct ring *ring = kzalloc(sizeof(*ring), GFP_KERNEL);

	if (!ring)
		return ERR_PTR(-ENOMEM);
	characters = roundup_pow_of_two(max(characters, 2u));
	ring->data = kmalloc(characters, GFP_KERNEL);
	if (!ring->data) {
		kfree(ring);
		return ERR_PTR(-ENOMEM);
	}
	spin_lock_init(&ring->lock);
	ring->mask = characters - 1;
	return ring;
}

static void ring_destroy(struct ring *ring)
{
	kfree(ring->data);
	kfree(ring);
}

/* What the interrupt handler of a serial port does with each character. */
static void ring_put(struct ring *ring, char c)
{
	unsigned long flags;

	spin_lock_irqsave(&ring->lock, flags);
	if (ring->head - ring->tail > ring->mask)
		ring->dropped++;
	else
		ring->data[ring->head++ & ring->mask] = c;
	spin_unlock_irqrestore(&ring->lock, flags);
}

/* What read() does: at most @n characters; gives how many. */
static size_t ring_get(struct ring *ring, char *to, size_t n)
{
	unsigned long flags;
	size_t got = 0;

	spin_lock_irqsave(&ring->lock, flags);
	while (got < n && ring->tail != ring->head)
		to[got++] = ring->data[ring->tail++ & ring->mask];
	spin_unlock_irqrestore(&ring->lock, flags);
	return got;
}

static int __init ring_init(void)
{
	static const char text[] __initconst = "hello, world";
	struct ring *ring = ring_create(size);
	char back[80];
	size_t got;
	int i;

	if (IS_ERR(ring))
		return PTR_ERR(ring);
	pr_info("ring: %u characters at an address %s to 8\n", ring->mask + 1,
		IS_ALIGNED((unsigned long)ring->data, 8) ? "aligned" : "NOT aligned");

	for (i = 0; text[i]; i++)
		ring_put(ring, text[i]);
	got = ring_get(ring, back, sizeof(back) - 1);
	back[got] = '\0';
	pr_info("ring: %d written, %zu read: %s\n", i, got, back);

	for (i = 0; i < 40; i++)
		ring_put(ring, 'a' + i % 26);
	pr_info("ring: 40 offered to a ring of %u: %u written, %lu dropped\n", ring->mask + 1,
		ring->head - ring->tail, ring->dropped);
	ring_destroy(ring);
	return 0;
}

static void __exit ring_exit(void)
{
}

module_init(ring_init);
module_exit(ring_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A character ring on kmalloc");
