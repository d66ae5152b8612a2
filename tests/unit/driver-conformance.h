/* driver-conformance.h: what every driver must do with answers that are whole, cut, broken or unwanted */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/lobe-error.h"
#include "driver/lobe-driver.h"
#include "driver/lobe-stream.h"
#include "script-server.h"

G_BEGIN_DECLS

/*
 * StreamCase:
 * @file: a recorded answer, in tests/fixtures/streams
 * @separator: what ends an event of it
 * @completes: what only the event has that completes the answer; %NULL when none does
 * @reason: why it ended
 * @error: what it ends with in place of a reason; -1 for none
 * @text: the whole answer
 * @reasoning: (nullable): what was thought before
 * @calls: (nullable): tool calls, as "id name arguments" with a newline after each
 * @prompt_tokens: as told, or -1
 * @completion_tokens: as told, or -1
 * @signatures: (nullable): what has to go back, each as "index words" with a newline after it, in their order; the index
 *   is -1 for what belongs to no call
 */
typedef struct
{
  const char     *file;
  const char     *separator;
  const char     *completes;
  LobeStopReason  reason;
  int             error;
  const char     *text;
  const char     *reasoning;
  const char     *calls;
  gint64          prompt_tokens;
  gint64          completion_tokens;
  const char     *signatures;
} StreamCase;

/*
 * DriverCase:
 * @new_driver: makes the driver
 * @new_stream: (nullable): makes its decoder alone, so that many cuts can be tried without a server
 * @content_type: of its answers
 * @streams: recorded answers; the first is short, has text and no thoughts, and is whole
 * @n_streams: how many
 * @path: (nullable): what the address has behind its host
 * @error_event: (nullable): an event, without its separator, with which a server breaks an answer off after 200
 * @error: what it is to us
 *
 * What the suite is told of a driver; the rest it finds out by itself.
 */
typedef struct
{
  LobeDriver       *(*new_driver) (void);
  LobeStream       *(*new_stream) (LobeSink *sink);
  const char       *content_type;
  const StreamCase *streams;
  guint             n_streams;
  const char       *path;
  const char       *error_event;
  LobeError         error;
} DriverCase;

/*
 * Heard:
 *
 * What reached the delta function and how it ended. Pieces of one kind that follow each other are joined, as a cut may
 * only move the borders between them.
 */
typedef struct
{
  GString        *text;
  GString        *reasoning;
  GPtrArray      *calls;      /* GString of "id name arguments" */
  GString        *signatures; /* "index words" with a newline after each */
  LobeUsage       usage;
  double          progress;
  guint           n_deltas;
  gboolean        ended;
  LobeStopReason  reason;
  GError         *error;
  GCancellable   *cancellable; /* cancelled when the first delta comes, if set */
} Heard;

Heard *heard_new         (void);
void   heard_free        (Heard            *self);
char  *heard_dup         (Heard            *self);
void   heard_chat        (Heard            *self,
                          LobeDriver       *driver,
                          LobeEndpoint     *endpoint,
                          LobeRequest      *request);
void   heard_wait        (Heard            *self);
char  *load_fixture      (const char       *folder,
                          const char       *file,
                          gsize            *length);
void   conformance_add   (const char       *name,
                          const DriverCase *driver);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Heard, heard_free)

G_END_DECLS
