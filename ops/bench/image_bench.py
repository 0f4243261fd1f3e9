#!/usr/bin/env python3
"""Images side by side: build, rebuild, push, pull, save, load by the Docker CLI on one or two engines, run in turn.

usage: image_bench.py --base TAR [-n N] [--only build,pull,...] [--json FILE] [--registry 127.0.0.1:5001] NAME=SOCKET [NAME=SOCKET]

Needs a plain-HTTP registry (Debian's docker-registry) and a root file system as a tar (debootstrap --variant=minbase).
A figure is the wall time of the whole CLI command. Before "pull" and "load" all of the image is taken from the engine,
its build cache too: every layer comes anew. "where a build cache has the layers" are the same without that.

"memory" (not measured unless asked for by --only) pulls an image of ten layers of 100 MB each and tells the engine's
resident memory before and at its peak; the process is the one that listens on the socket.
"""
import argparse, json, os, shutil, socket, statistics, struct, subprocess, sys, tempfile, threading, time

DOCKERFILE = """FROM base:12
RUN dd if=/dev/urandom of=/a bs=1M count=30 2>/dev/null
RUN dd if=/dev/urandom of=/b bs=1M count=30 2>/dev/null
RUN cp -a /usr/share /c
RUN cp -a /usr/lib /d
COPY x /x
RUN echo hi > /e
ENV A=1
CMD ["/bin/true"]
"""
ROWS = {
    'build': 'build 7 steps, no cache',
    'again': 'build again, all cached',
    'push': 'push',
    'save': 'save',
    'pull': 'pull',
    'update': 'pull again, up to date',
    'load': 'load',
    'warmpull': 'pull, where a build cache has the layers',
    'warmload': 'load, where a build cache has the layers',
    'cached': 'build again, all cached, often and warm',
    'uptodate': 'pull again, up to date, often and warm',
}


LARGE = 'FROM base:12\n' + ''.join(f'RUN dd if=/dev/urandom of=/large{i} bs=1M count=100 2>/dev/null\n' for i in range(10))


class Resident:
    """The resident memory of the process behind a socket, looked at until the end of the block."""

    def __init__(self, path):
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(path)
            self.pid = struct.unpack('3i', peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
        self.before = self.peak = self.now()
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.look)

    def now(self):
        with open(f'/proc/{self.pid}/status') as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith('VmRSS'))

    def look(self):
        while not self.done.wait(0.02):
            self.peak = max(self.peak, self.now())

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


class Bench:
    def __init__(self, options, context):
        self.options, self.context, self.times = options, context, {}
        self.only = set(filter(None, options.only.split(','))) or set(ROWS) - {'cached', 'uptodate'}
        self.environment = dict(os.environ, DOCKER_BUILDKIT='0')

    def docker(self, socket, *words, check=True):
        return subprocess.run(['docker', '-H', 'unix://' + socket, *words], check=check, env=self.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self.context)

    def timed(self, row, name, socket, *words, always=False):
        if row not in self.only:
            if always:
                self.docker(socket, *words)
            return
        begin = time.perf_counter()
        self.docker(socket, *words)
        self.times.setdefault(row, {}).setdefault(name, []).append(time.perf_counter() - begin)

    def drop(self, socket, image, *, cache):
        self.docker(socket, 'rmi', '-f', image, check=False)
        self.docker(socket, 'rmi', '-f', 'base:12', check=False)
        if cache:
            self.docker(socket, 'builder', 'prune', '-af', check=False)
        time.sleep(self.options.pause)

    def round(self, number, name, socket):
        image, tar = f'{self.options.registry}/app-{name}:{number}', f'{self.context}/{name}.tar'
        self.docker(socket, 'import', self.options.base, 'base:12')
        self.timed('build', name, socket, 'build', '--no-cache', '-q', '-t', image, '.', always=True)
        self.timed('again', name, socket, 'build', '-q', '-t', image, '.')
        self.timed('push', name, socket, 'push', '-q', image, always=bool(self.only & {'pull', 'warmpull', 'update'}))
        self.timed('save', name, socket, 'save', '-o', tar, image, always=bool(self.only & {'load', 'warmload'}))
        for pull, load, cache in (('warmpull', 'warmload', False), ('pull', 'load', True)):
            if pull in self.only or (cache and 'update' in self.only):
                self.drop(socket, image, cache=cache)
                self.timed(pull, name, socket, 'pull', '-q', image, always=True)
                if cache:
                    self.timed('update', name, socket, 'pull', '-q', image)
            if load in self.only:
                self.drop(socket, image, cache=cache)
                self.timed(load, name, socket, 'load', '-q', '-i', tar)
        self.drop(socket, image, cache=True)
        if os.path.exists(tar):
            os.unlink(tar)


    def often(self, engines):
        """Rows that are short: on one image of each engine, in turn, warm."""
        for name, socket in engines:
            image = f'{self.options.registry}/often-{name}:1'
            self.docker(socket, 'import', self.options.base, 'base:12')
            self.docker(socket, 'build', '-q', '-t', image, '.')
            self.docker(socket, 'push', '-q', image)
            for _ in range(5):
                self.docker(socket, 'build', '-q', '-t', image, '.')
                self.docker(socket, 'pull', '-q', image)
        for number in range(self.options.n):
            for row, word in (('cached', ('build', '-q', '-t')), ('uptodate', ('pull', '-q'))):
                for name, socket in engines if number % 2 == 0 else engines[::-1]:
                    image = f'{self.options.registry}/often-{name}:1'
                    self.timed(row, name, socket, *word, image, *(('.',) if row == 'cached' else ()))
        for name, socket in engines:
            self.drop(socket, f'{self.options.registry}/often-{name}:1', cache=True)

    def memory(self, name, socket_path):
        image = f'{self.options.registry}/large-{name}:1'
        self.docker(socket_path, 'import', self.options.base, 'base:12')
        self.docker(socket_path, 'build', '--no-cache', '-q', '-t', image, '-f', 'Large', '.')
        self.docker(socket_path, 'push', '-q', image)
        self.drop(socket_path, image, cache=True)
        with Resident(socket_path) as resident:
            self.docker(socket_path, 'pull', '-q', image)
        self.drop(socket_path, image, cache=True)
        print(f'memory of {name} (process {resident.pid}) while it pulls ten layers of 100 MB: '
              f'{resident.before:.0f} MiB before, {resident.peak:.0f} MiB at the peak', flush=True)


