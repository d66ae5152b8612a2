/* lobe-ollama-driver.h: Ollama's own protocol */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-driver.h"

G_BEGIN_DECLS

#define LOBE_TYPE_OLLAMA_DRIVER (lobe_ollama_driver_get_type ())

G_DECLARE_FINAL_TYPE (LobeOllamaDriver, lobe_ollama_driver, LOBE, OLLAMA_DRIVER, GObject)

LobeDriver *lobe_ollama_driver_new (void);

G_END_DECLS
