/** Parses a template into a tree, as Go's text/template/parse does; an unknown function or variable is an error here already. */
import { lex, type Token } from './lex';
import { TemplateError, type Value } from './value';

export type Pipe = { declares: string[]; isAssign: boolean; commands: Operand[][]; line: number };

export type Operand =
  | { is: 'literal'; value: Value; text: string }
  | { is: 'nil' }
  | { is: 'dot' }
  | { is: 'field'; names: string[] }
  | { is: 'variable'; name: string; names: string[] }
  | { is: 'function'; name: string }
  | { is: 'pipe'; pipe: Pipe }
  | { is: 'chain'; of: Operand; names: string[] };

export type Node =
  | { is: 'text'; text: string }
  | { is: 'action'; pipe: Pipe }
  | { is: 'if' | 'with' | 'range'; pipe: Pipe; body: Node[]; otherwise: Node[] }
  | { is: 'template'; name: string; pipe: Pipe | null; line: number }
  | { is: 'break' | 'continue' };

export type Tree = { root: Node[]; templates: ReadonlyMap<string, Node[]> };

const maxNesting = 100;
const branches = new Set(['if', 'with', 'range']);

export function parse(source: string, hasFunction: (name: string) => boolean): Tree {
  return new Parser(lex(source), hasFunction).tree();
}

class Parser {
  private readonly templates = new Map<string, Node[]>();
  private variables: string[] = ['$'];
  private at = 0;
  private ranges = 0;
  private nesting = 0;
  private readonly tokens: Token[];
  private readonly hasFunction: (name: string) => boolean;

  constructor(tokens: Token[], hasFunction: (name: string) => boolean) {
    this.tokens = tokens;
    this.hasFunction = hasFunction;
  }

  tree(): Tree {
    const root: Node[] = [];
    while (this.peek().kind !== 'end') {
      if (this.isAction('define')) this.define();
      else root.push(...this.node(root));
    }
    return { root, templates: this.templates };
  }

  /** Up to `{{end}}` or `{{else`; which of them is left to be read. */
  private list(): Node[] {
    const nodes: Node[] = [];
    while (!this.isAction('end') && !this.isAction('else')) {
      if (this.peek().kind === 'end') this.fail('unexpected EOF: an {{end}} is missing');
      nodes.push(...this.node(nodes));
    }
    return nodes;
  }

  private node(before: Node[]): Node[] {
    const token = this.next();
    if (token.kind === 'text') return [{ is: 'text', text: token.text }];
    const word = this.peek().kind === 'word' ? this.peek().text : '';
    if (branches.has(word)) {
      this.next();
      return [this.branch(word as 'if')];
    }
    switch (word) {
      case 'break':
      case 'continue':
        this.next();
        if (this.ranges === 0) this.fail(`{{${word}}} outside {{range}}`);
        this.close();
        return [{ is: word }];
      case 'template':
        this.next();
        return [this.invocation()];
      case 'block':
        this.next();
        return [this.block()];
      case 'define':
      case 'end':
      case 'else':
        return this.fail(`unexpected {{${word}}}${before.length === 0 ? '' : ' here'}`);
      default:
        return [{ is: 'action', pipe: this.pipe('command', '}}') }];
    }
  }

  private branch(is: 'if' | 'with' | 'range'): Node {
    const visible = this.variables.length;
    const pipe = this.pipe(is, '}}');
    if (is === 'range') this.ranges += 1;
    const body = this.nested(() => this.list());
    if (is === 'range') this.ranges -= 1;
    const otherwise = this.otherwise(is);
    this.variables.length = visible;
    return { is, pipe, body, otherwise };
  }

  /** Of `{{else if}}`, the `{{end}}` is its own. */
  private otherwise(is: 'if' | 'with' | 'range'): Node[] {
    if (this.isAction('end')) {
      this.action();
      this.close();
      return [];
    }
    this.action();
    const { kind, text } = this.peek();
    if (kind === 'word' && text === is && is !== 'range') {
      this.next();
      return [this.nested(() => this.branch(is))];
    }
    this.close();
    const nodes = this.nested(() => this.list());
    if (!this.isAction('end')) this.fail('expected {{end}}; found {{else}}');
    this.action();
    this.close();
    return nodes;
  }

