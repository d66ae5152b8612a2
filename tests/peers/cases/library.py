# library.py: models got, looked into and deleted: by Ollama itself, and a GGUF by its address from nginx, killed and resumed
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import hashlib
import json
import os
import time
import types

from peer import GGUF
from person import QUESTION, Person
from servers.llama_server import LlamaServer
from servers.nginx import Nginx
from servers.ollama import Ollama

SIZE = os.path.getsize(GGUF)


class Offline(Ollama):
    """Reaches nothing outside."""
    def env(self):
        return {**super().env(), 'HTTPS_PROXY': 'http://127.0.0.1:9', 'NO_PROXY': '127.0.0.1', 'no_proxy': '127.0.0.1'}


@contextlib.contextmanager
def ollama_library(folder):
    with Offline(folder, models={'tiny': '', 'other': ''}) as peer:
        yield types.SimpleNamespace(peer=peer, person=Person(f'{folder}/person', {'OLLAMA_BASE_URL': peer.url}))


def plain_model(at):
    """It has no chat template: the answer comes by /api/generate."""
    assert at.person.run('ask', '--model', 'tiny', QUESTION).strip(), 'an empty answer'
    with open(at.peer.log, errors='replace') as log:
        assert '"/api/generate"' in log.read(), 'it was asked by /api/chat'


def pull_offline(at):
    at.person.run('models', 'get', '--server', 'Ollama', 'no-such-model-xyz', status='unreachable', limit=300)


def remove(at):
    assert 'other' in at.person.run('models')
    at.person.run('models', 'remove', 'other')
    assert 'other' not in at.person.run('models')
    at.person.run('models', 'remove', '--server', 'Ollama', 'other', status='model-not-found')


@contextlib.contextmanager
def gguf_by_address(folder):
    os.mkdir(f'{folder}/files')
    os.symlink(GGUF, f'{folder}/files/Tiny-1B.gguf')
    with open(f'{folder}/files/page.gguf', 'w') as f:
        f.write('<html>Sign in</html>')
    with Nginx(folder, files=f'{folder}/files', rate='800k') as nginx:
        yield types.SimpleNamespace(nginx=nginx, person=Person(f'{folder}/person', {'LOBE_ENGINE': LlamaServer.program()}))


def killed_and_resumed(at):
    address = f'{at.nginx.url}/slow/Tiny-1B.gguf'
    part = f'{at.person.folder}/data/lobe-chat/models/Tiny-1B.gguf.part'
    with at.person.started('models', 'get', address) as process:
        while not os.path.exists(part) or os.path.getsize(part) < SIZE / 8:
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        process.kill()
        process.wait()
    left = json.loads(at.person.run('models', 'downloads', '--json'))
    assert left['address'] == address and left['size'] == SIZE and SIZE / 8 <= left['received'] < SIZE, left
    with open(GGUF, 'rb') as f:
        digits = hashlib.sha256(f.read()).hexdigest()
    assert at.person.run('models', 'get', address).split()[0] == digits
    assert [r.split()[-1] for r in at.nginx.requests() if '/slow/' in r] == ['200', '206'], at.nginx.requests()
    assert at.person.run('ask', '--model', 'Tiny 1B', QUESTION).strip(), 'the model that came does not answer'
    at.person.run('models', 'remove', 'Tiny 1B')
    assert not os.path.exists(part.removesuffix('.part'))


def nothing_there(at):
    at.person.run('models', 'get', f'{at.nginx.url}/nothing/m.gguf', status='not-found')
    at.person.run('models', 'get', f'{at.nginx.url}/files/page.gguf', status='invalid')
    assert at.person.run('models', 'downloads') == ''


GROUPS = [
    (ollama_library, [Ollama], [plain_model, pull_offline, remove]),
    (gguf_by_address, [LlamaServer, Nginx], [killed_and_resumed, nothing_there]),
]
