# gateway.py: LiteLLM's proxy as one server, in each protocol that it speaks
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import types

from cases.servers import add, works
from person import QUESTION, Person
from servers.litellm import LiteLLM
from servers.llama_server import LlamaServer


@contextlib.contextmanager
def litellm(folder):
    with LlamaServer(folder) as behind, LiteLLM(folder, behind.url) as peer:
        person = Person(f'{folder}/person', {'TEST_KEY': peer.KEY, 'TEST_KEY_WRONG': 'sk-wrong'})
        yield types.SimpleNamespace(gateway=peer, behind=behind, person=person)


def speaks(protocol, path=''):
    def case(at):
        add(at, protocol, at.gateway.url + path, '--key-env', 'TEST_KEY', protocol=protocol)
        works(at, protocol)
        at.person.env['LOBE_DEFAULT_MODEL'] = f'{protocol}/tiny'
        with at.person.window() as w:
            assert w.ask(QUESTION), 'an empty answer'
    case.__name__ = protocol.replace('-', '_')
    return case


def wrong_key(at):
    """Without a database LiteLLM says 400, “No connected db.”, to a key that it does not know."""
    add(at, 'wrong-key', f'{at.gateway.url}/v1', '--key-env', 'TEST_KEY_WRONG')
    said = at.person.run('ask', '--server', 'wrong-key', '--model', 'tiny', QUESTION, status='bad-request')
    assert 'No connected db' in said, said


def model_missing(at):
    at.person.run('ask', '--server', 'openai', '--model', 'no-such-model', QUESTION, status='model-not-found')


def the_server_behind_it_is_down(at):
    at.behind.kill()
    said = at.person.run('ask', '--server', 'openai', '--model', 'tiny', QUESTION, status='server')
    assert len(said.strip()) > 20, said
    at.behind.start()
    works(at, 'openai')


GROUPS = [(litellm, [LlamaServer, LiteLLM], [
    speaks('openai', '/v1'), speaks('azure'), speaks('anthropic'), speaks('openai-responses', '/v1'), speaks('gemini'),
    wrong_key, model_missing, the_server_behind_it_is_down])]
