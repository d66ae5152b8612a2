/* lobe-server-page.c: a server of the person's, to be added or changed */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-server-page.h"

#include "app/lobe-words.h"
#include "base/lobe-error.h"
#include "secret/lobe-keyring.h"
#include "server/lobe-address.h"
#include "server/lobe-server-test.h"

#include <glib/gi18n.h>
#include <string.h>

typedef enum
{
  SOURCE_NONE,
  SOURCE_KEYRING,
  SOURCE_ENVIRONMENT,
  SOURCE_FILE,
} Source;

struct _LobeServerPage
{
  AdwNavigationPage  parent_instance;

  GtkWidget         *save_button;
  GtkEditable       *name_row;
  GtkEditable       *url_row;
  AdwComboRow       *protocol_row;
  AdwSwitchRow      *enabled_row;
  AdwPreferencesGroup *key_group;
  AdwComboRow       *source_row;
  GtkEditable       *key_row;
  GtkEditable       *reference_row;
  GtkWidget         *reference_button;
  GtkWidget         *test_row;
  AdwActionRow      *result_row;
  GtkStack          *result_stack;
  AdwExpanderRow    *way_row;
  GtkEditable       *ca_row;
  GtkEditable       *certificate_row;
  GtkEditable       *private_key_row;
  GtkEditable       *proxy_row;
  AdwExpanderRow    *request_row;
  GtkEditable       *header_row;
  GtkEditable       *body_row;
  AdwSpinRow        *concurrency_row;
  AdwSpinRow        *minute_row;
  GtkEditable       *pool_row;
  GtkWidget         *place_group;
  GtkWidget         *up_row;
  GtkWidget         *down_row;

  LobeCore          *core;
  LobeServer        *server;   /* NULL: to be added */
  LobeAccount       *account;  /* headers are changed here at once, the rest when it is read from the rows */
  GStrv              protocols;
  GCancellable      *cancellable;
  GPtrArray         *headers;  /* of rows */
};

enum
{
  SAVED,
  REMOVE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobeServerPage, lobe_server_page, ADW_TYPE_NAVIGATION_PAGE)

static void
show_result (LobeServerPage *self,
             const char     *kind,
             const char     *title,
             const char     *subtitle)
{
  gtk_widget_set_visible (GTK_WIDGET (self->result_row), kind != NULL);
  if (kind == NULL)
    return;

  gtk_stack_set_visible_child_name (self->result_stack, kind);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->result_row), title);
  adw_action_row_set_subtitle (self->result_row, subtitle != NULL ? subtitle : "");
}

static Source
get_source (LobeServerPage *self)
{
  return adw_combo_row_get_selected (self->source_row);
}

static void
changed_cb (LobeServerPage *self)
{
  if (self->account == NULL)
    return;

  gtk_widget_set_sensitive (self->save_button, *gtk_editable_get_text (self->name_row) != '\0'
                                                 && *gtk_editable_get_text (self->url_row) != '\0');
  show_result (self, NULL, NULL, NULL);
}

static void
source_cb (LobeServerPage *self)
{
  Source source = get_source (self);

  gtk_widget_set_visible (GTK_WIDGET (self->key_row), source == SOURCE_KEYRING);
  gtk_widget_set_visible (GTK_WIDGET (self->reference_row), source == SOURCE_ENVIRONMENT || source == SOURCE_FILE);
  gtk_widget_set_visible (self->reference_button, source == SOURCE_FILE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->reference_row), source == SOURCE_FILE ? _("File That Nobody Else May Read") : _("Variable"));
  changed_cb (self);
}

static void
take_text (GtkEditable  *row,
           char        **field)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (row)));

  g_set_str (field, *text != '\0' ? text : NULL);
}

/* What is said of the key in the rows. One that was typed is not in it. */
static gboolean
read_secret (LobeServerPage  *self,
             LobeAccount     *account,
             GError         **error)
{
  const char *old = self->account->secret;
  g_autofree char *reference = NULL;

  take_text (self->reference_row, &reference);
  g_clear_pointer (&account->secret, g_free);

  switch (get_source (self))
    {
    case SOURCE_KEYRING:
      if (old != NULL && g_str_has_prefix (old, LOBE_KEYRING_PREFIX))
        account->secret = g_strdup (old);
      if (account->secret != NULL || *gtk_editable_get_text (self->key_row) != '\0')
        return TRUE;
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("Enter the key, or choose where else it comes from."));
      return FALSE;

    case SOURCE_ENVIRONMENT:
    case SOURCE_FILE:
      if (reference == NULL || (get_source (self) == SOURCE_FILE && !g_path_is_absolute (reference)))
        {
          g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_INVALID, get_source (self) == SOURCE_FILE
                                                                        ? _("Choose the file that holds the key.")
                                                                        : _("Name the variable that holds the key."));
          return FALSE;
        }
      account->secret = g_strconcat (get_source (self) == SOURCE_FILE ? "file:" : "env:", reference, NULL);
      return TRUE;

    case SOURCE_NONE:
    default:
      return TRUE;
    }
}

