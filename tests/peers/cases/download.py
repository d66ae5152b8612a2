# download.py: a GGUF comes from nginx, is killed half way, goes on by Range, and llama-server answers with it
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import glob
import hashlib
import json
import os
import types

from peer import GGUF
from person import QUESTION, Person
from servers.llama_server import LlamaServer
from servers.nginx import Nginx
from window import wait

SIZE = os.path.getsize(GGUF)


@contextlib.contextmanager
def download(folder):
    os.mkdir(f'{folder}/files')
    os.symlink(GGUF, f'{folder}/files/tiny.gguf')
    with open(GGUF, 'rb') as f:
        sum = hashlib.sha256(f.read()).hexdigest()
    with Nginx(folder, files=f'{folder}/files', rate='800k') as nginx:
        with open(f'{folder}/catalogue.json', 'w') as f:
            json.dump({'models': [{'name': 'Tiny', 'file-name': 'tiny.gguf', 'licence': 'GPL-3.0', 'size': SIZE, 'sha256': sum,
                                   'uri': f'{nginx.url}/slow/tiny.gguf', 'parameters': {'max-tokens': 100}}]}, f)
        yield types.SimpleNamespace(nginx=nginx, folder=folder)


def fresh(at, name):
    return Person(f'{at.folder}/{name}', {'LOBE_CATALOGUE': f'{at.folder}/catalogue.json', 'LOBE_ENGINE': LlamaServer.program()})


def half_here(person):
    """How much of the file is there, when it is some but not all."""
    here = sum(os.path.getsize(p) for p in glob.glob(f'{person.folder}/data/**/tiny.gguf.part', recursive=True))
    return here if SIZE / 8 < here < SIZE * 3 / 4 else 0


def downloads(at):
    return [r.split()[-1] for r in at.nginx.requests() if '/slow/' in r]


def app_killed(at):
    person = fresh(at, 'killed')
    before = len(downloads(at))
    with person.window() as w:
        w.activate('Get the Built-in Model')
        wait('some of it', lambda: half_here(person))
        w.process.kill()
        w.process.wait()
    assert half_here(person), 'what had come is gone'
    with person.window() as w:
        w.activate('Get the Built-in Model')
        assert w.ask(QUESTION), 'the model that came does not answer'
    assert downloads(at)[before:] == ['200', '206'], downloads(at)[before:]


def server_killed(at):
    person = fresh(at, 'server-killed')
    with person.window() as w:
        w.activate('Get the Built-in Model')
        wait('some of it', lambda: half_here(person))
        at.nginx.kill()
        wait('what is wrong', lambda: w.row('Press to try again'))
        assert half_here(person), 'what had come is gone'
        at.nginx.start()
        w.activate('Get the Built-in Model')
        assert w.ask(QUESTION), 'the model that came does not answer'
    assert downloads(at)[-1] == '206', downloads(at)


GROUPS = [(download, [LlamaServer, Nginx], [app_killed, server_killed])]
