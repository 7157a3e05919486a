import { clone } from '@bufbuild/protobuf';
import { NodeProtoSchema, type NodeProto } from 'onnx-buf';

/**
 * Copies nodes, whose outputs get other names.
 *
 * @param prefix precedes the names of what the nodes compute
 * @param replaced what the copies read instead of a tensor
 */
export function copyNodes(
  nodes: readonly NodeProto[],
  prefix: string,
  replaced: ReadonlyMap<string, string>,
): NodeProto[] {
  const computed = new Set(nodes.flatMap(({ output }) => output));
  const renamed = (name: string): string => (name !== '' && computed.has(name) ? prefix + name : name);
  const read = (name: string): string => replaced.get(name) ?? renamed(name);
  return nodes.map((original) => {
    const copy = clone(NodeProtoSchema, original);
    copy.name = prefix + original.name;
    copy.output = copy.output.map(renamed);
    renameInputs(copy, read);
    return copy;
  });
}

/** Graphs inside a node, such as the body of a Loop, read tensors of the graph around them. */
function renameInputs(node: NodeProto, read: (name: string) => string): void {
  node.input = node.input.map(read);
  for (const { g, graphs } of node.attribute) {
    for (const body of g === undefined ? graphs : [g, ...graphs]) {
      for (const inner of body.node) renameInputs(inner, read);
    }
  }
}
