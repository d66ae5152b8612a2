/* fuzz-gguf.c: no head of a GGUF file breaks the parser, and cut short it never says more than whole */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine/lobe-gguf.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *bytes, size_t length);

static void
check (const char *words)
{
  if (words != NULL)
    g_assert_true (g_utf8_validate (words, -1, NULL));
}

/* The first byte says where it is cut. */
int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        size_t        length)
{
  g_autofree guint8 *copy = NULL;
  g_autoptr (LobeGguf) gguf = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) cut_error = NULL;
  gsize cut;

  if (length < 1)
    return 0;

  cut = (length - 1) * bytes[0] / 256;
  bytes++;
  length--;

  /* a copy of its own, so that the sanitizer sees what is read behind it */
  copy = g_memdup2 (bytes, length);
  gguf = lobe_gguf_parse (copy, length, G_MAXINT64, &error);
  g_assert_true ((gguf != NULL) == (error == NULL));
  if (gguf != NULL)
    {
      g_autofree char *parameters = lobe_gguf_dup_parameters (gguf);

      g_assert_nonnull (gguf->architecture);
      check (gguf->architecture);
      check (gguf->name);
      check (gguf->licence);
      g_assert_cmpint (gguf->context_length, >=, 0);
      g_assert_cmpint (gguf->cache_per_token, >=, 0);
    }

  g_free (copy);
  copy = g_memdup2 (bytes, cut);
  lobe_gguf_free (gguf != NULL ? g_steal_pointer (&gguf) : g_new0 (LobeGguf, 1));
  gguf = lobe_gguf_parse (copy, cut, G_MAXINT64, &cut_error);
  if (gguf != NULL)
    g_assert_no_error (error);

  return 0;
}
