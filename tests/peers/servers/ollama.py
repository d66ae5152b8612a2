# ollama.py: Ollama with the tiny model of random words
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import subprocess

from peer import GGUF, Peer


class Ollama(Peer):
    PROGRAM = 'OLLAMA_PEER'
    WHY_NOT = 'Ollama is not in the cache: check --long or tests/peers/setup ollama builds it'
    HEALTH = '/api/version'
    # the app names its own limit of tokens, and this is slow: end at a word that the seed’s words have as number 52
    TINY = 'PARAMETER seed 3\nPARAMETER stop version\nPARAMETER num_thread 1\n'

    def __init__(self, folder, models=None):
        super().__init__(folder)
        self.models = models or {'tiny': ''}  # name: more lines for its Modelfile

    def argv(self):
        return [self.program(), 'serve']

    def env(self):
        return {'OLLAMA_HOST': f'127.0.0.1:{self.port}', 'OLLAMA_MODELS': f'{self.folder}/ollama', 'HOME': self.folder}

    def prepare(self):
        for name, lines in self.models.items():
            with open(f'{self.folder}/Modelfile', 'w') as f:
                f.write(f'FROM {GGUF}\n{self.TINY}{lines}')
            subprocess.run([self.program(), 'create', name, '-f', f'{self.folder}/Modelfile'], env={**os.environ, **self.env()},
                           check=True, stdin=subprocess.DEVNULL, capture_output=True)
