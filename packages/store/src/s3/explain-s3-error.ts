import { SaeLabError, type ErrorCode } from '@sae-lab/errors';
import { withoutSecrets, type S3Settings } from './s3-settings.ts';

/** What the client's errors have in common. */
interface ClientError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly Code?: string;
  readonly Region?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Record<string, string> };
  readonly cause?: unknown;
}

const NETWORK = /^(ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|EPIPE|ERR_SOCKET|CERT_|UNABLE_TO_|SELF_SIGNED)/;
const TIMED_OUT = new Set(['TimeoutError', 'RequestTimeout', 'RequestTimeoutException', 'SlowDown']);
const CREDENTIALS = new Set([
  'CredentialsProviderError',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'TokenRefreshRequired',
  // VersityGW's name for an unknown access key.
  'XAdminUserNotFound',
]);
const OTHER_REGION = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);

/** Permissions on a bucket, by what they allow. */
const PERMISSIONS = {
  list: 's3:ListBucket',
  read: 's3:GetObject',
  write: 's3:PutObject',
  delete: 's3:DeleteObject',
} as const;

export type S3Access = keyof typeof PERMISSIONS;

/**
 * Says what an error of the S3 client means. The client's error is not kept as the cause: its fields contain the access
 * key and the signed request.
 *
 * @param access what was asked of the store
 */
export function explainS3Error(
  thrown: unknown,
  access: S3Access,
  location: string,
  { endpoint, region }: S3Settings,
): unknown {
  if (thrown instanceof SaeLabError || (thrown as Error | undefined)?.name === 'AbortError') return thrown;
  const error = (thrown ?? {}) as ClientError;
  const name = error.Code ?? error.name ?? '';
  const status = error.$metadata?.httpStatusCode;
  const said = withoutSecrets([name, error.message].filter(Boolean).join(': ')) || `status ${status}`;
  const explained = (
    code: ErrorCode,
    problem: string,
    fix: string,
    { received = said, ...more }: { received?: string; expected?: string } = {},
  ): SaeLabError => new SaeLabError(code, { problem, field: location, received, fix, ...more });

  const network = [error.code, (error.cause as ClientError | undefined)?.code].find(
    (code) => code !== undefined && NETWORK.test(code),
  );
  const isAway = status !== undefined && (status >= 500 || status === 429) && name !== 'NotImplemented';
  if (network !== undefined || TIMED_OUT.has(name) || isAway) {
    const place = endpoint === undefined ? 'Amazon S3' : withoutSecrets(new URL(endpoint).host);
    return explained(
      'store.unreachable',
      `the store at ${place} does not answer`,
      'Check the network and AWS_ENDPOINT_URL_S3.',
    );
  }
  if (name === 'NoSuchBucket') {
    return explained(
      'store.wrong-bucket',
      'there is no such bucket',
      'Correct its name, or create the bucket.',
    );
  }
  if (OTHER_REGION.has(name) || status === 301) {
    const actual = error.Region ?? error.$response?.headers?.['x-amz-bucket-region'];
    return explained(
      'store.wrong-region',
      actual === undefined ? 'the bucket is in another region' : `the bucket is in the region ${actual}`,
      `Set AWS_REGION${actual === undefined ? '' : `=${actual}`}.`,
      { received: `region ${region}` },
    );
  }
  if (CREDENTIALS.has(name)) {
    return explained('store.no-permission', 'the store does not accept the credentials', SET_CREDENTIALS);
  }
  if (name === 'AccessDenied' || status === 403) {
    return explained(
      'store.no-permission',
      `the credentials lack the permission to ${access}`,
      'Processes that train must be allowed to list, read, write and delete below the prefix, readers to list and read.',
      { expected: PERMISSIONS[access] },
    );
  }
  return explained(
    'store.refused',
    'the store answered with an error',
    'Run again if the error is temporary.',
  );
}

const SET_CREDENTIALS = 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.';

export function isMissing(thrown: unknown): boolean {
  const { name, Code } = (thrown ?? {}) as ClientError;
  return name === 'NoSuchKey' || name === 'NotFound' || Code === 'NoSuchKey';
}

/** The name is taken, or another writer is completing the same object. */
export function isTaken(thrown: unknown): boolean {
  const { name, $metadata } = (thrown ?? {}) as ClientError;
  return (
    name === 'PreconditionFailed' ||
    name === 'ConditionalRequestConflict' ||
    $metadata?.httpStatusCode === 412
  );
}

/** The store knows no conditional writes. */
export function isUnconditional(thrown: unknown): boolean {
  const { name, $metadata } = (thrown ?? {}) as ClientError;
  return name === 'NotImplemented' || $metadata?.httpStatusCode === 501;
}
