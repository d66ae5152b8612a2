/* lobe-fit.c: whether a model fits into the memory of this machine */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine/lobe-fit.h"

#include "lobe-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What llama.cpp needs besides weights and cache: code, buffers for computing, the vocabulary. */
#define OVERHEAD ((gint64) 150 * 1024 * 1024)

/* Where a file does not tell how its cache grows: it takes about this part of the weights at a small context. */
#define CACHE_PART 10

static gint64
find_value (const char *meminfo,
            const char *name)
{
  const char *line = meminfo;

  while (line != NULL)
    {
      if (g_str_has_prefix (line, name) && line[strlen (name)] == ':')
        return (gint64) MIN (g_ascii_strtoull (line + strlen (name) + 1, NULL, 10), G_MAXINT64 / 1024) * 1024;

      line = strchr (line, '\n');
      if (line != NULL)
        line++;
    }

  return 0;
}

/**
 * lobe_memory_parse: (skip)
 * @meminfo: what /proc/meminfo says, in KiB (proc_meminfo(5))
 *
 * Returns: the memory
 */
LobeMemory
lobe_memory_parse (const char *meminfo)
{
  LobeMemory memory = { find_value (meminfo, "MemAvailable"), find_value (meminfo, "MemTotal") };

  return memory;
}

/**
 * lobe_memory_read: (skip)
 *
 * Returns: the memory of this machine as it is now
 */
LobeMemory
lobe_memory_read (void)
{
  g_autofree char *meminfo = NULL;
  LobeMemory memory = { 0 };

  if (g_file_get_contents ("/proc/meminfo", &meminfo, NULL, NULL))
    memory = lobe_memory_parse (meminfo);

  return memory;
}

/**
 * lobe_fit_need: (skip)
 * @weights: bytes of the model's files; 0 unknown
 * @cache_per_token: bytes of its cache for each token; 0 unknown
 * @context_length: tokens of context that it is to run with
 *
 * Returns: about how many bytes of memory it takes; 0 unknown
 */
gint64
lobe_fit_need (gint64 weights,
               gint64 cache_per_token,
               gint64 context_length)
{
  gint64 cache;

  if (weights <= 0)
    return 0;

  cache = cache_per_token > 0 && context_length > 0 && cache_per_token < G_MAXINT64 / 8 / context_length
              ? cache_per_token * context_length
              : weights / CACHE_PART;

  return MIN (weights, G_MAXINT64 / 4) + cache + OVERHEAD;
}

/**
 * lobe_fit_judge: (skip)
 * @need: bytes that the model takes; 0 unknown
 * @memory: the memory of the machine
 *
 * Returns: how it fits
 */
LobeFit
lobe_fit_judge (gint64     need,
                LobeMemory memory)
{
  if (need <= 0 || memory.available <= 0)
    return LOBE_FIT_UNKNOWN;
  if (need <= memory.available / 4 * 3)
    return LOBE_FIT_COMFORTABLE;

  /* what others hold now they may give back, but not all of it */
  return need <= MAX (memory.available, memory.total / 10 * 8) ? LOBE_FIT_TIGHT : LOBE_FIT_TOO_LARGE;
}

/**
 * lobe_fit_dup_words: (skip)
 * @fit: how it fits
 * @need: bytes that it takes
 * @memory: the memory of the machine
 *
 * Returns: (transfer full) (nullable): that in words for the person; %NULL when it is not known
 */
char *
lobe_fit_dup_words (LobeFit    fit,
                    gint64     need,
                    LobeMemory memory)
{
  g_autofree char *need_words = g_format_size (need);
  g_autofree char *free_words = g_format_size (memory.available);

  switch (fit)
    {
    case LOBE_FIT_COMFORTABLE:
      /* Translators: %s is an amount of memory */
      return g_strdup_printf (_("Fits this computer: needs about %s"), need_words);
    case LOBE_FIT_TIGHT:
      /* Translators: both are amounts of memory */
      return g_strdup_printf (_("Tight: needs about %s of memory, %s are free now"), need_words, free_words);
    case LOBE_FIT_TOO_LARGE:
      return g_strdup_printf (_("Too large for this computer: needs about %s of memory, %s are free now"), need_words,
                              free_words);
    default:
      return NULL;
    }
}
