/* lobe-remedy.h: what can be done about an error */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LobeRemedyTarget:
 * @LOBE_REMEDY_PLAIN: the action takes nothing
 * @LOBE_REMEDY_MESSAGE: it takes the id of the message that failed
 * @LOBE_REMEDY_SERVER: it takes the id of the server that was asked
 *
 * What an action is done with.
 */
typedef enum
{
  LOBE_REMEDY_PLAIN,
  LOBE_REMEDY_MESSAGE,
  LOBE_REMEDY_SERVER,
} LobeRemedyTarget;

/**
 * LobeRemedyButton:
 * @label: (nullable): untranslated, with a mnemonic; %NULL for no button
 * @action: what pressing it does
 * @target: with what
 */
typedef struct
{
  const char       *label;
  const char       *action;
  LobeRemedyTarget  target;
} LobeRemedyButton;

/**
 * LobeRemedy:
 * @code: a code of %LOBE_ERROR
 * @title: untranslated: what happened, in a line
 * @advice: untranslated: what to do
 * @buttons: that do it, the most useful one last
 */
typedef struct
{
  int              code;
  const char      *title;
  const char      *advice;
  LobeRemedyButton buttons[2];
} LobeRemedy;

const LobeRemedy *lobe_remedy_get (int code);

G_END_DECLS
