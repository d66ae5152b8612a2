/* lobe-transfer.c: a model on its way to where it is to be: it runs, is paused, goes on */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/lobe-transfer.h"

/* Nobody reads faster, and every notify lays out a row. */
#define NOTIFY_INTERVAL (200 * 1000)

/**
 * LobeTransfer:
 *
 * A model on its way: a file to this computer, or to a server that fetches it itself.
 */
typedef struct
{
  char              *name;
  char              *source;
  gint64             received;
  gint64             size;
  char              *words;
  gint64             last_notify;
  guint              notify_id; /* of bytes that were not told of yet */
  LobeTransferState  state;
  GError            *error;
  GCancellable      *cancellable; /* while it runs */
  gboolean           given_up;
} LobeTransferPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (LobeTransfer, lobe_transfer, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_NAME,
  PROP_SOURCE,
  PROP_RECEIVED,
  PROP_SIZE,
  PROP_WORDS,
  PROP_STATE,
  PROP_ERROR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static LobeTransferPrivate *
get_private (LobeTransfer *self)
{
  return lobe_transfer_get_instance_private (self);
}

static void
set_state (LobeTransfer      *self,
           LobeTransferState  state,
           GError            *error)
{
  LobeTransferPrivate *priv = get_private (self);

  g_object_freeze_notify (G_OBJECT (self));
  g_clear_error (&priv->error);
  priv->error = error;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  if (priv->state != state)
    {
      priv->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

static void
lobe_transfer_finalize (GObject *object)
{
  LobeTransferPrivate *priv = get_private (LOBE_TRANSFER (object));

  g_clear_handle_id (&priv->notify_id, g_source_remove);
  g_free (priv->name);
  g_free (priv->source);
  g_free (priv->words);
  g_clear_error (&priv->error);
  g_clear_object (&priv->cancellable);

  G_OBJECT_CLASS (lobe_transfer_parent_class)->finalize (object);
}

static void
lobe_transfer_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  LobeTransferPrivate *priv = get_private (LOBE_TRANSFER (object));

  switch (prop_id)
    {
    case PROP_NAME:
      g_value_set_string (value, priv->name);
      break;
    case PROP_SOURCE:
      g_value_set_string (value, priv->source);
      break;
    case PROP_RECEIVED:
      g_value_set_int64 (value, priv->received);
      break;
    case PROP_SIZE:
      g_value_set_int64 (value, priv->size);
      break;
    case PROP_WORDS:
      g_value_set_string (value, priv->words);
      break;
    case PROP_STATE:
      g_value_set_uint (value, priv->state);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, priv->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lobe_transfer_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  LobeTransferPrivate *priv = get_private (LOBE_TRANSFER (object));

  switch (prop_id)
    {
    case PROP_NAME:
      priv->name = g_value_dup_string (value);
      break;
    case PROP_SOURCE:
      priv->source = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lobe_transfer_class_init (LobeTransferClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags construct = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  GParamFlags read = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = lobe_transfer_finalize;
  object_class->get_property = lobe_transfer_get_property;
  object_class->set_property = lobe_transfer_set_property;

  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, construct);
  properties[PROP_SOURCE] = g_param_spec_string ("source", NULL, NULL, NULL, construct);
  properties[PROP_RECEIVED] = g_param_spec_int64 ("received", NULL, NULL, 0, G_MAXINT64, 0, read);
  properties[PROP_SIZE] = g_param_spec_int64 ("size", NULL, NULL, 0, G_MAXINT64, 0, read);
  properties[PROP_WORDS] = g_param_spec_string ("words", NULL, NULL, NULL, read);
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, LOBE_TRANSFER_DISCARDED, LOBE_TRANSFER_PAUSED, read);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, read);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lobe_transfer_init (LobeTransfer *self)
{
}

/**
 * lobe_transfer_get_name:
 * @self: a transfer
 *
 * Returns: (transfer none): what the model is called
 */
const char *
lobe_transfer_get_name (LobeTransfer *self)
{
  g_return_val_if_fail (LOBE_IS_TRANSFER (self), NULL);

  return get_private (self)->name;
}

/**
 * lobe_transfer_get_source:
 * @self: a transfer
 *
 * Returns: (transfer none): who it comes from: a host, or the server that fetches it
 */
const char *
lobe_transfer_get_source (LobeTransfer *self)
{
  g_return_val_if_fail (LOBE_IS_TRANSFER (self), NULL);

  return get_private (self)->source;
}

/**
 * lobe_transfer_get_received:
 * @self: a transfer
 *
 * Returns: bytes that are there, those of earlier runs included
 */
gint64
lobe_transfer_get_received (LobeTransfer *self)
{
  g_return_val_if_fail (LOBE_IS_TRANSFER (self), 0);

  return get_private (self)->received;
}

/**
 * lobe_transfer_get_size:
 * @self: a transfer
 *
 * Returns: bytes in all; 0 unknown
 */
gint64
lobe_transfer_get_size (LobeTransfer *self)
{
  g_return_val_if_fail (LOBE_IS_TRANSFER (self), 0);

  return get_private (self)->size;
}

/**
 * lobe_transfer_get_words:
 * @self: a transfer
 *
 * Returns: (transfer none) (nullable): what is being done now, where the bytes don't say it
 */
const char *
lobe_transfer_get_words (LobeTransfer *self)
{
  g_return_val_if_fail (LOBE_IS_TRANSFER (self), NULL);

  return get_private (self)->words;
}

/**
 * lobe_transfer_get_state:
 * @self: a transfer
 *
 * Returns: where it stands
 */
LobeTransferState
lobe_transfer_get_state (LobeTransfer *self)
{
  g_return_val_if_fail (LOBE_IS_TRANSFER (self), LOBE_TRANSFER_PAUSED);

  return get_private (self)->state;
}

/**
 * lobe_transfer_get_error:
 * @self: a transfer
 *
 * Returns: (transfer none) (nullable): why it failed
 */
const GError *
lobe_transfer_get_error (LobeTransfer *self)
{
  g_return_val_if_fail (LOBE_IS_TRANSFER (self), NULL);

  return get_private (self)->error;
}

static void
notify_received (LobeTransfer *self)
{
  LobeTransferPrivate *priv = get_private (self);

  g_clear_handle_id (&priv->notify_id, g_source_remove);
  priv->last_notify = g_get_monotonic_time ();
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECEIVED]);
}

static gboolean
notify_later (gpointer user_data)
{
  LobeTransfer *self = LOBE_TRANSFER (user_data);

  get_private (self)->notify_id = 0;
  notify_received (self);

  return G_SOURCE_REMOVE;
}

/**
 * lobe_transfer_set_progress:
 * @self: a transfer
 * @received: bytes that are there
 * @size: bytes in all; 0 unknown
 * @words: (nullable): what is being done, where the bytes don't say it
 *
 * For subclasses. New bytes are told to others a few times a second; anything else, and the last byte, at once.
 */
void
lobe_transfer_set_progress (LobeTransfer *self,
                            gint64        received,
                            gint64        size,
                            const char   *words)
{
  LobeTransferPrivate *priv = get_private (self);
  gint64 since = g_get_monotonic_time () - priv->last_notify;
  gboolean now = received < priv->received || received == size || size != priv->size || priv->received == 0;
  gboolean changed = received != priv->received;

  g_return_if_fail (LOBE_IS_TRANSFER (self));

  g_object_freeze_notify (G_OBJECT (self));
  priv->received = received;
  if (priv->size != size)
    {
      priv->size = size;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE]);
    }
  if (g_set_str (&priv->words, words))
    {
      now = TRUE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORDS]);
    }
  if (changed && (now || since >= NOTIFY_INTERVAL))
    notify_received (self);
  else if (changed && priv->notify_id == 0)
    priv->notify_id = g_timeout_add ((NOTIFY_INTERVAL - since) / 1000 + 1, notify_later, self);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
