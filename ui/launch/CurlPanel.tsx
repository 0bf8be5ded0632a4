/** The call that the form makes, to be made elsewhere. */
import { Group, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { CopyButton } from '../parts/CopyButton';
import { curlOf, type Call } from './curl';
import './launch.css';

/** `path`: of the API, with its query. `requestKey`: it and the form's button make one run between them. */
export function CurlPanel({
  path,
  requestKey,
  body,
}: {
  path: string;
  requestKey: string;
  body: unknown;
}): ReactElement {
  const call: Call = {
    method: 'PUT',
    url: `${location.origin}${path}`,
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': requestKey },
    body,
  };
  const { text, hidden } = curlOf(call);
  return (
    <details className="launch-curl">
      <summary>The same as a command (curl)</summary>
      <Group gap={4} my={4}>
        <Text size="xs" c="dimmed">
          {hidden.length === 0
            ? 'With the key of this form: the command and the button start one run between them.'
            : `Set ${hidden.map((name) => `$${name}`).join(', ')} before, escaped as in JSON: hidden values are not shown.`}
        </Text>
        <CopyButton text={text} what="command" />
      </Group>
      <pre className="code" tabIndex={0} aria-label="curl command">
        {text}
      </pre>
    </details>
  );
}
