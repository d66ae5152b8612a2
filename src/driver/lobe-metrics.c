/* lobe-metrics.c: figures that servers publish for Prometheus */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-metrics.h"

#include "lobe-config.h"

#include "base/lobe-error.h"
#include "driver/lobe-refusal.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* vLLM's are some 100 KB, bytes. */
#define MAX_BODY (4 * 1024 * 1024)

/*
 * lobe_metrics_sum:
 * @text: lines of "name{label="value",…} number", in Prometheus' text format
 * @names: whose numbers to add
 *
 * Returns: the sum over all labels; -1 when none of @names is there
 */
gint64
lobe_metrics_sum (const char         *text,
                  const char * const *names)
{
  double sum = -1.0;

  for (const char *line = text; line != NULL; line = strchr (line, '\n'))
    {
      line += strspn (line, "\n");
      for (guint i = 0; names[i] != NULL; i++)
        {
          gsize length = strlen (names[i]);
          const char *rest = line + length;

          if (strncmp (line, names[i], length) != 0 || (*rest != '{' && *rest != ' '))
            continue;

          /* a brace within a label's value is escaped by nobody, so the last one of the line counts */
          if (*rest == '{')
            {
              gsize n = strcspn (rest, "\n");

              while (n > 0 && rest[n] != '}')
                n--;
              rest += n + (n > 0);
            }
          sum = MAX (sum, 0.0) + MAX (g_ascii_strtod (rest, NULL), 0.0);
        }
    }

  return sum < 1e9 ? (gint64) sum : -1;
}

typedef struct
{
  const char * const *names;
  LobeCountReply     *reply;
} Measure;

static void
on_fetched (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autofree Measure *measure = user_data;
  g_autoptr (LobeCountReply) reply = measure->reply;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gint64 sum;
  guint status = 0;

  body = lobe_http_fetch_finish (LOBE_HTTP (object), result, &status, &error);
  if (body == NULL)
    {
      lobe_count_reply_fail (reply, error);
      return;
    }

  text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  sum = status == 200 ? lobe_metrics_sum (text, measure->names) : -1;
  if (sum < 0)
    {
      error = g_error_new_literal (LOBE_ERROR, LOBE_ERROR_UNSUPPORTED, _("The server does not say how busy it is"));
      lobe_count_reply_fail (reply, error);
      return;
    }

  lobe_count_reply_done (reply, sum);
}

/*
 * lobe_metrics_measure:
 * @request: for the server's metrics
 * @names: (transfer none): whose sum to tell; stays
 */
void
lobe_metrics_measure (LobeHttp           *http,
                      LobeHttpRequest    *request,
                      const char * const *names,
                      LobeCountReply     *reply,
                      GCancellable       *cancellable)
{
  Measure *measure = g_new0 (Measure, 1);

  measure->names = names;
  measure->reply = g_object_ref (reply);
  lobe_http_fetch_async (http, request, MAX_BODY, cancellable, on_fetched, measure);
}
