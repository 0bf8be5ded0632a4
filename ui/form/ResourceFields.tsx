/** CPU, memory, GPUs and disk of a definition or of one run. */
import { SimpleGrid } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { cpuHint, memoryHint, raisedHint, type Minimum } from './hints';
import { idOf } from './ids';
import { NumberField } from './NumberField';
import { resourceLabels, resourceNames, type ResourceName, type Resources } from './resources';
import { messageAt, type Fault } from './rules';

const help: Record<Exclude<ResourceName, 'cpu'>, string> = {
  memory: 'More than this, and the run is killed',
  gpu: 'Whole devices',
  ephemeral_storage: 'Temporary files; not every engine limits it',
};

const steps: Record<ResourceName, number> = { cpu: 512, memory: 512, gpu: 1, ephemeral_storage: 1024 };

type Props = {
  values: Resources;
  onChange: (change: Partial<Resources>) => void;
  faults: readonly Fault[];
  required?: readonly ResourceName[];
  /** Shown under a field, such as that it was changed. */
  mark?: (name: ResourceName) => ReactNode;
  placeholders?: Partial<Resources>;
  /** What it will run on, as far as that is known. */
  engine: string | undefined;
  minimum: Minimum | undefined;
};

export function ResourceFields(props: Props): ReactElement {
  const { values, onChange, faults, required = [], mark, placeholders, engine, minimum } = props;
  const helpFor = (name: ResourceName): string => {
    const raised = raisedHint(name, values[name], minimum);
    if (raised !== undefined) return raised;
    if (name === 'cpu') return cpuHint(values.cpu, engine);
    return (name === 'memory' ? memoryHint(values.memory) : undefined) ?? help[name];
  };
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="md">
      {resourceNames.map((name) => (
        <div key={name}>
          <NumberField
            id={idOf(name)}
            label={resourceLabels[name]}
            description={helpFor(name)}
            value={values[name]}
            onChange={(value) => {
              onChange({ [name]: value });
            }}
            error={messageAt(faults, name)}
            required={required.includes(name)}
            placeholder={placeholders?.[name]}
            step={steps[name]}
          />
          {mark?.(name)}
        </div>
      ))}
    </SimpleGrid>
  );
}
