/** Executes a parsed template, as Go's text/template does: the same scopes, the same truth, the same output. */
import { call, type Functions } from './functions/define';
import type { Node, Operand, Pipe, Tree } from './parse';
import { show } from './print';
import { isDict, isOpaque, isTrue, requireText, TemplateError, typeOf, type Value } from './value';

const maxDepth = 200;

type Variable = { name: string; value: Value };
type Signal = 'break' | 'continue' | null;

export function execute(tree: Tree, data: Value, functions: Functions, maxOutputBytes: number): string {
  const run = new Execution(tree, functions, maxOutputBytes);
  run.list(tree.root, data, [{ name: '$', value: data }]);
  return run.output.join('');
}

class Execution {
  readonly output: string[] = [];
  private bytes = 0;
  private depth = 0;
  private line = 1;
  private readonly tree: Tree;
  private readonly functions: Functions;
  private readonly maxOutputBytes: number;

  constructor(tree: Tree, functions: Functions, maxOutputBytes: number) {
    this.tree = tree;
    this.functions = functions;
    this.maxOutputBytes = maxOutputBytes;
  }

  /** `variables` grows with what the nodes declare; whoever opens a scope takes it back. */
  list(nodes: Node[], dot: Value, variables: Variable[]): Signal {
    for (const node of nodes) {
      const signal = this.node(node, dot, variables);
      if (signal !== null) return signal;
    }
    return null;
  }

  private node(node: Node, dot: Value, variables: Variable[]): Signal {
    switch (node.is) {
      case 'text':
        this.write(node.text);
        return null;
      case 'action': {
        const value = this.pipe(node.pipe, dot, variables);
        if (node.pipe.declares.length === 0) this.write(value === null ? '<no value>' : show(value));
        return null;
      }
      case 'if':
      case 'with':
        return this.scoped(variables, () => {
          const value = this.pipe(node.pipe, dot, variables);
          if (!isTrue(value)) return this.list(node.otherwise, dot, variables);
          return this.list(node.body, node.is === 'with' ? value : dot, variables);
        });
      case 'range':
        return this.scoped(variables, () => this.range(node, dot, variables));
      case 'template':
        this.template(node, dot, variables);
        return null;
      case 'break':
      case 'continue':
        return node.is;
    }
  }

  private scoped(variables: Variable[], inner: () => Signal): Signal {
    const visible = variables.length;
    const signal = inner();
    variables.length = visible;
    return signal;
  }

  private range(node: Extract<Node, { otherwise: Node[] }>, dot: Value, variables: Variable[]): Signal {
    const { declares, isAssign } = node.pipe;
    // Where there is nothing to iterate over, its variables have the value itself.
    const over = this.pipe(node.pipe, dot, variables);
    let isEmpty = true;
    for (const [key, item] of this.entries(over, declares)) {
      isEmpty = false;
      const signal = this.scoped(variables, () => {
        const values = declares.length > 1 ? [key, item] : [item];
        for (const [n, name] of declares.entries()) this.bind(variables, name, values[n] ?? null, isAssign);
        return this.list(node.body, item, variables);
      });
      if (signal === 'break') break;
    }
    return isEmpty ? this.list(node.otherwise, dot, variables) : null;
  }

  private *entries(over: Value, declares: string[]): Generator<[Value, Value]> {
    if (over === null) return;
    if (Array.isArray(over)) {
      for (const [n, item] of over.entries()) yield [BigInt(n), item];
    } else if (isDict(over)) {
      yield* [...over].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    } else if (typeof over === 'bigint') {
      if (declares.length > 1) this.fail(`can't use ${over} to iterate over more than one variable`);
      for (let n = 0n; n < over; n += 1n) yield [null, n];
    } else this.fail(`range can't iterate over ${show(over)}`);
  }

  private template(node: Extract<Node, { name: string }>, dot: Value, variables: Variable[]): void {
    this.line = node.line;
    const nodes = this.tree.templates.get(node.name);
    if (nodes === undefined) return this.fail(`template ${JSON.stringify(node.name)} not defined`);
    if (this.depth === maxDepth) this.fail(`exceeded maximum template depth (${maxDepth})`);
    const data = node.pipe === null ? null : this.pipe(node.pipe, dot, variables);
    this.depth += 1;
    this.list(nodes, data, [{ name: '$', value: data }]);
    this.depth -= 1;
  }

  private pipe(pipe: Pipe, dot: Value, variables: Variable[]): Value {
    this.line = pipe.line;
    let value: Value | undefined;
    for (const command of pipe.commands) value = this.command(command, value, dot, variables);
    for (const name of pipe.declares) this.bind(variables, name, value ?? null, pipe.isAssign);
    return value ?? null;
  }

