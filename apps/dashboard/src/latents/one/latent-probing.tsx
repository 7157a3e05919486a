import { Card } from '@tremor/react';
import { formatOf, integer, LATENT_MEASURES } from '@sae-lab/measures';
import { Command } from '../../components/message.tsx';
import { isChance } from '../is-chance.ts';
import type { LatentDetails } from './load-latent.ts';

const { probing_score: SCORE, probing_p: CHANCE } = LATENT_MEASURES;
const scoreText = formatOf(SCORE);
const chanceText = formatOf(CHANCE);

interface LatentProbingProps {
  readonly details: LatentDetails;
  /** What scores the latents of this SAE. */
  readonly command: string;
}

/** Which class of labelled documents a latent tells from the others, and how well. */
export function LatentProbing({ details: { probes, isProbed }, command }: LatentProbingProps) {
  return (
    <Card className="min-w-0 p-4 sm:p-5">
      <h2 className="text-base font-semibold">Probing</h2>
      <p className="mb-2 text-xs text-soft">{SCORE.meaning}</p>
      {probes.length > 0 ? (
        <ul className="grid grid-cols-1 gap-3 text-[13px]">
          {probes.map((probe) => (
            <li key={probe.evaluationId}>
              <Probe {...probe} />
            </li>
          ))}
        </ul>
      ) : isProbed ? (
        <p className="text-[13px] text-soft">
          No score: it never fired on the documents that choose the class.
        </p>
      ) : (
        <div className="grid grid-cols-1 gap-2 text-[13px] text-soft">
          <p>Not measured. This command does it, if the dataset has a column of labels:</p>
          <Command>{command}</Command>
        </div>
      )}
    </Card>
  );
}

function Probe(probe: LatentDetails['probes'][number]) {
  const { score, trainingScore, pValue, documents, settings } = probe;
  const mayBeChance = isChance(pValue);
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-3">
        <bdi className="min-w-0 text-base font-medium wrap-anywhere">{probe.class}</bdi>
        <span className={`ml-auto text-base tabular-nums ${mayBeChance ? 'text-soft' : 'font-medium'}`}>
          {scoreText(score)}
        </span>
      </p>
      <p className="text-soft">
        {datasetOf(settings)}, on {integer(documents)} test documents; {scoreText(trainingScore)} on those
        that chose the class.
      </p>
      <p className={mayBeChance ? '' : 'text-soft'} title={CHANCE.meaning}>
        {CHANCE.label} {chanceText(pValue)}
        {mayBeChance ? ': the best of all latents may reach this score by chance.' : '.'}
      </p>
    </>
  );
}

/** E.g. `Column source of the dataset of the sweep`. */
function datasetOf(settings: LatentDetails['probes'][number]['settings']): string {
  const dataset = settings['dataset'] as { readonly id?: string; readonly path?: string } | undefined;
  const name = dataset?.id ?? dataset?.path?.split('/').at(-1) ?? 'the dataset of the sweep';
  const column = settings['labelColumn'] as string | undefined;
  return `Column ${column ?? 'source'} of ${name}`;
}
