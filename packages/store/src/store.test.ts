/** One suite for both kinds of store: a folder, and a real S3 server where one is installed. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { SaeLabError } from '@sae-lab/errors';
import { openStore, type Store, type StoreMemory, type StoreOptions } from './index.ts';
import { findS3Server, startS3Server, type S3Action, type S3Server } from './testing/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'sae-lab-store-'));
const s3Binary = findS3Server();
if (s3Binary === undefined) {
  console.warn('S3 is not tested: versitygw is not on the PATH. Install it: docs/files-on-many-machines.md');
}
let server: S3Server | undefined;
const stores: Store[] = [];
let counter = 0;

beforeAll(async () => {
  if (s3Binary === undefined) return;
  server = await startS3Server(s3Binary);
  Object.assign(process.env, server.env);
});
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true });
});

/** A new prefix, its options, and the path of an object's file. */
function newPlace(kind: 'folder' | 's3') {
  counter += 1;
  const place = `place-${counter}`;
  const location = kind === 's3' ? `s3://lab/${place}` : join(folder, place);
  const fileOf = (name: string): string =>
    kind === 's3' ? server!.fileOf(`${place}/${name}`) : join(folder, place, name);
  const options: StoreOptions = {
    cluster: 'one',
    patienceSeconds: 30,
    cache: { folder: join(folder, `cache-${counter}`), limitBytes: 1e9 },
  };
  return { location, fileOf, options };
}

async function opened(location: string, options: StoreOptions): Promise<Store> {
  const store = await openStore(location, options);
  stores.push(store);
  return store;
}

function newFile(content: string | Uint8Array): string {
  counter += 1;
  const path = join(folder, `file-${counter}`);
  writeFileSync(path, content);
  return path;
}

const RIGHTS = ['s3:ListBucket', 's3:GetObject', 's3:PutObject', 's3:DeleteObject'] as const;

/** Does something with the credentials of a user who may do this. A store that is opened keeps them. */
async function asUser<T>(user: string, may: readonly S3Action[], work: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, await server!.allow(user, may));
  try {
    return await work();
  } finally {
    process.env = before;
  }
}

const NO_SUCH_KEY = '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>';

