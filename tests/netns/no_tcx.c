// SPDX-License-Identifier: GPL-2.0-only
/* Takes the place of the weak function in loader/kernel/egress.c. */
#include "kernel/private.h"

bool egress_may_use_tcx(void)
{
	return false;
}
