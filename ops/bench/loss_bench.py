#!/usr/bin/env python3
"""How long a service lacks replicas when one of three hosts is lost.

usage: loss_bench.py --directory DIR --switch FILE --bb FILE [--losses N] [--replicas N] --engine 'NAME|COMMAND' [...]
Each engine runs on three hosts of its own, one after the other: network namespaces on a switch, where {dir} of COMMAND
is the host's directory and {name} its name; the engine serves the Docker API at {dir}/docker.sock. All three are managers
of one swarm. A loss is a cut of the host's network; what is lost goes round, so leaders are lost as often as others. Times
are seconds from the cut, seen by the Docker API of a host that is left: the lost node is not "ready" any more; every
replica of the service has a task on another node; all of these run. Then the cut is mended, and the next loss waits until
all nodes are ready and as many containers run on all three as the service has replicas.
"""
import argparse, http.client, json, os, shlex, signal, socket, statistics as st, subprocess, sys, time, urllib.parse

NODES = (1, 2, 3)
LABEL = 'com.docker.swarm.service.name'


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__('localhost', timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Host:
    def __init__(self, number, directory, namespace, command):
        self.number, self.address = number, f'10.79.0.{number}'
        self.directory = os.path.join(directory, f'h{number}')
        os.makedirs(self.directory)
        self.namespace = namespace
        words = shlex.split(command.format(dir=self.directory, name=f'h{number}'))
        self.log = open(os.path.join(self.directory, 'log'), 'wb')
        self.process = subprocess.Popen(['nsenter', f'--net=/run/netns/{namespace}'] + words, stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log)

    def ask(self, method, path, body=None, raw=None):
        connection = Connection(os.path.join(self.directory, 'docker.sock'))
        try:
            kind = 'application/x-tar' if raw is not None else 'application/json'
            data = raw if raw is not None else json.dumps(body) if body is not None else None
            connection.request(method, '/v1.41' + path, data, {'Content-Type': kind})
            response = connection.getresponse()
            answer = response.read()
        finally:
            connection.close()
        if response.status >= 400:
            raise RuntimeError(f'h{self.number} {method} {path}: {response.status} {answer[:300]!r}')
        try:
            return json.loads(answer) if answer else None
        except ValueError:
            return answer

    def filtered(self, path, **filters):
        return self.ask('GET', path + '?filters=' + urllib.parse.quote(json.dumps(filters)))

    def replicas(self):
        return len(self.filtered('/containers/json', label=[LABEL + '=lost']))

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()


def until(what, true, limit=180.0, pause=0.02):
    began = time.monotonic()
    while True:
        try:
            if true():
                return time.monotonic()
        except (OSError, http.client.HTTPException, RuntimeError) as failed:
            problem = failed
        else:
            problem = None
        if time.monotonic() - began > limit:
            raise RuntimeError(f'{what}: not within {limit:.0f} s ({problem})')
        time.sleep(pause)


class Cluster:
    def __init__(self, text, arguments):
        self.name, command = text.split('|', 1)
        self.switch, self.mark = arguments.switch, 'gl' + str(os.getpid()) + self.name[0]
        self.hosts = []
        self.wire('add')
        for number in NODES:
            namespace = f'{self.mark}h{number}'
            subprocess.run(['ip', 'netns', 'add', namespace], check=True)
            subprocess.run(['ip', '-n', namespace, 'link', 'set', 'lo', 'up'], check=True)
            self.hosts.append(Host(number, os.path.join(arguments.directory, self.name), namespace, command))
            self.wire('plug', namespace, str(number), self.hosts[-1].address + '/24')

    def wire(self, verb, *words):
        subprocess.run([self.switch, verb, self.mark, *words], check=True)

    def host(self, number):
        return self.hosts[number - 1]

    def begin(self, image, replicas):
        for host in self.hosts:
            until('start', lambda: host.ask('GET', '/_ping'))
            host.ask('POST', '/images/create?fromSrc=-&repo=bb&tag=1', raw=image)
        first = self.host(1)
        first.ask('POST', '/swarm/init', {'ListenAddr': '0.0.0.0:2377', 'AdvertiseAddr': first.address})
        token = first.ask('GET', '/swarm')['JoinTokens']['Manager']
        remote = first.ask('GET', '/info')['Swarm']['RemoteManagers'][0]['Addr']
        for host in self.hosts[1:]:
            host.ask('POST', '/swarm/join', {'ListenAddr': '0.0.0.0:2377', 'AdvertiseAddr': host.address,
                                             'RemoteAddrs': [remote], 'JoinToken': token})
        until('three nodes', lambda: self.ready(first) == 3)
        self.nodes = {host.number: host.ask('GET', '/info')['Swarm']['NodeID'] for host in self.hosts}
        first.ask('POST', '/services/create', {
            'Name': 'lost', 'Mode': {'Replicated': {'Replicas': replicas}},
            'TaskTemplate': {'ContainerSpec': {'Image': 'bb:1', 'Command': ['/bin/sleep', '100000']}}})
        until('the service', lambda: self.whole(replicas))

    @staticmethod
    def ready(host):
        return sum(node['Status']['State'] == 'ready' for node in host.ask('GET', '/nodes'))

    def whole(self, replicas):
        return all(self.ready(host) == 3 for host in self.hosts) and sum(host.replicas() for host in self.hosts) == replicas

    def loss(self, number, replicas):
        lost, seen = self.nodes[number], self.host(number % 3 + 1)
        times = {}

        def tasks(condition):
            found = seen.filtered('/tasks', service=['lost'], **{'desired-state': ['running']})
            return len([one for one in found if one.get('NodeID') not in (None, '', lost) and condition(one)]) >= replicas

        began = time.monotonic()
        self.wire('segment', '1', str(number))

        def note(name, true):
            if name not in times and true():
                times[name] = time.monotonic() - began

        def healed():
            note('down', lambda: seen.ask('GET', f'/nodes/{lost}')['Status']['State'] != 'ready')
            note('placed', lambda: tasks(lambda one: True))
            note('running', lambda: 'placed' in times and tasks(lambda one: one['Status']['State'] == 'running'))
            return 'running' in times

        until('healing', healed)
        self.wire('segment', '0', *map(str, NODES))
        until('whole again', lambda: self.whole(replicas), pause=0.2)
        time.sleep(2)
        return times

    def end(self):
        for host in self.hosts:
            try:
                for each in host.ask('GET', '/services') or []:
                    host.ask('DELETE', '/services/' + each['ID'])
                until('its end', lambda: host.replicas() == 0, 30, 0.2)
            except (OSError, http.client.HTTPException, RuntimeError) as failed:
                print(f'{self.name} h{host.number}: {failed}', file=sys.stderr)
        for host in self.hosts:
            host.end()
        for host in self.hosts:
            subprocess.run(['ip', 'netns', 'del', host.namespace])
        self.wire('del')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--engine', action='append', required=True)
    parser.add_argument('--directory', required=True)
    parser.add_argument('--switch', required=True)
    parser.add_argument('--bb', default='/tmp/bb.tar')
    parser.add_argument('--losses', type=int, default=20)
    parser.add_argument('--replicas', type=int, default=4)
    arguments = parser.parse_args()
    image = open(arguments.bb, 'rb').read()
    rows = {}
    for text in arguments.engine:
        cluster = Cluster(text, arguments)
        try:
            cluster.begin(image, arguments.replicas)
            for count in range(arguments.losses):
                times = cluster.loss(count % 3 + 1, arguments.replicas)
                print(f'{cluster.name} {count + 1}: ' + ', '.join(f'{k} {v:.2f}' for k, v in times.items()),
                      file=sys.stderr, flush=True)
                for part, value in times.items():
                    rows.setdefault(part, {}).setdefault(cluster.name, []).append(value)
        finally:
            cluster.end()
    names = [text.split('|', 1)[0] for text in arguments.engine]
    print('| seconds from the cut | ' + ' | '.join(f'{name} median (min–max, n)' for name in names) + ' |')
    print('|' + '---|' * (1 + len(names)))
    words = {'down': 'the host is known to be down', 'placed': 'every replica has a task elsewhere', 'running': 'all run'}
    for part, text in words.items():
        cells = [f'{st.median(v):.2f} ({min(v):.2f}–{max(v):.2f}, {len(v)})' if (v := rows.get(part, {}).get(name)) else '–'
                 for name in names]
        print(f'| {text} | ' + ' | '.join(cells) + ' |')


main()