  private define(): void {
    this.action();
    const name = this.name('define clause');
    this.close();
    this.add(name, this.separate());
  }

  private block(): Node {
    const { line } = this.peek();
    const name = this.name('block clause');
    const pipe = this.pipe('block clause', '}}');
    this.add(name, this.separate());
    return { is: 'template', name, pipe, line };
  }

  /** A template of its own sees none of the variables around it. */
  private separate(): Node[] {
    const { variables, ranges } = this;
    this.variables = ['$'];
    this.ranges = 0;
    const nodes = this.nested(() => this.list());
    if (!this.isAction('end')) this.fail('unexpected {{else}} in define clause');
    this.action();
    this.close();
    this.variables = variables;
    this.ranges = ranges;
    return nodes;
  }

  /** An empty definition does not replace one that says something. */
  private add(name: string, nodes: Node[]): void {
    const isEmpty = (list: Node[]): boolean => list.every((node) => node.is === 'text' && node.text.trim() === '');
    const earlier = this.templates.get(name);
    if (earlier === undefined || isEmpty(earlier)) this.templates.set(name, nodes);
    else if (!isEmpty(nodes)) this.fail(`template: multiple definition of template ${JSON.stringify(name)}`);
  }

  private invocation(): Node {
    const { line } = this.peek();
    const name = this.name('template clause');
    if (this.peek().kind === 'close') {
      this.close();
      return { is: 'template', name, pipe: null, line };
    }
    return { is: 'template', name, pipe: this.pipe('template clause', '}}'), line };
  }

  private name(context: string): string {
    const token = this.next();
    return token.kind === 'string' ? token.text : this.unexpected(token, context);
  }

  private pipe(context: string, end: '}}' | ')'): Pipe {
    const { line } = this.peek();
    const { declares, isAssign } = this.declarations(context);
    const commands: Operand[][] = [];
    for (;;) {
      if (this.peek().text === end && this.peek().kind !== 'string') break;
      commands.push(this.command());
      if (this.peek().text !== '|' || this.peek().kind !== 'punctuation') break;
      this.next();
    }
    const last = this.next();
    if (last.text !== end || last.kind === 'string') this.unexpected(last, context);
    if (commands.length === 0) this.fail(`missing value for ${context}`);
    const inert = commands.slice(1).findIndex(([head]) => head !== undefined && isInert(head));
    if (inert !== -1) this.fail(`non executable command in pipeline stage ${inert + 2}`);
    return { declares, isAssign, commands, line };
  }

  /** `$x :=`, `$x =`, and `$i, $x :=` of a range. */
  private declarations(context: string): { declares: string[]; isAssign: boolean } {
    const [first, comma, second] = [this.peek(), this.peek(1), this.peek(2)];
    const isPair = context === 'range' && comma.text === ',' && second.kind === 'variable';
    const operator = this.peek(isPair ? 3 : 1);
    const declares = first.kind === 'variable' ? (isPair ? [first.text, second.text] : [first.text]) : [];
    const isDeclared = operator.kind === 'punctuation' && (operator.text === ':=' || operator.text === '=');
    if (declares.length === 0 || !isDeclared) return { declares: [], isAssign: false };
    this.at += isPair ? 4 : 2;
    const isAssign = operator.text === '=';
    const unknown = declares.find((name) => isAssign && !this.variables.includes(name));
    if (unknown !== undefined) this.fail(`undefined variable ${JSON.stringify(unknown)}`);
    this.variables.push(...declares);
    return { declares, isAssign };
  }

  private command(): Operand[] {
    const operands: Operand[] = [];
    for (;;) {
      const operand = this.operand();
      if (operand === null) break;
      operands.push(operand);
      const { kind, spaced, text } = this.peek();
      if (kind === 'close' || (kind === 'punctuation' && '|)'.includes(text))) break;
      if (!spaced) this.unexpected(this.peek(), 'operand');
    }
    if (operands.length === 0) this.unexpected(this.peek(), 'command');
    return operands;
  }

