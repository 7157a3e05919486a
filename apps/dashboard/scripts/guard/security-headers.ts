/** What no page of the dashboard uses. */
const UNUSED = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'encrypted-media',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
];

/**
 * Headers of every response, refusals included.
 *
 * @param isTrusted whether browsers take the origin as trustworthy: only there they isolate the pages of an origin
 */
export function securityHeaders(policy: string, isTrusted: boolean): Record<string, string> {
  return {
    'Content-Security-Policy': policy,
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    ...(isTrusted && { 'Cross-Origin-Opener-Policy': 'same-origin' }),
    'Permissions-Policy': UNUSED.map((feature) => `${feature}=()`).join(', '),
  };
}

/**
 * Lets a page load only what this server serves, and run inline scripts only with the nonce of its response. `style`
 * attributes are allowed, because React sets them, e.g. for the length of a bar.
 *
 * @param forms where forms may be sent
 */
export function contentSecurityPolicy(nonce: string, forms = "'none'"): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    `form-action ${forms}`,
    "frame-ancestors 'none'",
  ].join('; ');
}
