/** What this browser remembers: /settings. */
import {
  Fieldset,
  SegmentedControl,
  Select,
  Stack,
  Switch,
  Text,
  TextInput,
  useMantineColorScheme,
} from '@mantine/core';
import type { ReactElement } from 'react';
import { timeText, zoneName } from '../parts/duration';
import { useNow } from '../parts/now';
import { PageTitle } from '../parts/PageTitle';
import { changeSettings, useSettings, type Settings } from './settings';

/** The names that this browser knows, after the two that are not names. */
const zones = [
  { value: 'browser', label: `This browser’s (${zoneName('browser')})` },
  { value: 'UTC', label: 'UTC' },
  ...Intl.supportedValuesOf('timeZone').map((name) => ({ value: name, label: name })),
].filter(({ value }, index, all) => all.findIndex((other) => other.value === value) === index);

export function SettingsPage(): ReactElement {
  return (
    <Stack maw={560}>
      <PageTitle>Settings</PageTitle>
      <Text c="dimmed">They are kept in this browser, and hold for it alone.</Text>
      <You />
      <Times />
      <Looks />
      <Logs />
    </Stack>
  );
}

function You(): ReactElement {
  const { owner } = useSettings();
  return (
    <Fieldset legend="You">
      <TextInput
        label="Owner"
        description="Whose the runs are that you start here"
        placeholder="Your name or address"
        autoComplete="username"
        maxLength={255}
        value={owner}
        onChange={(event) => {
          changeSettings({ owner: event.currentTarget.value });
        }}
      />
    </Fieldset>
  );
}

function Times(): ReactElement {
  const { zone, times } = useSettings();
  const now = useNow();
  return (
    <Fieldset legend="Times">
      <Stack gap="sm">
        <Select
          label="Time zone"
          description={`It is ${timeText(now, zone)} there`}
          data={zones}
          value={zone}
          searchable
          allowDeselect={false}
          nothingFoundMessage="No such zone"
          onChange={(chosen) => {
            if (chosen !== null) changeSettings({ zone: chosen });
          }}
        />
        <Choice
          label="Show times as"
          value={times}
          options={[
            { value: 'relative', label: '5 min ago' },
            { value: 'absolute', label: 'Date and time' },
          ]}
          onChoose={(chosen) => {
            changeSettings({ times: chosen });
          }}
        />
      </Stack>
    </Fieldset>
  );
}

function Looks(): ReactElement {
  const { shortcuts } = useSettings();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Fieldset legend="Looks and keys">
      <Stack gap="sm">
        <Choice
          label="Colours"
          value={colorScheme}
          options={[
            { value: 'auto', label: 'As the system' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
          onChoose={setColorScheme}
        />
        <Toggle label="Single keys are shortcuts (press ? for the list)" name="shortcuts" isOn={shortcuts} />
      </Stack>
    </Fieldset>
  );
}

function Logs(): ReactElement {
  const { logWrap, logTimestamps, logColours } = useSettings();
  return (
    <Fieldset legend="Logs">
      <Stack gap="sm">
        <Toggle label="Wrap long lines" name="logWrap" isOn={logWrap} />
        <Toggle label="Show time stamps" name="logTimestamps" isOn={logTimestamps} />
        <Toggle label="Show colours" name="logColours" isOn={logColours} />
      </Stack>
    </Fieldset>
  );
}

type Switched = { [Name in keyof Settings]: Settings[Name] extends boolean ? Name : never }[keyof Settings];

function Toggle({ label, name, isOn }: { label: string; name: Switched; isOn: boolean }): ReactElement {
  return (
    <Switch
      label={label}
      checked={isOn}
      onChange={(event) => {
        changeSettings({ [name]: event.currentTarget.checked });
      }}
    />
  );
}

type ChoiceProps<Value extends string> = {
  label: string;
  value: Value;
  options: { value: Value; label: string }[];
  onChoose: (value: Value) => void;
};

function Choice<Value extends string>({ label, value, options, onChoose }: ChoiceProps<Value>): ReactElement {
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {label}
      </Text>
      <SegmentedControl aria-label={label} data={options} value={value} onChange={onChoose} />
    </div>
  );
}
