# nginx.py: nginx in front of another server: TLS by a CA of its own, client certificates, a proxy, refusals, slow downloads
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import ssl
import subprocess
import urllib.request

from peer import Peer, free_port

HTML = '<html><head><title>{0}</title></head><body><h1>{0}</h1><script>alert(1)</script></body></html>'
# name: status, content type, headers and body of the refusal; what has a number is what nginx or a gateway would say
REFUSALS = {
    '401': (401, 'application/json', {'WWW-Authenticate': 'Bearer'},
            '{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","code":"invalid_api_key"}}'),
    '403': (403, 'application/json', {}, '{"error":{"message":"This key may not use this model","type":"permission_error"}}'),
    '404': (404, 'text/html', {}, HTML.format('404 Not Found')),
    '413': (413, 'text/html', {}, HTML.format('413 Request Entity Too Large')),
    '429': (429, 'application/json', {'Retry-After': '2'},
            '{"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}'),
    '500': (500, 'text/html', {}, HTML.format('500 Internal Server Error')),
    '503': (503, 'text/html', {'Retry-After': '2'}, HTML.format('503 Service Temporarily Unavailable')),
    '529': (529, 'application/json', {}, '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'),
    'quota': (429, 'application/json', {},
              '{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}'),
    'filter': (400, 'application/json', {},
               '{"error":{"message":"The prompt was filtered","type":null,"code":"content_filter","status":400}}'),
    'bad': (400, 'application/json', {}, '{"error":{"message":"top_p must be at most 1","type":"invalid_request_error"}}'),
    'loading': (503, 'application/json', {}, '{"error":{"message":"Loading model","type":"unavailable_error","code":503}}'),
    'nonsense': (200, 'text/html', {}, HTML.format('Sign in to the guest network')),
}


def certificates(folder):
    """A CA, a server's certificate for localhost and 127.0.0.1, a client's certificate, and another CA that signed nothing."""
    def openssl(*args):
        subprocess.run(['openssl', *args], cwd=folder, check=True, capture_output=True)

    curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    for ca in ('ca', 'other-ca'):
        openssl('req', '-x509', *curve, '-keyout', f'{ca}.key', '-out', f'{ca}.pem', '-days', '2', '-subj', f'/CN=Lobe tests {ca}',
                '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign')
    for name, usage in (('server', 'serverAuth'), ('client', 'clientAuth')):
        with open(f'{folder}/{name}.ext', 'w') as f:
            f.write(f'basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage={usage}\n')
            if name == 'server':
                f.write('subjectAltName=DNS:localhost,IP:127.0.0.1\n')
        openssl('req', *curve, '-keyout', f'{name}.key', '-out', f'{name}.csr', '-subj', f'/CN={name}')
        openssl('x509', '-req', '-in', f'{name}.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2',
                '-extfile', f'{name}.ext', '-out', f'{name}.pem')


