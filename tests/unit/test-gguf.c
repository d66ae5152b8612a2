/* test-gguf.c: what the head of a GGUF file says is read, and nothing in it is believed; what fits is told */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "engine/lobe-fit.h"
#include "engine/lobe-gguf.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Writing what is read. */

static void
add_number (GByteArray *file,
            guint64     value,
            guint       n_bytes)
{
  for (guint i = 0; i < n_bytes; i++)
    {
      guint8 byte = value >> (8 * i);

      g_byte_array_append (file, &byte, 1);
    }
}

static void
add_string (GByteArray *file,
            const char *text)
{
  add_number (file, strlen (text), 8);
  g_byte_array_append (file, (const guint8 *) text, strlen (text));
}

static void
add_text_pair (GByteArray *file,
               const char *key,
               const char *value)
{
  add_string (file, key);
  add_number (file, 8, 4);
  add_string (file, value);
}

static void
add_count_pair (GByteArray *file,
                const char *key,
                guint32     value)
{
  add_string (file, key);
  add_number (file, 4, 4);
  add_number (file, value, 4);
}

static void
begin_file (GByteArray *file,
            guint       n_tensors,
            guint       n_pairs)
{
  g_byte_array_append (file, (const guint8 *) LOBE_GGUF_MAGIC, 4);
  add_number (file, 3, 4);
  add_number (file, n_tensors, 8);
  add_number (file, n_pairs, 8);
}

/* A model of 32 × 64 numbers at Q4_0, with a vocabulary of three words. */
static GByteArray *
make_file (void)
{
  GByteArray *file = g_byte_array_new ();

  begin_file (file, 1, 12);
  add_text_pair (file, "general.architecture", "made");
  add_text_pair (file, "general.name", "Made Up");
  add_text_pair (file, "general.license", "apache-2.0");
  add_count_pair (file, "general.file_type", 15);
  add_count_pair (file, "made.context_length", 8192);
  add_count_pair (file, "made.block_count", 10);
  add_count_pair (file, "made.embedding_length", 64);
  add_count_pair (file, "made.attention.head_count", 8);
  add_count_pair (file, "made.attention.head_count_kv", 2);
  add_text_pair (file, "tokenizer.chat_template", "{% if tools %}x{% endif %}<think>");
  add_string (file, "tokenizer.ggml.tokens");
  add_number (file, 9, 4);
  add_number (file, 8, 4);
  add_number (file, 3, 8);
  add_string (file, "one");
  add_string (file, "");
  add_string (file, "three");
  add_string (file, "made.scale");
  add_number (file, 6, 4);
  add_number (file, 0x3f800000, 4);

  add_string (file, "weights");
  add_number (file, 2, 4);
  add_number (file, 32, 8);
  add_number (file, 64, 8);
  add_number (file, 2, 4);
  add_number (file, 0, 8);
  while (file->len % 32 != 0)
    add_number (file, 0, 1);
  g_byte_array_set_size (file, file->len + 64 * 18);
  memset (file->data + file->len - 64 * 18, 1, 64 * 18);

  return file;
}