static gboolean
check_name (LobeServerPage  *self,
            const char      *name,
            GError         **error)
{
  LobeServer *other;

  if (name == NULL || strchr (name, '/') != NULL)
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("A server needs a name, without a slash."));
      return FALSE;
    }

  other = lobe_servers_find_named (lobe_core_get_servers (self->core), name);
  if (other == NULL || other == self->server)
    return TRUE;

  g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("There is another server “%s” already."), name);

  return FALSE;
}

static LobeAccount *
read_rows (LobeServerPage  *self,
           GError         **error)
{
  g_autoptr (LobeAccount) account = lobe_account_copy (self->account);
  guint protocol = adw_combo_row_get_selected (self->protocol_row);
  char *url;

  take_text (self->name_row, &account->name);
  g_set_str (&account->protocol, self->protocols[protocol]);
  url = lobe_address_normalize (gtk_editable_get_text (self->url_row), account->protocol, error);
  if (url == NULL || !check_name (self, account->name, error) || !read_secret (self, account, error))
    {
      g_free (url);
      return NULL;
    }
  g_free (account->url);
  account->url = url;

  account->enabled = adw_switch_row_get_active (self->enabled_row);
  take_text (self->ca_row, &account->ca_file);
  take_text (self->certificate_row, &account->certificate_file);
  take_text (self->private_key_row, &account->key_file);
  take_text (self->proxy_row, &account->proxy);
  take_text (self->pool_row, &account->pool);
  account->concurrency = adw_spin_row_get_value (self->concurrency_row);
  account->requests_per_minute = adw_spin_row_get_value (self->minute_row);
  if ((account->proxy != NULL && !lobe_address_check_proxy (account->proxy, error))
      || !lobe_account_set_body (account, gtk_editable_get_text (self->body_row), error))
    return NULL;

  if (account->id == NULL)
    account->id = lobe_servers_make_id (lobe_core_get_servers (self->core), account->name);

  return g_steal_pointer (&account);
}

static void
show_error (LobeServerPage *self,
            const GError   *error)
{
  show_result (self, "bad", _("Not Saved"), error->message);
}

/* Keeps what was read; the key is in its place already. */
static void
save (LobeServerPage    *self,
      const LobeAccount *account)
{
  LobeServers *servers = lobe_core_get_servers (self->core);
  LobeDriver *driver = lobe_driver_registry_lookup (lobe_core_get_drivers (self->core), account->protocol);
  gboolean added = self->server == NULL;

  if (self->account->secret != NULL && g_str_has_prefix (self->account->secret, LOBE_KEYRING_PREFIX)
      && g_strcmp0 (self->account->secret, account->secret) != 0)
    lobe_keyring_clear_async (self->account->secret, NULL, NULL, NULL);

  if (added)
    {
      self->server = lobe_server_new_for_account (lobe_core_get_http (self->core), driver, account);
      lobe_servers_add (servers, self->server);
    }
  else
    {
      lobe_server_set_account (self->server, driver, account);
      lobe_servers_save (servers, self->server);
    }

  if (account->enabled)
    lobe_server_refresh_async (self->server, NULL, NULL, NULL);
  g_signal_emit (self, signals[SAVED], 0, self->server, added);
}

static void
key_stored_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (LobeServerPage) self = LOBE_SERVER_PAGE (user_data);
  g_autoptr (LobeAccount) account = NULL;
  g_autoptr (GError) error = NULL;
  gboolean stored = lobe_keyring_store_finish (result, &error);

  if (self->name_row == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  gtk_widget_set_sensitive (self->save_button, TRUE);
  account = stored ? read_rows (self, &error) : NULL;
  if (account == NULL)
    {
      show_error (self, error);
      return;
    }

  g_free (account->secret);
  account->secret = g_strconcat (LOBE_KEYRING_PREFIX, account->id, NULL);
  save (self, account);
}

