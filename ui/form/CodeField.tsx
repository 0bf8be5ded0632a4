/** A shell script as a field: a text area until its editor is here, and instead of it where that cannot be loaded. */
import { Input, Textarea } from '@mantine/core';
import { useEffect, useId, useLayoutEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { again } from '../app/again';
import type { CodeEditor, createEditor, Handlers } from './editor';

type Props = {
  /** Of the field, for links of the summary. */
  id: string;
  label: ReactNode;
  value: string;
  onChange: (value: string) => void;
  description?: ReactNode;
  error?: string | undefined;
  required?: boolean;
};

type Make = typeof createEditor;

export function CodeField({ id, label, value, onChange, description, error, required = false }: Props): ReactElement {
  const [make, setMake] = useState<Make | null>(null);
  const [selection, setSelection] = useState<[number, number] | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const base = useId();
  const [labelId, helpId, errorId] = [`${base}-label`, `${base}-help`, `${base}-error`];

  useEffect(() => {
    let isHere = true;
    again(() => import('./editor')).then(
      (editor) => {
        if (!isHere) return;
        const typed = area.current;
        if (typed !== null && document.activeElement === typed)
          setSelection([typed.selectionStart, typed.selectionEnd]);
        setMake(() => editor.createEditor);
      },
      () => {
        // The text area does as well.
      },
    );
    return () => {
      isHere = false;
    };
  }, []);

  const describedBy = [helpId, ...(error === undefined ? [] : [errorId])].join(' ');
  return (
    <Input.Wrapper
      label={label}
      labelProps={{ id: labelId, ...(make === null ? { htmlFor: id } : {}) }}
      labelElement={make === null ? 'label' : 'div'}
      required={required}
      description={
        <>
          {description} {make !== null && 'Tab indents; Esc, then Tab, leaves the field.'}
        </>
      }
      descriptionProps={{ id: helpId }}
      error={error}
      errorProps={{ id: errorId }}
    >
      {make === null ? (
        <Textarea
          ref={area}
          id={id}
          value={value}
          autosize
          minRows={4}
          maxRows={24}
          spellCheck={false}
          error={error !== undefined}
          aria-describedby={describedBy}
          classNames={{ input: 'mono' }}
          onChange={({ currentTarget }) => {
            onChange(currentTarget.value);
          }}
        />
      ) : (
        <Editor
          make={make}
          selection={selection}
          value={value}
          onChange={onChange}
          attributes={{
            id,
            'aria-labelledby': labelId,
            'aria-describedby': describedBy,
            'aria-invalid': String(error !== undefined),
            'aria-required': String(required),
          }}
        />
      )}
    </Input.Wrapper>
  );
}

type EditorProps = {
  make: Make;
  /** Where the text area was, if it had the focus. */
  selection: [number, number] | null;
  value: string;
  onChange: (value: string) => void;
  attributes: Record<string, string>;
};

function Editor({ make, selection, value, onChange, attributes }: EditorProps): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor | null>(null);
  const handlers = useRef<Handlers>({ onChange });
  // What the editor is made of: later values are given to it one by one.
  const first = useRef({ value, selection, attributes });

  useLayoutEffect(() => {
    handlers.current = { onChange };
  }, [onChange]);
  useLayoutEffect(() => {
    if (place.current === null) return;
    const created = make(place.current, first.current, handlers);
    editor.current = created;
    return () => {
      editor.current = null;
      created.destroy();
    };
  }, [make]);
  useLayoutEffect(() => {
    editor.current?.show(value);
  }, [value]);
  useLayoutEffect(() => {
    editor.current?.describe(attributes);
  }, [attributes]);

  return <div ref={place} className="code-field" data-invalid={attributes['aria-invalid'] === 'true' || undefined} />;
}
