/** What is selected in a log, though most of it is not drawn: where the selection begins and ends stays drawn, so it lasts. */
import { useEffect, useState, type RefObject } from 'react';
import { between, isNothing, type Place, type Selected } from './range';

/**
 * `onSelect`: the reader has begun to select. A click is a selection of nothing: a second one with Shift goes on from there.
 * `onUnselect`: what is selected is elsewhere, if anything is.
 */
export function useSelected(
  rows: RefObject<HTMLDivElement | null>,
  onSelect: () => void,
  onUnselect: () => void,
): Selected | null {
  const [selected, setSelected] = useState<Selected | null>(null);
  useEffect(() => {
    const onChange = (): void => {
      const now = rows.current === null ? null : selectedIn(rows.current);
      if (now === null) return;
      if (now === 'elsewhere') {
        setSelected(null);
        onUnselect();
        return;
      }
      setSelected(now);
      if (!isNothing(now)) onSelect();
    };
    document.addEventListener('selectionchange', onChange);
    return () => {
      document.removeEventListener('selectionchange', onChange);
    };
  }, [rows, onSelect, onUnselect]);
  return selected;
}

/** What the browser has selected at this moment, which it tells later; null where that is in no line: what was selected before holds. */
export function selectedIn(root: HTMLElement): Selected | 'elsewhere' | null {
  const selection = document.getSelection();
  if (selection === null) return null;
  const { anchorNode, focusNode } = selection;
  if (anchorNode === null || focusNode === null || !root.contains(anchorNode)) return 'elsewhere';
  const anchor = placeOf(root, anchorNode, selection.anchorOffset);
  const focus = placeOf(root, focusNode, selection.focusOffset);
  return anchor === null || focus === null ? null : between(anchor, focus);
}

/** Null where it is in no line. */
function placeOf(root: HTMLElement, node: Node, offset: number): Place | null {
  if (node === root) {
    const rows = [...root.children];
    const row = rows[offset] ?? rows.at(-1);
    return lineOf(row) === null ? null : { line: lineOf(row) ?? 0, column: rows[offset] === undefined ? Infinity : 0 };
  }
  if (!root.contains(node)) {
    // The mouse is below or above the log.
    const isBehind = (root.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
    const row = isBehind ? root.lastElementChild : root.firstElementChild;
    return lineOf(row) === null ? null : { line: lineOf(row) ?? 0, column: isBehind ? Infinity : 0 };
  }
  const element = node instanceof Element ? node : node.parentElement;
  const row = element?.closest('.log-row') ?? null;
  const line = lineOf(row);
  const text = row?.querySelector('.log-line') ?? null;
  if (line === null || text === null) return null;
  if (!text.contains(node)) {
    const isBefore =
      node === row ? offset <= 1 : (text.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
    return { line, column: isBefore ? 0 : Infinity };
  }
  const range = document.createRange();
  range.setStart(text, 0);
  range.setEnd(node, offset);
  return { line, column: range.toString().length };
}

function lineOf(row: Element | null | undefined): number | null {
  const line = row?.getAttribute('data-line') ?? null;
  return line === null ? null : Number(line);
}