  private operand(): Operand | null {
    const term = this.term();
    if (term === null) return null;
    const names: string[] = [];
    while (this.peek().kind === 'field' && !this.peek().spaced) names.push(this.next().text.slice(1));
    if (names.length === 0) return term;
    switch (term.is) {
      case 'field':
        return { is: 'field', names: [...term.names, ...names] };
      case 'variable':
        return { ...term, names };
      case 'literal':
      case 'nil':
      case 'dot':
        return this.fail('unexpected . after a term');
      case 'function':
      case 'pipe':
      case 'chain':
        return { is: 'chain', of: term, names };
    }
  }

  private term(): Operand | null {
    const token = this.peek();
    const { kind, text } = token;
    switch (kind) {
      case 'string':
        this.next();
        return { is: 'literal', value: text, text };
      case 'char':
        this.next();
        if (Array.from(text).length !== 1) this.fail(`malformed character constant: '${text}'`);
        return { is: 'literal', value: BigInt(text.codePointAt(0) ?? 0), text };
      case 'number':
        this.next();
        return { is: 'literal', value: this.number(text), text };
      case 'dot':
        this.next();
        return { is: 'dot' };
      case 'field':
        this.next();
        return { is: 'field', names: [text.slice(1)] };
      case 'variable':
        this.next();
        if (!this.variables.includes(text)) this.fail(`undefined variable ${JSON.stringify(text)}`);
        return { is: 'variable', name: text, names: [] };
      case 'word':
        this.next();
        return this.word(text);
      case 'punctuation':
        if (text !== '(') return null;
        this.next();
        return { is: 'pipe', pipe: this.nested(() => this.pipe('parenthesized pipeline', ')')) };
      case 'text':
      case 'open':
      case 'close':
      case 'end':
        return null;
    }
  }

  private word(text: string): Operand {
    if (text === 'true' || text === 'false') return { is: 'literal', value: text === 'true', text };
    if (text === 'nil') return { is: 'nil' };
    if (!this.hasFunction(text)) this.fail(`function ${JSON.stringify(text)} not defined`);
    return { is: 'function', name: text };
  }

  private number(text: string): Value {
    // An underscore stands between digits, or behind a prefix.
    if (/(?<![\da-fA-FxXoObB])_|_(?![\da-fA-F])/.test(text)) this.fail(`bad number syntax: ${text}`);
    const plain = text.replaceAll('_', '');
    const isHex = /^[+-]?0[xX]/.test(plain);
    if (/[pP]/.test(plain) || (isHex && plain.includes('.'))) this.fail(`bad number syntax: ${text}`);
    if (!isHex && /[.eE]/.test(plain)) {
      const float = Number(plain);
      return Number.isFinite(float) ? float : this.fail(`bad number syntax: ${text}`);
    }
    const [, sign = '', digits = ''] = /^([+-]?)(.*)$/.exec(plain) ?? [];
    // Go reads 017 as octal.
    const literal = /^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits;
    try {
      const value = sign === '-' ? -BigInt(literal) : BigInt(literal);
      if (BigInt.asIntN(64, value) === value) return value;
    } catch {
      // told below
    }
    return this.fail(`bad number syntax: ${text}`);
  }

  private nested<T>(inner: () => T): T {
    this.nesting += 1;
    if (this.nesting > maxNesting) this.fail(`nested deeper than ${maxNesting} levels`);
    const result = inner();
    this.nesting -= 1;
    return result;
  }

  private isAction(word: string): boolean {
    const [open, next] = [this.peek(), this.peek(1)];
    return open.kind === 'open' && next.kind === 'word' && next.text === word;
  }

  /** Past `{{` and its keyword. */
  private action(): void {
    this.at += 2;
  }

  private close(): void {
    const token = this.next();
    if (token.kind !== 'close') this.unexpected(token, 'action');
  }

  private peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)] as Token;
  }

  private next(): Token {
    const token = this.peek();
    this.at += 1;
    return token;
  }

  private unexpected({ text, kind }: Token, context: string): never {
    return this.fail(`unexpected ${kind === 'end' ? 'EOF' : JSON.stringify(text)} in ${context}`);
  }

  private fail(why: string): never {
    throw new TemplateError(`line ${this.peek().line}: ${why}`);
  }
}

function isInert({ is }: Operand): boolean {
  return is === 'literal' || is === 'nil' || is === 'dot';
}
