// What programs do with dockerode, against the engine of DOCKER_HOST. Usage: node --test scenario.js
// IMAGE holds a shell. Leaves nothing behind.

const assert = require('node:assert/strict')
const { test, afterEach } = require('node:test')
const { PassThrough } = require('node:stream')
const Docker = require('dockerode')

const docker = new Docker({ socketPath: process.env.DOCKER_HOST.replace('unix://', '') })
const Image = process.env.IMAGE || 'busybox:test'
const made = []

afterEach(async () => {
  for (const container of made.splice(0)) {
    await container.remove({ force: true, v: true }).catch(failed => assert.equal(failed.statusCode, 404))
  }
})

async function create(Cmd, options = {}) {
  const container = await docker.createContainer({ Image, Cmd, ...options })
  made.push(container)
  return container
}

async function running(Cmd, options) {
  const container = await create(Cmd, options)
  await container.start()
  return container
}

async function read(stream) {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function demultiplexed(stream) {
  const [out, err] = [new PassThrough(), new PassThrough()]
  docker.modem.demuxStream(stream, out, err)
  stream.on('end', () => { out.end(); err.end() })
  return (await Promise.all([read(out), read(err)])).map(String)
}

test('the engine says what it is', async () => {
  assert.equal(String(await docker.ping()), 'OK')
  assert.equal((await docker.info()).OSType, 'linux')
  assert.equal((await docker.version()).Os, 'linux')
  assert.ok((await docker.df()).Images)
})

test('run collects the output and the code', async () => {
  const out = new PassThrough()
  const text = read(out)
  const [{ StatusCode }, container] = await docker.run(Image, ['sh', '-c', 'echo hello; exit 3'], out, { Tty: false })
  out.end()
  assert.equal(StatusCode, 3)
  assert.match(String(await text), /hello/)
  await container.remove()
})

test('an attached container takes input and gives both outputs', async () => {
  const container = await create(['sh', '-c', 'cat; echo err >&2'], { OpenStdin: true, StdinOnce: true, AttachStdin: true })
  const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true })
  const both = demultiplexed(stream)
  await container.start()
  stream.end('typed\n')
  assert.deepEqual(await both, ['typed\n', 'err\n'])
  assert.equal((await container.wait()).StatusCode, 0)
})

test('output is attached without taking the connection over, too', async () => {
  const container = await create(['sh', '-c', 'sleep 0.2; echo out'])
  const stream = await container.attach({ stream: true, stdout: true, stderr: true })
  await container.start()
  assert.deepEqual(await demultiplexed(stream), ['out\n', ''])
})

test('commands run with and without taking the connection over', async () => {
  const container = await running(['sleep', '1000'])
  for (const how of [{ hijack: true, stdin: false }, {}]) {
    const exec = await container.exec({ Cmd: ['sh', '-c', 'echo o; echo e >&2; exit 4'], AttachStdout: true, AttachStderr: true })
    assert.deepEqual(await demultiplexed(await exec.start(how)), ['o\n', 'e\n'])
    assert.equal((await exec.inspect()).ExitCode, 4)
  }
  const typing = await container.exec({ Cmd: ['cat'], AttachStdin: true, AttachStdout: true })
  const stream = await typing.start({ hijack: true, stdin: true })
  stream.end('typed\n')
  assert.deepEqual(await demultiplexed(stream), ['typed\n', ''])
})

test('logs are read and followed', async () => {
  const container = await running(['sh', '-c', 'echo one; sleep 0.3; echo two >&2'])
  const followed = await container.logs({ follow: true, stdout: true, stderr: true })
  assert.deepEqual(await demultiplexed(followed), ['one\n', 'two\n'])
  const all = await container.logs({ stdout: true, stderr: false, timestamps: true })
  assert.match(String(all.subarray(8)), /^\d{4}-\d\d-\d\dT[\d:.]+Z one\n$/)
})

