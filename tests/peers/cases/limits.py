# limits.py: an answer that is stopped, a context window that is too small
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import signal
import types

from person import QUESTION, Person
from servers.llama_server import LlamaServer, SlowLlamaServer
from window import wait

STORY = 'Write a long story about the sea, and do not stop.'


@contextlib.contextmanager
def stopping(folder):
    with SlowLlamaServer(folder) as peer:
        yield types.SimpleNamespace(peer=peer, person=Person(f'{folder}/person', {'OPENAI_BASE_URL': f'{peer.url}/v1',
                                                                                'OPENAI_API_KEY': 'a-key'}))


def ends_on_the_server(at, number, statuses):
    with at.person.started('ask', '--model', 'small', STORY) as asked:
        wait('the answer’s begin', lambda: asked.stdout.read(1))
        assert at.peer.busy() == 1, 'the server is not at it'
        asked.send_signal(number)
        wait('the server’s rest', lambda: not at.peer.busy(), 3)
        assert asked.wait(10) in statuses, asked.returncode


def stopped(at):
    ends_on_the_server(at, signal.SIGINT, [130])


def killed(at):
    ends_on_the_server(at, signal.SIGKILL, [-signal.SIGKILL])


@contextlib.contextmanager
def small_window(folder):
    with LlamaServer(folder, context=256) as peer:
        yield types.SimpleNamespace(peer=peer, person=Person(f'{folder}/person', {'OPENAI_BASE_URL': f'{peer.url}/v1',
                                                                                'OPENAI_API_KEY': 'a-key'}))


def question_too_long(at):
    end = at.person.ask_json('--model', 'tiny', 'all these words ' * 200, status='context-overflow')[-1]
    assert '256' in end['message'], f'it does not say how much fits: {end}'


def answer_cut_off(at):
    """The answer reaches the end of the window: it is marked, not taken for whole."""
    end = at.person.ask_json('--model', 'tiny', QUESTION)[-1]
    assert end['state'] == 'done' and end['cut'], end


GROUPS = [(stopping, [SlowLlamaServer], [stopped, killed]), (small_window, [LlamaServer], [question_too_long, answer_cut_off])]
