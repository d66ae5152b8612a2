/* lobe-think-filter.c: tells thinking from answer where a model writes both as one text */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-think-filter.h"

#include <string.h>

#define OPENING "<think>"
#define CLOSING "</think>"

static void
put (LobeThinkFilter *self,
     LobeSink        *sink,
     const char      *text,
     gsize            length)
{
  if (self->state == LOBE_THINK_FILTER_THINKING)
    lobe_sink_reasoning (sink, text, length);
  else
    lobe_sink_text (sink, text, length);
}

static void
release (LobeThinkFilter *self,
         LobeSink        *sink)
{
  put (self, sink, self->held, self->n_held);
  self->n_held = 0;
}

/* Looks for what opens, behind white space. Returns how much of @text was used. */
static gsize
push_start (LobeThinkFilter *self,
            LobeSink        *sink,
            const char      *text,
            gsize            length)
{
  const char *word;
  gsize n_space = 0;
  gsize n_word;

  /* the usual beginning, in one piece */
  while (self->n_held == 0 && n_space < length && g_ascii_isspace (text[n_space]))
    n_space++;
  if (self->n_held == 0 && n_space < length && text[n_space] != '<')
    {
      self->state = LOBE_THINK_FILTER_TEXT;
      return 0;
    }

  /* no tag has it, and a character stays in one piece */
  if ((guchar) *text >= 0x80)
    {
      self->state = LOBE_THINK_FILTER_TEXT;
      release (self, sink);
      return 0;
    }

  self->held[self->n_held++] = *text;
  self->held[self->n_held] = '\0';
  word = self->held + strspn (self->held, " \r\n\t\f");
  n_word = strlen (word);

  if (strcmp (word, OPENING) == 0)
    {
      self->state = LOBE_THINK_FILTER_OPENED;
      self->n_held = 0;
    }
  else if (strncmp (word, OPENING, n_word) != 0 || self->n_held == sizeof self->held - 1)
    {
      self->state = LOBE_THINK_FILTER_TEXT;
      release (self, sink);
    }

  return 1;
}

/* Passes on what is thought, until it closes; keeps back what may be the beginning of the closing tag. */
static gsize
push_thinking (LobeThinkFilter *self,
               LobeSink        *sink,
               const char      *text,
               gsize            length)
{
  const char *less;

  if (self->n_held == 0)
    {
      less = memchr (text, '<', length);
      if (less != text)
        {
          put (self, sink, text, less != NULL ? (gsize) (less - text) : length);
          return less != NULL ? (gsize) (less - text) : length;
        }
    }
  else if (*text != CLOSING[self->n_held])
    {
      release (self, sink);
      return 0;
    }

  self->held[self->n_held++] = *text;
  if (self->n_held == strlen (CLOSING))
    {
      self->state = LOBE_THINK_FILTER_CLOSED;
      self->n_held = 0;
    }

  return 1;
}

/* The line ends around the tags belong to neither side. */
static gsize
push_gap (LobeThinkFilter *self,
          const char      *text,
          gsize            length)
{
  gsize n_space = 0;

  while (n_space < length && (text[n_space] == '\n' || text[n_space] == '\r'))
    n_space++;
  if (n_space < length)
    self->state++;

  return n_space;
}

/*
 * lobe_think_filter_push:
 * @self: a filter
 * @sink: where text and reasoning go
 * @text: more of what the model writes
 * @length: its bytes
 *
 * However the text is cut into pieces, the same comes out.
 */
void
lobe_think_filter_push (LobeThinkFilter *self,
                        LobeSink        *sink,
                        const char      *text,
                        gsize            length)
{
  while (length > 0)
    {
      gsize used = length;

      switch (self->state)
        {
        case LOBE_THINK_FILTER_START:
          used = push_start (self, sink, text, length);
          break;
        case LOBE_THINK_FILTER_THINKING:
          used = push_thinking (self, sink, text, length);
          break;
        case LOBE_THINK_FILTER_OPENED:
        case LOBE_THINK_FILTER_CLOSED:
          used = push_gap (self, text, length);
          break;
        case LOBE_THINK_FILTER_TEXT:
          lobe_sink_text (sink, text, length);
          break;
        default:
          g_assert_not_reached ();
        }

      text += used;
      length -= used;
    }
}

/*
 * lobe_think_filter_flush:
 * @self: a filter
 * @sink: where text and reasoning go
 *
 * Nothing more comes: gives out what was kept back.
 */
void
lobe_think_filter_flush (LobeThinkFilter *self,
                         LobeSink        *sink)
{
  if (self->n_held > 0)
    release (self, sink);
}
