import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { vi } from 'vitest';

/** Folders where browsers install SwiftShader, a Vulkan driver in software. */
const INSTALLED = ['/usr/lib/chromium', '/usr/lib64/chromium-browser', '/opt/google/chrome'];
const MANIFEST = 'vk_swiftshader_icd.json';

/**
 * Environment variables that let a new process use Vulkan without a GPU: the driver's manifest, and a folder with Vulkan's
 * loader for systems without one. The driver comes from an installed browser, otherwise from an npm package.
 *
 * @param folder an empty folder, for the package to unpack its driver into
 * @returns the variables, or why there is no driver for this platform
 */
export async function softwareVulkan(folder: string): Promise<NodeJS.ProcessEnv | string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `no software Vulkan for ${process.platform}-${process.arch}`;
  }
  const installed = INSTALLED.find(
    (path) => existsSync(join(path, MANIFEST)) && existsSync(join(path, 'libvulkan.so.1')),
  );
  const driver = installed ?? (await unpacked(folder));
  const libraries = [driver, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
  return { VK_ICD_FILENAMES: join(driver, MANIFEST), LD_LIBRARY_PATH: libraries };
}

/** The package unpacks into the folder for temporary files. Point it at one that no other process writes to. */
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
