declare module 'fs-native-extensions' {
  /**
   * Locks an open file description. The lock lasts until every process that inherited the descriptor has closed it.
   * Returns false if another description holds it. An exclusive lock needs a file open for writing, a shared one a file
   * open for reading.
   */
  export function tryLock(fd: number, options?: { shared?: boolean }): boolean;
}
