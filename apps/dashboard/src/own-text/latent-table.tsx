import { formatOf, integer, LATENT_MEASURES } from '@sae-lab/measures';
import type { ReadLatent } from '@sae-lab/text/answers';
import Link from 'next/link';
import { latentPath } from '../latents/latent-path.ts';
import { namedToken } from '../latents/text/token-text.ts';
import { subjectPath } from '../saes/subject.ts';
import { KnownTokens } from './known-tokens.tsx';
import type { ReadingProps } from './reading-props.ts';
import { orderOf } from './reading-table.ts';
import { fitsAddress, type ORDERS } from './view-state.ts';

/** Latents that the table shows. */
const SHOWN = 50;
const activationText = formatOf(LATENT_MEASURES.max_activation);
const CELL = 'px-2 py-1 first:pl-3 last:pr-3';

const HEADINGS: Readonly<Record<(typeof ORDERS)[number], string>> = {
  max: 'Max',
  sum: 'Sum',
  first: 'First on',
};

interface LatentTableProps extends ReadingProps {
  readonly onHover: (latent: number | undefined) => void;
}

/** The latents that are active on the text. Pointing at one shades its tokens; a click keeps them shaded. */
export function LatentTable(props: LatentTableProps) {
  const { own, text, sae, known, typed, chosen, onChoose, sort, onSort, row, onHover, name } = props;
  if (sae.latents.length === 0)
    return <p className="text-[13px] text-soft">No latent is active on this text.</p>;
  const shown = sae.latents.toSorted(orderOf(sort)).slice(0, SHOWN);
  const steerText = fitsAddress(typed) ? `&text=${encodeURIComponent(typed.toWellFormed())}` : '';
  const firstToken = ({ rows }: ReadLatent): string => {
    const token = text.tokens.find((one) => one.row === rows[0]);
    return token === undefined ? 'nowhere' : namedToken(token.text);
  };
  return (
    <div className="min-w-0">
      <div
        role="region"
        aria-label={`Latents of ${name} on the text, scrollable`}
        // Long tables scroll by the keyboard too.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className="max-h-[30rem] overflow-auto rounded-md border border-line"
      >
        <table className="w-full text-[13px] tabular-nums" aria-label={`Latents of ${name} on the text`}>
          <thead className="sticky top-0 z-1 bg-surface">
            <tr className="border-b border-line text-xs text-soft">
              <th scope="col" className={`${CELL} text-left font-medium`}>
                Latent
              </th>
              <th scope="col" className={`${CELL} text-left font-medium`}>
                Raises
              </th>
              {(['max', 'sum', 'first'] as const).map((order) => (
                <th
                  key={order}
                  scope="col"
                  aria-sort={sort === order ? (order === 'first' ? 'ascending' : 'descending') : 'none'}
                  className={`${CELL} font-medium ${order === 'first' ? 'text-left' : 'text-right'}`}
                >
                  <button type="button" onClick={() => onSort(order)} className="hover:text-ink">
                    {HEADINGS[order]}{' '}
                    {sort === order ? <span aria-hidden="true">{order === 'first' ? '↑' : '↓'}</span> : null}
                  </button>
                </th>
              ))}
              <th scope="col" className={`${CELL} text-right font-medium`}>
                Tokens
              </th>
              <th scope="col" className={CELL}>
                <span className="sr-only">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => {
              const { latent, max, sum, rows } = one;
              const isOnToken = row !== undefined && rows.includes(row);
              return (
                <tr
                  key={latent}
                  onMouseEnter={() => onHover(latent)}
                  onMouseLeave={() => onHover(undefined)}
                  className={`border-b border-line last:border-0 hover:bg-sunken ${chosen === latent ? 'bg-sunken font-medium' : ''} ${isOnToken ? 'shadow-[inset_3px_0_0_var(--accent)]' : ''}`}
                >
                  <td className={CELL}>
                    <Link
                      href={latentPath(own.subject, latent)}
                      prefetch={false}
                      className="text-accent hover:underline"
                    >
                      {latent}
                    </Link>
                  </td>
                  <td className={`${CELL} max-w-48 min-w-24`}>
                    <div className="grid">
                      <KnownTokens known={known[latent]} />
                    </div>
                  </td>
                  <td className={`${CELL} text-right`}>{activationText(max)}</td>
                  <td className={`${CELL} text-right`}>{activationText(sum)}</td>
                  <td className={`${CELL} max-w-32 truncate`}>
                    <bdi className="whitespace-pre">{firstToken(one)}</bdi>
                  </td>
                  <td className={`${CELL} text-right`}>{integer(rows.length)}</td>
                  <td className={`${CELL} text-right whitespace-nowrap`}>
                    <button
                      type="button"
                      aria-pressed={chosen === latent}
                      aria-label={`Shade the tokens of latent ${latent}`}
                      onClick={() => onChoose(chosen === latent ? null : latent)}
                      className="mr-3 text-accent hover:underline"
                    >
                      {chosen === latent ? 'Shaded' : 'Shade'}
                    </button>
                    <Link
                      href={`${subjectPath(own.subject)}/steer?latent=${latent}${steerText}`}
                      prefetch={false}
                      aria-label={`Steer with latent ${latent}`}
                      className="text-accent hover:underline"
                    >
                      Steer
                    </Link>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {sae.active > shown.length ? (
        <p className="mt-1 text-xs text-soft">
          The first {shown.length} of {integer(sae.active)} latents that are active.
        </p>
      ) : null}
    </div>
  );
}
