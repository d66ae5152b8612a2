/* lobe-keyring.c: keys in the desktop's Secret Service, the only place where we put one */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "secret/lobe-keyring.h"

#include "base/lobe-error.h"
#include "lobe-config.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>
#include <string.h>

static const SecretSchema schema = {
  .name = LOBE_APP_ID,
  .flags = SECRET_SCHEMA_NONE,
  .attributes = {
    { "key", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  },
};

/* What the person can do instead stands in every error: it depends on the machine, not on them, whether there is one. */
static GError *
translate (GError *error)
{
  g_autoptr (GError) old = error;

  if (g_error_matches (old, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_steal_pointer (&old);

  g_dbus_error_strip_remote_error (old);
  if (g_error_matches (old, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    return g_error_new_literal (LOBE_ERROR, LOBE_ERROR_KEYRING,
                                _("The keyring is locked, and it was not unlocked. Unlock it and try again."));

  return g_error_new (LOBE_ERROR, LOBE_ERROR_KEYRING,
                      /* Translators: %s is what the system says */
                      _("There is no keyring (Secret Service) that could keep the key: %s. The key can also come from an "
                        "environment variable, or from a file that nobody else can read."), old->message);
}

static const char *
get_name (const char *reference)
{
  g_return_val_if_fail (g_str_has_prefix (reference, LOBE_KEYRING_PREFIX), NULL);

  return reference + strlen (LOBE_KEYRING_PREFIX);
}

static GTask *
new_task (gpointer             tag,
          GCancellable        *cancellable,
          GAsyncReadyCallback  callback,
          gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);

  return task;
}

static void
stored (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (!secret_password_store_finish (result, &error))
    g_task_return_error (task, translate (error));
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * lobe_keyring_store_async:
 * @reference: "keyring:NAME", by which it is found again
 * @label: what the person reads in a program that shows the keyring
 * @key: the key
 * @cancellable: (nullable): to give it up
 * @callback: called when it is kept
 * @user_data: for @callback
 *
 * Keeps a key, in the place of the one that is there.
 */
void
lobe_keyring_store_async (const char          *reference,
                          const char          *label,
                          const char          *key,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, key, cancellable, stored,
                         new_task (lobe_keyring_store_async, cancellable, callback, user_data),
                         "key", get_name (reference), NULL);
}

/**
 * lobe_keyring_store_finish:
 * @result: what the callback was given
 * @error: where to put why not: %LOBE_ERROR_KEYRING
 *
 * Returns: whether it is kept
 */
gboolean
lobe_keyring_store_finish (GAsyncResult  *result,
                           GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
looked_up (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *password = secret_password_lookup_finish (result, &error);

  if (error != NULL)
    g_task_return_error (task, translate (error));
  else if (password == NULL)
    g_task_return_new_error_literal (task, LOBE_ERROR, LOBE_ERROR_AUTHENTICATION,
                                     _("The key is to come from the keyring, which does not have it, or not unlocked. "
                                       "Enter it again."));
  else
    g_task_return_pointer (task, password, (GDestroyNotify) secret_password_free);
}

/**
 * lobe_keyring_lookup_async:
 * @reference: "keyring:NAME"
 * @cancellable: (nullable): to give it up
 * @callback: called when it was found
 * @user_data: for @callback
 *
 * Looks a key up. The desktop may ask the person to unlock the keyring.
 */
void
lobe_keyring_lookup_async (const char          *reference,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  secret_password_lookup (&schema, cancellable, looked_up,
                          new_task (lobe_keyring_lookup_async, cancellable, callback, user_data),
                          "key", get_name (reference), NULL);
}

/**
 * lobe_keyring_lookup_finish:
 * @result: what the callback was given
 * @error: where to put why not: %LOBE_ERROR_KEYRING, %LOBE_ERROR_AUTHENTICATION when there is none of that name
 *
 * Returns: (transfer full): the key
 */
char *
lobe_keyring_lookup_finish (GAsyncResult  *result,
                            GError       **error)
{
  char *password = g_task_propagate_pointer (G_TASK (result), error);
  char *key = g_strdup (password);

  /* its memory is not malloc's, and does not reach the swap; ours lives as long as a request is made of it */
  if (password != NULL)
    secret_password_free (password);

  return key;
}

static void
cleared (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  secret_password_clear_finish (result, &error);
  if (error != NULL)
    g_task_return_error (task, translate (error));
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * lobe_keyring_clear_async:
 * @reference: "keyring:NAME"
 * @cancellable: (nullable): to give it up
 * @callback: (nullable): called when it is forgotten
 * @user_data: for @callback
 *
 * Forgets a key.
 */
void
lobe_keyring_clear_async (const char          *reference,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  secret_password_clear (&schema, cancellable, cleared,
                         new_task (lobe_keyring_clear_async, cancellable, callback, user_data),
                         "key", get_name (reference), NULL);
}

/**
 * lobe_keyring_clear_finish:
 * @result: what the callback was given
 * @error: where to put why not: %LOBE_ERROR_KEYRING
 *
 * Returns: whether it is not there any more
 */
gboolean
lobe_keyring_clear_finish (GAsyncResult  *result,
                           GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
