declare module 'fs-native-extensions' {
  /**
   * Locks a file that is open for writing, for as long as this opening of it lasts in any process that inherited it;
   * false if another opening holds it.
   */
  export function tryLock(fd: number): boolean;
}
