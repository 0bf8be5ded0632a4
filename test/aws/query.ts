/** Requests of the query protocols (EC2, STS) as the structures that AWS's models describe. */
import type { Reference, Shape } from './model';

type Model = { shapes: Record<string, Shape>; input: Reference; isEc2: boolean };

/** `A.B.1=x` as a tree. */
type Node = { text: string | null; parts: Map<string, Node> };

/** What the model does not know keeps its name, so that a check sees it. */
export function structureOf(form: URLSearchParams, model: Model): unknown {
  const root: Node = { text: null, parts: new Map() };
  for (const [key, text] of form) {
    if (key === 'Action' || key === 'Version') continue;
    let node = root;
    for (const part of key.split('.')) {
      const next: Node = node.parts.get(part) ?? { text: null, parts: new Map() };
      node.parts.set(part, next);
      node = next;
    }
    node.text = text;
  }
  return valueOf(root, model.input, model);
}

function valueOf(node: Node, reference: Reference, model: Model): unknown {
  const shape = model.shapes[reference.shape];
  if (shape === undefined) return node.text;
  switch (shape.type) {
    case 'structure': {
      const members = Object.entries(shape.members ?? {});
      return Object.fromEntries(
        [...node.parts].map(([part, child]) => {
          const [name, member] = members.find((one) => nameOnWire(...one, model) === part) ?? [];
          return name === undefined || member === undefined
            ? [part, child.text]
            : [name, valueOf(child, member, model)];
        }),
      );
    }
    case 'list': {
      const { member } = shape;
      const items = model.isEc2 ? node.parts : (node.parts.get('member')?.parts ?? new Map<string, Node>());
      return [...items.values()].map((item) => (member === undefined ? item.text : valueOf(item, member, model)));
    }
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return Number(node.text);
    case 'boolean':
      return node.text === 'true' ? true : node.text === 'false' ? false : node.text;
    case 'timestamp':
      return Date.parse(node.text ?? '') / 1000;
    default:
      return node.text;
  }
}

function nameOnWire(name: string, { locationName = name, queryName }: Reference, { isEc2 }: Model): string {
  if (!isEc2) return locationName;
  return queryName ?? `${locationName.charAt(0).toUpperCase()}${locationName.slice(1)}`;
}
