# refusals.py: what a server in front of the model says no with, each shown as what it is
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import subprocess
import types

from peer import Long
from person import QUESTION, Person
from servers.llama_server import LlamaServer
from servers.nginx import Nginx
from servers.stand_in import cut_off
from window import BUTTON, TEXT_BOX, wait


@contextlib.contextmanager
def refusals(folder):
    with LlamaServer(folder) as behind, Nginx(folder, behind.url) as nginx:
        yield types.SimpleNamespace(nginx=nginx, person=Person(f'{folder}/person', {'OPENAI_API_KEY': 'a-key'}))


def refused(status, nick):
    def case(at):
        at.person.env['OPENAI_BASE_URL'] = f'{at.nginx.url}/refuse/{status}/v1'
        end = at.person.ask_json('--model', 'tiny', QUESTION, status=nick)[-1]
        assert end['code'] == nick, end
        assert '<' not in end['message'], f'the page’s markup is shown: {end}'
        words = end['message'].partition(':')[0]  # after a colon the system’s own words, not always the same
        assert words in at.person.run('ask', '--model', 'tiny', QUESTION, status=nick), words
    case.__name__ = f'refused_{status}'
    return case


def stream_ends_too_early(at):
    with cut_off() as server:
        at.person.env['OPENAI_BASE_URL'] = f'{server.url}/v1'
        events = at.person.ask_json('--model', 'cut', 'An early end.', status='interrupted')
        assert ''.join(e['text'] for e in events if e['event'] == 'text') == 'Half an answer', events
        chat = at.person.run('chats').splitlines()[0].split()[0]
        assert 'Half an answer' in at.person.run('show', chat), 'the half that came is not kept'


CASES = [refused(*r) for r in (
    ('401', 'authentication'), ('403', 'forbidden'), ('404', 'not-found'), ('413', 'bad-request'), ('429', 'rate-limited'),
    ('500', 'server'), ('503', 'overloaded'), ('529', 'overloaded'), ('closed', 'interrupted'), ('quota', 'quota'),
    ('filter', 'content-filter'), ('bad', 'bad-request'), ('loading', 'loading'), ('nonsense', 'protocol'))]


@contextlib.contextmanager
def cards(folder):
    """A window on a server that nginx is in front of, in the mood that each case sets."""
    with LlamaServer(folder) as behind, Nginx(folder, behind.url) as nginx:
        person = Person(f'{folder}/person', {'LOBE_DEFAULT_MODEL': 'front/tiny'})
        person.run('servers', 'add', 'front', '--protocol', 'openai', '--url', f'{nginx.url}/mood/v1')
        with person.window() as window:
            yield types.SimpleNamespace(nginx=nginx, window=window, person=person)


def provoke(at, question, title):
    w = at.window
    w.press('New Chat')
    wait('an empty chat', lambda: w.look(TEXT_BOX, 'Message') and not w.conversation())
    w.write('Message', question)
    w.press('Send')
    wait(f'“{title}”', lambda: w.says(title))
    assert not any('<' in words for words in w.conversation()), f'markup is shown: {w.conversation()}'


def retry(at, title):
    at.window.press('Retry', last=True)
    wait('the answer', lambda: not at.window.says(title) and at.window.look(BUTTON, 'Send') and not at.window.look(BUTTON, 'Stop'))
    assert len(at.window.conversation()) > 1, 'an empty answer'


def card(mood, title, button):
    def case(at):
        at.nginx.set_mood(mood)
        try:
            provoke(at, f'Say something, {mood}.', title)
        finally:
            at.nginx.set_mood()
        if button == 'Retry':
            retry(at, title)
        else:
            at.window.press(button, last=True)
            wait('where a model is chosen', lambda: at.window.look(TEXT_BOX, 'Search Models'))
            subprocess.run(['xdotool', 'key', 'Escape'], check=True)
            wait('the end of that', lambda: not at.window.look(TEXT_BOX, 'Search Models'))
    case.__name__ = f'card_{mood}'
    return case


def card_refused(at):
    at.nginx.kill()
    try:
        provoke(at, 'Is anybody there?', 'The server does not answer')
    finally:
        at.nginx.start()
    retry(at, 'The server does not answer')


CARDS = [card(*c) for c in (
    ('401', 'The server wants a valid key', 'Retry'), ('429', 'Too many requests', 'Retry'),
    ('529', 'The server is busy', 'Choose Another Model'))]
MORE_CARDS = [card(*c) for c in (
    ('403', 'The server does not allow this', 'Choose Another Model'),
    ('404', 'There is no such service at this address', 'Retry'), ('413', 'The server did not accept the request', 'Retry'),
    ('500', 'The server failed', 'Retry'), ('503', 'The server is busy', 'Retry'),
    ('quota', 'The account has no credit left', 'Choose Another Model'),
    ('filter', "The provider's filter refused this", 'Retry'), ('bad', 'The server did not accept the request', 'Retry'),
    ('loading', 'The model is still loading', 'Retry'), ('nonsense', "The server's answer makes no sense", 'Retry'))]


@contextlib.contextmanager
def more_cards(folder):
    with cards(folder) as at:
        yield at


GROUPS = [
    (refusals, [LlamaServer, Nginx], [*CASES, stream_ends_too_early]),
    (cards, [LlamaServer, Nginx], [*CARDS, card_refused]),
    (more_cards, [LlamaServer, Nginx, Long], MORE_CARDS),
]
