# pool.py: two llama-servers that stand in for each other: both are used, and one is killed
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import json
import types

from person import Person
from servers.llama_server import SlowLlamaServer
from window import BUTTON, TEXT_BOX, wait

STORY = 'Write a long story about the sea, and do not stop.'
LONG = STORY + ' Here is what I know: ' + ' '.join(f'the ship number {i} has a crew of {i * 7} and a cargo of wool.' for i in range(12))


@contextlib.contextmanager
def pool(folder):
    with SlowLlamaServer(folder) as one, SlowLlamaServer(folder) as two:
        person = Person(f'{folder}/person')
        for name, peer in (('one', one), ('two', two)):
            # ends in some seconds, and is not so short that it is at its end before it is killed
            person.run('servers', 'add', name, '--protocol', 'llama-server', '--url', peer.url, '--pool', 'desk',
                       '--body', '{"max_tokens": 100}')
        yield types.SimpleNamespace(peers=[one, two], person=person)


def answering(at, limit=30):
    """The server that writes an answer."""
    return wait('a server that answers', lambda: next((p for p in at.peers if p.busy()), None), limit)


def idle(at):
    wait('the end of all answers', lambda: not any(p.busy() for p in at.peers), 120)


@contextlib.contextmanager
def killed(peer):
    peer.kill()
    try:
        yield
    finally:
        peer.start()


def one_model_is_listed(at):
    said = at.person.run('models')
    assert said.count('small') == 1, said


def asking(at, question):
    return at.person.started('ask', '--json', '--server', 'desk', '--model', 'small', question)


def words(asked, n):
    """The first n pieces of text of the answer."""
    pieces = []
    for line in asked.stdout:
        event = json.loads(line)
        if event['event'] == 'text':
            pieces.append(event['text'])
            if len(pieces) == n:
                return pieces
    raise AssertionError(f'it ended: {asked.stderr.read()}')


def rest(asked):
    """The events that come until the end."""
    out, err = asked.communicate(timeout=180)
    events = [json.loads(line) for line in out.splitlines()]
    assert events and events[-1]['event'] == 'end', (events, err)
    return events


def four_chats_use_both(at):
    """Four commands, one after another while those before it are still answered."""
    with contextlib.ExitStack() as stack:
        asked, most = [], [0, 0]
        for _ in range(4):
            asked.append(stack.enter_context(asking(at, STORY)))
            words(asked[-1], 1)
            most = [max(n, peer.busy()) for n, peer in zip(most, at.peers)]
        assert all(most), f'{most} answers at once'
    idle(at)


def killed_before_the_first_token(at):
    with asking(at, LONG) as asked:
        with killed(answering(at)):
            events = rest(asked)
    assert asked.returncode == 0 and events[-1]['state'] == 'done', (asked.returncode, events[-1])
    assert len([e for e in events if e['event'] == 'text']) > 3, events


def killed_in_mid_answer(at):
    with asking(at, STORY) as asked:
        begin = words(asked, 3)
        with killed(answering(at)):
            events = rest(asked)
            assert not any(p.busy() for p in at.peers), 'it was begun again without being told'
    assert asked.returncode == 32 and events[-1]['code'] == 'interrupted', events[-1]
    text = ''.join(begin + [e['text'] for e in events if e['event'] == 'text'])
    chat = at.person.run('chats').splitlines()[0].split()[0]
    assert text.strip() in at.person.run('show', chat), 'the text that came is not kept'


def window_goes_on_with_the_other(at):
    """The answer is marked, its text is kept, and one press goes on with the other server."""
    at.person.env['LOBE_DEFAULT_MODEL'] = 'desk/small'
    with at.person.window() as w:
        w.write('Message', STORY)
        w.press('Send')
        before = wait('some words', lambda: max(w.conversation(), key=len) if len(''.join(w.conversation())) > len(STORY) + 60 else '', 90)
        with killed(answering(at)):
            wait('the mark', lambda: w.says('Interrupted'))
            idle(at)
            kept = ' '.join(w.conversation())
            assert before[:20] in kept, kept
            w.press('Continue', last=True)
            answering(at)
            wait('the end', lambda: w.look(BUTTON, 'Send') and not w.look(BUTTON, 'Stop'), 120)
            after = ' '.join(w.conversation())
            assert before[:20] in after and len(after) > len(kept), after


def window_with_four_chats_uses_both(at):
    with at.person.window() as w:
        for _ in range(4):
            w.find(TEXT_BOX, 'Message')
            w.write('Message', LONG)
            w.press('Send')
            wait('the question', lambda: w.look(BUTTON, 'Stop'))
            w.press('New Chat')
        most = [0, 0]

        def both():
            for i, peer in enumerate(at.peers):
                most[i] = max(most[i], peer.busy())
            return all(most)
        wait(f'answers of both ({most})', both, 20)
    idle(at)


GROUPS = [(pool, [SlowLlamaServer], [
    one_model_is_listed, four_chats_use_both, killed_before_the_first_token, killed_in_mid_answer, window_goes_on_with_the_other,
    window_with_four_chats_uses_both])]
