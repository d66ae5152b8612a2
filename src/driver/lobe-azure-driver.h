/* lobe-azure-driver.h: Azure OpenAI, by deployment and dated version, or by its v1 */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-driver.h"

G_BEGIN_DECLS

#define LOBE_TYPE_AZURE_DRIVER (lobe_azure_driver_get_type ())

G_DECLARE_FINAL_TYPE (LobeAzureDriver, lobe_azure_driver, LOBE, AZURE_DRIVER, GObject)

LobeDriver *lobe_azure_driver_new (void);

G_END_DECLS