static void
save_cb (LobeServerPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LobeAccount) account = read_rows (self, &error);
  const char *key = gtk_editable_get_text (self->key_row);
  g_autofree char *reference = NULL;
  g_autofree char *label = NULL;

  if (account == NULL)
    {
      show_error (self, error);
      return;
    }
  if (get_source (self) != SOURCE_KEYRING || *key == '\0')
    {
      save (self, account);
      return;
    }

  reference = g_strconcat (LOBE_KEYRING_PREFIX, account->id, NULL);
  /* Translators: what stands in the keyring; %s is a server's name */
  label = g_strdup_printf (_("Lobe Chat: key for %s"), account->name);
  gtk_widget_set_sensitive (self->save_button, FALSE);
  lobe_keyring_store_async (reference, label, key, self->cancellable, key_stored_cb, g_object_ref (self));
}

/* test */

static void
tested_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (LobeServerPage) self = LOBE_SERVER_PAGE (user_data);
  LobeServer *trial = LOBE_SERVER (object);
  g_autoptr (GError) error = NULL;
  g_autofree char *advice = NULL;
  g_autofree char *words = NULL;
  gboolean good = lobe_server_test_finish (trial, result, &advice, &error);
  guint n = g_list_model_get_n_items (lobe_server_get_models (trial));

  if (self->name_row == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  gtk_widget_set_sensitive (self->test_row, TRUE);
  if (good)
    {
      words = g_strdup_printf (ngettext ("It has %u model", "It has %u models", n), n);
      show_result (self, "good", _("The Connection Works"), words);
      return;
    }

  words = advice != NULL ? g_strconcat (error->message, "\n", advice, NULL) : g_strdup (error->message);
  {
    g_autofree char *title = lobe_words_for_error (error);

    show_result (self, "bad", title != NULL && strlen (title) < 40 ? title : _("It Does Not Work"), words);
  }
}

/* What stands in the rows is tried with a server of its own, so that nothing is kept yet. */
static void
test_cb (LobeServerPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LobeAccount) account = read_rows (self, &error);
  g_autoptr (LobeServer) trial = NULL;

  if (account == NULL)
    {
      show_result (self, "bad", _("Not Complete"), error->message);
      return;
    }

  trial = lobe_server_new_for_account (lobe_core_get_http (self->core),
                                       lobe_driver_registry_lookup (lobe_core_get_drivers (self->core), account->protocol),
                                       account);
  if (get_source (self) == SOURCE_KEYRING && *gtk_editable_get_text (self->key_row) != '\0')
    lobe_server_set_key (trial, gtk_editable_get_text (self->key_row));

  gtk_widget_set_sensitive (self->test_row, FALSE);
  show_result (self, "busy", _("Testing…"), NULL);
  lobe_server_test_async (trial, lobe_core_get_drivers (self->core), NULL, self->cancellable, tested_cb, g_object_ref (self));
}

/* headers */

static void update_headers (LobeServerPage *self);

static void
remove_header_cb (GtkButton      *button,
                  LobeServerPage *self)
{
  g_autofree char *name = g_strdup (g_object_get_data (G_OBJECT (button), "name"));

  lobe_account_set_header (self->account, name, NULL, NULL);
  update_headers (self);
  changed_cb (self);
}

static void
add_headers (LobeServerPage *self,
             GHashTable     *table)
{
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (table), (GCompareFunc) g_strcmp0);

  for (GList *l = names; l != NULL; l = l->next)
    {
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
      /* Translators: %s is a header's name */
      g_autofree char *label = g_strdup_printf (_("Remove “%s”"), (const char *) l->data);

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), l->data);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), g_hash_table_lookup (table, l->data));
      g_object_set_data_full (G_OBJECT (button), "name", g_strdup (l->data), g_free);
      gtk_widget_set_tooltip_text (button, _("Remove"));
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (button, "flat");
      g_signal_connect (button, "clicked", G_CALLBACK (remove_header_cb), self);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
      adw_expander_row_add_row (self->request_row, row);
      g_ptr_array_add (self->headers, row);
    }
}

static void
update_headers (LobeServerPage *self)
{
  for (guint i = 0; i < self->headers->len; i++)
    adw_expander_row_remove (self->request_row, self->headers->pdata[i]);
  g_ptr_array_set_size (self->headers, 0);
  add_headers (self, self->account->headers);
  add_headers (self, self->account->secret_headers);
}

/* "Name: value"; a value from env: or file: is a secret one */
static void
add_header_cb (LobeServerPage *self)
{
  const char *text = gtk_editable_get_text (self->header_row);
  const char *colon = strchr (text, ':');
  g_autofree char *name = g_strstrip (g_strndup (text, colon != NULL ? colon - text : 0));
  g_autofree char *value = g_strstrip (g_strdup (colon != NULL ? colon + 1 : ""));
  gboolean secret = g_str_has_prefix (value, "env:") || g_str_has_prefix (value, "file:/");

  if (*name == '\0' || *value == '\0' || strpbrk (name, " \t\"()/<>@,;[]{}") != NULL)
    {
      show_result (self, "bad", _("Not a Header"), _("A header is given as Name: Value. A secret value comes from env:VARIABLE or file:/PATH."));
      return;
    }

  lobe_account_set_header (self->account, name, secret ? NULL : value, secret ? value : NULL);
  gtk_editable_set_text (self->header_row, "");
  update_headers (self);
  changed_cb (self);
}

