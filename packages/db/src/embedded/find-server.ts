import { join } from 'node:path';
import { isLocked, notedSocketFolder } from './cluster-lock.ts';
import { findPostmaster, readPostmaster, type Postmaster } from './postmaster.ts';
import { isServed, isShort } from './socket-folder.ts';

/** A server that can be reached from here, in whichever namespace it runs. */
export interface Server {
  socketFolder: string;
  status: Postmaster['status'];
}

/** The server of a cluster that listens; undefined if none does that can be reached from here. */
export async function findServer(folder: string): Promise<Server | undefined> {
  const status = readPostmaster(join(folder, 'data'))?.status;
  // Each look would cost it a process, in the middle of its recovery.
  if (status === 'starting') return undefined;
  for (const socketFolder of socketFoldersOf(folder))
    if (await isServed(socketFolder)) return { socketFolder, status };
  return undefined;
}

/**
 * Where the socket can be. The cluster's own folder comes first: it is right wherever the folder was moved or
 * mounted. A path that is written down counts only while somebody serves this very folder, or a copy would lead to
 * its original.
 */
function socketFoldersOf(folder: string): string[] {
  const folders = [folder];
  const noted = notedSocketFolder(folder);
  if (noted !== undefined && isLocked(folder)) folders.push(noted);
  // Of a server that an older version started, without a note.
  const listed = findPostmaster(join(folder, 'data'))?.socketFolder;
  if (listed !== undefined && isShort(listed)) folders.push(listed);
  return folders;
}
