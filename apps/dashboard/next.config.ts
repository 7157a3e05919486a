import type { NextConfig } from 'next';
import { fileURLToPath } from 'node:url';

/** `pnpm dashboard` serves a copy of the build, which later builds leave alone. */
const { saeLabBuild } = globalThis as { saeLabBuild?: string };

const config: NextConfig = {
  distDir: saeLabBuild ?? '.next',
  // The workspace's packages are TypeScript source.
  transpilePackages: ['@sae-lab/db', '@sae-lab/errors', '@sae-lab/measures', '@sae-lab/text', 'geist'],
  // The root of this checkout. By default, Next looks for a lockfile in the parent folders.
  turbopack: { root: fileURLToPath(new URL('../../', import.meta.url)) },
  // Types are checked by the `types` task, with everything else's.
  typescript: { ignoreBuildErrors: true },
  experimental: { useTypeScriptCli: true },
  poweredByHeader: false,
  // None is shown; without this, a route would fetch and resize what it is told to.
  images: { unoptimized: true },
  devIndicators: false,
};

export default config;
