/**
 * The answer to a HEAD request. Next sends no body, but would not end its stream either: a stream of events would last as
 * long as the server.
 */
export async function withoutBody(response: Response): Promise<Response> {
  await response.body?.cancel();
  return new Response(null, response);
}
