/* lobe-llama-server-driver.h: llama.cpp's server, with one model or as a router of several */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-driver.h"

G_BEGIN_DECLS

#define LOBE_TYPE_LLAMA_SERVER_DRIVER (lobe_llama_server_driver_get_type ())

G_DECLARE_FINAL_TYPE (LobeLlamaServerDriver, lobe_llama_server_driver, LOBE, LLAMA_SERVER_DRIVER, GObject)

LobeDriver *lobe_llama_server_driver_new (void);

G_END_DECLS
