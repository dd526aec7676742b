import { Button, CloseButton, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconDownload, IconSearch } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { downloadCsv, type Noun, setFilters } from '../api/lists';
import { fromLocalInput, toLocalInput } from '../lib/time';
import { AmountFilters } from './AmountFilters';
import { type Choice, choose, namesOf, optionOf } from './choices';
import classes from './Filters.module.css';
import { useFilters } from './useFilters';
import { Views } from './Views';

const MORE = ['created_after', 'created_before', 'currency', 'amount_min', 'amount_max'];

interface Props {
  noun: Noun;
  choices: Choice[];
  searchLabel: string;
  /** The currency that amounts are taken in until one is chosen; none where the list has no amounts. */
  currency?: string | undefined;
  /** The filter that the search field sets. */
  searchName?: string;
  /** Further buttons, such as the column chooser. */
  children?: ReactNode;
}

/** Filters that live in the URL: a link to this page shows the same rows. */
export function Filters({ noun, choices, searchLabel, currency, searchName = 'q', children }: Props) {
  const [values, change] = useFilters();
  const names = [...choices.flatMap(namesOf), searchName, ...MORE, 'order_id'];
  const set = setFilters(Object.fromEntries(names.map((name) => [name, values[name]])));
  const any = Object.keys(set).length > 0;
  const clear = Object.fromEntries(names.map((name) => [name, undefined]));
  const [more, { toggle }] = useDisclosure(MORE.some((name) => values[name]));
  const csv = useMutation({
    mutationFn: () => downloadCsv(noun, values),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'The export failed', message: error.message }),
  });
  return (
    <search className={classes.filters} aria-label="Filters">
      <Search
        label={searchLabel}
        value={values[searchName] ?? ''}
        onChange={(text) => change({ [searchName]: text || undefined })}
      />
      {choices.map((choice) => (
        <NativeSelect
          key={choice.name}
          size="sm"
          aria-label={choice.label}
          value={optionOf(choice, values)}
          data={[{ value: '', label: choice.label }, ...choice.options]}
          onChange={(event) => change(choose(choice, event.currentTarget.value))}
        />
      ))}
      <Button variant="default" aria-expanded={more} onClick={toggle}>
        {more ? 'Less' : currency ? 'Date and amount' : 'Date'}
      </Button>
      {any && (
        <Button variant="subtle" color="gray" onClick={() => change(clear)}>
          Clear
        </Button>
      )}
      <div className={classes.end}>
        <Views noun={noun} filters={set} onShow={(filters) => change({ ...clear, ...filters })} />
        {children}
        <Button
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden />}
          loading={csv.isPending}
          onClick={() => csv.mutate()}
        >
          Export CSV
        </Button>
      </div>
      {more && (
        <div className={classes.more}>
          <Moment
            label="From"
            value={values.created_after}
            onChange={(at) => change({ created_after: at })}
          />
          <Moment
            label="Until"
            value={values.created_before}
            onChange={(at) => change({ created_before: at })}
          />
          {currency && <AmountFilters values={values} currency={currency} onChange={change} />}
        </div>
      )}
    </search>
  );
}

function Search({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (text: string) => void;
}) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  const tell = (next: string) => {
    told.current = next;
    onChange(next);
  };
  const settle = useDebouncedCallback(tell, 250);
  // What was told from here comes back trimmed, while somebody may be typing on. All else is somebody else's.
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  return (
    <TextInput
      className={classes.search}
      size="sm"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={15} aria-hidden />}
      rightSection={
        text ? (
          <CloseButton
            size="xs"
            aria-label="Clear the search"
            onClick={() => {
              setText('');
              settle.cancel();
              tell('');
            }}
          />
        ) : null
      }
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        settle(event.currentTarget.value.trim());
      }}
    />
  );
}

function Moment(props: {
  label: string;
  value: string | undefined;
  onChange: (at: string | undefined) => void;
}) {
  return (
    <label className={classes.moment}>
      <span>{props.label}</span>
      <input
        type="datetime-local"
        value={toLocalInput(props.value)}
        onChange={(event) => props.onChange(fromLocalInput(event.currentTarget.value))}
      />
    </label>
  );
}
