import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { format, type FormatConfig } from 'oxfmt';
import { identifierOf } from './variant-name.ts';

const NAME = 'template-variant';
const TEMPLATE = join(import.meta.dirname, '../template');

/** A variant's files, by their path within its folder. */
export type VariantFiles = Readonly<Record<string, string>>;

/** The template under another name, reformatted because names differ in length. */
export async function renderTemplate(name: string, style: FormatConfig): Promise<VariantFiles> {
  const renamed = (text: string): string =>
    text.replaceAll(NAME, name).replaceAll(identifierOf(NAME), identifierOf(name));
  const rendered = templateFiles().map(async ([path, text]) => {
    const newPath = renamed(path);
    const { code } = await format(basename(newPath), renamed(text), style);
    return [newPath, code] as const;
  });
  return Object.fromEntries(await Promise.all(rendered));
}

/** The words in the template's code, leaving out comments and strings. */
export function wordsInUse(): Set<string> {
  const code = templateFiles()
    .filter(([path]) => path.endsWith('.ts'))
    .map(([, text]) => text.replaceAll(/\/\*.*?\*\/|\/\/ .*?$|'.*?'/gms, ''));
  return new Set(code.join('\n').match(/\w+/g));
}

/** The numbered comments of a variant's source: line and heading of each. */
export function placesToEdit(source: string): { line: number; what: string }[] {
  return source.split('\n').flatMap((text, index) => {
    const what = /^ *\/\/ \(\d\) ([^:]+):/.exec(text)?.[1];
    return what === undefined ? [] : [{ line: index + 1, what }];
  });
}

function templateFiles(): (readonly [path: string, text: string])[] {
  const own = ['README.md', 'package.json', 'tsconfig.json', 'turbo.json'];
  const sources = readdirSync(join(TEMPLATE, 'src')).map((file) => `src/${file}`);
  return [...own, ...sources].map((path) => [path, readFileSync(join(TEMPLATE, path), 'utf8')] as const);
}
