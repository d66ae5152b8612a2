# context.py: what of a chat fits into a real server's window: counted before it is sent, and what was cut told afterwards
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import json
import re
import sqlite3
import types
import urllib.request

from peer import DIRECT
from person import QUESTION, Person
from servers.llama_server import LlamaServer
from servers.ollama import Ollama
from window import BUTTON, TEXT_BOX, has_state, wait, walk, Atspi

DRAFT = 'How many tokens are these words, 周末去苏州 and all, before anybody has sent them?'
LONG = 'and so on, word by word by word, '


@contextlib.contextmanager
def window_counted(folder):
    with LlamaServer(folder, context=2048) as peer:
        yield types.SimpleNamespace(peer=peer, person=Person(f'{folder}/person', {
            'OPENAI_BASE_URL': f'{peer.url}/v1', 'OPENAI_API_KEY': 'a-key', 'LOBE_DEFAULT_MODEL': 'tiny'}))


def post(peer, path, body):
    request = urllib.request.Request(f'{peer.url}{path}', json.dumps(body).encode(), {'Content-Type': 'application/json'})
    with DIRECT.open(request, timeout=30) as reply:
        return json.load(reply)


def meter(window):
    window.app.clear_cache()
    return next((node.get_name() for node in walk(window.app) if node.get_role() in BUTTON and
                 node.get_name().startswith('Context: ') and has_state(node, Atspi.StateType.SHOWING)), None)


def draft_is_counted(at):
    """The meter shows what the server itself makes of the words, before they are sent."""
    prompt = post(at.peer, '/apply-template', {'messages': [{'role': 'user', 'content': DRAFT}]})['prompt']
    tokens = len(post(at.peer, '/tokenize', {'content': prompt, 'add_special': True, 'parse_special': True})['tokens'])
    with at.person.window() as window:
        window.find(TEXT_BOX, 'Message')
        window.write('Message', DRAFT)
        wait('the exact count', lambda: re.match(r'Context: \d', meter(window) or ''))
        assert meter(window).replace(',', '') == f'Context: {tokens} of 2048 tokens', (meter(window), tokens)


def long_chat_fits(at):
    """What does not fit is left out, and never more than the window is sent."""
    at.person.run('ask', '--model', 'tiny', LONG * 20)
    chat = at.person.run('chats').splitlines()[0].split()[0]
    for _ in range(4):
        events = at.person.ask_json('--model', 'tiny', '--chat', chat, LONG * 20)
        used = [e['prompt_tokens'] for e in events if e['event'] == 'usage'][-1]
        assert used < 2048, used
    assert events[-1]['left_out'] > 0, events[-1]


@contextlib.contextmanager
def window_full(folder):
    with LlamaServer(folder, context=512, options=['--ignore-eos']) as peer:
        yield types.SimpleNamespace(person=Person(f'{folder}/person', {'OPENAI_BASE_URL': f'{peer.url}/v1', 'OPENAI_API_KEY': 'a-key'}))


def full_window_is_told(at):
    """An answer that ends where the window is full, and not where the model would have ended it, says so."""
    end = at.person.ask_json('--model', 'tiny', QUESTION)[-1]
    assert end['cut'], end
    chat = at.person.run('chats').splitlines()[0].split()[0]
    assert 'the context window of 512 tokens is full' in at.person.run('show', chat), at.person.run('show', chat)[-300:]


@contextlib.contextmanager
def silent_cut(folder):
    with Ollama(folder) as peer:
        yield types.SimpleNamespace(peer=peer, person=Person(f'{folder}/person', {'OLLAMA_BASE_URL': peer.url}))


def ollama_cut_is_told(at):
    """A window that the person made too small: Ollama reads the end of the question only, and says nothing of it."""
    at.person.run('ask', '--model', 'tiny:latest', QUESTION)
    with contextlib.closing(sqlite3.connect(f'{at.person.folder}/data/lobe-chat/chats.db')) as database:
        book = {'ollama\ntiny:latest': {'scale': 1.0, 'learned': 0, 'window': 256}}
        database.execute("INSERT OR REPLACE INTO setting (name, value) VALUES ('context-book', ?)", [json.dumps(book)])
        database.commit()
    end = at.person.ask_json('--model', 'tiny:latest', LONG * 80)[-1]
    assert end['state'] == 'done', end
    chat = at.person.run('chats').splitlines()[0].split()[0]
    assert 'The server read only 256 of about' in at.person.run('show', chat), at.person.run('show', chat)[-300:]


def first_question_is_judged(at):
    """Nothing is known of the model yet: it is asked how large its window is, so that a cut to it is told."""
    end = at.person.ask_json('--model', 'tiny:latest', LONG * 400)[-1]
    assert 'read only 2048 of about' in (end.get('note') or ''), end
    end = at.person.ask_json('--model', 'tiny:latest', LONG * 160)[-1]  # looks like less than it is
    assert '2048' in (end.get('note') or ''), end


GROUPS = [(window_counted, [LlamaServer], [draft_is_counted, long_chat_fits]),
          (window_full, [LlamaServer], [full_window_is_told]),
          (silent_cut, [Ollama], [first_question_is_judged, ollama_cut_is_told])]
