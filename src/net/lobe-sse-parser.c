/* lobe-sse-parser.c: text/event-stream, pushed in any pieces */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "net/lobe-sse-parser.h"

#include "base/lobe-error.h"
#include "net/lobe-utf8.h"

#include <string.h>

#define BOM "\357\273\277"

/**
 * LobeSseParser: (skip)
 *
 * Reads an event stream as section 9.2.6 ("Interpreting an event stream") of the WHATWG HTML Living Standard says. How
 * the stream is cut into pieces makes no difference to what comes out.
 */
struct _LobeSseParser
{
  gsize     max_event;
  GString  *line;     /* the beginning of a line whose end has not come yet */
  GString  *data;     /* the event's data lines so far, each with a newline after it */
  GString  *type;
  GString  *id;
  GString  *decoded;  /* only used where the data were no UTF-8 */
  GString  *stray;    /* JSON outside of the event stream, NULL as long as there is none */
  gint64    retry;
  GError   *error;
  guint     bom_seen; /* bytes of the stream so far, as long as they may be a BOM */
  guint     at_start : 1;
  guint     skip_lf : 1;
  guint     stopped : 1;
};

typedef enum
{
  TAKE_ON,
  TAKE_STOP,
  TAKE_FAILED,
} Take;

/**
 * lobe_sse_parser_new: (skip)
 * @max_event: the most bytes that one line, or the data of one event, may have; at least 1
 *
 * Returns: (transfer full): a parser at the start of a stream
 */
LobeSseParser *
lobe_sse_parser_new (gsize max_event)
{
  LobeSseParser *self;

  g_return_val_if_fail (max_event > 0, NULL);

  self = g_new0 (LobeSseParser, 1);
  self->max_event = max_event;
  self->line = g_string_new (NULL);
  self->data = g_string_new (NULL);
  self->type = g_string_new (NULL);
  self->id = g_string_new (NULL);
  self->decoded = g_string_new (NULL);
  self->retry = -1;
  self->at_start = TRUE;

  return self;
}

/**
 * lobe_sse_parser_free: (skip)
 * @self: (transfer full): a parser; not one that is just calling back
 */
void
lobe_sse_parser_free (LobeSseParser *self)
{
  g_return_if_fail (self != NULL);

  g_string_free (self->line, TRUE);
  g_string_free (self->data, TRUE);
  g_string_free (self->type, TRUE);
  g_string_free (self->id, TRUE);
  g_string_free (self->decoded, TRUE);
  if (self->stray != NULL)
    g_string_free (self->stray, TRUE);
  g_clear_error (&self->error);
  g_free (self);
}

static Take
fail (LobeSseParser *self)
{
  self->error = g_error_new (LOBE_ERROR, LOBE_ERROR_PROTOCOL,
                             "an event of the stream is longer than %" G_GSIZE_FORMAT " bytes", self->max_event);

  return TAKE_FAILED;
}

/* "Dispatch the event" of the standard */
static Take
dispatch (LobeSseParser *self,
          LobeSseFunc    func,
          gpointer       user_data)
{
  LobeSseEvent event;
  gboolean go_on;

  if (self->data->len == 0)
    {
      g_string_truncate (self->type, 0);
      return TAKE_ON;
    }

  g_string_truncate (self->data, self->data->len - 1);

  event.type = self->type->len > 0 ? self->type->str : "message";
  event.data = self->data->str;
  event.length = self->data->len;
  event.id = self->id->str;

  /* A character never spans lines, as no byte of a multi-byte one is a line end: so it is enough to look at the event
   * as a whole, and the usual one is only read over. */
  if (!lobe_utf8_is_valid (event.data, event.length))
    {
      g_string_truncate (self->decoded, 0);
      lobe_utf8_decode (event.data, event.length, self->decoded);
      event.data = self->decoded->str;
      event.length = self->decoded->len;
    }

  go_on = func (&event, user_data);

  g_string_truncate (self->data, 0);
  g_string_truncate (self->type, 0);

  return go_on ? TAKE_ON : TAKE_STOP;
}

