import type { SaeSubject } from '@sae-lab/db/reading';
import { Card } from '@tremor/react';
import { formatOf, LATENT_MEASURES, NOTHING } from '@sae-lab/measures';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { subjectPath } from '../../saes/subject.ts';
import { latentPath } from '../latent-path.ts';
import { namedToken } from '../text/token-text.ts';
import type { LatentDetails } from './load-latent.ts';

const COSINE = LATENT_MEASURES.cosine;
const cosineText = formatOf(COSINE);

/** A part of the page that scrolls, by the keyboard too. */
const SCROLLED = { role: 'region', 'aria-label': 'Matches', tabIndex: 0 };

interface SimilarLatentsProps {
  readonly details: LatentDetails;
  readonly subject: SaeSubject;
}

/** The latents with the most similar decoder rows: in this SAE, and the best match in each other one. */
export function SimilarLatents({ details, subject }: SimilarLatentsProps) {
  const { nearest, matches } = details;
  return (
    <Card className="min-w-0 p-4 sm:p-5">
      <h2 className="text-base font-semibold">Similar latents</h2>
      <p className="mb-2 text-xs text-soft">By the cosine of the decoder rows.</p>
      {nearest.length === 0 ? (
        <p className="text-[13px] text-soft">No other latent of this SAE was compared.</p>
      ) : (
        <Table
          headings={[
            'In this SAE',
            LATENT_MEASURES.token.label,
            LATENT_MEASURES.promoted.label,
            COSINE.label,
          ]}
        >
          {nearest.map(({ latent, cosine, label, topToken, raisedToken }) => (
            <tr key={latent}>
              <td className="truncate py-0.5 pr-2">
                <Link
                  href={latentPath(subject, latent)}
                  prefetch={false}
                  className="text-accent hover:underline"
                >
                  {latent}
                </Link>{' '}
                {label === null ? null : <span dir="auto">{label}</span>}
              </td>
              <Token text={topToken} />
              <Token text={raisedToken} />
              <td className="text-right tabular-nums">{cosineText(cosine)}</td>
            </tr>
          ))}
        </Table>
      )}
      <h3 className="mt-4 mb-1 text-[13px] font-medium">Best match in other SAEs of the evaluation</h3>
      {matches.length === 0 ? (
        <p className="text-[13px] text-soft">The evaluation compared no other SAE.</p>
      ) : (
        <div className="max-h-64 overflow-y-auto" {...SCROLLED}>
          <Table headings={['SAE', 'Latent', COSINE.label]}>
            {matches
              .toSorted((a, b) => b.cosine - a.cosine)
              .map(({ sae, subject: other, latent, cosine }) => (
                <tr key={sae}>
                  <td className="truncate py-0.5 pr-2">
                    {other === null ? (
                      sae
                    ) : (
                      <Link
                        href={subjectPath(other)}
                        prefetch={false}
                        className="text-accent hover:underline"
                      >
                        {other.runId === undefined ? sae : `Run ${other.runId}`}
                      </Link>
                    )}
                  </td>
                  <td>
                    {other === null ? (
                      latent
                    ) : (
                      <Link
                        href={latentPath(other, latent)}
                        prefetch={false}
                        className="text-accent hover:underline"
                      >
                        {latent}
                      </Link>
                    )}
                  </td>
                  <td className="text-right tabular-nums">{cosineText(cosine)}</td>
                </tr>
              ))}
          </Table>
        </div>
      )}
    </Card>
  );
}

function Table({
  headings,
  children,
}: {
  readonly headings: readonly string[];
  readonly children: ReactNode;
}) {
  return (
    <table className="w-full table-fixed text-[13px]">
      <thead>
        <tr className="border-b border-line">
          {headings.map((heading) => (
            <th
              key={heading}
              scope="col"
              className={`text-xs font-medium text-soft ${heading === COSINE.label ? 'w-14 text-right' : 'text-left'}`}
            >
              {heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

function Token({ text }: { readonly text: string | null }) {
  return (
    <td className="truncate pr-2">
      {text === null ? NOTHING : <bdi className="whitespace-pre">{namedToken(text)}</bdi>}
    </td>
  );
}
