# a_raw.py: each server answers in the shapes that the other cases rely on, asked without Lobe Chat: first of all, so that a
# server that changed is not taken for a defect of ours
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import json
import os
import ssl
import types
import urllib.error
import urllib.parse
import urllib.request

from peer import DIRECT, GGUF
from servers.litellm import LiteLLM
from servers.llama_server import LlamaRouter, LlamaServer
from servers.nginx import REFUSALS, Nginx
from servers.ollama import Ollama

WORDS = [{'role': 'user', 'content': 'Say something.'}]


def fetch(url, body=None, proxy=None, **headers):
    """Status, headers and text of the answer, whatever the status."""
    data = json.dumps(body).encode() if body is not None else None
    headers = {name.replace('_', '-'): value for name, value in headers.items()}
    request = urllib.request.Request(url, data, {'Content-Type': 'application/json', **headers})
    if proxy:
        request.set_proxy(urllib.parse.urlsplit(proxy).netloc, 'http')
    try:
        with DIRECT.open(request, timeout=60) as reply:
            return reply.status, reply.headers, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode(errors='replace')


def streamed(url, body, *marks, proxy=None, **headers):
    """The answer is an event stream that has all the marks."""
    status, kind, text = fetch(url, body, proxy, **headers)
    assert status == 200, f'{status}: {text[:500]}'
    assert kind.get_content_type() == 'text/event-stream', kind.get_content_type()
    for mark in marks:
        assert mark in text, f'no {mark} in {text[-800:]}'


def openai_shape(url, proxy=None, **headers):
    streamed(f'{url}/v1/chat/completions', {'model': 'tiny', 'messages': WORDS, 'max_tokens': 20, 'stream': True},
             '"delta"', '"finish_reason":"', 'data: [DONE]', proxy=proxy, **headers)


def anthropic_shape(url, **headers):
    # not message_start: llama-server 0.7 leaves it out now and then
    streamed(f'{url}/v1/messages', {'model': 'tiny', 'messages': WORDS, 'max_tokens': 20, 'stream': True},
             'event: content_block_delta', 'text_delta', 'event: message_stop', **headers)


def responses_shape(url, **headers):
    streamed(f'{url}/v1/responses', {'model': 'tiny', 'input': 'Say something.', 'max_output_tokens': 20, 'stream': True},
             'response.created', 'response.output_text.delta', 'response.completed', **headers)


@contextlib.contextmanager
def raw_llama_server(folder):
    with LlamaServer(folder, key='k') as peer:
        yield types.SimpleNamespace(url=peer.url, key={'Authorization': 'Bearer k'})


def llama_shapes(at):
    for shape in (openai_shape, anthropic_shape, responses_shape):
        shape(at.url, **at.key)
    assert fetch(f'{at.url}/v1/models')[0] == 401
    assert 'n_ctx' in fetch(f'{at.url}/props', **at.key)[2]
    assert 'tokens' in fetch(f'{at.url}/tokenize', {'content': 'two words'}, **at.key)[2]


@contextlib.contextmanager
def raw_llama_router(folder):
    with LlamaRouter(folder) as peer:
        yield types.SimpleNamespace(url=peer.url)


def router_loads(at):
    def states():
        return {m['id']: m['status']['value'] for m in json.loads(fetch(f'{at.url}/v1/models')[2])['data']}
    assert states() == {'first': 'unloaded', 'second': 'unloaded'}, states()
    streamed(f'{at.url}/v1/chat/completions', {'model': 'first', 'messages': WORDS, 'max_tokens': 5, 'stream': True}, 'data: [DONE]')
    assert states() == {'first': 'loaded', 'second': 'unloaded'}, states()
    assert fetch(f'{at.url}/v1/chat/completions', {'model': 'third', 'messages': WORDS})[0] in (400, 404)


@contextlib.contextmanager
def raw_nginx(folder):
    os.mkdir(f'{folder}/files')
    os.symlink(GGUF, f'{folder}/files/tiny.gguf')
    with LlamaServer(folder) as behind, Nginx(folder, behind.url, f'{folder}/files') as peer:
        yield types.SimpleNamespace(url=peer.url, nginx=peer, behind=behind)


def nginx_forwards(at):
    openai_shape(at.url)


def nginx_is_a_proxy(at):
    openai_shape(at.behind.url, proxy=at.nginx.proxy_url)
    assert any(line.startswith(f'{at.nginx.proxy_port} POST') for line in at.nginx.requests())


