/** Stops many runs, after saying which: what is sent is what is shown here, and nothing else. */
import { Button, Group, List, Loader, Modal, SimpleGrid, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../api/client';
import { countText, runsText } from '../parts/count';
import { Trouble } from '../parts/Trouble';
import { askedFor, isTyped } from './stops';

type Filter = NonNullable<Schemas['StopRequest']['filter']>;

/** `words`: what must be true of the runs; none for ids. */
export type StopTarget = { body: { filter: Filter } | { run_ids: string[] }; words: readonly string[] };

export function StopDialog({
  target,
  onClose,
  onStarted,
}: {
  target: StopTarget;
  onClose: () => void;
  onStarted: (stopId: string) => void;
}): ReactElement {
  return (
    <Modal opened onClose={onClose} title="Stop runs" size="lg">
      <Content target={target} onClose={onClose} onStarted={onStarted} />
    </Modal>
  );
}

async function send(
  body: Schemas['StopRequest'],
  signal?: AbortSignal,
): Promise<Schemas['Stop'] | Schemas['StopCount']> {
  return unwrap(api.POST('/api/v6/history/stop', { body, ...(signal === undefined ? {} : { signal }) }));
}

function Content(of: { target: StopTarget; onClose: () => void; onStarted: (stopId: string) => void }): ReactElement {
  const { target, onClose, onStarted } = of;
  const [typed, setTyped] = useState('');
  const [isWrong, setWrong] = useState(false);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['stop-count', target.body],
    queryFn: async ({ signal }) => {
      const answer = await send({ ...target.body, dry_run: true }, signal);
      if (!('dry_run' in answer)) throw new Error('The server has stopped runs instead of counting them');
      return answer;
    },
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const stop = useMutation({
    mutationFn: () => send(target.body),
    onSuccess: (answer) => {
      if ('stop_id' in answer) onStarted(answer.stop_id);
    },
  });
  if (data === undefined) {
    return error !== null && !isFetching ? (
      <Trouble error={error} onRetry={() => void refetch()} />
    ) : (
      <Loader aria-label="Counting" />
    );
  }
  const asked = askedFor(data.total);
  const confirm = (): void => {
    if (asked !== null && !isTyped(typed, data.total)) {
      setWrong(true);
      return;
    }
    stop.mutate();
  };
  return (
    <Stack gap="sm">
      <Which target={target} count={data} />
      {data.total > 0 && <Counts count={data} />}
      {asked !== null && (
        <TextInput
          label={`These are many. Type ${asked} to stop them`}
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          error={isWrong ? `Type ${asked}` : null}
          onChange={({ currentTarget: { value } }) => {
            setTyped(value);
            setWrong(false);
          }}
          onKeyDown={({ key }) => {
            if (key === 'Enter') confirm();
          }}
        />
      )}
      {stop.error !== null && <Trouble error={stop.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {data.total > 0 ? 'Let them run' : 'Close'}
        </Button>
        {data.total > 0 && (
          <Button color="red" loading={stop.isPending} onClick={confirm}>
            Stop {runsText(data.total)}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Which({ target, count }: { target: StopTarget; count: Schemas['StopCount'] }): ReactElement {
  const { named, unknown = 0, total, spawned } = count;
  return (
    <>
      {'filter' in target.body ? (
        <>
          <Text>
            {target.words.length === 0 ? 'Every run that is not over.' : 'Every open run of which all of this is true:'}
          </Text>
          {target.words.length > 0 && (
            <List size="sm" aria-label="The filter">
              {target.words.map((words) => (
                <List.Item key={words}>{words}</List.Item>
              ))}
            </List>
          )}
        </>
      ) : (
        <Text>The {runsText(named ?? target.body.run_ids.length)} that you have selected.</Text>
      )}
      <Text fw={600}>
        {total === 0 ? 'None of them is open: there is nothing to stop.' : `${runsText(total)} will be stopped.`}
        {spawned > 0 && ` So will ${runsText(spawned)} that their jobs have started.`}
      </Text>
      {named !== undefined && total > 0 && named > total && (
        <Text size="sm" c="dimmed">
          {runsText(named - total - unknown)} of them {named - total - unknown === 1 ? 'is' : 'are'} over already.
        </Text>
      )}
    </>
  );
}

function Counts({ count }: { count: Schemas['StopCount'] }): ReactElement {
  const table = (title: string, rows: readonly { name: string; runs: number }[]): ReactElement => {
    const others = count.total - rows.reduce((sum, { runs }) => sum + runs, 0);
    return (
      <Table aria-label={`By ${title.toLowerCase()}`} verticalSpacing={2}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{title}</Table.Th>
            <Table.Th ta="end">Runs</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ name, runs }) => (
            <Table.Tr key={name}>
              <Table.Td>{name === '' ? 'none' : name}</Table.Td>
              <Table.Td ta="end">{countText(runs)}</Table.Td>
            </Table.Tr>
          ))}
          {others > 0 && (
            <Table.Tr>
              <Table.Td>all others</Table.Td>
              <Table.Td ta="end">{countText(others)}</Table.Td>
            </Table.Tr>
          )}
        </Table.Tbody>
      </Table>
    );
  };
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: 'start' }}>
      {table(
        'Alias',
        count.by_alias.map(({ alias, runs }) => ({ name: alias, runs })),
      )}
      {table(
        'Owner',
        count.by_owner.map(({ owner, runs }) => ({ name: owner, runs })),
      )}
    </SimpleGrid>
  );
}
