/* lobe-cli-account.c: the options that describe an account on a server */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "cli/lobe-cli-account.h"

#include "base/lobe-error.h"
#include "secret/lobe-keyring.h"
#include "secret/lobe-secret.h"
#include "server/lobe-address.h"
#include "server/lobe-provider.h"

#include <glib/gi18n.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define MAX_KEY (64 * 1024)

static char *option_name;
static char *option_provider;
static char *option_protocol;
static char *option_url;
static gboolean option_key_stdin;
static char *option_key_env;
static char *option_key_file;
static gboolean option_no_key;
static char **option_headers;
static char **option_secret_headers;
static char *option_ca;
static char *option_client_cert;
static char *option_client_key;
static char *option_proxy;
static char *option_body;
static char *option_pool;
static int option_concurrency = -1;
static int option_rpm = -1;

static GOptionEntry entries[] = {
  { "provider", 0, 0, G_OPTION_ARG_STRING, &option_provider, N_("A well-known one, which has protocol and address; see “servers providers”"), N_("ID") },
  { "protocol", 'p', 0, G_OPTION_ARG_STRING, &option_protocol, N_("What is spoken there"), N_("PROTOCOL") },
  { "url", 'u', 0, G_OPTION_ARG_STRING, &option_url, N_("Its address"), N_("URL") },
  { "name", 0, 0, G_OPTION_ARG_STRING, &option_name, N_("Another name for it"), N_("NAME") },
  { "key-stdin", 0, 0, G_OPTION_ARG_NONE, &option_key_stdin, N_("Read its key from standard input, and keep it in the keyring"), NULL },
  { "key-env", 0, 0, G_OPTION_ARG_STRING, &option_key_env, N_("Its key comes from this environment variable"), N_("VARIABLE") },
  { "key-file", 0, 0, G_OPTION_ARG_FILENAME, &option_key_file, N_("Its key comes from this file, which nobody else may read"), N_("FILE") },
  { "no-key", 0, 0, G_OPTION_ARG_NONE, &option_no_key, N_("It needs no key any more"), NULL },
  { "header", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_headers, N_("Send this header, too; may be repeated; “NAME=” takes it away"), N_("NAME=VALUE") },
  { "secret-header", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_secret_headers, N_("The same, with a value from env:VARIABLE or file:FILE"), N_("NAME=SOURCE") },
  { "body", 0, 0, G_OPTION_ARG_STRING, &option_body, N_("Members for the body of every request, as a JSON object"), N_("JSON") },
  { "ca", 0, 0, G_OPTION_ARG_FILENAME, &option_ca, N_("Trust these certificates, too (PEM)"), N_("FILE") },
  { "client-cert", 0, 0, G_OPTION_ARG_FILENAME, &option_client_cert, N_("Show this certificate there (PEM)"), N_("FILE") },
  { "client-key", 0, 0, G_OPTION_ARG_FILENAME, &option_client_key, N_("Its private key, which nobody else may read (PEM)"), N_("FILE") },
  { "proxy", 0, 0, G_OPTION_ARG_STRING, &option_proxy, N_("Go through this proxy"), N_("URL") },
  { "pool", 0, 0, G_OPTION_ARG_STRING, &option_pool, N_("It stands in for others of this pool, and they for it"), N_("NAME") },
  { "concurrency", 0, 0, G_OPTION_ARG_INT, &option_concurrency, N_("At most so many requests at once; 0: any number"), N_("N") },
  { "requests-per-minute", 0, 0, G_OPTION_ARG_INT, &option_rpm, N_("At most so many requests a minute; 0: any number"), N_("N") },
  { NULL }
};

/**
 * lobe_cli_account_get_options:
 *
 * Returns: (transfer none): the options
 */
GOptionEntry *
lobe_cli_account_get_options (void)
{
  return entries;
}

static gboolean
usage (int        *status,
       const char *format,
       ...) G_GNUC_PRINTF (2, 3);

static gboolean
usage (int        *status,
       const char *format,
       ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr ("lobe-chat: %s\n", text);
  *status = LOBE_CLI_USAGE;

  return FALSE;
}

static gboolean
fail (int    *status,
      GError *error)
{
  *status = lobe_cli_fail (error);
  g_error_free (error);

  return FALSE;
}

/* "" takes away what was there */
static void
set_text (char       **field,
          const char  *value)
{
  if (value != NULL)
    g_set_str (field, *value != '\0' ? value : NULL);
}

