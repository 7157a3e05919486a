/** How the S3 client is set up. Credentials are not among it: the client reads them from the environment itself. */
export interface S3Settings {
  /** Undefined for Amazon's own. */
  readonly endpoint: string | undefined;
  readonly region: string;
  /** Buckets in the path of the address instead of in its host: other stores than Amazon's need it. */
  readonly forcePathStyle: boolean;
}

/** Stores other than Amazon's accept any region, most of them this one. */
const DEFAULT_REGION = 'us-east-1';

/** The variables are those of Amazon's own tools. */
export function s3Settings(env: NodeJS.ProcessEnv = process.env): S3Settings {
  const given = (...names: string[]): string | undefined =>
    names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  const endpoint = given('AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL');
  return {
    endpoint,
    region: given('AWS_REGION', 'AWS_DEFAULT_REGION') ?? DEFAULT_REGION,
    forcePathStyle: endpoint !== undefined,
  };
}

/** Removes the values of variables with credentials from a text. */
export function withoutSecrets(text: string, env: NodeJS.ProcessEnv = process.env): string {
  const secrets = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_ACCESS_KEY_ID']
    .map((name) => env[name] ?? '')
    .filter((value) => value.length > 3);
  return secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, '…'), text);
}
