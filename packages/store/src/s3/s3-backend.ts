import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { randomUUID } from 'node:crypto';
import type { Backend, Content, ObjectInfo } from '../backend/backend.ts';
import { explainS3Error, isMissing, isTaken, isUnconditional, type S3Access } from './explain-s3-error.ts';
import { s3Settings } from './s3-settings.ts';

/** Tries of one request, with pauses between them. Longer outages are `untilReachable`'s. */
const TRIES = 4;
const CONNECT_MS = 5_000;
/** A request that is silent for this long is repeated. */
const SILENCE_MS = 60_000;
const SMALLEST_PART = 8 * 2 ** 20;
/** Of a multipart upload, which may have 10,000. */
const MOST_PARTS = 9_000;
/** Parts uploaded at once, each in memory. */
const PARTS_AT_ONCE = 4;
const SHA256 = 'sha256';

/** Objects below a prefix of a bucket. The client reads credentials and address from the environment. */
export function s3Backend({ bucket, prefix }: { bucket: string; prefix: string }): Backend {
  const settings = s3Settings();
  const location = prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`;
  const client = new S3Client({
    ...(settings.endpoint !== undefined && { endpoint: settings.endpoint }),
    region: settings.region,
    forcePathStyle: settings.forcePathStyle,
    maxAttempts: TRIES,
    // Every file is checked by its sha256 where it is read, which also finds what was damaged in the store.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
  });
  const start = prefix === '' ? '' : `${prefix}/`;
  const keyOf = (name: string) => ({ Bucket: bucket, Key: `${start}${name}` });
  const explain = (access: S3Access, error: unknown): unknown =>
    explainS3Error(error, access, location, settings);
  const explained = async <T>(access: S3Access, ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      throw explain(access, error);
    }
  };
  /** Old and small stores do not know `If-None-Match`. For them a name is looked up before it is written. */
  let conditional = true;

  const upload = async (name: string, content: Content, signal: AbortSignal | undefined): Promise<void> => {
    const transfer = new Upload({
      client,
      params: {
        ...keyOf(name),
        Body: content.open(),
        Metadata: { [SHA256]: content.sha256 },
        ...(conditional && { IfNoneMatch: '*' }),
      },
      partSize: Math.max(SMALLEST_PART, Math.ceil(content.bytes / MOST_PARTS)),
      queueSize: PARTS_AT_ONCE,
    });
    const abort = (): void => void transfer.abort();
    signal?.addEventListener('abort', abort);
    try {
      signal?.throwIfAborted();
      await transfer.done();
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  };
  const isThere = async (name: string): Promise<boolean> => (await head(name)) !== undefined;
  const head = (name: string) =>
    explained('read', async () => {
      try {
        return await client.send(new HeadObjectCommand(keyOf(name)));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });

  const list = async function* (below: string): AsyncGenerator<ObjectInfo> {
    try {
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: `${start}${below}` });
      for await (const { Contents = [] } of pages) {
        for (const { Key = '', Size = 0 } of Contents) yield { name: Key.slice(start.length), bytes: Size };
      }
    } catch (error) {
      throw explain('list', error);
    }
  };
  const remove = (name: string): Promise<void> =>
    explained('delete', async () => {
      try {
        await client.send(new DeleteObjectCommand(keyOf(name)));
      } catch (error) {
        // Some stores say so. Amazon S3 does not.
        if (!isMissing(error)) throw error;
      }
    });

  return {
    location,
    async requireAccess({ readOnly }) {
      const nothing = `.access-${randomUUID()}`;
      await Array.fromAsync(list(nothing));
      if (!readOnly) await remove(nothing);
    },
    put: (name, content, signal) =>
      explained('write', async () => {
        // Also saves the upload of what is there already.
        if (await isThere(name)) return 'exists';
        try {
          await upload(name, content, signal);
        } catch (error) {
          if (isTaken(error)) return 'exists';
          if (!conditional || !isUnconditional(error)) throw error;
          conditional = false;
          await upload(name, content, signal);
        }
        return 'written';
      }),
    read: (name, from, signal) =>
      explained('read', async () => {
        try {
          const { Body } = await client.send(
            new GetObjectCommand({ ...keyOf(name), ...(from > 0 && { Range: `bytes=${from}-` }) }),
            signal === undefined ? {} : { abortSignal: signal },
          );
          return chunksOf(Body as AsyncIterable<Uint8Array>, (error) => explain('read', error));
        } catch (error) {
          if (isMissing(error)) return undefined;
          throw error;
        }
      }),
    async describe(name) {
      const found = await head(name);
      return found && { bytes: found.ContentLength ?? 0, sha256: found.Metadata?.[SHA256] };
    },
    list,
    remove,
    close: () => client.destroy(),
  };
}

async function* chunksOf(
  body: AsyncIterable<Uint8Array>,
  explain: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw explain(error);
  }
}
