#!/usr/bin/env python3
# check-rooms.py: every include goes down the order of the rooms, and only app/ knows GTK.
# SPDX-License-Identifier: GPL-3.0-or-later
import pathlib
import re
import sys

BELOW = {
    'base': [],
    'net': ['base'],
    'secret': ['base'],
    'model': ['base'],
    'markdown': ['base'],
    'driver': ['base', 'net', 'secret', 'model'],
    'server': ['base', 'net', 'secret', 'model', 'driver'],
    'engine': ['base', 'net', 'secret', 'model', 'driver', 'server'],
    'store': ['base', 'model'],
    'session': ['base', 'net', 'secret', 'model', 'markdown', 'driver', 'server', 'engine', 'store'],
}
BELOW['cli'] = BELOW['app'] = list(BELOW)

source = pathlib.Path(sys.argv[1])
failures = []
n = 0
for path in sorted([*source.rglob('*.c'), *source.rglob('*.h')]):
    room = path.relative_to(source).parts[0]
    if room not in BELOW:
        failures.append(f'{path}: "{room}" is no room of the design')
        continue
    for number, line in enumerate(path.read_text().splitlines(), 1):
        include = re.match(r'\s*#\s*include\s*(["<])([^">]+)', line)
        if not include:
            continue
        n += 1
        kind, name = include.groups()
        target = name.split('/')[0]
        if kind == '"' and '/' in name and target != room and target not in BELOW[room]:
            failures.append(f'{path}:{number}: {room} must not know {target}')
        if kind == '<' and room != 'app' and re.match(r'(gtk|gdk|gsk|adwaita|gtksourceview)', name):
            failures.append(f'{path}:{number}: only app/ may know {name}')
        if kind == '<' and room in ('model', 'markdown', 'store', 'base') and name.startswith('libsoup'):
            failures.append(f'{path}:{number}: only net/ may know libsoup')

print('1..1')
for failure in failures:
    print('#', failure)
print('not ok' if failures or n == 0 else 'ok', f'1 - {n} includes go down')
sys.exit(bool(failures) or n == 0)
