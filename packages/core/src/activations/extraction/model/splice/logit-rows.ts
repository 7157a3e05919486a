import type { NodeProto } from 'onnx-buf';
import type { ModelGraph } from '../model-graph.ts';

/** Operators that treat each number alone. */
const UNARY = new Set(['Cast', 'Identity', 'Neg', 'Tanh']);
const BINARY = new Set(['Add', 'Div', 'Mul', 'Sub']);
const PRODUCTS = new Set(['FusedMatMul', 'MatMul', 'MatMulNBits']);

/**
 * The tensor of which only the evaluated tokens need to be kept: the input of the unembedding, which is most of the work
 * of a small model. It is found by following the logits back through operators that treat each token alone. Where the
 * unembedding has another form, it is the logits.
 *
 * @param tail the nodes between the spliced tensor and the logits
 * @param fixed the nodes that no input of the model reaches
 */
export function rowsTensor(
  graph: ModelGraph,
  logits: string,
  { tail, fixed }: { readonly tail: readonly NodeProto[]; readonly fixed: readonly NodeProto[] },
): string {
  const producers = new Map(tail.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const fixedNodes = new Map(fixed.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const isFixed = (name: string): boolean => graph.initializers.has(name) || fixedNodes.has(name);
  const constantOf = (name: string) =>
    graph.initializers.get(name) ?? fixedNodes.get(name)?.attribute.find(({ t }) => t !== undefined)?.t;

  let tensor = logits;
  for (;;) {
    const producer = producers.get(tensor);
    const [first = '', second = ''] = producer?.input ?? [];
    if (producer === undefined) return logits;
    if (UNARY.has(producer.opType)) tensor = first;
    else if (BINARY.has(producer.opType)) {
      const [kept, constant] = isFixed(second) ? [first, second] : [second, first];
      // Of a constant with an axis for tokens, if there is one, the rows would have to be picked too.
      if ((constantOf(constant)?.dims.length ?? Infinity) > 1) return logits;
      tensor = kept;
    } else if (PRODUCTS.has(producer.opType)) {
      const isTransposed = producer.attribute.some(({ name, i }) => /^trans(A|Batch)/.test(name) && i !== 0n);
      return isFixed(second) && !isTransposed ? first : logits;
    } else return logits;
  }
}
