import { computeRows, type InferenceSae } from '@sae-lab/core';
import { saelensProgram } from '@sae-lab/measures';
import { SAMPLE_ROWS, type SampleRows } from './sample-rows.ts';

/**
 * A Python program that loads an SAE with SAELens and compares three rows with the values that sae-lab computed.
 *
 * @returns the text of the program; it sits next to cfg.json
 */
export async function pythonSnippet(sae: InferenceSae, { x, origin }: SampleRows): Promise<string> {
  const { codes, reconstructions } = await computeRows(sae, x);
  const { dIn, dSae } = sae;
  const active = Array.from({ length: SAMPLE_ROWS }, (_, row) =>
    [...codes.subarray(row * dSae, (row + 1) * dSae)]
      .map((value, latent) => ({ value, latent }))
      .filter(({ value }) => value !== 0)
      .map(({ value, latent }) => `${latent}: ${numberText(value)}`),
  );
  return saelensProgram({
    about: `Loads this SAE with SAELens and reproduces three rows that sae-lab computed.

    pip install sae-lens
    python load_with_saelens.py
`,
    imports: ['from pathlib import Path'],
    folder: 'Path(__file__).parent',
    before: `# ${origin}
X = ${matrixText(x, dIn)}

# The active latents of each row and their values.
CODES = [
${active.map((latents) => `    {${latents.join(', ')}},`).join('\n')}
]

# The reconstruction of each row.
RECONSTRUCTIONS = ${matrixText(reconstructions, dIn)}`,
    after: `expected = torch.zeros(${SAMPLE_ROWS}, ${dSae})
for row, code in enumerate(CODES):
    for latent, value in code.items():
        expected[row, latent] = value
codes = sae.encode(torch.tensor(X))
torch.testing.assert_close(codes, expected, rtol=1e-3, atol=1e-4)
torch.testing.assert_close(sae.decode(codes), torch.tensor(RECONSTRUCTIONS), rtol=1e-3, atol=1e-4)
print("The codes and reconstructions of ${SAMPLE_ROWS} rows agree.")`,
  });
}

function matrixText(values: Float32Array, columns: number): string {
  const rows = Array.from({ length: values.length / columns }, (_, row) =>
    [...values.subarray(row * columns, (row + 1) * columns)].map(numberText).join(', '),
  );
  return `[\n${rows.map((row) => `    [${row}],`).join('\n')}\n]`;
}

/** Nine digits, which give back the same float32. */
function numberText(value: number): string {
  return String(Number(value.toPrecision(9)));
}
