// SPDX-License-Identifier: GPL-2.0-only
/*
 * A whole edge policy on mixed traffic, beside an empty program.
 *
 *	run_pipeline POLICY TRAFFIC4 TRAFFIC6
 *
 * Frames come from the devices eth0 (transit) and eth1 (a customer); a figure
 * is the mean of both. Each policy is run with its index and with `index off`.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "datapath.h"
#include "stream_abi.h"
#include "traffic.h"

static const char *const devices[] = { "eth0", "eth1" };
enum { DEVICES = sizeof(devices) / sizeof(devices[0]) };

static void show_empty(struct datapath *datapath)
{
	double runs[RUNS];

	for (int i = 0; i < RUNS; i++)
		runs[i] = stream_time_bare(datapath->stream);
	figure_print("empty_ns", figure_of(runs, RUNS));
}

static void show(struct datapath *datapath, const char *key, const char *path)
{
	struct figure figures[DEVICES];

	for (int i = 0; i < DEVICES; i++) {
		_cleanup_arena_ struct arena *arena = arena_new();

		stream_fill(
			datapath->stream,
			traffic_read(arena, path, devices[i], STREAM_FRAMES),
			STREAM_FRAMES);
		figures[i] = datapath_figure(datapath, devices[i]);
	}
	figure_print(key, figure_mean(figures, DEVICES));
}

static void put_in_force(struct datapath *datapath, const char *policy,
			 const char *statements)
{
	_cleanup_arena_ struct arena *arena = arena_new();
	const char *text =
		arena_printf(arena, "include \"%s\";\n%s", policy, statements);

	datapath_apply(datapath, datapath_compile(arena, "bench.weir", text));
}

int main(int count, char **arguments)
{
	struct datapath datapath;

	if (count != 4) {
		fputs("usage: run_pipeline POLICY TRAFFIC4 TRAFFIC6\n", stderr);
		return 2;
	}
	datapath_open(&datapath);
	show_empty(&datapath);
	put_in_force(&datapath, arguments[1], "");
	show(&datapath, "pipeline_ns", arguments[2]);
	show(&datapath, "pipeline6_ns", arguments[3]);
	put_in_force(&datapath, arguments[1], "index off;\n");
	show(&datapath, "pipeline_index_off_ns", arguments[2]);
	show(&datapath, "pipeline6_index_off_ns", arguments[3]);
	datapath_close(&datapath);
	return 0;
}
