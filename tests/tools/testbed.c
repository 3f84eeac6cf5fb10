/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Maps are made by libbpf from the XDP object and shared with the tc object;
 * image and tries of an apply are inner maps made here.
 *
 * What a packet counted is the difference between two reads of the counters of
 * the image, in one batch each and summed over the processors; at the end of a
 * run all others are read too, so a count in a wrong slot cannot hide.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <net/if.h>
#include <sched.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "testbed.h"

/* What fits into one page with the kernel's head and tail room. */
enum { LONGEST = 3500 };

struct testbed {
	struct bpf_object *xdp;
	struct bpf_object *tc;
	int programs[DIRECTION_COUNT];
	int images;
	int counters;
	int limiters;
	int tries[TRIE_COUNT];
	int processors;
	uint32_t watched;	/* slots that are read */
	struct counter *read;	/* [slot][processor] */
	struct counter *before; /* [slot] */
};

static const struct {
	const char *name;
	uint32_t value_size;
} tries[TRIE_COUNT] = {
#define TRIE(symbol, name, family, value) { #name, sizeof(struct value) },
#include "tries.def"
#undef TRIE
};

/* ---- the namespace ----------------------------------------------------- */

static int run(const char *const *arguments)
{
	extern char **environ;
	int status = 0;
	pid_t child;
	int error = posix_spawnp(&child, arguments[0], NULL, NULL,
				 (char *const *)arguments, environ);

	if (error)
		return -error;
	if (waitpid(child, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

int testbed_namespace(void)
{
	return unshare(CLONE_NEWNET) ? -errno : 0;
}

uint32_t testbed_device(const char *name)
{
	char peer[IFNAMSIZ];
	const char *const add[] = { "ip",   "link", "add",  name, "up", "type",
				    "veth", "peer", "name", peer, NULL };
	const char *const up[] = { "ip", "link", "set", peer, "up", NULL };
	static unsigned int peers;

	if (if_nametoindex(name))
		return if_nametoindex(name);
	snprintf(peer, sizeof(peer), "peer%u", peers++);
	return run(add) || run(up) ? 0 : if_nametoindex(name);
}

static int write_setting(const char *path)
{
	_cleanup_file_ FILE *file = fopen(path, "w");

	return file && fputs("1\n", file) >= 0 ? 0 : -errno;
}

/* Runs `ip [-6] route add WORDS`; adds several as paths of one. */
static int add_route(const char *words)
{
	_cleanup_free_ char *copy = NULL;
	const char *arguments[32] = { "ip", "-4", "route", "add" };
	size_t count = 4;
	char *rest = NULL;

	if (strchr(words, ':'))
		arguments[1] = "-6";
	copy = strdup(words);
	for (char *word = strtok_r(copy, " ", &rest); word && count < 31;
	     word = strtok_r(NULL, " ", &rest))
		arguments[count++] = word;
	return run(arguments);
}

/* A table without routes does not exist, and cannot be emptied. */
int testbed_routes(const char *const *routes, size_t count)
{
	static const char *const flush[] = {
		"sh",
		"-c",
		"ip -4 route flush table main 2>&-;"
		"ip -6 route flush table main 2>&-; true",
		NULL,
	};
	int error = write_setting("/proc/sys/net/ipv4/ip_forward");

	if (!error)
		error = write_setting("/proc/sys/net/ipv6/conf/all/forwarding");
	if (!error)
		error = run(flush);
	for (size_t i = 0; i < count && !error; i++)
		error = add_route(routes[i]);
	return error;
}

/* ---- loading ----------------------------------------------------------- */

static int quiet(enum libbpf_print_level level, const char *format,
		 va_list arguments)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, arguments) : 0;
}

static bool is_template(const struct bpf_map *map)
{
	const char *end = strstr(bpf_map__name(map), "_template");

	return end && strcmp(end, "_template") == 0;
}

/* Maps that `from` has already are taken from there. */
static int prepare_maps(struct bpf_object *object, struct bpf_object *from)
{
	struct bpf_map *map;
	int error = 0;

	bpf_object__for_each_map(map, object)
	{
		struct bpf_map *shared = NULL;

		if (is_template(map))
			error = bpf_map__set_autocreate(map, false);
		else if (from)
			shared = bpf_object__find_map_by_name(
				from, bpf_map__name(map));
		if (shared && bpf_map__type(map) == bpf_map__type(shared))
			error = bpf_map__reuse_fd(map, bpf_map__fd(shared));
		if (error)
			return error;
	}
	return 0;
}

static struct bpf_object *load(const char *directory, const char *file,
			       struct bpf_object *from)
{
	_cleanup_free_ char *path = NULL;
	struct bpf_object *object;
	int error;

	if (asprintf(&path, "%s/%s", directory, file) < 0)
		return NULL;
	object = bpf_object__open_file(path, NULL);
	if (!object) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return NULL;
	}
	error = prepare_maps(object, from);
	if (!error)
		error = bpf_object__load(object);
	if (!error)
		return object;
	fprintf(stderr, "%s: %s\n", path, strerror(-error));
	bpf_object__close(object);
	return NULL;
}

