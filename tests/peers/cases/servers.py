# servers.py: lobe-chat servers add, list, test, remove, by their exit statuses, and what they say is wrong with a server
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import json
import os
import types

from peer import free_port
from person import QUESTION, Person
from servers.llama_server import LlamaRouter, LlamaServer
from servers.nginx import Nginx
from servers.ollama import Ollama
from servers.stand_in import tunnel

KEY = 'a-key-that-nobody-may-read'


@contextlib.contextmanager
def servers(folder):
    with LlamaServer(folder, key=KEY) as llama, LlamaServer(folder) as open_one, Nginx(folder, open_one.url) as nginx:
        person = Person(f'{folder}/person', {'TEST_KEY': KEY, 'TEST_KEY_WRONG': 'not-the-key'})
        yield types.SimpleNamespace(llama=llama, nginx=nginx, open=open_one, person=person, folder=folder)


def add(at, name, url, *options, protocol='openai', status=0):
    return at.person.run('servers', 'add', name, '--protocol', protocol, '--url', url, *options, status=status)


def works(at, name, model='tiny'):
    """It passes its test, lists its model, and answers."""
    at.person.run('servers', 'test', name)
    assert at.person.run('ask', '--server', name, '--model', model, QUESTION).strip(), 'an empty answer'
    events = at.person.ask_json('--server', name, '--model', model, QUESTION)
    assert len([e for e in events if e['event'] == 'text']) > 2, 'the answer did not stream'


def fails(at, name, status):
    """Its test, and a question, say the same."""
    said = at.person.run('servers', 'test', name, status=status)
    assert len(said.strip()) > 20 and '<' not in said, f'no words for a person: {said}'
    at.person.run('ask', '--server', name, '--model', 'tiny', QUESTION, status=status)
    return said


def added_with_a_key_of_the_environment(at):
    add(at, 'by-env', f'{at.llama.url}/v1', '--key-env', 'TEST_KEY')
    works(at, 'by-env')
    assert 'by-env' in at.person.run('servers', 'list')


def added_with_a_key_in_a_file(at):
    path = f'{at.folder}/key'
    with open(path, 'w') as f:
        f.write(KEY + '\n')
    os.chmod(path, 0o644)
    add(at, 'by-file-others-read', f'{at.llama.url}/v1', '--key-file', path, status='invalid')
    os.chmod(path, 0o600)
    add(at, 'by-file', f'{at.llama.url}/v1', '--key-file', path)
    works(at, 'by-file')
    os.chmod(path, 0o644)
    at.person.run('servers', 'test', 'by-file', status='invalid')
    os.chmod(path, 0o600)


def no_keyring_for_standard_input(at):
    """The session of these tests has no Secret Service."""
    said = at.person.run('servers', 'add', 'by-stdin', '--protocol', 'openai', '--url', f'{at.llama.url}/v1', '--key-stdin',
                         words=KEY + '\n', status='keyring')
    assert '--key-env' in said and '--key-file' in said, said
    assert 'by-stdin' not in at.person.run('servers', 'list')


def listed_as_json(at):
    said = at.person.run('servers', 'list', '--json')
    listed = [json.loads(line) for line in said.splitlines()]
    mine = next(s for s in listed if s['name'] == 'by-env')
    assert mine['protocol'] == 'openai' and mine['url'].startswith(at.llama.url), mine


def wrong_key(at):
    add(at, 'wrong-key', f'{at.llama.url}/v1', '--key-env', 'TEST_KEY_WRONG')
    fails(at, 'wrong-key', 'authentication')


def edited(at):
    at.person.run('servers', 'edit', 'wrong-key', '--key-env', 'TEST_KEY')
    works(at, 'wrong-key')
    at.person.run('servers', 'edit', 'wrong-key', '--no-key')
    fails(at, 'wrong-key', 'authentication')


def disabled_and_moved(at):
    at.person.run('servers', 'move', 'by-file', '1')
    names = [line.split('\t')[0] for line in at.person.run('servers', 'list').splitlines()]
    assert names.index('by-file') < names.index('by-env'), names
    at.person.run('servers', 'disable', 'by-file')
    assert 'by-file' not in at.person.run('models')
    at.person.run('servers', 'enable', 'by-file')
    assert 'by-file' in at.person.run('models')


def no_key(at):
    add(at, 'no-key', f'{at.llama.url}/v1')
    fails(at, 'no-key', 'authentication')


def key_that_is_not_set(at):
    add(at, 'unset-key', f'{at.llama.url}/v1', '--key-env', 'NO_SUCH_VARIABLE')
    assert 'NO_SUCH_VARIABLE' in at.person.run('servers', 'test', 'unset-key', status='authentication')


def wrong_path(at):
    add(at, 'wrong-path', f'{at.open.url}/nowhere')
    said = fails(at, 'wrong-path', 'not-found')
    assert f'{at.open.url}/v1' in said, f'it does not say where the server is: {said}'
    add(at, 'wrong-path-html', f'{at.nginx.url}/nothing/v1')
    fails(at, 'wrong-path-html', 'not-found')


def not_running(at):
    add(at, 'not-running', f'http://127.0.0.1:{free_port()}/v1')
    fails(at, 'not-running', 'unreachable')


def model_missing(at):
    add(at, 'open', f'{at.open.url}/v1')
    at.person.run('servers', 'test', 'open', '--model', 'tiny')
    at.person.run('servers', 'test', 'open', '--model', 'no-such-model', status='model-not-found')
    at.person.run('ask', '--server', 'open', '--model', 'no-such-model', QUESTION, status='model-not-found')


