import { setTimeout as pause } from 'node:timers/promises';
import { SaeLabError } from '@sae-lab/errors';
import { z } from 'zod';

/** An OpenAI-compatible endpoint. */
export interface Endpoint {
  /** E.g. `https://api.openai.com/v1`; `/chat/completions` is added to it. */
  readonly url: string;
  readonly model: string;
  /** Sent as a bearer token. It is never stored or printed. */
  readonly key?: string | undefined;
}

/** Tokens of requests and answers. */
export interface Cost {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface Retries {
  readonly tries: number;
  /** Milliseconds before the second try; each further one waits twice as long. */
  readonly firstMs: number;
}

const USUAL: Retries = { tries: 5, firstMs: 1000 };
const LONGEST_WAIT_MS = 60_000;
const TIMEOUT_MS = 120_000;
/** Characters of an endpoint's answer that an error shows. */
const SHOWN = 200;

const completion = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1),
  usage: z
    .object({ prompt_tokens: z.number().default(0), completion_tokens: z.number().default(0) })
    .nullish(),
});

/** Why a try failed, and how long the endpoint asks to wait. */
interface Failure {
  readonly received: string;
  readonly waitMs?: number | undefined;
}

/**
 * Asks for one answer and reads it. Limits, server errors, lost connections and unreadable answers are tried again.
 *
 * @param read what the answer says; undefined if it cannot be read
 * @param onCost called with the cost of each answer, also of one that cannot be read
 * @throws {SaeLabError} `explain.refused`, `explain.unavailable`
 */
export async function ask<T>(
  endpoint: Endpoint,
  prompt: string,
  {
    read,
    onCost,
    maxTokens,
    retries = USUAL,
  }: {
    readonly read: (content: string) => T | undefined;
    readonly onCost: (cost: Cost) => void;
    readonly maxTokens: number;
    readonly retries?: Retries | undefined;
  },
): Promise<T> {
  let failure: Failure = { received: 'nothing' };
  for (let tried = 0; tried < retries.tries; tried++) {
    if (tried > 0)
      await pause(Math.min(failure.waitMs ?? retries.firstMs * 2 ** (tried - 1), LONGEST_WAIT_MS));
    const answer = await send(endpoint, prompt, maxTokens);
    if ('received' in answer) {
      failure = answer;
      continue;
    }
    onCost(answer.cost);
    const found = read(answer.content);
    if (found !== undefined) return found;
    failure = { received: `an answer that cannot be read: ${answer.content.slice(0, SHOWN)}` };
  }
  throw new SaeLabError('explain.unavailable', {
    problem: `the endpoint gave no usable answer in ${retries.tries} tries`,
    field: 'SAE_LAB_EXPLAIN_URL',
    received: withoutKey(failure.received, endpoint),
  });
}

/** One request. Whatever may pass is returned as a failure. */
async function send(
  endpoint: Endpoint,
  prompt: string,
  maxTokens: number,
): Promise<{ readonly content: string; readonly cost: Cost } | Failure> {
  const { url, model, key } = endpoint;
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(`${url.replace(/\/+$/, '')}/chat/completions`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(key !== undefined && { Authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({
        model,
        messages: [{ role: 'user', content: prompt }],
        temperature: 0,
        max_tokens: maxTokens,
      }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await answer.text();
  } catch (error) {
    const { message, cause } = error as Error;
    return { received: cause instanceof Error ? `${message}: ${cause.message}` : message };
  }
  const received = `status ${answer.status}: ${text.slice(0, SHOWN)}`;
  if (answer.status === 429 || answer.status >= 500) return { received, waitMs: waitOf(answer) };
  if (!answer.ok) {
    throw new SaeLabError('explain.refused', {
      problem: 'the endpoint refused the request',
      field: 'SAE_LAB_EXPLAIN_URL',
      expected: `an endpoint with /chat/completions that knows the model ${model}`,
      received: withoutKey(received, endpoint),
    });
  }
  const parsed = completion.safeParse(jsonOf(text));
  if (!parsed.success) return { received: `what is not a chat completion: ${text.slice(0, SHOWN)}` };
  const { choices, usage } = parsed.data;
  return {
    content: choices[0]!.message.content,
    cost: { promptTokens: usage?.prompt_tokens ?? 0, completionTokens: usage?.completion_tokens ?? 0 },
  };
}

/** What `Retry-After` asks for, in milliseconds. */
function waitOf({ headers }: Response): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Some endpoints repeat the key in their errors. */
function withoutKey(text: string, { key }: Endpoint): string {
  return key === undefined || key === '' ? text : text.replaceAll(key, '***');
}
