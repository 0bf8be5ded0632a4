/** A payload as a form, made of the template's schema. Heavy: loaded when such a form is opened. */
import { Button, Text } from '@mantine/core';
import Form from '@rjsf/mantine';
import type { ArrayFieldTitleProps, ErrorSchema, IconButtonProps, TitleFieldProps } from '@rjsf/utils';
import { useMemo, type ReactElement } from 'react';
import { idOf } from '../form/ids';
import type { Fault } from '../form/rules';
import { Icon } from '../parts/icons';
import { errorTree, payloadField, withEmptyItems, withEmptyTexts, type JsonObject } from './payload';
import validator from './validator';

type Props = {
  schema: JsonObject;
  data: JsonObject;
  faults: readonly Fault[];
  onChange: (data: JsonObject) => void;
};

/** The page's form is around it, and has the button. */
const look = { 'ui:submitButtonOptions': { norender: true }, 'ui:options': { label: false } };

function AddButton({ id, disabled, onClick }: IconButtonProps): ReactElement {
  return (
    <Button
      id={id}
      size="xs"
      variant="default"
      leftSection={<Icon name="plus" size={14} />}
      disabled={disabled === true}
      onClick={onClick}
    >
      Add
    </Button>
  );
}

/** Its own are as large as the page's. */
function PartTitle({ id, title }: { id?: string; title?: string | undefined }): ReactElement {
  return (
    <Text id={id} size="sm" fw={600} component="span">
      {title}
    </Text>
  );
}

const templates = {
  TitleFieldTemplate: ({ id, title }: TitleFieldProps) => <PartTitle id={id} title={title} />,
  ArrayFieldTitleTemplate: ({ title }: ArrayFieldTitleProps) => <PartTitle title={title} />,
  ButtonTemplates: { AddButton },
};

export function SchemaForm({ schema, data, faults, onChange }: Props): ReactElement {
  const shown = useMemo(() => withEmptyItems(schema) as JsonObject, [schema]);
  return (
    <Form
      className="template-form"
      tagName="div"
      schema={shown}
      uiSchema={look}
      templates={templates}
      formData={data}
      validator={validator}
      // It is checked when it is sent, with all the rest: links of the summary lead to these ids.
      noHtml5Validate
      showErrorList={false}
      extraErrors={errorTree(faults) as ErrorSchema}
      idPrefix={idOf(payloadField)}
      idSeparator="-"
      onChange={({ formData }) => {
        onChange(withEmptyTexts(formData ?? {}, data) as JsonObject);
      }}
    />
  );
}
