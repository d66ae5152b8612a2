# basics.py: models, an answer, what is kept: for a person who has the server in the environment
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib

from person import QUESTION, Person
from servers.llama_server import LlamaServer
from servers.ollama import Ollama


class At:
    def __init__(self, peer, folder, model, env):
        self.peer, self.model, self.person = peer, model, Person(f'{folder}/person', env)


@contextlib.contextmanager
def llama_server(folder):
    key = 'a-key-of-the-tests'
    with LlamaServer(folder, key=key, context=512) as peer:
        yield At(peer, folder, 'tiny', {'OPENAI_BASE_URL': f'{peer.url}/v1', 'OPENAI_API_KEY': key})


@contextlib.contextmanager
def ollama(folder):
    with Ollama(folder) as peer:
        yield At(peer, folder, 'tiny:latest', {'OLLAMA_BASE_URL': peer.url})


def models(at):
    assert at.model in at.person.run('models'), f'{at.model} is not listed'


def ask(at):
    assert at.person.run('ask', '--model', at.model, QUESTION).strip(), 'an empty answer'


def ask_json(at):
    events = at.person.ask_json('--model', at.model, QUESTION)
    assert len(events) > 3, f'{len(events)} events: the answer did not stream'


def kept(at):
    assert QUESTION.rstrip('.') in at.person.run('chats'), 'no chat was kept'


def unknown_model(at):
    at.person.run('ask', '--model', 'no-such-model', QUESTION, status='model-not-found')


def window(at):
    at.person.env['LOBE_DEFAULT_MODEL'] = at.model
    before = len(at.person.run('chats').splitlines())
    with at.person.window() as w:
        assert w.ask(QUESTION), 'an empty answer'
    assert len(at.person.run('chats').splitlines()) == before + 1, 'the chat was not kept'


CASES = [models, ask, ask_json, kept, unknown_model, window]
GROUPS = [(llama_server, [LlamaServer], CASES), (ollama, [Ollama], CASES)]
