/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Network namespaces made by `ip netns add`.
 *
 * Sockets, device names and live frames belong to the namespace that the
 * calling thread is in. BPF objects do not.
 */
#ifndef WEIR_TEST_NAMESPACE_H
#define WEIR_TEST_NAMESPACE_H

#include <stdint.h>

/* A descriptor of the namespace of that name, or a negative errno. */
int namespace_open(const char *name);

/* 0 or a negative errno. */
int namespace_enter(int namespace);

/* Enters the namespace; the device's index in it, or a negative errno. */
int namespace_device(int namespace, const char *device, uint32_t *ifindex);

#endif
