# pool.py: two llama-servers that stand in for each other: both are used, and one is killed
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import json
import types

from person import Person
from servers.llama_server import SlowLlamaServer
from window import BUTTON, TEXT_BOX, wait

STORY = 'Write a long story about the sea, and do not stop.'
LONG = STORY + ' Here is what I know: ' + ' '.join(f'the ship number {i} has a crew of {i * 7} and a cargo of wool.' for i in range(25))


@contextlib.contextmanager
def pool(folder):
    with SlowLlamaServer(folder) as one, SlowLlamaServer(folder) as two:
        person = Person(f'{folder}/person')
        for name, peer in (('one', one), ('two', two)):
            person.run('servers', 'add', name, '--protocol', 'llama-server', '--url', peer.url, '--pool', 'desk')
        yield types.SimpleNamespace(peers=[one, two], person=person)


def answering(at, limit=30):
    """The server that writes an answer."""
    return wait('a server that answers', lambda: next((p for p in at.peers if p.busy()), None), limit)


def idle(at):
    wait('the end of all answers', lambda: not any(p.busy() for p in at.peers), 60)


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


def four_chats_use_both(at):
    """Four commands, one after another while those before it are still answered."""
    asked = []
    for _ in range(4):
        asked.append(at.person.start('ask', '--json', '--server', 'desk', '--model', 'small', STORY))
        for line in asked[-1].stdout:
            if json.loads(line)['event'] == 'text':
                break
    most = [p.busy() for p in at.peers]
    for process in asked:
        process.communicate(timeout=120)
        assert process.returncode == 0, process.returncode
    assert all(most), f'{most} answers at once'


def killed_before_the_first_token(at):
    asked = at.person.start('ask', '--json', '--server', 'desk', '--model', 'small', LONG)
    with killed(answering(at)):
        out, err = asked.communicate(timeout=120)
    events = [json.loads(line) for line in out.splitlines()]
    assert asked.returncode == 0 and events[-1]['state'] == 'done', (asked.returncode, events[-1], err)
    assert len([e for e in events if e['event'] == 'text']) > 3, events


def killed_in_mid_answer(at):
    asked = at.person.start('ask', '--json', '--server', 'desk', '--model', 'small', STORY)
    words = []
    for line in asked.stdout:
        event = json.loads(line)
        if event['event'] == 'text':
            words.append(event['text'])
        if len(words) == 3:
            break
    with killed(answering(at)):
        out, _ = asked.communicate(timeout=60)
    events = [json.loads(line) for line in out.splitlines()]
    assert asked.returncode == 32 and events[-1]['code'] == 'interrupted', events[-1]
    words = ''.join(words + [e['text'] for e in events if e['event'] == 'text'])
    chat = at.person.run('chats').splitlines()[0].split()[0]
    assert words.strip() in at.person.run('show', chat), 'the text that came is not kept'
    assert not any(p.busy() for p in at.peers if p.process.poll() is None), 'it was begun again without being told'


def window_goes_on_with_the_other(at):
    """The answer is marked, its text is kept, and one press goes on with the other server."""
    at.person.env['LOBE_DEFAULT_MODEL'] = 'desk/small'
    with at.person.window() as w:
        w.write('Message', STORY)
        w.press('Send')
        before = wait('some words', lambda: (w.conversation() + [''])[-1] if len(''.join(w.conversation())) > len(STORY) + 60 else '')
        with killed(answering(at)):
            wait('the mark', lambda: w.says('Interrupted'))
            idle(at)
            kept = ' '.join(w.conversation())
            assert before[:20] in kept, kept
            w.press('Continue', last=True)
            answering(at)
            wait('the end', lambda: w.look(BUTTON, 'Send') and not w.look(BUTTON, 'Stop'), 60)
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
