/** The editor of scripts: a file of its own, loaded when a form with a script is opened. */
import { defaultKeymap, history, historyKeymap, indentWithTab, insertNewline } from '@codemirror/commands';
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { shell } from '@codemirror/legacy-modes/mode/shell';
import { Annotation, Compartment, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { nonce } from '../app/nonce';
import './editor.css';

export type Handlers = { onChange: (value: string) => void };
export type CodeEditor = {
  /** Takes over what was not typed here. */
  show: (value: string) => void;
  /** Names and states for readers of the screen. */
  describe: (attributes: Record<string, string>) => void;
  destroy: () => void;
};

// Colours by classes: both schemes have theirs, and contrast enough.
const colours = HighlightStyle.define([
  { tag: tags.comment, class: 'code-comment' },
  { tag: [tags.string, tags.special(tags.string)], class: 'code-string' },
  { tag: [tags.keyword, tags.controlKeyword], class: 'code-keyword' },
  { tag: [tags.number, tags.bool, tags.atom], class: 'code-number' },
  { tag: [tags.variableName, tags.definition(tags.variableName)], class: 'code-variable' },
  { tag: [tags.standard(tags.variableName), tags.attributeName], class: 'code-command' },
  { tag: [tags.meta, tags.operator], class: 'code-operator' },
]);

/** Nothing is indented by itself: the end of a here-document would be none. */
const plainEnter = { key: 'Enter', run: insertNewline, shift: insertNewline };

/** Of what was not typed here: the form knows it already. */
const isShown = Annotation.define<true>();

/** Lines that are typed over browsers would join with inline styles, which the page's policy forbids. */
function typeOver({ inputType, data }: InputEvent, view: EditorView): boolean {
  if (inputType !== 'insertText' || data === null || view.composing || view.state.selection.main.empty) return false;
  view.dispatch({ ...view.state.replaceSelection(data), userEvent: 'input.type', scrollIntoView: true });
  return true;
}

export function createEditor(
  parent: HTMLElement,
  from: { value: string; selection: [number, number] | null; attributes: Record<string, string> },
  handlers: { current: Handlers },
): CodeEditor {
  const described = new Compartment();
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: from.value,
      ...(from.selection === null ? {} : { selection: { anchor: from.selection[0], head: from.selection[1] } }),
      extensions: [
        ...(nonce === '' ? [] : [EditorView.cspNonce.of(nonce)]),
        lineNumbers(),
        history(),
        drawSelection(),
        EditorView.lineWrapping,
        StreamLanguage.define(shell),
        syntaxHighlighting(colours),
        keymap.of([plainEnter, ...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorView.domEventHandlers({ beforeinput: typeOver }),
        // What can be edited has the focus anyway, but not everybody takes it for that.
        EditorView.contentAttributes.of({ tabindex: '0' }),
        described.of(EditorView.contentAttributes.of(from.attributes)),
        EditorView.updateListener.of(({ docChanged, state, transactions }) => {
          if (!docChanged || transactions.every((one) => one.annotation(isShown))) return;
          handlers.current.onChange(state.doc.toString());
        }),
      ],
    }),
  });
  if (from.selection !== null) view.focus();
  return {
    show: (value) => {
      // The same lines, however they end: the editor's end with \n alone.
      const lines = view.state.toText(value);
      if (lines.eq(view.state.doc)) return;
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: lines },
        annotations: isShown.of(true),
      });
    },
    describe: (attributes) => {
      view.dispatch({ effects: described.reconfigure(EditorView.contentAttributes.of(attributes)) });
    },
    destroy: () => {
      view.destroy();
    },
  };
}
