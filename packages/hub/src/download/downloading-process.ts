/** Downloads a model in a separate process: `node downloading-process.ts ENDPOINT CACHE_HOME`. */
import { hubSettings } from '../settings.ts';
import { downloadSnapshot } from './download-snapshot.ts';

const [endpoint, home] = process.argv.slice(2);
const settings = hubSettings({ HF_ENDPOINT: endpoint!, HF_HOME: home! });
const { files } = await downloadSnapshot('model', 'org/tiny', ['*.safetensors'], {
  settings,
  onProgress: ({ bytes }) => console.log(bytes),
});
console.log(files[0]!.localPath);
