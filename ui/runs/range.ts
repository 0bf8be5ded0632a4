/** Which runs are chosen, as boxes are ticked: with Shift all from the one before to this one. */

/** `shown`: the ids on the page, in order. `from`: the box that was ticked before, if it is still shown. */
export function choose(
  chosen: ReadonlySet<string>,
  shown: readonly string[],
  { id, from, isChosen }: { id: string; from: string | null; isChosen: boolean },
): ReadonlySet<string> {
  const next = new Set(chosen);
  for (const one of from === null ? [id] : between(shown, from, id)) {
    if (isChosen) next.add(one);
    else next.delete(one);
  }
  return next;
}

function between(shown: readonly string[], from: string, to: string): readonly string[] {
  const [a, b] = [shown.indexOf(from), shown.indexOf(to)];
  return a === -1 || b === -1 ? [to] : shown.slice(Math.min(a, b), Math.max(a, b) + 1);
}

/** All on the page, or none of them; others stay. */
export function chooseAll(
  chosen: ReadonlySet<string>,
  shown: readonly string[],
  isChosen: boolean,
): ReadonlySet<string> {
  return isChosen ? new Set([...chosen, ...shown]) : new Set([...chosen].filter((id) => !shown.includes(id)));
}