test('what is asked for is inspected, listed and told in events', async () => {
  const since = Math.floor(Date.now() / 1000)
  const container = await create(['true'], { name: 'dockerode-told', Labels: { told: 'yes' }, HostConfig: { Memory: 64 << 20 } })
  const seen = await container.inspect()
  assert.deepEqual([seen.Name, seen.Config.Labels, seen.HostConfig.Memory], ['/dockerode-told', { told: 'yes' }, 64 << 20])
  const [listed] = await docker.listContainers({ all: true, filters: { label: ['told=yes'], status: ['created'] } })
  assert.deepEqual([listed.Id, listed.Names, listed.State], [container.id, ['/dockerode-told'], 'created'])
  await container.start()
  await container.wait()
  const told = await docker.getEvents({ since, until: since + 60, filters: { container: [container.id], event: ['create', 'start', 'die'] } })
  const events = []
  for await (const chunk of told) {
    events.push(...String(chunk).trim().split('\n').map(line => JSON.parse(line).status))
    if (events.includes('die')) break
  }
  assert.deepEqual(events, ['create', 'start', 'die'])
})

test('errors carry their status and their text', async () => {
  await assert.rejects(docker.getContainer('dockerode-none').inspect(), { statusCode: 404, reason: 'no such container' })
  await assert.rejects(create(['true'], { Image: 'no-such-image:0' }), { statusCode: 404 })
  const container = await running(['sleep', '1000'])
  await assert.rejects(container.start(), { statusCode: 304 })
  await assert.rejects(container.remove(), { statusCode: 409 })
  await assert.rejects(container.resize({ h: -1, w: 1 }), { statusCode: 400 })
})

test('a container lives, is paused, renamed, limited and measured', async () => {
  const container = await running(['sleep', '1000'], { name: 'dockerode-life' })
  await container.pause()
  assert.equal((await container.inspect()).State.Status, 'paused')
  await container.unpause()
  await container.rename({ name: 'dockerode-life-2' })
  await container.update({ Memory: 32 << 20, MemorySwap: 64 << 20 })
  assert.equal((await container.inspect()).HostConfig.Memory, 32 << 20)
  assert.equal((await container.top({ ps_args: '-eo pid,comm' })).Titles[0], 'PID')
  assert.ok((await container.stats({ stream: false })).memory_stats.usage > 0)
  await container.restart({ t: 0 })
  await container.stop({ t: 0 })
  assert.equal((await container.inspect()).State.ExitCode, 137)
})

test('files go in and come out, and a container becomes an image', async () => {
  const container = await create(['sleep', '1000'])
  const tar = await (await container.getArchive({ path: '/etc/passwd' }))
  const archive = await read(tar)
  await container.putArchive(archive, { path: '/tmp' })
  assert.match(String(await read(await container.getArchive({ path: '/tmp/passwd' }))), /root:/)
  const { Id } = await container.commit({ repo: 'dockerode', tag: 'committed', comment: 'by a test' })
  const image = docker.getImage('dockerode:committed')
  assert.equal((await image.inspect()).Id, Id)
  assert.ok((await image.history()).length > 0)
  await image.remove()
})

test('volumes and networks are made, listed and removed', async () => {
  const volume = await docker.createVolume({ Name: 'dockerode-volume', Labels: { dockerode: '1' } })
  const { Volumes } = await docker.listVolumes({ filters: { label: ['dockerode=1'] } })
  assert.deepEqual(Volumes.map(one => one.Name), ['dockerode-volume'])
  await docker.getVolume(volume.Name || 'dockerode-volume').remove()
  const network = await docker.createNetwork({ Name: 'dockerode-net', Labels: { l: '1' } })
  const container = await running(['sleep', '1000'])
  await network.connect({ Container: container.id, EndpointConfig: { Aliases: ['front'] } })
  assert.ok((await network.inspect()).Containers[container.id])
  await network.disconnect({ Container: container.id })
  await network.remove()
})

