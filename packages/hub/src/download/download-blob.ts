import { SaeLabError } from '@sae-lab/errors';
import type { HubFile } from '../hub-file.ts';
import { bodyStart, request } from '../http/request.ts';
import { nameOf, type RequestSubject } from '../http/response-error.ts';
import { TransientFailure, patience } from '../http/transient.ts';
import type { HubSettings } from '../settings.ts';
import { blobHash } from './blob-hash.ts';
import { openIncomplete, type IncompleteFile } from './incomplete-file.ts';

export interface BlobDownload {
  readonly settings: HubSettings;
  readonly subject: RequestSubject;
  readonly file: HubFile;
  readonly url: string;
  /** Final path of the blob. */
  readonly blob: string;
  /** Whether another process has finished the blob. */
  readonly isDone: () => Promise<boolean>;
  readonly signal: AbortSignal | undefined;
  /** Reports how many bytes of the file exist: `found` on disk, or `received` from the hub. */
  readonly onBytes: (bytes: number, kind: 'found' | 'received') => void;
}

/** Number of times a file is downloaded again from the start after a mismatch. */
const MOST_RESTARTS = 2;

/**
 * Downloads the content of a file. A partial download is resumed with a range request. The blob gets its final name
 * only after its length and hash match the hub's.
 *
 * @throws {SaeLabError} hub.damaged-download, those of a request; the operating system's error; the signal's reason
 */
export async function downloadBlob(download: BlobDownload): Promise<void> {
  const { file, blob, isDone, signal, onBytes } = download;
  const incomplete = await openIncomplete(blob, isDone, signal);
  if (incomplete === undefined) {
    onBytes(file.size, 'found');
    return;
  }
  try {
    await receiveAll(download, incomplete);
    await incomplete.finish();
  } finally {
    await incomplete.release();
  }
}

async function receiveAll(download: BlobDownload, incomplete: IncompleteFile): Promise<void> {
  const { settings, subject, file, signal, onBytes } = download;
  const { handle } = incomplete;
  const attempts = patience(settings.retry, signal);
  let restarts = 0;
  let have = (await handle.stat()).size;
  let hash = blobHash(file);
  await hash.updateFrom(handle, Math.min(have, file.size), signal);
  onBytes(have, 'found');

  const startOver = async (problem: string, expected: string, received: string): Promise<void> => {
    if (++restarts > MOST_RESTARTS) {
      await incomplete.discard();
      throw damaged(subject, problem, expected, received);
    }
    await handle.truncate(0);
    have = 0;
    hash = blobHash(file);
    onBytes(0, 'found');
  };

  const receive = async (): Promise<void> => {
    const headers = have > 0 ? { range: `bytes=${have}-` } : undefined;
    const response = await request(settings, {
      url: download.url,
      subject,
      signal,
      ...(headers && { headers }),
    });
    const start = bodyStart(response);
    // A server that ignores ranges sends the file from the start.
    if (start !== have) await startOver('the download cannot resume', `bytes from ${have}`, `from ${start}`);
    if (start !== have) return response.cancel();
    for await (const chunk of response.chunks()) {
      if (have + chunk.length > file.size) {
        return startOver('the hub sent too many bytes', `${file.size} bytes`, 'more');
      }
      await handle.appendFile(chunk);
      hash.update(chunk);
      have += chunk.length;
      attempts.succeeded();
      onBytes(have, 'received');
    }
    if (have < file.size) {
      const reason = damaged(subject, 'the hub sent too few bytes', `${file.size} bytes`, `${have} bytes`);
      await attempts.failed(new TransientFailure(reason));
    }
  };

  for (;;) {
    try {
      if (have > file.size)
        await startOver('the partial download is too long', `${file.size} bytes`, `${have}`);
      while (have < file.size) await receive();
      if (hash.isRight()) return;
      await startOver(
        'the checksum does not match',
        `${file.hash?.algorithm} ${file.hash?.value}`,
        'another',
      );
    } catch (error) {
      if (!(error instanceof TransientFailure)) throw error;
      await attempts.failed(error);
    }
  }
}

function damaged(
  { repository, path }: RequestSubject,
  problem: string,
  expected: string,
  received: string,
): SaeLabError {
  return new SaeLabError('hub.damaged-download', {
    problem,
    field: `${nameOf(repository)}, ${path}`,
    expected,
    received,
    fix: 'Try again later. If it keeps failing, a proxy may be altering the file.',
  });
}