/* A line that is no field. By the standard it is read over; but from one on that opens a JSON text it is kept. */
static gboolean
take_stray (LobeSseParser *self,
            const char    *line,
            gsize          length)
{
  if (self->stray == NULL && *line != '{' && *line != '[')
    return TRUE;
  if (self->stray == NULL)
    self->stray = g_string_new (NULL);
  if (self->stray->len > self->max_event - length)
    return FALSE;

  g_string_append_len (self->stray, line, length);
  g_string_append_c (self->stray, '\n');

  return TRUE;
}

static void
take_retry (LobeSseParser *self,
            const char    *value,
            gsize          length)
{
  gint64 retry = 0;

  if (length == 0)
    return;

  for (gsize i = 0; i < length; i++)
    {
      int digit = g_ascii_digit_value (value[i]);

      if (digit < 0)
        return;
      if (retry > (G_MAXINT64 - digit) / 10)
        retry = G_MAXINT64;
      else
        retry = retry * 10 + digit;
    }

  self->retry = retry;
}

/* "Process the field" and what leads there, for one line without its end */
static Take
take_line (LobeSseParser *self,
           const char    *line,
           gsize          length,
           LobeSseFunc    func,
           gpointer       user_data)
{
  const char *colon, *value;
  gsize name_length, value_length;

  if (length == 0)
    return dispatch (self, func, user_data);
  if (length > self->max_event)
    return fail (self);

  /* nearly every line is one of these */
  colon = length > 4 && line[4] == ':' && memcmp (line, "data", 4) == 0 ? line + 4 : memchr (line, ':', length);
  value = colon != NULL ? colon + 1 : line + length;
  if (value < line + length && *value == ' ')
    value++;
  name_length = colon != NULL ? (gsize) (colon - line) : length;
  value_length = line + length - value;

  if (name_length == 4 && memcmp (line, "data", 4) == 0)
    {
      if (value_length > self->max_event || self->data->len > self->max_event - value_length)
        return fail (self);
      g_string_append_len (self->data, value, value_length);
      g_string_append_c (self->data, '\n');
    }
  else if (name_length == 5 && memcmp (line, "event", 5) == 0)
    {
      g_string_truncate (self->type, 0);
      lobe_utf8_decode (value, value_length, self->type);
    }
  else if (name_length == 2 && memcmp (line, "id", 2) == 0)
    {
      if (memchr (value, '\0', value_length) == NULL)
        {
          g_string_truncate (self->id, 0);
          lobe_utf8_decode (value, value_length, self->id);
        }
    }
  else if (name_length == 5 && memcmp (line, "retry", 5) == 0)
    {
      take_retry (self, value, value_length);
    }
  else if (name_length > 0 && !take_stray (self, line, length))
    {
      return fail (self);
    }

  return TAKE_ON;
}

/* Returns what follows the byte order mark, which counts only as the very first bytes of the stream */
static const char *
skip_bom (LobeSseParser *self,
          const char    *p,
          const char    *end)
{
  while (self->at_start && p < end)
    {
      if (*p == BOM[self->bom_seen])
        {
          p++;
          self->bom_seen++;
          self->at_start = self->bom_seen < strlen (BOM);
        }
      else
        {
          g_string_append_len (self->line, BOM, self->bom_seen);
          self->at_start = FALSE;
        }
    }

  return p;
}

/**
 * lobe_sse_parser_push: (skip)
 * @self: a parser
 * @bytes: (array length=length) (element-type guint8): the next piece of the stream
 * @length: bytes in @bytes
 * @func: (scope call) (closure user_data): what to call for every event
 * @user_data: what to give to @func
 * @error: where to put what is wrong: %LOBE_ERROR_PROTOCOL when a line or an event is too long
 *
 * Reads on. After an error every further push fails in the same way; after @func returned %FALSE it takes no notice of
 * anything more.
 *
 * Returns: %FALSE on error
 */
