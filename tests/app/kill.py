#!/usr/bin/env python3
# kill.py WINDOW [TIMES]: kill the window with SIGKILL at random moments while an answer streams, TIMES times. Afterwards a
# stock sqlite3 must find the database sound, and every answer at least as long as the window last said it had stored.
# SPDX-License-Identifier: GPL-3.0-or-later
import itertools
import os
import pathlib
import random
import select
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'tools'))
from parrot import Parrot  # noqa: E402

WORDS = 'the quick brown fox 跳过 **lazy** dogs and `goes` on\n\nto another paragraph '.split(' ')


def babble(request):
    # about 300 tokens a second, until the connection breaks
    for i in itertools.count():
        yield WORDS[i % len(WORDS)] + ' '
        time.sleep(1 / 300)


def ask(app_id, text):
    """Has the window ask in a new chat, by its action on the session bus, as soon as it is there."""
    path = '/' + app_id.replace('.', '/')
    subprocess.run(['gdbus', 'wait', '--session', '--timeout', '60', app_id], check=True)
    subprocess.run(['gdbus', 'call', '--session', '--dest', app_id, '--object-path', path, '--method',
                    'org.gtk.Actions.Activate', 'ask', f"[<'{text}'>]", '{}'], check=True, stdout=subprocess.DEVNULL)


def run_and_kill(window, data, server, rng):
    """One run: {message: stored length}, [(message, lag in µs)], or None when nothing was streaming at the kill."""
    read, write = os.pipe()
    environment = dict(os.environ, XDG_DATA_HOME=str(data), LOBE_TEST_PIPE=str(write), OPENAI_BASE_URL=server.url,
                       LOBE_DEFAULT_MODEL='parrot', OPENAI_API_KEY='')
    for name in ('OLLAMA_HOST', 'OLLAMA_BASE_URL', 'LOBE_ENGINE', 'LOBE_MODELS_PATH'):
        environment.pop(name, None)
    server.streaming.clear()
    process = subprocess.Popen([window], env=environment, pass_fds=[write])
    os.close(write)
    try:
        ask('org.lobe.Chat', 'Babble')
        if not server.streaming.wait(60):
            raise SystemExit('not ok 1 - the window never asked')
        time.sleep(rng.uniform(0, 1.5))
        streaming = server.streaming.is_set()
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    reports = b''
    while select.select([read], [], [], 0)[0]:
        piece = os.read(read, 65536)
        if not piece:
            break
        reports += piece
    os.close(read)
    lengths, lags = {}, []
    for line in reports.decode().splitlines(keepends=True):
        if line.endswith('\n'):
            message, length, lag = line.split()
            lengths[message] = max(int(length), lengths.get(message, 0))
            lags.append((message, int(lag)))
    return (lengths, lags) if streaming else None


def main():
    window = sys.argv[1]
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 100 if os.environ.get('LOBE_LONG') else 8
    seed = int(os.environ.get('LOBE_SEED', random.randrange(1 << 32)))
    rng = random.Random(seed)
    print('1..1', flush=True)
    print(f'# seed {seed}, {times} kills', flush=True)
    server = Parrot(babble)
    failures, lags, counted, stored = [], [], 0, {}
    with tempfile.TemporaryDirectory(prefix='lobe-kill-') as folder:
        data = pathlib.Path(folder)
        database = data / 'lobe-chat' / 'chats.db'
        while counted < times:
            run = run_and_kill(window, data, server, rng)
            if run is None:
                continue
            counted += 1
            stored.update(run[0])
            lags += run[1]
            check = subprocess.run(['sqlite3', database, 'PRAGMA integrity_check'], capture_output=True, text=True)
            if check.stdout.strip() != 'ok':
                failures.append(f'kill {counted}: integrity_check says {check.stdout} {check.stderr}')
            with sqlite3.connect(f'file:{database}?mode=ro', uri=True) as connection:
                for message, length in stored.items():
                    row = connection.execute('SELECT length(CAST(text AS BLOB)) + length(CAST(reasoning AS BLOB)) '
                                             'FROM message_text WHERE message_id = ?', (message,)).fetchone()
                    if row is None or row[0] < length:
                        failures.append(f'kill {counted}: {message} had {length} bytes, {row and row[0]} are there')
            answers = {row[0] for row in connection.execute('SELECT message_id FROM message_text WHERE role = 2')}
    lags = [lag for message, lag in lags if message in answers]  # questions are stored whole and at once
    if not lags:
        failures.append('nothing was ever stored')
    else:
        median, worst = statistics.median(lags) / 1000, max(lags) / 1000
        print(f'# {len(lags)} commits of {len(answers)} answers, lag: median {median:.0f} ms, longest {worst:.0f} ms')
        if median > 250:
            failures.append(f'the median lag is {median:.0f} ms')
        if worst > 1000:
            failures.append(f'the longest lag is {worst:.0f} ms')
    for failure in failures:
        print('#', failure)
    print(f'{"not ok" if failures else "ok"} 1 - {counted} kills while text streamed, nothing lost')
    return bool(failures)


sys.exit(main())