static int program(const struct bpf_object *object, const char *name)
{
	struct bpf_program *program =
		bpf_object__find_program_by_name(object, name);

	return program ? bpf_program__fd(program) : -ENOENT;
}

static int find_all(struct testbed *testbed)
{
	struct bpf_object *xdp = testbed->xdp;
	int missing = 0;

	testbed->programs[DIRECTION_IN] = program(xdp, "weir_ingress");
	testbed->programs[DIRECTION_OUT] = program(testbed->tc, "weir_egress");
	testbed->images = bpf_object__find_map_fd_by_name(xdp, "images");
	testbed->counters = bpf_object__find_map_fd_by_name(xdp, "counters");
	testbed->limiters = bpf_object__find_map_fd_by_name(xdp, "limiters");
	missing = testbed->programs[0] < 0 || testbed->programs[1] < 0 ||
		  testbed->images < 0 || testbed->counters < 0 ||
		  testbed->limiters < 0;
	for (int i = 0; i < TRIE_COUNT; i++) {
		testbed->tries[i] =
			bpf_object__find_map_fd_by_name(xdp, tries[i].name);
		missing |= testbed->tries[i] < 0;
	}
	return missing ? -ENOENT : 0;
}

struct testbed *testbed_open(const char *directory)
{
	struct testbed *testbed = calloc(1, sizeof(*testbed));
	size_t cells;

	libbpf_set_print(quiet);
	testbed->processors = libbpf_num_possible_cpus();
	cells = (size_t)CHUNK_SLOTS * testbed->processors;
	testbed->read = calloc(cells, sizeof(*testbed->read));
	testbed->before = calloc(CHUNK_SLOTS, sizeof(*testbed->before));
	testbed->xdp = load(directory, "weir_xdp.bpf.o", NULL);
	if (testbed->xdp)
		testbed->tc = load(directory, "weir_tc.bpf.o", testbed->xdp);
	if (!testbed->tc || find_all(testbed)) {
		fprintf(stderr, "%s: a program or a map is missing\n",
			directory);
		testbed_close(testbed);
		return NULL;
	}
	return testbed;
}

int testbed_program(const struct testbed *testbed, enum direction direction)
{
	return testbed->programs[direction];
}

void testbed_close(struct testbed *testbed)
{
	if (!testbed)
		return;
	bpf_object__close(testbed->tc);
	bpf_object__close(testbed->xdp);
	free(testbed->read);
	free(testbed->before);
	free(testbed);
}

/* ---- applying ---------------------------------------------------------- */

static int put_inner(int outer, int inner)
{
	uint32_t zero = 0;

	return bpf_map_update_elem(outer, &zero, &inner, BPF_ANY) ? -errno : 0;
}

static int apply_trie(int outer, const struct image_trie *trie, size_t number)
{
	LIBBPF_OPTS(bpf_map_create_opts, options,
		    .map_flags = BPF_F_NO_PREALLOC);
	uint32_t count = trie->count;
	_cleanup_fd_ int inner = bpf_map_create(
		BPF_MAP_TYPE_LPM_TRIE, tries[number].name, trie->key_size,
		tries[number].value_size, count ? count : 1, &options);

	if (inner < 0)
		return -errno;
	if (count &&
	    bpf_map_update_batch(inner, trie->keys, trie->values, &count, NULL))
		return -errno;
	return put_inner(outer, inner);
}

