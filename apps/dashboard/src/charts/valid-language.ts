/**
 * uPlot makes a number format for the browser's language as it is loaded. A Chromium in the POSIX locale gives one that is
 * none (`en-US@posix`): Intl throws, and the page with it. To be imported before it.
 */
try {
  Intl.getCanonicalLocales(globalThis.navigator?.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true });
}
