import { PasswordInput, TextInput } from '@mantine/core';
import type { Offered } from './queries';
import { fieldLabel } from './words';

interface Props {
  offered: Offered;
  values: Record<string, string>;
  onChange: (values: Record<string, string>) => void;
}

/** The processor's own fields, by its own names. */
export function CredentialFields({ offered, values, onChange }: Props) {
  const set = (name: string, value: string) => onChange({ ...values, [name]: value });
  return (
    <>
      <TextInput
        label={fieldLabel(offered.public_field)}
        autoComplete="off"
        spellCheck={false}
        required
        value={values[offered.public_field] ?? ''}
        onChange={(event) => set(offered.public_field, event.currentTarget.value)}
      />
      {offered.secret_fields.map((name) => (
        <Secret
          key={name}
          label={fieldLabel(name)}
          required
          value={values[name] ?? ''}
          onChange={(text) => set(name, text)}
        />
      ))}
    </>
  );
}

/** A secret that is given and never shown again. */
export function Secret(props: {
  label: string;
  description?: string;
  required?: boolean;
  value: string;
  onChange: (value: string) => void;
}) {
  const { onChange, ...others } = props;
  return (
    <PasswordInput
      autoComplete="new-password"
      visibilityToggleButtonProps={{ 'aria-label': `Show the ${props.label.toLowerCase()}` }}
      {...others}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
