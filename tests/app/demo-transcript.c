/* demo-transcript.c: shows a conversation as the look does, for pictures; demo-transcript [dark] [narrow] [top] [zh] [stream] [errors] [all-errors] [gallery] */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-transcript.h"
#include "base/lobe-error.h"

#include <adwaita.h>
#include <string.h>

static const char *english =
  "Two things cost you frames: **parsing the whole answer on every token**, and resizing rows above the viewport. Keep tokens in a buffer "
  "and flush it once per frame; re-render only the last block.\n\n"
  "```c\nstatic gboolean\nflush_cb (GtkWidget     *widget,\n          GdkFrameClock *clock,\n          gpointer       data)\n{\n"
  "  LobeRow *self = LOBE_ROW (widget);\n\n  lobe_row_append (self, self->pending->str);\n  g_string_truncate (self->pending, 0);\n\n"
  "  return G_SOURCE_CONTINUE;\n}\n```\n\n"
  "| Approach | Frame | Long chat |\n|---|---|---|\n| Every token | 38.0 ms | 210 MB |\n| Every frame | 4.1 ms | 96 MB |\n"
  "| Every frame, last block | 1.6 ms | 61 MB |\n";

static const char *chinese =
  "好的，这份行程每天只安排**一座园林加一顿好饭**，步行都不超过一公里。周末拙政园上午九点后排队较长，建议七点半开园时入园。\n\n"
  "| | 上午 | 下午 | 晚上 |\n|---|---|---|---|\n| **周六** | 拙政园 | 平江路喝茶听评弹 | 得月楼 · 松鼠鳜鱼 |\n"
  "| **周日** | 沧浪亭 | 苏州博物馆（需预约） | 返程 |\n\n住在**平江路**附近最方便，地铁 1 号线相门站步行十分钟。要不要我把预约链接和天气也查一下？\n";

static const char *gallery =
  "# A heading\n\nText with *emphasis*, **strong**, ~~struck~~, `code`, a [link](https://www.gtk.org/) and <https://example.org/>.\n\n"
  "## A smaller one\n\n- First item with enough text in it that it has to wrap when the window is narrow, as it does here, does it not\n- Second\n"
  "  1. Nested one\n  2. Nested two\n     - Deeper `still`\n- Third\n\n1. One\n2. Two\n10. Ten\n\n- [ ] To do\n- [x] Done\n\n"
  "> A quote\n>\n> of two paragraphs\n>\n> - and a list\n\n---\n\n### Code in a list\n\n1. Do this:\n\n   ```sh\n   meson setup build && ninja -C build # with a long line that will not fit in a narrow window at all\n   ```\n\n"
  "2. Then that.\n\nمرحبا بالعالم، هذه فقرة باللغة العربية مع `code` في وسطها.\n\n- عنصر\n- عنصر آخر\n\n<div>raw html</div>\n\n    indented code\n";

static LobeMessage *
say (LobeConversation *conversation,
     LobeRole          role,
     const char       *text)
{
  static int n;
  g_autofree char *id = g_strdup_printf ("m%d", n++);
  LobeMessage *leaf = lobe_conversation_get_leaf (conversation);
  g_autoptr(LobeMessage) message = lobe_message_new (id, leaf ? lobe_message_get_id (leaf) : NULL, role, g_get_real_time ());

  if (role == LOBE_ROLE_ASSISTANT)
    lobe_message_set_origin (message, "Ollama", "Qwen3 8B");
  if (text)
    lobe_message_append (message, LOBE_PART_TEXT, text, -1);
  lobe_conversation_add (conversation, message);

  return message;
}

static LobeMessage *
answer (LobeConversation *conversation,
        const char       *thought,
        const char       *text,
        double            speed)
{
  LobeUsage usage = LOBE_USAGE_UNKNOWN;
  LobeMessage *message = say (conversation, LOBE_ROLE_ASSISTANT, NULL);

  if (thought)
    {
      lobe_message_append (message, LOBE_PART_REASONING, thought, -1);
      lobe_message_set_think_time (message, 8 * G_USEC_PER_SEC);
    }
  lobe_message_append (message, LOBE_PART_TEXT, text, -1);
  usage.tokens_per_second = speed;
  lobe_message_set_usage (message, &usage);

  return message;
}

