// SPDX-License-Identifier: MIT
/*
 * tests/api/frames.c - a network driver's ring: coherent descriptors, headers in network order
 */
#include <linux/atomic.h>
#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/dma-mapping.h>
#include <linux/init.h>
#include <linux/ktime.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/byteorder.h>
#include "check.h"

#define RING		16
#define BUFFER		2048
#define D_OWN		BIT(31)
#define D_LENGTH	GENMASK(12, 0)

struct descriptor {
	__le32 status;
	__le32 buffer;
} __packed __aligned(8);

struct eth {
	u8 to[6], from[6];
	__be16 type;
} __attribute__((packed));

struct ip {
	u8 version, tos;
	__be16 length, id, frag;
	u8 ttl, protocol;
	__be16 check;
	__be32 from, to;
} __packed;

struct stats {
	unsigned long packets, bytes;
};

static struct device *const card;
static struct descriptor *ring;
static dma_addr_t ring_bus, bus[RING];
static void *buffer[RING];
static mempool_t *pool;
static struct stats __percpu *stats;
static atomic_t refs = ATOMIC_INIT(1);
static atomic64_t total = ATOMIC64_INIT(0);
static DEFINE_RAW_SPINLOCK(ring_lock);
static char first[80];

static u16 checksum(const void *data, size_t len)
{
	const __be16 *p = data;
	u32 sum = 0;

	for (; len >= 2; len -= 2)
		sum += ntohs(*p++);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* What the card would do. */
static void receive(unsigned int i, unsigned int len)
{
	struct eth *eth = buffer[i];
	struct ip *ip = (struct ip *)(eth + 1);

	get_random_bytes(eth->to, 6);
	memcpy(eth->from, "\x00\x0c\x29\x3e\x5f\x01", 6);
	eth->type = htons(0x0800);
	memset(ip, 0, sizeof(*ip));
	ip->version = 0x45;
	ip->length = cpu_to_be16(len - sizeof(*eth));
	ip->from = htonl(0x0a000001);
	ip->to = htonl(0xc0a80105 + i);
	ip->check = htons(checksum(ip, sizeof(*ip)));
	le32p_replace_bits(&ring[i].status, len, D_LENGTH);
	ring[i].status &= cpu_to_le32(~D_OWN);
	wmb();
}

static int poll(void)
{
	unsigned long flags;
	int i, n = 0;

	raw_spin_lock_irqsave(&ring_lock, flags);
	for (i = 0; i < RING; i++) {
		u32 status = le32_to_cpu(READ_ONCE(ring[i].status));
		const struct eth *eth = buffer[i];
		const struct ip *ip = (const void *)(eth + 1);
		struct stats *s;

		if (status & D_OWN)
			continue;
		rmb();
		if (be16_to_cpu(eth->type) != 0x0800 || checksum(ip, sizeof(*ip))) {
			CHECK(!"a good frame");
			continue;
		}
		s = get_cpu_ptr(stats);
		s->packets++;
		s->bytes += FIELD_GET(D_LENGTH, status);
		put_cpu_ptr(stats);
		atomic64_add(FIELD_GET(D_LENGTH, status), &total);
		if (!n++)
			snprintf(first, sizeof(first), "%pM: %pI4 > %pI4, %u at %pad", eth->from,
				 &ip->from, &ip->to, (unsigned int)FIELD_GET(D_LENGTH, status),
				 &bus[i]);
		ring[i].status = cpu_to_le32(D_OWN);
	}
	raw_spin_unlock_irqrestore(&ring_lock, flags);
	return n;
}

static int __init frames_init(void)
{
	ktime_t start = ktime_get();
	unsigned long packets = 0;
	char want[80];
	int i, cpu;

	ring = dma_alloc_coherent(card, RING * sizeof(*ring), &ring_bus, GFP_KERNEL);
	pool = mempool_create_kmalloc_pool(RING, BUFFER);
	stats = alloc_percpu(struct stats);
	if (!ring || !pool || !stats)
		return -ENOMEM;
	for (i = 0; i < RING; i++) {
		buffer[i] = mempool_alloc(pool, GFP_KERNEL);
		if (!buffer[i])
			return -ENOMEM;
		bus[i] = virt_to_phys(buffer[i]);
		ring[i].buffer = cpu_to_le32(bus[i]);
		ring[i].status = cpu_to_le32(D_OWN);
		atomic_inc(&refs);
	}
	for (i = 0; i < RING; i += 3)
		receive(i, 64 + i);
	CHECK(poll() == 6);
	snprintf(want, sizeof(want), "00:0c:29:3e:5f:01: 10.0.0.1 > 192.168.1.5, 64 at %pad",
		 &bus[0]);
	CHECK(!strcmp(first, want));
	for_each_possible_cpu(cpu)
		packets += per_cpu_ptr(stats, cpu)->packets;
	CHECK(packets == 6 && atomic64_read(&total) == 429 && !poll());
	for (i = 0; i < RING; i++) {
		mempool_free(buffer[i], pool);
		CHECK(!atomic_dec_and_test(&refs));
	}
	mempool_destroy(pool);
	free_percpu(stats);
	dma_free_coherent(card, RING * sizeof(*ring), ring, ring_bus);
	pr_debug("took %lld us\n", ktime_us_delta(ktime_get(), start));
	CHECK(atomic_dec_and_test(&refs));
	return check_result();
}
module_init(frames_init);

static void __exit frames_exit(void)
{
}
module_exit(frames_exit);

MODULE_DESCRIPTION("a ring of frames");
MODULE_LICENSE("GPL");
