const RIGHT_TO_LEFT =
  /\p{Script=Hebrew}|\p{Script=Arabic}|\p{Script=Syriac}|\p{Script=Thaana}|\p{Script=Nko}/gu;
const LETTER = /\p{L}/gu;

/** The direction of most letters. Each token is isolated, so the browser cannot find it. */
export function directionOf(tokens: readonly string[]): 'ltr' | 'rtl' {
  const text = tokens.join('');
  const [right, all] = [RIGHT_TO_LEFT, LETTER].map((letters) => text.match(letters)?.length ?? 0);
  return right! * 2 > all! ? 'rtl' : 'ltr';
}