def cell(times):
    return f'{statistics.median(times):.3f} s ({min(times):.3f}–{max(times):.3f})'


def table(times, names):
    print('| measure | ' + ' | '.join(names) + (' | ratio |' if len(names) == 2 else ' |'))
    print('|' + '---|' * (1 + len(names) + (len(names) == 2)))
    for row, title in ROWS.items():
        if row in times:
            cells = [cell(times[row][name]) for name in names]
            if len(names) == 2:
                first, second = (statistics.median(times[row][name]) for name in names)
                cells.append(f'{first / second:.2f}')
            print(f'| {title} | ' + ' | '.join(cells) + ' |', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('engines', nargs='+', metavar='NAME=SOCKET')
    parser.add_argument('-n', type=int, default=3)
    parser.add_argument('--base', default='/tmp/base.tar')
    parser.add_argument('--registry', default='127.0.0.1:5001')
    parser.add_argument('--only', default='', help=','.join(ROWS) + ',memory')
    parser.add_argument('--pause', type=float, default=1.0, help='seconds after each removal')
    parser.add_argument('--json', default='')
    options = parser.parse_args()
    engines = [engine.split('=', 1) for engine in options.engines]
    names = [name for name, _ in engines]
    context = tempfile.mkdtemp(prefix='image-bench-')
    try:
        with open(context + '/Dockerfile', 'w') as file:
            file.write(DOCKERFILE)
        with open(context + '/.dockerignore', 'w') as file:
            file.write('*.tar\n')
        with open(context + '/x', 'wb') as file:
            file.write(os.urandom(20_000_000))
        with open(context + '/Large', 'w') as file:
            file.write(LARGE)
        bench = Bench(options, context)
        if 'memory' in bench.only:
            for name, path in engines:
                bench.memory(name, path)
        if bench.only & {'cached', 'uptodate'}:
            bench.often(engines)
        for number in range(options.n if bench.only - {'memory', 'cached', 'uptodate'} else 0):
            for name, socket in engines if number % 2 == 0 else reversed(engines):
                bench.round(number, name, socket)
    except subprocess.CalledProcessError as failed:
        sys.exit(f'{" ".join(failed.cmd)}: {failed.stdout.decode()[-500:]}')
    finally:
        shutil.rmtree(context)
    if options.json:
        with open(options.json, 'w') as file:
            json.dump({row: {name: statistics.median(t) for name, t in by.items()} for row, by in bench.times.items()}, file, indent=1)
    table(bench.times, names)


main()