static void
test_made (void)
{
  g_autoptr (GByteArray) file = make_file ();
  g_autoptr (GError) error = NULL;
  g_autoptr (LobeGguf) gguf = lobe_gguf_parse (file->data, file->len, file->len, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (gguf->architecture, ==, "made");
  g_assert_cmpstr (gguf->name, ==, "Made Up");
  g_assert_cmpstr (gguf->licence, ==, "apache-2.0");
  g_assert_cmpstr (gguf->quantization, ==, "Q4_K_M");
  g_assert_cmpint (gguf->context_length, ==, 8192);
  g_assert_cmpuint (gguf->n_parameters, ==, 2048);
  /* 10 layers, 2 heads, 8 numbers for the key and 8 for the value, of 2 bytes */
  g_assert_cmpint (gguf->cache_per_token, ==, 10 * 2 * 16 * 2);
  g_assert_cmpuint (gguf->size, ==, file->len);
  g_assert_cmpuint (gguf->capabilities, ==, LOBE_CAPABILITY_TOOLS | LOBE_CAPABILITY_THINKING);
  g_assert_true (gguf->has_template);
}

/* Cut anywhere it is not complete, and never something else. */
static void
test_cut (void)
{
  g_autoptr (GByteArray) file = make_file ();
  g_autoptr (GError) whole_error = NULL;

  for (guint length = 0; length < file->len - 64 * 18 - 32; length++)
    {
      g_autofree guint8 *copy = g_memdup2 (file->data, length);
      g_autoptr (GError) error = NULL;

      g_assert_null (lobe_gguf_parse (copy, length, file->len, &error));
      g_assert_error (error, LOBE_ERROR, LOBE_ERROR_INTERRUPTED);
    }

  /* its head is whole, but not the numbers */
  g_assert_null (lobe_gguf_parse (file->data, file->len, file->len - 1, &whole_error));
  g_assert_error (whole_error, LOBE_ERROR, LOBE_ERROR_INTERRUPTED);
}

static void
assert_refused (GByteArray *file)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (lobe_gguf_parse (file->data, file->len, G_MAXINT64, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_INVALID);
}

static void
test_wrong (void)
{
  const char *page = "<!DOCTYPE html><title>Sign in</title>";
  g_autoptr (GByteArray) html = g_byte_array_new ();
  g_autoptr (GByteArray) version = g_byte_array_new ();
  g_autoptr (GByteArray) many = g_byte_array_new ();
  g_autoptr (GByteArray) type = g_byte_array_new ();
  g_autoptr (GByteArray) length = g_byte_array_new ();
  g_autoptr (GByteArray) huge = g_byte_array_new ();
  g_autoptr (GByteArray) nothing = g_byte_array_new ();

  g_byte_array_append (html, (const guint8 *) page, strlen (page));
  assert_refused (html);

  g_byte_array_append (version, (const guint8 *) LOBE_GGUF_MAGIC, 4);
  add_number (version, 0x03000000, 4);
  add_number (version, 0, 16);
  assert_refused (version);

  begin_file (many, 0, 0);
  memset (many->data + 16, 0xff, 8);
  assert_refused (many);

  begin_file (type, 0, 1);
  add_string (type, "a");
  add_number (type, 77, 4);
  assert_refused (type);

  begin_file (length, 0, 1);
  add_number (length, G_MAXUINT64, 8);
  assert_refused (length);

  begin_file (huge, 1, 0);
  add_string (huge, "w");
  add_number (huge, 3, 4);
  add_number (huge, G_MAXUINT32, 8);
  add_number (huge, G_MAXUINT32, 8);
  add_number (huge, G_MAXUINT32, 8);
  add_number (huge, 0, 12);
  assert_refused (huge);

  begin_file (nothing, 0, 0);
  assert_refused (nothing);
}

static void
test_real (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("LOBE_FIXTURES"), "peers", "tiny-llama-f32.gguf", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (LobeGguf) gguf = lobe_gguf_load (path, &error);
  GStatBuf info;

  g_assert_no_error (error);
  g_assert_cmpstr (gguf->architecture, ==, "llama");
  g_assert_cmpstr (gguf->quantization, ==, "F32");
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (gguf->size, ==, info.st_size);
  g_assert_cmpint (gguf->context_length, >, 0);
  g_assert_cmpint (gguf->cache_per_token, >, 0);
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (lobe_gguf_load ("/nonexistent.gguf", &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_FAILED);
}

static void
test_fit (void)
{
  const char *meminfo = "MemTotal:       16000000 kB\nMemFree:          100000 kB\nMemAvailable:    8000000 kB\n";
  LobeMemory memory = lobe_memory_parse (meminfo);
  gint64 gigabyte = 1000 * 1000 * 1000;
  g_autofree char *fits = NULL;
  g_autofree char *large = NULL;

  g_assert_cmpint (memory.available, ==, G_GINT64_CONSTANT (8000000) * 1024);
  g_assert_cmpint (memory.total, ==, G_GINT64_CONSTANT (16000000) * 1024);
  g_assert_cmpint (lobe_memory_parse ("").available, ==, 0);
  g_assert_cmpint (lobe_memory_parse ("MemAvailable: 99999999999999999999 kB").available, >, 0);

  g_assert_cmpint (lobe_fit_need (0, 1000, 4096), ==, 0);
  g_assert_cmpint (lobe_fit_need (gigabyte, 1000, 4096), ==, gigabyte + 4096 * 1000 + 150 * 1024 * 1024);
  g_assert_cmpint (lobe_fit_need (gigabyte, 0, 0), >, gigabyte + gigabyte / 20);
  g_assert_cmpint (lobe_fit_need (G_MAXINT64, G_MAXINT64, G_MAXINT64), >, 0);

  g_assert_cmpint (lobe_fit_judge (0, memory), ==, LOBE_FIT_UNKNOWN);
  g_assert_cmpint (lobe_fit_judge (gigabyte, (LobeMemory) { 0 }), ==, LOBE_FIT_UNKNOWN);
  g_assert_cmpint (lobe_fit_judge (5 * gigabyte, memory), ==, LOBE_FIT_COMFORTABLE);
  g_assert_cmpint (lobe_fit_judge (10 * gigabyte, memory), ==, LOBE_FIT_TIGHT);
  g_assert_cmpint (lobe_fit_judge (15 * gigabyte, memory), ==, LOBE_FIT_TOO_LARGE);

  fits = lobe_fit_dup_words (LOBE_FIT_COMFORTABLE, 5 * gigabyte, memory);
  large = lobe_fit_dup_words (LOBE_FIT_TOO_LARGE, 15 * gigabyte, memory);
  g_assert_nonnull (strstr (fits, "5.0"));
  g_assert_nonnull (strstr (large, "15.0"));
  g_assert_null (lobe_fit_dup_words (LOBE_FIT_UNKNOWN, 0, memory));
}

static void
test_words (void)
{
  LobeGguf gguf = { .n_parameters = 134515008 };
  g_autofree char *millions = lobe_gguf_dup_parameters (&gguf);
  g_autofree char *billions = NULL;

  gguf.n_parameters = G_GUINT64_CONSTANT (8030261248);
  billions = lobe_gguf_dup_parameters (&gguf);
  g_assert_cmpstr (millions, ==, "135M");
  g_assert_cmpstr (billions, ==, "8.0B");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/gguf/made", test_made);
  g_test_add_func ("/gguf/cut", test_cut);
  g_test_add_func ("/gguf/wrong", test_wrong);
  g_test_add_func ("/gguf/real", test_real);
  g_test_add_func ("/gguf/missing", test_missing);
  g_test_add_func ("/gguf/words", test_words);
  g_test_add_func ("/gguf/fit", test_fit);

  return g_test_run ();
}
