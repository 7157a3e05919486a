declare module 'fs-native-extensions' {
  /** Waits for an exclusive lock on an open file description, which lasts until the descriptor is closed. */
  export function waitForLock(fd: number): Promise<void>;
  /** Takes the lock at once, or returns false. */
  export function tryLock(fd: number, options?: { readonly shared?: boolean }): boolean;
}
