/** Every environment variable that the project reads, with its effect. docs/reference.md lists them. */
export const ENVIRONMENT = {
  SAE_LAB_DATA: 'Data folder, where `--data` is not given. Default: `.sae-lab` in the project.',
  DATABASE_URL:
    'A Postgres to use instead of the embedded one: `postgres://user:password@host:port/database`.',
  SAE_LAB_DIRECT_URL:
    'The same database past a pooler, if `DATABASE_URL` leads through one: for claims, the queue and notifications.',
  SAE_LAB_STORE:
    'Where runs and activations are stored for other machines: `s3://bucket/prefix`, or a folder that all of them mount.',
  SAE_LAB_STORE_CACHE:
    'Size of the files of the store that a data folder keeps although nothing uses them, e.g. `200GB`. Default: `50GB`.',
  SAE_LAB_WORKER_TIMEOUT:
    'Seconds of silence after which this worker counts as dead and others take its runs over, 3 to 3600. Default: `15`.',
  AWS_ACCESS_KEY_ID: 'Access key of the store. It is never stored or printed.',
  AWS_SECRET_ACCESS_KEY: 'Secret key of the store. It is never stored or printed.',
  AWS_SESSION_TOKEN: 'Token of temporary credentials of the store. It is never stored or printed.',
  AWS_PROFILE: "Profile in `~/.aws` that has the store's credentials, instead of the variables above.",
  AWS_REGION: 'Region of the bucket. Default: `us-east-1`.',
  AWS_ENDPOINT_URL_S3:
    "Address of an S3-compatible store that is not Amazon's, e.g. `https://minio.example:9000`.",
  SAE_LAB_EXPLAIN_URL:
    'OpenAI-compatible endpoint that `pnpm explain` asks for labels, e.g. `http://127.0.0.1:8000/v1`.',
  SAE_LAB_EXPLAIN_MODEL: 'Model of that endpoint.',
  SAE_LAB_EXPLAIN_KEY: 'Key of that endpoint, sent as a bearer token. It is never stored or printed.',
  SAE_LAB_DEBUG: 'Any value shows the stack of every error.',
  SAE_LAB_ALLOWED_HOSTS:
    'Host names, separated by commas, that the dashboard answers in addition to those of `--allow-host`.',
  SAE_LAB_DASHBOARD_TOKEN:
    'Token that readers of the dashboard need, at least 16 characters. Default: one that `pnpm dashboard` makes where it needs one. It is never stored or printed.',
  SAE_LAB_WIDE_VECTORS:
    '`0` compiles the CPU kernels with vectors of 16 bytes only. Results stay the same; steps take longer.',
  SAE_LAB_PEERS_PYTHON:
    'The Python whose PyTorch and SAELens the benchmarks compare with. Default: `python3`. See bench/peers/README.md.',
  SAE_LAB_TEST_DEVICE:
    'Device that the tests of `tests/gpu` train on: `webgpu` (the default there) or `cuda`.',
  SAE_LAB_TEST_ALL:
    'Any value adds the tests that take longest: WebGPU conformance of every variant, stores of every kind (machines with faults too), kills inside every evaluation.',
  HF_HOME: 'Folder of the Hugging Face cache and token. Default: `~/.cache/huggingface`.',
  HF_HUB_CACHE: 'Cache of models and datasets, shared with the Python library. Default: `hub` in `HF_HOME`.',
  HF_TOKEN: 'Token for private and gated repositories. Default: the one that `hf auth login` stored.',
  HF_ENDPOINT: 'Address of the hub. Default: `https://huggingface.co`.',
  HF_HUB_OFFLINE: '`1` uses only the cache and sends no requests to the hub.',
  COLUMNS: 'Width of the tables that a command prints where its output is not a terminal.',
  TERM: '`dumb` prints progress as lines instead of bars.',
  TF_FORCE_GPU_ALLOW_GROWTH:
    'A variable of TensorFlow. With `--device cuda` it defaults to `true`, so that several runs share a GPU.',
} as const;

export type EnvironmentVariable = keyof typeof ENVIRONMENT;

/**
 * An environment variable's value; undefined where it is unset or empty, which is how a shell unsets one for a single
 * command.
 */
export function environment(name: EnvironmentVariable): string | undefined {
  return process.env[name] || undefined;
}
