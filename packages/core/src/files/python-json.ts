const STRING_OR_NAME = /"[^"\\]*(?:\\.[^"\\]*)*"|NaN|Infinity/gs;
// Python's names in JSON: numbers too large for a double are read as infinities, and a missing number is null.
const IN_JSON: Record<string, string> = { NaN: 'null', Infinity: '1e999' };

/**
 * Parses JSON as Python's `json.dump` writes it: with NaN, which becomes null, Infinity and -Infinity.
 *
 * @throws SyntaxError of the text as it is
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const plain = text.replace(STRING_OR_NAME, (found) => IN_JSON[found] ?? found);
    if (plain === text) throw error;
    try {
      return JSON.parse(plain);
    } catch {
      throw error;
    }
  }
}
