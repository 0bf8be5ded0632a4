/** A whole number as a field of a form, which has it as text. */
import { NumberInput, type NumberInputProps } from '@mantine/core';
import type { ReactElement } from 'react';

type Props = Omit<NumberInputProps, 'value' | 'onChange'> & { value: string; onChange: (value: string) => void };

export function NumberField({ value, onChange, ...rest }: Props): ReactElement {
  return (
    <NumberInput
      min={0}
      clampBehavior="none"
      allowDecimal={false}
      {...rest}
      value={value}
      onChange={(typed) => {
        // When it is left it tells its number once more: that is no change, and moves nothing under a click.
        if (String(typed) !== value) onChange(String(typed));
      }}
    />
  );
}