def tls_of_an_own_ca(at):
    url = f'{at.nginx.tls_url}/v1'
    add(at, 'no-ca', url)
    fails(at, 'no-ca', 'tls')
    add(at, 'other-ca', url, '--ca', at.nginx.file('other-ca.pem'))
    fails(at, 'other-ca', 'tls')
    add(at, 'own-ca', url, '--ca', at.nginx.file('ca.pem'))
    works(at, 'own-ca')
    add(at, 'own-ca-by-number', f'https://127.0.0.1:{at.nginx.tls_port}/v1', '--ca', at.nginx.file('ca.pem'))
    works(at, 'own-ca-by-number')


def tls_with_a_client_certificate(at):
    url, ca = f'{at.nginx.mtls_url}/v1', ('--ca', at.nginx.file('ca.pem'))
    add(at, 'no-certificate', url, *ca)
    fails(at, 'no-certificate', 'tls')
    add(at, 'certificate', url, *ca, '--client-cert', at.nginx.file('client.pem'), '--client-key', at.nginx.file('client.key'))
    works(at, 'certificate')


def tls_where_none_is_spoken(at):
    add(at, 'no-tls', f'https://127.0.0.1:{at.nginx.port}/v1')
    fails(at, 'no-tls', 'tls')


def proxy(at):
    add(at, 'proxy', f'{at.open.url}/v1', '--proxy', at.nginx.proxy_url)
    before = len([r for r in at.nginx.requests() if r.startswith(str(at.nginx.proxy_port))])
    works(at, 'proxy')
    after = len([r for r in at.nginx.requests() if r.startswith(str(at.nginx.proxy_port))])
    assert after > before, 'nothing went through the proxy'


def proxy_down(at):
    add(at, 'proxy-down', f'{at.open.url}/v1', '--proxy', f'http://127.0.0.1:{free_port()}')
    fails(at, 'proxy-down', 'proxy')


def tls_through_a_proxy(at):
    with tunnel() as far:
        add(at, 'tunnel', f'{at.nginx.tls_url}/v1', '--ca', at.nginx.file('ca.pem'), '--proxy', far.url)
        works(at, 'tunnel')
        assert f'localhost:{at.nginx.tls_port}' in far.seen, far.seen


def headers(at):
    add(at, 'without-header', f'{at.nginx.url}/team/v1')
    fails(at, 'without-header', 'forbidden')
    add(at, 'with-header', f'{at.nginx.url}/team/v1', '--header', 'X-Team=blue')
    works(at, 'with-header')


def what_cannot_be_added(at):
    add(at, 'by-env', f'{at.open.url}/v1', status='invalid')  # the name is taken
    add(at, 'gopher', f'{at.open.url}/v1', protocol='gopher', status='usage')
    add(at, 'address', 'not an address', status='invalid')
    add(at, 'scheme', 'file:///etc/passwd', status='invalid')
    at.person.run('servers', 'add', 'nothing-else', status='usage')
    at.person.run('servers', 'frobnicate', status='usage')
    at.person.run('servers', 'test', 'nobody', status='invalid')
    at.person.run('ask', '--server', 'nobody', QUESTION, status='invalid')


def removed(at):
    at.person.run('servers', 'remove', 'wrong-key')
    assert 'wrong-key' not in at.person.run('servers', 'list')
    at.person.run('servers', 'remove', 'wrong-key', status='invalid')


def no_secret_on_disk(at):
    for folder, _, files in os.walk(at.person.folder):
        for name in files:
            with open(os.path.join(folder, name), 'rb') as f:
                assert KEY.encode() not in f.read(), f'{name} has the key'


@contextlib.contextmanager
def protocols(folder):
    with LlamaServer(folder, key=KEY) as llama:
        yield types.SimpleNamespace(llama=llama, person=Person(f'{folder}/person', {'TEST_KEY': KEY}))


def speaks(protocol, path=''):
    def case(at):
        add(at, protocol, at.llama.url + path, '--key-env', 'TEST_KEY', protocol=protocol)
        works(at, protocol)
    case.__name__ = protocol.replace('-', '_')
    return case


@contextlib.contextmanager
def router(folder):
    with LlamaRouter(folder) as peer:
        yield types.SimpleNamespace(router=peer, person=Person(f'{folder}/person'))


def router_models(at):
    add(at, 'router', at.router.url, protocol='llama-server')
    said = at.person.run('models')
    assert 'first' in said and 'second' in said, said
    works(at, 'router', 'first')
    works(at, 'router', 'second')
    at.person.run('ask', '--server', 'router', '--model', 'third', QUESTION, status='model-not-found')


@contextlib.contextmanager
def ollama_protocols(folder):
    with Ollama(folder) as peer:
        yield types.SimpleNamespace(ollama=peer, person=Person(f'{folder}/person'))


def ollama_speaks(protocol, path=''):
    def case(at):
        add(at, protocol, at.ollama.url + path, protocol=protocol)
        works(at, protocol, 'tiny:latest')
    case.__name__ = protocol.replace('-', '_')
    return case


GROUPS = [
    (servers, [LlamaServer, Nginx], [
        added_with_a_key_of_the_environment, added_with_a_key_in_a_file, no_keyring_for_standard_input, listed_as_json,
        disabled_and_moved, wrong_key, edited, no_key, key_that_is_not_set, wrong_path, not_running, model_missing, tls_of_an_own_ca, tls_with_a_client_certificate,
        tls_where_none_is_spoken, proxy, proxy_down, tls_through_a_proxy, headers, what_cannot_be_added, removed, no_secret_on_disk]),
    (protocols, [LlamaServer], [speaks('openai', '/v1'), speaks('openai-responses', '/v1'), speaks('anthropic'),
                                speaks('llama-server')]),
    (router, [LlamaRouter], [router_models]),
    (ollama_protocols, [Ollama], [ollama_speaks('ollama'), ollama_speaks('openai', '/v1'), ollama_speaks('anthropic')]),
]
