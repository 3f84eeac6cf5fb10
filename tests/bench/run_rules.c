// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cost of rules: 10 to 10,000 of them, of three families (filter_set.h), on
 * an interface that does nothing else, for packets that rules match; and of
 * the packet that costs most. A figure is the mean of the families.
 *
 *	run_rules
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "datapath.h"
#include "filter_set.h"
#include "stream_abi.h"

static const char *const families[] = { "acl1", "fw1", "ipc1" };
enum { FAMILIES = sizeof(families) / sizeof(families[0]) };

/* Frames looked at for the worst, and of these, those measured again. */
enum { CANDIDATES = 256, FINALISTS = 2 };

struct result {
	struct figure mixed;
	struct figure worst;
	double bytes;
};

struct candidate {
	const struct frame *frame;
	double cost;
};

static int by_cost(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return x->cost > y->cost ? -1 : x->cost < y->cost;
}

static struct figure figure_of_one(struct datapath *datapath,
				   const struct frame *frame)
{
	stream_fill_one(datapath->stream, frame);
	return datapath_figure(datapath, "eth0");
}

/* Each frame by itself, and then again those that seemed to cost most. */
static struct figure find_worst(struct datapath *datapath,
				const struct frame *frames)
{
	uint32_t ifindex = testbed_device("eth0");
	struct candidate candidates[CANDIDATES];
	struct figure worst = { 0, 0, 0 };

	for (int i = 0; i < CANDIDATES; i++) {
		candidates[i].frame = &frames[i];
		stream_fill_one(datapath->stream, &frames[i]);
		candidates[i].cost = stream_time(datapath->stream,
						 datapath->ingress, ifindex, 8);
	}
	qsort(candidates, CANDIDATES, sizeof(candidates[0]), by_cost);
	for (int i = 0; i < FINALISTS; i++) {
		struct figure figure =
			figure_of_one(datapath, candidates[i].frame);

		if (figure.median > worst.median)
			worst = figure;
	}
	return worst;
}

static struct result measure(struct datapath *datapath, const char *family,
			     size_t most)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	struct filter_set set = filter_set_read(arena, family, most);
	const struct frame *frames =
		filter_set_trace(arena, &set, STREAM_FRAMES);
	const char *text = arena_printf(
		arena, "%sinterface eth0 { role core; in { apply %s; } }\n",
		filter_set_text(arena, &set, family), family);
	struct image *image = datapath_compile(arena, family, text);
	struct result result = { .bytes = (double)image->page_count *
					  PAGE_BYTES };

	datapath_apply(datapath, image);
	stream_fill(datapath->stream, frames, STREAM_FRAMES);
	result.mixed = datapath_figure(datapath, "eth0");
	result.worst = find_worst(datapath, frames);
	return result;
}

static void show(struct datapath *datapath, size_t most)
{
	struct figure mixed[FAMILIES], worst[FAMILIES];
	double bytes = 0;
	char key[64];

	for (int i = 0; i < FAMILIES; i++) {
		struct result result = measure(datapath, families[i], most);

		mixed[i] = result.mixed;
		worst[i] = result.worst;
		bytes += result.bytes / FAMILIES;
		snprintf(key, sizeof(key), "rules_%zu_%s_ns", most,
			 families[i]);
		figure_print(key, result.mixed);
	}
	snprintf(key, sizeof(key), "rules_%zu_ns", most);
	figure_print(key, figure_mean(mixed, FAMILIES));
	snprintf(key, sizeof(key), "rules_%zu_worst_ns", most);
	figure_print(key, figure_mean(worst, FAMILIES));
	snprintf(key, sizeof(key), "rules_%zu_bytes", most);
	figure_print_exact(key, bytes);
}

int main(void)
{
	static const size_t sizes[] = { 10, 100, 1000, 10000 };
	struct datapath datapath;

	datapath_open(&datapath);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		show(&datapath, sizes[i]);
	datapath_close(&datapath);
	return 0;
}
