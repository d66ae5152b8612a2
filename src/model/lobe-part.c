/* lobe-part.c: a piece of a message: text, reasoning, an image, a file, a tool's call or its result */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/lobe-part.h"

#include <string.h>

/**
 * LobePart:
 *
 * A piece of a [class@Message]. Texts grow at their end only; attachments never change.
 */
struct _LobePart
{
  GObject       parent_instance;

  LobePartKind  kind;
  GString      *text;
  char         *name;
  char         *call_id;
  char         *signature;
  char         *mime_type;
  char         *hash;
  char         *path;
  gint64        size;
};

G_DEFINE_FINAL_TYPE (LobePart, lobe_part, G_TYPE_OBJECT)

static void
lobe_part_finalize (GObject *object)
{
  LobePart *self = LOBE_PART (object);

  g_string_free (self->text, TRUE);
  g_free (self->name);
  g_free (self->call_id);
  g_free (self->signature);
  g_free (self->mime_type);
  g_free (self->hash);
  g_free (self->path);

  G_OBJECT_CLASS (lobe_part_parent_class)->finalize (object);
}

static void
lobe_part_class_init (LobePartClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_part_finalize;
}

static void
lobe_part_init (LobePart *self)
{
  self->text = g_string_new (NULL);
}

/**
 * lobe_part_kind_get_nick:
 * @kind: what a part is
 *
 * A short stable name, for scripts (`show --format json`).
 *
 * Returns: (transfer none): the name; "unknown" for a value out of a damaged database
 */
const char *
lobe_part_kind_get_nick (LobePartKind kind)
{
  static const char *const nicks[] = { "text", "reasoning", "image", "file", "tool_call", "tool_result" };

  return (guint) kind < G_N_ELEMENTS (nicks) ? nicks[kind] : "unknown";
}

/**
 * lobe_part_new:
 * @kind: text or reasoning
 * @text: (nullable): how it begins
 *
 * Returns: (transfer full): a part
 */
LobePart *
lobe_part_new (LobePartKind  kind,
               const char   *text)
{
  LobePart *self = g_object_new (LOBE_TYPE_PART, NULL);

  self->kind = kind;
  if (text != NULL)
    g_string_append (self->text, text);

  return self;
}

/**
 * lobe_part_new_attachment:
 * @kind: image or file
 * @name: the file's own name, for people
 * @mime_type: what it is
 * @hash: SHA-256 of its content in lower-case hexadecimal, by which the store files it
 * @path: where the content is
 * @size: its bytes
 *
 * Returns: (transfer full): a part
 */
LobePart *
lobe_part_new_attachment (LobePartKind  kind,
                          const char   *name,
                          const char   *mime_type,
                          const char   *hash,
                          const char   *path,
                          gint64        size)
{
  LobePart *self = g_object_new (LOBE_TYPE_PART, NULL);

  self->kind = kind;
  self->name = g_strdup (name);
  self->mime_type = g_strdup (mime_type);
  self->hash = g_strdup (hash);
  self->path = g_strdup (path);
  self->size = size;

  return self;
}

/**
 * lobe_part_new_tool_call:
 * @call_id: (nullable): the server's name for the call
 * @name: the tool
 * @arguments: (nullable): JSON, as far as it has come
 *
 * Returns: (transfer full): a part
 */
LobePart *
lobe_part_new_tool_call (const char *call_id,
                         const char *name,
                         const char *arguments)
{
  LobePart *self = lobe_part_new (LOBE_PART_TOOL_CALL, arguments);

  self->name = g_strdup (name);
  self->call_id = g_strdup (call_id);

  return self;
}

/**
 * lobe_part_new_tool_result:
 * @call_id: (nullable): the server's name for the call that it answers
 * @name: the tool
 * @result: what it returned, as text
 *
 * Returns: (transfer full): a part
 */
LobePart *
lobe_part_new_tool_result (const char *call_id,
                           const char *name,
                           const char *result)
{
  LobePart *self = lobe_part_new (LOBE_PART_TOOL_RESULT, result);

  self->name = g_strdup (name);
  self->call_id = g_strdup (call_id);

  return self;
}

