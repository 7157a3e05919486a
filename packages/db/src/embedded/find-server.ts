import { join } from 'node:path';
import { isLocked, notedSocketFolder } from './cluster-lock.ts';
import { findPostmaster, readPostmaster, type Postmaster } from './postmaster.ts';
import { isServed, isShort } from './socket-folder.ts';

/** A server that this process can reach, in whichever namespace it runs. */
export interface Server {
  socketFolder: string;
  status: Postmaster['status'];
}

/** The listening server of a cluster; undefined if this process cannot reach one. */
export async function findServer(folder: string): Promise<Server | undefined> {
  const status = readPostmaster(join(folder, 'data'))?.status;
  // Each connection would cost the server a process during its recovery.
  if (status === 'starting') return undefined;
  for (const socketFolder of socketFoldersOf(folder))
    if (await isServed(socketFolder)) return { socketFolder, status };
  return undefined;
}

/**
 * The possible folders of the socket. The cluster's own folder comes first, since it stays right when the folder is moved
 * or mounted elsewhere. A recorded path counts only while this very folder is being served; otherwise a copy would lead
 * to its original.
 */
function socketFoldersOf(folder: string): string[] {
  const folders = [folder];
  const noted = notedSocketFolder(folder);
  if (noted !== undefined && isLocked(folder)) folders.push(noted);
  // A server started by an older version has no record.
  const listed = findPostmaster(join(folder, 'data'))?.socketFolder;
  if (listed !== undefined && isShort(listed)) folders.push(listed);
  return folders;
}
