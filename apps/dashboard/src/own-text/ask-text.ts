import type { TextRequest } from '@sae-lab/text/requests';
import type { TextStage } from '@sae-lab/text/answers';
import type { TextReply } from './text-reply.ts';

export type AnsweredText = Extract<TextReply, { answer: unknown }>;
export type AskedText = AnsweredText | { readonly problem: string };

/** Asks for a text to be read, or for steering. Aborting cancels it on the server too. */
export async function askText(
  request: TextRequest,
  signal: AbortSignal,
  onStage: (stage: TextStage) => void,
): Promise<AskedText> {
  try {
    const response = await fetch('/api/texts', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(request),
      signal,
    });
    if (!response.ok) return { problem: problemIn(await response.text()) };
    for await (const line of linesOf(response.body!)) {
      const reply = JSON.parse(line) as TextReply;
      if ('stage' in reply) onStage(reply.stage);
      else if ('problem' in reply) return { problem: reply.problem.message };
      else return reply;
    }
  } catch (error) {
    if (signal.aborted) throw error;
  }
  return { problem: 'The dashboard does not answer. Check that `pnpm dashboard` is running.' };
}

function problemIn(text: string): string {
  try {
    return (JSON.parse(text) as { problem: { message: string } }).problem.message;
  } catch {
    return text;
  }
}

async function* linesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}
