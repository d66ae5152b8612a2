# refusals.py: what a server in front of the model says no with, each shown as what it is
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import types

from person import QUESTION, Person
from servers.llama_server import LlamaServer
from servers.nginx import Nginx
from servers.stand_in import cut_off


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
        assert end['message'] in at.person.run('ask', '--model', 'tiny', QUESTION, status=nick)
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
    ('500', 'server'), ('503', 'overloaded'), ('529', 'overloaded'), ('closed', 'interrupted'))]
GROUPS = [(refusals, [LlamaServer, Nginx], [*CASES, stream_ends_too_early])]
