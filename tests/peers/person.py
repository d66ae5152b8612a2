# person.py: somebody who never ran Lobe Chat before, with a command line and a window
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import json
import os
import subprocess
import sys

from peer import TOP

sys.path.insert(0, os.path.join(TOP, 'tests', 'tools'))
from window import Window  # noqa: E402

LOBE_CHAT = os.path.join(TOP, os.environ.get('LOBE_BUILD', 'build'), 'src', 'cli', 'lobe-chat')
QUESTION = 'Say something.'

# exit statuses, as src/base/lobe-error.c has them
STATUS = {'unreachable': 10, 'timed-out': 11, 'tls': 12, 'proxy': 13, 'authentication': 20, 'forbidden': 21, 'not-found': 22,
          'model-not-found': 23, 'context-overflow': 24, 'rate-limited': 25, 'overloaded': 26, 'loading': 27, 'bad-request': 28,
          'content-filter': 29, 'quota': 35, 'server': 30, 'unsupported': 33, 'protocol': 31, 'interrupted': 32, 'invalid': 34, 'keyring': 42, 'usage': 2}


class Person:
    def __init__(self, folder, env=None):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.env = {k: v for k, v in os.environ.items() if k not in (
            'OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OLLAMA_BASE_URL', 'OLLAMA_HOST', 'LOBE_DEFAULT_MODEL', 'LOBE_ENGINE',
            'LOBE_MODELS_PATH') and 'proxy' not in k.lower()}
        self.env.update(HOME=folder, XDG_DATA_HOME=f'{folder}/data', XDG_CONFIG_HOME=f'{folder}/config',
                        XDG_CACHE_HOME=f'{folder}/cache', XDG_STATE_HOME=f'{folder}/state', GSETTINGS_BACKEND='memory',
                        **(env or {}))

    def run(self, *args, status=0, words='', limit=120):
        """What a command says: on standard output where status is 0, else on both. status is a number or a name of STATUS."""
        done = subprocess.run([LOBE_CHAT, *args], env=self.env, input=words, capture_output=True, text=True, timeout=limit)
        wanted = STATUS.get(status, status)
        assert done.returncode == wanted, \
            f'{" ".join(args)}: exit status {done.returncode}, not {wanted}\n{done.stdout}{done.stderr}'
        for secret in self.secrets():
            assert secret not in done.stdout + done.stderr, f'{" ".join(args)}: a secret was said'
        return done.stdout if wanted == 0 else done.stdout + done.stderr

    def secrets(self):
        """Words that no output may have."""
        return [value for name, value in self.env.items() if name.startswith('TEST_KEY')]

    @contextlib.contextmanager
    def started(self, *args):
        """A command that runs on beside us, until the end of the block at most."""
        process = subprocess.Popen([LOBE_CHAT, *args], env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def ask_json(self, *args, status=0):
        """The events of an answer."""
        wanted = STATUS.get(status, status)
        said = self.run('ask', '--json', *args, status=status)
        events = [json.loads(line) for line in said.splitlines() if line.startswith('{')]
        assert events and events[-1]['event'] == 'end', f'no end: {events[-3:]}'
        if wanted != 0:
            assert events[-1].get('message'), f'no error message: {events[-1]}'
        return events

    def window(self):
        unset = [f'--unset={name}' for name in os.environ if name not in self.env]  # Window adds to what there is
        return Window(['env', *unset, LOBE_CHAT], self.env)
