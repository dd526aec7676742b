import { PasswordInput, type PasswordInputProps } from '@mantine/core';

/** The password of whoever is logged in, asked for again before what matters. */
export function CurrentPassword(props: PasswordInputProps) {
  return (
    <PasswordInput
      label="Current password"
      autoComplete="current-password"
      visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
      {...props}
    />
  );
}