/**
 * lobe_part_get_kind:
 * @self: a part
 *
 * Returns: what it is
 */
LobePartKind
lobe_part_get_kind (LobePart *self)
{
  g_return_val_if_fail (LOBE_IS_PART (self), LOBE_PART_TEXT);

  return self->kind;
}

/**
 * lobe_part_get_text:
 * @self: a part
 *
 * Returns: (transfer none): its text, until it grows; empty for attachments
 */
const char *
lobe_part_get_text (LobePart *self)
{
  g_return_val_if_fail (LOBE_IS_PART (self), NULL);

  return self->text->str;
}

/**
 * lobe_part_get_length:
 * @self: a part
 *
 * Returns: bytes in its text
 */
gsize
lobe_part_get_length (LobePart *self)
{
  g_return_val_if_fail (LOBE_IS_PART (self), 0);

  return self->text->len;
}

/**
 * lobe_part_append:
 * @self: a part with text
 * @text: what to add
 * @length: bytes of @text, or -1 when nul-terminated
 *
 * Adds to its text, in constant time on average.
 */
void
lobe_part_append (LobePart   *self,
                  const char *text,
                  gssize      length)
{
  g_return_if_fail (LOBE_IS_PART (self));

  g_string_append_len (self->text, text, length);
}

/**
 * lobe_part_get_name:
 * @self: a part
 *
 * Returns: (transfer none) (nullable): an attachment's file name or a call's tool
 */
const char *
lobe_part_get_name (LobePart *self)
{
  g_return_val_if_fail (LOBE_IS_PART (self), NULL);

  return self->name;
}

/**
 * lobe_part_get_call_id:
 * @self: a part
 *
 * Returns: (transfer none) (nullable): the server's name for a tool call, or for the call that a result answers
 */
const char *
lobe_part_get_call_id (LobePart *self)
{
  g_return_val_if_fail (LOBE_IS_PART (self), NULL);

  return self->call_id;
}

/**
 * lobe_part_get_signature:
 * @self: a part
 *
 * Some providers sign what their model thought or called, or encrypt it, and refuse the next request when that doesn't
 * come back with the part: Anthropic's thinking blocks, Gemini's thoughtSignature, encrypted reasoning of OpenAI's
 * Responses. What it holds is between the driver and its provider.
 *
 * Returns: (transfer none) (nullable): the provider's opaque words
 */
const char *
lobe_part_get_signature (LobePart *self)
{
  g_return_val_if_fail (LOBE_IS_PART (self), NULL);

  return self->signature;
}

/**
 * lobe_part_set_signature:
 * @self: a part
 * @signature: (nullable): the provider's opaque words
 */
void
lobe_part_set_signature (LobePart   *self,
                         const char *signature)
{
  g_return_if_fail (LOBE_IS_PART (self));

  g_set_str (&self->signature, signature);
}

/**
 * lobe_part_get_mime_type:
 * @self: a part
 *
 * Returns: (transfer none) (nullable): what an attachment is
 */
const char *
lobe_part_get_mime_type (LobePart *self)
{
  g_return_val_if_fail (LOBE_IS_PART (self), NULL);

  return self->mime_type;
}

/**
 * lobe_part_get_hash:
 * @self: a part
 *
 * Returns: (transfer none) (nullable): an attachment's SHA-256
 */
const char *
lobe_part_get_hash (LobePart *self)
{
  g_return_val_if_fail (LOBE_IS_PART (self), NULL);

  return self->hash;
}

/**
 * lobe_part_get_path:
 * @self: a part
 *
 * Returns: (transfer none) (nullable) (type filename): where an attachment's content is
 */
const char *
lobe_part_get_path (LobePart *self)
{
  g_return_val_if_fail (LOBE_IS_PART (self), NULL);

  return self->path;
}

/**
 * lobe_part_get_size:
 * @self: a part
 *
 * Returns: an attachment's bytes
 */
gint64
lobe_part_get_size (LobePart *self)
{
  g_return_val_if_fail (LOBE_IS_PART (self), 0);

  return self->size;
}
