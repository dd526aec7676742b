import { Alert, Button, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../../api/client';
import { isLongEnough } from '../../lib/password';
import { Failure } from '../../ui/Failure';
import { PageSkeleton } from '../../ui/PageSkeleton';
import classes from './Login.module.css';

/** Accept an invitation. Its token stands behind the #, so that no server logs it. */
export function Invite() {
  const [token] = useState(() => new URLSearchParams(window.location.hash.slice(1)).get('token') ?? '');
  const invitation = useQuery({
    queryKey: ['invitation'],
    queryFn: () => ask(api.POST('/api/v1/team/invitation', { body: { token } as never })),
    retry: false,
  });
  const form = useForm({
    initialValues: { name: '', password: '' },
    validate: {
      name: (value) => (value.trim() ? null : 'Enter your name'),
      password: (value) => (isLongEnough(value) ? null : 'At least 10 characters'),
    },
  });
  const accept = useMutation({
    mutationFn: (values: { name: string; password: string }) =>
      ask(api.POST('/api/v1/team/accept', { body: { token, ...values } })),
    onSuccess: () => window.location.replace('/dashboard'),
  });
  const { data } = invitation;
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        {invitation.isError && <Failure error={invitation.error} />}
        {invitation.isPending && <PageSkeleton />}
        {data && (
          <>
            <img src="/favicon.svg" alt="" width={40} height={40} />
            <Title order={1}>Join {data.merchant}</Title>
            <p className="muted">You were invited as {data.email}.</p>
            <form noValidate onSubmit={form.onSubmit((values) => accept.mutate(values))}>
              <Stack gap="sm">
                {accept.isError && (
                  <Alert color="red" role="alert" className={classes.alert}>
                    {accept.error.message}
                  </Alert>
                )}
                <TextInput label="Your name" size="md" autoComplete="name" {...form.getInputProps('name')} />
                <PasswordInput
                  label="Choose a password"
                  description="At least 10 characters. A short sentence is good."
                  size="md"
                  autoComplete="new-password"
                  visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
                  {...form.getInputProps('password')}
                />
                <Button type="submit" size="md" fullWidth mt="xs" loading={accept.isPending}>
                  Join
                </Button>
              </Stack>
            </form>
          </>
        )}
      </div>
    </main>
  );
}
