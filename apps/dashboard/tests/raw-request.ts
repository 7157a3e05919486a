import { connect } from 'node:net';

/** A response as it came. */
export interface Answer {
  readonly status: number;
  /** The head in lower case. */
  readonly headers: string;
  readonly head: string;
  readonly body: string;
}

export interface RawRequest {
  readonly method?: string;
  /** Without it, the request has no `Host`. */
  readonly host?: string;
  readonly headers?: readonly string[];
  readonly version?: string;
  readonly body?: string;
  /** Ends the connection after the first bytes, for responses that do not end. */
  readonly firstOnly?: boolean;
}

/** Sends a request byte for byte, which no library would. */
export function rawRequest(
  url: string,
  target: string,
  {
    method = 'GET',
    host = 'localhost',
    headers = [],
    version = '1.1',
    body = '',
    firstOnly = false,
  }: RawRequest = {},
): Promise<Answer> {
  const hostLine = host === '' ? [] : [`Host: ${host}`];
  const lines = [
    `${method} ${target} HTTP/${version}`,
    ...hostLine,
    'Connection: close',
    ...headers,
    '',
    body,
  ];
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(lines.join('\r\n')));
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (firstOnly) socket.destroy();
    });
    socket.once('error', (error) => (text === '' ? reject(error) : undefined));
    socket.once('close', () => {
      const [head = '', ...rest] = text.split('\r\n\r\n');
      resolve({
        status: Number(head.slice(9, 12)),
        head,
        headers: head.toLowerCase(),
        body: rest.join('\r\n\r\n'),
      });
    });
  });
}