throw_away (LobeTransfer *self)
{
  LobeTransferClass *klass = LOBE_TRANSFER_GET_CLASS (self);

  if (klass->discard != NULL)
    klass->discard (self);
  set_state (self, LOBE_TRANSFER_DISCARDED, NULL);
}

static void
ran (GObject      *object,
     GAsyncResult *result,
     gpointer      user_data)
{
  g_autoptr (LobeTransfer) self = LOBE_TRANSFER (object);
  LobeTransferPrivate *priv = get_private (self);
  g_autoptr (GError) error = NULL;
  gboolean done = LOBE_TRANSFER_GET_CLASS (self)->run_finish (self, result, &error);

  g_clear_object (&priv->cancellable);
  if (g_set_str (&priv->words, NULL))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORDS]);
  notify_received (self);

  if (done)
    set_state (self, LOBE_TRANSFER_DONE, NULL);
  else if (priv->given_up)
    throw_away (self);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    set_state (self, LOBE_TRANSFER_PAUSED, NULL);
  else
    set_state (self, LOBE_TRANSFER_FAILED, g_steal_pointer (&error));
}

/**
 * lobe_transfer_start:
 * @self: a transfer
 *
 * Begins, or goes on. It keeps itself alive until it ends; how that went its state tells.
 */
void
lobe_transfer_start (LobeTransfer *self)
{
  LobeTransferPrivate *priv = get_private (self);

  g_return_if_fail (LOBE_IS_TRANSFER (self));

  if (priv->state == LOBE_TRANSFER_RUNNING || priv->state >= LOBE_TRANSFER_DONE)
    return;

  priv->cancellable = g_cancellable_new ();
  set_state (self, LOBE_TRANSFER_RUNNING, NULL);
  LOBE_TRANSFER_GET_CLASS (g_object_ref (self))->run_async (self, priv->cancellable, ran, NULL);
}

/**
 * lobe_transfer_pause:
 * @self: a transfer
 *
 * Has it stop; what has come is kept.
 */
void
lobe_transfer_pause (LobeTransfer *self)
{
  g_return_if_fail (LOBE_IS_TRANSFER (self));

  g_cancellable_cancel (get_private (self)->cancellable);
}

/**
 * lobe_transfer_discard:
 * @self: a transfer
 *
 * Gives it up: what has come is thrown away, as soon as it has stopped.
 */
void
lobe_transfer_discard (LobeTransfer *self)
{
  LobeTransferPrivate *priv = get_private (self);

  g_return_if_fail (LOBE_IS_TRANSFER (self));

  priv->given_up = TRUE;
  if (priv->state == LOBE_TRANSFER_RUNNING)
    g_cancellable_cancel (priv->cancellable);
  else if (priv->state < LOBE_TRANSFER_DONE)
    throw_away (self);
}