static void
set_file (char       **field,
          const char  *path)
{
  g_autofree char *absolute = path != NULL && *path != '\0' ? g_canonicalize_filename (path, NULL) : NULL;

  if (path != NULL)
    g_set_str (field, absolute);
}

/* "NAME=VALUE", or "NAME=env:…", "NAME=file:…" */
static gboolean
apply_headers (LobeAccount  *account,
               char        **headers,
               gboolean      secret,
               int          *status)
{
  for (guint i = 0; headers != NULL && headers[i] != NULL; i++)
    {
      const char *equals = strchr (headers[i], '=');
      g_autofree char *name = equals != NULL ? g_strndup (headers[i], equals - headers[i]) : NULL;
      const char *value = equals != NULL ? equals + 1 : NULL;

      /* the value may be a key in the wrong place, so nothing of it is repeated */
      if (name == NULL || *name == '\0' || strspn (name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != strlen (name))
        return usage (status, _("A header is given as NAME=VALUE, where NAME has letters, digits and hyphens."));
      if (*value == '\0')
        lobe_account_set_header (account, name, NULL, NULL);
      else if (!secret)
        lobe_account_set_header (account, name, value, NULL);
      else if (g_str_has_prefix (value, "env:") && value[4] != '\0')
        lobe_account_set_header (account, name, NULL, value);
      else if (g_str_has_prefix (value, "file:") && value[5] != '\0')
        {
          g_autofree char *path = g_canonicalize_filename (value + 5, NULL);
          g_autofree char *reference = g_strconcat ("file:", path, NULL);

          lobe_account_set_header (account, name, NULL, reference);
        }
      else
        return usage (status, _("A secret header's value comes from env:VARIABLE or file:FILE, so that it is stored nowhere."));
    }

  return TRUE;
}

static gboolean
apply_protocol (LobeCore    *core,
                LobeAccount *account,
                int         *status)
{
  LobeDriverRegistry *drivers = lobe_core_get_drivers (core);
  GError *error = NULL;
  char *url;

  if (option_provider != NULL)
    {
      g_autoptr (GPtrArray) providers = lobe_provider_load ();
      LobeProvider *provider = lobe_provider_find (providers, option_provider);
      g_autoptr (LobeAccount) preset = NULL;
      g_autofree char *options = NULL;

      if (provider == NULL)
        return usage (status, _("The provider “%s” is not known; see “lobe-chat servers providers”."), option_provider);
      preset = lobe_provider_make_account (provider);
      options = lobe_account_get_options (preset);
      set_text (&account->protocol, preset->protocol);
      set_text (&account->url, preset->url);
      lobe_account_set_options (account, options);
    }

  set_text (&account->protocol, option_protocol);
  set_text (&account->url, option_url);
  if (account->protocol == NULL || account->url == NULL)
    return usage (status, _("A server needs --protocol and --url, or --provider."));

  if (lobe_driver_registry_lookup (drivers, account->protocol) == NULL)
    {
      g_auto (GStrv) known = lobe_driver_registry_list (drivers);
      g_autofree char *list = g_strjoinv (", ", known);

      return usage (status, _("The protocol “%s” is not known. There are: %s"), account->protocol, list);
    }

  url = lobe_address_normalize (account->url, account->protocol, &error);
  if (url == NULL)
    return fail (status, error);
  g_free (account->url);
  account->url = url;

  return TRUE;
}

/* What is refused now would be refused with every request. */
static gboolean
check_reference (const char *reference,
                 int        *status)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *key = NULL;
  GError *error = NULL;

  lobe_secret_lookup_async (reference, NULL, lobe_cli_result_cb, &result);
  key = lobe_secret_lookup_finish (lobe_cli_await (&result), &error);
  if (error == NULL)
    return TRUE;

  return fail (status, error);
}

static gboolean
apply_key (LobeAccount *account,
           int         *status)
{
  if (option_key_stdin + (option_key_env != NULL) + (option_key_file != NULL) + option_no_key > 1)
    return usage (status, _("A key comes from one place: --key-stdin, --key-env or --key-file."));

  if (option_no_key)
    {
      g_clear_pointer (&account->secret, g_free);
    }
  else if (option_key_env != NULL)
    {
      if (*option_key_env == '\0')
        return usage (status, _("--key-env names no variable."));
      g_free (account->secret);
      account->secret = g_strconcat ("env:", option_key_env, NULL);
      if (g_getenv (option_key_env) == NULL)
        g_printerr (_("lobe-chat: note: the environment variable %s is not set now\n"), option_key_env);
    }
  else if (option_key_file != NULL)
    {
      g_autofree char *path = g_canonicalize_filename (option_key_file, NULL);

      g_free (account->secret);
      account->secret = g_strconcat ("file:", path, NULL);
      return check_reference (account->secret, status);
    }

  return TRUE;
}

