export interface Link {
  /** From 1. */
  readonly line: number;
  /** As written: a path relative to the page, an anchor or both. */
  readonly target: string;
}

/** Links and images of a markdown page that point into the project, code blocks and inline code excepted. */
export function linksIn(markdown: string): Link[] {
  return textLines(markdown).flatMap(({ text, line }) =>
    [...text.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/i.test(target))
      .map((target) => ({ line, target })),
  );
}

/** The anchors of a page's headings, as GitHub names them. */
export function anchorsIn(markdown: string): string[] {
  return textLines(markdown).flatMap(({ text }) => {
    const heading = /^#{1,6}\s+(.*?)\s*$/.exec(text)?.[1];
    if (heading === undefined) return [];
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    return [words.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(/\s/g, '-')];
  });
}

/** Paths below `docs/` that any text of the project mentions. */
export function docsMentionedIn(text: string): Link[] {
  return text.split('\n').flatMap((content, index) =>
    [...content.matchAll(/(?<![\w/.-])docs\/[\w./-]+\.(?:md|svg|png)\b/g)].map((match) => ({
      line: index + 1,
      target: match[0],
    })),
  );
}

function textLines(markdown: string): { text: string; line: number }[] {
  let fenced = false;
  return markdown.split('\n').flatMap((text, index) => {
    const isFence = /^\s*```/.test(text);
    if (isFence) fenced = !fenced;
    return fenced || isFence ? [] : [{ text, line: index + 1 }];
  });
}