/* files */

static void
chosen_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GtkEditable) row = GTK_EDITABLE (user_data);
  g_autoptr (GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (object), result, NULL);

  if (file != NULL && g_file_peek_path (file) != NULL)
    gtk_editable_set_text (row, g_file_peek_path (file));
}

static void
choose_cb (GtkButton   *button,
           GtkEditable *row)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_open (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (button))), NULL, chosen_cb, g_object_ref (row));
}

/* its place */

static void
update_place (LobeServerPage *self)
{
  LobeServers *servers = lobe_core_get_servers (self->core);
  int position = self->server != NULL ? lobe_servers_get_position (servers, self->server) : -1;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (servers));
  g_autoptr (LobeServer) last = n > 0 ? g_list_model_get_item (G_LIST_MODEL (servers), n - 1) : NULL;

  gtk_widget_set_visible (self->place_group, position >= 0);
  gtk_widget_set_sensitive (self->up_row, position > 0);
  gtk_widget_set_sensitive (self->down_row, position >= 0 && last != self->server);
}

static void
move (LobeServerPage *self,
      int             by)
{
  LobeServers *servers = lobe_core_get_servers (self->core);

  lobe_servers_move (servers, self->server, lobe_servers_get_position (servers, self->server) + by);
  update_place (self);
}

static void
up_cb (LobeServerPage *self)
{
  move (self, -1);
}

static void
down_cb (LobeServerPage *self)
{
  move (self, 1);
}

static void
remove_cb (LobeServerPage *self)
{
  g_signal_emit (self, signals[REMOVE], 0, self->server);
}

static void
lobe_server_page_dispose (GObject *object)
{
  LobeServerPage *self = LOBE_SERVER_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), LOBE_TYPE_SERVER_PAGE);
  g_clear_object (&self->core);
  g_clear_object (&self->server);

  G_OBJECT_CLASS (lobe_server_page_parent_class)->dispose (object);
}

static void
lobe_server_page_finalize (GObject *object)
{
  LobeServerPage *self = LOBE_SERVER_PAGE (object);

  g_clear_pointer (&self->account, lobe_account_free);
  g_strfreev (self->protocols);
  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->headers);

  G_OBJECT_CLASS (lobe_server_page_parent_class)->finalize (object);
}

#define BIND(name) gtk_widget_class_bind_template_child (widget_class, LobeServerPage, name)