class Nginx(Peer):
    """
    url: plain, with all of the server behind it; below /refuse/401/ … the same, but what is posted is refused; below /mood/ as
    set_mood () says; below /nothing/ nothing; below /team/ only who sends “X-Team: blue”; below /files/ files (with Range), below /slow/ the same at a limited rate. tls_url: the same with TLS; mtls_url:
    only for who shows the client's certificate. proxy_url: a proxy for any http address.
    """
    PROGRAM = 'NGINX_PEER'
    WHY_NOT = 'nginx could not be had'
    HEALTH = '/alive'

    def __init__(self, folder, upstream='http://127.0.0.1:9', files=None, rate='1m'):
        super().__init__(folder)
        self.upstream, self.files, self.rate = upstream, files or folder, rate
        self.tls_port, self.mtls_port, self.proxy_port = free_port(), free_port(), free_port()
        self.tls_url = f'https://localhost:{self.tls_port}'
        self.mtls_url = f'https://localhost:{self.mtls_port}'
        self.proxy_url = f'http://127.0.0.1:{self.proxy_port}'
        self.tls_folder = f'{folder}/tls'
        os.mkdir(self.tls_folder)
        self.moods = f'{folder}/moods'
        os.mkdir(self.moods)
        certificates(self.tls_folder)
        with open(f'{folder}/nginx.conf', 'w') as f:
            f.write(self._config())

    def file(self, name):
        """A file of the certificates: ca.pem, other-ca.pem, client.pem, client.key."""
        return f'{self.tls_folder}/{name}'

    def argv(self):
        return [self.program(), '-c', f'{self.folder}/nginx.conf', '-p', self.folder, '-e', 'stderr']

    def set_mood(self, name=None):
        """What is posted below /mood/ is refused so from now on, with None no more."""
        for old in os.listdir(self.moods):
            os.unlink(f'{self.moods}/{old}')
        if name:
            with open(f'{self.moods}/{name}', 'w'):
                pass

    def requests(self):
        """What came in on every port: “PORT METHOD URI STATUS” a line."""
        with open(f'{self.folder}/access.log') as f:
            return f.read().splitlines()

    def _refusals(self):
        for name, (status, kind, headers, body) in REFUSALS.items():
            lines = ''.join(f'add_header {field} "{value}" always; ' for field, value in headers.items())
            yield (f"location /refuse/{name}/ {{ default_type {kind}; {lines}if ($request_method = POST) {{ return {status} '{body}'; }} "
                   f'rewrite ^/refuse/{name}(/.*)$ $1 break; proxy_pass {self.upstream}; }}')
        moods = ' '.join(f'if (-f {self.moods}/{name}) {{ rewrite ^/mood(/.*)$ /refuse/{name}$1 last; }}' for name in (*REFUSALS, 'closed'))
        yield f'location /mood/ {{ {moods} rewrite ^/mood(/.*)$ $1 break; proxy_pass {self.upstream}; }}'

    def _config(self):
        tmp = '\n'.join(f'{kind}_temp_path {self.folder}/{kind};' for kind in ('proxy', 'fastcgi', 'uwsgi', 'scgi'))
        places = f'''
          location = /alive {{ return 200 'yes'; }}
          location / {{ proxy_pass {self.upstream}; }}
          location /files/ {{ alias {self.files}/; }}
          location /slow/ {{ alias {self.files}/; limit_rate {self.rate}; }}
          location /refuse/closed/ {{ if ($request_method = POST) {{ return 444; }}
            rewrite ^/refuse/closed(/.*)$ $1 break; proxy_pass {self.upstream}; }}
          location /team/ {{ if ($http_x_team != "blue") {{ return 403; }} rewrite ^/team(/.*)$ $1 break; proxy_pass {self.upstream}; }}
          location /nothing/ {{ default_type text/html; return 404 '{REFUSALS["404"][3]}'; }}
          {chr(10).join(self._refusals())}'''
        tls = f'ssl_certificate {self.file("server.pem")}; ssl_certificate_key {self.file("server.key")};'
        return f'''daemon off; master_process off; worker_processes 1; pid {self.folder}/nginx.pid; error_log stderr;
events {{ worker_connections 256; }}
http {{
  client_body_temp_path {self.folder}/body; {tmp}
  log_format short '$server_port $request_method $request_uri $status'; access_log {self.folder}/access.log short;
  client_max_body_size 64m; proxy_http_version 1.1; proxy_buffering off; proxy_read_timeout 300s; keepalive_timeout 5s;
  server {{ listen 127.0.0.1:{self.port}; {places} }}
  server {{ listen 127.0.0.1:{self.tls_port} ssl; {tls} {places} }}
  server {{ listen 127.0.0.1:{self.mtls_port} ssl; {tls} ssl_client_certificate {self.file("ca.pem")}; ssl_verify_client on; {places} }}
  server {{ listen 127.0.0.1:{self.proxy_port}; location / {{ proxy_pass http://$http_host$request_uri; }} }}
}}
'''

    def trusted(self, path, client=False):
        """What the TLS port answers to somebody who trusts the CA."""
        context = ssl.create_default_context(cafile=self.file('ca.pem'))
        if client:
            context.load_cert_chain(self.file('client.pem'), self.file('client.key'))
        with urllib.request.urlopen((self.mtls_url if client else self.tls_url) + path, context=context, timeout=10) as reply:
            return reply.read()
