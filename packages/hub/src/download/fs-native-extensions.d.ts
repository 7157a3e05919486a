declare module 'fs-native-extensions' {
  /**
   * Locks a file for as long as this opening of it lasts in any process that inherited it; false if another opening
   * holds it. To be locked for itself alone the file must be open for writing, to share it for reading.
   */
  export function tryLock(fd: number, options?: { shared?: boolean }): boolean;
}
