import { short } from '@sae-lab/measures';
import type { SteerAnswer } from '@sae-lab/text/answers';
import { namedToken } from '../../latents/text/token-text.ts';
import { numbersOf } from './next-token-table.ts';

const SHOWN = 20;
const CELL = 'px-2 py-1 first:pl-0 last:pr-0';

/** The most probable next tokens of both models, with a bar for each. */
export function NextTokens({ answer: { next, divergence } }: { answer: SteerAnswer }) {
  const largest = Math.max(...next.map(({ clean, steered }) => Math.max(clean, steered)));
  return (
    <section aria-label="Next token">
      <div className="mb-2 flex flex-wrap items-baseline gap-x-4">
        <h2 className="text-base font-semibold">Next token</h2>
        <span className="text-[13px] text-soft">KL divergence {short(3)(divergence)} nats</span>
      </div>
      <table className="w-full text-[13px] tabular-nums" aria-label="Most probable next tokens">
        <thead>
          <tr className="border-b border-line text-xs text-soft">
            <th scope="col" className={`${CELL} text-left font-medium`}>
              Token
            </th>
            <th scope="col" className={`${CELL} w-full text-left font-medium max-sm:hidden`}>
              <Swatch color="var(--line-strong)" /> Clean <Swatch color="var(--accent)" /> Steered
            </th>
            {['Clean', 'Steered', 'Change'].map((heading) => (
              <th key={heading} scope="col" className={`${CELL} text-right font-medium`}>
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {next.slice(0, SHOWN).map((one) => (
            <tr key={one.tokenId} className="border-b border-line last:border-0">
              <th scope="row" className={`${CELL} max-w-40 truncate text-left font-normal`}>
                <bdi className="whitespace-pre">{namedToken(one.token)}</bdi>
              </th>
              <td className={`${CELL} max-sm:hidden`}>
                <Bar share={one.clean / largest} color="var(--line-strong)" />
                <Bar share={one.steered / largest} color="var(--accent)" />
              </td>
              {numbersOf(one).map((text, column) => (
                <td key={column} className={`${CELL} text-right whitespace-nowrap`}>
                  {text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Bar({ share, color }: { share: number; color: string }) {
  return <div className="my-px h-1.5 rounded-sm" style={{ width: `${share * 100}%`, background: color }} />;
}

function Swatch({ color }: { color: string }) {
  return (
    <span
      aria-hidden="true"
      className="ml-2 inline-block size-2 rounded-sm first:ml-0"
      style={{ background: color }}
    />
  );
}
