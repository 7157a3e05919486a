import { startDashboard } from '../tests/start-dashboard.ts';
import { medianMs, report } from './report.ts';

const FILTER = 'variant in (topk, batch-topk, gated) and l0 < 120 and hook ~ "mlp" and ce_recovered > 0.1';

/** Times requests to the API, from the first byte sent to the last one received. */
export async function apiCases(dataDir: string): Promise<void> {
  const dashboard = await startDashboard(['--data', dataDir, '--port', '0']);
  try {
    const get = async (path: string): Promise<{ readonly next: string | null; readonly bytes: number }> => {
      const body = await (await fetch(`${dashboard.url}/api/v1${path}`)).text();
      return { ...(JSON.parse(body) as { next: string | null }), bytes: Buffer.byteLength(body) };
    };
    const sorted = '/runs?sort=explained_variance&dir=desc&limit=100';
    const { next } = await get(sorted.replace('limit=100', 'limit=1000'));
    for (const [name, path] of [
      ['newest 100 runs', '/runs?limit=100'],
      ['100 runs, filtered and sorted', `${sorted}&filter=${encodeURIComponent(FILTER)}`],
      ['100 runs after the first 1,000, sorted', `${sorted}&cursor=${next}`],
    ] as const) {
      const ms = await medianMs(() => get(path));
      const { bytes } = await get(path);
      report({ case: `API: ${name}`, ms, bytes, bar: '≤ 100 ms', holds: ms <= 100 });
    }
    const curves = `/curves?runs=${Array.from({ length: 50 }, (_, index) => 1 + index * 7).join()}&curves=loss`;
    const ms = await medianMs(() => get(`${curves}&buckets=300`));
    report({ case: 'API: 50 curves in 300 buckets', ms, bar: '≤ 250 ms', holds: ms <= 250 });
  } finally {
    await dashboard.stop();
  }
}
