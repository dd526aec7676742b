import { Alert, Button, Checkbox, Skeleton, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/client';
import { useMay, useSession } from '../../session/session';
import { Failure } from '../../ui/Failure';
import { Page, Panel } from '../../ui/Page';
import classes from './Business.module.css';
import { CheckoutPreview } from './CheckoutPreview';

/** What `GET /checkout/settings` answers. */
interface CheckoutSettings {
  display_name: string | null;
  primary_color: string | null;
  methods: string[];
  allowed_origins: string[];
  order_seconds: number | null;
  merchant_category: string;
  upi_vpa: string | null;
}

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
  const form = useForm({
    initialValues: {
      display_name: settings.display_name ?? '',
      primary_color: settings.primary_color ?? '',
      upi_vpa: settings.upi_vpa ?? '',
      methods: settings.methods,
      allowed_origins: settings.allowed_origins.join('\n'),
    },
    validate: { methods: (value) => (value.length ? null : 'Offer at least one method') },
  });
  const { values } = form;
  const save = useMutation({
    mutationFn: (given: typeof form.values) => {
      const body = {
        display_name: given.display_name.trim() || null,
        primary_color: given.primary_color.trim().toLowerCase() || null,
        upi_vpa: given.upi_vpa.trim() || null,
        methods: given.methods,
        allowed_origins: given.allowed_origins.split(/\s+/).filter(Boolean),
        order_seconds: settings.order_seconds,
        merchant_category: settings.merchant_category,
      };
      return ask(api.PUT('/api/v1/checkout/settings', { body: body as never }));
    },
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ['settings'] });
      notifications.show({ color: 'teal', title: 'Saved', message: 'The checkout shows it from now on.' });
    },
  });
  return (
    <div className={classes.columns}>
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
              <Checkbox.Group label="Payment methods" {...form.getInputProps('methods')}>
                <Stack gap="xs" mt="xs">
                  <Checkbox value="upi" label="UPI" />
                  <Checkbox value="card" label="Cards" />
                </Stack>
              </Checkbox.Group>
              <TextInput
                label="UPI address of your business"
                description="The payee in UPI codes and links."
                placeholder="shop@bank"
                {...form.getInputProps('upi_vpa')}
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
