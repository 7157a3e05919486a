import type { Example } from './features.ts';
import { shadeOf } from './shade.ts';
import { shownToken } from './token-text.ts';

/** The text of an example on one line, shaded by activation. `largest` is the activation of the full shade. */
export function Snippet({ example, largest }: { example: Example; largest: number }) {
  return (
    <>
      {example.tokens.map((token, index) => {
        const { text, isStandIn } = shownToken(token);
        const activation = example.activations[index] ?? 0;
        return (
          <bdi
            key={index}
            className={`whitespace-pre ${isStandIn ? 'text-soft' : ''} ${index === example.at ? 'font-semibold underline decoration-1 underline-offset-4' : ''}`}
            style={{ backgroundColor: shadeOf(activation / largest) }}
          >
            {text}
          </bdi>
        );
      })}
    </>
  );
}