static GStrv arguments;

static gboolean
has (const char *word)
{
  return g_strv_contains ((const char *const *) arguments, word);
}

typedef struct
{
  LobeMessage *message;
  const char  *rest;
} Stream;

static gboolean
stream_cb (gpointer data)
{
  Stream *stream = data;
  gsize n = strlen (stream->rest) < 5 ? strlen (stream->rest) : 5;

  while (stream->rest[n] && ((guchar) stream->rest[n] & 0xc0) == 0x80)
    n++;
  lobe_message_append (stream->message, LOBE_PART_TEXT, stream->rest, n);
  stream->rest += n;
  if (*stream->rest)
    return G_SOURCE_CONTINUE;
  if (has ("end"))
    lobe_message_set_state (stream->message, LOBE_MESSAGE_DONE);

  return G_SOURCE_REMOVE;
}

static LobeConversation *
make_conversation (Stream *stream)
{
  LobeConversation *conversation = lobe_conversation_new ("demo", NULL);

  if (has ("gallery"))
    {
      say (conversation, LOBE_ROLE_USER, "Show me everything you can write.");
      answer (conversation, NULL, gallery, 41);
      return conversation;
    }

  if (has ("all-errors"))
    {
      for (int code = LOBE_ERROR_FAILED; code <= LOBE_ERROR_KEYRING; code++)
        {
          LobeMessage *message = say (conversation, LOBE_ROLE_ASSISTANT, NULL);

          lobe_message_set_error (message, code, "The server's own words stand here, whatever they are");
          lobe_message_set_state (message, LOBE_MESSAGE_FAILED);
        }
      return conversation;
    }

  if (has ("errors"))
    {
      LobeMessage *message;

      say (conversation, LOBE_ROLE_USER, "And what changed since last week?");
      message = say (conversation, LOBE_ROLE_ASSISTANT, NULL);
      lobe_message_set_error (message, LOBE_ERROR_UNREACHABLE, "Nothing answers at localhost:11434");
      lobe_message_set_state (message, LOBE_MESSAGE_FAILED);
      say (conversation, LOBE_ROLE_USER, "Once more?");
      message = say (conversation, LOBE_ROLE_ASSISTANT, "Last week there were");
      lobe_message_set_state (message, LOBE_MESSAGE_INTERRUPTED);
      say (conversation, LOBE_ROLE_USER, "Go on");
      message = say (conversation, LOBE_ROLE_ASSISTANT, NULL);
      lobe_message_append (message, LOBE_PART_REASONING, "Hm, let me think about this.", -1);
      lobe_message_set_state (message, LOBE_MESSAGE_STREAMING);
      return conversation;
    }

  if (has ("zh"))
    {
      say (conversation, LOBE_ROLE_USER, "周末想带爸妈去苏州，两天一夜，不要太赶。他们喜欢园林，也爱吃。");
      answer (conversation, "两位长辈同行，节奏要慢；园林选一大一小。周末拙政园人多，早上开门就到，下午去人少的沧浪亭。", chinese, 38);
      say (conversation, LOBE_ROLE_USER, "好，顺便看看天气 ☔️");
    }
  else
    {
      LobeMessage *first = say (conversation, LOBE_ROLE_USER, "My chat view stutters while an answer streams in. What should I change? Show the C.");
      g_autoptr(LobePart) file = lobe_part_new_attachment (LOBE_PART_FILE, "row.c", "text/x-c", "00", "/tmp/row.c", 12000);
      g_autoptr(LobePart) image = lobe_part_new_attachment (LOBE_PART_IMAGE, "stutter.png", "image/png", "01", "/tmp/stutter.png", 340000);
      g_autoptr(LobeMessage) other = lobe_message_new ("other", lobe_message_get_id (first), LOBE_ROLE_ASSISTANT, 0);

      if (has ("files"))
        {
          lobe_message_add_part (first, file);
          lobe_message_add_part (first, image);
        }
      lobe_conversation_add (conversation, other);
      lobe_conversation_select (conversation, first);
      lobe_conversation_add (conversation, ({ LobeMessage *m = lobe_message_new ("again", lobe_message_get_id (first), LOBE_ROLE_ASSISTANT, g_get_real_time ());
                                              LobeUsage u = LOBE_USAGE_UNKNOWN;
                                              u.tokens_per_second = 41;
                                              lobe_message_set_origin (m, "Ollama", "Qwen3 8B");
                                              lobe_message_append (m, LOBE_PART_REASONING, "They ask for C. Say why first, *then* show it:\n\n- parsing\n- rows", -1);
                                              lobe_message_set_think_time (m, 8 * G_USEC_PER_SEC);
                                              lobe_message_append (m, LOBE_PART_TEXT, english, -1);
                                              lobe_message_set_usage (m, &u);
                                              m; }));
      say (conversation, LOBE_ROLE_USER, "Does that hold for Chinese text too?");
    }

  if (has ("stream"))
    {
      LobeMessage *message = say (conversation, LOBE_ROLE_ASSISTANT, "");

      lobe_message_set_state (message, LOBE_MESSAGE_STREAMING);
      *stream = (Stream) { message, has ("zh") ? "周六多云，**18–24 °C**，适合逛园林；周日午后有小雨，正好待在博物馆里" :
                           "Yes. Pango shapes CJK in longer runs, so `flush_cb` helps even more: line breaks can fall between almost any two characters, and each token may re-wrap" };
      g_timeout_add (10, stream_cb, stream);
    }
  if (has ("waiting"))
    lobe_message_set_state (say (conversation, LOBE_ROLE_ASSISTANT, NULL), LOBE_MESSAGE_STREAMING);

  return conversation;
}

