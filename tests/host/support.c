/* SPDX-License-Identifier: MIT */
/*
 * tests/host/support.c - the machine that lib/ and mm/ see when they run as a host program
 *
 * See support.h. Everything of include/arch.h and of panic and printk is weak, so that a test can
 * put its own in place.
 */
#include <support.h>
#include <sys/mman.h>

#include <arch.h>
#include <lib/bug.h>
#include <lib/printk.h>
#include <lib/trace.h>
#include <mm/layout.h>

#define ARENA_ALIGN	(4UL << 20)
#define TEXT_SIZE	1024
#define LOG_SIZE	65536

unsigned char *host_ram;
size_t host_ram_size;

bool host_irqs_off, host_in_irq, host_has_invlpg = true;
unsigned long host_tlb_page_flushes, host_tlb_window_flushes, host_tlb_full_flushes;

char host_log[LOG_SIZE];
char host_panic_text[TEXT_SIZE];
jmp_buf host_panic_frame;
volatile bool host_panic_expected;

const char *host_command_line = "";
const struct e820_entry *host_map;
unsigned int host_map_entries;
phys_addr_t host_boot_mapped_end = 16UL << 20;

static size_t log_used;
static unsigned int warnings;
static void *arena;
static size_t arena_size;

__weak struct vm_layout vm_layout;

/* lib/vsprintf.c when the test links it: it knows the kernel's own formats. */
int flagstone_vsnprintf(char *buf, size_t size, const char *fmt, va_list args) __weak;

static int format(char *buf, size_t size, const char *fmt, va_list args)
{
	return (flagstone_vsnprintf ? flagstone_vsnprintf : vsnprintf)(buf, size, fmt, args);
}

void host_ram_init(size_t size)
{
	if (arena)
		munmap(arena, arena_size);
	arena_size = size + ARENA_ALIGN;
	arena = mmap(NULL, arena_size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (arena == MAP_FAILED)
		fail_msg("no room for %zu bytes of test memory", size);
	host_ram = (void *)(((unsigned long)arena + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1));
	host_ram_size = size;
}

/* --- printk ---------------------------------------------------------------------------------- */

void host_log_clear(void)
{
	log_used = 0;
	host_log[0] = '\0';
}

bool host_log_says(const char *words)
{
	return strstr(host_log, words) != NULL;
}

/* A full log keeps its oldest lines: the first complaint is the one to read. */
__weak int vprintk(const char *fmt, va_list args)
{
	char line[TEXT_SIZE];
	int len;

	if (fmt[0] == KERN_SOH[0] && fmt[1])
		fmt += 2;
	len = format(line, sizeof(line), fmt, args);
	if (getenv("VERBOSE"))
		printf("# %s", line);
	if (log_used + strlen(line) < sizeof(host_log)) {
		memcpy(host_log + log_used, line, strlen(line) + 1);
		log_used += strlen(line);
	}
	return len;
}

__weak int printk(const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vprintk(fmt, args);
	va_end(args);
	return len;
}

__weak void dump_stack(void)
{
}

/* --- panic and friends ----------------------------------------------------------------------- */

/* Back to expect_panic(), or end the program: what it would do next means nothing. */
static void __noreturn leave_by_panic(void)
{
	if (host_panic_expected) {
		host_panic_expected = false;
		host_irqs_off = false;
		longjmp(host_panic_frame, 1);
	}
	printf("Bail out! unexpected panic: %s\n", host_panic_text);
	fflush(stdout);
	abort();
}

__weak void panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	format(host_panic_text, sizeof(host_panic_text), fmt, args);
	va_end(args);
	leave_by_panic();
}

__weak void bug_hit(const struct bug_site *site)
{
	snprintf(host_panic_text, sizeof(host_panic_text), "BUG: %s:%u: %s",
		 site->file, site->line, site->what);
	leave_by_panic();
}

__weak void warn_hit(const struct bug_site *site)
{
	warnings++;
	printk(KERN_WARNING "WARNING: %s:%u: %s\n", site->file, site->line, site->what);
}

__weak void warn_hit_fmt(const struct bug_site *site, const char *fmt, ...)
{
	va_list args;

	warnings++;
	printk(KERN_WARNING "WARNING: %s:%u: ", site->file, site->line);
	va_start(args, fmt);
	vprintk(fmt, args);
	va_end(args);
}

unsigned int host_warnings_take(void)
{
	unsigned int taken = warnings;

	warnings = 0;
	return taken;
}

bool host_panic_says(const char *words)
{
	return strstr(host_panic_text, words) != NULL;
}

/* --- the machine ----------------------------------------------------------------------------- */

void host_halt(void)
{
	printf("Bail out! waits for an interrupt that never comes\n");
	fflush(stdout);
	abort();
}

__weak const char *arch_command_line(void)
{
	return host_command_line;
}

__weak unsigned int arch_memory_map(struct e820_entry *raw, unsigned int max, const char **source)
{
	unsigned int n = host_map_entries < max ? host_map_entries : max;

	memcpy(raw, host_map, n * sizeof(*raw));
	*source = "host test";
	return n;
}

__weak void arch_for_each_reserved(void (*fn)(phys_addr_t start, phys_addr_t end, const char *why))
{
	(void)fn;
}

__weak phys_addr_t arch_boot_mapped_end(void)
{
	return host_boot_mapped_end;
}

/* A clock that a test can rely on: it moves on by one with every look. */
__weak u64 arch_cycles(void)
{
	static u64 now;

	return ++now;
}

__weak u64 arch_cycles_hz(void)
{
	return 1000000;
}

__weak bool arch_in_irq(void)
{
	return host_in_irq;
}

__weak void host_tlb_forget(vaddr_t start, vaddr_t end)
{
	(void)start, (void)end;
}

__weak void arch_break(void)
{
}

__weak void arch_backtrace(unsigned long frame)
{
	(void)frame;
}

__weak const char *ksym_name(unsigned long addr, unsigned long *offset)
{
	(void)addr;
	*offset = 0;
	return NULL;
}

/* --- tracing is off: of mm/explain.c only the names are there --------------------------------- */

__weak u32 trace_mask;

__weak void trace_event(enum trace_kind kind, u16 n, u32 a, u32 b)
{
	(void)kind, (void)n, (void)a, (void)b;
}

#define NEVER_CALLED(name)	void name(void); __weak void name(void) { abort(); }

NEVER_CALLED(explain_boot_alloc)
NEVER_CALLED(explain_split)
NEVER_CALLED(explain_merge)
NEVER_CALLED(explain_refill)
NEVER_CALLED(explain_flush)
NEVER_CALLED(explain_refused)
NEVER_CALLED(explain_fallback)
NEVER_CALLED(explain_kmap)
NEVER_CALLED(explain_kmap_flush)
NEVER_CALLED(explain_slab_grow)
NEVER_CALLED(explain_slab_move)
NEVER_CALLED(explain_slab_destroy)
NEVER_CALLED(explain_vm_area)
NEVER_CALLED(explain_vm_free)
NEVER_CALLED(explain_vm_purge)

/* --- the end of the program ------------------------------------------------------------------ */

/* cmocka has printed its verdict by now; what it cannot see still fails the program. */
static void check_leftovers(void)
{
	if (warnings)
		printf("Bail out! %u warnings nobody expected:\n%s", warnings, host_log);
	if (host_irqs_off)
		printf("Bail out! interrupts were left off\n");
	if (warnings || host_irqs_off) {
		fflush(stdout);
		_Exit(1);
	}
}

__attribute__((constructor)) static void watch_the_end(void)
{
	atexit(check_leftovers);
}
