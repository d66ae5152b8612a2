/* lobe-ndjson-parser.c: one JSON text a line, pushed in any pieces */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "net/lobe-ndjson-parser.h"

#include "base/lobe-error.h"
#include "net/lobe-utf8.h"

#include <string.h>

/**
 * LobeNdjsonParser: (skip)
 *
 * Cuts a stream of JSON texts, one a line (the format "NDJSON", version 1.0.0), into its lines. A line ends with a
 * newline, before which a carriage return may stand; a line of nothing but blanks is skipped. The JSON itself is not
 * looked at.
 */
struct _LobeNdjsonParser
{
  gsize     max_line;
  GString  *line;     /* the line so far */
  GString  *decoded;  /* only used where the line was no UTF-8 */
  GError   *error;
  gboolean  stopped;
};

/**
 * lobe_ndjson_parser_new: (skip)
 * @max_line: the most bytes that a line may have; at least 1
 *
 * Returns: (transfer full): a parser at the start of a stream
 */
LobeNdjsonParser *
lobe_ndjson_parser_new (gsize max_line)
{
  LobeNdjsonParser *self;

  g_return_val_if_fail (max_line > 0, NULL);

  self = g_new0 (LobeNdjsonParser, 1);
  self->max_line = max_line;
  self->line = g_string_new (NULL);
  self->decoded = g_string_new (NULL);

  return self;
}

/**
 * lobe_ndjson_parser_free: (skip)
 * @self: (transfer full): a parser; not one that is just calling back
 */
void
lobe_ndjson_parser_free (LobeNdjsonParser *self)
{
  g_return_if_fail (self != NULL);

  g_string_free (self->line, TRUE);
  g_string_free (self->decoded, TRUE);
  g_clear_error (&self->error);
  g_free (self);
}

static gboolean
is_blank (GString *line)
{
  gsize i = 0;

  while (i < line->len && (line->str[i] == ' ' || line->str[i] == '\t' || line->str[i] == '\r'))
    i++;

  return i == line->len;
}

/* Hands the line over and makes room for the next; returns whether there was one to hand over */
static gboolean
take_line (LobeNdjsonParser *self,
           LobeNdjsonFunc    func,
           gpointer          user_data)
{
  GString *line = self->line;

  if (line->len > 0 && line->str[line->len - 1] == '\r')
    g_string_truncate (line, line->len - 1);

  if (is_blank (line))
    {
      g_string_truncate (line, 0);
      return FALSE;
    }

  if (!lobe_utf8_is_valid (line->str, line->len))
    {
      g_string_truncate (self->decoded, 0);
      lobe_utf8_decode (line->str, line->len, self->decoded);
      line = self->decoded;
    }

  if (func != NULL && !func (line->str, line->len, user_data))
    self->stopped = TRUE;
  g_string_truncate (self->line, 0);

  return TRUE;
}

/**
 * lobe_ndjson_parser_push: (skip)
 * @self: a parser
 * @bytes: (array length=length) (element-type guint8): the next piece of the stream
 * @length: bytes in @bytes
 * @func: (scope call) (closure user_data): what to call for every line; what is not UTF-8 in it comes as U+FFFD
 * @user_data: what to give to @func
 * @error: where to put what is wrong: %LOBE_ERROR_PROTOCOL when a line is too long
 *
 * Reads on. After an error every further push fails in the same way; after @func returned %FALSE it takes no notice of
 * anything more.
 *
 * Returns: %FALSE on error
 */
gboolean
lobe_ndjson_parser_push (LobeNdjsonParser  *self,
                         const void        *bytes,
                         gsize              length,
                         LobeNdjsonFunc     func,
                         gpointer           user_data,
                         GError           **error)
{
  const char *p = length > 0 ? bytes : "", *end = p + length;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (bytes != NULL || length == 0, FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  while (p < end && !self->stopped)
    {
      const char *eol = memchr (p, '\n', end - p);
      gsize piece = (eol != NULL ? eol : end) - p;

      if (piece > self->max_line || self->line->len > self->max_line - piece)
        {
          self->stopped = TRUE;
          self->error = g_error_new (LOBE_ERROR, LOBE_ERROR_PROTOCOL,
                                     "a line of the stream is longer than %" G_GSIZE_FORMAT " bytes", self->max_line);
          break;
        }

      g_string_append_len (self->line, p, piece);
      if (eol == NULL)
        break;
      take_line (self, func, user_data);
      p = eol + 1;
    }

  if (self->error != NULL && error != NULL)
    *error = g_error_copy (self->error);

  return self->error == NULL;
}

/**
 * lobe_ndjson_parser_end: (skip)
 * @self: a parser
 * @func: (scope call) (closure user_data) (nullable): what to call with a last line that has no line end
 * @user_data: what to give to @func
 *
 * Says that the stream has ended. A last line without its end may be cut: whoever knows the protocol may take it if it
 * is whole. The parser takes no notice of anything after this.
 *
 * Returns: whether there was such a line
 */
gboolean
lobe_ndjson_parser_end (LobeNdjsonParser *self,
                        LobeNdjsonFunc    func,
                        gpointer          user_data)
{
  gboolean unfinished;

  g_return_val_if_fail (self != NULL, FALSE);

  if (self->stopped)
    return FALSE;

  unfinished = take_line (self, func, user_data);
  self->stopped = TRUE;

  return unfinished;
}
