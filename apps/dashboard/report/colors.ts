import { readFileSync } from 'node:fs';

const SHEET = readFileSync(new URL('../src/app/globals.css', import.meta.url), 'utf8');
const RULE = /^:root \{[^}]*\}/m;

/** The rule that defines every colour of the dashboard. */
export const COLOR_RULE = RULE.exec(SHEET)![0];

/** The colours of the light theme by name, for images. */
export const COLORS: ReadonlyMap<string, string> = new Map(
  [...COLOR_RULE.matchAll(/--([\w-]+): light-dark\(([^,]+),/g)].map(([, name, light]) => [name!, light!]),
);