static gboolean
scroll_top_cb (gpointer data)
{
  GtkWidget *scroller = gtk_widget_get_first_child (gtk_widget_get_first_child (data));

  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller)), 0);

  return G_SOURCE_REMOVE;
}

static void
turn_dark_cb (gpointer data)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
}

int
main (int    argc,
      char **argv)
{
  GtkWidget *window, *transcript, *view, *header;
  g_autoptr(LobeConversation) conversation = NULL;
  GSimpleActionGroup *actions;
  Stream stream;

  arguments = argv;
  adw_init ();
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), has ("dark") ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);

  window = adw_window_new ();
  if (has ("narrow"))
    {
      gtk_window_set_default_size (GTK_WINDOW (window), 360, 720);
      gtk_widget_add_css_class (window, "narrow");
    }
  else
    {
      gtk_window_set_default_size (GTK_WINDOW (window), 900, 800);
    }

  actions = g_simple_action_group_new ();
  for (const char *const *name = (const char *const[]) { "copy-message", "regenerate", "continue", "retry", "compare", "edit-server", NULL }; *name; name++)
    g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (g_simple_action_new (*name, G_VARIANT_TYPE ("s"))));
  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (g_simple_action_new ("sibling", G_VARIANT_TYPE ("(si)"))));
  for (const char *const *name = (const char *const[]) { "choose-model", "models", "context", "new-chat", NULL }; *name; name++)
    g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (g_simple_action_new (*name, NULL)));
  gtk_widget_insert_action_group (window, "win", G_ACTION_GROUP (actions));

  view = adw_toolbar_view_new ();
  header = adw_header_bar_new ();
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), header);
  transcript = lobe_transcript_new ();
  lobe_transcript_set_activity (LOBE_TRANSCRIPT (transcript), "Loading Qwen3 8B…");
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), transcript);
  adw_window_set_content (ADW_WINDOW (window), view);

  conversation = make_conversation (&stream);
  lobe_transcript_set_conversation (LOBE_TRANSCRIPT (transcript), conversation);
  if (has ("open"))
    gtk_widget_activate_action (transcript, "transcript.toggle-thoughts", "s", "again");
  gtk_window_present (GTK_WINDOW (window));
  if (has ("turn-dark"))
    g_timeout_add_once (1500, turn_dark_cb, NULL);
  if (has ("top"))
    g_timeout_add (600, scroll_top_cb, transcript);

  while (g_list_model_get_n_items (gtk_window_get_toplevels ()) > 0)
    g_main_context_iteration (NULL, TRUE);

  return 0;
}