static gboolean
apply_limit (guint      *limit,
             int         option,
             const char *name,
             int        *status)
{
  if (option < -1)
    return usage (status, _("%s is a number from 0."), name);
  if (option >= 0)
    *limit = option;

  return TRUE;
}

/**
 * lobe_cli_account_apply:
 * @core: a core
 * @account: an account
 * @status: (out): the exit status when %FALSE is returned
 *
 * Puts what the command line says into @account, and says on standard error what is wrong with it.
 *
 * Returns: whether all of it can be used
 */
gboolean
lobe_cli_account_apply (LobeCore    *core,
                        LobeAccount *account,
                        int         *status)
{
  GError *error = NULL;

  if (!apply_protocol (core, account, status))
    return FALSE;

  set_text (&account->name, option_name);
  set_text (&account->pool, option_pool);
  set_text (&account->proxy, option_proxy);
  set_file (&account->ca_file, option_ca);
  set_file (&account->certificate_file, option_client_cert);
  set_file (&account->key_file, option_client_key);

  if (!apply_key (account, status)
      || !apply_headers (account, option_headers, FALSE, status)
      || !apply_headers (account, option_secret_headers, TRUE, status)
      || !apply_limit (&account->concurrency, option_concurrency, "--concurrency", status)
      || !apply_limit (&account->requests_per_minute, option_rpm, "--requests-per-minute", status))
    return FALSE;

  if (account->key_file != NULL && account->certificate_file == NULL)
    return usage (status, _("--client-key goes with --client-cert."));
  if ((option_body != NULL && !lobe_account_set_body (account, option_body, &error))
      || (account->proxy != NULL && !lobe_address_check_proxy (account->proxy, &error)))
    return fail (status, error);

  return TRUE;
}

static char *
read_key (GError **error)
{
  g_autofree char *key = g_malloc0 (MAX_KEY + 2);
  gsize length = 0;
  gssize n;

  if (isatty (STDIN_FILENO))
    g_printerr ("%s", _("Key: "));
  while (length <= MAX_KEY && (n = read (STDIN_FILENO, key + length, MAX_KEY + 1 - length)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        break;
      length += n;
      if (memchr (key + length - n, '\n', n) != NULL)
        break;
    }

  while (length > 0 && (key[length - 1] == '\n' || key[length - 1] == '\r'))
    key[--length] = '\0';
  if (length == 0 || length > MAX_KEY || strlen (key) != length || strpbrk (key, "\r\n") != NULL
      || !g_utf8_validate (key, length, NULL))
    {
      explicit_bzero (key, MAX_KEY + 2);
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("Standard input holds no key: it is to be one line."));
      return NULL;
    }

  return g_steal_pointer (&key);
}

/**
 * lobe_cli_account_store_key:
 * @account: an account whose id is known
 * @error: where to put what went wrong: %LOBE_ERROR_KEYRING, %LOBE_ERROR_INVALID
 *
 * With --key-stdin, puts the key into the keyring and its reference into @account.
 *
 * Returns: whether it is there
 */
gboolean
lobe_cli_account_store_key (LobeAccount  *account,
                            GError      **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *reference = NULL;
  g_autofree char *label = NULL;
  g_autofree char *key = NULL;

  if (!option_key_stdin)
    return TRUE;

  key = read_key (error);
  if (key == NULL)
    return FALSE;

  reference = g_strconcat (LOBE_KEYRING_PREFIX, account->id, NULL);
  /* Translators: what stands in the keyring; %s is a server's name */
  label = g_strdup_printf (_("Lobe Chat: key for %s"), account->name);
  lobe_keyring_store_async (reference, label, key, NULL, lobe_cli_result_cb, &result);
  lobe_cli_await (&result);
  explicit_bzero (key, strlen (key));
  if (!lobe_keyring_store_finish (result, error))
    return FALSE;

  g_set_str (&account->secret, reference);

  return TRUE;
}
