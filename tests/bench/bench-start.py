#!/usr/bin/env python3
# bench-start.py: start to mapped window, with 1,000 chats stored, against an empty Adwaita window, in CPU time
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import pathlib
import sqlite3
import statistics
import subprocess
import tempfile
import time

ROUNDS = 25
HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
WINDOW = ROOT / 'src' / 'app' / 'lobe-chat-window'
COMMAND = ROOT / 'src' / 'cli' / 'lobe-chat'


def cpu(command, environment):
    """Seconds of CPU, the kernel's for it included, that the program says it took until its window was drawn."""
    run = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return int(run.stdout) / 1e6


def main():
    with tempfile.TemporaryDirectory(prefix='lobe-bench-') as folder:
        environment = dict(os.environ, XDG_DATA_HOME=folder, XDG_CONFIG_HOME=folder, LOBE_TEST_QUIT='first-frame',
                           GSETTINGS_BACKEND='keyfile', OPENAI_BASE_URL='http://127.0.0.1:9/v1', LOBE_DEFAULT_MODEL='parrot')
        # whoever has chats was here before, and sees their place in the first frame
        settings = pathlib.Path(folder) / 'glib-2.0' / 'settings' / 'keyfile'
        settings.parent.mkdir(parents=True)
        settings.write_text('[org/lobe/Chat]\nset-up=true\n')
        subprocess.run([COMMAND, 'chats'], env=environment, check=True)
        now = time.time_ns() // 1000
        with sqlite3.connect(pathlib.Path(folder) / 'lobe-chat' / 'chats.db') as database:
            database.executemany(
                'INSERT INTO chat (id, title, title_source, created, updated) VALUES (?, ?, 0, ?, ?)',
                [(f'chat-{i:04}', f'Chat number {i} about something', now - i * 3600_000_000, now - i * 3600_000_000)
                 for i in range(1000)])
        cpu([WINDOW], environment)
        cpu([HERE / 'empty-window'], environment)
        ours, empty = [], []
        for _ in range(ROUNDS):
            ours.append(cpu([WINDOW], environment))
            empty.append(cpu([HERE / 'empty-window'], environment))
    value, baseline = statistics.median(ours), statistics.median(empty)
    ratio = value / baseline
    print(json.dumps({'figure': 'start to mapped window, 1,000 chats', 'value': round(value * 1000, 1), 'unit': 'ms CPU',
                      'baseline': round(baseline * 1000, 1), 'ratio': round(ratio, 3), 'goal': 1.3, 'ok': ratio <= 1.3}))


main()
