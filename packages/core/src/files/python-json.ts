const STRING_OR_NAME = /"[^"\\]*(?:\\.[^"\\]*)*"|NaN|Infinity/gs;
// 1e999 overflows to Infinity when parsed.
const IN_JSON: Record<string, string> = { NaN: 'null', Infinity: '1e999' };

/**
 * Parses JSON as Python's `json.dump` writes it, with NaN, Infinity and -Infinity. NaN becomes null.
 *
 * @throws {SyntaxError} for invalid JSON, with positions in the original text
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
