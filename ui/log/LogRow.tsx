/** One line of a log, drawn: its number, its text in its colours, what was found in it. Text stays text. */
import { memo, type CSSProperties, type MouseEvent, type ReactElement } from 'react';
import { piecesOf, type Look, type Piece } from './ansi';
import { cssOf, readable, type Rgb } from './colour';
import { foldAt, plainOf, shownOf } from './lines';
import { marksIn, type Pattern } from './search';
import { segmentsOf, type Segment } from './segments';

/** Longer lines are folded. */
export const foldChars = 10_000;

type Props = {
  line: number;
  printed: string;
  hasTimes: boolean;
  hasColours: boolean;
  wraps: boolean;
  pattern: Pattern | null;
  /** The number of the current place in this line; -1 where it is elsewhere. */
  current: number;
  isMarked: boolean;
  /** So many characters are shown. */
  limit: number;
  /** Its number among the rows. */
  index: number;
  top: number;
  onNumber: (line: number, event: MouseEvent) => void;
  onMore: (line: number) => void;
};

export const LogRow = memo(function LogRow(props: Props): ReactElement {
  const { line, printed, hasTimes, hasColours, wraps, pattern, current, isMarked, index, top } = props;
  const plain = plainOf(printed, hasTimes);
  const limit = foldAt(plain, props.limit);
  const shown = hasColours ? shownOf(printed, hasTimes) : plain;
  const marks = pattern === null ? [] : marksIn(plain, pattern).filter(([from]) => from < limit);
  const timeChars = hasTimes ? plain.indexOf(' ') + 1 : 0;
  const rest = plain.length - limit;
  return (
    <div
      className="log-row"
      data-index={index}
      data-line={line}
      data-wraps={wraps ? true : undefined}
      data-marked={isMarked ? true : undefined}
      style={{ transform: `translateY(${top}px)` }}
    >
      <a
        className="log-number"
        href={`#L${line}`}
        tabIndex={-1}
        aria-label={`Line ${line}`}
        onClick={(event) => {
          props.onNumber(line, event);
        }}
      >
        {line}
      </a>
      <span className="log-line">
        {segmentsOf(folded(timed(piecesOf(shown), timeChars), limit), marks).map((segment, at) => (
          <SegmentText key={at} segment={segment} isCurrent={segment.mark !== null && segment.mark === current} />
        ))}
      </span>
      {rest > 0 && (
        <button
          type="button"
          className="log-more"
          onClick={() => {
            props.onMore(line);
          }}
        >
          … {rest.toLocaleString('en')} more characters
        </button>
      )}
    </div>
  );
});

/** The time that a line begins with is quiet. */
function timed(pieces: Piece[], chars: number): Piece[] {
  const [first, ...others] = pieces;
  if (chars === 0 || first === undefined || first.text.length < chars) return pieces;
  const rest = first.text.slice(chars);
  const time: Piece = { text: first.text.slice(0, chars), look: { isTime: true } };
  return [time, ...(rest === '' ? [] : [{ ...first, text: rest }]), ...others];
}

function folded(pieces: Piece[], limit: number): Piece[] {
  const kept: Piece[] = [];
  let left = limit;
  for (const piece of pieces) {
    if (left <= 0) break;
    kept.push(piece.text.length <= left ? piece : { ...piece, text: piece.text.slice(0, left) });
    left -= piece.text.length;
  }
  return kept;
}

function SegmentText({ segment, isCurrent }: { segment: Segment; isCurrent: boolean }): ReactElement {
  const { look, mark, href, code } = segment;
  let text: ReactElement | string = segment.text;
  if (code !== null) {
    text = (
      <span className="log-sign" data-code={code} title={`${code}, a character that is not seen`}>
        {text}
      </span>
    );
  }
  if (mark !== null) text = <mark data-current={isCurrent ? true : undefined}>{text}</mark>;
  if (href !== null) {
    text = (
      <a href={href} target="_blank" rel="noopener noreferrer">
        {text}
      </a>
    );
  }
  if (look === null) return <>{text}</>;
  return (
    <span className={classesOf(look)} style={styleOf(look)}>
      {text}
    </span>
  );
}

function classesOf({ text, ground, isBold, isDim, isItalic, isUnderlined, isStruck, isTime }: Look): string {
  const has = (is: true | undefined, name: string): string[] => (is === true ? [`log-${name}`] : []);
  return [
    ...(text === undefined ? [] : [`log-text-${typeof text === 'string' ? text : 'any'}`]),
    ...(ground === undefined ? [] : [`log-ground-${typeof ground === 'string' ? ground : 'any'}`]),
    ...has(isBold, 'bold'),
    ...has(isDim, 'dim'),
    ...has(isItalic, 'italic'),
    ...has(isUnderlined, 'underlined'),
    ...has(isStruck, 'struck'),
    ...has(isTime, 'time'),
  ].join(' ');
}

function styleOf({ text, ground }: Look): CSSProperties | undefined {
  const colours = (rgb: Rgb, use: 'text' | 'ground'): Record<string, string> => ({
    [`--${use}-light`]: cssOf(readable(rgb, use, 'light')),
    [`--${use}-dark`]: cssOf(readable(rgb, use, 'dark')),
  });
  const style = {
    ...(typeof text === 'object' ? colours(text, 'text') : {}),
    ...(typeof ground === 'object' ? colours(ground, 'ground') : {}),
  };
  return Object.keys(style).length === 0 ? undefined : style;
}
