import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Refused } from './Refused';

interface Given {
  email: string;
  password: string;
}
interface Props {
  error: Error | null;
  /** Whether a session has just ended by itself. */
  ended: boolean;
  pending: boolean;
  onSubmit: (given: Given) => void;
}

/** The first step of a log-in, and for most the only one. */
export function PasswordStep({ error, ended, pending, onSubmit }: Props) {
  const form = useForm<Given>({
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (value.includes('@') ? null : 'Enter your e-mail address'),
      password: (value) => (value ? null : 'Enter your password'),
    },
  });
  return (
    <form data-test-id="login-form" noValidate onSubmit={form.onSubmit(onSubmit)} aria-busy={pending}>
      <Stack gap="sm">
        {error && <Refused error={error} />}
        {ended && !error && (
          <Alert variant="light" color="gray" role="status">
            Your session has ended. Log in, and you are back where you were.
          </Alert>
        )}
        <TextInput
          label="E-mail"
          type="email"
          size="md"
          autoComplete="username"
          autoFocus
          data-test-id="email-input"
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label="Password"
          size="md"
          autoComplete="current-password"
          data-test-id="password-input"
          visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
          {...form.getInputProps('password')}
        />
        <Button type="submit" size="md" fullWidth mt="xs" loading={pending} data-test-id="login-button">
          Log in
        </Button>
      </Stack>
    </form>
  );
}