def nginx_tls(at):
    assert b'"tiny"' in at.nginx.trusted('/v1/models') and b'"tiny"' in at.nginx.trusted('/v1/models', client=True)
    with contextlib.suppress(ssl.SSLError, urllib.error.URLError):
        urllib.request.urlopen(at.nginx.tls_url, timeout=10)
        raise AssertionError('a certificate by nobody’s CA was taken')
    context = ssl.create_default_context(cafile=at.nginx.file('ca.pem'))
    try:
        urllib.request.urlopen(at.nginx.mtls_url + '/alive', context=context, timeout=10)
        raise AssertionError('nobody asked for the client’s certificate')
    except urllib.error.HTTPError as error:
        assert error.code == 400 and b'certificate' in error.read()


def nginx_ranges(at):
    size = os.path.getsize(GGUF)
    status, headers, _ = fetch_bytes(f'{at.url}/files/tiny.gguf', f'bytes={size - 10}-')
    assert status == 206 and headers['Content-Range'] == f'bytes {size - 10}-{size - 1}/{size}', headers


def fetch_bytes(url, span):
    with DIRECT.open(urllib.request.Request(url, headers={'Range': span}), timeout=10) as reply:
        return reply.status, reply.headers, reply.read()


def nginx_refuses(at):
    for name, (wanted, kind, more, body) in REFUSALS.items():
        status, headers, text = fetch(f'{at.url}/refuse/{name}/v1/chat/completions', {'model': 'tiny', 'messages': WORDS})
        assert status == wanted and text == body and headers.get_content_type() == kind, (status, text)
        assert all(headers[field] == value for field, value in more.items()), headers
    openai_models = fetch(f'{at.url}/refuse/429/v1/models')
    assert openai_models[0] == 200 and '"tiny"' in openai_models[2], openai_models
    with contextlib.suppress(OSError):
        fetch(f'{at.url}/refuse/closed/v1/chat/completions', {})
        raise AssertionError('it was not closed')


@contextlib.contextmanager
def raw_ollama(folder):
    with Ollama(folder, {'tiny': 'PARAMETER num_ctx 256\n'}) as peer:
        yield types.SimpleNamespace(url=peer.url)


def ollama_cuts(at):
    """What the app has to notice: far more words than the window holds, and no word about it."""
    long = [{'role': 'user' if i % 2 == 0 else 'assistant', 'content': f'{i} ' + 'all these words ' * 20} for i in range(9)]
    status, _, text = fetch(f'{at.url}/api/chat', {'model': 'tiny', 'messages': long, 'options': {'num_predict': 5}})
    last = json.loads(text.splitlines()[-1])
    assert status == 200 and last['done'] and last['prompt_eval_count'] <= 256, last


@contextlib.contextmanager
def raw_litellm(folder):
    with LlamaServer(folder) as behind, LiteLLM(folder, behind.url) as peer:
        yield types.SimpleNamespace(url=peer.url, key=peer.KEY)


def litellm_openai(at):
    openai_shape(at.url, Authorization=f'Bearer {at.key}')
    assert '"tiny"' in fetch(f'{at.url}/v1/models', Authorization=f'Bearer {at.key}')[2]


def litellm_azure(at):
    streamed(f'{at.url}/openai/deployments/tiny/chat/completions?api-version=2024-10-21',
             {'messages': WORDS, 'max_tokens': 20, 'stream': True}, '"delta"', 'data: [DONE]', api_key=at.key)


def litellm_anthropic(at):
    anthropic_shape(at.url, x_api_key=at.key, anthropic_version='2023-06-01')


def litellm_responses(at):
    responses_shape(at.url, Authorization=f'Bearer {at.key}')


def litellm_gemini(at):
    streamed(f'{at.url}/v1beta/models/tiny:streamGenerateContent?alt=sse',
             {'contents': [{'role': 'user', 'parts': [{'text': 'Say something.'}]}], 'generationConfig': {'maxOutputTokens': 20}},
             '"candidates"', '"finishReason"', x_goog_api_key=at.key)


GROUPS = [
    (raw_llama_server, [LlamaServer], [llama_shapes]),
    (raw_llama_router, [LlamaRouter], [router_loads]),
    (raw_nginx, [LlamaServer, Nginx], [nginx_forwards, nginx_is_a_proxy, nginx_tls, nginx_ranges, nginx_refuses]),
    (raw_ollama, [Ollama], [ollama_cuts]),
    (raw_litellm, [LlamaServer, LiteLLM], [litellm_openai, litellm_azure, litellm_anthropic, litellm_responses, litellm_gemini]),
]