static void
lobe_server_page_class_init (LobeServerPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lobe_server_page_dispose;
  object_class->finalize = lobe_server_page_finalize;

  signals[SAVED] = g_signal_new ("saved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, LOBE_TYPE_SERVER, G_TYPE_BOOLEAN);
  signals[REMOVE] = g_signal_new ("remove", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, LOBE_TYPE_SERVER);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/lobe/Chat/ui/lobe-server-page.ui");
  BIND (save_button);
  BIND (name_row);
  BIND (url_row);
  BIND (protocol_row);
  BIND (enabled_row);
  BIND (key_group);
  BIND (source_row);
  BIND (key_row);
  BIND (reference_row);
  BIND (reference_button);
  BIND (test_row);
  BIND (result_row);
  BIND (result_stack);
  BIND (way_row);
  BIND (ca_row);
  BIND (certificate_row);
  BIND (private_key_row);
  BIND (proxy_row);
  BIND (request_row);
  BIND (header_row);
  BIND (body_row);
  BIND (concurrency_row);
  BIND (minute_row);
  BIND (pool_row);
  BIND (place_group);
  BIND (up_row);
  BIND (down_row);
  gtk_widget_class_bind_template_callback (widget_class, add_header_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_cb);
  gtk_widget_class_bind_template_callback (widget_class, down_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_bind_template_callback (widget_class, source_cb);
  gtk_widget_class_bind_template_callback (widget_class, test_cb);
  gtk_widget_class_bind_template_callback (widget_class, up_cb);
}

static void
lobe_server_page_init (LobeServerPage *self)
{
  self->cancellable = g_cancellable_new ();
  self->headers = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
set_text (GtkEditable *row,
          const char  *text)
{
  gtk_editable_set_text (row, text != NULL ? text : "");
}

static void
show_protocols (LobeServerPage *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;

  self->protocols = lobe_driver_registry_list (lobe_core_get_drivers (self->core));
  for (guint i = 0; self->protocols[i] != NULL; i++)
    {
      gtk_string_list_append (names, lobe_words_for_protocol (self->protocols[i]));
      if (g_strcmp0 (self->protocols[i], self->account->protocol) == 0)
        selected = i;
    }
  adw_combo_row_set_model (self->protocol_row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->protocol_row, selected);
}

static void
show_account (LobeServerPage *self,
              LobeAccount    *account)
{
  const char *secret = account->secret;
  Source source = SOURCE_NONE;

  set_text (self->name_row, account->name);
  set_text (self->url_row, account->url);
  adw_switch_row_set_active (self->enabled_row, account->enabled);
  if (secret != NULL)
    source = g_str_has_prefix (secret, "env:") ? SOURCE_ENVIRONMENT : g_str_has_prefix (secret, "file:") ? SOURCE_FILE : SOURCE_KEYRING;
  if (source == SOURCE_ENVIRONMENT || source == SOURCE_FILE)
    set_text (self->reference_row, strchr (secret, ':') + 1);
  if (source == SOURCE_KEYRING)
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->key_row), _("_Key (in the Keyring; Enter Another to Change It)"));
  adw_combo_row_set_selected (self->source_row, source);
  set_text (self->ca_row, account->ca_file);
  set_text (self->certificate_row, account->certificate_file);
  set_text (self->private_key_row, account->key_file);
  set_text (self->proxy_row, account->proxy);
  set_text (self->body_row, account->body);
  set_text (self->pool_row, account->pool);
  adw_spin_row_set_value (self->concurrency_row, account->concurrency);
  adw_spin_row_set_value (self->minute_row, account->requests_per_minute);
  adw_expander_row_set_expanded (self->way_row, account->ca_file != NULL || account->certificate_file != NULL || account->proxy != NULL);

  /* from now on changes are the person's */
  self->account = account;
  update_headers (self);
  show_protocols (self);
  source_cb (self);
  update_place (self);
}

/**
 * lobe_server_page_new:
 * @core: the core
 * @server: a server that the person added
 *
 * Returns: (transfer floating): a page on which it is changed
 */
AdwNavigationPage *
lobe_server_page_new (LobeCore   *core,
                      LobeServer *server)
{
  LobeServerPage *self = g_object_new (LOBE_TYPE_SERVER_PAGE, NULL);

  self->core = g_object_ref (core);
  self->server = g_object_ref (server);
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), lobe_server_get_name (server));
  show_account (self, lobe_account_copy (lobe_server_get_account (server)));

  return ADW_NAVIGATION_PAGE (self);
}

/**
 * lobe_server_page_new_to_add:
 * @core: the core
 * @provider: (nullable): whose server it is; %NULL for any other
 *
 * Returns: (transfer floating): a page on which a server is described, and then added
 */
AdwNavigationPage *
lobe_server_page_new_to_add (LobeCore     *core,
                             LobeProvider *provider)
{
  LobeServerPage *self = g_object_new (LOBE_TYPE_SERVER_PAGE, NULL);
  const char *key_page = provider != NULL ? lobe_provider_get_key_page (provider) : NULL;
  g_autoptr (LobeAccount) account = NULL;

  self->core = g_object_ref (core);
  account = provider != NULL ? lobe_provider_make_account (provider) : lobe_account_new (NULL, NULL, "openai", NULL);
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), provider != NULL ? lobe_provider_get_name (provider) : _("Add Server"));
  gtk_button_set_label (GTK_BUTTON (self->save_button), _("_Add"));
  gtk_widget_set_visible (GTK_WIDGET (self->enabled_row), FALSE);
  if (provider != NULL && lobe_provider_get_example (provider) != NULL)
    {
      /* Translators: %s is an address */
      g_autofree char *title = g_strdup_printf (_("_Address, Such as %s"), lobe_provider_get_example (provider));

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->url_row), title);
    }
  if (key_page != NULL)
    {
      /* Translators: %s is the address of a web page */
      g_autofree char *where = g_strdup_printf (_("You get a key at %s"), key_page);

      adw_preferences_group_set_description (self->key_group, where);
    }
  show_account (self, g_steal_pointer (&account));
  if (provider != NULL && lobe_provider_get_key (provider) == LOBE_PROVIDER_KEY_REQUIRED)
    adw_combo_row_set_selected (self->source_row, SOURCE_KEYRING);

  return ADW_NAVIGATION_PAGE (self);
}
