/** A token as it is written in a list: what cannot be seen gets a sign. */
export function visibleToken(token: string): string {
  return token.replaceAll('\n', '↵').replaceAll('\t', '⇥').replaceAll(' ', '·');
}

/** A token within its text: spaces separate it from others, line breaks get a sign. */
export function runningToken(token: string): string {
  return token.replaceAll('\n', '↵').replaceAll('\t', '⇥');
}
