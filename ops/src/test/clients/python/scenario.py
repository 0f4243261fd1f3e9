"""What programs do with docker-py (Debian's python3-docker), against the engine of DOCKER_HOST.

Usage: scenario.py IMAGE. IMAGE holds a shell. Leaves nothing behind; each test has containers of its own.
"""

import io
import os
import socket
import sys
import tarfile
import tempfile
import threading
import time
import unittest

import docker
from docker import errors, types

IMAGE = "busybox:test"


class Scenario(unittest.TestCase):
    def setUp(self):
        self.client = docker.from_env()
        self.api = self.client.api
        self.containers = []

    def tearDown(self):
        for container in self.containers:
            try:
                container.remove(force=True, v=True)
            except errors.NotFound:
                pass
        self.client.close()

    def create(self, command, **options):
        container = self.client.containers.create(IMAGE, command, **options)
        self.containers.append(container)
        return container

    def run_detached(self, command, **options):
        container = self.create(command, **options)
        container.start()
        return container


class TheEngine(Scenario):
    def test_says_what_it_is(self):
        self.assertTrue(self.client.ping())
        version = self.client.version()
        self.assertGreaterEqual(tuple(map(int, version["ApiVersion"].split("."))), (1, 41))
        info = self.client.info()
        self.assertEqual("linux", info["OSType"])
        self.assertEqual("inactive", info["Swarm"]["LocalNodeState"])

    def test_refuses_a_wrong_version(self):
        with self.assertRaises(errors.APIError) as refused:
            docker.from_env(version="9.99").containers.list()
        self.assertIn("client version 9.99 is too new", refused.exception.explanation)

    def test_is_no_swarm_manager(self):
        with self.assertRaises(errors.APIError) as refused:
            self.client.services.list()
        self.assertEqual(503, refused.exception.status_code)


