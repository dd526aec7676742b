import { Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Panel } from '../../ui/Page';
import { examine } from './verify';
import classes from './Webhooks.module.css';

/** Signature doctor: paste what your server received, and see which part is wrong. */
export function Doctor() {
  const [input, setInput] = useState({ body: '', signature: '', secret: '', id: '', timestamp: '' });
  const [settled] = useDebouncedValue(input, 200);
  const ready = Boolean(settled.body && settled.signature && settled.secret);
  const verdict = useQuery({
    queryKey: ['doctor', settled],
    queryFn: () => examine(settled),
    enabled: ready,
    gcTime: 0,
  });
  const field = (name: keyof typeof input) => ({
    value: input[name],
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setInput((before) => ({ ...before, [name]: value }));
    },
  });
  const standard = input.signature.includes('v1,');
  return (
    <Panel
      title="Signature doctor"
      lead="Your server says the signature is wrong? Paste what it received. It is checked here, in your browser."
    >
      <div className={classes.doctor}>
        <Textarea label="Raw body" minRows={6} autosize maxRows={14} spellCheck={false} {...field('body')} />
        <div className={classes.form}>
          <TextInput label="Signature header" spellCheck={false} {...field('signature')} />
          {standard && (
            <>
              <TextInput label="webhook-id" spellCheck={false} {...field('id')} />
              <TextInput label="webhook-timestamp" spellCheck={false} {...field('timestamp')} />
            </>
          )}
          <TextInput
            label="Secret"
            placeholder="whsec_…"
            autoComplete="off"
            spellCheck={false}
            {...field('secret')}
          />
          <output
            className={classes.verdict}
            data-verdict={ready && verdict.data ? (verdict.data.ok ? 'ok' : 'bad') : 'none'}
            data-test-id="signature-verdict"
          >
            {ready && verdict.data ? (
              <>
                <strong>{verdict.data.title}</strong>
                <br />
                {verdict.data.hint}
              </>
            ) : (
              'Waiting for body, signature and secret.'
            )}
          </output>
        </div>
      </div>
    </Panel>
  );
}
