/** A text with `code` between backticks, as errors have it. */
export function CodeText({ text }: { text: string }) {
  return text.split('`').map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <code key={index} className="font-mono text-[0.92em]">
        {part}
      </code>
    ),
  );
}
