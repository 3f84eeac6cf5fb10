// SPDX-License-Identifier: GPL-2.0-only
/* The native build of the datapath: see native.h and maps.h. */
#include "native.h"

#include <errno.h>
#include <stdlib.h>

#include "maps.h"

#include "judge.h"
#include "remark.h"

_Thread_local struct native *native_in_force;
_Thread_local struct native_result *native_counting;

struct native_limiter {
	uint32_t slot;
	struct limiter limiter;
};

struct native_source {
	struct native_source *next;
	struct source_key key;
	struct source_state state;
};

enum { SOURCE_BUCKETS = 1024 };

struct native {
	const struct image *image;
	uint8_t lengths[TRIE_COUNT][129]; /* 1: some prefix is that long */
	struct native_limiter *limiters;  /* by slot */
	size_t limiter_count;
	struct native_source *sources[SOURCE_BUCKETS];
	size_t source_count;
	uint64_t time;
	const struct native_route *routes;
	size_t route_count;
};

/* ---- image and tries --------------------------------------------------- */

const void *native_page(const struct native *native, uint32_t page)
{
	if (page >= native->image->page_count)
		return NULL;
	return native->image->pages + (size_t)page * PAGE_BYTES;
}

static void note_lengths(struct native *native, enum trie trie)
{
	const struct image_trie *from = &native->image->tries[trie];

	for (uint32_t i = 0; i < from->count; i++) {
		uint32_t length;

		memcpy(&length,
		       (const uint8_t *)from->keys + i * from->key_size,
		       sizeof(length));
		native->lengths[trie][length] = 1;
	}
}

/* Order of keys: address first, then length, as the image sorts them. */
static int compare_key(const uint8_t *key, const uint8_t *address,
		       uint32_t length, size_t bytes)
{
	uint32_t key_length;
	int order = memcmp(key + 4, address, bytes);

	if (order)
		return order;
	memcpy(&key_length, key, sizeof(key_length));
	return key_length < length ? -1 : key_length > length;
}