/** The real server, behind one that answers like Google's store when a name is removed that it does not have. */
async function strictServer(): Promise<string> {
  const behind = new URL(server!.env['AWS_ENDPOINT_URL_S3']!);
  const front = createServer((asked, answer) => {
    const { method, url: path = '', headers } = asked;
    const isThere = existsSync(server!.fileOf(decodeURIComponent(path.split('?')[0]!.slice('/lab/'.length))));
    if (method === 'DELETE' && !isThere) return void answer.writeHead(404).end(NO_SUCH_KEY);
    const forwarded = request({ host: behind.hostname, port: behind.port, method, path, headers }, (got) => {
      answer.writeHead(got.statusCode!, got.headers);
      got.pipe(answer);
    });
    asked.pipe(forwarded);
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  onTestFinished(() => {
    front.closeAllConnections();
    front.close();
  });
  return `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
}

/** Larger than one part of a multipart upload. */
function bytes(size: number, seed: number): Buffer {
  const buffer = Buffer.alloc(size);
  for (let i = 0; i + 4 <= size; i += 4) buffer.writeUInt32LE((i * 2_654_435_761 + seed) >>> 0, i);
  return buffer;
}

const KINDS = ['folder', ...(s3Binary === undefined ? [] : (['s3'] as const))] as const;

describe.each(KINDS)('a store in %s', (kind) => {
  it('keeps sets of files, small, empty and larger than a part', async () => {
    const { location, options } = newPlace(kind);
    const store = await opened(location, options);
    const large = bytes(20 * 2 ** 20, 7);
    const files = [
      { name: 'large.bin', path: newFile(large) },
      { name: 'sae/empty', path: newFile('') },
      { name: 'sae/cfg é.json', path: newFile('{"d_in":8}') },
    ];
    const set = await store.putSet('some/set', files, { attempt: 3 });
    expect(await store.readSet('some/set')).toEqual(set);
    expect(await store.listSets('some')).toEqual(['some/set']);
    expect(await store.exists('some/set/large.bin')).toBe(true);
    const { folder: at, close } = await store.openSet(set);
    expect(readFileSync(join(at, 'large.bin')).equals(large)).toBe(true);
    expect(readFileSync(join(at, 'sae/cfg é.json'), 'utf8')).toBe('{"d_in":8}');
    expect(statSync(join(at, 'sae/empty')).size).toBe(0);
    await close();
    const to = join(folder, 'fetched', 'cfg.json');
    await store.fetch(set, set.files[2]!, to);
    expect(readFileSync(to, 'utf8')).toBe('{"d_in":8}');
    await store.removeSet('some/set');
    expect(await store.readSet('some/set')).toBeUndefined();
    expect(await store.list('some/')).toEqual([]);
  });

  it('overwrites nothing: of two writers of a name, one gets an error', async () => {
    const { location, options } = newPlace(kind);
    const [one, two] = [await opened(location, options), await opened(location, options)];
    const write = (store: Store, content: string) =>
      store.putSet('set', [{ name: 'file', path: newFile(content) }], {});
    const ends = await Promise.allSettled([write(one, 'one'), write(two, 'two')]);
    const refused = ends.filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'store.exists' } }]);
    const { folder: at, close } = await one.openSet((await two.readSet('set'))!);
    expect(readFileSync(join(at, 'file'), 'utf8')).toBe(ends[0]?.status === 'fulfilled' ? 'one' : 'two');
    await close();
    // The same content again is accepted: the answer to the first try may have been lost.
    await write(one, ends[0]?.status === 'fulfilled' ? 'one' : 'two');
  });

  it('finds a damaged object, whatever its damage', async () => {
    const { location, options, fileOf } = newPlace(kind);
    const store = await opened(location, options);
    const content = bytes(1000, 1);
    const set = await store.putSet('set', [{ name: 'file', path: newFile(content) }], {});
    const path = fileOf('set/file');
    const damages = [content.subarray(0, 999), Buffer.concat([content, Buffer.alloc(1)]), bytes(1000, 2)];
    for (const damaged of damages) {
      writeFileSync(path, damaged);
      await expect(store.openSet(set)).rejects.toMatchObject({ code: 'store.corrupted' });
    }
    rmSync(path);
    await expect(store.openSet(set)).rejects.toMatchObject({ code: 'store.missing' });
    writeFileSync(fileOf('set/set.json'), '{"format":1,"files":[{"name":"../x"}]}');
    await expect(store.readSet('set')).rejects.toMatchObject({ code: 'store.corrupted' });
    expect(readdirSync(join(options.cache.folder, 'open'))).toEqual([]);
  });

  it('gives the bytes of a file as they arrive, and the last one only of an undamaged file', async () => {
    const { location, options, fileOf } = newPlace(kind);
    const store = await opened(location, options);
    const content = bytes(4 * 2 ** 20, 9);
    const set = await store.putSet('set', [{ name: 'file', path: newFile(content) }], {});
    const [file] = set.files;
    const readAll = async (first: number, last: number): Promise<Buffer> => {
      const arriving = await store.openFile(set, file!);
      try {
        return Buffer.concat(await Array.fromAsync(arriving.read(first, last)));
      } finally {
        await arriving.close();
      }
    };
    writeFileSync(fileOf('set/file'), bytes(content.length, 8));
    const damaged = await store.openFile(set, file!);
    let received = 0;
    const reading = (async () => {
      for await (const chunk of damaged.read(0, content.length - 1)) received += chunk.byteLength;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'store.corrupted' });
    expect(received).toBeLessThan(content.length);
    await expect(readAll(5, 9)).rejects.toMatchObject({ code: 'store.corrupted' });
    writeFileSync(fileOf('set/file'), content);
    expect((await readAll(0, content.length - 1)).equals(content)).toBe(true);
    // From the cache.
    rmSync(fileOf('set/file'));
    expect(await readAll(5, 9)).toEqual(content.subarray(5, 10));
    await expect(store.openFile(set, { ...file!, sha256: 'a'.repeat(64) })).rejects.toMatchObject({
      code: 'store.missing',
    });
    expect(readdirSync(join(options.cache.folder, 'open'))).toEqual([]);
  });

  it('is opened by a reader without being marked or written', async () => {
    const { location, options } = newPlace(kind);
    const readOnly = { ...options, readOnly: true };
    await expect(openStore(location, readOnly)).rejects.toMatchObject({ code: 'store.unused' });
    await opened(location, options);
    await opened(location, readOnly);
    const other = openStore(location, { ...readOnly, cluster: 'two' });
    await expect(other).rejects.toMatchObject({ code: 'store.other-cluster' });
  });

  it('refuses the prefix of another database', async () => {
    const { location, options, fileOf } = newPlace(kind);
    await opened(location, options);
    await opened(location, options);
    const other = openStore(location, { ...options, cluster: 'two' });
    await expect(other).rejects.toMatchObject({
      code: 'store.other-cluster',
      details: { expected: 'cluster two', received: 'cluster one' },
    });
    rmSync(fileOf('sae-lab-store.json'));
    await opened(location, { ...options, cluster: 'two' });
  });

  it('is not made again where the database remembers one', async () => {
    const { location, options, fileOf } = newPlace(kind);
    const known = new Map<string, string>();
    const memory: StoreMemory = {
      recall: async (place) => known.get(place),
      remember: async (place, id) => void known.set(place, id),
    };
    await opened(location, { ...options, memory });
    const marker = fileOf('sae-lab-store.json');
    const text = readFileSync(marker, 'utf8');
    rmSync(marker);
    const missing = await openStore(location, { ...options, memory }).catch((error: unknown) => error);
    expect(missing).toMatchObject({ code: 'store.not-mounted', details: { received: 'no such file' } });
    expect(JSON.parse((missing as SaeLabError).details.expected!)).toEqual(JSON.parse(text));
    await opened(location, options).then((other) => other.close());
    await expect(openStore(location, { ...options, memory })).rejects.toMatchObject({
      code: 'store.not-mounted',
      details: { received: expect.stringContaining('the store ') as string },
    });
    writeFileSync(marker, text);
    await opened(location, { ...options, memory });
  });

  it('shows nothing of a set whose writer was killed', { retry: 0 }, async () => {
    const { location, options } = newPlace(kind);
    const store = await opened(location, options);
    const path = newFile(bytes(48 * 2 ** 20, 5));
    const child = fork(join(import.meta.dirname, 'testing', 'put-and-tell.ts'), [location, path]);
    await once(child, 'message');
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await store.listSets('killed')).toEqual([]);
    expect(await store.readSet('killed/set')).toBeUndefined();
    // The next writer is not disturbed by what is left.
    const set = await store.putSet('killed/set', [{ name: 'file', path }], {});
    const { folder: at, close } = await store.openSet(set);
    expect(readFileSync(join(at, 'file')).equals(readFileSync(path))).toBe(true);
    await close();
  });
});

describe('a store in a folder', () => {
  it('that is unmounted while it is used is missed, and neither made again nor taken for an empty one', async () => {
    const { location, options } = newPlace('folder');
    const store = await opened(location, { ...options, patienceSeconds: 0 });
    const set = await store.putSet('sets/one', [{ name: 'file', path: newFile('here') }], {});
    const away = `${location}-away`;
    renameSync(location, away);
    mkdirSync(location);
    const asks = [
      () => store.putSet('sets/two', [{ name: 'file', path: newFile('there') }], {}),
      () => store.readSet('sets/one'),
      () => store.listSets('sets'),
      () => store.exists('sets/one/file'),
      () => store.openSet(set),
    ];
    for (const ask of asks) await expect(ask()).rejects.toMatchObject({ code: 'store.not-mounted' });
    expect(readdirSync(location)).toEqual([]);
    rmSync(location, { recursive: true });
    renameSync(away, location);
    expect(await store.listSets('sets')).toEqual(['sets/one']);
  });
});

describe('a store that is away', () => {
  it('ends what waits for it when it is closed', async () => {
    const { location, options } = newPlace('folder');
    const store = await opened(location, { ...options, patienceSeconds: 3600 });
    rmSync(location, { recursive: true });
    const waiting = store.exists('a');
    store.close();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});

it('refuses a link to a folder that is not mounted, at once', async () => {
  const { location, options } = newPlace('folder');
  symlinkSync(`${location}-away`, location);
  const opening = opened(location, { ...options, patienceSeconds: 3600 });
  await expect(opening).rejects.toMatchObject({
    code: 'store.not-mounted',
    details: { received: `a link to ${location}-away` },
  });
  mkdirSync(`${location}-away`);
  expect(await (await opened(location, options)).list('')).toHaveLength(1);
});

describe('a store for a process whose time is over', () => {
  it('is not waited for any longer', async () => {
    const { location, options } = newPlace('folder');
    const over = new AbortController();
    const store = await opened(location, { ...options, patienceSeconds: 3600, giveUp: over.signal });
    renameSync(location, `${location}-away`);
    const waiting = store.exists('a');
    over.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'store.not-mounted' });
    await expect(store.exists('a')).rejects.toMatchObject({ code: 'store.not-mounted' });
    renameSync(`${location}-away`, location);
    expect(await store.exists('a')).toBe(false);
  });
});

describe.skipIf(s3Binary === undefined)('a store on S3', () => {
  it('waits for a server that is down, and continues when it is back', async () => {
    const { location, options } = newPlace('s3');
    const store = await opened(location, options);
    const path = newFile(bytes(20 * 2 ** 20, 3));
    await server!.kill();
    const putting = store.putSet('set', [{ name: 'file', path }], {});
    await server!.start();
    const set = await putting;
    await server!.kill();
    const opening = store.openSet(set);
    await server!.start();
    const { folder: at, close } = await opening;
    expect(readFileSync(join(at, 'file')).equals(readFileSync(path))).toBe(true);
    await close();
  });

  it('says what is wrong: away, wrong keys, wrong bucket; and never shows the keys', async () => {
    const { location, options } = newPlace('s3');
    const said: string[] = [];
    const fails = async (env: Record<string, string>, code: string, at = location) => {
      const before = { ...process.env };
      Object.assign(process.env, env);
      try {
        const error = await openStore(at, { ...options, patienceSeconds: 0 }).then(
          () => undefined,
          (thrown: Error) => thrown,
        );
        expect(error, error?.message).toMatchObject({ code });
        said.push(`${error!.message} ${JSON.stringify(error)} ${String(error!.cause)}`);
      } finally {
        process.env = before;
      }
    };
    await fails({}, 'store.wrong-bucket', 's3://another-bucket/x');
    await fails({ AWS_SECRET_ACCESS_KEY: 'not-the-secret-key' }, 'store.no-permission');
    await fails({ AWS_ACCESS_KEY_ID: 'not-the-access-key' }, 'store.no-permission');
    await fails({ AWS_REGION: 'eu-north-1' }, 'store.wrong-region');
    await fails({ AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' }, 'store.unreachable');
    await fails({ AWS_ENDPOINT_URL_S3: 'http://nowhere.invalid' }, 'store.unreachable');
    for (const text of said) {
      expect(text).not.toMatch(/not-the-|AKIA|a-secret-of-the-test/);
    }
  });

  it('may answer that a name is missing when it is removed', async () => {
    const { location, options } = newPlace('s3');
    const before = { ...process.env };
    process.env['AWS_ENDPOINT_URL_S3'] = await strictServer();
    const store = await opened(location, options).finally(() => void (process.env = before));
    await store.putSet('set', [{ name: 'file', path: newFile('content') }], {});
    await store.removeSet('set');
    await store.removeSet('set');
    expect(await store.list('set')).toEqual([]);
  });

  it('names the permission that a user lacks before it writes anything', async () => {
    const { location, options, fileOf } = newPlace('s3');
    for (const missing of RIGHTS) {
      const others = RIGHTS.filter((right) => right !== missing);
      const refused = await asUser(`all-but-${missing.slice(3)}`, others, () =>
        openStore(location, options).catch((error: unknown) => error),
      );
      expect(refused).toMatchObject({ code: 'store.no-permission', details: { expected: missing } });
    }
    expect(existsSync(fileOf(''))).toBe(false);
    const store = await asUser('a-trainer', RIGHTS, () => opened(location, options));
    await server!.allow('a-trainer', ['s3:ListBucket', 's3:GetObject']);
    const putting = store.putSet('set', [{ name: 'file', path: newFile('content') }], {});
    await expect(putting).rejects.toMatchObject({
      code: 'store.no-permission',
      details: { expected: 's3:PutObject' },
    });
  });

  it('is read by a user who may only list and get', async () => {
    const { location, options } = newPlace('s3');
    const set = await (
      await opened(location, options)
    ).putSet('some/set', [{ name: 'file', path: newFile('content') }], {});
    const store = await asUser('a-reader', ['s3:ListBucket', 's3:GetObject'], () =>
      opened(location, { ...options, readOnly: true }),
    );
    expect(await store.listSets('some')).toEqual(['some/set']);
    const { folder: at, close } = await store.openSet(set);
    expect(readFileSync(join(at, 'file'), 'utf8')).toBe('content');
    await close();
  });
});
