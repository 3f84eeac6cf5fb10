/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * write_capture FILE: writes the frames on standard input, one a line in the
 * language of frame.h, to a capture. Empty lines and lines with # are left out.
 */
#include <pcap/pcap.h>
#include <string.h>

#include "base/cleanup.h"
#include "frame.h"

static int write_frames(pcap_dumper_t *dumper)
{
	static struct frame frame;
	_cleanup_free_ char *line = NULL;
	char error[256];
	size_t size = 0;

	for (int number = 1; getline(&line, &size, stdin) >= 0; number++) {
		struct pcap_pkthdr header = { .ts = { .tv_sec = number } };

		line[strcspn(line, "\n")] = '\0';
		if (!*line || *line == '#')
			continue;
		if (frame_parse(line, &frame, error, sizeof(error))) {
			fprintf(stderr, "line %d: %s\n", number, error);
			return 1;
		}
		header.caplen = header.len = frame.length;
		pcap_dump((u_char *)dumper, &header, frame.bytes);
	}
	return 0;
}

int main(int argc, char **argv)
{
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, FRAME_MAX);
	pcap_dumper_t *dumper;
	int result;

	if (argc != 2) {
		fprintf(stderr, "usage: %s FILE <FRAMES\n", argv[0]);
		return 2;
	}
	dumper = pcap_dump_open(pcap, argv[1]);
	if (!dumper) {
		fprintf(stderr, "%s\n", pcap_geterr(pcap));
		return 1;
	}
	result = write_frames(dumper);
	pcap_dump_close(dumper);
	pcap_close(pcap);
	return result;
}