static const void *find_exact(const struct image_trie *trie,
			      const uint8_t *address, uint32_t length)
{
	size_t low = 0, high = trie->count, bytes = trie->key_size - 4;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const uint8_t *key =
			(const uint8_t *)trie->keys + middle * trie->key_size;
		int order = compare_key(key, address, length, bytes);

		if (!order)
			return (const uint8_t *)trie->values + middle * 8;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const void *native_find(const struct native *native, enum trie trie,
			const void *address, unsigned int bits)
{
	uint8_t masked[16];

	memcpy(masked, address, bits / 8);
	for (int length = (int)bits; length >= 0; length--) {
		const void *value;

		if (length < (int)bits)
			masked[length / 8] &= (uint8_t) ~(0x80 >> length % 8);
		if (!native->lengths[trie][length])
			continue;
		value = find_exact(&native->image->tries[trie], masked,
				   (uint32_t)length);
		if (value)
			return value;
	}
	return NULL;
}

/* ---- limits ------------------------------------------------------------ */

static int compare_limiters(const void *a, const void *b)
{
	uint32_t left = ((const struct native_limiter *)a)->slot;
	uint32_t right = ((const struct native_limiter *)b)->slot;

	return left < right ? -1 : left > right;
}

/* One for each limit of the image, and one for all answers. */
static int make_limiters(struct native *native)
{
	const struct image *image = native->image;
	struct native_limiter *limiters =
		calloc(image->counter_count + 1, sizeof(*limiters));
	size_t count = 0;

	if (!limiters)
		return -ENOMEM;
	limiters[count++].slot = SLOT_ANSWERS;
	for (size_t i = 0; i < image->counter_count; i++)
		if (image->counters[i].limited)
			memcpy(&limiters[count++].slot,
			       image->pages + image->counters[i].reference,
			       sizeof(limiters->slot));
	qsort(limiters, count, sizeof(*limiters), compare_limiters);
	native->limiters = limiters;
	native->limiter_count = count;
	return 0;
}

struct limiter *native_limiter(struct native *native, uint32_t slot)
{
	const struct native_limiter key = { .slot = slot };
	struct native_limiter *found =
		bsearch(&key, native->limiters, native->limiter_count,
			sizeof(key), compare_limiters);

	return found ? &found->limiter : NULL;
}

static struct native_source **source_bucket(struct native *native,
					    const struct source_key *key)
{
	uint32_t words[sizeof(*key) / 4], hash = 0;

	memcpy(words, key, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		hash = weir_hash(hash, words[i]);
	return &native->sources[hash % SOURCE_BUCKETS];
}

struct source_state *native_source(struct native *native,
				   const struct source_key *key)
{
	struct native_source *source = *source_bucket(native, key);

	while (source && memcmp(&source->key, key, sizeof(*key)))
		source = source->next;
	return source ? &source->state : NULL;
}

int native_add_source(struct native *native, const struct source_key *key,
		      const struct source_state *state)
{
	struct native_source **bucket = source_bucket(native, key);
	struct native_source *source;

	if (native_source(native, key))
		return -EEXIST;
	source = malloc(sizeof(*source));
	if (!source)
		return -ENOMEM;
	*source = (struct native_source){ *bucket, *key, *state };
	*bucket = source;
	native->source_count++;
	return 0;
}

size_t native_sources(const struct native *native)
{
	return native->source_count;
}

static void free_sources(struct native *native)
{
	for (size_t i = 0; i < SOURCE_BUCKETS; i++)
		while (native->sources[i]) {
			struct native_source *source = native->sources[i];

			native->sources[i] = source->next;
			free(source);
		}
}

uint64_t native_time(const struct native *native)
{
	return native->time;
}

void native_set_time(struct native *native, uint64_t nanoseconds)
{
	native->time = nanoseconds;
}

void native_exhaust(struct native *native, uint32_t slot)
{
	struct limiter *limiter = native_limiter(native, slot);

	if (limiter)
		limiter->arrival = 1ull << 63;
}

/* ---- routes ------------------------------------------------------------ */

void native_set_routes(struct native *native, const struct native_route *routes,
		       size_t count)
{
	native->routes = routes;
	native->route_count = count;
}

static int path_through(const struct native_route *route, uint32_t ifindex)
{
	for (size_t i = 0; i < route->paths; i++)
		if (route->ifindex[i] == ifindex)
			return (int)i;
	return -1;
}

/* ifindex: of the device that one of the paths must lead to; 0: any. */
static const struct native_route *best_route(const struct native *native,
					     const struct prefix *address,
					     uint32_t ifindex)
{
	const struct native_route *best = NULL;

	for (size_t i = 0; i < native->route_count; i++) {
		const struct native_route *route = &native->routes[i];

		if (!prefix_covers(&route->prefix, address) ||
		    (ifindex && !route->none &&
		     path_through(route, ifindex) < 0))
			continue;
		if (!best || route->prefix.length > best->prefix.length ||
		    (route->prefix.length == best->prefix.length &&
		     route->metric < best->metric))
			best = route;
	}
	return best;
}

static int is_of_link(const uint8_t *bytes)
{
	return bytes[0] == 0xff ||
	       (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80);
}

/*
 * Nothing is forwarded to link-local, multicast and loopback addresses, and
 * nothing from the first two.
 */
static int is_forwarded(const struct prefix *to, const void *from)
{
	static const uint8_t zero[15];
	const uint8_t *bytes = to->address.bytes;

	if (to->family == FAMILY_IPV4)
		return 1;
	return !is_of_link(bytes) && !is_of_link(from) &&
	       (memcmp(bytes, zero, 15) || bytes[15] != 1);
}

static size_t choose_path(const struct native_route *route,
			  const struct bpf_fib_lookup *asked)
{
	uint32_t hash = weir_hash(asked->ipv6_src[0] ^ asked->ipv6_src[3],
				  asked->ipv6_dst[0] ^ asked->ipv6_dst[3]);

	return weir_hash(hash, (uint32_t)asked->sport << 16 | asked->dport) %
	       route->paths;
}

/*
 * As the kernel does it. BPF_FIB_LOOKUP_OUTPUT: IPv4 passes over routes that
 * do not lead to the device; IPv6 prefers paths that do.
 */
int native_route(const struct native *native, struct bpf_fib_lookup *parameters,
		 uint32_t flags)
{
	bool ipv4 = parameters->family == FAMILY_INET;
	struct prefix address = {
		.family = ipv4 ? FAMILY_IPV4 : FAMILY_IPV6,
		.length = ipv4 ? 32 : 128,
	};
	uint32_t through =
		flags & BPF_FIB_LOOKUP_OUTPUT ? parameters->ifindex : 0;
	const struct native_route *route;
	int path;

	memcpy(&address.address, parameters->ipv6_dst, ipv4 ? 4 : 16);
	route = best_route(native, &address, ipv4 ? through : 0);
	if (!route || !is_forwarded(&address, parameters->ipv6_src))
		return BPF_FIB_LKUP_RET_NOT_FWDED;
	if (route->none)
		return BPF_FIB_LKUP_RET_BLACKHOLE;
	path = path_through(route, through);
	if (path < 0)
		path = (int)choose_path(route, parameters);
	parameters->ifindex = route->ifindex[path];
	parameters->rt_metric = route->metric;
	if (route->gateway[path] && !ipv4)
		memset(parameters->ipv6_dst, 0, 16);
	if (route->gateway[path])
		parameters->ipv6_dst[0] = route->gateway[path];
	return BPF_FIB_LKUP_RET_NO_NEIGH;
}

/* ---- packets ----------------------------------------------------------- */

struct native *native_open(const struct image *image)
{
	struct native *native = calloc(1, sizeof(*native));

	if (!native)
		return NULL;
	native->image = image;
	for (int trie = 0; trie < TRIE_COUNT; trie++)
		note_lengths(native, (enum trie)trie);
	if (make_limiters(native)) {
		free(native);
		return NULL;
	}
	return native;
}

void native_close(struct native *native)
{
	if (!native)
		return;
	free_sources(native);
	free(native->limiters);
	free(native);
}

void native_run(struct native *native, enum direction direction,
		uint32_t ifindex, uint8_t *frame, size_t length,
		struct native_result *result)
{
	struct native_frame context = { frame, frame + length };
	struct packet packet = {
		.ifindex = ifindex,
		.direction = direction,
		.packets = 1,
		.length = (uint32_t)length,
		.limit = (uint32_t)length,
		.outer = NO_TAG,
		.inner = NO_TAG,
	};
	const struct decision *decision = &packet.decision;

	native_in_force = native;
	native_counting = result;
	result->count = 0;
	parse_packet(&context, &packet, 0, 0);
	judge_packet(&context, &packet);
	if (decision->remark)
		remark_packet(&context, &packet);
	result->verdict = (enum verdict)decision->verdict;
	result->dscp = decision->remark ? decision->dscp : -1;
	result->priority =
		decision->has_priority ? (int)decision->priority : -1;
}
