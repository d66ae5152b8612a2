/* lobe-cli.h: what the commands of the command line share */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/lobe-json.h"
#include "session/lobe-core.h"

G_BEGIN_DECLS

#define LOBE_CLI_USAGE 2 /* exit status for a command line that cannot be understood */

typedef int (*LobeCliCommand) (int    argc,
                               char **argv);

int           lobe_cli_ask       (int            argc,
                                  char         **argv);
int           lobe_cli_models    (int            argc,
                                  char         **argv);
int           lobe_cli_models_get (int           argc,
                                  char         **argv);
int           lobe_cli_models_remove (int        argc,
                                  char         **argv);
int           lobe_cli_models_downloads (int     argc,
                                  char         **argv);
int           lobe_cli_chats     (int            argc,
                                  char         **argv);
int           lobe_cli_show      (int            argc,
                                  char         **argv);
int           lobe_cli_servers   (int            argc,
                                  char         **argv);

void          lobe_cli_result_cb (GObject       *object,
                                  GAsyncResult  *result,
                                  gpointer       user_data);
GAsyncResult *lobe_cli_await     (GAsyncResult **result);
gboolean      lobe_cli_parse     (int           *argc,
                                  char        ***argv,
                                  const char    *arguments,
                                  const char    *summary,
                                  GOptionEntry  *entries,
                                  int           *status);
LobeCore     *lobe_cli_open      (GError       **error);
void          lobe_cli_close     (LobeCore      *core);
int           lobe_cli_fail      (const GError  *error);
void          lobe_cli_print     (JsonBuilder   *builder);

G_END_DECLS