test('an image is built from a context that is streamed', async () => {
  const tar = file => {
    const header = Buffer.alloc(512)
    header.write(file.name)
    header.write('0000644\0', 100)
    header.write(Buffer.byteLength(file.text).toString(8).padStart(11, '0') + '\0', 124)
    header.write('        ', 148)
    header.write('0', 156)
    header.write(header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0') + '\0 ', 148)
    const body = Buffer.alloc(Math.ceil(Buffer.byteLength(file.text) / 512) * 512)
    body.write(file.text)
    return Buffer.concat([header, body])
  }
  const context = Buffer.concat([
    tar({ name: 'Dockerfile', text: `FROM ${Image}\nARG WHO\nCOPY given /given\nRUN echo $WHO >> /given\nLABEL dockerode=1\n` }),
    tar({ name: 'given', text: 'of the context\n' }),
    Buffer.alloc(1024)
  ])
  const source = new PassThrough()
  const building = docker.buildImage(source, { t: 'dockerode-built:1', buildargs: { WHO: 'somebody' } })
  source.end(context)
  const said = await new Promise((resolve, reject) => building.then(stream =>
    docker.modem.followProgress(stream, (failed, all) => failed ? reject(failed) : resolve(all)), reject))
  assert.ok(said.some(line => /Successfully tagged dockerode-built:1/.test(line.stream)))
  const out = new PassThrough()
  const text = read(out)
  const [, container] = await docker.run('dockerode-built:1', ['cat', '/given'], out, { Tty: true })
  out.end()
  assert.equal(String(await text), 'of the context\r\nsomebody\r\n')
  await container.remove()
  const { ImagesDeleted } = await docker.pruneImages({ filters: { dangling: ['false'], label: ['dockerode=1'] } })
  assert.ok(ImagesDeleted.some(one => one.Untagged === 'dockerode-built:1'))
})

test('figures and events stream until nobody listens', async () => {
  const container = await running(['sh', '-c', 'while :; do :; done'])
  const events = await docker.getEvents({ filters: { container: [container.id] } })
  const told = []
  events.on('data', chunk => told.push(...String(chunk).trim().split('\n').map(line => JSON.parse(line).Action)))
  const figures = await container.stats({ stream: true })
  const seen = []
  for await (const chunk of figures) {
    seen.push(JSON.parse(chunk))
    if (seen.length === 2) break
  }
  assert.ok(seen[1].cpu_stats.cpu_usage.total_usage > seen[0].cpu_stats.cpu_usage.total_usage)
  assert.equal(seen[1].precpu_stats.cpu_usage.total_usage, seen[0].cpu_stats.cpu_usage.total_usage)
  await container.kill()
  await container.wait()
  while (!told.includes('die')) await new Promise(resolve => events.once('data', resolve))
  events.destroy()
  assert.deepEqual(told, ['kill', 'die'])
})

test('a terminal has its size and its keys', async () => {
  const container = await create(['sh'], { Tty: true, OpenStdin: true })
  const stream = await container.attach({ stream: true, stdin: true, stdout: true, hijack: true })
  await container.start()
  await container.resize({ h: 33, w: 111 })
  const text = read(stream)
  stream.write('stty size; exit 5\n')
  assert.match(String(await text), /33 111/)
  assert.equal((await container.wait()).StatusCode, 5)
})

test('what nobody uses is pruned by its label', async () => {
  const Labels = { 'dockerode-prune': '1' }
  const filters = { label: ['dockerode-prune=1'] }
  const container = await create(['true'], { Labels })
  await docker.createVolume({ Name: 'dockerode-pruned', Labels })
  await docker.createNetwork({ Name: 'dockerode-pruned', Labels })
  assert.deepEqual((await docker.pruneContainers({ filters })).ContainersDeleted, [container.id])
  assert.deepEqual((await docker.pruneNetworks({ filters })).NetworksDeleted, ['dockerode-pruned'])
  const { VolumesDeleted } = await docker.pruneVolumes({ filters: { ...filters, all: ['true'] } })
  assert.deepEqual(VolumesDeleted, ['dockerode-pruned'])
})
