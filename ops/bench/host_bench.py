#!/usr/bin/env python3
"""What an engine is on a host: its growth, its restart under running containers, its memory.

usage: host_bench.py [--fleet N] [--crowd N] [-n N] [--bb FILE] --engine 'NAME|SOCKET|COMMAND' [--engine ...]
Starts each engine by its COMMAND, one after the other, and ends it. The restart is timed from the start of the
process, the earlier one having ended, until a list names all containers as running. Growth (starts among a crowd) is
measured of the first engine alone, since the bound is against itself.
"""
import argparse, concurrent.futures as cf, http.client, json, os, shlex, signal, socket, statistics as st, subprocess, sys, threading, time

HELPERS = ('java', 'conmon', 'dockerd', 'containerd', 'containerd-shim', 'containerd-shim-runc-v2', 'docker-proxy')


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__('localhost', timeout=120)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Engine:
    def __init__(self, text):
        self.name, self.socket, command = text.split('|', 2)
        self.command = shlex.split(command)
        self.local = threading.local()
        self.process = None

    def ask(self, method, path, body=None, raw=None):
        if not hasattr(self.local, 'connection'):
            self.local.connection = Connection(self.socket)
        connection = self.local.connection
        kind = 'application/x-tar' if raw is not None else 'application/json'
        data = raw if raw is not None else json.dumps(body) if body is not None else None
        try:
            connection.request(method, '/v1.41' + path, data, {'Content-Type': kind})
            response = connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            del self.local.connection
            raise
        if response.status >= 400:
            raise RuntimeError(f'{self.name} {method} {path}: {response.status} {answer[:300]!r}')
        try:
            return json.loads(answer) if answer else None
        except ValueError:
            return answer

    def start(self):
        began = time.perf_counter()
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)
        return began

    def until(self, true):
        while True:
            try:
                if true():
                    return time.perf_counter()
            except (OSError, http.client.HTTPException, RuntimeError):
                if self.process.poll() is not None:
                    sys.exit(f'{self.name} ended with {self.process.returncode}')
            time.sleep(0.005)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def created(self, command=('/bin/sleep', '3600')):
        return self.ask('POST', '/containers/create', {'Image': 'bb:1', 'Cmd': list(command)})['Id']

    def started(self, container):
        began = time.perf_counter()
        self.ask('POST', f'/containers/{container}/start')
        return (time.perf_counter() - began) * 1000

    def up(self, count):
        with cf.ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda _: self.upped(), range(count)))

    def upped(self):
        container = self.created()
        self.started(container)
        return container

    def down(self, containers):
        with cf.ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda each: self.ask('DELETE', f'/containers/{each}?force=1'), containers))

    def running(self):
        return sum(one['State'] == 'running' for one in self.ask('GET', '/containers/json'))

    def memory(self):
        """MiB of proportional set size: of the engine, and of what it started beside the containers' own processes."""
        names = {}
        for pid in filter(str.isdigit, os.listdir('/proc')):
            try:
                names[pid] = os.path.basename(os.readlink(f'/proc/{pid}/exe').removesuffix(' (deleted)'))
            except OSError:
                pass
        engine = helpers = 0.0
        directory = os.path.dirname(self.socket)
        for pid, name in names.items():
            if name in HELPERS and (pid == str(self.process.pid) or self.mentions(pid, directory)):
                size = self.proportional(pid)
                if pid == str(self.process.pid):
                    engine += size
                else:
                    helpers += size
        return engine, helpers

    @staticmethod
    def mentions(pid, directory):
        try:
            return directory.encode() in open(f'/proc/{pid}/cmdline', 'rb').read()
        except OSError:
            return False

    @staticmethod
    def proportional(pid):
        try:
            for line in open(f'/proc/{pid}/smaps_rollup'):
                if line.startswith('Pss:'):
                    return int(line.split()[1]) / 1024
        except OSError:
            pass
        return 0.0


def growth(engine, arguments, row):
    def starts(count, at_once):
        containers = [engine.created() for _ in range(count)]
        with cf.ThreadPoolExecutor(at_once) as pool:
            times = list(pool.map(engine.started, containers))
        engine.down(containers)
        return times

    starts(2 * arguments.n, 2)  # warm
    alone = starts(arguments.n, 1)
    row('start, alone (ms)', engine, alone)
    row('start, 8 at once (ms)', engine, starts(8 * (arguments.n // 4 + 1), 8))
    crowd = engine.up(arguments.crowd)
    row(f'start, {arguments.crowd} running (ms)', engine, starts(arguments.n, 1))
    engine.down(crowd)
    row('start, alone again (ms)', engine, starts(arguments.n, 1))


def life(engine, arguments, row):
    fleet = engine.up(arguments.fleet)
    own, helpers = engine.memory()
    row(f'memory at {arguments.fleet} running, PSS (MiB)', engine, [own + helpers])
    row('  of it the engine itself', engine, [own])
    for _ in range(3):
        engine.stop()
        began = engine.start()
        ended = engine.until(lambda: engine.running() == arguments.fleet)
        row(f'restart until {arguments.fleet} running are listed (s)', engine, [ended - began])
        lists = []
        for _ in range(10):
            at = time.perf_counter()
            engine.running()
            lists.append((time.perf_counter() - at) * 1000)
        row(f'list {arguments.fleet}, first ten after a start (ms)', engine, lists)
    engine.down(fleet)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--engine', action='append', required=True)
    parser.add_argument('--bb', default='/tmp/bb.tar')
    parser.add_argument('--fleet', type=int, default=100)
    parser.add_argument('--crowd', type=int, default=500)
    parser.add_argument('-n', type=int, default=40)
    arguments = parser.parse_args()
    engines = [Engine(text) for text in arguments.engine]
    rows = {}

    def row(measure, engine, values):
        rows.setdefault(measure, {}).setdefault(engine.name, []).extend(values)

    image = open(arguments.bb, 'rb').read()
    for engine in engines:
        began = engine.start()
        try:
            row('start of the engine, nothing to remember (s)', engine,
                [engine.until(lambda: engine.ask('GET', '/_ping')) - began])
            engine.ask('POST', '/images/create?fromSrc=-&repo=bb&tag=1', raw=image)
            if engine is engines[0]:
                growth(engine, arguments, row)
            life(engine, arguments, row)
        finally:
            engine.stop()
    print('| measure | ' + ' | '.join(f'{engine.name} median (min–max, n)' for engine in engines) + ' |')
    print('|' + '---|' * (1 + len(engines)))
    for measure, values in rows.items():
        cells = []
        for engine in engines:
            found = values.get(engine.name)
            cells.append(f'{st.median(found):.2f} ({min(found):.2f}–{max(found):.2f}, {len(found)})' if found else '–')
        print(f'| {measure} | ' + ' | '.join(cells) + ' |')


main()
