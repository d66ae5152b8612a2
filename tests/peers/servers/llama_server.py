# llama_server.py: llama.cpp's server with the tiny model of random words, with a model of one's own, or as a router
# SPDX-License-Identifier: GPL-3.0-or-later
import glob
import json
import os

from peer import DIRECT, GGUF, Peer


class LlamaServer(Peer):
    """The tiny model would end an answer at any word, the first too; here it goes on until its window is full."""
    PROGRAM = 'LOBE_ENGINE'
    WHY_NOT = 'llama-server could not be had'
    HEALTH = '/health'

    def __init__(self, folder, *, model=GGUF, alias='tiny', key=None, context=512, slots=1, options=('--ignore-eos',)):
        super().__init__(folder)
        self.model, self.alias, self.key, self.context, self.slots, self.options = model, alias, key, context, slots, options

    def argv(self):
        return [self.program(), '-m', self.model, '--alias', self.alias, '--host', '127.0.0.1', '--port', str(self.port), '--no-ui',
                '--offline', '-c', str(self.context), '-np', str(self.slots), '-t', '1', *self.options]

    def env(self):
        return {'OMP_WAIT_POLICY': 'passive', **({'LLAMA_API_KEY': self.key} if self.key else {})}

    def busy(self):
        """How many answers it is writing; 0 too when it is not there."""
        try:
            with DIRECT.open(f'{self.url}/slots', timeout=5) as reply:
                return sum(slot['is_processing'] for slot in json.load(reply))
        except OSError:
            return 0


class SlowLlamaServer(LlamaServer):
    """The real small model, with one thread: where nothing else runs some 60 words a second, and a second for a
    hundred words of a question."""
    MODEL = 'LOBE_MODELS_PATH'

    def __init__(self, folder, **options):
        super().__init__(folder, model=self._model(), alias='small', context=3072, slots=2, options=['-b', '32', '-ub', '32'],
                         **options)

    @classmethod
    def _model(cls):
        folders = [f for f in os.environ.get(cls.MODEL, '').split(':') if f]
        return next(iter(sorted(glob.glob(f'{folders[-1]}/*.gguf')) if folders else []), None)

    @classmethod
    def why_not(cls):
        return super().why_not() or ('' if cls._model() else 'the small chat model could not be had')


class LlamaRouter(Peer):
    """It starts a server of its own for each model that it is asked for: models are names of links to the tiny one."""
    PROGRAM = 'LOBE_ENGINE'
    WHY_NOT = LlamaServer.WHY_NOT
    HEALTH = '/health'

    def __init__(self, folder, models=('first', 'second')):
        super().__init__(folder)
        self.models = f'{folder}/models'
        os.makedirs(self.models, exist_ok=True)
        for name in models:
            os.symlink(GGUF, f'{self.models}/{name}.gguf')

    def argv(self):
        return [self.program(), '--models-dir', self.models, '--models-max', '2', '--host', '127.0.0.1', '--port', str(self.port),
                '--no-ui', '--offline', '-c', '512', '-np', '1', '-t', '1', '--ignore-eos']

    def env(self):
        return {'OMP_WAIT_POLICY': 'passive', 'HOME': self.folder, 'LLAMA_CACHE': f'{self.folder}/cache'}
