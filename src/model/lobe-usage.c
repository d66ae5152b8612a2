/* lobe-usage.c: what an answer cost, and why it ended */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/lobe-usage.h"

G_DEFINE_BOXED_TYPE (LobeUsage, lobe_usage, lobe_usage_copy, lobe_usage_free)

/**
 * lobe_usage_new:
 *
 * Returns: (transfer full): a usage of which nothing is known
 */
LobeUsage *
lobe_usage_new (void)
{
  LobeUsage *self = g_new (LobeUsage, 1);

  *self = LOBE_USAGE_UNKNOWN;

  return self;
}

/**
 * lobe_usage_copy:
 * @self: a usage
 *
 * Returns: (transfer full): a copy
 */
LobeUsage *
lobe_usage_copy (const LobeUsage *self)
{
  return g_memdup2 (self, sizeof *self);
}

/**
 * lobe_usage_free:
 * @self: (transfer full): a usage
 */
void
lobe_usage_free (LobeUsage *self)
{
  g_free (self);
}
