import { textWidth } from '../fit-text.ts';

const FONT = 11;
const LINE = 13;
const PADDING = 2;

interface GroundedTextProps {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor: 'start' | 'end';
  readonly isStrong?: boolean;
}

/** A text on a ground that covers the lines behind it. */
export function GroundedText({ x, y, text, anchor, isStrong = false }: GroundedTextProps) {
  const width = textWidth(text, FONT) + 2 * PADDING;
  return (
    <>
      <rect
        x={anchor === 'start' ? x - PADDING : x - width + PADDING}
        y={y - LINE / 2}
        width={width}
        height={LINE}
        rx={2}
        fill="var(--surface)"
        fillOpacity={isStrong ? 1 : 0.85}
      />
      <text
        x={x}
        y={y}
        dy="0.32em"
        textAnchor={anchor}
        fontSize={FONT}
        fontWeight={isStrong ? 600 : 400}
        fill={isStrong ? 'var(--text)' : 'var(--text-soft)'}
      >
        {text}
      </text>
    </>
  );
}
