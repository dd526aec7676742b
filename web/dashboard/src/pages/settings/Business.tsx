import { Alert, Button, Checkbox, Skeleton, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/client';
import { useMay, useSession } from '../../session/session';
import { Failure } from '../../ui/Failure';
import { Page, Panel } from '../../ui/Page';
import classes from './Business.module.css';
import { type BusinessForm, checks, toBody, toForm } from './businessForm';
import { CheckoutPreview } from './CheckoutPreview';
import type { CheckoutSettings } from './checkoutSettings';
import { SigningSecret } from './SigningSecret';

/** The business as shoppers see it, and which pages may open the checkout. */
export function Business() {
  const settings = useQuery({
    queryKey: ['settings', 'checkout'],
    queryFn: async () => (await ask(api.GET('/api/v1/checkout/settings'))) as unknown as CheckoutSettings,
  });
  return (
    <Page title="Business" lead="How the checkout looks, and where it may be opened.">
      {settings.isError && <Failure error={settings.error} retry={() => settings.refetch()} />}
      {settings.isPending && <Skeleton height={320} />}
      {settings.data && <Loaded settings={settings.data} />}
    </Page>
  );
}

function Loaded({ settings }: { settings: CheckoutSettings }) {
  const may = useMay('settings');
  const { merchant } = useSession();
  const queries = useQueryClient();
  const form = useForm<BusinessForm>({
    initialValues: toForm(settings),
    validate: checks,
  });
  const { values } = form;
  const save = useMutation({
    mutationFn: (given: BusinessForm) =>
      ask(api.PUT('/api/v1/checkout/settings', { body: toBody(given) as never })),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ['settings'] });
      notifications.show({ color: 'teal', title: 'Saved', message: 'The checkout shows it from now on.' });
    },
  });
  return (
    <div className={classes.columns}>
      <div className={classes.stack}>
        <Panel>
          <form noValidate onSubmit={form.onSubmit((given) => save.mutate(given))}>
            <fieldset disabled={!may} className={classes.plain}>
              <Stack>
                {save.isError && (
                  <Alert color="red" role="alert">
                    {save.error.message}
                  </Alert>
                )}
                <TextInput
                  label="Name that shoppers see"
                  placeholder={merchant.name}
                  maxLength={100}
                  {...form.getInputProps('display_name')}
                />
                <TextInput
                  label="Brand colour"
                  placeholder="#3b4fe0"
                  spellCheck={false}
                  rightSection={
                    <input
                      type="color"
                      className={classes.swatch}
                      aria-label="Pick the brand colour"
                      value={/^#[0-9a-f]{6}$/i.test(values.primary_color) ? values.primary_color : '#3b4fe0'}
                      onChange={(event) => form.setFieldValue('primary_color', event.currentTarget.value)}
                    />
                  }
                  {...form.getInputProps('primary_color')}
                />
                <Checkbox.Group
                  label="Payment methods"
                  description="No others are taken, by the checkout nor by your own calls. All but cards pay rupees only."
                  {...form.getInputProps('methods')}
                >
                  <Stack gap="xs" mt="xs">
                    <Checkbox value="upi" label="UPI" />
                    <Checkbox value="card" label="Cards" />
                    <Checkbox value="netbanking" label="Net banking" />
                    <Checkbox value="wallet" label="Wallets" />
                  </Stack>
                </Checkbox.Group>
                <TextInput
                  label="Merchant category"
                  description="ISO 18245, four digits."
                  inputMode="numeric"
                  maxLength={4}
                  {...form.getInputProps('merchant_category')}
                />
                <TextInput
                  label="Minutes to pay an order"
                  description="After that the checkout takes no payment for it. Nothing: no limit."
                  placeholder="no limit"
                  inputMode="decimal"
                  {...form.getInputProps('minutes')}
                />
                <Textarea
                  label="Allowed origins"
                  description="One a line, such as https://shop.example. In test mode localhost is always allowed."
                  autosize
                  minRows={3}
                  spellCheck={false}
                  {...form.getInputProps('allowed_origins')}
                />
                {may && (
                  <div>
                    <Button type="submit" loading={save.isPending}>
                      Save
                    </Button>
                  </div>
                )}
              </Stack>
            </fieldset>
          </form>
        </Panel>
        {settings.signing_secret && <SigningSecret secret={settings.signing_secret} />}
      </div>
      <Panel title="Preview" lead="The checkout itself, with what is typed here. It cannot pay.">
        <CheckoutPreview
          name={values.display_name.trim() || merchant.name}
          color={values.primary_color.trim()}
          methods={values.methods}
        />
      </Panel>
    </div>
  );
}
