import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { vi } from 'vitest';

/** Folders in which browsers bring SwiftShader, a Vulkan driver that computes on the CPU. */
const INSTALLED = ['/usr/lib/chromium', '/usr/lib64/chromium-browser', '/opt/google/chrome'];
const MANIFEST = 'vk_swiftshader_icd.json';

/**
 * What makes a new process find a Vulkan that needs no GPU, as environment variables: the driver's manifest, and a
 * folder with Vulkan's loader for systems that have none. The driver is that of an installed browser, or else the one
 * that an npm package carries.
 *
 * @param folder an empty one, to unpack the package's in
 * @returns why there is none, in words, where there is none
 */
export async function softwareVulkan(folder: string): Promise<NodeJS.ProcessEnv | string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `no software Vulkan is known here for ${process.platform}-${process.arch}`;
  }
  const installed = INSTALLED.find(
    (place) => existsSync(join(place, MANIFEST)) && existsSync(join(place, 'libvulkan.so.1')),
  );
  const place = installed ?? (await unpacked(folder));
  const libraries = [place, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
  return { VK_ICD_FILENAMES: join(place, MANIFEST), LD_LIBRARY_PATH: libraries };
}

/** The package unpacks into the system's folder for temporary files: here into one that no other process writes to. */
async function unpacked(folder: string): Promise<string> {
  const { inflate } = await import('@sparticuz/chromium');
  const bin = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../bin');
  vi.stubEnv('TMPDIR', folder);
  try {
    return await inflate(join(bin, 'swiftshader.tar.br'));
  } finally {
    vi.unstubAllEnvs();
  }
}
