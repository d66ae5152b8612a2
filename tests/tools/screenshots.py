#!/usr/bin/env python3
# screenshots.py PROGRAM FOLDER: takes the pictures of the README and the metainfo anew, window only; the model is a parrot.
# Run it as: build-aux/within env LOBE_HEADLESS=new LOBE_SCREEN=1200x800 build-aux/headless tests/tools/screenshots.py …
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
from parrot import Parrot  # noqa: E402
from window import BUTTON, LIST, TEXT_BOX, Window, wait, walk  # noqa: E402

QUESTION = 'My chat view stutters while an answer streams in. What should I change? Show the C.'
ANSWERS = {
    QUESTION: '''Two things cost you frames: **parsing the whole answer on every token**, and resizing rows above the \
viewport. Keep tokens in a buffer and flush it once per frame.

```c
static gboolean
flush_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  LobeRow *self = LOBE_ROW (widget);

  lobe_row_append (self, self->pending->str);
  g_string_truncate (self->pending, 0);

  return G_SOURCE_CONTINUE;
}
```

| Approach | Frame | Long chat |
| --- | ---: | ---: |
| Every token | 38.0 ms | 210 MB |
| Every frame, last block | 1.6 ms | 61 MB |

- Let the row above the tail be **final**
- 中文也一样：几乎每两个字之间都可以换行
''',
    '周末去苏州的两日行程': '''好的，这份行程每天只安排**一座园林加一顿好饭**，步行都不超过一公里。

| | 上午 | 下午 | 晚上 |
| --- | --- | --- | --- |
| **周六** | 拙政园 | 平江路喝茶听评弹 | 得月楼 · 松鼠鳜鱼 |
| **周日** | 沧浪亭 | 苏州博物馆（需预约） | 返程 |

住在**平江路**附近最方便，地铁 1 号线相门站步行十分钟：

1. 先在网上预约 *苏州博物馆*
2. 早上 `7:30` 到拙政园，人最少
3. 下午再去平江路
''',
}


def answer(request):
    yield ANSWERS.get(request['messages'][-1]['content'], 'With pleasure.')


def take(folder, name):
    # the root window is as large as the window, whose edge is a frame where nobody composes; 256 colours are enough
    picture = subprocess.run(['import', '-window', 'root', 'png:-'], check=True, capture_output=True).stdout
    subprocess.run(['convert', 'png:-', '-shave', '5x5', '+repage', '-strip', '+dither', '-colors', '256',
                    '-define', 'png:compression-level=9', f'png8:{folder / name}.png'], check=True, input=picture)


def ask(window, *questions):
    for question in questions:
        subprocess.run(['xdotool', 'key', 'ctrl+n'], check=True)
        window.ask(question)


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    server = Parrot(answer, models=('Qwen3-8B', 'gemma-3-12b', 'gpt-oss-120b'))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix='lobe-screenshots-') as scratch:
        scratch = pathlib.Path(scratch)
        environment = {
            'XDG_DATA_HOME': str(scratch / 'data'), 'XDG_CONFIG_HOME': str(scratch / 'config'), 'GSETTINGS_BACKEND': 'keyfile',
            'LC_ALL': 'C.UTF-8', 'OPENAI_API_KEY': '', 'OPENAI_BASE_URL': server.url, 'LOBE_DEFAULT_MODEL': 'Qwen3-8B',
            'LOBE_MODELS_PATH': '', 'OLLAMA_HOST': '', 'OLLAMA_BASE_URL': '',
        }
        gtk = scratch / 'config' / 'gtk-4.0' / 'settings.ini'
        gtk.parent.mkdir(parents=True)
        gtk.write_text('[Settings]\ngtk-font-name=Adwaita Sans 11\n')

        def settings(**values):
            path = scratch / 'config' / 'glib-2.0' / 'settings' / 'keyfile'
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text('\n'.join(['[org/lobe/Chat]', *(f'{k.replace("_", "-")}={v}' for k, v in values.items()), '']))

        def chats(window):
            node = window.look(LIST, 'Chats')
            return [n.get_name() for n in walk(node) if n.get_role_name() == 'list item'] if node else []

        if os.environ['LOBE_SCREEN'].startswith('360'):
            settings(window_size='(360, 720)', style="'light'", set_up='true')
            with Window([program], environment) as window:
                window.find(TEXT_BOX, 'Message')
                window.write('Message', QUESTION)
                window.press('Send')
                window.find(BUTTON, 'Copy')
                window.find(BUTTON, 'Regenerate')
                take(folder, 'narrow')
            return
        first = {**environment, 'OPENAI_BASE_URL': '', 'LOBE_DEFAULT_MODEL': '', 'LOBE_ENGINE': '/bin/true', 'XDG_DATA_HOME': str(scratch / 'first')}
        settings(window_size='(1200, 800)', style="'light'")
        with Window([program], first) as window:
            wait('the offer', lambda: window.says('Get the Built-in Model'))
            take(folder, 'first-run')
        with Window([program], environment) as window:
            window.find(TEXT_BOX, 'Message')
            ask(window, 'Photos on a NAS, safely', 'Packing list for Lofoten', '给房东的退租邮件', 'Explain RoPE scaling',
                'Sourdough at 72 % hydration', '用 Rust 解析 OPML', 'Why is my btrfs scrub slow?', QUESTION)
            take(folder, 'main-light')
            subprocess.run(['xdotool', 'key', 'ctrl+m'], check=True)
            window.find(TEXT_BOX, 'Search Models')
            take(folder, 'model-switcher')
            subprocess.run(['xdotool', 'key', 'Escape'], check=True)
            wait('the switcher to close', lambda: window.look(TEXT_BOX, 'Search Models') is None)
            subprocess.run(['xdotool', 'key', 'ctrl+n'], check=True)
            wait('the greeting', lambda: window.says('Where shall we start?'))
            take(folder, 'new-chat')
        settings(window_size='(1200, 800)', style="'dark'", set_up='true')
        with Window([program], environment) as window:
            wait('the chats', lambda: chats(window))
            ask(window, '周末去苏州的两日行程')
            take(folder, 'main-dark')


main()
