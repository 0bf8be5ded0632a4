/** Fields of names that exist already: they propose those, and take others. Where those cannot be read they are text boxes. */
import { Autocomplete, TagsInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { clustersQuery, groupsQuery, tagsQuery } from '../api/queries';
import { idOf } from './ids';

type Props = { value: string; onChange: (value: string) => void; error?: string | undefined };

export function GroupField({ value, onChange, error, isFixed }: Props & { isFixed: boolean }): ReactElement {
  const { data } = useQuery(groupsQuery);
  const groups = data?.groups ?? [];
  const isNew = value !== '' && data !== undefined && !groups.includes(value);
  return (
    <Autocomplete
      id={idOf('group_name')}
      label="Group"
      required
      readOnly={isFixed}
      variant={isFixed ? 'filled' : 'default'}
      description={
        isFixed ? 'Cannot be changed' : isNew ? 'A new group' : 'Whose jobs it is one of; choose, or name a new one'
      }
      data={isFixed ? [] : groups}
      limit={50}
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}

export function ClusterField({ value, onChange, error }: Props): ReactElement {
  const { data } = useQuery(clustersQuery);
  const clusters = [...new Set((data ?? []).map(({ name }) => name))];
  return (
    <Autocomplete
      id={idOf('target_cluster')}
      label="Cluster"
      description="Where its runs go unless they say otherwise; empty: anywhere"
      data={clusters}
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}

type TagsProps = { value: string[]; onChange: (value: string[]) => void; error?: string | undefined };

export function TagsField({ value, onChange, error }: TagsProps): ReactElement {
  const { data } = useQuery(tagsQuery);
  return (
    <TagsInput
      id={idOf('tags')}
      label="Tags"
      description="Enter adds one"
      data={data?.tags ?? []}
      limit={50}
      acceptValueOnBlur
      clearable
      clearButtonProps={{ 'aria-label': 'Remove all tags' }}
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}
