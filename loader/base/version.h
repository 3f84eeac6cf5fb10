/* SPDX-License-Identifier: GPL-2.0-only */
/* The version of the command; that of the map layout is in abi.h. */
#ifndef WEIR_VERSION_H
#define WEIR_VERSION_H

#define WEIR_VERSION "0.1.0"

#endif
