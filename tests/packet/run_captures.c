/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every packet of every capture through the native datapath and the kernel's,
 * in and out, on each device of captures.weir: both have to give the same
 * verdict and count it once, in the same slot, with all of its bytes.
 *
 * Packets of other link types than Ethernet are run as the bytes they are.
 * A packet that is too short or too long for the kernel to run is run natively
 * as it is, and in both lengthened with zeros or cut. WEIR_CAPTURES names a
 * directory or an archive of captures.
 */
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "agreement.h"
#include "base/cleanup.h"
#include "captures.h"
#include "native.h"
#include "policy_image.h"
#include "testbed.h"

#define POLICY	   "tests/packet/captures.weir"
#define COMMITTED  "tests/packet/captures"
#define LEAST_SEEN 12u

struct run {
	struct arena *arena;
	struct image *image;
	uint32_t *ifindexes;
	struct native *native;
	struct testbed *testbed;
	unsigned int number; /* of the test */
	unsigned int failed;
	uint8_t seen[CHUNK_SLOTS]; /* slots that counted anything */
};

static void report(struct run *run, const char *name, const char *failure)
{
	printf("%s %u - %s\n", failure ? "not ok" : "ok", ++run->number, name);
	if (failure)
		printf("# %s\n", failure);
	fflush(stdout);
	run->failed += failure != NULL;
}

/* Packets are counted once; whether the DSCP was rewritten, beside it. */
static const char *check_counts(const struct native_result *native,
				size_t length)
{
	if (native->count != 1 + (native->dscp >= 0))
		return "not counted once";
	for (size_t i = 0; i < native->count; i++)
		if (native->counts[i].packets != 1 ||
		    native->counts[i].bytes != length)
			return "not counted as one packet of its length";
	return NULL;
}

/*
 * A copy of exactly `fitted` bytes on the heap, so that a sanitizer sees a
 * read past them.
 */
static uint8_t *copy_frame(const uint8_t *bytes, size_t length, size_t fitted)
{
	uint8_t *copy = calloc(1, fitted ? fitted : 1);

	if (copy && length)
		memcpy(copy, bytes, length < fitted ? length : fitted);
	return copy;
}

/* NULL when both agree, else how they differ. */
static const char *run_both(struct run *run, enum direction direction,
			    uint32_t ifindex, const uint8_t *frame,
			    size_t length)
{
	_cleanup_free_ uint8_t *copy = copy_frame(frame, length, length);
	static struct testbed_result kernel;
	struct native_result native;
	const char *failure;
	int error;

	native_run(run->native, direction, ifindex, copy, length, &native);
	error = testbed_run(run->testbed, direction, ifindex, frame, length,
			    &kernel);
	if (error)
		return strerror(-error);
	failure = check_counts(&native, length);
	sort_counts(&native);
	run->seen[native.counts->slot] = 1;
	return failure ? failure : disagreement(&native, &kernel, copy, length);
}

static const char *run_direction(struct run *run, enum direction direction,
				 const uint8_t *bytes, size_t length)
{
	size_t fitted = testbed_length(direction, bytes, length);
	_cleanup_free_ uint8_t *whole = copy_frame(bytes, length, length);
	_cleanup_free_ uint8_t *frame = copy_frame(bytes, length, fitted);
	const char *failure = NULL;
	struct native_result result;

	for (size_t i = 0; i < run->image->device_count && !failure; i++) {
		uint32_t ifindex = run->ifindexes[i];

		if (fitted != length)
			native_run(run->native, direction, ifindex, whole,
				   length, &result);
		failure = run_both(run, direction, ifindex, frame, fitted);
	}
	return failure;
}

static const char *run_packet(struct run *run, const uint8_t *bytes,
			      size_t length)
{
	const char *failure = run_direction(run, DIRECTION_IN, bytes, length);

	return failure ? failure
		       : run_direction(run, DIRECTION_OUT, bytes, length);
}

static const char *run_capture(struct run *run, const struct capture *capture)
{
	char error[PCAP_ERRBUF_SIZE];
	FILE *stream = fmemopen(capture->bytes, capture->size, "r");
	pcap_t *pcap = stream ? pcap_fopen_offline(stream, error) : NULL;
	struct pcap_pkthdr *header;
	const char *failure = NULL;
	const u_char *bytes;
	int packets = 0, result = 1;

	if (!pcap) {
		if (stream)
			fclose(stream);
		return arena_printf(run->arena, "%s", error);
	}
	while (!failure &&
	       (result = pcap_next_ex(pcap, &header, &bytes)) == 1) {
		packets++;
		failure = run_packet(run, bytes, header->caplen);
	}
	if (failure)
		failure = arena_printf(run->arena, "packet %d: %s", packets,
				       failure);
	else if (result != PCAP_ERROR_BREAK)
		failure = arena_printf(run->arena, "%s", pcap_geterr(pcap));
	pcap_close(pcap);
	return failure;
}

static int prepare(struct run *run)
{
	const uint32_t *slots;

	if (testbed_namespace())
		return -1;
	run->testbed = testbed_open(WEIR_BPF_DIRECTORY);
	run->image = policy_image(run->arena, POLICY, NULL, NULL, 0);
	if (!run->testbed || !run->image)
		return -1;
	run->ifindexes = arena_array(run->arena, run->image->device_count,
				     sizeof(*run->ifindexes));
	for (size_t i = 0; i < run->image->device_count; i++)
		run->ifindexes[i] = testbed_device(run->image->devices[i].name);
	slots = policy_image_bind(run->arena, run->image, run->ifindexes);
	run->native = native_open(run->image);
	if (!run->native)
		return -1;
	return testbed_apply(run->testbed, run->image,
			     policy_image_slots(run->image, slots));
}

/* Agreement about nothing would be worth nothing. */
static void check_variety(struct run *run)
{
	unsigned int seen = 0;

	for (size_t i = 0; i < CHUNK_SLOTS; i++)
		seen += run->seen[i];
	report(run, "the captures meet many reasons and rules",
	       seen >= LEAST_SEEN
		       ? NULL
		       : arena_printf(run->arena, "%u counters only", seen));
}

static void check_strays(struct run *run)
{
	size_t strays = testbed_strays(run->testbed);

	report(run, "no counter moved that is none of the policy's",
	       strays ? arena_printf(run->arena, "%zu did", strays) : NULL);
}

static const char *captures_path(void)
{
	const char *path = getenv("WEIR_CAPTURES");

	if (path)
		return path;
	return access(WEIR_CAPTURES_DEFAULT, R_OK) ? COMMITTED
						   : WEIR_CAPTURES_DEFAULT;
}

int main(void)
{
	static struct run run;
	_cleanup_arena_ struct arena *arena = arena_new();
	struct capture_list list;

	run.arena = arena;
	if (prepare(&run) || captures_read(arena, captures_path(), &list))
		return 1;
	printf("1..%zu\n", list.count + 2);
	for (size_t i = 0; i < list.count; i++)
		report(&run,
		       arena_printf(arena,
				    "the kernel and the native datapath agree"
				    " on every packet of %s",
				    list.captures[i].name),
		       run_capture(&run, &list.captures[i]));
	check_variety(&run);
	check_strays(&run);
	native_close(run.native);
	testbed_close(run.testbed);
	return run.failed != 0;
}