static int apply_pages(int outer, const struct image *image)
{
	LIBBPF_OPTS(bpf_map_create_opts, options,
		    .map_flags = BPF_F_MMAPABLE | BPF_F_INNER_MAP);
	size_t size = (size_t)image->page_count * PAGE_BYTES;
	_cleanup_fd_ int inner =
		bpf_map_create(BPF_MAP_TYPE_ARRAY, "image", sizeof(uint32_t),
			       PAGE_BYTES, image->page_count, &options);
	void *pages;

	if (inner < 0)
		return -errno;
	pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, inner, 0);
	if (pages == MAP_FAILED)
		return -errno;
	memcpy(pages, image->pages, size);
	munmap(pages, size);
	return put_inner(outer, inner);
}

static int set_limiter(const struct testbed *testbed, uint32_t slot,
		       uint64_t arrival)
{
	const struct limiter limiter = { .arrival = arrival };

	return bpf_map_update_elem(testbed->limiters, &slot, &limiter, BPF_ANY)
		       ? -errno
		       : 0;
}

int testbed_exhaust(struct testbed *testbed, uint32_t slot)
{
	return set_limiter(testbed, slot, 1ull << 63);
}

static int reset_limiters(const struct testbed *testbed,
			  const struct image *image)
{
	int error = set_limiter(testbed, SLOT_ANSWERS, 0);

	for (size_t i = 0; i < image->counter_count && !error; i++) {
		uint32_t slot;

		if (!image->counters[i].limited)
			continue;
		memcpy(&slot, image->pages + image->counters[i].reference,
		       sizeof(slot));
		error = set_limiter(testbed, slot, 0);
	}
	return error;
}

int testbed_apply(struct testbed *testbed, const struct image *image,
		  uint32_t slots)
{
	int error = reset_limiters(testbed, image);

	testbed->watched = slots;
	for (int i = 0; i < TRIE_COUNT && !error; i++)
		error = apply_trie(testbed->tries[i], &image->tries[i], i);
	return error ? error : apply_pages(testbed->images, image);
}

/* ---- running ----------------------------------------------------------- */

static int read_counters(struct testbed *testbed)
{
	static uint32_t keys[CHUNK_SLOTS];
	uint32_t count = testbed->watched, next;

	/* ENOENT: the end of the map, all has been read. */
	if (bpf_map_lookup_batch(testbed->counters, NULL, &next, keys,
				 testbed->read, &count, NULL) &&
	    errno != ENOENT)
		return -errno;
	return count == testbed->watched ? 0 : -EIO;
}

static struct counter sum(const struct testbed *testbed, uint32_t slot)
{
	const struct counter *cell =
		&testbed->read[(size_t)slot * testbed->processors];
	struct counter sum = { 0, 0 };

	for (int i = 0; i < testbed->processors; i++) {
		sum.packets += cell[i].packets;
		sum.bytes += cell[i].bytes;
	}
	return sum;
}

/* Fills in what changed since the last time. */
static int compare_counters(struct testbed *testbed,
			    struct testbed_result *result)
{
	int error = read_counters(testbed);

	for (uint32_t slot = 0; slot < testbed->watched && !error; slot++) {
		struct counter now = sum(testbed, slot);
		struct counter *before = &testbed->before[slot];

		if (memcmp(&now, before, sizeof(now)) == 0)
			continue;
		if (result->changed < TESTBED_COUNTS)
			result->counts[result->changed] =
				(struct testbed_count){
					slot,
					now.packets - before->packets,
					now.bytes - before->bytes,
				};
		result->changed++;
		*before = now;
	}
	return error;
}

size_t testbed_strays(struct testbed *testbed)
{
	static struct testbed_result result;

	result.changed = 0;
	testbed->watched = CHUNK_SLOTS;
	if (compare_counters(testbed, &result))
		return SIZE_MAX;
	return result.changed;
}

