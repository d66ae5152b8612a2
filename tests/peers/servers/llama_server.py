# llama_server.py: llama.cpp's server with the tiny model of random words, with a model of one's own, or as a router
# SPDX-License-Identifier: GPL-3.0-or-later
import os

from peer import GGUF, Peer


class LlamaServer(Peer):
    PROGRAM = 'LOBE_ENGINE'
    HEALTH = '/health'

    def __init__(self, folder, *, model=GGUF, alias='tiny', key=None, context=1024, slots=1, options=()):
        super().__init__(folder)
        self.model, self.alias, self.key, self.context, self.slots, self.options = model, alias, key, context, slots, options

    def argv(self):
        return [self.program(), '-m', self.model, '--alias', self.alias, '--host', '127.0.0.1', '--port', str(self.port), '--no-ui',
                '--offline', '-c', str(self.context), '-np', str(self.slots), '-t', '1', *self.options]

    def env(self):
        return {'OMP_WAIT_POLICY': 'passive', **({'LLAMA_API_KEY': self.key} if self.key else {})}


class LlamaRouter(Peer):
    """It starts a server of its own for each model that it is asked for: models are names of links to the tiny one."""
    PROGRAM = 'LOBE_ENGINE'
    HEALTH = '/health'

    def __init__(self, folder, models=('first', 'second')):
        super().__init__(folder)
        self.models = f'{folder}/models'
        os.makedirs(self.models, exist_ok=True)
        for name in models:
            os.symlink(GGUF, f'{self.models}/{name}.gguf')

    def argv(self):
        return [self.program(), '--models-dir', self.models, '--models-max', '2', '--host', '127.0.0.1', '--port', str(self.port),
                '--no-ui', '--offline', '-c', '1024', '-np', '1', '-t', '1']

    def env(self):
        return {'OMP_WAIT_POLICY': 'passive', 'HOME': self.folder, 'LLAMA_CACHE': f'{self.folder}/cache'}