gboolean
lobe_sse_parser_push (LobeSseParser  *self,
                      const void     *bytes,
                      gsize           length,
                      LobeSseFunc     func,
                      gpointer        user_data,
                      GError        **error)
{
  const char *p = length > 0 ? bytes : "", *end = p + length;
  const char *cr = NULL;
  Take took = TAKE_ON;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (bytes != NULL || length == 0, FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  if (self->stopped)
    {
      if (self->error != NULL && error != NULL)
        *error = g_error_copy (self->error);
      return self->error == NULL;
    }

  p = skip_bom (self, p, end);

  while (p < end && took == TAKE_ON)
    {
      const char *eol;

      if (self->skip_lf)
        {
          self->skip_lf = FALSE;
          if (*p == '\n')
            {
              p++;
              continue;
            }
        }

      /* Carriage returns are rare or everywhere: remembering the next one costs next to nothing in either case. */
      if (cr == NULL || cr < p)
        {
          cr = memchr (p, '\r', end - p);
          if (cr == NULL)
            cr = end;
        }
      eol = *p == '\n' ? p : memchr (p, '\n', cr - p);
      if (eol == NULL)
        eol = cr;

      if (self->line->len > 0 || eol == end)
        {
          if ((gsize) (eol - p) > self->max_event || self->line->len > self->max_event - (eol - p))
            {
              took = fail (self);
              break;
            }
          g_string_append_len (self->line, p, eol - p);
          if (eol == end)
            break;
          took = take_line (self, self->line->str, self->line->len, func, user_data);
          g_string_truncate (self->line, 0);
        }
      else
        {
          took = take_line (self, p, eol - p, func, user_data);
        }

      self->skip_lf = *eol == '\r';
      p = eol + 1;
    }

  self->stopped = took != TAKE_ON;
  if (took == TAKE_FAILED && error != NULL)
    *error = g_error_copy (self->error);

  return took != TAKE_FAILED;
}

/**
 * lobe_sse_parser_end: (skip)
 * @self: a parser
 * @func: (scope call) (closure user_data) (nullable): what to call with an unfinished event
 * @user_data: what to give to @func
 *
 * Says that the stream has ended. By the standard an event without its blank line is thrown away; here it is reported
 * apart, and whoever knows the protocol may take it if it is whole. Its last line may be cut, and it counts only as far
 * as it is data. The parser takes no notice of anything after this.
 *
 * Returns: whether there was an unfinished event
 */
gboolean
lobe_sse_parser_end (LobeSseParser *self,
                     LobeSseFunc    func,
                     gpointer       user_data)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->stopped)
    return FALSE;
  self->stopped = TRUE;

  if ((g_str_has_prefix (self->line->str, "data:") || self->stray != NULL || strchr ("{[", self->line->str[0]) != NULL) &&
      self->line->len > 0 && take_line (self, self->line->str, self->line->len, func, user_data) == TAKE_FAILED)
    return FALSE;
  if (self->data->len == 0)
    return FALSE;

  if (func != NULL)
    dispatch (self, func, user_data);

  return TRUE;
}

/**
 * lobe_sse_parser_get_retry: (skip)
 * @self: a parser
 *
 * Returns: after how many milliseconds the server wants a reader to come back, as it said last; -1 when it did not
 */
gint64
lobe_sse_parser_get_retry (LobeSseParser *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->retry;
}

/**
 * lobe_sse_parser_get_stray: (skip)
 * @self: a parser
 *
 * Some servers (Gemini) break off an event stream and write an error into its body as plain JSON, on as many lines as it
 * takes. To an event stream these are lines of unknown fields.
 *
 * Returns: (transfer none) (nullable): the lines of unknown fields from the first on that begins as a JSON text does
 */
const char *
lobe_sse_parser_get_stray (LobeSseParser *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->stray != NULL ? self->stray->str : NULL;
}
