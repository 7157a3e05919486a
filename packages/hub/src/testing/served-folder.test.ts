import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { downloadSnapshot } from '../download/download-snapshot.ts';
import { serve } from '../test-support.ts';
import { servedFolder } from './served-folder.ts';

it('serves the bundled model by name', async () => {
  const folder = fileURLToPath(new URL('../../../../models/neox-1.7m/', import.meta.url));
  const { settings } = await serve({ type: 'model', id: 'org/neox', files: servedFolder(folder) });
  const { files } = await downloadSnapshot('model', 'org/neox', ['*.json', 'onnx/model.onnx'], { settings });
  expect(files.map(({ path }) => path)).toContain('onnx/model.onnx');
  for (const { path, localPath } of files)
    expect(readFileSync(localPath)).toEqual(readFileSync(folder + path));
});
