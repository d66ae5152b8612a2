/* lobe-http-response.h: status, headers, and a body still to be read */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LOBE_TYPE_HTTP_RESPONSE (lobe_http_response_get_type ())

G_DECLARE_FINAL_TYPE (LobeHttpResponse, lobe_http_response, LOBE, HTTP_RESPONSE, GObject)

/**
 * LobeHttpChunkFunc:
 * @bytes: (array length=length) (element-type guint8): what arrived; the caller's own
 * @length: bytes in @bytes
 * @user_data: what was given
 * @error: where to say why the body is not wanted any more
 *
 * Takes a piece of a body as it arrives. Returning %FALSE ends the reading with @error.
 */
typedef gboolean (*LobeHttpChunkFunc) (const guint8  *bytes,
                                       gsize          length,
                                       gpointer       user_data,
                                       GError       **error);

guint         lobe_http_response_get_status       (LobeHttpResponse     *self);
const char   *lobe_http_response_get_header       (LobeHttpResponse     *self,
                                                   const char           *name);
gint64        lobe_http_response_get_retry_after  (LobeHttpResponse     *self);
const char   *lobe_http_response_get_content_type (LobeHttpResponse     *self);
GInputStream *lobe_http_response_get_stream       (LobeHttpResponse     *self);
void          lobe_http_response_read_async       (LobeHttpResponse     *self,
                                                   LobeHttpChunkFunc     func,
                                                   gpointer              func_data,
                                                   GDestroyNotify        func_destroy,
                                                   GCancellable         *cancellable,
                                                   GAsyncReadyCallback   callback,
                                                   gpointer              user_data);
gboolean      lobe_http_response_read_finish      (LobeHttpResponse     *self,
                                                   GAsyncResult         *result,
                                                   GError              **error);

G_END_DECLS