size_t testbed_length(enum direction direction, const uint8_t *frame,
		      size_t length)
{
	size_t least = direction == DIRECTION_IN ? ETH_HLEN : ETH_HLEN + 1;
	uint32_t type = length < ETH_HLEN ? 0 : frame[12] << 8 | frame[13];

	if (direction == DIRECTION_OUT && type == ETH_P_IP)
		least = ETH_HLEN + sizeof(struct iphdr);
	if (direction == DIRECTION_OUT && type == ETH_P_IPV6)
		least = ETH_HLEN + sizeof(struct ipv6hdr);
	if (length < least)
		return least;
	return length > LONGEST ? LONGEST : length;
}

static int verdict_of(enum direction direction, uint32_t code)
{
	static const uint32_t codes[DIRECTION_COUNT][3] = {
		[DIRECTION_IN] = { XDP_PASS, XDP_DROP, XDP_TX },
		[DIRECTION_OUT] = { (uint32_t)TC_ACT_UNSPEC, TC_ACT_SHOT,
				    TC_ACT_REDIRECT },
	};

	for (int verdict = 0; verdict < 3; verdict++)
		if (code == codes[direction][verdict])
			return verdict;
	return -EPROTO;
}

static int run_program(struct testbed *testbed, enum direction direction,
		       struct bpf_test_run_opts *options,
		       struct testbed_result *result)
{
	int verdict;

	result->changed = 0;
	options->repeat = 1;
	options->data_out = result->frame;
	options->data_size_out = sizeof(result->frame);
	if (bpf_prog_test_run_opts(testbed->programs[direction], options))
		return -errno;
	verdict = verdict_of(direction, options->retval);
	if (verdict < 0)
		return verdict;
	result->verdict = verdict;
	result->length = options->data_size_out;
	return testbed->watched ? compare_counters(testbed, result) : 0;
}

int testbed_send(struct testbed *testbed, const struct __sk_buff *skb,
		 const uint8_t *frame, size_t length,
		 struct testbed_result *result)
{
	struct __sk_buff after = {};
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame,
		    .data_size_in = length, .ctx_in = skb,
		    .ctx_size_in = sizeof(*skb), .ctx_out = &after,
		    .ctx_size_out = sizeof(after));
	int error = run_program(testbed, DIRECTION_OUT, &options, result);

	result->priority = after.priority;
	return error;
}

int testbed_run(struct testbed *testbed, enum direction direction,
		uint32_t ifindex, const uint8_t *frame, size_t length,
		struct testbed_result *result)
{
	struct xdp_md xdp = { .data_end = length, .ingress_ifindex = ifindex };
	struct __sk_buff skb = { .ifindex = ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame,
		    .data_size_in = length, .ctx_in = &xdp,
		    .ctx_size_in = sizeof(xdp));

	if (direction == DIRECTION_OUT)
		return testbed_send(testbed, &skb, frame, length, result);
	result->priority = 0;
	return run_program(testbed, direction, &options, result);
}

int testbed_counter(struct testbed *testbed, uint32_t slot,
		    struct counter *total)
{
	if (bpf_map_lookup_elem(testbed->counters, &slot, testbed->read))
		return -errno;
	*total = sum(testbed, 0);
	return 0;
}

/* An XDP program of two instructions: the verdict drop. */
static int load_empty(void)
{
	static const struct bpf_insn instructions[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_DROP },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "empty", "GPL", instructions, 2,
			     NULL);
}

int testbed_time(struct testbed *testbed, int direction, uint32_t ifindex,
		 const uint8_t *frame, size_t length, uint32_t repeat,
		 uint32_t *nanoseconds)
{
	struct xdp_md xdp = { .data_end = length, .ingress_ifindex = ifindex };
	struct __sk_buff skb = { .ifindex = ifindex };
	bool out = direction == DIRECTION_OUT;
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame,
		    .data_size_in = length, .repeat = repeat,
		    .ctx_in = out ? (void *)&skb : (void *)&xdp,
		    .ctx_size_in = out ? sizeof(skb) : sizeof(xdp));
	_cleanup_fd_ int empty = direction < 0 ? load_empty() : -1;
	int program = direction < 0 ? empty : testbed->programs[direction];

	if (bpf_prog_test_run_opts(program, &options))
		return -errno;
	*nanoseconds = options.duration;
	return 0;
}
