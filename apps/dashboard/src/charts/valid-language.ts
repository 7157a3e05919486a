/**
 * Must be imported before uPlot, which creates a number format for the browser's language when it loads. Chromium in the
 * POSIX locale reports `en-US@posix`, which is not a valid language tag: Intl throws and the page breaks.
 */
try {
  Intl.getCanonicalLocales(globalThis.navigator?.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true });
}