  private bind(variables: Variable[], name: string, value: Value, isAssign: boolean): void {
    if (!isAssign) {
      variables.push({ name, value });
      return;
    }
    const variable = variables.findLast((one) => one.name === name);
    if (variable === undefined) this.fail(`undefined variable: ${name}`);
    else variable.value = value;
  }

  /** `piped` is the value of the command before, and the last argument of this one. */
  private command(operands: Operand[], piped: Value | undefined, dot: Value, variables: Variable[]): Value {
    const [head, ...rest] = operands as [Operand, ...Operand[]];
    const last = piped === undefined ? [] : [piped];
    const argument = (operand: Operand): Value => this.value(operand, dot, variables);
    switch (head.is) {
      case 'function':
        return this.apply(head.name, rest, last, argument);
      case 'field':
        return this.fields(dot, head.names, () => [...rest.map(argument), ...last]);
      case 'variable':
        if (head.names.length > 0) {
          return this.fields(this.variable(variables, head.name), head.names, () => [...rest.map(argument), ...last]);
        }
        break;
      case 'chain':
        return this.fields(argument(head.of), head.names, () => [...rest.map(argument), ...last]);
      case 'nil':
        return this.fail('nil is not a command');
      case 'literal':
      case 'dot':
      case 'pipe':
        break;
    }
    if (rest.length > 0 || piped !== undefined) this.fail(`can't give argument to non-function`);
    return argument(head);
  }

  private value(operand: Operand, dot: Value, variables: Variable[]): Value {
    switch (operand.is) {
      case 'literal':
        return operand.value;
      case 'nil':
        return null;
      case 'dot':
        return dot;
      case 'field':
      case 'variable':
      case 'chain':
        if (operand.is === 'variable' && operand.names.length === 0) return this.variable(variables, operand.name);
        return this.command([operand], undefined, dot, variables);
      case 'function':
        return this.command([operand], undefined, dot, variables);
      case 'pipe':
        return this.pipe(operand.pipe, dot, variables);
    }
  }

  private variable(variables: Variable[], name: string): Value {
    const variable = variables.findLast((one) => one.name === name);
    return variable === undefined ? this.fail(`undefined variable: ${name}`) : variable.value;
  }

  private apply(name: string, rest: Operand[], last: Value[], argument: (operand: Operand) => Value): Value {
    if (name === 'and' || name === 'or') return this.shortCircuit(name, rest, last, argument);
    const of = this.functions[name];
    if (of === undefined) return this.fail(`function ${JSON.stringify(name)} not defined`);
    const args = [...rest.map(argument), ...last];
    return this.calling(name, () => call(of, args));
  }

  /** Arguments after the one that decides are not evaluated. */
  private shortCircuit(
    name: 'and' | 'or',
    rest: Operand[],
    last: Value[],
    argument: (operand: Operand) => Value,
  ): Value {
    const all = [...rest.map((operand) => () => argument(operand)), ...last.map((value) => () => value)];
    if (all.length === 0) this.fail(`wrong number of args for ${name}: want at least 1 got 0`);
    let value: Value = null;
    for (const next of all) {
      value = next();
      if (isTrue(value) === (name === 'or')) break;
    }
    return value;
  }

  /** `.a.b.c`: only the last name may be a method with arguments. */
  private fields(from: Value, names: string[], argumentsOfLast: () => Value[]): Value {
    let of = from;
    // What is missing has no fields, and that is no error; a null of the payload is one.
    let isMissing = from === null;
    for (const [n, name] of names.entries()) {
      const args = n === names.length - 1 ? argumentsOfLast() : [];
      if (of === null) {
        if (isMissing) return null;
        this.fail(`nil pointer evaluating interface {}.${name}`);
      } else if (isOpaque(of)) {
        const method = of.methods.get(name) ?? this.fail(`can't evaluate field ${name} in type ${of.type}`);
        of = this.calling(name, () => method(...args));
      } else if (isDict(of)) {
        if (args.length > 0) this.fail(`${name} is not a method but has arguments`);
        isMissing = !of.has(name);
        of = of.get(name) ?? null;
      } else this.fail(`can't evaluate field ${name} in type ${typeOf(of)}`);
    }
    return of;
  }

  private calling(name: string, run: () => Value): Value {
    try {
      const value = run();
      if (typeof value === 'string') requireText(value.length);
      return value;
    } catch (error) {
      if (error instanceof TemplateError) {
        if (error.message.startsWith('line ')) throw error;
        return this.fail(`error calling ${name}: ${error.message}`);
      }
      throw error;
    }
  }

  private write(text: string): void {
    this.bytes += Buffer.byteLength(text);
    if (this.bytes > this.maxOutputBytes) this.fail(`the output is longer than ${this.maxOutputBytes} bytes`);
    this.output.push(text);
  }

  private fail(why: string): never {
    throw new TemplateError(`line ${this.line}: ${why}`);
  }
}