class Running(Scenario):
    def test_gives_the_output(self):
        self.assertEqual(b"hello\n", self.client.containers.run(IMAGE, "echo hello", remove=True))

    def test_raises_what_failed(self):
        with self.assertRaises(errors.ContainerError) as failed:
            self.client.containers.run(IMAGE, ["sh", "-c", "echo no >&2; exit 3"], remove=True)
        self.assertEqual(3, failed.exception.exit_status)
        self.assertEqual(b"no\n", failed.exception.stderr)

    def test_needs_an_image(self):
        with self.assertRaises(errors.ImageNotFound):
            self.client.containers.create("no-such-image:0", "true")

    def test_tells_a_command_that_is_not_there(self):
        with self.assertRaises(errors.APIError) as refused:
            self.create("no-such-command").start()
        self.assertIn("executable file not found", refused.exception.explanation)

    def test_streams(self):
        lines = self.client.containers.run(
            IMAGE, ["sh", "-c", "for i in 1 2 3; do echo $i; done"], stream=True, remove=True)
        self.assertEqual([b"1\n", b"2\n", b"3\n"], list(lines))

    def test_removes_by_itself(self):
        container = self.client.containers.run(IMAGE, "sleep 0.2", detach=True, auto_remove=True)
        self.assertEqual(0, container.wait(condition="removed")["StatusCode"])
        with self.assertRaises(errors.NotFound):
            container.reload()

    def test_waits_for_the_next_exit(self):
        container = self.create(["sh", "-c", "exit 7"])
        codes = []
        waiter = threading.Thread(
            target=lambda: codes.append(container.wait(condition="next-exit")["StatusCode"]))
        waiter.start()
        time.sleep(0.3)
        container.start()
        waiter.join(20)
        self.assertEqual([7], codes)

    def test_keeps_what_was_asked_for(self):
        container = self.create(
            ["sh", "-c", "true"],
            name="python-kept",
            hostname="here",
            environment={"A": "1"},
            labels={"k": "v", "empty": ""},
            working_dir="/tmp",
            mem_limit="64m",
            cpu_shares=100,
            restart_policy={"Name": "on-failure", "MaximumRetryCount": 3},
            log_config=types.LogConfig(type="json-file", config={"max-size": "1m"}),
            healthcheck={"test": ["CMD", "true"], "interval": 1_000_000_000},
            ports={"80/tcp": ("127.0.0.1", None)},
            tmpfs={"/run": "size=1m"},
            cap_add=["NET_ADMIN"],
            read_only=True,
            init=True,
            stop_signal="SIGINT",
        )
        seen = self.api.inspect_container(container.id)
        config, host = seen["Config"], seen["HostConfig"]
        self.assertEqual("/python-kept", seen["Name"])
        self.assertEqual(["here", "/tmp", "SIGINT"],
                         [config["Hostname"], config["WorkingDir"], config["StopSignal"]])
        self.assertIn("A=1", config["Env"])
        self.assertEqual({"k": "v", "empty": ""}, config["Labels"])
        self.assertEqual([64 << 20, 100], [host["Memory"], host["CpuShares"]])
        self.assertEqual({"Name": "on-failure", "MaximumRetryCount": 3}, host["RestartPolicy"])
        self.assertEqual({"Type": "json-file", "Config": {"max-size": "1m"}}, host["LogConfig"])
        self.assertEqual({"/run": "size=1m"}, host["Tmpfs"])
        self.assertEqual(["NET_ADMIN"], host["CapAdd"])
        self.assertTrue(host["ReadonlyRootfs"] and host["Init"])
        self.assertEqual({"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}]}, host["PortBindings"])


class Managing(Scenario):
    def test_goes_through_a_life(self):
        container = self.run_detached("sleep 1000", name="python-life", stop_signal="SIGKILL")
        container.reload()
        self.assertEqual("running", container.status)
        container.pause()
        container.reload()
        self.assertEqual("paused", container.status)
        container.unpause()
        container.rename("python-life-2")
        container.restart(timeout=0)
        container.update(mem_limit="32m", memswap_limit="64m")
        container.reload()
        self.assertEqual("python-life-2", container.name)
        self.assertEqual(32 << 20, container.attrs["HostConfig"]["Memory"])
        container.stop(timeout=0)
        self.assertEqual(137, container.wait()["StatusCode"])
        container.stop()  # 304, which is no error
        container.start()
        with self.assertRaises(errors.APIError) as refused:
            container.remove()
        self.assertEqual(409, refused.exception.status_code)
        container.kill(signal=9)
        container.wait()
        container.remove()

    def test_lists_with_filters(self):
        one = self.run_detached("sleep 1000", name="python-list-1", labels={"app": "x", "n": "1"})
        two = self.create("true", name="python-list-2", labels={"app": "x", "n": "2"})

        def listed(**filters):
            found = self.client.containers.list(all=True, filters=filters)
            return {each.name for each in found}

        both = {one.name, two.name}
        self.assertEqual(both, listed(label="app=x"))
        self.assertEqual({two.name}, listed(label=["app=x", "n=2"]))
        self.assertEqual({one.name}, listed(label="app", status="running"))
        self.assertEqual(both, listed(label="app", status=["running", "created"]))
        self.assertEqual({one.name}, listed(name="^/python-list-1$"))
        self.assertEqual(both, listed(name="python-list"))
        self.assertEqual({one.name}, listed(id=one.id))
        self.assertEqual({two.name}, listed(since=one.name, label="app"))
        self.assertEqual(both, listed(ancestor=IMAGE, label="app"))

    def test_shows_processes_and_usage(self):
        container = self.run_detached("sleep 1000")
        top = container.top(ps_args="-eo pid,args")
        self.assertEqual(["PID", "COMMAND"], top["Titles"])
        self.assertEqual([["sleep 1000"]], [process[1:] for process in top["Processes"]])
        stats = container.stats(stream=False)
        self.assertGreater(stats["memory_stats"]["usage"], 0)
        streamed = next(container.stats(decode=True, stream=True))
        self.assertIn("cpu_stats", streamed)

    def test_reads_logs(self):
        container = self.run_detached(["sh", "-c", "echo one; sleep 0.1; echo two >&2; sleep 0.1; echo three"])
        self.assertEqual([b"one\n", b"two\n", b"three\n"], list(container.logs(stream=True, follow=True)))
        self.assertEqual(b"one\nthree\n", container.logs(stderr=False))
        self.assertEqual(b"three\n", container.logs(tail=1))
        self.assertEqual(3, container.logs(timestamps=True).count(b"Z "))
        self.assertEqual(b"", container.logs(since=int(time.time()) + 60))

    def test_publishes_ports(self):
        container = self.run_detached("sleep 1000", ports={"80/tcp": ("127.0.0.1", None), "81/udp": None})
        container.reload()
        self.assertEqual("127.0.0.1", container.ports["80/tcp"][0]["HostIp"])
        self.assertGreater(int(container.ports["81/udp"][0]["HostPort"]), 0)
        self.assertEqual(container.ports["80/tcp"], self.api.port(container.id, 80))


class Talking(Scenario):
    def test_runs_commands(self):
        container = self.run_detached("sleep 1000")
        self.assertEqual((0, b"hi\n"), tuple(container.exec_run("echo hi")))
        self.assertEqual(4, container.exec_run(["sh", "-c", "exit 4"]).exit_code)
        code, (out, err) = container.exec_run(["sh", "-c", "echo o; echo e >&2"], demux=True)
        self.assertEqual((0, b"o\n", b"e\n"), (code, out, err))
        self.assertEqual(b"7 /tmp x\n", container.exec_run(
            ["sh", "-c", "echo $(id -u) $(pwd) $A"], user="7", workdir="/tmp", environment={"A": "x"}).output)
        self.assertEqual(b"tty\r\n", container.exec_run(
            ["sh", "-c", "test -t 1 && echo tty"], tty=True).output)
        self.assertEqual([b"1\n", b"2\n"], list(container.exec_run(
            ["sh", "-c", "echo 1; sleep 0.2; echo 2"], stream=True).output))
        self.assertEqual(126, container.exec_run("/").exit_code)

    def test_speaks_with_an_exec(self):
        container = self.run_detached("sleep 1000")
        exec_id = self.api.exec_create(container.id, "cat", stdin=True)["Id"]
        sock = self.api.exec_start(exec_id, socket=True)
        sock._sock.sendall(b"ping\n")
        self.assertEqual(b"\1\0\0\0\0\0\0\5ping\n", self.receive(sock, 13))
        self.assertTrue(self.api.exec_inspect(exec_id)["Running"])
        sock._sock.close()

    def test_types_before_the_command_runs(self):
        container = self.run_detached("sleep 1000")
        exec_id = self.api.exec_create(container.id, "cat", stdin=True)["Id"]
        sock = self.api.exec_start(exec_id, socket=True)
        sock._sock.sendall(b"early\n")
        sock._sock.shutdown(socket.SHUT_WR)
        self.assertEqual(b"\1\0\0\0\0\0\0\6early\n", self.receive(sock, 100))
        sock._sock.close()

    def test_attaches_before_the_start(self):
        container = self.create("cat", stdin_open=True)
        sock = self.api.attach_socket(container.id, {"stdin": 1, "stdout": 1, "stream": 1})
        container.start()
        sock._sock.sendall(b"typed\n")
        self.assertEqual(b"\1\0\0\0\0\0\0\6typed\n", self.receive(sock, 14))
        sock._sock.close()

    def test_detaches_by_keys(self):
        container = self.run_detached("cat", stdin_open=True, tty=True)
        sock = self.api.attach_socket(
            container.id, {"stdin": 1, "stdout": 1, "stream": 1, "detachKeys": "ctrl-p"})
        sock._sock.sendall(b"x\x10")
        while self.receive(sock, 1):
            pass
        container.reload()
        self.assertEqual("running", container.status)

    @staticmethod
    def receive(sock, size):
        got = b""
        sock._sock.settimeout(20)
        while len(got) < size:
            more = sock._sock.recv(size - len(got))
            if not more:
                break
            got += more
        return got


class Files(Scenario):
    def test_volumes(self):
        volume = self.client.volumes.create("python-volume", labels={"l": "1"})
        try:
            self.client.containers.run(
                IMAGE, ["sh", "-c", "echo kept > /data/f"], volumes={volume.name: {"bind": "/data", "mode": "rw"}},
                remove=True)
            self.assertEqual(b"kept\n", self.client.containers.run(
                IMAGE, "cat /data/f", mounts=[types.Mount("/data", volume.name, read_only=True)], remove=True))
            self.assertIn(volume.name, [one.name for one in self.client.volumes.list(filters={"label": "l=1"})])
            user = self.create("true", volumes=[volume.name + ":/data"])
            with self.assertRaises(errors.APIError) as refused:
                volume.remove()
            self.assertEqual(409, refused.exception.status_code)
            user.remove()
        finally:
            volume.remove()

    def test_archives(self):
        container = self.create("cat /etc/put")
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as tar:
            entry = tarfile.TarInfo("put")
            entry.size = 4
            tar.addfile(entry, io.BytesIO(b"text"))
        self.assertTrue(container.put_archive("/etc", packed.getvalue()))
        container.start()
        container.wait()
        self.assertEqual(b"text", container.logs())
        chunks, stat = container.get_archive("/etc/put")
        self.assertEqual(["put", 4], [stat["name"], stat["size"]])
        with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as tar:
            self.assertEqual(b"text", tar.extractfile("put").read())


class Images(Scenario):
    def test_tags_saves_and_loads(self):
        image = self.client.images.get(IMAGE)
        self.assertTrue(image.tag("python-image", "1"))
        try:
            self.assertIn("python-image:1", self.client.images.get("python-image:1").tags)
            self.assertEqual([image.id], [one.id for one in self.client.images.list("python-image")])
            saved = b"".join(self.client.images.get("python-image:1").save(named="python-image:1"))
            self.client.images.remove("python-image:1")
            self.assertIn("python-image:1", self.client.images.load(saved)[0].tags)
            self.assertTrue(self.client.images.get("python-image:1").history())
        finally:
            self.client.images.remove("python-image:1")
        with self.assertRaises(errors.ImageNotFound):
            self.client.images.get("python-image:1")


    def test_builds(self):
        dockerfile = f"FROM {IMAGE}\nARG WHO\nRUN echo $WHO > /who\nCMD cat /who\nLABEL built=1\n"
        image, said = self.client.images.build(
            fileobj=io.BytesIO(dockerfile.encode()), tag="python-built:1", buildargs={"WHO": "somebody"}, rm=True)
        try:
            self.assertIn("Successfully tagged python-built:1\n", [line.get("stream") for line in said])
            self.assertEqual({"built": "1"}, image.labels)
            self.assertEqual(b"somebody\n", self.client.containers.run("python-built:1", remove=True))
        finally:
            self.client.images.remove("python-built:1")

    def test_tells_why_a_build_failed(self):
        with tempfile.TemporaryDirectory() as context:
            with open(os.path.join(context, "Dockerfile"), "w") as file:
                file.write(f"FROM {IMAGE}\nCOPY missing /\n")
            with self.assertRaises(errors.BuildError) as failed:
                self.client.images.build(path=context)
        self.assertIn("COPY failed", failed.exception.msg)

    def test_becomes_of_a_container(self):
        container = self.run_detached("touch /made")
        container.wait()
        self.assertIn({"Path": "/made", "Kind": 1}, container.diff())
        image = container.commit("python-made", tag="1", changes=["LABEL made=1"])
        self.assertEqual("1", image.labels["made"])
        self.client.images.prune(filters={"dangling": False, "label": "made=1"})
        with self.assertRaises(errors.ImageNotFound):
            self.client.images.get("python-made:1")


class Streams(Scenario):
    def test_of_figures_go_on(self):
        container = self.run_detached(["sh", "-c", "while :; do :; done"])
        figures = container.stats(decode=True, stream=True)
        used = [next(figures)["cpu_stats"]["cpu_usage"]["total_usage"] for _ in range(2)]
        self.assertLess(used[0], used[1])
        figures.close()

    def test_of_events_go_on(self):
        container = self.create("sleep 1000", labels={"heard": "yes"})
        events = self.client.events(decode=True, filters={"label": "heard=yes", "type": "container"})
        told = []
        listener = threading.Thread(target=lambda: told.extend(
            event["Action"] for event in iter(lambda: next(events), None) if not told or told[-1] != "die"))
        listener.daemon = True
        listener.start()
        time.sleep(0.3)
        container.start()
        container.kill()
        container.wait()
        for _ in range(100):
            if "die" in told:
                break
            time.sleep(0.1)
        events.close()
        self.assertEqual(["start", "kill", "die"], told)

    def test_of_logs_end_when_nobody_listens(self):
        container = self.run_detached(["sh", "-c", "i=0; while :; do i=$((i+1)); echo $i; sleep 0.05; done"])
        lines = container.logs(stream=True, follow=True)
        self.assertEqual([b"1\n", b"2\n", b"3\n"], [next(lines) for _ in range(3)])
        lines.close()


class Pruning(Scenario):
    def test_takes_what_nobody_uses(self):
        labels = {"python-prune": "1"}
        filters = {"label": "python-prune=1"}
        container = self.create("true", labels=labels)
        volume = self.client.volumes.create(labels=labels)
        network = self.client.networks.create("python-pruned", labels=labels)
        self.assertEqual([container.id], self.client.containers.prune(filters)["ContainersDeleted"])
        self.assertEqual(["python-pruned"], self.client.networks.prune(filters)["NetworksDeleted"])
        self.assertIn(volume.name, self.client.volumes.prune(filters)["VolumesDeleted"])
        with self.assertRaises(errors.NotFound):
            self.client.networks.get(network.id)


class Networks(Scenario):
    def test_joins_and_leaves(self):
        network = self.client.networks.create("python-net", labels={"n": "1"})
        try:
            server = self.run_detached("sleep 1000", name="python-server", network=network.name)
            network.disconnect(server)
            network.connect(server, aliases=["front"])
            found = self.client.containers.run(IMAGE, "nslookup front", network=network.name, remove=True)
            network.reload()
            address = network.attrs["Containers"][server.id]["IPv4Address"].split("/")[0]
            self.assertIn(address, found.decode())
            with self.assertRaises(errors.APIError) as refused:
                network.remove()
            self.assertEqual(403, refused.exception.status_code)
            server.remove(force=True)
        finally:
            network.remove()


class Events(Scenario):
    def test_tell_the_life_of_a_container(self):
        since = time.time()
        container = self.run_detached("true", name="python-events", labels={"told": "yes"})
        container.wait()
        container.remove()
        told = list(self.client.events(
            since=since, until=time.time() + 0.2, decode=True, filters={"label": "told=yes", "type": "container"}))
        self.assertEqual(["create", "start", "die", "destroy"], [event["status"] for event in told])
        die = told[2]
        self.assertEqual([container.id, IMAGE, "0"], [die["id"], die["from"], die["Actor"]["Attributes"]["exitCode"]])
        self.assertEqual("python-events", die["Actor"]["Attributes"]["name"])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        IMAGE = sys.argv.pop(1)
    unittest.main(verbosity=2)
