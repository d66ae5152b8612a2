#!/usr/bin/env python3
# cli.py LOBE-CHAT: the command line from outside, against a server that says what it is told
# SPDX-License-Identifier: GPL-3.0-or-later
import hashlib
import json
import os
import pathlib
import pty
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'tools'))
from herd import Herd  # noqa: E402
from keyring import Keyring  # noqa: E402
from parrot import Parrot  # noqa: E402
from shelf import Shelf  # noqa: E402

PROGRAM = sys.argv[1]
CASES = []


def case(function):
    CASES.append(function)
    return function


class Cli:
    """lobe-chat with folders of its own and one server."""

    def __init__(self, folder, url, **environment):
        self.folder = pathlib.Path(folder)
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(('OPENAI_', 'OLLAMA_', 'LOBE_'))}
        self.environment.update(XDG_DATA_HOME=folder, XDG_CACHE_HOME=folder, XDG_CONFIG_HOME=folder, LC_ALL='C.UTF-8',
                                OPENAI_BASE_URL=url, PATH='/usr/bin:/bin', LOBE_ENGINE='/nonexistent', **environment)

    def start(self, *arguments, **options):
        return subprocess.Popen([PROGRAM, *arguments], env=self.environment, stdin=options.pop('stdin', subprocess.DEVNULL),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def __call__(self, *arguments, input=None, status=0):
        process = self.start(*arguments, stdin=subprocess.DEVNULL if input is None else subprocess.PIPE)
        out, err = process.communicate(input, timeout=60)
        assert process.returncode == status, f'{arguments}: status {process.returncode}, not {status}: {out} {err}'
        self.err = err
        return out


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


@case
def ask_streams_and_is_kept(folder):
    server = Parrot(lambda request: ['Red, ', 'yellow ', 'and **blue**.'])
    cli = Cli(folder, server.url)
    assert cli('ask', 'Name three', 'colours.') == 'Red, yellow and **blue**.\n'
    assert server.requests[0]['messages'] == [{'role': 'user', 'content': 'Name three colours.'}]
    assert server.requests[0]['stream'] is True and server.requests[0]['max_tokens'] > 0
    chat, _, title = cli('chats').rstrip('\n').split('\t')
    assert title == 'Name three colours.'
    cli('ask', '--chat', chat, 'And green?')
    assert [m['role'] for m in server.requests[1]['messages']] == ['user', 'assistant', 'user']
    shown = cli('show', chat)
    assert shown.startswith('# Name three colours.\n') and 'and **blue**.' in shown and 'And green?' in shown
    lines = [json.loads(line) for line in cli('show', '--format', 'json', chat).splitlines()]
    assert [m['role'] for m in lines] == ['user', 'assistant', 'user', 'assistant']
    assert all(m['state'] == 'done' for m in lines) and lines[1]['parent'] == lines[0]['id']
    assert json.loads(cli('chats', '--json'))['id'] == chat


@case
def json_events(folder):
    cli = Cli(folder, Parrot(lambda request: ['a', 'b']).url)
    events = [json.loads(line) for line in cli('ask', '--json', 'x').splitlines()]
    assert events[0]['event'] == 'start' and events[0]['model'] == 'parrot'
    assert ''.join(e['text'] for e in events if e['event'] == 'text') == 'ab'
    assert events[-1]['event'] == 'end' and events[-1]['state'] == 'done'


@case
def standard_input_system_and_file(folder):
    server = Parrot(lambda request: ['ok'])
    cli = Cli(folder, server.url)
    note = pathlib.Path(folder) / 'note.txt'
    note.write_text('the note')
    assert cli('ask', '--system', 'Be brief.', '--file', str(note), 'Summarise', input='from the pipe\n') == 'ok\n'
    system, user = server.requests[0]['messages']
    assert system == {'role': 'system', 'content': 'Be brief.'}
    for piece in ('Summarise', 'from the pipe', 'the note', 'note.txt'):
        assert piece in user['content'], user
    pdf = pathlib.Path(folder) / 'report.pdf'
    pdf.write_bytes(b'%PDF-1.7\n\x00\xff')
    cli('ask', '--file', str(pdf), 'Read', status=33)
    assert 'PDF' in cli.err
    cli('ask', '--file', str(pathlib.Path(folder) / 'missing'), 'Read', status=34)
    cli('ask', input='seen\0hidden', status=34)
    assert 'UTF-8' in cli.err


@case
def models_and_names(folder):
    cli = Cli(folder, Parrot(lambda request: [request['model']], models=('parrot', 'org/model:7b')).url)
    names = [line.split('\t')[0].split('/', 1) for line in cli('models').splitlines()]
    assert [n[1] for n in names] == ['parrot', 'org/model:7b']
    assert cli('ask', '-m', 'org/model:7b', 'x') == 'org/model:7b\n'
    assert cli('ask', '-m', f'{names[0][0]}/parrot', 'x') == 'parrot\n'
    assert [json.loads(line)['model'] for line in cli('models', '--json').splitlines()] == ['parrot', 'org/model:7b']
    cli('ask', '-m', 'nobody', 'x', status=23)
    assert 'nobody' in cli.err


TINY = (pathlib.Path(__file__).resolve().parent.parent / 'fixtures/peers/tiny-llama-f32.gguf').read_bytes()


@case
def a_model_by_address_killed_and_resumed(folder):
    shelf = Shelf(TINY, stop_after=1_500_000)
    cli = Cli(folder, f'http://127.0.0.1:{free_port()}/v1')
    models = pathlib.Path(folder) / 'lobe-chat' / 'models'
    part = models / 'tiny.gguf.part'
    process = cli.start('models', 'get', f'{shelf.url}/a/tiny.gguf?download=true')
    while not part.exists() or part.stat().st_size < 1_000_000:
        assert process.poll() is None, process.communicate()
        threading.Event().wait(0.02)
    process.kill()
    process.communicate()

    left = json.loads(cli('models', 'downloads', '--json'))
    assert left['file'] == 'tiny.gguf' and left['size'] == len(TINY) and 1_000_000 <= left['received'] < len(TINY)
    assert left['address'] == f'{shelf.url}/a/tiny.gguf?download=true'
    shelf.open.set()
    digits = hashlib.sha256(TINY).hexdigest()
    assert cli('models', 'get', 'tiny') == f'{digits}  {models}/tiny.gguf\n'
    assert shelf.ranges == [None, f"bytes={left['received']}-"]
    assert (models / 'tiny.gguf').read_bytes() == TINY and [f.name for f in models.iterdir()] == ['tiny.gguf']
    assert cli('models', 'downloads') == ''
    assert 'local/tiny' in cli('models')

    cli('models', 'remove', 'tiny.gguf')
    assert list(models.iterdir()) == []
    cli('models', 'remove', 'tiny', status=23)
    cli('models', 'remove', '--server', 'local', 'tiny', status=23)


@case
def a_model_that_is_interrupted_and_given_up(folder):
    shelf = Shelf(TINY, stop_after=500_000)
    cli = Cli(folder, f'http://127.0.0.1:{free_port()}/v1')
    models = pathlib.Path(folder) / 'lobe-chat' / 'models'
    process = cli.start('models', 'get', f'{shelf.url}/tiny.gguf')
    part = models / 'tiny.gguf.part'
    while not part.exists() or part.stat().st_size < 400_000:
        assert process.poll() is None, process.communicate()
        threading.Event().wait(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130 and 'goes on' in err, (process.returncode, err)
    assert 'tiny.gguf' in cli('models', 'downloads')
    cli('models', 'remove', 'tiny')
    assert list(models.iterdir()) == []


@case
def what_is_no_model_is_not_kept(folder):
    models = pathlib.Path(folder) / 'lobe-chat' / 'models'
    cli = Cli(folder, f'http://127.0.0.1:{free_port()}/v1')
    url = Shelf(TINY).url
    cli('models', 'get', '--sha256', 'ab' * 32, f'{url}/tiny.gguf', status=52)
    cli('models', 'get', '--sha256', 'ab', f'{url}/tiny.gguf', status=34)
    cli('models', 'get', f'{url}/tiny.bin', status=34)
    cli('models', 'get', f'{Shelf(b"<html>Sign in</html>").url}/tiny.gguf', status=34)
    cli('models', 'get', f'http://127.0.0.1:{free_port()}/tiny.gguf', status=10)
    cli('models', 'get', 'nobody', status=23)
    cli('models', 'get', '--server', 'nobody', 'm', status=34)
    cli('models', 'get', status=2)
    cli('models', 'remove', status=2)
    cli('models', 'swallow', status=2)
    assert not models.exists() or list(models.iterdir()) == []
    assert json.loads(cli('models', 'get', '--json', '--sha256', hashlib.sha256(TINY).hexdigest().upper(),
                          f'{url}/tiny.gguf'))['size'] == len(TINY)


@case
def a_model_that_ollama_fetches(folder):
    herd = Herd({'qwen3:8b': 1000})
    herd.go_on.set()
    cli = Cli(folder, f'http://127.0.0.1:{free_port()}/v1', OLLAMA_HOST=herd.host)
    assert cli('models', 'get', 'mistral:7b') == 'mistral:7b\n'
    assert json.loads(cli('models', 'get', '--json', '--server', 'Ollama', 'phi:3b'))['name'] == 'phi:3b'
    assert set(herd.models) == {'qwen3:8b', 'mistral:7b', 'phi:3b'}
    cli('models', 'get', 'nonsuch', status=23)
    assert 'nonsuch' in cli.err
    cli('models', 'remove', 'phi:3b')
    cli('models', 'remove', '--server', 'ollama', 'mistral:7b')
    cli('models', 'remove', '--server', 'ollama', 'mistral:7b', status=23)
    assert set(herd.models) == {'qwen3:8b'}

    herd.go_on.clear()
    process = cli.start('models', 'get', 'phi:3b')
    while 'phi:3b' not in herd.pulls[3:]:
        assert process.poll() is None, process.communicate()
        threading.Event().wait(0.02)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130 and herd.left.wait(10)


@case
def one_down_hides_no_other(folder):
    cli = Cli(folder, Parrot(lambda request: ['here']).url, OLLAMA_HOST=f'127.0.0.1:{free_port()}')
    assert cli('ask', '-m', 'parrot', 'x') == 'here\n'
    assert 'parrot' in cli('models')
    assert 'Ollama' in cli.err


@case
def nothing_there(folder):
    port = free_port()
    cli = Cli(folder, f'http://127.0.0.1:{port}/v1')
    assert cli('ask', 'x', status=23) == '' and str(port) in cli.err and 'llama-server' in cli.err
    assert cli('ask', '-m', f'127.0.0.1:{port}/parrot', 'x', status=10) == '' and str(port) in cli.err


@case
def no_key_is_sent_unless_there_is_one(folder):
    server = Parrot(lambda request: ['x'])
    for key, sent in (('', None), ('sk-none-required-for-local', None), ('sk-real', 'Bearer sk-real')):
        Cli(folder, server.url, OPENAI_API_KEY=key)('ask', 'x')
        assert server.headers[-1].get('Authorization') == sent, (key, sent)
    data = b''.join(p.read_bytes() for p in pathlib.Path(folder).rglob('*') if p.is_file())
    assert b'sk-real' not in data


@case
def broken_off_is_interrupted_and_kept(folder):
    def broken(request):
        yield 'half an ans'
        raise ConnectionError
    cli = Cli(folder, Parrot(broken).url)
    assert cli('ask', 'x', status=32) == 'half an ans\n'
    chat = cli('chats').split('\t')[0]
    answer = json.loads(cli('show', '-f', 'json', chat).splitlines()[1])
    assert answer['state'] == 'interrupted' and answer['parts'][0]['text'] == 'half an ans'


@case
def interrupt_stops_the_server_and_keeps_what_came(folder):
    gone = threading.Event()

    def endless(request):
        try:
            while True:
                yield 'word '
        finally:
            gone.set()
    cli = Cli(folder, Parrot(endless).url)
    process = cli.start('ask', 'x')
    process.stdout.read(20)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130, process.returncode
    assert gone.wait(30)
    with sqlite3.connect(pathlib.Path(folder) / 'lobe-chat' / 'chats.db') as database:
        state, length = database.execute("SELECT state, length(text) FROM message_text WHERE role = 2").fetchone()
    assert state == 3 and length >= 20


@case
def no_gtk_is_loaded(folder):
    held = threading.Event()

    def hold(request):
        yield 'x'
        held.wait(60)
    process = Cli(folder, Parrot(hold).url).start('ask', 'x')
    process.stdout.read(1)
    maps = pathlib.Path(f'/proc/{process.pid}/maps').read_text()
    held.set()
    process.communicate(timeout=60)
    assert 'liblobe' in maps
    for library in ('libgtk', 'libadwaita', 'libgdk', 'libgtksourceview', 'libpango'):
        assert library not in maps, library


def database(cli, sql):
    with sqlite3.connect(cli.folder / 'lobe-chat' / 'chats.db') as connection:
        return connection.execute(sql).fetchall()


@case
def servers_add_list_ask_edit_move_remove(folder):
    first, second = Parrot(lambda request: ['first']), Parrot(lambda request: ['second'], models=('other',))
    cli = Cli(folder, 'http://127.0.0.1:9/v1')
    cli('servers', 'add', 'Desk', '--protocol', 'openai', '--url', first.url, '--header', 'X-Team=research',
        '--pool', 'desk', '--concurrency', '2', '--requests-per-minute', '60', '--body', '{"top_k": 7}')
    cli('servers', 'add', 'GPU box', '--protocol', 'openai', '--url', second.url)
    saved = [s for s in map(json.loads, cli('servers', 'list', '--json').splitlines()) if s['origin'] == 'saved']
    assert [(s['id'], s['name']) for s in saved] == [('desk', 'Desk'), ('gpu-box', 'GPU box')], saved
    assert saved[0]['pool'] == 'desk' and saved[0]['concurrency'] == 2 and saved[0]['requests_per_minute'] == 60
    assert saved[0]['options'] == {'headers': {'x-team': 'research'}, 'body': {'top_k': 7}}
    assert 'GPU box\topenai\t' + second.url in cli('servers', 'list')

    assert cli('ask', '--server', 'desk', 'x') == 'first\n' and cli('ask', '--server', 'GPU BOX', 'x') == 'second\n'
    assert cli('ask', '--server', 'GPU box', '-m', 'other', 'x') == 'second\n'
    assert first.headers[0]['X-Team'] == 'research'
    cli('ask', '--server', 'desk', '-m', 'other', 'x', status=23)
    cli('ask', '--server', 'nobody', 'x', status=34)

    cli('servers', 'edit', 'desk', '--name', 'My desk', '--pool', '', '--header', 'X-Team=', '--url', second.url)
    edited = json.loads(cli('servers', 'list', '--json').splitlines()[-2])
    assert edited['id'] == 'desk' and edited['name'] == 'My desk' and edited.get('pool') is None and edited['url'] == second.url
    assert edited['options'] == {'body': {'top_k': 7}}

    cli('servers', 'move', 'GPU box', '1')
    assert database(cli, 'SELECT id FROM server ORDER BY position') == [('gpu-box',), ('desk',)]
    cli('servers', 'disable', 'GPU box')
    assert 'GPU box' in cli('servers', 'list') and 'gpu-box/' not in cli('models')
    cli('ask', '--server', 'GPU box', 'x', status=34)
    cli('servers', 'enable', 'GPU box')
    assert 'gpu-box/other' in cli('models')
    cli('servers', 'remove', 'My desk')
    assert database(cli, 'SELECT id FROM server') == [('gpu-box',)]
    cli('servers', 'remove', 'My desk', status=34)


@case
def servers_usage(folder):
    cli = Cli(folder, 'http://127.0.0.1:9/v1')
    good = ('--protocol', 'openai', '--url', 'http://127.0.0.1:9/v1')
    for arguments in ((), ('sing',), ('add',), ('add', 'x'), ('add', 'x', '--protocol', 'openai'), ('add', 'a/b', *good), ('test',),
                      ('remove',), ('move', 'x'), ('list', 'x'), ('add', '', *good), ('add', 'x', *good, '--header', 'nonsense'),
                      ('add', 'x', *good, '--secret-header', 'X-Key=sk-plain'), ('add', 'x', *good, '--concurrency', '-3'),
                      ('add', 'x', *good, '--key-env', 'A', '--no-key'), ('add', 'x', *good, '--client-key', '/k')):
        cli('servers', *arguments, status=2)
        assert 'sk-plain' not in cli.err
    cli('servers', 'add', 'x', '--protocol', 'telepathy', '--url', 'http://h', status=2)
    assert 'openai' in cli.err and 'ollama' in cli.err
    cli('servers', 'add', 'x', '--protocol', 'openai', '--url', 'http://u:sk-secret@h', status=34)
    assert 'sk-secret' not in cli.err
    cli('servers', 'add', 'x', *good, '--proxy', 'ftp://p', status=34)
    cli('servers', 'add', 'x', *good, '--body', '[1]', status=34)
    cli('servers', 'test', 'nobody', status=34)
    cli('servers', 'remove', 'openai', status=34)
    cli('servers', 'add', 'x', *good)
    cli('servers', 'add', 'X', *good, status=34)
    for command in ('add', 'edit', 'test', 'list', 'move'):
        assert 'servers' in cli('servers', '--help') and '--help' in cli('servers', command, '--help')


@case
def servers_keys(folder):
    server = Parrot(lambda request: ['x'])
    cli = Cli(folder, 'http://127.0.0.1:9/v1', DESK_KEY='sk-from-env', TEAM='sk-team')
    place = ('--protocol', 'openai', '--url', server.url)
    secret = pathlib.Path(folder) / 'key'
    secret.write_text('sk-from-file\n')
    secret.chmod(0o644)
    cli('servers', 'add', 'file', *place, '--key-file', str(secret), status=34)
    assert 'chmod 600' in cli.err and 'sk-' not in cli.err
    secret.chmod(0o600)
    cli('servers', 'add', 'file', *place, '--key-file', str(secret), '--secret-header', 'X-Team=env:TEAM')
    cli('ask', '--server', 'file', 'x')
    assert server.headers[-1]['Authorization'] == 'Bearer sk-from-file' and server.headers[-1]['X-Team'] == 'sk-team'
    secret.chmod(0o640)
    cli('ask', '--server', 'file', 'x', status=34)
    cli('servers', 'add', 'env', *place, '--key-env', 'DESK_KEY')
    cli('ask', '--server', 'env', 'x')
    assert server.headers[-1]['Authorization'] == 'Bearer sk-from-env'
    cli('servers', 'edit', 'env', '--no-key')
    cli('ask', '--server', 'env', 'x')
    assert server.headers[-1].get('Authorization') is None
    for path in pathlib.Path(folder).rglob('*'):
        assert path == secret or not path.is_file() or b'sk-' not in path.read_bytes(), path


@case
def servers_keyring(folder):
    server = Parrot(lambda request: ['x'])
    keyring = Keyring()
    cli = Cli(folder, 'http://127.0.0.1:9/v1', DBUS_SESSION_BUS_ADDRESS=keyring.address)
    try:
        cli('servers', 'add', 'Desk', '--protocol', 'openai', '--url', server.url, '--key-stdin', input='sk-kept\n')
        assert keyring.secrets() == {'desk': 'sk-kept'}
        cli('ask', '--server', 'Desk', 'x')
        assert server.headers[-1]['Authorization'] == 'Bearer sk-kept'
        cli('servers', 'edit', 'Desk', '--key-stdin', input='sk-newer')
        assert keyring.secrets() == {'desk': 'sk-newer'} and 'sk-' not in cli('servers', 'list', '--json')
        assert database(cli, 'SELECT secret FROM server') == [('keyring:desk',)]
        cli('servers', 'edit', 'Desk', '--no-key')
        assert keyring.secrets() == {}
        cli('servers', 'edit', 'Desk', '--key-stdin', input='sk-again\n')
        cli('servers', 'remove', 'Desk')
        assert keyring.secrets() == {}
        for path in pathlib.Path(folder).rglob('*'):
            assert not path.is_file() or b'sk-' not in path.read_bytes(), path
    finally:
        keyring.stop()


@case
def servers_providers(folder):
    cli = Cli(folder, 'http://127.0.0.1:9/v1')
    providers = {p['id']: p for p in map(json.loads, cli('servers', 'providers', '--json').splitlines())}
    assert providers['deepseek']['protocol'] == 'openai' and providers['deepseek']['key_page'].startswith('https://')
    assert 'deepseek\t' in cli('servers', 'providers')
    cli('servers', 'add', 'DeepSeek', '--provider', 'deepseek')
    added = json.loads(cli('servers', 'list', '--json').splitlines()[-1])
    assert (added['protocol'], added['url']) == ('openai', providers['deepseek']['url'])
    cli('servers', 'add', 'x', '--provider', 'nobody', status=2)
    cli('servers', 'add', 'x', '--provider', 'azure', status=2)  # everybody has their own address there
    cli('servers', 'providers', 'x', status=2)


@case
def servers_without_keyring(folder):
    cli = Cli(folder, 'http://127.0.0.1:9/v1', DBUS_SESSION_BUS_ADDRESS='unix:path=/nonexistent')
    cli('servers', 'add', 'x', '--protocol', 'openai', '--url', 'http://127.0.0.1:9/v1', '--key-stdin', input='sk-real\n', status=42)
    assert '--key-env' in cli.err and '--key-file' in cli.err and 'sk-real' not in cli.err
    assert database(cli, 'SELECT id FROM server') == []
    cli('servers', 'add', 'x', '--protocol', 'openai', '--url', 'http://127.0.0.1:9/v1', '--key-stdin', input='a\nb\n', status=34)


@case
def servers_test_says_what_is_wrong(folder):
    server = Parrot(lambda request: ['x'])
    cli = Cli(folder, 'http://127.0.0.1:9/v1')
    cli('servers', 'add', 'up', '--protocol', 'openai', '--url', server.url)
    assert '1 model' in cli('servers', 'test', 'up')
    cli('servers', 'test', 'up', '--model', 'parrot')
    cli('servers', 'test', 'up', '--model', 'nobody', status=23)
    port = free_port()
    cli('servers', 'add', 'down', '--protocol', 'ollama', '--url', f'http://127.0.0.1:{port}')
    cli('servers', 'test', 'down', status=10)
    assert str(port) in cli.err and 'ollama serve' in cli.err
    cli('servers', 'add', 'wrong path', '--protocol', 'openai', '--url', server.url + '/elsewhere')
    cli('servers', 'test', 'wrong path', status=22)
    assert server.url in cli.err
    server.key = 'sk-right'
    cli('servers', 'test', 'up', status=20)
    assert 'key' in cli.err
    cli('servers', 'edit', 'up', '--key-env', 'RIGHT')
    cli.environment['RIGHT'] = 'sk-wrong'
    cli('servers', 'test', 'up', status=20)
    assert 'env:RIGHT' in cli.err
    cli.environment['RIGHT'] = 'sk-right'
    cli('servers', 'test', 'up')
    server.models = ()
    cli('servers', 'test', 'up', status=23)


def pool_of(cli, *servers):
    for name, server in zip(('one', 'two'), servers):
        cli('servers', 'add', name, '--protocol', 'openai', '--url', server.url, '--pool', 'desk')


@case
def a_pool_is_one_server(folder):
    one, two = Parrot(lambda request: ['one']), Parrot(lambda request: ['two'])
    cli = Cli(folder, f'http://127.0.0.1:{free_port()}/v1')
    pool_of(cli, one, two)
    assert cli('models').split() == ['pool:desk/parrot'], 'the members are not listed beside it'
    assert 'desk\topenai\ta pool of 2 servers' in cli('servers', 'list')
    assert cli('servers', 'test', 'desk').count('works') == 2
    cli('servers', 'remove', 'desk', status=34)

    one.stop()
    events = [json.loads(line) for line in cli('ask', '--json', '--server', 'desk', 'Hi').splitlines()]
    assert events[0]['server'] == 'pool:desk' and events[-1]['server'] == 'two' and events[-1]['state'] == 'done', events
    cli('servers', 'test', 'desk', status=10)
    cli('servers', 'disable', 'one')
    cli('servers', 'test', 'desk')
    two.stop()
    cli('ask', '--server', 'desk', 'Hi', status=10)


@case
def what_has_begun_is_not_begun_again(folder):
    def broken(request):
        yield 'Half'
        raise ConnectionResetError
    one, two = Parrot(broken), Parrot(broken)
    cli = Cli(folder, f'http://127.0.0.1:{free_port()}/v1')
    pool_of(cli, one, two)
    assert cli('ask', '--server', 'desk', 'Hi', status=32).strip() == 'Half'
    assert len(one.requests) + len(two.requests) == 1


@case
def a_server_that_wants_fewer_requests(folder):
    server = Parrot(lambda request: ['Here'])
    cli = Cli(folder, server.url)
    server.refusals = [(429, {'Retry-After': '1'})]
    events = [json.loads(line) for line in cli('ask', '--json', 'Hi').splitlines()]
    assert [e['text'] for e in events if e['event'] == 'activity'] == ['Too many requests; trying again in 1 s…'], events
    assert events[-1]['state'] == 'done'

    server.refusals = [(503, {'Retry-After': '3600'})]
    end = json.loads(cli('ask', '--json', 'Hi', status=26).splitlines()[-1])
    assert end['code'] == 'overloaded' and end['retry_at'] > time.time() + 3500, end

    # on a terminal in one line, which is gone before the answer
    server.refusals = [(529, {'Retry-After': '2'})]
    terminal, err = pty.openpty()
    process = subprocess.Popen([PROGRAM, 'ask', 'Hi'], env=cli.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=err, text=True)
    os.close(err)
    assert process.communicate(timeout=60)[0] == 'Here\n'
    said = os.read(terminal, 4096).decode()
    os.close(terminal)
    assert [line for line in said.split('\r\033[K') if line][:2] == [f'Too many requests; trying again in {n} s…' for n in (2, 1)], said
    assert said.endswith('\r\033[K') and '\n' not in said, said


@case
def words_that_are_no_command(folder):
    cli = Cli(folder, 'http://127.0.0.1:9/v1', LOBE_WINDOW='/nonexistent/window')
    cli('sing', status=2)
    cli('ask', status=2)
    cli('ask', '--nonsense', 'x', status=2)
    cli('show', status=2)
    cli('show', 'no-such-chat', status=34)
    cli(status=50)
    assert cli('--version').startswith('lobe-chat ')
    assert 'ask' in cli('--help') and '--model' in cli('ask', '--help')


print(f'1..{len(CASES)}', flush=True)
failed = False
for number, run in enumerate(CASES, 1):
    with tempfile.TemporaryDirectory(prefix='lobe-cli-') as folder:
        try:
            run(folder)
            print(f'ok {number} - {run.__name__}', flush=True)
        except Exception as error:  # a case that breaks is a case that fails; the others still run
            failed = True
            import traceback
            for line in traceback.format_exc().splitlines():
                print('#', line)
            print(f'not ok {number} - {run.__name__}: {type(error).__name__}', flush=True)
sys.exit(failed)
